"""工作计划: how far each plan is, for the list of plans."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from tracking.models import Period
from tracking.periods.periods import latest_opened
from tracking.reports.trends import Trend
from workplans.models import Item, Plan

from .rows import past, rows_of_plans
from .totals import BoardTotals, board_totals, mean_expected, mean_trend


@dataclass(frozen=True)
class PlanLine:
    """One plan as its board shows it in the period the board opens with; `items` are all it has."""

    plan: Plan
    period: Period | None
    items: int
    totals: BoardTotals
    trend: Trend


def plan_lines(plans: Sequence[Plan], user, today: date) -> list[PlanLine]:
    """Return a line for each of `plans`, those of one page; four queries, however many."""
    by_pk = {plan.pk: plan for plan in plans}
    organizations = {plan.organization_id for plan in plans}
    every = list(Period.objects.visible_to(user).filter(organization__in=organizations).order_by("as_of", "pk"))
    periods = {plan.pk: [each for each in every if _covers(plan, each)] for plan in plans}
    chosen = {pk: latest_opened(own, today) for pk, own in periods.items()}
    items = Item.objects.visible_to(user).filter(plan__in=by_pk)
    rows = rows_of_plans(by_pk, chosen, items, today, every)
    return [
        PlanLine(
            plan,
            chosen[pk],
            len(rows[pk]),
            board_totals(rows[pk], mean_expected(rows[pk])),
            mean_trend(rows[pk], past(chosen[pk], periods[pk])),
        )
        for pk, plan in by_pk.items()
    ]


def _covers(plan: Plan, period: Period) -> bool:
    """Say of one period what `Period.objects.covering(plan)` says of all."""
    return period.organization_id == plan.organization_id and plan.start_on <= period.as_of <= plan.end_on
