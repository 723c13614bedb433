"""Due dates that a year's 放假安排 makes other days: listed with the new proposal, moved with one confirmation."""

from dataclasses import dataclass
from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction

from tracking.models import DueDateChange, HolidayNotice, Period
from workplans import access

from .workdays import NoSuchDay, UnknownRule, WorkCalendar, parse_rule

MOVABLE = (Period.Status.UPCOMING, Period.Status.OPEN)


@dataclass(frozen=True)
class NewDueDate:
    """One period, the days proposed for it, and why."""

    period: Period
    due_on: date
    opens_on: date
    reason: str

    @property
    def key(self) -> str:
        """What the page sends back: it holds only while the period still has the date that was shown."""
        return f"{self.period.pk}:{self.period.due_on:%Y%m%d}:{self.due_on:%Y%m%d}"


def current_calendar() -> WorkCalendar:
    """Return the calendar with the notices uploaded so far; one query."""
    announced, years = {}, set()
    for year, off, worked in HolidayNotice.objects.order_by("year").values_list("year", "off", "worked"):
        years.add(year)
        announced |= {date.fromisoformat(day): False for day in off} | {date.fromisoformat(day): True for day in worked}
    return WorkCalendar(announced, frozenset(years))


def movable_periods(user, today: date):
    """Return the periods whose due date can still be moved by the user: not closed, and not past."""
    supervised = access.standing(user).supervised
    periods = Period.objects.filter(organization__in=supervised, status__in=MOVABLE, due_on__gte=today)
    return periods.select_related("organization").order_by("organization", "due_on", "pk")


def new_due_dates(periods, calendar: WorkCalendar) -> list[NewDueDate]:
    """Return what is proposed for those of `periods` whose due date is not what the calendar makes it. Pure."""
    return [found for period in periods if (found := _proposal(period, calendar))]


def _proposal(period, calendar) -> NewDueDate | None:
    due_on, reason = period.due_on, ""
    if period.due_rule:
        try:
            due_on = parse_rule(period.due_rule).day(period.as_of, calendar)
        except (UnknownRule, NoSuchDay):
            return None
        reason = f"{due_on.year}年放假安排公布后，“{period.due_rule}”是这一天"
    elif due_on.weekday() < 5 and calendar.is_announced(due_on.year) and not calendar.is_workday(due_on):
        # Typed by hand: a weekend may be meant, a day that has become a holiday hardly.
        due_on = calendar.workday_after(due_on)
        reason = "原截止日期放假，顺延到放假后的第一个工作日"
    if due_on == period.due_on or not calendar.is_announced(due_on.year):
        return None
    moved = due_on - period.due_on
    opens_on = period.opens_on + moved if period.status == Period.Status.UPCOMING else min(period.opens_on, due_on)
    return NewDueDate(period, due_on, opens_on, reason)


@transaction.atomic
def move_due_dates(proposals, *, by, now) -> list[DueDateChange]:
    """Give the periods the days proposed, where they still have those they had; return what was changed.

    Raises PermissionDenied.
    """
    changed = []
    for each in proposals:
        if refused := access.refusal(by, "change", Period, each.period):
            raise PermissionDenied(refused)
        still = Period.objects.filter(pk=each.period.pk, due_on=each.period.due_on, status__in=MOVABLE)
        if still.update(due_on=each.due_on, opens_on=each.opens_on):
            changed.append(
                DueDateChange(
                    period=each.period,
                    from_day=each.period.due_on,
                    to_day=each.due_on,
                    reason=each.reason,
                    by=by,
                    at=now,
                )
            )
    return DueDateChange.objects.bulk_create(changed)
