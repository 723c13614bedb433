"""The columns of a 填报表, each declared once: what stands in it, how wide it is, and how it is known when it comes back."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tracking.models import Report
from tracking.reports.columns import REPORT_CONTENTS, label
from tracking.reports.percent import percent_text
from tracking.reports.recording import TEXT_FIELDS

from .entries import FillRow
from .keys import REPORT, TASK, RowKey


@dataclass(frozen=True)
class FillColumn:
    """One column; `parse` is None for what is only read, `prompt` is the help Excel shows beside the cell."""

    name: str
    heading: str
    width: float
    source: Callable[[FillRow], Any]
    parse: Callable[[Any], Any] | None = None
    prompt: str = ""
    is_centred: bool = False
    printed: str = ""  # the heading with a line end where its column is narrow

    @property
    def names(self) -> frozenset[str]:
        """The headings by which the column is known, as `plain` writes them: with its unit and without."""
        whole = plain(self.heading)
        return frozenset((whole, whole.partition("(")[0]))


def plain(heading: str) -> str:
    """A heading as it is compared: no blanks and line ends, full-width signs as half-width ones."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", heading)).casefold()


def value_of(name) -> Callable[[FillRow], Any]:
    """The stored value of a field as the sheet shows it: a task has texts only."""

    def source(row: FillRow):
        value = getattr(row.texts, name, "")
        if name == "completion_percent":
            return value_shown(name, value) if row.task_report is None else ""
        return value_shown(name, value)

    return source


def value_shown(name, value):
    """A field's value as a cell holds it: a plain number for a rate, 是 for yes."""
    if name == "completion_percent" and value not in ("", None):
        return int(value) if value == int(value) else float(value)
    if isinstance(value, bool):
        return "是" if value else ""
    return "" if value is None else value


def value_in_words(name, value) -> str:
    """A field's value as a page tells it."""
    if name == "completion_percent":
        return percent_text(value)
    return str(value_shown(name, value)) or "（空）"


def difficulties_and_steps(row: FillRow) -> str:
    """What the period before said of difficulties and next steps."""
    if row.before is None:
        return ""
    names = (("difficulties", "困难"), ("next_steps", "措施"))
    return "\n".join(f"【{word}】{text}" for name, word in names if (text := getattr(row.before, name).strip()))


PROMPTS = {
    "completion_percent": "填 0 到 100 的数字，如 80 或 80.5，最多一位小数；暂不填写就留空（没有填写与 0 不同）。",
    "progress": "本期做了什么、完成到哪一步。换行按 Alt+Enter。",
    "difficulties": "没有困难就留空。",
    "next_steps": "下一步怎样推进。",
    "unchanged": "确实没有新进展时选“是”，并在右边一格写明原因；否则留空。",
    "unchanged_reason": "选了“是”才填，200 字以内。",
}
WIDTHS = {
    "completion_percent": 8, "progress": 34, "difficulties": 18, "next_steps": 20, "unchanged": 8.5, "unchanged_reason": 12,
}  # fmt: skip
HEADINGS = {"completion_percent": f"{label(Report, 'completion_percent')}（%）"}
PRINTED = {"completion_percent": "完成率\n（%）", "unchanged": "本期无\n新进展", "unchanged_reason": "无新进展\n的原因"}
CENTRED = ("completion_percent", "unchanged")

NUMBER = FillColumn("number", "序号", 5, lambda row: row.number, is_centred=True)
TITLE = FillColumn("title", "工作事项", 26, lambda row: row.title)
STATUS = FillColumn("status", "状态", 8.5, lambda row: row.status, is_centred=True)
BEFORE = (
    FillColumn(
        "before_percent", "上期完成率", 8, lambda row: row.percent_before, is_centred=True, printed="上期\n完成率"
    ),
    FillColumn("before_progress", "上期进展情况", 28, lambda row: row.before.progress.strip() if row.before else ""),
    FillColumn("before_rest", "上期困难和措施", 18, difficulties_and_steps),
)
CONTENTS = tuple(
    FillColumn(
        column.name,
        HEADINGS.get(column.name, column.heading),
        WIDTHS[column.name],
        value_of(column.name),
        column.parse,
        PROMPTS[column.name],
        column.name in CENTRED,
        PRINTED.get(column.name, ""),
    )
    for column in REPORT_CONTENTS
)
TEXTS = tuple(column for column in CONTENTS if column.name in TEXT_FIELDS)


def key_of(row: FillRow) -> RowKey:
    """The key of a row as its sheet shows it now."""
    kind, pk = (TASK, row.task_report.pk) if row.task_report else (REPORT, row.report.pk)
    values = [column.source(row) for column in row_columns(kind)]
    return RowKey.of(kind, pk, row.report.version, row.title, values)


def row_columns(kind) -> tuple[FillColumn, ...]:
    """The columns that can be filled in on a row of an item, or of a task."""
    return TEXTS if kind == TASK else CONTENTS


KEY = FillColumn("key", "系统编号（请勿改动）", 12, lambda row: str(key_of(row)))
COLUMNS = (NUMBER, TITLE, STATUS, *BEFORE, *CONTENTS, KEY)
