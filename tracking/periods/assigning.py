"""责任科室 of many items at once, with what it means for reporting: what no office has begun goes with its item."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F

from workplans import assigning
from workplans.assigning import Change
from workplans.models import Item, Plan

from .owing import follow, still_open
from .periods import fill_open_periods


@dataclass(frozen=True)
class Outcome:
    """How many items were changed, how many open reports went to another office, how many stay with the one that began."""

    items: int
    followed: int = 0
    staying: int = 0


@transaction.atomic
def assign_offices(plan: Plan, changes: Mapping[str, Change], *, by, now) -> Outcome:
    """Store the offices of a plan's items and let open reports follow. Raises as `workplans.assigning.assign`."""
    assigned = assigning.assign(plan, changes, by=by, now=now)
    moved = Item.objects.filter(pk__in=assigned.moved)
    followed = follow(moved, by=by, now=now)
    staying = still_open(moved).exclude(office=F("item__reporting_office")).count()
    if assigned.moved:
        fill_open_periods(plan.organization, by=by, now=now)
    return Outcome(assigned.items, followed, staying)
