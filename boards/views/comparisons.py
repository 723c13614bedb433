"""填报情况, 困难清单 and 两期对比: get (scoped), bind, call one verb, render."""

from django.core.paginator import Paginator
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from boards.difficulties import AGE_RULE, asked_for
from boards.difficulties import difficulties as difficulties_of
from boards.filters import STALLED_FOR, STALLED_RULE
from boards.overview import CHANGE_RULE
from boards.reporting_map import reporting_map as numbers
from boards.rows import board_rows
from boards.scope import vantage
from boards.two_periods import COPIED_RULE, comparison_for
from tracking import lamps
from workplans.models import Item
from workplans.replicas import reads_replica

from .overview import rules

ITEMS_A_PAGE, TEXTS_A_PAGE, PAIRS_A_PAGE = 50, 30, 20
COUNT_RULE = (
    "格中为“已报/应报”；■有逾期未报，○还有未报但未逾期，●全部报送。暂缓、取消、结转而没有报送的事项不计入应报。"
)


@reads_replica
@require_safe
def reporting_map(request):
    """Show who reported when: office × period, item × period."""
    today = timezone.localdate()
    place = vantage(request.GET, request.user, today)
    opened = [period for period in place.periods if period.status != period.Status.UPCOMING]
    items = Item.objects.visible_to(request.user).filter(plan__organization=place.organization)
    found = numbers(items, opened, today)
    page = Paginator(found.items, ITEMS_A_PAGE).get_page(request.GET.get("page"))
    context = {"place": place, "map": found, "page": page, "rules": rules(COUNT_RULE, lamps.reporting_rule)}
    return render(request, "boards/reporting_map.html", context)


@reads_replica
@require_safe
def difficulties(request):
    """List the difficulties of a period, the longest standing first."""
    today = timezone.localdate()
    place = vantage(request.GET, request.user, today)
    every = []
    if place.period:
        rows = board_rows(place.plans, place.period, place.items(), today, offices=False)
        every = difficulties_of(rows, place.period, place.every)
    offices = {each.row.reporting_office_id: each.row.reporting_name for each in every}
    shown, _words = asked_for(every, request.GET)
    context = {
        "place": place,
        "every": every,
        "old": sum(each.is_old for each in every),
        "offices": sorted(offices.items(), key=lambda pair: pair[0] or 0),
        "page": Paginator(shown, TEXTS_A_PAGE).get_page(request.GET.get("page")),
        "rules": rules(AGE_RULE),
    }
    return render(request, "boards/difficulties.html", context)


@reads_replica
@require_safe
def comparison(request):
    """Set any two periods side by side."""
    today = timezone.localdate()
    place = vantage(request.GET, request.user, today)
    found, page = comparison_for(request.GET, place, today), None
    if found:
        shown = found.only(request.GET.get("kind", ""))
        page = Paginator(shown, PAIRS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "place": place,
        "before": found.before if found else None,
        "found": found,
        "page": page,
        "kind": request.GET.get("kind", ""),
        "stalled_for": STALLED_FOR,
        "rules": rules(CHANGE_RULE, COPIED_RULE, STALLED_RULE),
    }
    return render(request, "boards/two_periods.html", context)
