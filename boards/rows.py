"""One item with its report of a period and its lamps, as a row: pages, sheets and letters share it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property

from django.db.models import Prefetch, prefetch_related_objects

from tracking.expected import row_expected
from tracking.lamps import (
    Lamp,
    deadline_lamp,
    is_counted,
    is_finished,
    progress_lamp,
    reporting_lamp,
)
from tracking.milestones import MilestoneState, next_of, states
from tracking.models import Period, Report, TaskReport
from tracking.reports.trends import NO_TREND, Point, Trend, trends
from workplans.models import Assignment, Item, MilestonesOf, Office, Plan

HUNDRED = Decimal(100)
DAYS_AHEAD = 30
TEXTS = ("progress", "difficulties", "next_steps", "unchanged_reason")
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
    milestones: tuple[MilestoneState, ...] = ()

    @property
    def lamps(self) -> tuple[Lamp, Lamp, Lamp]:
        """The three lamps in the order of the page."""
        return self.progress, self.reporting, self.deadline

    @cached_property
    def _named(self) -> dict[str, list[str]]:
        """The names of the offices by role."""
        named: dict[str, list[str]] = {role: [] for role in Assignment.Role}
        then = self.report.named_offices if self.report else None
        for role, name in ((a.role, a.office.name) for a in self.item.named_assignments) if then is None else then:
            named[role].append(name)
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
        """The office that fills in the report, in a closed period by its name then; "" while none is set."""
        if self.report:
            return self.report.owed_by
        return self.item.reporting_office.name if self.item.reporting_office else ""

    @property
    def reporting_office(self) -> Office | None:
        """The office that owes the report of the period, the item's where it has none."""
        return self.report.office if self.report else self.item.reporting_office

    @property
    def reporting_office_id(self) -> int | None:
        """Its id."""
        return self.report.office_id if self.report else self.item.reporting_office_id

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
    def has_difficulties(self) -> bool:
        """Say whether the report names a difficulty; 无 and the like are none."""
        return bool(self.report and self.report.has_difficulties)

    @cached_property
    def next_steps(self) -> str:
        """下一步工作措施."""
        return self.text("next_steps")

    def report_in(self, period: Period) -> Report | None:
        """Return the item's report in a period that was read along (`board_rows(beside=…)`)."""
        return next((each for each in self.item.period_reports if each.period_id == period.pk), None)

    @property
    def next_milestone(self) -> MilestoneState | None:
        """下一个节点: the milestone to be reached next."""
        return next_of(self.milestones)

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
        return bool(self.report and self.report.status in Report.EDITABLE and self.item.status == Item.Status.ACTIVE)

    def is_due_soon(self, today: date) -> bool:
        """Say whether the item is under way and due within the next 30 days."""
        deadline = self.item.deadline
        near = deadline is not None and today <= deadline <= today + timedelta(days=DAYS_AHEAD)
        return near and self.item.status == Item.Status.ACTIVE and not self.is_finished

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
        """The first line of the difficulties, for lists; "" where none is named."""
        return self.difficulties.partition("\n")[0] if self.has_difficulties else ""


def with_offices() -> Prefetch:
    """Return what brings an item's offices along, in the order of the document, as its `named_assignments`."""
    assignments = Assignment.objects.select_related("office").order_by("position", "pk")
    return Prefetch("assignments", assignments, to_attr="named_assignments")


def with_reports(items, periods, *, offices: bool = True, texts: bool = True):
    """Return the Item queryset with all a row needs: three queries more with the offices, however many items.

    Without `texts` the reports know their numbers and states alone, for one query less.
    """
    reports = Report.objects.filter(period__in=periods).select_related("office").order_by()
    if texts:
        task_reports = TaskReport.objects.select_related("task").order_by("task__position", "pk")
        reports = reports.prefetch_related(Prefetch("task_reports", task_reports, to_attr="parts"))
    else:
        reports = reports.defer(*TEXTS)
    parts = [Prefetch("reports", reports, to_attr="period_reports"), *([with_offices()] if offices else [])]
    items = items.annotate(known_milestones=MilestonesOf())
    return items.select_related("section", "reporting_office").prefetch_related(*parts)


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


def rows_by_period(plans: dict[int, Plan], periods: Iterable[Period], items, today: date) -> dict[int, list[BoardRow]]:
    """Return the rows of `items` in each of `periods`, by the period's id, with their trends up to it; two queries.

    A plan has rows in the periods that end within its span. The rows know no texts and no offices but the owing one.
    """
    ordered = sorted(periods, key=lambda period: (period.as_of, period.pk))
    found: dict[int, list[BoardRow]] = {period.pk: [] for period in ordered}
    chosen = with_reports(items, ordered, offices=False, texts=False).defer("body").order_by("plan_id", "position")
    for item in chosen:
        plan, said = plans[item.plan_id], {report.period_id: report for report in item.period_reports}
        points: list[Point] = []
        for period in ordered:
            if report := said.get(period.pk):
                points.append(Point(period, report.completion_percent, report.saved_at))
            if plan.start_on <= period.as_of <= plan.end_on:
                found[period.pk].append(_row(item, plan, period, Trend(tuple(points)), today))
    return found


def rows_of_plans(
    plans: dict[int, Plan], chosen: dict[int, Period | None], items, today: date, periods=()
) -> dict[int, list[BoardRow]]:
    """Return the rows of each of `plans` in its own period (`chosen`, by the plan's id), by the plan's id; three queries.

    They know no texts and no offices but the owing one; their trends go through `periods`.
    """
    wanted = {period.pk: period for period in chosen.values() if period}
    found = trends(items, periods)
    rows: dict[int, list[BoardRow]] = {pk: [] for pk in plans}
    for item in with_reports(items, wanted, offices=False, texts=False).defer("body").order_by("plan_id", "position"):
        plan = plans[item.plan_id]
        rows[plan.pk].append(_row(item, plan, chosen[plan.pk], found.get(item.pk, NO_TREND), today))
    return rows


def past(period: Period | None, periods: Iterable[Period]) -> list[Period]:
    """Return those of `periods` that end with `period` or before."""
    return [each for each in periods if period and each.as_of <= period.as_of]


def completed(rows: Iterable[BoardRow], period: Period | None, periods: Iterable[Period] = ()) -> list[BoardRow]:
    """Return `rows`, those of one page, with what `board_rows` left out: offices, and trends over `periods`."""
    rows = list(rows)
    prefetch_related_objects([row.item for row in rows], with_offices())
    found = trends(Item.objects.filter(pk__in=[row.item.pk for row in rows]), past(period, periods))
    return [replace(row, trend=found.get(row.item.pk, row.trend)) for row in rows]


def rate_of(item: Item, reported: Decimal | None) -> Decimal | None:
    """Return the rate an item counts with: as reported; a closed item without a rate counts as 100."""
    return HUNDRED if reported is None and item.status == Item.Status.DONE else reported


def _row(item: Item, plan: Plan, period: Period | None, trend: Trend, today: date) -> BoardRow:
    item.plan = plan
    expected = row_expected(item, period) if period else None
    report = next((each for each in item.period_reports if each.period_id == period.pk), None) if period else None
    if report:
        report.item, report.period = item, period
    completion = rate_of(item, report.completion_percent if report else None)
    return BoardRow(
        item=item,
        report=report,
        expected_percent=expected,
        completion_percent=completion,
        reporting=reporting_lamp(report, today),
        progress=progress_lamp(item.status, completion, expected),
        deadline=deadline_lamp(item.status, item.deadline, today, completion),
        trend=trend,
        milestones=states(item, today),
    )
