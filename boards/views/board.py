"""Pages of progress: get (scoped), bind, call one verb, render."""

from django.db.models import Prefetch
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from boards.filters import STALLED_RULE, TREND_RULE, board_for
from boards.folding import filled, folded
from boards.item_story import chapters, neighbours
from boards.rows import DAYS_AHEAD
from boards.totals import TOTALS_RULE
from tracking import lamps
from tracking.lamps import deadline_lamp
from tracking.milestones import may_mark, states
from tracking.milestones import rule as milestone_rule
from tracking.models import Evidence, Report, TaskReport
from tracking.reports.instructing import with_answers
from tracking.setting_up.first_steps import next_step
from workplans import access
from workplans.models import Assignment, Item, Plan
from workplans.panel import panel
from workplans.replicas import reads_replica
from workplans.source_lines import source_lines


@reads_replica
@require_safe
def plan_board(request, pk):
    """Show every item of one plan in one period: how far, who is late, what is in the way."""
    today = timezone.localdate()
    plan = get_object_or_404(Plan.objects.visible_to(request.user).select_related("organization"), pk=pk)
    shown = board_for(request.GET, plan, request.user, today, whole=False)
    folds = folded(shown.board.sections, request.GET.get("open", ""), request.GET.get("page"))
    folds = filled(folds, shown.board.period)
    context = {
        "plan": plan,
        "board": shown.board,
        "filter": shown.filter,
        "periods": shown.periods,
        "owing": shown.owing,
        "trend": shown.trend,
        "days_ahead": DAYS_AHEAD,
        "folds": folds,
        "is_long": any(fold.page for fold in folds),
        "editable": _editable(request.user, [row.report for fold in folds for row in fold.rows if row.report]),
        "rules": [
            TOTALS_RULE,
            lamps.progress_rule(),
            lamps.reporting_rule(),
            lamps.deadline_rule(),
            STALLED_RULE,
            TREND_RULE,
        ],
        "saved_views": shown.filter.saved_views,
        "fold": "fold" in request.GET,
        "may_assign": access.supervises(request.user, plan) is None,
        "next_step": None if shown.board.period else next_step(request.user, plan.organization, today),
    }
    return render(request, "boards/plan_board.html", context)


@reads_replica
@require_safe
def item_page(request, pk):
    """Show one item: its text, offices, deadline, and what was reported, the newest period first."""
    today = timezone.localdate()
    item = get_object_or_404(_item_with_reports(Item.objects.visible_to(request.user)), pk=pk)
    reports = list(item.reports.all())
    entries = chapters(item, reports, today)
    context = {
        "item": item,
        "panel": panel(item, request.user, today),
        "source_lines": source_lines(item),
        "entries": entries,
        "latest": entries[0] if entries else None,
        "neighbours": neighbours(item, Item.objects.visible_to(request.user)),
        "milestones": states(item, today),
        "may_mark": may_mark(request.user, item),
        "today": today,
        "deadline": deadline_lamp(item.status, item.deadline, today),
        "editable": _editable(request.user, reports),
        "may_change": access.refusal(request.user, "change", Item, item) is None,
        "may_instruct": access.instructs(request.user, item) is None,
        "instructions": with_answers(item.instructions.all()),
        "own_offices": access.standing(request.user).offices,
        "here": f"{request.path}#instructions",
        "rules": [
            lamps.progress_rule(),
            lamps.reporting_rule(),
            lamps.deadline_rule(),
            *([milestone_rule()] if item.known_milestones else []),
        ],
    }
    return render(request, "boards/item_page.html", context)


def _item_with_reports(items):
    reports = Report.objects.select_related("period", "saved_by").order_by("-period__as_of")
    evidence = Prefetch("evidence", Evidence.objects.defer("content").order_by("pk"))
    task_reports = TaskReport.objects.select_related("task").order_by("task__position", "pk")
    return items.select_related(
        "plan__organization", "section", "reporting_office", "predecessor__plan"
    ).prefetch_related(
        "tasks",
        "targets",
        "milestones",
        Prefetch("assignments", Assignment.objects.select_related("office").order_by("position", "pk")),
        Prefetch("reports", reports.prefetch_related(Prefetch("task_reports", task_reports), evidence)),
    )


def _editable(user, reports) -> set[int]:
    """Return the ids of the reports the user may fill in now."""
    return {report.pk for report in reports if access.refusal(user, "change", Report, report) is None}
