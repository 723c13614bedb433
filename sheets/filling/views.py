"""离线填报: an office's sheet out, filled in and back: download, upload, preview, confirmation."""

from functools import wraps

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_safe

from audit.kinds import EventKind
from audit.recording import record, records
from importer.files.limits import MAX_BYTES, too_large
from importer.files.readers import UnreadableDocument
from sheets.views import XLSX
from tracking.models import FillUpload, Report
from tracking.periods.views import scoped_period
from workplans import access
from workplans.ids import id_of
from workplans.models import Office
from workplans.reading_limits import limited
from workplans.reading_queue import QUEUED, take_in

from .entries import offers, reports_to_fill
from .forms import ACCEPTED, FillConfirmForm, FillFileForm
from .preview import submission_refusal
from .saving import FillRefused, preview_for, save
from .template import NAME, fill_workbook

FORM_METHODS = ("GET", "HEAD", "POST")
LISTED = 300  # rows of a kind on one page


@records(EventKind.EXPORT)
@require_safe
def period_sheet(request, pk):
    """Send the 填报表 of a period: of the office asked for, else of the user's own offices, else of all."""
    period = scoped_period(request, pk)
    offices = _offices(request, period)
    if not reports_to_fill(period, offices).exists():
        messages.warning(request, f"填报期“{period}”里没有要填报的事项，没有填报表可以下载。")
        return redirect("sheets:fill_upload")
    whose = offices[0].name if len(offices) == 1 else period.organization.name
    response = HttpResponse(fill_workbook(period, offices), content_type=XLSX)
    response.headers["Content-Disposition"] = content_disposition_header(True, file_name(whose, period))
    return response


def file_name(whose, period) -> str:
    """The name of the file, such as 填报表_德育科_2024年1-10月.xlsx, without what file systems refuse."""
    name = f"{NAME}_{whose}_{period}"
    return "".join("－" if c in '\\/:*?"<>|' or not c.isprintable() else c for c in name)[:120] + ".xlsx"


def _offices(request, period):
    offices = Office.objects.visible_to(request.user).filter(organization=period.organization_id)
    asked = request.GET.get("office", "")
    if asked:
        chosen = [get_object_or_404(offices, pk=id_of(asked))]
    else:
        chosen = list(offices.filter(pk__in=access.standing(request.user).offices) or offices)
    for office in chosen:
        if refused := access.fills_sheet(request.user, office):
            raise PermissionDenied(refused)
    return chosen


def for_writers(view):
    """Answer 403 with the sentence to whoever writes no reports."""

    @wraps(view)
    def guarded(request, *arguments, **options):
        if refused := access.refusal(request.user, "change", Report):
            raise PermissionDenied(refused)
        return view(request, *arguments, **options)

    return guarded


@limited
@for_writers
@require_http_methods(FORM_METHODS)
def fill_upload(request):
    """Offer the sheets to download, and take in one that was filled in."""
    form, refusal = FillFileForm(), None
    if request.method == "POST":
        form = FillFileForm(request.POST, request.FILES)
        try:
            if getattr(request, "is_too_large", False):
                raise too_large()
            if form.is_valid():
                upload = form.cleaned_data["file"]
                taken = take_in("fill", upload.name, upload.read(), by=request.user, now=timezone.now())
                record(
                    EventKind.UPLOAD, request, target=taken.target or upload.name, detail="" if taken.target else QUEUED
                )
                return redirect(taken.address)
        except UnreadableDocument as unreadable:
            refusal = unreadable
        name = getattr(request.FILES.get("file"), "name", "")
        record(EventKind.UPLOAD, request, target=name, success=False, detail=str(refusal or "没有通过检查"))
    context = {
        "form": form, "refusal": refusal, "offers": offers(request.user), "accepted": ACCEPTED, "max_bytes": MAX_BYTES,
        "waiting": FillUpload.objects.visible_to(request.user).waiting(timezone.now()).defer("reading"),
    }  # fmt: skip
    return render(request, "sheets/fill_upload.html", context)


@for_writers
@require_http_methods(FORM_METHODS)
def fill_preview(request, pk):
    """Show what an uploaded sheet would change; write it once that is confirmed."""
    upload = get_object_or_404(FillUpload.objects.visible_to(request.user).select_related("user"), pk=pk)
    if upload.confirmed_at:
        messages.info(request, f"“{upload}”已经确认过，内容已写入。")
        return redirect("tracking:my_reports")
    problem = ""
    if request.method == "POST":
        form = FillConfirmForm(request.POST)
        try:
            if not form.is_valid():
                raise FillRefused("这一页已经过期，没有写入任何内容。请核对下面的内容后再确认。")
            return _saved(request, upload, form.cleaned_data)
        except FillRefused as barred:
            problem = str(barred)
            record(EventKind.IMPORT, request, target=upload, success=False, detail=problem)
    preview = preview_for(upload)
    context = {
        "upload": upload, "preview": preview, "problem": problem, "listed": f":{LISTED}",
        "sending": submission_refusal(preview, request.user),
    }  # fmt: skip
    return render(request, "sheets/fill_preview.html", context)


def _saved(request, upload, asked):
    """Write, say what was done, go back to what the office owes."""
    submit = asked["then"] == FillConfirmForm.SUBMIT
    saved, sent = save(
        upload, seen=asked["seen"], now=timezone.now(), submit=submit, skip_refused=asked["skip_refused"]
    )
    told = f"已从“{upload}”写入 {saved} 份进展报告" + (f"，提交 {sent} 份。" if submit else "，保存为草稿。")
    record(EventKind.IMPORT, request, target=upload, detail=told)
    messages.success(request, told)
    own = access.standing(request.user).offices
    return redirect("tracking:my_reports" if own else "sheets:fill_upload")
