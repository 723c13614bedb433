"""科室页, and the comparison of offices where a setting turns it on."""

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from boards.board import by_section
from boards.folding import EACH, folded
from boards.offices import office_rows, office_year
from boards.scope import vantage
from workplans.models import Office
from workplans.replicas import reads_replica

from .overview import RULES, rules


def _opened(place):
    return [period for period in place.periods if period.status != period.Status.UPCOMING]


@reads_replica
@require_safe
def office_page(request, pk):
    """Show what an office leads and supports, and how it reported over the year."""
    today = timezone.localdate()
    office = get_object_or_404(Office.objects.visible_to(request.user).select_related("organization"), pk=pk)
    chosen = {**request.GET.dict(), "organization": str(office.organization_id)}
    place = vantage(chosen, request.user, today, only=office.organization)
    found = office_year(office, place.plans, place.items(), place.period, _opened(place), today)
    context = {
        "place": place,
        "found": found,
        "folds": folded(by_section(found.reports_on), request.GET.get("open", ""), request.GET.get("page")),
        "editable": frozenset(),
        "others": Paginator([(row, found.role(row)) for row in found.named_for], EACH).get_page(
            request.GET.get("others")
        ),
        "rules": rules(*RULES),
    }
    return render(request, "boards/office_page.html", context)


@reads_replica
@require_safe
def office_comparison(request):
    """Set offices side by side; there is no such page unless OFFICE_COMPARISON is on."""
    if not settings.OFFICE_COMPARISON:
        raise Http404("没有开启科室比较。")
    today = timezone.localdate()
    place = vantage(request.GET, request.user, today)
    rows = office_rows(place.plans, place.items(), place.period, _opened(place), today)
    return render(request, "boards/office_comparison.html", {"place": place, "rows": rows, "rules": rules(*RULES)})
