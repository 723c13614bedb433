"""A year's series of periods: proposed first, looked at, then stored.

`propose` is pure; `store` writes what the supervisor has seen, and only that.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from django.core.exceptions import PermissionDenied
from django.db import models, transaction

from tracking.models import Period
from workplans import access

from .workdays import BUILT_IN, RECKONED, DayRule, NoSuchDay, WorkCalendar, WorkdayRule


class Rhythm(models.TextChoices):
    """How often a year is reported on."""

    MONTHLY = "monthly", "每月一次（12 个）"
    QUARTERLY = "quarterly", "每季一次（4 个）"
    HALF_YEARLY = "half_yearly", "每半年一次（2 个）"
    ONCE = "once", "只建一个"


MONTHS = {
    Rhythm.MONTHLY: range(1, 13),
    Rhythm.QUARTERLY: range(3, 13, 3),
    Rhythm.HALF_YEARLY: range(6, 13, 6),
}


@dataclass(frozen=True)
class Proposal:
    """One period as it would be stored, with what the supervisor should know of it."""

    label: str
    year: int
    start_on: date
    as_of: date
    opens_on: date
    due_on: date
    grace_days: int = 0
    remark: str = ""
    is_due_past: bool = False
    due_rule: str = ""


def label_of(start_on: date, as_of: date) -> str:
    """Return the label as the bureaus' letters write it: 2024年1-10月, 2024年1月."""
    if start_on.month == as_of.month:
        return f"{as_of.year}年{as_of.month}月"
    return f"{as_of.year}年{start_on.month}-{as_of.month}月"


def end_of_month(year: int, month: int) -> date:
    """Return the last day of a month."""
    return date(year, month, monthrange(year, month)[1])


def propose(
    start_on: date,
    months,
    rule: WorkdayRule | DayRule | None,
    *,
    open_days: int,
    grace_days: int,
    today: date,
    calendar: WorkCalendar = BUILT_IN,
) -> list[Proposal]:
    """Return one cumulative period for each of `months` (of the year of `start_on`) that ends after it.

    Without a rule the due date is the last day of the span, to be typed by hand. `open_days` is how many days before
    the due date the period opens.
    """
    spans = [end_of_month(start_on.year, month) for month in months]
    return [
        _proposal(start_on, as_of, rule, open_days, grace_days, today, calendar) for as_of in spans if as_of >= start_on
    ]


def _proposal(start_on, as_of, rule, open_days, grace_days, today, calendar) -> Proposal:
    due_on, remark, said = as_of, "", ""
    if rule:
        try:
            due_on, said = rule.day(as_of, calendar), str(rule)
            remark = "" if calendar.is_announced(due_on.year) else RECKONED
        except NoSuchDay as problem:
            remark = f"{problem}请手工填写。"
    past = due_on + timedelta(days=grace_days) < today
    if past and not remark:
        remark = "截止日期已过，没有勾选；需要补录时请勾选。"
    return Proposal(
        label_of(start_on, as_of), as_of.year, start_on, as_of, due_on - timedelta(days=open_days), due_on,
        grace_days, remark, past, said,
    )  # fmt: skip


def existing_labels(organization) -> set[str]:
    """Return the labels the organization has already."""
    return set(Period.objects.filter(organization=organization).values_list("label", flat=True))


@transaction.atomic
def store(organization, proposals, *, by) -> tuple[list[Period], list[str]]:
    """Store `proposals` for `organization`; return the periods made and the labels left out, being there already.

    Raises PermissionDenied.
    """
    periods = [
        Period(
            organization=organization, label=p.label, year=p.year, start_on=p.start_on, as_of=p.as_of,
            opens_on=p.opens_on, due_on=p.due_on, grace_days=p.grace_days, due_rule=p.due_rule,
        )
        for p in proposals
    ]  # fmt: skip
    for period in periods or [Period(organization=organization)]:
        if refused := access.refusal(by, "add", Period, period):
            raise PermissionDenied(refused)
    known = existing_labels(organization)
    made = Period.objects.bulk_create([period for period in periods if period.label not in known])
    return made, [period.label for period in periods if period.label in known]
