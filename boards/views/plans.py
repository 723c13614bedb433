"""The list of plans: get (scoped), bind, call one verb, render."""

from django.core.paginator import Paginator
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from boards.plans import plan_lines
from tracking import lamps
from workplans.models import Plan
from workplans.replicas import reads_replica

from .overview import rules

PER_PAGE = 20


@reads_replica
@require_safe
def plan_list(request):
    """List the plans the user reads with how far each is, newest year first."""
    plans = Plan.objects.visible_to(request.user).select_related("organization")
    page = Paginator(plans, PER_PAGE).get_page(request.GET.get("page"))
    lines = plan_lines(page.object_list, request.user, timezone.localdate())
    return render(request, "boards/plan_list.html", {"page": page, "lines": lines, "rules": rules(lamps.progress_rule)})
