"""The inbox of a reviewer: what waits, how it differs from last period, and which step passes it on."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from django.utils.timezone import localdate

from tracking.expected import row_expected
from tracking.lamps import Lamp, progress_lamp
from tracking.models import Evidence, Report

from . import hints
from .beside_last_period import attach_previous, marked
from .entry import warnings_of
from .recording import TEXT_FIELDS
from .workflow import PASSING, RETURN, Transition
from .worklists import waiting_reports

SHOWN = 50  # at a time; the next come up as these are dealt with
S = Report.Status


@dataclass(frozen=True)
class TextComparison:
    """One text now and last period."""

    label: str
    text: str
    before: str

    @cached_property
    def differences(self):
        """The text with the changes marked."""
        return marked(self.before, self.text)

    @property
    def is_same(self) -> bool:
        """Say whether nothing changed."""
        return bool(self.text) and self.text == self.before


@dataclass(frozen=True)
class ReviewRow:
    """One report that waits."""

    report: Report
    expected: Decimal
    lamp: Lamp
    warnings: tuple[hints.Warning, ...]
    files: tuple[Evidence, ...]
    days_waiting: int = 0

    @property
    def passing(self) -> Transition:
        """The step that passes it on."""
        return PASSING[self.report.status]

    @property
    def texts(self) -> list[TextComparison]:
        """The three texts, tasks included, beside last period's."""
        before = self.report.previous
        return [
            TextComparison(
                Report._meta.get_field(name).verbose_name,
                self.report.compiled(name),
                before.compiled(name) if before else "",
            )
            for name in TEXT_FIELDS
        ]


def inbox(user, today: date) -> dict:
    """Return `rows` (the first SHOWN) and `total`."""
    waiting = waiting_reports(user)
    reports = attach_previous(
        waiting.select_related(
            "item__plan", "item__section", "office", "period", "saved_by", "submitted_by"
        ).prefetch_related("item__milestones")[:SHOWN]
    )
    files = _files_of(reports)
    rows = [_row(report, files.get(report.pk, ()), today) for report in reports]
    return {"rows": rows, "total": waiting.count() if len(rows) == SHOWN else len(rows)}


def _files_of(reports) -> dict[int, tuple[Evidence, ...]]:
    found = {}
    for evidence in Evidence.objects.filter(report__in=[r.pk for r in reports]).defer("content").order_by("pk"):
        found.setdefault(evidence.report_id, []).append(evidence)
    return {pk: tuple(files) for pk, files in found.items()}


def _row(report, files, today) -> ReviewRow:
    expected = row_expected(report.item, report.period)
    return ReviewRow(
        report=report,
        expected=expected,
        lamp=progress_lamp(report.item.status, report.completion_percent, expected),
        warnings=tuple(warnings_of(report, report.previous)),
        files=files,
        days_waiting=(today - localdate(report.waiting_since)).days if report.waiting_since else 0,
    )


def names_for(decision) -> tuple:
    """Return the steps that a decision of the inbox can be."""
    return (RETURN.name,) if decision == "return" else tuple(step.name for step in PASSING.values())


def steps_for(chosen, decision) -> list:
    """Return (step's name, reports) for what the user decided about the queryset `chosen`."""
    if decision == "return":
        return [(RETURN.name, chosen)]
    # Both are chosen before either is moved, or the head's own step would put a report into the second.
    by_status = {status: list(chosen.filter(status=status).values_list("pk", flat=True)) for status in PASSING}
    return [(PASSING[status].name, Report.objects.filter(pk__in=pks)) for status, pks in by_status.items() if pks]
