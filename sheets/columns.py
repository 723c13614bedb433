"""The columns of the sheets, each declared once: heading, where the value comes from, how it comes back, width, help.

A heading that is a field's label is taken from the field. The sheet, the workbook import and the manual read this.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

from boards.rows import BoardRow
from tracking.milestones import listed
from tracking.models import Report
from tracking.reports.columns import COMPLETION, DIFFICULTIES, NEXT_STEPS, PROGRESS, Column, label, rate
from workplans.models import Item


def ordinal(row: BoardRow) -> int | str:
    """The number as printed in the plan, as a number where it is one."""
    number = row.item.number or str(row.item.position)
    return int(number) if number.isascii() and number.isdigit() and not number.startswith("0") else number


def answering_offices(row: BoardRow) -> str:
    """The offices that answer for the item, those that lead it first; where none is named, who reports on it."""
    lead = [f"{name}（牵头）" if row.responsible_names else name for name in row.lead_names]
    return "、".join(lead + row.responsible_names) or row.reporting_name


def deadline(row: BoardRow) -> date | str:
    """The deadline as a date, else in the words of the plan."""
    day: date | None = row.item.deadline
    return day or str(row.item.deadline_text)


def remarks(row: BoardRow) -> str:
    """What explains the row: the item's status, the report's state, why nothing is new."""
    parts: list[str] = []
    if row.item.status != Item.Status.ACTIVE:
        parts.append(str(Item.Status(row.item.status).label))
    if row.report and row.report.status != Report.Status.APPROVED:
        parts.append(row.report.status_label)
    if row.report and row.report.unchanged:
        parts.append(f"{label(Report, 'unchanged')}：{row.report.unchanged_reason}")
    return "；".join(parts)


NUMBER = Column("number", "序号", ordinal, width=5, centred=True, help="计划中的编号。")
TITLE = Column("title", "重点工作任务", lambda row: row.item.title, width=15, repeats=True, help="事项的标题。")
BODY = Column("body", "年度目标", lambda row: row.item.body, width=32, help="事项的内容。")
OFFICES = Column("offices", "责任科室", answering_offices, width=9.5, centred=True, repeats=True, help="牵头科室在前。")
SUPPORT = Column(
    "support_offices",
    "配合科室",
    lambda row: "、".join(row.support_names),
    width=8.5,
    centred=True,
    repeats=True,
    help="配合、协办的科室。",
)
DEADLINE = Column(
    "deadline",
    label(Item, "deadline"),
    deadline,
    width=11.5,
    centred=True,
    repeats=True,
    help="没有日期时照原文。",
)
EXPECTED = Column(
    "expected_percent",
    "应达进度",
    lambda row: rate(row.expected_percent),
    width=8.5,
    centred=True,
    help="序时进度，按计划起止日期和填报期截至日期计算；里程碑写明应达进度的，按里程碑计算。",
)
LAMP = Column(
    "lamp",
    "进度",
    lambda row: str(row.progress),
    width=8.5,
    centred=True,
    repeats=True,
    color=lambda row: row.progress.color,
    help="完成率与应达进度相比。",
)
MILESTONES = Column(
    "milestones",
    "里程碑",
    lambda row: listed(row.milestones),
    width=26,
    repeats=True,
    help="各里程碑的日期、内容和完成情况，一行一个。",
)
NEXT_MILESTONE = Column(
    "next_milestone",
    "下一个节点",
    lambda row: row.next_milestone.sentence if row.next_milestone else "",
    width=18,
    repeats=True,
    color=lambda row: row.next_milestone.color if row.next_milestone else "",
    help="还没有完成的里程碑中最早的一个。",
)
REMARKS = Column("remarks", "备注", remarks, width=8.5, notes=True, help="事项状态、报告状态等。")

SHORT = 60  # characters of a 年度目标 in short


def in_short(columns: Iterable[Column]) -> tuple[Column, ...]:
    """Return the columns with 年度目标 cut behind its first sentence, or behind SHORT characters, and … for the rest."""
    return tuple(
        replace(column, source=partial(_in_short, column.source))
        if column.name == BODY.name and column.source
        else column
        for column in columns
    )


def _in_short(source: Callable[[Any], Any], row: Any) -> str:
    text = str(source(row) or "")
    end = text.find("。", 0, SHORT) + 1 or SHORT
    return text if len(text) <= SHORT else text[:end].rstrip() + "…"


# 推进情况表, in the order of the office.
PROGRESS_SHEET = (
    NUMBER,
    TITLE,
    BODY,
    OFFICES,
    SUPPORT,
    DEADLINE,
    EXPECTED,
    COMPLETION,
    LAMP,
    PROGRESS,
    DIFFICULTIES,
    NEXT_STEPS,
    REMARKS,
)
ITEM_ID = Column("item_id", "事项系统编号", lambda row: row.item.pk, help="隐藏列，请勿改动。")
