"""我的填报: everything an office owes now; and where `/` leads."""

from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from tracking import lamps
from tracking.worklists import urge_notes, worklist
from workplans import access


def home(request):
    """Lead office roles to what they owe, everybody else to the plans."""
    return redirect("tracking:my_reports" if access.standing(request.user).offices else "workplans:plan_list")


@require_safe
def my_reports(request):
    """List what the user's offices owe, the most urgent first."""
    owed = worklist(request.user, timezone.localdate())
    context = {
        "worklist": owed,
        "urges": urge_notes([row.report.pk for row in owed.rows if row.is_editable]),
        "has_office": bool(access.standing(request.user).offices),
        "rules": [lamps.reporting_rule(), lamps.progress_rule(), lamps.deadline_rule()],
    }
    return render(request, "tracking/my_reports.html", context)
