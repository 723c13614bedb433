"""The numbers of a plan's board as dataclasses: the page, the sheet and the letter share them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from itertools import groupby

from django.db.models import Prefetch, prefetch_related_objects

from workplans.models import Assignment, Item, Plan, Section

from .lamps import (
    Color,
    Kind,
    Lamp,
    deadline_lamp,
    expected_percent,
    is_counted,
    is_finished,
    progress_lamp,
    reporting_lamp,
)
from .models import Period, Report, TaskReport
from .reports.trends import NO_TREND, Trend, trends
from .totals import BoardTotals, board_totals

HUNDRED = Decimal(100)
ROLE_LABELS = dict(Assignment.Role.choices)


@dataclass(frozen=True)
class BoardRow:
    """One item with its report of the period and its three lamps.

    `completion_percent` is the report's; a closed item that has none counts as 100, an open one stays None (未填).
    """

    item: Item
    report: Report | None
    expected_percent: Decimal | None
    completion_percent: Decimal | None
    reporting: Lamp
    progress: Lamp
    deadline: Lamp
    trend: Trend = NO_TREND

    @property
    def lamps(self) -> tuple[Lamp, Lamp, Lamp]:
        """The three lamps in the order of the page."""
        return self.progress, self.reporting, self.deadline

    @cached_property
    def _named(self) -> dict[str, list[str]]:
        """The names of the offices by role."""
        named: dict[str, list[str]] = {role: [] for role in Assignment.Role}
        for assignment in self.item.named_assignments:
            named[assignment.role].append(assignment.office.name)
        return named

    def offices(self, role: str) -> list[str]:
        """Return the names of the offices with `role` (牵头, 责任, 配合), as the document orders them."""
        return self._named[role]

    @property
    def lead_names(self) -> list[str]:
        """The offices the document calls 牵头."""
        return self.offices(Assignment.Role.LEAD)

    @property
    def responsible_names(self) -> list[str]:
        """The offices that answer for the item (责任), leaders not repeated."""
        return self.offices(Assignment.Role.RESPONSIBLE)

    @property
    def support_names(self) -> list[str]:
        """The offices the document calls 配合."""
        return self.offices(Assignment.Role.SUPPORT)

    @property
    def office_lines(self) -> list[tuple[str, str]]:
        """Return (role, names) as a list shows them; without a leader or an answering office the reporting one, roleless."""
        lines = [(ROLE_LABELS[role], "、".join(names)) for role, names in self._named.items() if names]
        if not self.lead_names and not self.responsible_names:
            lines.insert(0, ("", self.reporting_name or "未指定"))
        return lines

    @property
    def reporting_name(self) -> str:
        """The office that fills in the reports, "" while none is set."""
        return self.item.reporting_office.name if self.item.reporting_office else ""

    def text(self, field: str) -> str:
        """Return the whole text of the report's `field`, its tasks' included; "" without a report."""
        return self.report.compiled(field) if self.report else ""

    @cached_property
    def progress_text(self) -> str:
        """目前进展情况."""
        return self.text("progress")

    @cached_property
    def difficulties(self) -> str:
        """存在的困难."""
        return self.text("difficulties")

    @cached_property
    def next_steps(self) -> str:
        """下一步工作措施."""
        return self.text("next_steps")

    def report_in(self, period: Period) -> Report | None:
        """Return the item's report in a period that was read along (`board_rows(beside=…)`)."""
        return next((each for each in self.item.period_reports if each.period_id == period.pk), None)

    @property
    def gap(self) -> Decimal | None:
        """How many percentage points the item is behind; negative ahead, None where nothing can be compared."""
        if self.completion_percent is None or self.expected_percent is None:
            return None
        return self.expected_percent - self.completion_percent

    @property
    def is_finished(self) -> bool:
        """Say whether the item is done: closed, or reported at 100%."""
        return is_finished(self.item.status, self.completion_percent)

    @property
    def is_unreported(self) -> bool:
        """Say whether the report is owed and lies with its office (未报)."""
        return bool(
            self.report and self.report.status in Report.EDITABLE and self.item.status == Item.Status.ACTIVE
        )

    @property
    def stalled(self) -> int:
        """For how many periods the completion of an unfinished item has not moved."""
        return 0 if self.is_finished or not is_counted(self.item.status) else self.trend.stalled

    @property
    def last_saved(self):
        """When its office last wrote something, in this period or before."""
        return self.trend.last_saved or (self.report.saved_at if self.report else None)

    @property
    def difficulties_first_line(self) -> str:
        """The first line of the difficulties, for lists."""
        return self.difficulties.partition("\n")[0]


@dataclass(frozen=True)
class BoardSection:
    """One section of the plan with the rows shown."""

    section: Section
    rows: tuple[BoardRow, ...]

    @cached_property
    def totals(self) -> BoardTotals:
        """The totals of the rows shown."""
        return board_totals(self.rows, None)

    @property
    def behind(self) -> int:
        """How many of them wear the red progress lamp."""
        return self.totals.lamps[Kind.PROGRESS].get(Color.RED, 0)


@dataclass(frozen=True)
class PlanBoard:
    """All of one plan in one period. `totals` are of every item handed in, `sections` of those shown."""

    plan: Plan
    period: Period | None
    expected_percent: Decimal | None
    sections: tuple[BoardSection, ...]
    totals: BoardTotals

    @property
    def rows(self) -> list[BoardRow]:
        """The rows shown, in the order of the plan."""
        return [row for section in self.sections for row in section.rows]

    @property
    def lagging(self) -> list[BoardRow]:
        """The rows shown whose progress lamp is red, the furthest behind first."""
        late = [row for row in self.rows if row.progress.color == Color.RED]
        return sorted(late, key=lambda row: row.completion_percent)

    def only(self, keep: Callable[[BoardRow], bool]) -> "PlanBoard":
        """Return the board showing the rows `keep` says yes to; the totals stay."""
        return replace(self, sections=by_section([row for row in self.rows if keep(row)]))

    def ordered(self, order: str) -> "PlanBoard":
        """Return the board as one list in one of `ORDERS`; in the plan's own order as it is."""
        if order not in ORDERS or not self.rows:
            return self
        heading, key = ORDERS[order]
        rows = sorted(self.rows, key=key)
        return replace(self, sections=(BoardSection(Section(title=heading), tuple(rows)),))


# What a list can be ordered by besides the plan's own order: heading and key; blanks come last.
ORDERS = {
    "gap": ("按落后程度", lambda row: (row.is_finished, row.gap is None, -(row.gap or 0))),
    "completion": ("按完成率从低到高", lambda row: (row.completion_percent is None, row.completion_percent or 0)),
    "deadline": ("按完成时限", lambda row: (row.is_finished, row.item.deadline or date.max)),
    "stalled": ("按停滞期数", lambda row: -row.stalled),
}


# --- building ----------------------------------------------------------------------------------------------


def default_period(plan: Plan, today: date) -> Period | None:
    """Return the latest period covering the plan that has opened; None when there is none."""
    return latest_opened(list(Period.objects.covering(plan)), today)


def latest_opened(periods: list[Period], today: date) -> Period | None:
    """Return the last of `periods` (oldest first) that has opened; None when there is none."""
    opened = [period for period in periods if period.status != Period.Status.UPCOMING]
    begun = [period for period in opened if period.opens_on <= today]
    return (begun or opened or [None])[-1]


def with_offices() -> Prefetch:
    """Return what brings an item's offices along, in the order of the document, as its `named_assignments`."""
    assignments = Assignment.objects.select_related("office").order_by("position", "pk")
    return Prefetch("assignments", assignments, to_attr="named_assignments")


def with_reports(items, periods, *, offices: bool = True):
    """Return the Item queryset with all a row needs: three queries more with the offices, however many items."""
    task_reports = TaskReport.objects.select_related("task").order_by("task__position", "pk")
    reports = Report.objects.filter(period__in=periods).prefetch_related(Prefetch("task_reports", task_reports, to_attr="parts"))
    parts = [Prefetch("reports", reports, to_attr="period_reports"), *([with_offices()] if offices else [])]
    return items.select_related("section", "reporting_office").prefetch_related(*parts)


def row_expected(item: Item, period: Period) -> Decimal:
    """Return what is expected of `item` by the end of `period`: the elapsed share of its plan's span."""
    return expected_percent(item.plan.start_on, item.plan.end_on, period.as_of)


def plan_board(plan: Plan, period: Period | None, items, today: date, periods=(), *, offices=True) -> PlanBoard:
    """Build the board of `items` (an Item queryset of the plan, already scoped and filtered).

    With the plan's `periods` each row knows its trend up to `period`, for one query more.
    """
    rows = board_rows({plan.pk: plan}, period, items, today, periods, offices=offices)
    expected = expected_percent(plan.start_on, plan.end_on, period.as_of) if period else None
    return PlanBoard(plan, period, expected, by_section(rows), board_totals(rows, expected))


def board_rows(
    plans: dict[int, Plan], period: Period | None, items, today: date, periods=(), *, offices=True, beside=None
) -> list[BoardRow]:
    """Return a row for each of `items` (of any of `plans`, by id), in the order of plans and items.

    Args:
        periods: those the rows' trends go through, none without trends.
        offices: whether the rows know the offices named for them; `completed` can add them to those of a page.
        beside: a second period whose reports are read along, for `BoardRow.report_in`.
    """
    found = trends(items, past(period, periods))
    wanted = [each for each in (period, beside) if each]
    return [
        _row(item, plans[item.plan_id], period, found.get(item.pk, NO_TREND), today)
        for item in with_reports(items, wanted, offices=offices).order_by("plan_id", "position")
    ]


def past(period: Period | None, periods: Iterable[Period]) -> list[Period]:
    """Return those of `periods` that end with `period` or before."""
    return [each for each in periods if period and each.as_of <= period.as_of]


def completed(rows: Iterable[BoardRow], period: Period | None, periods: Iterable[Period] = ()) -> list[BoardRow]:
    """Return `rows`, those of one page, with what `board_rows` left out: offices, and trends over `periods`."""
    rows = list(rows)
    prefetch_related_objects([row.item for row in rows], with_offices())
    found = trends(Item.objects.filter(pk__in=[row.item.pk for row in rows]), past(period, periods))
    return [replace(row, trend=found.get(row.item.pk, row.trend)) for row in rows]


def _row(item: Item, plan: Plan, period: Period | None, trend: Trend, today: date) -> BoardRow:
    item.plan = plan
    expected = row_expected(item, period) if period else None
    report = next((each for each in item.period_reports if each.period_id == period.pk), None) if period else None
    if report:
        report.item, report.period = item, period
    completion = report.completion_percent if report else None
    if completion is None and item.status == Item.Status.DONE:
        completion = HUNDRED
    return BoardRow(
        item=item,
        report=report,
        expected_percent=expected,
        completion_percent=completion,
        reporting=reporting_lamp(report, today),
        progress=progress_lamp(item.status, completion, expected),
        deadline=deadline_lamp(item.status, item.deadline, today, completion),
        trend=trend,
    )


def by_section(rows: list[BoardRow]) -> tuple[BoardSection, ...]:
    """Group rows by section, the plans one after another."""
    ordered = sorted(rows, key=lambda row: (row.item.plan_id, row.item.section.position, row.item.position))
    grouped = groupby(ordered, key=lambda row: row.item.section)
    return tuple(BoardSection(section, tuple(members)) for section, members in grouped)
