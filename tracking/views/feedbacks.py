"""Pages of the feedback: the list, compiling, the letter, signing it, the Word file."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audit.kinds import Kind
from audit.recording import record, records
from tracking.compiling import compilable, letter_of
from tracking.feedback import (
    NotPossible,
    changed_since,
    compile_feedback,
    document_of,
    drop_feedback,
    sign,
)
from tracking.feedback_forms import FeedbackForm, offered
from tracking.models import Feedback, Period, Report
from workplans import access

FORM_METHODS = ("GET", "HEAD", "POST")
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
RELATED = ("organization", "period__organization", "compiled_by", "signed_by")


def scoped_feedback(request, pk):
    """Return a letter the user reads, without its file; another answers 404."""
    letters = Feedback.objects.visible_to(request.user).select_related(*RELATED).defer("document")
    return get_object_or_404(letters, pk=pk)


def _refuse(refused):
    if refused:
        raise PermissionDenied(refused)


@require_safe
def feedback_list(request):
    """List the letters, the newest period first."""
    letters = Feedback.objects.visible_to(request.user).select_related(*RELATED).defer("document", "snapshot")
    context = {
        "feedbacks": letters,
        "may_add": access.refusal(request.user, "add", Feedback) is None,
    }
    return render(request, "tracking/feedback_list.html", context)


@require_http_methods(FORM_METHODS)
def feedback_new(request):
    """Choose a period (GET), describe the letter (GET with `period`), compile it (POST)."""
    _refuse(access.refusal(request.user, "add", Feedback))
    periods = Period.objects.visible_to(request.user).select_related("organization")
    wanted = request.POST.get("period") or request.GET.get("period", "")
    if not wanted:
        return render(request, "tracking/feedback_period.html", {"periods": _with_approved(periods)})
    period = get_object_or_404(periods, pk=wanted if wanted.isdecimal() and len(wanted) < 19 else 0)
    feedback = Feedback(organization=period.organization, period=period)
    _refuse(access.refusal(request.user, "add", Feedback, feedback))
    initial = None
    if request.method != "POST":
        initial = offered(period, list(compilable(period, request.user)), today=timezone.localdate())
    return _form_page(request, feedback, initial)


def _with_approved(periods):
    approved = Count("reports", filter=Q(reports__status=Report.Status.APPROVED))
    return periods.annotate(approved=approved, total=Count("reports")).order_by("-as_of", "-pk")


@require_http_methods(FORM_METHODS)
def feedback_change(request, pk):
    """Compile a draft anew."""
    feedback = scoped_feedback(request, pk)
    _refuse(access.refusal(request.user, "change", Feedback, feedback))
    return _form_page(request, feedback)


def _form_page(request, feedback, initial=None):
    form = FeedbackForm(request.POST or None, instance=feedback, initial=initial, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            compile_feedback(form.instance, form.cleaned_data["reports"], by=request.user, now=timezone.now())
        except NotPossible as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, "已汇编。请通读一遍，再请局领导签名。")
            return redirect("tracking:feedback_page", pk=form.instance.pk)
    return render(request, "tracking/feedback_form.html", {"form": form, "feedback": feedback})


@require_safe
def feedback_page(request, pk):
    """Show the letter as it will be printed, and what can be done with it."""
    feedback = scoped_feedback(request, pk)
    context = {
        "feedback": feedback,
        "letter": letter_of(feedback),
        "changed": [] if feedback.is_signed else changed_since(feedback),
        "may_change": access.refusal(request.user, "change", Feedback, feedback) is None,
        "may_sign": not feedback.is_signed and access.signs_feedback(request.user, feedback) is None,
    }
    return render(request, "tracking/feedback_page.html", context)


@require_http_methods(FORM_METHODS)
def feedback_sign(request, pk):
    """Ask whether to sign (GET), sign (POST)."""
    feedback = scoped_feedback(request, pk)
    _refuse(access.signs_feedback(request.user, feedback))
    if request.method == "POST":
        try:
            sign(feedback, by=request.user, now=timezone.now(), digest=request.POST.get("digest", ""))
            record(Kind.SIGN, request, target=feedback)
            messages.success(request, "已签名。这份反馈从现在起不再改动。")
        except NotPossible as problem:
            record(Kind.SIGN, request, target=feedback, success=False, detail=str(problem))
            messages.error(request, str(problem))
        return redirect("tracking:feedback_page", pk=feedback.pk)
    context = {
        "feedback": feedback,
        "letter": letter_of(feedback),
        "changed": [] if feedback.is_signed else changed_since(feedback),
        "today": timezone.localdate(),
    }
    return render(request, "tracking/feedback_sign.html", context)


@records(Kind.EXPORT)
@require_safe
def feedback_docx(request, pk):
    """Hand out the Word file: once signed, the one that was signed."""
    feedback = scoped_feedback(request, pk)
    response = HttpResponse(document_of(feedback), content_type=DOCX)
    name = "".join("－" if c in '\\/:*?"<>|' or c < " " else c for c in feedback.plain_title)
    mark = "" if feedback.is_signed else "（未签名）"
    response.headers["Content-Disposition"] = content_disposition_header(True, f"{name[:120]}{mark}.docx")
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


@require_POST
def feedback_delete(request, pk):
    """Drop a draft."""
    feedback = scoped_feedback(request, pk)
    drop_feedback(feedback, by=request.user)
    messages.success(request, f"已删除“{feedback}”。")
    return redirect("tracking:feedback_list")
