"""时间轴 of a plan: get (scoped), build, render."""

from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from boards.filters import board_for
from boards.folding import folded
from boards.timeline import RULE, timeline
from tracking import lamps
from tracking.milestones import rule as milestone_rule
from workplans import access
from workplans.models import Plan
from workplans.replicas import reads_replica


@reads_replica
@require_safe
def plan_timeline(request, pk):
    """Show the items of a plan on one line of time, filtered as on the board."""
    plan = get_object_or_404(Plan.objects.visible_to(request.user).select_related("organization"), pk=pk)
    today = timezone.localdate()
    shown = board_for(request.GET, plan, request.user, today, whole=False, with_trend=False)
    folds = folded(shown.board.sections, request.GET.get("open", ""), request.GET.get("page"))
    drawn = timeline(plan, shown.board.rows, shown.board.period, shown.periods, today)
    context = {
        "plan": plan,
        "board": shown.board,
        "filter": shown.filter,
        "periods": shown.periods,
        "folds": [(fold, drawn.drawn(fold.rows)) for fold in folds],
        "is_long": any(fold.page for fold in folds),
        "timeline": drawn,
        "has_milestones": any(row.milestones for row in shown.board.rows),
        "may_assign": access.supervises(request.user, plan) is None,
        "rules": [RULE, milestone_rule(), lamps.progress_rule()],
    }
    return render(request, "boards/plan_timeline.html", context)
