"""核对截止日期: the due dates a notice makes other days, moved with one confirmation."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from tracking.models import Period
from workplans import access

from .due_dates import current_calendar, movable_periods, move_due_dates, new_due_dates


@require_http_methods(["GET", "HEAD", "POST"])
def period_dates(request):
    """List what is proposed (GET); move those that are ticked and still as they were shown (POST)."""
    if refused := access.refusal(request.user, "add", Period):
        raise PermissionDenied(refused)
    found = new_due_dates(movable_periods(request.user, timezone.localdate()), current_calendar())
    if request.method != "POST":
        return render(request, "tracking/period_dates.html", {"found": found})
    chosen = [each for each in found if each.key in request.POST.getlist("dates")]
    if not chosen:
        messages.error(request, "没有选中要调整的填报期，或者它们的日期刚刚有了变化。请重新核对。")
        return redirect("tracking:period_dates")
    changed = move_due_dates(chosen, by=request.user, now=timezone.now())
    messages.success(request, f"已调整 {len(changed)} 个填报期的截止日期；下一次通知时告知各科室。")
    return redirect("tracking:period_list")
