"""Milestones marked as reached, and that taken back."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from . import access
from .forms import MilestoneDoneForm
from .milestones import MilestoneStepImpossible, mark_done
from .models import Milestone
from .steps import came_from, post_only


@post_only
def milestone_done(request, item, pk):
    """Note the day a milestone was reached, or with `undo` take that back; lead back to where the form stood."""
    rows = Milestone.objects.visible_to(request.user).select_related("item__plan", "item__reporting_office")
    milestone = get_object_or_404(rows, pk=pk, item=item)
    if refused := access.marks_milestone(request.user, milestone):
        raise PermissionDenied(refused)
    undo = "undo" in request.POST
    form = MilestoneDoneForm(request.POST)
    if undo or form.is_valid():
        try:
            now = timezone.now()
            done_on = None if undo else form.cleaned_data["done_on"]
            mark_done(milestone, done_on, by=request.user, now=now, today=timezone.localdate(now))
            messages.success(request, f"“{milestone}”：{'已撤销登记' if undo else '已登记完成'}。")
            return redirect(came_from(request, reverse("boards:item_page", args=[milestone.item_id])))
        except MilestoneStepImpossible as barred:
            form.add_error(None, str(barred))
    context = {
        "item": milestone.item, "form": form, "title": f"登记完成：{milestone}",
        "hidden": {"next": request.POST.get("next", "")},
    }  # fmt: skip
    return render(request, "workplans/lifecycle_form.html", context)
