"""What a person has to do: the reports an office owes, and those that wait for somebody's review.

Querysets, and the owed ones as dataclasses in the order in which they want attention; `today` is an argument.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import IntEnum
from functools import cached_property
from itertools import groupby

from django.db.models import OuterRef, Q, QuerySet, Subquery

from tracking.expected import row_expected
from tracking.lamps import Color, Lamp, deadline_lamp, progress_lamp, reporting_lamp
from tracking.milestones import MilestoneState, next_of, states
from tracking.models import Evidence, Period, Report, ReportEvent, Urge
from tracking.models.report import unreported
from workplans import access
from workplans.models import Item

from .beside_last_period import attach_previous, earlier

S = Report.Status


class Urgency(IntEnum):
    """The groups of 我的填报, the most urgent first."""

    FIRST = 1, "请先处理"
    EMPTY = 2, "待填报"
    BEGUN = 3, "填写中"
    SENT = 4, "已提交，等待审核"
    APPROVED = 5, "已通过"

    def __new__(cls, value, label):
        """Keep the heading beside the order."""
        member = int.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member


@dataclass(frozen=True)
class OwedRow:
    """One report of the user's offices, with its lamps."""

    report: Report
    expected: Decimal
    reporting: Lamp
    progress: Lamp
    deadline: Lamp
    milestone: MilestoneState | None = None

    @property
    def is_editable(self) -> bool:
        """Say whether it is still the office's to write."""
        return self.report.status in Report.EDITABLE

    @property
    def urgency(self) -> Urgency:
        """Which group it stands in."""
        if self.report.status == S.APPROVED:
            return Urgency.APPROVED
        if not self.is_editable:
            return Urgency.SENT
        if self.lamp_rank < 4:
            return Urgency.FIRST
        return Urgency.EMPTY if self.report.saved_at is None else Urgency.BEGUN

    @property
    def lamp_rank(self) -> int:
        """The worst lamp as a number: overdue, returned, far behind, within grace, nothing."""
        signs = (
            self.reporting.color == Color.RED,
            self.report.status == S.RETURNED,
            self.progress.color == Color.RED,
            self.reporting.color == Color.AMBER,
        )
        return signs.index(True) if True in signs else len(signs)

    @property
    def order(self):
        """The key that sorts rows."""
        item = self.report.item
        return self.urgency, self.lamp_rank, self.report.period.due_on, item.plan_id, item.position


@dataclass(frozen=True)
class Worklist:
    """All rows, sorted, and their counts."""

    rows: tuple[OwedRow, ...]

    @classmethod
    def of(cls, reports, today) -> "Worklist":
        """The worklist of these reports."""
        return cls(tuple(sorted((_row(report, today) for report in reports), key=lambda row: row.order)))

    @property
    def groups(self) -> list[tuple[Urgency, list[OwedRow]]]:
        """The rows by urgency."""
        return [(urgency, list(rows)) for urgency, rows in groupby(self.rows, key=lambda row: row.urgency)]

    @cached_property
    def sent(self) -> int:
        """How many are handed in, approved ones included."""
        return sum(not row.is_editable for row in self.rows)

    @cached_property
    def returned(self) -> int:
        """How many came back."""
        return sum(row.report.status == S.RETURNED for row in self.rows)

    @cached_property
    def empty(self) -> int:
        """How many have nothing saved."""
        return sum(row.is_editable and row.report.saved_at is None for row in self.rows)

    @property
    def begun(self) -> int:
        """How many are begun or returned, and not handed in."""
        return len(self.rows) - self.sent - self.empty

    @property
    def sentence(self) -> str:
        """The counter on top of the page."""
        returned = f"（其中已退回 {self.returned}）" if self.returned else ""
        return f"本期应填 {len(self.rows)} 项：已提交 {self.sent}，填写中 {self.begun}{returned}，待填 {self.empty}"


@dataclass(frozen=True)
class UrgeNote:
    """One urging as the office reads it: who, when, what, and how many reports it is about."""

    urge: Urge
    items: tuple[Item, ...]


def _own_writable(user):
    offices = access.standing(user).offices
    return Report.objects.visible_to(user).writable().filter(office__in=offices)


def _waiting_filter(user) -> Q:
    """Return as a condition what `workflow.waits_for` says of one report."""
    held = access.standing(user)
    at_office = Q(status=S.OFFICE_REVIEW, office__in=held.headed)
    at_bureau = Q(status=S.BUREAU_REVIEW, item__plan__organization__in=held.supervised)
    not_own = ~Q(saved_by=user) | Q(saved_by=None)
    not_sent = ~Q(submitted_by=user) | Q(submitted_by=None)
    running = Period.objects.filter(organization__in=held.organizations).exclude(status=Period.Status.ARCHIVED)
    return Q(period__in=running.order_by().values("pk")) & (at_office | (at_bureau & not_own & not_sent))


def owed_reports(user):
    """Return the reports of the user's offices in the periods that can be written: handed in, or owed (未报)."""
    return _own_writable(user).filter(~Q(status__in=Report.EDITABLE) | unreported())


def waiting_reports(user):
    """Return the reports that wait for the user's review, the longest waiting first (`waiting_since`)."""
    arrived = ReportEvent.objects.filter(report=OuterRef("pk"), to_status=OuterRef("status")).order_by("-at")
    return (
        Report.objects.visible_to(user)
        .filter(_waiting_filter(user))
        .annotate(waiting_since=Subquery(arrived.values("at")[:1]))
        .order_by("waiting_since", "pk")
    )


def duties(user) -> dict[str, QuerySet]:
    """Return what the person has to do, to be counted: the reports `owed`, and those `waiting` for the person's review.

    A duty the person has not is left out. Few reports are open or wait, and each state has its index:
    the state is named once, or PostgreSQL takes two conditions for two reasons to expect nothing.
    """
    held = access.standing(user)
    found = {}
    if held.offices:
        found["owed"] = _own_writable(user).unreported()
    if held.headed or held.supervised:
        found["waiting"] = Report.objects.visible_to(user).filter(_waiting_filter(user))
    return found


def worklist(user, today: date) -> Worklist:
    """Return everything the user's offices owe now, the most urgent first; two queries."""
    reports = (
        owed_reports(user)
        .select_related("item__plan", "item__section", "office", "period")
        .prefetch_related("item__milestones")
        .annotate(previous_percent=Subquery(earlier().values("completion_percent")[:1]))
    )
    return Worklist.of(reports, today)


def worklist_with_texts(user, today: date) -> Worklist:
    """Return the same with last period's texts and the texts of tasks (`report.previous`); five queries."""
    reports = (
        owed_reports(user)
        .select_related("item__plan", "item__section", "office", "period")
        .prefetch_related("item__milestones")
    )
    return Worklist.of(attach_previous(reports), today)


def _row(report, today) -> OwedRow:
    item, completion = report.item, report.completion_percent
    expected = row_expected(item, report.period)
    return OwedRow(
        report=report,
        expected=expected,
        reporting=reporting_lamp(report, today),
        progress=progress_lamp(item.status, completion, expected),
        deadline=deadline_lamp(item.status, item.deadline, today, completion),
        milestone=next_of(states(item, today)),
    )


def urge_notes(reports) -> list[UrgeNote]:
    """Return the urgings of `reports`, the newest first; one for several reports is one note."""
    urges = Urge.objects.filter(report__in=reports).select_related("by", "report__item").order_by("-at", "pk")
    grouped = groupby(urges, key=lambda urge: (urge.at, urge.by_id, urge.note))
    notes = []
    for _key, members in grouped:
        members = list(members)
        notes.append(UrgeNote(members[0], tuple(urge.report.item for urge in members)))
    return notes


def evidence_of(report):
    """Return the report's files without their contents."""
    return Evidence.objects.filter(report=report).select_related("uploaded_by").defer("content").order_by("pk")
