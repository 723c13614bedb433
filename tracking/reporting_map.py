"""填报情况: office × period and item × period as maps of cells, each told by shape and word."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.db.models import Exists, OuterRef

from workplans.models import Item, Office

from .lamps import SHAPES, Color, Lamp, reporting_lamp
from .models import Period, Report

# The lamp's word as short as a cell.
SHORT = {
    "按时报送": "按时", "宽限报送": "宽限", "补报": "补报", "已退回": "退回",
    "无需报送": "无需", "未到期": "未到", "宽限期内": "宽限内", "逾期未报": "逾期",
}  # fmt: skip


@dataclass(frozen=True)
class Cell:
    """One report's standing; an item owes nothing where there is no cell."""

    report_pk: int
    lamp: Lamp
    is_owed: bool
    is_handed_in: bool

    @property
    def text(self) -> str:
        """Shape and short word."""
        return f"{self.lamp.shape}{SHORT[self.lamp.word]}"


@dataclass(frozen=True)
class Count:
    """Of one period (and office): how many reports are owed, handed in, in time, overdue."""

    period: Period
    owed: int
    handed_in: int
    on_time: int
    overdue: int

    @property
    def missing(self) -> int:
        """How many are not handed in."""
        return self.owed - self.handed_in

    @property
    def color(self) -> Color:
        """Red where something is overdue, green where all is in, grey otherwise."""
        if not self.owed:
            return Color.GREY
        return Color.RED if self.overdue else Color.GREEN if not self.missing else Color.GREY

    @property
    def shape(self) -> str:
        """The sign of the colour."""
        return SHAPES[self.color]


@dataclass(frozen=True)
class ItemLine:
    """One item and its cell in each period, None where it has no report."""

    item: Item
    cells: tuple[Cell | None, ...]


@dataclass(frozen=True)
class OfficeLine:
    """One office and its count in each period."""

    office: Office | None
    counts: tuple[Count, ...]

    @cached_property
    def sums(self) -> tuple[int, int, int, int]:
        """Owed, handed in, in time and overdue over all periods."""
        names = ("owed", "handed_in", "on_time", "overdue")
        return tuple(sum(getattr(count, name) for count in self.counts) for name in names)


@dataclass(frozen=True)
class ReportingMap:
    """Both maps of a year and the totals of each period."""

    periods: tuple[Period, ...]
    items: tuple[ItemLine, ...]
    offices: tuple[OfficeLine, ...]
    totals: OfficeLine


def reporting_map(items, periods: list[Period], today: date) -> ReportingMap:
    """Build the map of `items` (an Item queryset, scoped) that have reports in `periods`; two queries."""
    by_pk = {period.pk: period for period in periods}
    found = defaultdict(dict)
    rows = Report.objects.filter(period__in=by_pk).order_by().only("item_id", "period_id", "status", "submitted_at")
    for report in rows:
        found[report.item_id][report.period_id] = report
    lines = []
    reported = Report.objects.filter(item=OuterRef("pk"), period__in=by_pk)
    chosen = items.filter(Exists(reported)).select_related("reporting_office", "plan").defer("body")
    for item in chosen.order_by("plan_id", "position"):
        cells = tuple(_cell(found[item.pk].get(pk), item, by_pk[pk], today) for pk in by_pk)
        lines.append(ItemLine(item, cells))
    return ReportingMap(tuple(periods), tuple(lines), _offices(lines, periods), _line(None, lines, periods))


def reporting_line(office: Office, items, periods: list[Period], today: date) -> OfficeLine | None:
    """Return the counts of one office over `periods`, None where it had nothing to report; one query."""
    by_pk = {period.pk: period for period in periods}
    own = items.filter(reporting_office=office).order_by().values("pk")
    chosen = Report.objects.filter(period__in=by_pk, item__in=own).select_related("item")
    found = defaultdict(dict)
    for report in chosen.only("item__status", "period_id", "status", "submitted_at"):
        found[report.item][report.period_id] = report
    lines = []
    for item, reports in found.items():
        lines.append(ItemLine(item, tuple(_cell(reports.get(pk), item, by_pk[pk], today) for pk in by_pk)))
    return _line(office, lines, periods) if lines else None


def _cell(report: Report | None, item: Item, period: Period, today: date) -> Cell | None:
    if report is None:
        return None
    report.item, report.period = item, period
    handed_in = report.status not in Report.EDITABLE
    return Cell(report.pk, reporting_lamp(report, today), handed_in or item.status == Item.Status.ACTIVE, handed_in)


def _offices(lines, periods) -> tuple[OfficeLine, ...]:
    by_office = defaultdict(list)
    for line in lines:
        by_office[line.item.reporting_office].append(line)
    ordered = sorted(by_office, key=lambda office: (office is None, getattr(office, "position", 0), getattr(office, "pk", 0)))
    return tuple(_line(office, by_office[office], periods) for office in ordered)


def _line(office, lines, periods) -> OfficeLine:
    return OfficeLine(office, tuple(_count(lines, number, period) for number, period in enumerate(periods)))


def _count(lines, number, period) -> Count:
    owed = [line.cells[number] for line in lines if line.cells[number] and line.cells[number].is_owed]
    return Count(
        period=period,
        owed=len(owed),
        handed_in=sum(cell.is_handed_in for cell in owed),
        on_time=sum(cell.lamp.color == Color.GREEN for cell in owed),
        overdue=sum(cell.lamp.color == Color.RED for cell in owed),
    )
