"""批示 on an item, its answers, and 问答 on a report."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from tracking.models import InstructionOffice, Report
from tracking.reports.instructing import answer, instruct, remark
from tracking.reports.instruction_forms import AnswerForm, InstructionForm, RemarkForm
from workplans import access
from workplans.ids import id_of
from workplans.models import Item
from workplans.steps import came_from, post_only


@require_http_methods(["GET", "HEAD", "POST"])
def item_instruct(request, pk):
    """Let a leader write a 批示 on an item; it is shown once more before it goes, for it cannot be taken back."""
    items = Item.objects.visible_to(request.user).select_related("plan", "reporting_office")
    item = get_object_or_404(items.prefetch_related("assignments"), pk=pk)
    if refused := access.instructs(request.user, item):
        raise PermissionDenied(refused)
    report = Report.objects.filter(item=item, pk=id_of(request.POST.get("report") or request.GET.get("report"))).first()
    sent = request.POST if request.method == "POST" else None
    form = InstructionForm(sent, item=item, today=timezone.localdate())
    is_valid = sent is not None and form.is_valid()
    if is_valid and "confirmed" in request.POST:
        chosen = form.cleaned_data
        instruct(
            item, chosen["offices"], text=chosen["text"], due_on=chosen["due_on"], report=report, by=request.user,
            now=timezone.now(),
        )  # fmt: skip
        messages.success(request, f"批示已送 {'、'.join(office.name for office in chosen['offices'])}。")
        return redirect(f"{reverse('boards:item_page', args=[item.pk])}#instructions")
    context = {"item": item, "form": form, "report": report, "is_asked": is_valid and "change" not in request.POST}
    return render(request, "tracking/instruction.html", context)


@post_only
def instruction_answer(request, pk):
    """Take an office's answer."""
    found = InstructionOffice.objects.visible_to(request.user).select_related("instruction__item__plan", "office")
    addressed = get_object_or_404(found, pk=pk)
    form = AnswerForm(request.POST)
    if refused := access.answers_instruction(request.user, addressed):
        raise PermissionDenied(refused)
    if not form.is_valid():
        return render(request, "tracking/answer.html", {"addressed": addressed, "form": form})
    answer(addressed, text=form.cleaned_data["text"], by=request.user, now=timezone.now())
    messages.success(request, "已回复。")
    return redirect(came_from(request, reverse("tracking:my_reports")))


@post_only
def report_remark(request, pk):
    """Take a question or an answer about a report."""
    reports = Report.objects.visible_to(request.user).select_related("item__plan", "period", "office")
    report = get_object_or_404(reports, pk=pk)
    form = RemarkForm(request.POST)
    if refused := access.remarks_on(request.user, report):
        raise PermissionDenied(refused)
    if not form.is_valid():
        return render(request, "tracking/remark.html", {"report": report, "form": form})
    remark(report, text=form.cleaned_data["text"], by=request.user, now=timezone.now())
    messages.success(request, "已送出；对方会在通知里看到。")
    return redirect(came_from(request, f"{reverse('tracking:report_page', args=[report.pk])}#remarks"))
