"""Pages of the papers: the list, one paper, signing it, its Word file; all those of a filter at once."""

import zipfile
from io import BytesIO

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_safe

from audit.kinds import EventKind
from audit.recording import record, records
from papers.as_pdf import is_possible, pdf_of
from papers.compiling import PaperRefused, changed_since, is_outdated, letter_of
from papers.filter import PaperFilter
from papers.kinds import KINDS
from papers.marking import marks_of
from papers.printing import book_of
from papers.signing import document_of, drop_feedback, send_back, sign
from papers.templating.sandbox import NotPrintable
from tracking.models import Feedback, PaperKind
from workplans import access
from workplans.conflicts import lock
from workplans.steps import post_only

FORM_METHODS = ("GET", "HEAD", "POST")
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
RELATED = ("organization", "period__organization", "plan", "office", "template", "compiled_by", "signed_by")
MANY = 200  # papers in one download or one signing
PER_PAGE = 100


def scoped_feedback(request, pk, *, is_locked=False):
    """Return a paper the user reads, without its files, to be changed where it is locked; another answers 404."""
    papers = Feedback.objects.visible_to(request.user).select_related(*RELATED).defer("document", "template__content")
    if is_locked:
        lock(Feedback.objects.visible_to(request.user).filter(pk=pk))
    return get_object_or_404(papers, pk=pk)


def _filtered(request):
    """Return the filter of the list with the papers the user reads."""
    papers = Feedback.objects.visible_to(request.user).select_related(*RELATED).defer("document", "template__content")
    return PaperFilter(request.GET, papers, user=request.user)


def _refuse(refused):
    if refused:
        raise PermissionDenied(refused)


@require_safe
def feedback_list(request):
    """List the papers, the newest first."""
    chosen = _filtered(request)
    papers = chosen.qs.defer("document", "snapshot", "template__content")
    page = Paginator(papers, PER_PAGE).get_page(request.GET.get("page"))
    drafts = (
        chosen.qs.filter(status=Feedback.Status.DRAFT).order_by().select_related(None).only("kind", "organization_id")
    )
    context = {
        "page": page,
        "filter": chosen,
        "query": _query(request),
        "kinds": PaperKind,
        "may_add": access.refusal(request.user, "add", Feedback) is None,
        "signable": sum(access.signs_feedback(request.user, paper) is None for paper in drafts),
    }
    return render(request, "papers/feedback_list.html", context)


def _query(request) -> str:
    """Return the list's filter as a query string, the page left out."""
    query = request.GET.copy()
    query.pop("page", None)
    return query.urlencode()


def _back(request):
    return redirect(f"{reverse('papers:feedback_list')}?{_query(request)}")


def _all_of(request, papers):
    """Return the papers of the list's filter; None, with a message, where there are none or too many for one go."""
    found = list(papers[: MANY + 1])
    if 0 < len(found) <= MANY:
        return found
    messages.error(request, f"超过 {MANY} 份，请先按种类、填报期或计划筛选。" if found else "没有可以下载的文书。")
    return None


@require_safe
def feedback_page(request, pk):
    """Show the paper as it will be printed, and what can be done with it."""
    paper = scoped_feedback(request, pk)
    context = {
        **_state(paper, request.user),
        "has_pdf": is_possible(),
        "may_change": access.refusal(request.user, "change", Feedback, paper) is None,
        "may_sign": not paper.is_signed
        and not paper.returned_at
        and access.signs_feedback(request.user, paper) is None,
    }
    return render(request, "papers/feedback_page.html", context)


def _state(paper, user):
    """Return a paper with its letter and what has changed since."""
    changed, letter = [] if paper.is_signed else changed_since(paper), letter_of(paper)
    return {
        "paper": paper,
        "letter": letter,
        "marks": marks_of(paper, letter),
        "left_out": [] if paper.is_signed else KINDS[paper.kind].left_out(paper, user),
        "changed": changed,
        "is_outdated": bool(changed) or (not paper.is_signed and is_outdated(paper)),
    }


@require_http_methods(FORM_METHODS)
def feedback_sign(request, pk):
    """Ask whether to sign (GET), sign (POST)."""
    paper = scoped_feedback(request, pk)
    _refuse(access.signs_feedback(request.user, paper))
    if request.method == "POST":
        try:
            sign(paper, by=request.user, now=timezone.now(), digest=request.POST.get("digest", ""))
            record(EventKind.SIGN, request, target=paper)
            messages.success(request, f"已{paper.verb}。这份{paper.get_kind_display()}从现在起不再改动。")
        except PaperRefused as problem:
            record(EventKind.SIGN, request, target=paper, success=False, detail=str(problem))
            messages.error(request, str(problem))
        return redirect("papers:feedback_page", pk=paper.pk)
    return render(request, "papers/feedback_sign.html", _state(paper, request.user) | {"today": timezone.localdate()})


@post_only
def feedback_return(request, pk):
    """Send a draft back to be changed, with the reason."""
    paper = scoped_feedback(request, pk)
    _refuse(access.signs_feedback(request.user, paper))
    sent = {"digest": request.POST.get("digest", ""), "reason": request.POST.get("reason", "")}
    try:
        send_back(paper, by=request.user, now=timezone.now(), **sent)
        record(EventKind.SIGN, request, target=paper, success=False, detail=f"退回修改：{sent['reason']}"[:200])
        messages.success(request, "已退回修改，督办员会在通知里看到。")
    except PaperRefused as problem:
        messages.error(request, str(problem))
    return redirect("papers:feedback_page", pk=paper.pk)


@require_http_methods(FORM_METHODS)
def feedback_sign_all(request):
    """Show all drafts of the list's filter that the user may sign (GET), sign them, all or none (POST)."""
    drafts = _filtered(request).qs.filter(status=Feedback.Status.DRAFT)
    papers = [paper for paper in drafts if access.signs_feedback(request.user, paper) is None]
    if not papers or len(papers) > MANY:
        messages.info(request, f"超过 {MANY} 份，请先筛选。" if papers else "没有等您签名或签发的文书。")
        return _back(request)
    if request.method == "POST":
        seen = dict(each.split(":", 1) for each in request.POST.getlist("paper") if ":" in each)
        return _sign_all(request, [paper for paper in papers if str(paper.pk) in seen], seen)
    pairs = [(paper, letter_of(paper)) for paper in papers]
    pairs = [(paper, letter, marks_of(paper, letter)) for paper, letter in pairs]
    return render(request, "papers/feedback_sign_all.html", {"pairs": pairs, "today": timezone.localdate()})


def _sign_all(request, papers, seen):
    paper, now = None, timezone.now()
    try:
        if len(papers) < len(seen):
            raise PaperRefused("您打开页面之后，有的文书已被签名、删除或不再符合筛选条件，请看过新的列表再签。")
        with transaction.atomic():
            for paper in papers:
                sign(paper, by=request.user, now=now, digest=seen[str(paper.pk)])
                record(EventKind.SIGN, request, target=paper)
        messages.success(request, f"已签 {len(papers)} 份，从现在起不再改动。")
    except PaperRefused as problem:
        record(EventKind.SIGN, request, target=paper, success=False, detail=str(problem))
        messages.error(request, f"{problem}一份也没有签。")
    return _back(request)


# --- files -------------------------------------------------------------------------------------------------


@records(EventKind.EXPORT)
@require_safe
def feedback_docx(request, pk):
    """Hand out the Word file: once signed, the one that was signed."""
    paper = scoped_feedback(request, pk)
    try:
        return _file(document_of(paper), file_name(paper), DOCX)
    except NotPrintable as problem:
        messages.error(request, str(problem))
        return redirect("papers:feedback_page", pk=paper.pk)


@records(EventKind.EXPORT)
@require_safe
def feedback_pdf(request, pk):
    """Hand out the Word file as PDF, for reading and sending on."""
    paper = scoped_feedback(request, pk)
    try:
        return _file(pdf_of(document_of(paper)), f"{file_name(paper).removesuffix('.docx')}.pdf", "application/pdf")
    except NotPrintable as problem:
        messages.error(request, str(problem))
        return redirect("papers:feedback_page", pk=paper.pk)


@records(EventKind.EXPORT)
@require_safe
def feedback_book(request):
    """Hand out all papers of the list's filter in one Word file, each on pages of its own."""
    papers = _all_of(request, _filtered(request).qs)
    if papers is None:
        return _back(request)
    if any(paper.template_id for paper in papers):
        messages.error(request, "有的文书按本单位的模板排版，不能合成一个文件，请用“打包下载”。")
        return _back(request)
    return _file(book_of(papers), f"文书合订本（{len(papers)}份）.docx", DOCX)


@records(EventKind.EXPORT)
@require_safe
def feedback_zip(request):
    """Hand out the Word files of all papers of the list's filter in one archive; signed ones as signed."""
    papers = _all_of(request, _filtered(request).qs.defer(None))
    if papers is None:
        return _back(request)
    stream = BytesIO()
    try:
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            for number, paper in enumerate(papers, start=1):
                archive.writestr(f"{number:02d} {file_name(paper)}", document_of(paper))
    except NotPrintable as problem:
        messages.error(request, str(problem))
        return _back(request)
    return _file(stream.getvalue(), "文书.zip", "application/zip")


def file_name(paper) -> str:
    """Return the name a paper is saved under."""
    office = f"（{paper.recipient}）" if paper.office_id else ""
    name = "".join("－" if c in '\\/:*?"<>|' or c < " " else c for c in f"{paper.plain_title[:110]}{office}")
    return f"{name}{'' if paper.is_signed else f'（未{paper.verb}）'}.docx"


def _file(content, name, content_type):
    response = HttpResponse(content, content_type=content_type)
    response.headers["Content-Disposition"] = content_disposition_header(True, name)
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


@post_only
def feedback_delete(request, pk):
    """Drop a draft."""
    paper = scoped_feedback(request, pk)
    drop_feedback(paper, by=request.user)
    messages.success(request, f"已删除“{paper}”。")
    return redirect("papers:feedback_list")
