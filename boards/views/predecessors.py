"""上年事项: what a plan's items carry on from the year before, suggested by likeness, answered one by one or all at once."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from boards.topics import earlier_items, suggested_predecessors
from workplans import access
from workplans.ids import id_of, whole_number
from workplans.linking import LinkRefused, link, unlink
from workplans.models import Plan

PER_PAGE = 50


@require_http_methods(["GET", "HEAD", "POST"])
def plan_predecessors(request, pk):
    """Show each item beside last year's item most like it (GET), store answers (POST)."""
    plan = get_object_or_404(Plan.objects.visible_to(request.user).select_related("organization"), pk=pk)
    if refused := access.supervises(request.user, plan):
        raise PermissionDenied(refused)
    if request.method == "POST":
        return _answer(request, plan)
    earlier = list(earlier_items(request.user, plan))
    page = Paginator(plan.items.unanswered().order_by("position"), PER_PAGE).get_page(request.GET.get("page"))
    found = suggested_predecessors(earlier, list(page))
    context = {
        "plan": plan,
        "last_year": plan.year - 1,
        "earlier": earlier,
        "page": page,
        "rows": [(item, found.get(item.pk)) for item in page],
        "suggested": len(found),
        "answered": list(
            plan.items.exclude(pk__in=plan.items.unanswered()).select_related("predecessor__plan").order_by("position")
        ),
    }
    return render(request, "boards/plan_predecessors.html", context)


def _answer(request, plan):
    """Store one answer (`answer`), the answers of the whole page (`every` and the `pair`s), or take one back (`undo`)."""
    now = timezone.now()
    try:
        undone, _colon, seen = request.POST.get("undo", "").partition(":")
        if pk := id_of(undone):
            item = get_object_or_404(plan.items, pk=pk)
            unlink(item, by=request.user, now=now, seen=whole_number(seen))
            messages.success(request, f"“{item}”可以重新确认了。")
        else:
            count = link(plan, _answers(request.POST), by=request.user, now=now)
            messages.success(request, f"已确认 {count} 项。" if count else "没有改动：这些事项刚刚已经确认过。")
    except LinkRefused as barred:
        messages.error(request, str(barred))
    return redirect("boards:plan_predecessors", plan.pk)


def _answers(posted) -> dict[int, int | None]:
    """Read the answers: `item:earlier` carries on, `item:` is 本年新增; of a whole page `every` says which of the two."""
    every = posted.get("every", "")
    given = posted.getlist("pair" if every else "answer")
    found = {}
    for item, _colon, earlier in (value.partition(":") for value in given):
        if number := whole_number(item):
            found[number] = None if every == "new" else whole_number(earlier)
    return found
