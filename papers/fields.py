"""What a Word template can print: each field declared once, with its meaning and where the value comes from; pure.

`context_of` fills a template; the page that lists the fields and the check of an uploaded template read the same table.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from workplans.sheet_text import shown

from .letter import Letter
from .letter_tables import HANDED, OWED, TableColumn
from .shapes import SHAPES, Shape


@dataclass(frozen=True)
class TemplateField:
    """A field: its name between the braces, its meaning, where its value comes from; a list has columns of its own."""

    name: str
    meaning: str
    source: Callable[[Any, Any], Any]
    columns: tuple["TemplateField", ...] = ()
    on: Callable[[Shape], bool] = lambda shape: True  # the kinds of papers that have it
    is_text: bool = True

    @property
    def kinds(self) -> tuple[str, ...]:
        """The names of the kinds of papers that have it."""
        return tuple(name for name, shape in SHAPES.items() if self.on(shape))


def before_table(letter: Letter):
    """The paragraphs up to the table; all where there is none."""
    for chapter in letter.chapters:
        yield from ((chapter.heading,) if chapter.heading else ())
        yield from chapter.paragraphs
        if chapter.table:
            return


def after_table(letter: Letter):
    """The paragraphs behind the table."""
    is_behind = False
    for chapter in letter.chapters:
        if is_behind:
            yield from ((chapter.heading,) if chapter.heading else ())
            yield from chapter.paragraphs
        is_behind = is_behind or chapter.table is not None


def its_table(letter: Letter):
    """The table in the text."""
    return next((chapter.table for chapter in letter.chapters if chapter.table), None)


def rows_of(letter: Letter):
    """The rows of the table in the text, each by heading."""
    table = its_table(letter)
    return [dict(zip(table.headings, row.cells, strict=True)) for row in table.rows] if table else []


PARAGRAPH = (
    TemplateField("文字", "这一段的文字", lambda paragraph, _: paragraph.text),
    TemplateField(
        "级别",
        "序号的级别：1 是“一、”，2 是“（一）”，3 是“1.”，4 是“⑴”，5 是“①”；没有序号是 0",
        lambda paragraph, _: paragraph.level,
    ),
    TemplateField(
        "是标题", "这一段是不是标题，只能用来作条件", lambda paragraph, _: paragraph.is_heading, is_text=False
    ),
)


def cells(columns: tuple[TableColumn, ...]) -> tuple[TemplateField, ...]:
    """The columns of the table in the text as fields."""
    return tuple(
        TemplateField(column.heading, column.meaning, lambda row, _, name=column.heading: row[name])
        for column in columns
    )


FIELDS = (
    TemplateField("签名行", "最上面一行，签名后带姓名和日期", lambda letter, _: letter.confirmation, on=lambda shape: bool(shape.on_top)),
    TemplateField("标题", "文书的标题，按填写的换行", lambda letter, _: letter.title),
    TemplateField("主送", "主送机关或科室，不带冒号", lambda letter, _: letter.recipient),
    TemplateField("依据", "正文第一段", lambda letter, _: letter.opening),
    TemplateField("正文", "正文各段（有表格的，是表格前面的各段），用循环逐段印出", lambda letter, _: list(before_table(letter)), PARAGRAPH),
    TemplateField("事项", "正文表格的各行，用循环逐行印出", lambda letter, _: rows_of(letter), cells(OWED), lambda shape: shape.table == OWED),
    TemplateField("事项", "正文表格的各行，用循环逐行印出", lambda letter, _: rows_of(letter), cells(HANDED), lambda shape: shape.table == HANDED),
    TemplateField("要求", "表格后面的工作要求各段，用循环逐段印出", lambda letter, _: list(after_table(letter)), PARAGRAPH, lambda shape: bool(shape.table)),
    TemplateField("附件名称", "附有推进情况表时是它的名称，没有就是空的；表本身由系统按标准版式接在后面", lambda letter, _: letter.annex.title if letter.annex else "", on=lambda shape: shape.may_have_annex),
    TemplateField("落款", "发文单位", lambda letter, _: letter.signature),
    TemplateField("日期", "成文日期", lambda letter, _: letter.date),
    TemplateField("联系人", "没有填就是空的", lambda letter, _: letter.contacts),
    TemplateField("联系电话", "没有填就是空的", lambda letter, _: letter.phones),
    TemplateField("签收行", "最后一行，供科室签收", lambda letter, _: letter.receipt, on=lambda shape: bool(shape.receipt)),
    TemplateField("核验码", "签名以后是内容的 SHA-256，没有签名是空的", lambda _, mark: mark),
)  # fmt: skip


def fields_of(kind: str) -> dict[str, TemplateField]:
    """The fields of a kind of paper by name."""
    return {field.name: field for field in FIELDS if field.on(SHAPES[kind])}


def context_of(kind: str, letter: Letter, mark: str = "") -> dict:
    """What a template is filled with: texts, and lists of dictionaries of texts; control characters shown."""
    return _filled(fields_of(kind).values(), letter, mark)


def _filled(fields, source, mark) -> dict:
    found = {}
    for field in fields:
        value = field.source(source, mark)
        if field.columns:
            found[field.name] = [_filled(field.columns, each, mark) for each in value]
        else:
            found[field.name] = shown(value) if isinstance(value, str) else value
    return found
