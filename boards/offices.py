"""科室页: what one office leads and supports, and how it reported over the year; offices beside each other."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Exists, OuterRef, Q

from tracking.lamps import Color, LampKind
from tracking.models import Period, Report
from workplans.models import Assignment, Office

from .reporting_map import OfficeLine, reporting_line, reporting_map
from .rows import BoardRow, board_rows
from .totals import BoardTotals, board_totals, mean_expected


@dataclass(frozen=True)
class OfficeYear:
    """One office: the items it reports on, those it is named for besides, and its reports by period."""

    office: Office
    reports_on: tuple[BoardRow, ...]
    named_for: tuple[BoardRow, ...]
    line: OfficeLine | None
    totals: BoardTotals

    def role(self, row: BoardRow) -> str:
        """Return how the plan calls the office for an item."""
        named = [each for each in row.item.named_assignments if each.office_id == self.office.pk]
        return Assignment.Role(named[0].role).label if named else ""


def office_year(office: Office, plans, items, period: Period | None, periods, today: date) -> OfficeYear:
    """Build the page of `office` from `items` (an Item queryset, scoped) of `plans`; five queries."""
    owed = Report.objects.filter(item=OuterRef("pk"), period=period, office=office)
    own = items.filter(Q(reporting_office=office) | Q(assignments__office=office) | Exists(owed)).distinct()
    rows = board_rows(plans, period, own, today)
    reports_on = tuple(row for row in rows if row.reporting_office_id == office.pk)
    named_for = tuple(row for row in rows if row.reporting_office_id != office.pk)
    line = reporting_line(office, items, periods, today)
    return OfficeYear(office, reports_on, named_for, line, board_totals(reports_on, mean_expected(reports_on)))


@dataclass(frozen=True)
class OfficeRow:
    """One office in the comparison."""

    office: Office
    items: int
    average_completion: Decimal | None
    behind: int
    owed: int
    on_time: int


def office_rows(plans, items, period: Period | None, periods, today: date) -> list[OfficeRow]:
    """Return a row for each office that reports on anything, in the offices' own order: this is no ranking."""
    rows = board_rows(plans, period, items, today, offices=False)
    lines = {line.office: line for line in reporting_map(items, periods, today).offices}
    offices = {row.reporting_office for row in rows} - {None}
    found = []
    for office in sorted(offices, key=lambda each: (each.position, each.pk)):
        totals = board_totals([row for row in rows if row.reporting_office == office], None)
        owed, _handed_in, on_time, _overdue = lines[office].sums if office in lines else (0, 0, 0, 0)
        behind = totals.lamps[LampKind.PROGRESS].get(Color.RED, 0)
        found.append(OfficeRow(office, totals.items, totals.average_completion, behind, owed, on_time))
    return found
