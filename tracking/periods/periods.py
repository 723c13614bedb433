"""Opening, closing and reopening periods: every item that owes a report gets its slot, so a missing one is a row.

Dates move periods on (`advance`); archiving is done by hand. What the row must still be is asked of the database in
the same statement that changes it, so that two people, or a person and the nightly command, cannot both win.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Exists, F, Max, OuterRef, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from tracking.models import Period, Reopening, Report, TaskReport
from workplans import access
from workplans.history import write_history, write_history_of
from workplans.insertion import insert_select
from workplans.models import Item, Plan, Task

from .owing import forget_names, keep_names

NEXT_STATUS = {
    Period.Status.OPEN: Period.Status.CLOSED,
    Period.Status.CLOSED: Period.Status.ARCHIVED,
}


class WrongStatus(Exception):
    """The period is not in a status from which it can be moved so; the text is a Chinese sentence."""


def _ask(by, period):
    if refused := access.refusal(by, "change", Period, period):
        raise PermissionDenied(refused)


# --- by hand ---------------------------------------------------------------------------------------------


def open_period(period, *, by, now):
    """Open `period` and make the missing report slots; opening again adds slots for newer items only.

    Returns the number of slots made. Raises PermissionDenied, or WrongStatus for an archived period and for a
    closed one whose last day is over (dates would close it again).
    """
    _ask(by, period)
    if period.status == Period.Status.ARCHIVED:
        raise WrongStatus(f"填报期“{period}”已归档，不能再开启。")
    if period.status == Period.Status.CLOSED and period.last_day < timezone.localdate(now):
        raise WrongStatus(
            f"填报期“{period}”的报送截止已过。请先把报送截止改到今天以后再开启，或者只对个别科室重新开放。"
        )
    return _open(period, by=by, now=now)


@transaction.atomic
def _open(period, *, by, now):
    if not Period.objects.filter(pk=period.pk, status=period.status).update(status=Period.Status.OPEN):
        raise WrongStatus(f"填报期“{period}”的状态刚刚被改动，请刷新页面再看。")
    if period.status == Period.Status.CLOSED:
        forget_names(period)
    period.status = Period.Status.OPEN
    return make_slots(period, owed_items(period), by=by, now=now)


@transaction.atomic
def move_period(period, to_status, *, by):
    """Close or archive `period`. Raises PermissionDenied or WrongStatus."""
    _ask(by, period)
    source = period.status
    possible = NEXT_STATUS.get(source) == to_status
    if not possible or not Period.objects.filter(pk=period.pk, status=source).update(status=to_status):
        period.refresh_from_db(fields=["status"])
        raise WrongStatus(f"填报期“{period}”{period.get_status_display()}，不能改为{to_status.label}。")
    period.status = to_status
    if to_status == Period.Status.CLOSED:
        keep_names(period)


@transaction.atomic
def reopen_for_office(period, office, until, reason, *, by, now) -> int:
    """Open the closed `period` again for one office, up to and with the day `until`; return how many reports.

    Raises PermissionDenied, or WrongStatus where the period is not closed or the office owes nothing any more.
    """
    if refused := access.reopens_period(by, period) or access.refusal(by, "view", Period, period):
        raise PermissionDenied(refused)
    period = Period.objects.select_for_update().get(pk=period.pk)
    if period.status != Period.Status.CLOSED:
        raise WrongStatus(
            f"填报期“{period}”{period.get_status_display()}，只有已截止、未归档的填报期可以对科室重新开放。"
        )
    owed = Report.objects.unfinished().filter(period=period, office=office)
    reports = _set_reopened(owed, True, by=by, now=now, reason=f"重新开放：{reason}")
    if not reports:
        raise WrongStatus(f"{office}在“{period}”没有未完成的进展报告，不需要重新开放。")
    Reopening.objects.create(period=period, office=office, until=until, reason=reason, by=by, at=now)
    return len(reports)


def _set_reopened(reports, value, *, by, now, reason):
    """Switch `is_reopened` on or off and write the history; return the reports as stored."""
    ids = list(reports.order_by().values_list("pk", flat=True))
    Report.objects.filter(pk__in=ids).update(is_reopened=value)
    stored = list(Report.objects.filter(pk__in=ids))
    write_history(stored, by=by, now=now, reason=reason[:100])
    return stored


# --- by dates --------------------------------------------------------------------------------------------


@dataclass
class Advance:
    """What one run of `advance` did: the periods opened and closed, slots made, reports shut again."""

    opened: list[Period]
    closed: list[Period]
    slots: int = 0
    shut: int = 0


def advance(*, today, now) -> Advance:
    """Move every period on to where `today` puts it; run again the same day it does nothing.

    Opens what is due to open, gives newer items their slots, closes what is past its last day of grace, ends
    reopenings that ran out. One transaction a period.
    """
    done = Advance([], [])
    for period in Period.objects.filter(status=Period.Status.UPCOMING, opens_on__lte=today):
        with suppress(WrongStatus):  # somebody opened it by hand this very moment
            done.slots += _open(period, by=None, now=now)
            done.opened.append(period)
    for period in Period.objects.filter(status=Period.Status.OPEN):
        done.slots += _fill(period, by=None, now=now)
        if period.last_day < today and _close(period):
            done.closed.append(period)
    done.shut = _end_reopenings(today, now)
    return done


@transaction.atomic
def _close(period) -> bool:
    changed = Period.objects.filter(pk=period.pk, status=Period.Status.OPEN).update(status=Period.Status.CLOSED)
    if changed:
        keep_names(period)
    period.status = Period.Status.CLOSED
    return bool(changed)


@transaction.atomic
def _end_reopenings(today, now) -> int:
    running = Reopening.objects.filter(period=OuterRef("period"), office=OuterRef("office"), until__gte=today)
    over = Report.objects.filter(~Exists(running), is_reopened=True)
    return len(_set_reopened(over, False, by=None, now=now, reason="重新开放到期"))


# --- slots -----------------------------------------------------------------------------------------------


def fill_open_periods(organization, *, by, now) -> int:
    """Give the organization's newer items their slots in the periods that are open; return how many were made.

    Called wherever items come in or become active again; asks no right of its own.
    """
    periods = Period.objects.filter(organization=organization, status=Period.Status.OPEN)
    return sum(_fill(period, by=by, now=now) for period in periods)


@transaction.atomic
def _fill(period, *, by, now) -> int:
    """Make the missing slots of an open period, which stays locked meanwhile: nobody else makes them too."""
    locked = Period.objects.select_for_update().filter(pk=period.pk, status=Period.Status.OPEN).first()
    return make_slots(locked, owed_items(locked), by=by, now=now) if locked else 0


def owed_items(period):
    """Return the active items of the organization's issued plans whose span the period's `as_of` lies in."""
    return Item.objects.active().filter(
        plan__organization_id=period.organization_id,
        plan__start_on__lte=period.as_of,
        plan__end_on__gte=period.as_of,
    )


def make_slots(period, items, *, by, now):
    """Create one empty report for each of `items` that has none in `period`, with its tasks; return how many.

    Five statements, however many items: rows are made from rows inside the database.
    """
    last = Report.objects.filter(period=period).aggregate(last=Max("pk"))["last"] or 0
    missing = items.exclude(reports__period=period).order_by("plan_id", "position", "pk")
    office = {"office_id": F("reporting_office_id"), "office_name": Coalesce("reporting_office__name", Value(""))}
    count = insert_select(Report, missing, item_id=F("pk"), period_id=period.pk, **office)
    if count:
        made = Report.objects.filter(period=period, pk__gt=last)
        write_history_of(made.order_by("pk"), by=by, now=now, created=True)
        tasks = Task.objects.filter(item__reports__period=period, item__reports__pk__gt=last)
        tasks = tasks.order_by("item__reports__pk", "position", "pk")
        insert_select(TaskReport, tasks, report_id=F("item__reports__pk"), task_id=F("pk"))
        parts = TaskReport.objects.filter(report__period=period, report__pk__gt=last)
        write_history_of(parts.order_by("pk"), by=by, now=now, created=True)
    return count


def default_period(plan: Plan, today: date) -> Period | None:
    """Return the latest period covering the plan that has opened; None when there is none."""
    return latest_opened(list(Period.objects.covering(plan)), today)


def latest_opened(periods: list[Period], today: date) -> Period | None:
    """Return the last of `periods` (oldest first) that has opened; None when there is none."""
    opened = [period for period in periods if period.status != Period.Status.UPCOMING]
    begun = [period for period in opened if period.opens_on <= today]
    return (begun or opened or [None])[-1]
