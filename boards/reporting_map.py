"""填报情况: office × period and item × period as maps of cells, each told by shape and word."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.db.models import Exists, OuterRef

from tracking.lamps import SHAPES, Color, Lamp, sent_lamp
from tracking.models import Period, Report
from tracking.models.report import OWED_BY
from workplans.models import Item, Office

# The lamp's word as short as a cell.
SHORT = {
    "按时报送": "按时", "宽限报送": "宽限", "补报": "补报", "已退回": "退回",
    "无需报送": "无需", "未到期": "未到", "宽限期内": "宽限内", "逾期未报": "逾期",
}  # fmt: skip


@dataclass(frozen=True)
class MapCell:
    """One report's standing, and which office had to report; an item owes nothing where there is no cell."""

    report_pk: int
    office: Office | None
    owed_by: str
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
    cells: tuple[MapCell | None, ...]


@dataclass(frozen=True)
class OfficeLine:
    """One office and its count in each period; `names` are what it was called in them, the latest first."""

    office: Office | None
    counts: tuple[Count, ...]
    names: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What it is called, with what it was called before."""
        latest, *former = self.names or (self.office.name if self.office else "",)
        return f"{latest}（原{'、'.join(former)}）" if former else latest

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
    reports = _reports(Report.objects.filter(period__in=periods))
    reported = Report.objects.filter(item=OuterRef("pk"), period__in=periods)
    chosen = items.filter(Exists(reported)).select_related("plan").defer("body")
    lines = [
        ItemLine(item, _cells(reports[item.pk], periods, today)) for item in chosen.order_by("plan_id", "position")
    ]
    cells = [line.cells for line in lines]
    return ReportingMap(tuple(periods), tuple(lines), _offices(lines, periods), _line(None, cells, periods))


def reporting_line(office: Office, items, periods: list[Period], today: date) -> OfficeLine | None:
    """Return the counts of one office over `periods`, None where it had nothing to report; one query."""
    own = items.order_by().values("pk")
    reports = _reports(Report.objects.filter(period__in=periods, office=office, item__in=own))
    return _line(office, [_cells(one, periods, today) for one in reports.values()], periods) if reports else None


def _reports(chosen) -> dict[int, dict[int, tuple]]:
    """Return item → period → (office, id, its name then, state, when submitted, the item's state) of a Report queryset."""
    found: dict[int, dict[int, tuple]] = defaultdict(dict)
    values = chosen.annotate(owed_by=OWED_BY).order_by()
    values = values.values_list(
        "item_id", "period_id", "office_id", "office__name", "office__position",
        "pk", "owed_by", "status", "submitted_at", "item__status",
    )  # fmt: skip
    offices: dict[int | None, Office | None] = {None: None}
    for item, period, office, name, position, *report in values:
        if office not in offices:
            offices[office] = Office(pk=office, name=name, position=position)
        found[item][period] = (offices[office], *report)
    return found


def _cells(reports: dict[int, tuple], periods, today: date) -> tuple[MapCell | None, ...]:
    return tuple(cell_of(period, *reports[period.pk], today) if period.pk in reports else None for period in periods)


def cell_of(
    period: Period, office, pk: int, owed_by, status: str, submitted_at, item_status: str, today: date
) -> MapCell:
    """Return the standing of one report, from its values."""
    handed_in = status not in Report.EDITABLE
    lamp = sent_lamp(status, submitted_at, item_status, period.due_on, period.last_day, today)
    return MapCell(pk, office, owed_by or "", lamp, handed_in or item_status == Item.Status.ACTIVE, handed_in)


def _offices(lines, periods) -> tuple[OfficeLine, ...]:
    """Count the cells of each office: those of the periods in which it had to report."""
    by_office = defaultdict(lambda: defaultdict(list))
    for line in lines:
        for n, cell in enumerate(line.cells):
            if cell:
                by_office[cell.office][n].append(cell)
    ordered = sorted(
        by_office, key=lambda office: (office is None, getattr(office, "position", 0), getattr(office, "pk", 0))
    )
    return tuple(_line_of(office, by_office[office], periods) for office in ordered)


def _line(office, lines, periods) -> OfficeLine:
    """Count `lines`, each the cells of one item in the periods."""
    return _line_of(office, {n: [cells[n] for cells in lines if cells[n]] for n in range(len(periods))}, periods)


def _line_of(office, cells, periods) -> OfficeLine:
    """Count `cells`, by the number of their period."""
    counts = tuple(count_of(cells.get(n, ()), period) for n, period in enumerate(periods))
    names = [cell.owed_by for n in range(len(periods) - 1, -1, -1) for cell in cells.get(n, ())]
    return OfficeLine(office, counts, tuple(dict.fromkeys(names)) if office else ())


def count_of(cells: Iterable[MapCell], period: Period) -> Count:
    """Count the cells of one period."""
    owed = [cell for cell in cells if cell.is_owed]
    return Count(
        period=period,
        owed=len(owed),
        handed_in=sum(cell.is_handed_in for cell in owed),
        on_time=sum(cell.lamp.color == Color.GREEN for cell in owed),
        overdue=sum(cell.lamp.color == Color.RED for cell in owed),
    )
