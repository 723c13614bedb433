"""事项页: what one item said period by period, with the differences marked, and the items around it."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from django.utils.safestring import SafeString

from tracking.expected import row_expected
from tracking.lamps import Lamp, progress_lamp, reporting_lamp
from tracking.models import Report
from tracking.reports.beside_last_period import marked
from workplans.models import Item

FIELDS = {"progress": "目前进展情况", "difficulties": "存在的困难", "next_steps": "下一步工作措施"}


@dataclass(frozen=True)
class PeriodChapter:
    """One report of the item and the one with contents before it."""

    report: Report
    previous: Report | None
    expected: Decimal
    progress: Lamp
    reporting: Lamp

    @property
    def is_written(self) -> bool:
        """Say whether anything was saved."""
        return self.report.saved_at is not None

    @cached_property
    def parts(self) -> list[tuple[str, list[tuple[str, SafeString]]]]:
        """The texts of the item itself, then of each task: heading, label and text with the differences marked."""
        if not self.is_written:
            return []
        earlier = {part.task_id: part for part in self.previous.task_reports.all()} if self.previous else {}
        found = [("", _texts(self.report, self.previous))]
        for part in self.report.task_reports.all():
            found.append((str(part.task), _texts(part, earlier.get(part.task_id))))
        return [(heading, texts) for heading, texts in found if texts]

    @cached_property
    def is_same(self) -> bool:
        """Say whether not a word differs from the report before."""
        return bool(self.previous and self.is_written) and all(
            self.report.compiled(field) == self.previous.compiled(field) for field in FIELDS
        )


def _texts(now, before) -> list[tuple[str, SafeString]]:
    pairs = [(label, getattr(before, field, ""), getattr(now, field)) for field, label in FIELDS.items()]
    return [(label, marked(old, new) if before else marked(new, new)) for label, old, new in pairs if old or new]


def chapters(item: Item, reports: list[Report], today: date) -> list[PeriodChapter]:
    """Return a chapter for each of `reports` (the newest first)."""
    found = []
    for number, report in enumerate(reports):
        report.item = item
        expected = row_expected(item, report.period)
        found.append(
            PeriodChapter(
                report=report,
                previous=next((one for one in reports[number + 1 :] if one.saved_at), None),
                expected=expected,
                progress=progress_lamp(item.status, report.completion_percent, expected),
                reporting=reporting_lamp(report, today),
            )
        )
    return found


@dataclass(frozen=True)
class Neighbours:
    """The items around one: before and after it in the plan, last year's, next years'."""

    before: Item | None
    after: Item | None
    predecessor: Item | None
    successors: list[Item]


def neighbours(item: Item, items) -> Neighbours:
    """Find the neighbours of `item` (its predecessor selected) among `items` (a scoped queryset); three queries."""
    siblings = items.filter(plan=item.plan_id).only("number", "title", "position")
    return Neighbours(
        before=siblings.filter(position__lt=item.position).order_by("-position").first(),
        after=siblings.filter(position__gt=item.position).order_by("position").first(),
        predecessor=item.predecessor,
        successors=list(items.filter(predecessor=item).select_related("plan").order_by("plan__year", "pk")),
    )
