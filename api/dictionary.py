"""The data dictionary: every field of every resource, its name, type and codes, as the models have them."""

from dataclasses import dataclass
from datetime import date, datetime
from types import UnionType
from typing import Any, Literal, get_args, get_origin

from django.core.exceptions import FieldDoesNotExist
from django.http import HttpResponse
from ninja import Router
from pydantic import Field

from .fields import Form
from .plain import write
from .reading import FORMS, JSON
from .resources import RESOURCES, Resource
from .statuses import answers

WORDS = {bool: "是否", int: "整数", float: "数", datetime: "时间", date: "日期", str: "文字"}
LIST = "列表"

router = Router()


@dataclass(frozen=True)
class FieldEntry:
    """One field: `kind` is its Python type (list for several), `codes` are (code, what it means) where it has some."""

    resource: str
    name: str
    label: str
    kind: Any
    is_nullable: bool
    longest: int | None
    codes: tuple[tuple[str, str], ...]

    @property
    def type_words(self) -> str:
        """The type in Chinese."""
        words = "代码" if self.codes else WORDS.get(self.kind, LIST)
        return f"{words}，最多 {self.longest} 字" if self.longest and not self.codes else words


def fields_of(resource: Resource) -> list[FieldEntry]:
    """Return the fields of a resource in their order."""
    return [_entry(resource, name, told) for name, told in FORMS[resource.name].model_fields.items()]


def _entry(resource, name, told) -> FieldEntry:
    kinds = get_args(told.annotation) if isinstance(told.annotation, UnionType) else (told.annotation,)
    kind = next(one for one in kinds if one is not type(None))
    column = _column(resource, name)
    codes = tuple((str(code), str(label)) for code, label in getattr(column, "choices", None) or ())
    longest = getattr(column, "max_length", None) if kind is str else None
    plain_kind = str if get_origin(kind) is Literal else kind if kind in WORDS else list
    return FieldEntry(
        resource.name,
        name,
        told.description.partition("：")[0] if codes else told.description,
        plain_kind,
        type(None) in kinds,
        longest,
        codes,
    )


def _column(resource, name):
    try:
        return resource.model._meta.get_field(name)
    except FieldDoesNotExist:  # worked out, not kept
        return None


def notes(resource: Resource) -> list[tuple[str, str]]:
    """Return the dictionary of a resource as pairs, for the sheet 说明 of a workbook."""
    return [(field.name, "；".join(_said(field))) for field in fields_of(resource)]


def _said(field: FieldEntry) -> list[str]:
    codes = "，".join(f"{code} {label}" for code, label in field.codes)
    said = [field.label, field.type_words, "可以为空" if field.is_nullable else "必有"]
    return [*said, *([codes] if codes else [])]


def tables() -> str:
    """Return the dictionary as a page of docs (Markdown)."""
    parts = ["# 数据字典\n", "由 `make docs` 按数据模型写出；接口、CSV 和 Excel 的字段都照这里。\n"]
    for resource in RESOURCES:
        parts += [
            f"## {resource.label}（`{resource.name}`）\n",
            "| 字段 | 名称 | 类型 | 可以为空 | 代码 |\n|---|---|---|---|---|",
        ]
        for field in fields_of(resource):
            codes = "，".join(f"`{code}` {label}" for code, label in field.codes)
            empty = "是" if field.is_nullable else ""
            parts.append(f"| `{field.name}` | {field.label} | {field.type_words} | {empty} | {codes} |")
        parts.append("")
    return "\n".join(parts)


class Code(Form):
    """代码。"""

    code: str = Field(description="代码")
    label: str = Field(description="含义")


class DictionaryField(Form):
    """字段。"""

    resource: str = Field(description="哪一类数据")
    name: str = Field(description="字段")
    label: str = Field(description="名称")
    type: str = Field(description="类型")
    nullable: bool = Field(description="可以为空")
    codes: list[Code] = Field(description="代码表；不是代码的为空")


class Dictionary(Form):
    """数据字典。"""

    data: list[DictionaryField] = Field(description="全部字段")


@router.get(
    "/dictionary", response=answers(Dictionary), summary="数据字典", url_name="dictionary", operation_id="dictionary", tags=["数据字典"],
    description="每一类数据的字段、名称、类型和代码表，由数据模型生成。",
)  # fmt: skip
def data_dictionary(request):
    """Answer the dictionary."""
    told = [
        {
            "resource": field.resource, "name": field.name, "label": field.label, "type": field.type_words, "nullable": field.is_nullable,
            "codes": [{"code": code, "label": label} for code, label in field.codes],
        }
        for resource in RESOURCES for field in fields_of(resource)
    ]  # fmt: skip
    return HttpResponse(write({"data": told}), content_type=JSON)
