"""The sheets: which table comes of what a page shows. Numbers and texts are those of the pages' dataclasses."""

from datetime import date

from tracking import lamps
from tracking.dashboards import PlanBoard
from tracking.totals import TOTALS_RULE

from .columns import PROGRESS_SHEET
from .table import Band, Table

PROGRESS = "推进情况表"


def chinese_date(day: date) -> str:
    """Write a date as letters do."""
    return f"{day.year}年{day.month}月{day.day}日"


def period_caption(period) -> str:
    """Return what stands on the right over a table: the period and its last day."""
    if period is None:
        return "截至日期：（还没有填报期）"
    return f"填报期：{period.label}　　截至日期：{chinese_date(period.as_of)}"


def progress_table(board: PlanBoard, filtered_by: str = "") -> Table:
    """Return the 推进情况表 of a plan's board; `filtered_by` is the filter in words, "" for none."""
    return Table(
        name=PROGRESS,
        title=f"{board.plan.title}{PROGRESS}",
        unit=board.plan.organization.name,
        caption=period_caption(board.period),
        columns=PROGRESS_SHEET,
        bands=tuple(Band(_heading(shown), shown.rows) for shown in board.sections),
        lines=(f"合计：{board.totals.sentence}",),
        filtered_by=_filter_sentence(board, filtered_by) if filtered_by else "",
        notes=(f"注：1. {lamps.progress_rule()}", f"　　2. {TOTALS_RULE}"),
    )


def _heading(shown) -> str:
    return str(shown.section) if shown.section.title or shown.section.ordinal else ""


def _filter_sentence(board, filtered_by) -> str:
    listed, totals = len(board.rows), board.totals
    rest = "" if listed == totals.items + totals.left_out else "合计包括没有列出的事项。"
    return f"本表不是全部事项，是筛选的结果——{filtered_by}。列出 {listed} 项。{rest}"
