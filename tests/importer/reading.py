"""Documents with their right readings: tables in `cases/*.toml`, and how a draft is compared with them.

A case names a `file` of `cases/handed`, or holds its `text`; a text of several lines is read as `.txt`, `.docx` and
`.html` alike. Only what a case says is compared. An item is written `number | title | B:body | L:lead | S:support |
O:offices | D:deadline | H:level-2 heading`, a block `kind heading :: text`; signs at the end and the width of
brackets do not count.
"""

import io
import tomllib
from collections import Counter
from dataclasses import dataclass
from html import escape
from pathlib import Path

import docx

from importer.parse import parse_document

FOLDER = Path(__file__).parent / "cases"
HEAD_FIELDS = ("kind", "title", "document_number", "issuer", "recipient", "preamble", "closing", "year")
WIDTHS = str.maketrans("（）：；，０１２３４５６７８９", "():;,0123456789")


@dataclass(frozen=True)
class Case:
    """One document in one form of file, with what is right of it."""

    name: str
    filename: str
    content: bytes
    right: dict


@dataclass(frozen=True)
class Difference:
    """A field that is read otherwise than is right."""

    field: str
    right: object
    read: object

    def __str__(self) -> str:
        return f"{self.field}: {self.read!r}, right is {self.right!r}"


def cases(table: str):
    """The cases of one table, a text once for each form of file."""
    for right in tomllib.loads((FOLDER / f"{table}.toml").read_text(encoding="utf-8"))["case"]:
        if "file" in right:
            yield Case(right["file"], right["file"], (FOLDER / "handed" / right["file"]).read_bytes(), right)
            continue
        text = right["text"].strip("\n")
        for form in right.get("forms", ["txt", "docx", "html"] if "\n" in text else ["txt", "docx"]):
            yield Case(f"{right['name']}.{form}", f"文件.{form.replace('page', 'html')}", FORMS[form](text), right)


def tables() -> list[str]:
    """The names of the tables."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


def as_docx(text: str) -> bytes:
    """A Word document of one paragraph a line."""
    document = docx.Document()
    for line in text.split("\n"):
        document.add_paragraph(line)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def as_html(text: str) -> bytes:
    """A web page of one paragraph a line."""
    paragraphs = "".join(f"<p>{escape(line)}</p>\n" for line in text.split("\n"))
    return f'<html><head><meta charset="utf-8"></head><body>\n{paragraphs}</body></html>'.encode()


FORMS = {
    "txt": str.encode,
    "docx": as_docx,
    "html": as_html,
    "page": str.encode,
}  # page: the text is a web page's source


def differences(case: Case, counts: Counter | None = None) -> list[Difference]:
    """What is read otherwise than is right; `counts` gets, for each field, how many were asked and how many right."""
    drafts = parse_document(case.filename, case.content)
    found = []
    for field, right, read in [("documents", 1, len(drafts)), *compared(case.right, drafts[0])]:
        if counts is not None:
            counts[field, "asked"] += 1
            counts[field, "right"] += plain(right) == plain(read)
        if plain(right) != plain(read):
            found.append(Difference(field, right, read))
    return found


def compared(right: dict, draft):
    """Field by field what is right and what was read."""
    if "kind" not in right:
        right = right | {"kind": "feedback" if "blocks" in right else "plan"}
    for field in HEAD_FIELDS:
        if field in right:
            yield field, right[field] or None, getattr(draft, field, None) or None
    if "issued_on" in right:
        yield "issued_on", right["issued_on"], draft.issued_on and draft.issued_on.isoformat()
    for words in right.get("warnings", ()):
        yield "warnings", True, any(words in problem.message for problem in draft.problems)
    if "problems" in right:
        yield "problems", right["problems"], len(draft.problems)
    if draft.kind == "feedback":
        yield from compared_blocks(right, draft)
    else:
        yield from compared_items(right, draft)


def compared_blocks(right: dict, draft):
    """The chapters of a feedback."""
    if "blocks" in right:
        yield "blocks", len(right["blocks"]), len(draft.blocks)
        for line, block in zip(right["blocks"], draft.blocks, strict=False):
            heading, _, text = line.partition(" :: ")
            yield "block kind, heading", heading, f"{block.kind} {block.heading}"
            if text:
                yield "block text", text, block.text
    if "projects" in right:
        yield "projects", right["projects"], [f"{project.number} {project.title}" for project in draft.projects]
    if "rate" in right:
        yield "rate", right["rate"] or None, draft.completion_percent


def compared_items(right: dict, draft):
    """The sections and items of a plan."""
    if "sections" in right:
        yield "sections", right["sections"], [f"{s.ordinal or ''} {s.title}".strip() for s in draft.sections]
    if "section_texts" in right:
        yield "section text", right["section_texts"], [section.text for section in draft.sections]
    if "items" in right:
        yield "items", len(right["items"]), len(draft.items)
        for line, item in zip(right["items"], draft.items, strict=False):
            yield from compared_item(line, item)


def compared_item(line: str, item):
    """One item."""
    number, title, *rest = [part.strip() for part in line.split("|")]
    told = dict(part.split(":", 1) for part in rest)
    yield "number", number, item.number
    yield "item title", title, item.title
    readings = {
        "B": ("body", item.body),
        "H": ("level2", item.level2 or ""),
        "L": ("lead", "、".join(item.lead_offices)),
        "S": ("support", "、".join(item.support_offices)),
        "O": ("offices", "、".join(item.offices)),
        "D": ("deadline", item.deadline.isoformat() if item.deadline else ""),
        "W": ("deadline text", item.deadline_text),
        "P": ("leaders", "、".join(getattr(item, "leaders", []))),
        "M": ("milestones", "、".join(f"{m.what} {m.due_on or m.words}" for m in item.milestones)),
    }
    for key, right in told.items():
        yield readings[key][0], right, readings[key][1]


def plain(value):
    """A text without the signs at its end, with one width of brackets and digits; anything else as it is."""
    if isinstance(value, list):
        return [plain(part) for part in value]
    return value.translate(WIDTHS).replace("\n", "/").rstrip("。;； ") if isinstance(value, str) else value
