"""The history of an item or a report."""

from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from tracking.models import Report
from tracking.reports.history import item_timeline, report_timeline
from workplans.models import Item
from workplans.replicas import reads_replica


@reads_replica
@require_safe
def item_history(request, pk):
    """Show what happened to an item and its offices."""
    item = get_object_or_404(Item.objects.visible_to(request.user), pk=pk)
    page = item_timeline(item, request.GET.get("page"))
    back = reverse("boards:item_page", args=[pk])
    return render(request, "tracking/history.html", {"subject": item, "page": page, "back": back})


@reads_replica
@require_safe
def report_history(request, pk):
    """Show what happened to a report and the texts of its tasks."""
    reports = Report.objects.visible_to(request.user).select_related("item", "period")
    report = get_object_or_404(reports, pk=pk)
    page = report_timeline(report, request.GET.get("page"))
    back = reverse("tracking:report_page", args=[pk])
    return render(request, "tracking/history.html", {"subject": report, "page": page, "back": back})
