"""审核: what waits for a head or a supervisor."""

from django.contrib import messages
from django.db import transaction
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from tracking.models import Report
from tracking.reports import reviewing
from tracking.reports.forms import ReasonForm
from tracking.reports.recording import Conflict
from tracking.reports.workflow import Impossible, perform_many, was_taken_by
from tracking.reports.worklists import waiting_reports
from workplans.ids import ids_of

from .reports import seen_version


@require_http_methods(["GET", "HEAD", "POST"])
def review(request):
    """Show what waits for the user, the longest waiting first; POST passes or returns the ticked ones."""
    if request.method == "POST":
        return _decide(request)
    context = reviewing.inbox(request.user, timezone.localdate()) | {"reasons": ReasonForm(auto_id="all_%s")}
    return render(request, "tracking/review.html", context)


def _decide(request):
    """Pass or return the ticked reports, all or none."""
    ids = ids_of(request.POST.getlist("report"))
    versions = {pk: seen_version(request.POST, f"version-{pk}") for pk in ids}
    try:
        done = _repeated(request, versions) + _take(request, waiting_reports(request.user).filter(pk__in=ids), versions)
    except Impossible as problem:
        messages.error(request, str(problem))
    except Conflict as conflict:
        messages.error(request, f"“{conflict.stored.item}”在您打开之后有了改动，请重新查看。没有改动任何一份。")
    else:
        missing = len(ids) - done
        if missing:
            messages.warning(request, f"有 {missing} 份已不在您的待审核之列，没有处理。")
        if done:
            messages.success(request, f"已{'退回' if request.POST.get('decision') == 'return' else '通过'} {done} 份。")
        elif not ids:
            messages.warning(request, "请先勾选要处理的报告。")
    return redirect("tracking:review")


def _repeated(request, versions) -> int:
    """Return how many of the ticked reports the sender's own first click has passed or returned just so."""
    by, note = request.user, ReasonForm(request.POST).text()
    names = reviewing.names_for(request.POST.get("decision"))
    waiting = waiting_reports(by).filter(pk__in=versions).values("pk")
    gone = Report.objects.visible_to(by).filter(pk__in=versions).exclude(pk__in=waiting)
    return sum(was_taken_by(each, names, by=by, seen=versions[each.pk], note=note) for each in gone)


@transaction.atomic
def _take(request, chosen, versions) -> int:
    """Take the step the button stands for; 通过 is the head's or the bureau's own, by where each report is."""
    note = ReasonForm(request.POST).text()
    done = 0
    for name, reports in reviewing.steps_for(chosen, request.POST.get("decision")):
        done += perform_many(reports, name, by=request.user, now=timezone.now(), versions=versions, note=note)
    return done
