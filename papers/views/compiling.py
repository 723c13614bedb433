"""Compiling papers: choose a period or plan, describe, compile; a draft compiled anew."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from papers.compiling import PaperRefused, compile_feedback, compile_for_offices
from papers.kinds import KINDS
from tracking.models import Feedback, PaperKind
from workplans import access
from workplans.conflicts import conflict_in, page_context
from workplans.ids import id_of

from .feedbacks import scoped_feedback

FORM_METHODS = ("GET", "HEAD", "POST")


def _refuse(refused):
    if refused:
        raise PermissionDenied(refused)


@require_http_methods(FORM_METHODS)
def feedback_new(request):
    """Choose a period or plan (GET), describe the paper (GET with it), compile it (POST)."""
    _refuse(access.refusal(request.user, "add", Feedback))
    kind = _kind(request)
    name, subjects = KINDS[kind].subject, KINDS[kind].subjects(request.user)
    wanted = request.POST.get(name) or request.GET.get(name, "")
    if not wanted:
        return render(
            request,
            "papers/feedback_subject.html",
            {"kind": kind, "kinds": PaperKind, "name": name, "subjects": subjects},
        )
    subject = get_object_or_404(subjects, pk=id_of(wanted))
    paper = Feedback(organization=subject.organization, kind=kind, **{name: subject})
    _refuse(access.refusal(request.user, "add", Feedback, paper))
    initial = None if request.method == "POST" else KINDS[kind].offered(paper, request.user, timezone.localdate())
    return _form_page(request, paper, initial)


def _kind(request) -> PaperKind:
    wanted = request.POST.get("kind") or request.GET.get("kind") or PaperKind.FEEDBACK
    if wanted not in PaperKind.values:
        raise Http404("没有这种文书。")
    return PaperKind(wanted)


@require_http_methods(FORM_METHODS)
@transaction.atomic
def feedback_change(request, pk):
    """Compile a draft anew."""
    paper = scoped_feedback(request, pk, is_locked=request.method == "POST")
    _refuse(access.refusal(request.user, "change", Feedback, paper))
    return _form_page(request, paper)


def _form_page(request, paper, initial=None):
    posted, kind = request.POST if request.method == "POST" else None, KINDS[paper.kind]
    shown = kind.form(instance=paper, user=request.user), (), {"退回修改的要求": paper.returned_reason}
    conflict = conflict_in(posted, paper, *shown) if posted is not None and paper.pk else None
    told = page_context(posted, conflict, *shown) if paper.pk else {}
    form = kind.form(conflict.data if conflict else posted, instance=paper, initial=initial, user=request.user)
    if posted is not None and form.is_valid() and not conflict:
        try:
            return _compile(request, form)
        except PaperRefused as problem:
            form.add_error(None, str(problem))
    context = {
        "form": form,
        "paper": paper,
        "kind": PaperKind(paper.kind),
        "left_out": kind.left_out(paper, request.user),
    }
    return render(request, "papers/feedback_form.html", context | told, status=409 if conflict else 200)


def _compile(request, form):
    paper, told = form.instance, {"by": request.user, "now": timezone.now()}
    who = "请局领导签名" if paper.needs_leader else "签发"
    if paper.pk or not PaperKind(paper.kind).is_per_office:
        compile_feedback(paper, form.chosen(), **told)
    else:
        papers = compile_for_offices(paper, form.chosen(), **told)
        if len(papers) > 1:
            messages.success(request, f"已为 {len(papers)} 个科室汇编。请通读一遍，再{who}。")
            subject = "plan" if paper.plan_id else "period"
            return redirect(f"{reverse('papers:feedback_list')}?kind={paper.kind}&{subject}={paper.subject.pk}")
        [paper] = papers
    messages.success(request, f"已汇编。请通读一遍，再{who}。")
    return redirect("papers:feedback_page", pk=paper.pk)
