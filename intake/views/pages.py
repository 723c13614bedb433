"""The import pages: documents waiting, one document beside what was understood, corrections."""

import re
from functools import wraps

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_safe

from audit.kinds import EventKind
from audit.recording import record, records
from importer.drafts.corrections import CorrectionRefused
from importer.files.file_kinds import ACCEPTED
from importer.files.limits import MAX_BYTES, too_large
from importer.files.readers import UnreadableDocument
from intake import keeping, scanning
from intake.forms import MAX_PASTED, DocumentUploadForm, form_of
from intake.page import query_of, sheet_of
from intake.rereading import read_otherwise
from intake.revising import similar_plans
from workplans import access
from workplans.ids import seen_version
from workplans.models import ImportDraft, ScanReading
from workplans.reading_limits import limited
from workplans.reading_queue import QUEUED, take_in
from workplans.steps import post_only

ANCHOR = re.compile(r"[a-z]+(-\d{1,6})?\Z")


def for_supervisors(view):
    """Answer 403 with the sentence to whoever supervises no organization."""

    @wraps(view)
    def guarded(request, *arguments, **options):
        if refused := access.refusal(request.user, "view", ImportDraft):
            raise PermissionDenied(refused)
        return view(request, *arguments, **options)

    return guarded


@limited
@for_supervisors
@require_http_methods(["GET", "HEAD", "POST"])
def import_list(request):
    """List the drafts that wait, and take in another document."""
    form = DocumentUploadForm(user=request.user)
    refusal = None
    if request.method == "POST":
        form = DocumentUploadForm(request.POST, request.FILES, user=request.user)
        try:
            if getattr(request, "is_too_large", False):
                raise too_large()
            if form.is_valid():
                return _take_in(request, form.cleaned_data)
        except UnreadableDocument as unreadable:
            refusal = unreadable
        name = getattr(request.FILES.get("file"), "name", "粘贴的文字")
        record(EventKind.UPLOAD, request, target=name, success=False, detail=str(refusal or "没有通过检查"))
    drafts = ImportDraft.objects.visible_to(request.user).light().select_related("organization", "uploaded_by")
    context = {
        "readings": ScanReading.objects.visible_to(request.user).unfinished().select_related("organization", "asked_by"),
        "form": form, "refusal": refusal, "accepted": ",".join(ACCEPTED), "max_bytes": MAX_BYTES, "max_pasted": MAX_PASTED,
        "waiting": drafts.waiting(), "done": drafts.filter(confirmed_at__isnull=False).select_related("source")[:10],
    }  # fmt: skip
    return render(request, "intake/import_list.html", context)


def _take_in(request, values):
    """Lead to what is known of the file already, else read it or put it on the list of those to be read."""
    if "uploads" in values:
        uploads = [scanning.ScanUpload(*each) for each in values["uploads"]]
        reading = scanning.take_in_pictures(values["organization"], uploads, by=request.user, now=timezone.now())
        record(EventKind.UPLOAD, request, target=f"{reading} 等 {len(uploads)} 张图片")
        return redirect("intake:scan", reading.pk)
    organization, name, content = values["organization"], values["name"], values["content"]
    if known := keeping.known_before(organization, keeping.digest(content)):
        record(EventKind.UPLOAD, request, target=name, detail="已有相同的文件")
        return _lead_to(request, known)
    taken = take_in("document", name, content, by=request.user, now=timezone.now(), organization=organization.pk)
    record(EventKind.UPLOAD, request, target=name, detail="" if taken.target else QUEUED)
    return redirect(taken.address)


def _lead_to(request, known):
    if known.source:
        messages.warning(
            request, f"这份文件已经导入过：{known.source}（{timezone.localtime(known.source.uploaded_at):%Y-%m-%d}）。"
        )
    else:
        messages.info(request, "这份文件已经上传过，正在核对，下面就是那份草稿。")
    return redirect(keeping.address_of(known))


@for_supervisors
@require_safe
def import_page(request, pk):
    """Show a document and what was understood of it, side by side."""
    return _page(request, _draft(request, pk))


def _page(request, draft, opened=None, bound=None, status=200):
    opened = request.GET.get("open", "") if opened is None else opened
    proof = keeping.proof_of(draft)
    opened = opened if draft.is_open() else ""
    sheet = sheet_of(draft, proof, opened, request.GET.get("page"), bound, order=request.GET.get("order", ""))
    context = {
        "draft": draft,
        "opened": opened,
        "sheet": sheet,
        "last": draft.steps.order_by("-pk").defer("before").first(),
        "similar": similar_plans(draft, proof) if draft.is_open() and not proof.revises and sheet.sections else [],
        "bound": bound,
    }
    return render(request, "intake/import_page.html", context, status=status)


@for_supervisors
@post_only
def import_correct(request, pk):
    """Make one correction: `action` names it, `open` the place the page shows again."""
    draft = _draft(request, pk)
    name, opened = request.POST.get("action", ""), request.POST.get("open", "")
    kind = form_of(name, keeping.proof_of(draft).draft)
    if kind is None:
        raise Http404
    form = kind(request.POST, auto_id=f"{name}-%s")
    if not form.is_valid():
        return _page(request, draft, opened, (name, form))
    try:
        draft = keeping.change(
            draft, name, form.cleaned_data, seen_version=seen_version(request.POST), by=request.user, now=timezone.now()
        )
    except CorrectionRefused as barred:
        messages.error(request, str(barred))
    anchor = request.POST.get("anchor", opened)
    anchor = anchor if ANCHOR.match(anchor) else ""
    return _back(draft, anchor, query_of(keeping.proof_of(draft).draft, anchor))


@for_supervisors
@post_only
def import_reading(request, pk):
    """Read the document in the other way that was chosen."""
    draft = _draft(request, pk)
    try:
        read_otherwise(
            draft,
            request.POST.get("choice", ""),
            seen_version=seen_version(request.POST),
            by=request.user,
            now=timezone.now(),
        )
        messages.success(request, "已换一种读法重新读了原文。之前的修改没有带过来，需要时可以撤销。")
    except CorrectionRefused as barred:
        messages.error(request, str(barred))
    return _back(draft, "readings")


@for_supervisors
@post_only
def import_undo(request, pk):
    """Take back the last correction."""
    draft = _draft(request, pk)
    try:
        label = keeping.undo(draft, seen_version=seen_version(request.POST), by=request.user, now=timezone.now())
        messages.success(request, f"已撤销：{label}。")
    except CorrectionRefused as barred:
        messages.error(request, str(barred))
    return _back(draft, "")


@for_supervisors
@require_http_methods(["GET", "HEAD", "POST"])
def import_drop(request, pk):
    """Ask, then give a draft up."""
    draft = _draft(request, pk)
    if request.method != "POST":
        return render(request, "intake/import_drop.html", {"draft": draft})
    try:
        keeping.drop(draft, seen_version=seen_version(request.POST), by=request.user, now=timezone.now())
        messages.success(request, f"已放弃《{draft}》，没有导入任何内容。")
    except CorrectionRefused as barred:
        messages.error(request, str(barred))
    return redirect("intake:import_list")


@records(EventKind.DOWNLOAD)
@for_supervisors
@require_safe
def import_file(request, pk):
    """Hand out the file of a draft as it came."""
    draft = _draft(request, pk)
    response = HttpResponse(bytes(draft.content), content_type="application/octet-stream")
    response.headers["Content-Disposition"] = content_disposition_header(True, draft.name)
    return response


def _draft(request, pk):
    drafts = ImportDraft.objects.visible_to(request.user).select_related("organization", "source", "uploaded_by")
    return get_object_or_404(drafts.defer("content", "text"), pk=pk)


def _back(draft, anchor, query=""):
    return redirect(f"{reverse('intake:import_page', args=[draft.pk])}{query}{'#' + anchor if anchor else ''}")
