"""The sheets: which table comes of what a page shows. Numbers and texts are those of the pages' dataclasses."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.db.models import prefetch_related_objects

from boards.board import PlanBoard, by_section
from boards.difficulties import AGE_RULE
from boards.filters import STALLED_RULE
from boards.overview import CHANGE_RULE
from boards.rows import BoardRow
from boards.totals import TOTALS_RULE
from boards.two_periods import COPIED_RULE, ItemInTwoPeriods
from tracking import lamps
from tracking.lamps import Color
from tracking.models import SheetKind
from tracking.periods.missing import RULES as MISSING_RULES
from tracking.periods.missing import MissingOffice, MissingRow
from tracking.reports.columns import Column

from .columns import ITEM_ID, PROGRESS_SHEET
from .ledger import LEDGER_RULES, ledger
from .selection import Selection
from .sheet_columns import (
    BREAKDOWN_EXTRA,
    BREAKDOWN_SHEET,
    COMPARISON_EXTRA,
    COMPARISON_SHEET,
    DIFFICULTY_EXTRA,
    DIFFICULTY_SHEET,
    LEDGER_EXTRA,
    LEDGER_SHEET,
    MISSING_EXTRA,
    MISSING_KEY,
    MISSING_SHEET,
    PROGRESS_EXTRA,
    through,
)
from .table import Band, SheetTable

ROW_ID = through(ITEM_ID, "row")


@dataclass(frozen=True)
class Sheet:
    """One kind of sheet: the columns of the office's own layout, those a bureau can add, what it is made with."""

    kind: SheetKind
    columns: tuple[Column, ...]
    extra: tuple[Column, ...]
    make: Callable[[Selection, tuple[Column, ...]], SheetTable]
    about: str

    @property
    def every_column(self) -> dict[str, Column]:
        """All columns by name."""
        return {column.name: column for column in (*self.columns, *self.extra)}


@dataclass(frozen=True)
class MissingEntry:
    """One row of the 未报清单."""

    office: MissingOffice
    row: MissingRow


@dataclass(frozen=True)
class ComparedPair:
    """One row of 两期对比; `words` is what changed."""

    pair: ItemInTwoPeriods
    words: str

    @property
    def row(self) -> BoardRow:
        """The item in the later period."""
        return self.pair.row


# --- what stands around a table --------------------------------------------------------------------------------


def chinese_date(day: date) -> str:
    """Write a date as letters do."""
    return f"{day.year}年{day.month}月{day.day}日"


def period_caption(period) -> str:
    """Return what stands on the right over a table: the period and its last day."""
    if period is None:
        return "截至日期：（还没有填报期）"
    return f"填报期：{period.label}　　截至日期：{chinese_date(period.as_of)}"


def numbered(*rules: str) -> tuple[str, ...]:
    """Return the rules printed under a table."""
    if len(rules) == 1:
        return (f"注：{rules[0]}",)
    return tuple(f"{'　　' if number else '注：'}{number + 1}. {rule}" for number, rule in enumerate(rules))


def filter_sentence(words: str, listed: int, whole: int | None = None, narrowed: bool = True) -> str:
    """Return the filter as a sentence, with how many rows are listed; "" for none.

    `whole` is how many the totals count, None without totals; not `narrowed` is a list that was only put in order.
    """
    if not words:
        return ""
    if not narrowed:
        return f"本表按所选顺序列出——{words}。共 {listed} 项。"
    rest = "" if whole in (None, listed) else "合计包括没有列出的事项。"
    return f"本表不是全部事项，是筛选的结果——{words}。列出 {listed} 项。{rest}"


def section_bands(sections, several_plans=False) -> tuple[Band, ...]:
    """Return the sections of a board as bands; of several plans each names its plan."""
    return tuple(Band(_heading(each, several_plans), each.rows) for each in sections)


def _heading(shown, several_plans) -> str:
    section = shown.section
    heading = str(section) if section.title or section.ordinal else ""
    if several_plans and shown.rows:
        heading = f"{shown.rows[0].item.plan.title}　{heading}".strip()
    return heading


def _bands_of(sections, several_plans, entries) -> tuple[Band, ...]:
    """Return the sections as bands in which `entries` (each of a board row) stand in place of the rows."""
    of_item = {entry.row.item.pk: entry for entry in entries}
    bands = section_bands(sections, several_plans)
    return tuple(Band(band.heading, tuple(of_item[row.item.pk] for row in band.rows)) for band in bands)


# --- the sheets ------------------------------------------------------------------------------------------------


def progress_table(board: PlanBoard, filtered_by: str = "") -> SheetTable:
    """Return the 推进情况表 of a plan's board; `filtered_by` is the filter in words, "" for none."""
    filtered_by = filter_sentence(filtered_by, len(board.rows), _whole(board))
    return _progress(
        board,
        board.plan.title,
        board.plan.organization.name,
        section_bands(board.sections),
        filtered_by,
        PROGRESS_SHEET,
    )


def _whole(of) -> int:
    """Return how many items the totals are of."""
    return of.totals.items + of.totals.left_out


def _filtered_by(selection) -> str:
    return filter_sentence(selection.words, len(selection.rows), _whole(selection), selection.narrowed)


def progress(selection: Selection, columns) -> SheetTable:
    """Return the 推进情况表."""
    bands = section_bands(selection.sections, len(selection.plans) > 1)
    return _progress(selection, selection.subject, selection.organization.name, bands, _filtered_by(selection), columns)


def _progress(of: PlanBoard | Selection, subject, unit, bands, filtered_by, columns) -> SheetTable:
    name, totals = SheetKind.PROGRESS.label, of.totals
    return SheetTable(
        name=name,
        title=f"{subject}{name}",
        unit=unit,
        caption=period_caption(of.period),
        columns=columns,
        bands=bands,
        lines=(f"合计：{totals.sentence}",),
        filtered_by=filtered_by,
        notes=numbered(lamps.progress_rule(), TOTALS_RULE),
    )


def breakdown(selection: Selection, columns) -> SheetTable:
    """Return the 任务分解表."""
    prefetch_related_objects([row.item for row in selection.rows], "tasks")
    name, count = SheetKind.BREAKDOWN.label, len(selection.rows)
    return SheetTable(
        name=name,
        title=f"{selection.subject}{name}",
        unit=selection.organization.name,
        caption=f"共 {count} 项",
        columns=columns,
        bands=section_bands(selection.sections, len(selection.plans) > 1),
        filtered_by=filter_sentence(selection.words, count, narrowed=selection.narrowed),
    )


def ledger_sheet(selection: Selection, columns) -> SheetTable:
    """Return the 督查台账."""
    name, totals = SheetKind.LEDGER.label, selection.totals
    return SheetTable(
        name=name,
        title=f"{selection.subject}{name}",
        unit=selection.organization.name,
        caption=period_caption(selection.period),
        columns=columns,
        bands=_bands_of(selection.sections, len(selection.plans) > 1, ledger(selection.rows, selection.period)),
        lines=(f"合计：{totals.sentence}",),
        filtered_by=_filtered_by(selection),
        notes=numbered(*LEDGER_RULES, TOTALS_RULE),
        key=ROW_ID,
    )


def difficulties(selection: Selection, columns) -> SheetTable:
    """Return the 困难清单, the longest standing first, as one list."""
    found, words = selection.difficulties
    words = "；".join(filter(None, [selection.words, words]))
    old = sum(each.is_old for each in found)
    name = SheetKind.DIFFICULTIES.label
    return SheetTable(
        name=name,
        title=f"{selection.subject}{name}",
        unit=selection.organization.name,
        caption=period_caption(selection.period),
        columns=columns,
        bands=(Band("", tuple(found)),) if found else (),
        lines=(f"合计：共 {len(found)} 项{f'，其中 {old} 项以前提出、仍在' if old else ''}。",),
        filtered_by=filter_sentence(words, len(found)),
        notes=numbered(AGE_RULE, lamps.progress_rule()),
        empty="没有科室报告的困难。",
        divided_by=lambda each: str(each.row.item.section),
        key=ROW_ID,
    )


def missing(selection: Selection, columns) -> SheetTable:
    """Return the 未报清单 office by office."""
    period, groups = selection.period, selection.missing
    entries = tuple(MissingEntry(group, row) for group in groups for row in group.rows)
    late = sum(entry.row.lamp.color == Color.RED for entry in entries)
    name = SheetKind.MISSING.label
    return SheetTable(
        name=name,
        title=f"{selection.organization}{period.label}{name}",
        unit=selection.organization.name,
        caption=f"填报期：{period.label}　　报送截止：{chinese_date(period.due_on)}",
        columns=columns,
        bands=(Band("", entries),) if entries else (),
        lines=(f"合计：{len(groups)} 个科室 {len(entries)} 项未报{f'，其中逾期 {late} 项' if late else ''}。",),
        filtered_by=filter_sentence(selection.words, len(entries)),
        notes=numbered(*MISSING_RULES),
        empty="没有未报的事项。",
        divided_by=lambda entry: entry.office.name,
        key=MISSING_KEY,
    )


def comparison(selection: Selection, columns) -> SheetTable:
    """Return 两期对比."""
    found, name = selection.comparison, SheetKind.COMPARISON.label
    kind = selection.params.get("kind", "")
    asked = f"变化：{found.labels[kind]}" if kind in found.labels else ""
    pairs = [ComparedPair(pair, _changes(pair, found)) for pair in found.only(kind)]
    sections = by_section([pair.row for pair in pairs])
    return SheetTable(
        name=name,
        title=f"{selection.subject}{name}",
        unit=selection.organization.name,
        caption=f"对比期：{found.before.label}　　本期：{found.after.label}",
        columns=columns,
        bands=_bands_of(sections, len(selection.plans) > 1, pairs),
        lines=("合计：" + "，".join(f"{label} {count}" for _kind, label, count in found.counts) + "。",),
        filtered_by=filter_sentence("；".join(filter(None, [selection.words, asked])), len(pairs), len(found.pairs)),
        notes=numbered(CHANGE_RULE, COPIED_RULE, STALLED_RULE),
        key=ROW_ID,
    )


def _changes(pair, found) -> str:
    kinds = pair.kinds(found.stalled_for)
    return "、".join(label for kind, label in found.labels.items() if kind in kinds)


SHEETS = {
    sheet.kind: sheet
    for sheet in (
        Sheet(SheetKind.PROGRESS, PROGRESS_SHEET, PROGRESS_EXTRA, progress, "各事项的完成率、进展、困难和下一步措施。"),
        Sheet(
            SheetKind.BREAKDOWN, BREAKDOWN_SHEET, BREAKDOWN_EXTRA, breakdown, "各事项的具体举措、牵头和责任科室、时限。"
        ),
        Sheet(
            SheetKind.LEDGER, LEDGER_SHEET, LEDGER_EXTRA, ledger_sheet, "从立项、交办、催办、延期到办结销号的全过程。"
        ),
        Sheet(SheetKind.DIFFICULTIES, DIFFICULTY_SHEET, DIFFICULTY_EXTRA, difficulties, "本期的困难，提出最久的在前。"),
        Sheet(SheetKind.MISSING, MISSING_SHEET, MISSING_EXTRA, missing, "没有报送的科室、事项和联系人。"),
        Sheet(SheetKind.COMPARISON, COMPARISON_SHEET, COMPARISON_EXTRA, comparison, "两期的完成率、进展和困难并列。"),
    )
}
