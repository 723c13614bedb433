"""总览 and the rows behind its numbers: get (scoped), bind, call one verb, render."""

from django.core.paginator import Paginator
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from boards.board import by_section
from boards.folding import filled, paged
from boards.overview import CHANGE_RULE, DAYS_AHEAD
from boards.overview import overview as numbers
from boards.scope import vantage
from boards.totals import TOTALS_RULE
from tracking import lamps
from workplans.replicas import reads_replica

PER_PAGE = 100
RULES = (TOTALS_RULE, lamps.progress_rule, lamps.reporting_rule, lamps.deadline_rule)
MISSING_RULE = "未报送指还没有提交、或退回和撤回后没有重新提交；第一句中的未报只指完成率没有填。"


def rules(*wanted):
    """Return the rules printed under a table, in words."""
    return [rule() if callable(rule) else rule for rule in wanted]


def _numbers(request):
    today = timezone.localdate()
    place = vantage(request.GET, request.user, today)
    return place, numbers(place.plans, place.items(), place.period, place.previous, today)


@reads_replica
@require_safe
def overview(request):
    """Show what a supervisor needs every morning: how far, who is late, what is stuck, what changed."""
    place, found = _numbers(request)
    context = {
        "place": place,
        "overview": found,
        "days_ahead": DAYS_AHEAD,
        "rules": rules(*RULES, MISSING_RULE, CHANGE_RULE),
    }
    return render(request, "boards/overview.html", context)


@reads_replica
@require_safe
def overview_rows(request):
    """List the rows behind one number of 总览."""
    place, found = _numbers(request)
    rows, words = found.behind(request.GET)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "place": place,
        "words": words,
        "page": page,
        "folds": filled(paged(by_section(rows), page.object_list), place.period),
        "editable": frozenset(),
        "rules": rules(*RULES),
    }
    return render(request, "boards/overview_rows.html", context)
