"""填报情况, 困难清单 and 两期对比: get (scoped), bind, call one verb, render."""

from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from tracking import lamps
from tracking.comparison_of_periods import compare
from tracking.dashboards import board_rows
from tracking.difficulties import difficulties as difficulties_of
from tracking.filters import STALLED_FOR, STALLED_RULE
from tracking.reporting_map import reporting_map as numbers
from tracking.vantage import vantage
from workplans.models import Item

from .overview import CHANGE_RULE, rules

ITEMS_A_PAGE, TEXTS_A_PAGE = 100, 30
COUNT_RULE = "格中为“已报/应报”；■有逾期未报，○还有未报但未逾期，●全部报送。暂缓、取消、结转而没有报送的事项不计入应报。"
AGE_RULE = "期数指到本期为止连续提出困难的期数，没有报告的一期不算中断；文字未变指与上一期一字不差。"
COPIED_RULE = "照抄上期指“目前进展情况”与对比的一期一字不差，又没有选“本期无新进展”。"


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
    return render(request, "tracking/reporting_map.html", context)


@require_safe
def difficulties(request):
    """List the difficulties of a period, the longest standing first."""
    today = timezone.localdate()
    place = vantage(request.GET, request.user, today)
    every = []
    if place.period:
        rows = board_rows(place.plans, place.period, place.items(), today, offices=False)
        every = difficulties_of(rows, place.period, place.every)
    offices = {each.row.item.reporting_office_id: each.row.reporting_name for each in every}
    shown = [each for each in every if _asked(each, request.GET)]
    context = {
        "place": place,
        "every": every,
        "old": sum(each.is_old for each in every),
        "offices": sorted(offices.items(), key=lambda pair: pair[0] or 0),
        "page": Paginator(shown, TEXTS_A_PAGE).get_page(request.GET.get("page")),
        "rules": rules(AGE_RULE),
    }
    return render(request, "tracking/difficulties.html", context)


def _asked(each, params) -> bool:
    """Say whether a difficulty is of the office, the age and the words asked for."""
    row, office, age = each.row, params.get("office", ""), params.get("age", "")
    if office and str(row.item.reporting_office_id) != office:
        return False
    if age and each.is_old != (age == "old"):
        return False
    text = "\n".join((row.item.number, row.item.title, row.difficulties, row.next_steps)).casefold()
    return all(word in text for word in params.get("q", "").casefold().split())


@require_safe
def comparison(request):
    """Set any two periods side by side."""
    today = timezone.localdate()
    place = vantage(request.GET, request.user, today)
    before = _before(place, request.GET.get("before", ""))
    found, page = None, None
    if before:
        asked = request.GET.get("stalled", "")
        stalled = int(asked) if asked in map(str, STALLED_FOR) else 2
        found = compare(place.plans, place.items(), before, place.period, place.every, stalled, today)
        shown = found.only(request.GET.get("kind", ""))
        page = Paginator(shown, TEXTS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "place": place,
        "before": before,
        "found": found,
        "page": page,
        "kind": request.GET.get("kind", ""),
        "stalled_for": STALLED_FOR,
        "rules": rules(CHANGE_RULE, COPIED_RULE, STALLED_RULE),
    }
    return render(request, "tracking/comparison.html", context)


def _before(place, value):
    """Return the earlier period: the one asked for, else the one before; None where there is none."""
    if not value:
        return place.previous
    found = next((period for period in place.every if str(period.pk) == value), None)
    if found is None:
        raise Http404("没有这个填报期。")
    return found if place.period else None
