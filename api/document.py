"""The document of the API (OpenAPI 3.1): what django-ninja says of it, with the problems as what they are.

`docs/api.json` is this document as text (`scripts/docs.py` writes it); a test holds the two together.
"""

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from .exchange import FORMATS
from .interface import api
from .problems import CONTENT_TYPE, KINDS

JSON = "application/json"
FILES = {form.suffix: form for form in FORMATS}
WITH_VERSION = ("reports_one", "reports_save", "reports_submit")
SENTENCES = {200: "成功", 409: "已被别人改动，或现在不能这样做"}


@lru_cache
def document() -> dict[str, Any]:
    """Return the document."""
    made = json.loads(json.dumps(api.get_openapi_schema()))
    for path, methods in made["paths"].items():
        for operation in methods.values():
            _mend(path, operation)
    made.pop("servers", None)
    return made


def text() -> str:
    """Return the document as it is served and committed."""
    return json.dumps(document(), ensure_ascii=False, indent=1) + "\n"


def _mend(path: str, operation: dict) -> None:
    """Say of one operation what django-ninja cannot know."""
    for parameter in operation["parameters"]:
        parameter["required"] = parameter["required"] or parameter["name"] == "If-Match"
        parameter["schema"] = without_null(parameter["schema"])
    for status, answer in operation["responses"].items():
        number = int(status)
        answer["description"] = SENTENCES.get(number) or next(k.title for k in KINDS.values() if k.status == number)
        if number >= 400:
            answer["content"] = {CONTENT_TYPE: answer["content"][JSON]}
        elif form := FILES.get(path.rpartition(".")[2]):
            answer["content"] = {
                form.content_type: {"itemSchema": answer["content"][JSON]["schema"], "schema": {"type": "string"}}
            }
        if number == 429:
            answer["headers"] = {"Retry-After": {"description": "几秒以后再试", "schema": {"type": "integer"}}}
        if number == 200 and operation["operationId"] in WITH_VERSION:
            answer["headers"] = {"ETag": {"description": "这份报告的版本", "schema": {"type": "string"}}}


def without_null(schema: dict) -> dict:
    """A parameter that is not there is null to Python; in an address nobody writes it."""
    kinds = [kind for kind in schema.get("anyOf", ()) if kind != {"type": "null"}]
    if len(kinds) != 1:
        return schema
    rest = {name: value for name, value in schema.items() if name not in ("anyOf", "title")}
    return kinds[0] | rest


@dataclass(frozen=True)
class Entry:
    """One operation as the page shows it: `parameters` and `body` are (name, kind, what it is, whether it must be
    there); what is said is in pieces (`inline`)."""

    method: str
    path: str
    summary: str
    about: list[tuple[str, bool]]
    parameters: list[tuple]
    body: list[tuple]
    answers: list[tuple[str, str]]
    form: str


def readable() -> dict[str, Any]:
    """Return the document for the page: its words, its operations by resource, its forms and its problems."""
    made = document()
    groups: dict[str, list[Entry]] = {}
    for path, methods in made["paths"].items():
        for method, operation in methods.items():
            groups.setdefault(operation["tags"][0], []).append(_entry(method, path, operation))
    forms = {name: form for name, form in made["components"]["schemas"].items() if not name.endswith("Page")}
    return {
        "about": pieces(made["info"]["description"]),
        "groups": groups.items(),
        "forms": [(name, _fields(form)) for name, form in forms.items()],
        "problems": [(kind, inline(kind.detail)) for kind in KINDS.values()],
    }


def pieces(words: str) -> list[list[tuple[str, bool]]]:
    """Return a text as paragraphs of (words, whether they are for programs: between `)."""
    return [inline(part.replace("\n", "")) for part in words.split("\n\n")]


def inline(words: str) -> list[tuple[str, bool]]:
    """Return one paragraph so."""
    return [(piece, n % 2 == 1) for n, piece in enumerate(words.split("`")) if piece]


def _entry(method: str, path: str, operation: dict) -> Entry:
    parameters = [
        (p["name"], kind_of(p["schema"]), inline(p.get("description", "")), p["required"])
        for p in operation["parameters"]
    ]
    sent = operation.get("requestBody", {}).get("content", {}).get(JSON, {}).get("schema", {})
    good = next(iter(operation["responses"]["200"]["content"].values()))
    schema = good.get("itemSchema") or good["schema"]
    answers = [(status, answer["description"]) for status, answer in sorted(operation["responses"].items())]
    body = _fields(_named(sent)) if sent else []
    about = inline(operation.get("description", ""))
    return Entry(method.upper(), path, operation["summary"], about, parameters, body, answers, kind_of(schema))


def _named(schema: dict) -> dict:
    """Return the form a reference names."""
    name = schema.get("$ref", "").rpartition("/")[2]
    return document()["components"]["schemas"][name] if name else schema


def _fields(form: dict) -> list[tuple]:
    must = form.get("required", ())
    return [
        (name, kind_of(field), inline(field.get("description", "")), name in must)
        for name, field in form.get("properties", {}).items()
    ]


WORDS = {"integer": "整数", "number": "数", "string": "文字", "boolean": "true 或 false", "null": "null"}
FORMATS = {"date": "日期", "date-time": "时间"}


def kind_of(schema: dict) -> str:
    """Return in words what a schema takes."""
    if reference := schema.get("$ref"):
        return reference.rpartition("/")[2]
    if several := schema.get("anyOf"):
        return " 或 ".join(kind_of(one) for one in several)
    if schema.get("type") == "array":
        return f"{kind_of(schema['items'])} 的列表"
    if codes := schema.get("enum"):
        return " / ".join(codes)
    return FORMATS.get(schema.get("format", ""), WORDS.get(schema.get("type", ""), ""))
