"""变化趋势: get (scoped), bind, call one verb, render."""

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from boards.filters import STALLED_RULE
from boards.over_time import OVER_TIME_RULES, last_periods, scope_of
from boards.over_time import over_time as numbers
from boards.scope import vantage
from tracking.lamps import progress_rule
from workplans.replicas import reads_replica

from .overview import rules


@reads_replica
@require_safe
def over_time(request):
    """Show how a bureau, a plan, a section or an office went over the last twelve periods."""
    today = timezone.localdate()
    place = vantage(request.GET, request.user, today)
    scope = scope_of(place, request.GET)
    found = numbers(scope, scope.items(request.user), last_periods(place), today)
    context = {
        "place": place,
        "scope": scope,
        "found": found,
        "rules": rules(*OVER_TIME_RULES, progress_rule, STALLED_RULE),
    }
    return render(request, "boards/over_time.html", context)
