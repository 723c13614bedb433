"""Files laid beside a report: uploaded, handed out, taken away."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from audit.kinds import EventKind
from audit.recording import record, records
from tracking.models import Evidence, Report
from tracking.reports.attaching import ACCEPTED, KINDS_IN_WORDS, MAX_BYTES, attach, detach
from tracking.reports.previewing import NotShown, preview
from tracking.reports.worklists import evidence_of
from workplans.ids import whole_number
from workplans.steps import post_only

from .reports import refuse_unless_writable

# Opened by itself, a picture is only that: it loads nothing, runs nothing and stands in no frame.
ALONE = "default-src 'none'; img-src 'self'; style-src 'none'; frame-ancestors 'none'; sandbox"
RELATED = ("item__plan", "period")


@post_only
def report_evidence(request, pk):
    """Keep an uploaded file with the report."""
    report = get_object_or_404(Report.objects.visible_to(request.user).select_related(*RELATED), pk=pk)
    refuse_unless_writable(request.user, report)
    upload = request.FILES.get("file")
    name = getattr(upload, "name", "")
    try:
        attach(report, upload, by=request.user, now=timezone.now())
    except ValidationError as problem:
        record(EventKind.UPLOAD, request, target=name, success=False, detail=problem.message)
        return _answer(request, report, problem.message)
    record(EventKind.UPLOAD, request, target=name, detail=str(report))
    return _answer(request, report)


@records(EventKind.DOWNLOAD)
@require_safe
def evidence_download(request, pk):
    """Hand out a file as it came, never to be shown in place."""
    evidence = get_object_or_404(Evidence.objects.visible_to(request.user), pk=pk)
    response = HttpResponse(bytes(evidence.content), content_type="application/octet-stream")
    response.headers["Content-Disposition"] = content_disposition_header(True, evidence.name)
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


@require_safe
def evidence_preview(request, pk):
    """Show a file page by page, without downloading it."""
    files = Evidence.objects.visible_to(request.user).select_related("report__item__plan", "report__period")
    evidence = get_object_or_404(files, pk=pk)
    page, shown, problem = whole_number(request.GET.get("page")) or 1, None, ""
    try:
        shown = preview(evidence.name, bytes(evidence.content), page)
    except NotShown as reason:
        problem = str(reason)
    context = {"evidence": evidence, "page": page, "pages": shown.pages if shown else 0, "problem": problem}
    return render(request, "tracking/evidence_preview.html", context)


@require_safe
def evidence_picture(request, pk, number):
    """Hand out one page of a file as a picture that can do nothing: its type is told by its content."""
    evidence = get_object_or_404(Evidence.objects.visible_to(request.user), pk=pk)
    try:
        shown = preview(evidence.name, bytes(evidence.content), number)
    except NotShown as reason:
        raise Http404(str(reason)) from reason
    if number == 1:
        record(EventKind.DOWNLOAD, request, target=request.path, detail=f"预览 {evidence.name}")
    response = HttpResponse(shown.content, content_type=shown.content_type)
    response.headers["Content-Disposition"] = "inline"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = ALONE
    return response


@post_only
def evidence_delete(request, pk):
    """Take a file away."""
    files = Evidence.objects.visible_to(request.user).defer("content")
    evidence = get_object_or_404(files.select_related("report__item__plan", "report__period"), pk=pk)
    detach(evidence, by=request.user, now=timezone.now())
    return _answer(request, evidence.report)


def _answer(request, report, problem=""):
    """Return the list of files where a script asked for it, else go back to the page."""
    if request.headers.get("X-Requested-With") == "fetch":
        limits = {"mb": MAX_BYTES >> 20, "kinds": KINDS_IN_WORDS, "accept": ACCEPTED}
        context = {"report": report, "evidence": evidence_of(report), "writable": True, "limits": limits}
        return render(request, "tracking/_evidence.html", context | {"problem": problem})
    if problem:
        messages.error(request, problem)
    return redirect(reverse("tracking:report_page", args=[report.pk]) + f"#evidence-{report.pk}")
