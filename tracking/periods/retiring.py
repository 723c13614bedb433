"""停用科室: what hangs on an office that is to be used no longer, and handing it to another one."""

from dataclasses import dataclass

from django.db import transaction

from tracking.models import Period, Report
from tracking.models.report import RUNNING
from workplans.history import write_history
from workplans.models import Item, Office, Plan

from .owing import hand_over, still_open

UNDER_WAY = (Item.Status.ACTIVE, Item.Status.SUSPENDED)


@dataclass(frozen=True)
class Hanging:
    """What hangs on one office: its items, the reports it owes in running periods and in closed ones, its people."""

    items: int
    reports: int
    closed: int
    people: int

    def __bool__(self):
        return bool(self.items or self.reports or self.closed)

    @property
    def sentence(self) -> str:
        """The counts in words."""
        parts = (
            (self.items, "个未办结的事项由它填报"), (self.reports, "份进展报告的填报期还没有截止"),
            (self.closed, "份已截止填报期的进展报告还没有通过"), (self.people, "名任职人员"),
        )  # fmt: skip
        return "、".join(f"{count} {what}" for count, what in parts if count)


def hanging_on(office) -> Hanging:
    """Return what hangs on `office`."""
    owed = Report.objects.unfinished().filter(office=office)
    return Hanging(
        items=_items(office).count(),
        reports=owed.filter(period__status__in=RUNNING).count(),
        closed=owed.filter(period__status=Period.Status.CLOSED).count(),
        people=office.memberships.filter(user__is_active=True).values("user").distinct().count(),
    )


def _items(office):
    return Item.objects.filter(reporting_office=office, status__in=UNDER_WAY).exclude(plan__status=Plan.Status.ARCHIVED)


@transaction.atomic
def hand_everything_over(office, successor: Office, *, by, now) -> tuple[int, int]:
    """Give the items of `office` and what it owes in running periods to `successor`; return how many items and reports.

    What it owes in closed periods stays its own: it had to report then. 分工 stays as the plan words it.
    """
    items = list(_items(office).select_for_update(of=("self",)).order_by("pk"))
    for item in items:
        item.reporting_office = successor
    Item.objects.bulk_update(items, ["reporting_office"])
    write_history(items, by=by, now=now, reason=f"{office}停用，改由{successor}填报"[:100])
    reports = still_open(Item.objects.filter(pk__in=[item.pk for item in items])).filter(office=office)
    return len(items), hand_over(reports, by=by, now=now)
