"""Opening and closing periods: every item that owes a report gets its slot, so a missing one is a row."""

from django.core.exceptions import PermissionDenied
from django.db import transaction

from workplans import access
from workplans.history import write_history
from workplans.models import Item, Task

from .models import Period, Report, TaskReport

NEXT_STATUS = {
    Period.Status.OPEN: Period.Status.CLOSED,
    Period.Status.CLOSED: Period.Status.ARCHIVED,
}


class WrongStatus(Exception):
    """The period is not in a status from which it can be moved so; the text is a Chinese sentence."""


def open_period(period, *, by, now):
    """Open `period` and make the missing report slots; opening again adds slots for newer items only.

    Returns the number of slots made. Raises PermissionDenied, or WrongStatus for an archived period.
    """
    if refused := access.refusal(by, "change", Period, period):
        raise PermissionDenied(refused)
    if period.status == Period.Status.ARCHIVED:
        raise WrongStatus(f"填报期“{period}”已归档，不能再开启。")
    with transaction.atomic():
        period.status = Period.Status.OPEN
        period.save(update_fields=["status"])
        return make_slots(period, owed_items(period), by=by, now=now)


def move_period(period, to_status, *, by):
    """Close or archive `period`. Raises PermissionDenied or WrongStatus."""
    if refused := access.refusal(by, "change", Period, period):
        raise PermissionDenied(refused)
    if NEXT_STATUS.get(period.status) != to_status:
        raise WrongStatus(f"填报期“{period}”{period.get_status_display()}，不能改为{to_status.label}。")
    period.status = to_status
    period.save(update_fields=["status"])


def owed_items(period):
    """Return the active items of the organization's issued plans whose span the period's `as_of` lies in."""
    return Item.objects.active().filter(
        plan__organization_id=period.organization_id,
        plan__start_on__lte=period.as_of,
        plan__end_on__gte=period.as_of,
    )


def make_slots(period, items, *, by, now):
    """Create one empty report for each of `items` that has none in `period`, with its tasks; return how many."""
    missing = list(items.exclude(reports__period=period).order_by("plan_id", "position"))
    reports = Report.objects.bulk_create([Report(item=item, period=period) for item in missing])
    write_history(reports, by=by, now=now, created=True)
    by_item = {report.item_id: report for report in reports}
    tasks = Task.objects.filter(item__in=missing).order_by("item_id", "position")
    task_reports = TaskReport.objects.bulk_create(
        [TaskReport(report=by_item[task.item_id], task=task) for task in tasks]
    )
    write_history(task_reports, by=by, now=now, created=True)
    return len(reports)
