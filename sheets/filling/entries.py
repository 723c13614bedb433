"""What an office has to fill in for a period, row by row: each item, then its tasks, the period before beside them."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from django.db.models import Q

from tracking.models import Period, Report, TaskReport
from tracking.reports.beside_last_period import attach_previous
from tracking.reports.worklists import owed_reports
from workplans import access
from workplans.models import Item, Office
from workplans.sheet_text import Percent

TASK_SIGN = "　└ 分解任务："


@dataclass(frozen=True)
class FillRow:
    """One row: an item's report, or what is said of one of its tasks (`task_report`)."""

    report: Report
    task_report: TaskReport | None = None
    before: Report | TaskReport | None = None

    @property
    def texts(self) -> Report | TaskReport:
        """Whose texts the row holds."""
        return self.task_report or self.report

    @property
    def number(self) -> str:
        """The item's number as printed, on its tasks' rows too: sorted by it they stay together."""
        return self.report.item.number or str(self.report.item.position)

    @property
    def title(self) -> str:
        """The words that say which row it is."""
        if self.task_report:
            return f"{TASK_SIGN}{self.task_report.task}"
        return "\n".join(filter(None, (self.report.item.title, self.report.item.body)))

    @property
    def status(self) -> str:
        """The report's state as shown; its tasks have none of their own."""
        return "" if self.task_report else self.report.status_label

    @property
    def percent_before(self):
        """The completion rate of the period before."""
        percent = getattr(self.before, "completion_percent", None)
        return None if percent is None else Percent(percent)

    @property
    def is_writable(self) -> bool:
        """Whether the report's state and period let anybody write it."""
        return self.report.editing_refusal() is None


def rows_of(report: Report) -> Iterator[FillRow]:
    """The rows of one report; `report.previous` is the one before."""
    previous = report.previous
    yield FillRow(report, None, previous)
    before = {part.task_id: part for part in previous.task_reports.all()} if previous else {}
    for task_report in report.task_reports.all():
        yield FillRow(report, task_report, before.get(task_report.task_id))


def reports_to_fill(period: Period, offices) -> "Report":
    """The reports the offices owe in a period or have handed in; what is no longer under way and was never begun is left out."""
    kept = ~Q(status=Report.Status.DRAFT) | Q(item__status=Item.Status.ACTIVE)
    return (
        Report.objects.filter(kept, period=period, office__in=offices)
        .select_related("item__plan", "office", "period")
        .order_by("office__position", "office", "item__plan", "item__position", "pk")
    )


def sheets_of(period: Period, offices) -> list[tuple[Office, list[FillRow]]]:
    """Each of the offices that has anything to fill in, with its rows; the number of queries is that of one office."""
    reports = attach_previous(reports_to_fill(period, offices))
    grouped = groupby(reports, key=lambda report: report.office)
    return [(office, [row for report in own for row in rows_of(report)]) for office, own in grouped]


def offers(user) -> dict[Period, list[Office]]:
    """The sheets the user can download for the periods that are written now, the soonest due first: period -> offices.

    The offices are the user's own; who supervises and serves in none is offered all that owe something.
    """
    held = access.standing(user)
    open_now = Report.objects.visible_to(user).filter(period__status=Period.Status.OPEN)
    supervised = open_now.filter(period__organization__in=held.supervised)
    reports = owed_reports(user) if held.offices else supervised
    pairs = set(reports.order_by().values_list("period_id", "office_id").distinct())
    periods = (
        Period.objects.filter(pk__in={period for period, _ in pairs})
        .select_related("organization")
        .order_by("due_on", "pk")
    )
    offices = list(Office.objects.filter(pk__in={office for _, office in pairs}))
    return {period: [office for office in offices if (period.pk, office.pk) in pairs] for period in periods}
