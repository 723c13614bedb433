"""我的填报: everything an office owes now; and where `/` leads."""

from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from tracking import lamps
from tracking.reports.instructing import owed_answers
from tracking.reports.worklists import urge_notes, worklist
from tracking.setting_up.first_steps import is_unbegun
from workplans import access


def home(request):
    """Lead office roles to what they owe, supervisors and leaders to 总览, everybody else to the plans.

    Whoever keeps a bureau in which nothing has begun is led to its first steps.
    """
    held = access.standing(request.user)
    if (held.is_superuser or held.supervised) and is_unbegun(request.user):
        return redirect("tracking:setup")
    if held.offices:
        return redirect("tracking:my_reports")
    return redirect("boards:overview" if held.supervised or held.led else "boards:plan_list")


@require_safe
def my_reports(request):
    """List what the user's offices owe, the most urgent first."""
    owed = worklist(request.user, timezone.localdate())
    context = {
        "worklist": owed,
        "urges": urge_notes([row.report.pk for row in owed.rows if row.is_editable]),
        "to_answer": owed_answers(request.user),
        "has_office": bool(access.standing(request.user).offices),
        "rules": [lamps.reporting_rule(), lamps.progress_rule(), lamps.deadline_rule()],
    }
    return render(request, "tracking/my_reports.html", context)
