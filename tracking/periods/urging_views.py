"""Pages of who has not reported: the list, 催办, the printable 催办单."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from tracking.models import Report
from workplans import access
from workplans.models import Office
from workplans.replicas import reads_replica
from workplans.steps import post_only

from .missing import RULES, asked_office
from .missing import missing_reports as missing_by_office
from .period_forms import UrgeForm
from .urging import URGED_IN, NotOwed, default_note, urge
from .views import scoped_period


@reads_replica
@require_safe
def missing_reports(request, pk):
    """List who has not reported in a period, by office and item."""
    period = scoped_period(request, pk)
    asked = asked_office(request.GET, period, request.user)
    every = missing_by_office(period, Report.objects.visible_to(request.user), timezone.localdate())
    shown = [group for group in every if asked is None or group.office == asked]
    context = {
        "period": period,
        "groups": shown,
        "every": every,
        "asked": asked,
        "total": sum(len(group.rows) for group in shown),
        "note": default_note(period),
        "rules": RULES,
        "may_urge": access.supervises(request.user, period) is None and period.status in URGED_IN,
    }
    return render(request, "tracking/missing_reports.html", context)


@post_only
def urge_reports(request, pk):
    """Urge all missing reports of a period, an office's, or those ticked."""
    period = scoped_period(request, pk)
    if refused := access.supervises(request.user, period):
        raise PermissionDenied(refused)
    missing = Report.objects.visible_to(request.user).unreported().filter(period=period)
    form = UrgeForm(request.POST, missing=missing)
    try:
        if not form.is_valid():
            raise NotOwed(form.problem())
        count = urge(form.chosen(), by=request.user, now=timezone.now(), note=form.cleaned_data["note"])
        messages.success(request, f"已催办 {count} 项；科室在页面上即可看到，下一次通知时发出。")
    except NotOwed as problem:
        messages.error(request, str(problem))
    return redirect("tracking:missing_reports", pk=period.pk)


@require_safe
def urge_sheet(request, pk):
    """Print the 催办单, a sheet of A4 for each office that owes."""
    period = scoped_period(request, pk)
    asked, today = asked_office(request.GET, period, request.user), timezone.localdate()
    reports = Report.objects.visible_to(request.user)
    if asked:
        reports = reports.filter(office=asked)
    coordinating = Office.objects.filter(organization_id=period.organization_id, kind=Office.Kind.COORDINATING).first()
    context = {
        "period": period,
        "groups": missing_by_office(period, reports, today),
        "asked": asked,
        "today": today,
        "signed": f"{period.organization}{coordinating or ''}",
    }
    return render(request, "tracking/urge_sheet.html", context)
