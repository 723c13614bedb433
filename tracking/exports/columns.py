"""The columns of the sheets, each declared once: heading, where the value comes from, how it comes back, width, help.

A heading that is a field's label is taken from the field. The sheet, the workbook import and the manual read this.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError

from boards.rows import BoardRow
from tracking.models import Report
from tracking.reports.percent import parse_percent
from workplans.models import Item
from workplans.sheet_text import Percent, as_text

UNFILLED = "未填"


@dataclass(frozen=True)
class Column:
    """One column of a sheet.

    `source` takes an entry of the sheet (a BoardRow here); None for a column that only goes into import and export.
    `parse` is None for one that is only read. `repeats` says that a row continued on the next line shows the value
    again, `notes` that the notice of it goes here. `bars` asks for data bars, `color` for the colour of a lamp.
    """

    name: str
    heading: str
    source: Callable[[Any], Any] | None = None
    parse: Callable[[Any], Any] | None = None
    width: float = 10
    centred: bool = False
    repeats: bool = False
    help: str = ""
    notes: bool = False
    bars: bool = False
    number_format: str = ""
    color: Callable[[Any], str] | None = None


def label(model, field: str) -> str:
    """Return the label of a model's field: the one place a heading comes from."""
    return str(model._meta.get_field(field).verbose_name)


def rate(value: Decimal | None) -> Percent | None:
    """Mark a rate as a percentage of a sheet."""
    return None if value is None else Percent(value)


def parse_text(value) -> str:
    """Return a cell as text without the blanks around it."""
    return as_text(value).strip()


def parse_completion(value):
    """Return a cell as a completion rate: 80, 80%, ８０％ or a cell formatted as a percentage; None for blank."""
    text = as_text(value).strip()
    return None if text == UNFILLED else parse_percent(text)


def parse_yes_no(value) -> bool:
    """Return a cell as yes or no; blank is no. Raises ValidationError for anything else."""
    text = as_text(value).strip().lower()
    if text in ("是", "√", "true", "1", "yes"):
        return True
    if text in ("", "否", "×", "false", "0", "no"):
        return False
    raise ValidationError("请填“是”或“否”，留空表示否。", code="invalid")


def ordinal(row: BoardRow):
    """The number as printed in the plan, as a number where it is one."""
    number = row.item.number or str(row.item.position)
    return int(number) if number.isascii() and number.isdigit() and not number.startswith("0") else number


def answering_offices(row: BoardRow) -> str:
    """The offices that answer for the item, those that lead it first; where none is named, who reports on it."""
    lead = [f"{name}（牵头）" if row.responsible_names else name for name in row.lead_names]
    return "、".join(lead + row.responsible_names) or row.reporting_name


def deadline(row: BoardRow):
    """The deadline as a date, else in the words of the plan."""
    return row.item.deadline or row.item.deadline_text


def completion(row: BoardRow):
    """The completion rate; 未填 is said, not left blank."""
    return UNFILLED if row.completion_percent is None else rate(row.completion_percent)


def remarks(row: BoardRow) -> str:
    """What explains the row: the item's status, the report's state, why nothing is new."""
    parts = []
    if row.item.status != Item.Status.ACTIVE:
        parts.append(row.item.get_status_display())
    if row.report and row.report.status != Report.Status.APPROVED:
        parts.append(row.report.status_label)
    if row.report and row.report.unchanged:
        parts.append(f"{label(Report, 'unchanged')}：{row.report.unchanged_reason}")
    return "；".join(parts)


COMPLETION = Column(
    "completion_percent",
    label(Report, "completion_percent"),
    source=completion,
    parse=parse_completion,
    width=7,
    centred=True,
    bars=True,
    help="0 到 100，可写 80 或 80%；暂不填写就留空（未填与 0 不同）。",
)
PROGRESS = Column(
    "progress",
    label(Report, "progress"),
    source=lambda row: row.progress_text,
    parse=parse_text,
    width=32,
    help="本期做了什么、完成到哪一步。",
)
DIFFICULTIES = Column(
    "difficulties",
    label(Report, "difficulties"),
    source=lambda row: row.difficulties,
    parse=parse_text,
    width=16,
    help="没有困难就留空。",
)
NEXT_STEPS = Column(
    "next_steps",
    label(Report, "next_steps"),
    source=lambda row: row.next_steps,
    parse=parse_text,
    width=18,
    help="下一步怎样推进。",
)

# 推进情况表, in the order of the office.
PROGRESS_SHEET = (
    Column("number", "序号", ordinal, width=5, centred=True, help="计划中的编号。"),
    Column("title", "重点工作任务", lambda row: row.item.title, width=15, repeats=True, help="事项的标题。"),
    Column("body", "年度目标", lambda row: row.item.body, width=32, help="事项的内容。"),
    Column(
        "offices", "责任科室", answering_offices, width=9.5, centred=True, repeats=True, help="牵头科室在前。"
    ),
    Column(
        "support_offices",
        "配合科室",
        lambda row: "、".join(row.support_names),
        width=8.5,
        centred=True,
        repeats=True,
        help="配合、协办的科室。",
    ),
    Column(
        "deadline",
        label(Item, "deadline"),
        deadline,
        width=11.5,
        centred=True,
        repeats=True,
        help="没有日期时照原文。",
    ),
    Column(
        "expected_percent",
        "应达进度",
        lambda row: rate(row.expected_percent),
        width=8.5,
        centred=True,
        help="序时进度，按计划起止日期和填报期截至日期计算。",
    ),
    COMPLETION,
    Column(
        "lamp",
        "进度",
        lambda row: str(row.progress),
        width=8.5,
        centred=True,
        repeats=True,
        color=lambda row: row.progress.color,
        help="完成率与应达进度相比。",
    ),
    PROGRESS,
    DIFFICULTIES,
    NEXT_STEPS,
    Column("remarks", "备注", remarks, width=8.5, notes=True, help="事项状态、报告状态等。"),
)
ITEM_ID = Column("item_id", "事项系统编号", lambda row: row.item.pk, help="隐藏列，请勿改动。")

# What a workbook can bring back into a report.
REPORT_CONTENTS = (
    COMPLETION,
    PROGRESS,
    DIFFICULTIES,
    NEXT_STEPS,
    Column("unchanged", label(Report, "unchanged"), parse=parse_yes_no, width=10, help="填“是”或留空。"),
    Column(
        "unchanged_reason",
        label(Report, "unchanged_reason"),
        parse=parse_text,
        width=16,
        help="选择“本期无新进展”时写明。",
    ),
)
