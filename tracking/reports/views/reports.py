"""One report: its page, its draft that saves itself, and its steps."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from tracking.expected import row_expected
from tracking.lamps import deadline_lamp, progress_lamp, reporting_lamp
from tracking.milestones import may_mark, states
from tracking.models import Report
from tracking.reports import hints, workflow
from tracking.reports.attaching import ACCEPTED, KINDS_IN_WORDS, MAX_BYTES
from tracking.reports.beside_last_period import attach_previous
from tracking.reports.entry import ReportEntry, warnings_of
from tracking.reports.forms import ReasonForm
from tracking.reports.recording import Conflict
from tracking.reports.workflow import TRANSITIONS, Impossible
from tracking.reports.worklists import evidence_of, urge_notes, worklist
from workplans import access
from workplans.ids import seen_version
from workplans.steps import came_from, post_only


def visible_report(user, pk) -> Report:
    """Return the report with all its page needs, and `previous`; 404 for a foreign one."""
    reports = Report.objects.visible_to(user).select_related(
        "item__plan__organization", "item__section", "office", "period", "saved_by", "submitted_by"
    )
    found = attach_previous(reports.filter(pk=pk))
    if not found:
        raise Http404
    return found[0]


@require_http_methods(["GET", "HEAD", "POST"])
def report_page(request, pk):
    """Show one report, to be filled in by whoever may; POST saves it as a draft."""
    return entry_page(request, pk)


def entry_page(request, pk, frame=None):
    """Show and save the entry of a report: on its own page, or in the `frame` (a context) of 数据管理.

    A frame has its `template`, `here`, where the entry is sent, and `back`, where a step leads.
    """
    report = visible_report(request.user, pk)
    if request.method != "POST":
        return render_report(request, report, frame=frame)
    refuse_unless_writable(request.user, report)
    entry = ReportEntry(report, request.POST, beside=report.previous, writer=request.user)
    try:
        if not save(entry, request.user):
            return _shown_again(request, report, entry, frame)
    except Conflict as conflict:
        return conflict_page(request, report, conflict.stored)
    messages.success(request, f"已保存 {timezone.localtime():%H:%M}，还没有提交。")
    return redirect(frame["here"] if frame else report_address(report))


@post_only
def report_draft(request, pk):
    """Save what was typed so far; answer {saved_at, version, warnings, errors?} or {conflict} or {refused}."""
    report = visible_report(request.user, pk)
    if refused := access.refusal(request.user, "change", Report, report):
        return JsonResponse({"refused": refused}, status=403)
    entry = ReportEntry(report, request.POST, beside=report.previous, writer=request.user)
    try:
        if not entry.record_valid(by=request.user, now=timezone.now()):
            return JsonResponse({"errors": entry.errors})
    except Conflict as conflict:
        return JsonResponse({"conflict": str(conflict)})
    # The report is now as stored; the texts of its tasks have to be read again.
    return JsonResponse(_draft_answer(visible_report(request.user, pk) if entry.tasks.forms else report, entry))


def _draft_answer(report, entry):
    return {
        "saved_at": f"{timezone.localtime():%H:%M}",
        "version": report.version,
        "errors": entry.errors,
        "warnings": [[warning.field, warning.text] for warning in warnings_of(report, report.previous)],
        "differences": entry.differences(),
    }


@post_only
def report_step(request, pk, step):
    """Take a step; where the page's form came with it, save that first."""
    if step not in TRANSITIONS:
        raise Http404
    report = visible_report(request.user, pk)
    entry = (
        ReportEntry(report, request.POST, beside=report.previous, writer=request.user)
        if "progress" in request.POST
        else None
    )
    try:
        if entry and not save(entry, request.user):
            if not entry.conflict:
                return render_report(request, report, entry)
            raise Conflict(entry.conflict)
        done = take(request, report, step, report.version if entry else seen_version(request.POST))
    except (Impossible, Conflict, PermissionDenied) as problem:
        done = visible_report(request.user, pk)
        if not is_repeated(request, done, step):
            return _not_taken(request, report, problem)
    done_words = f"“{report.item}”{'，'.join(dict.fromkeys((f'已{TRANSITIONS[step].label}', done.status_label)))}。"
    if request.POST.get("then") == "next":
        return redirect(_next_owed(request, done_words, report))
    messages.success(request, done_words)
    return redirect(came_from(request, report_address(report)))


def _next_owed(request, done_words, report) -> str:
    """Say how many reports are left to fill in, and return the address of the next one: the list where it was the last."""
    rows = [row for row in worklist(request.user, timezone.localdate()).rows if row.is_editable]
    if not rows:
        messages.success(request, f"{done_words}本科室要填的都已提交。")
        return reverse("tracking:my_reports")
    messages.success(request, f"{done_words}还有 {len(rows)} 项要填，这是下一项。")
    behind = [row for row in rows if row.report.item.position > report.item.position]
    return report_address((behind or rows)[0].report)


def is_repeated(request, stored, step) -> bool:
    """Say whether the sender's own first click took the step, and said the same: the second is answered like the first."""
    told = {"by": request.user, "seen": seen_version(request.POST), "note": ReasonForm(request.POST).text()}
    if not workflow.was_taken_by(stored, (step,), **told):
        return False
    with transaction.atomic():
        return "progress" not in request.POST or ReportEntry(stored, request.POST).says(stored)


def _not_taken(request, report, problem):
    if isinstance(problem, PermissionDenied):
        raise problem
    if isinstance(problem, Impossible):
        return render_report(request, visible_report(request.user, report.pk), problem=str(problem))
    return conflict_page(request, report, problem.stored)


def take(request, report, step, version):
    """Take the step with the reason sent."""
    note = ReasonForm(request.POST).text()
    return workflow.perform(report, step, by=request.user, now=timezone.now(), note=note, expected_version=version)


@transaction.atomic
def save(entry, user) -> bool:
    """Save the page's form if all of it is valid; say whether it was."""
    if not entry.is_valid():
        return False
    entry.record(by=user, now=timezone.now())
    return True


def report_address(report) -> str:
    """Return the address of the report's own page."""
    return reverse("tracking:report_page", args=[report.pk])


def refuse_unless_writable(user, report):
    """Raise PermissionDenied with the reason where the user cannot write the report now."""
    if refused := access.refusal(user, "change", Report, report):
        raise PermissionDenied(refused)


# --- rendering ---------------------------------------------------------------------------------------------


def render_report(request, report, entry=None, problem="", frame=None):
    """Show the report's page, or with ?part=1 what opens in place on 我的填报; with a frame, the entry inside it."""
    part = request.method == "GET" and "part" in request.GET and frame is None
    context = report_context(request.user, report, entry) | {"problem": problem, "part": part}
    if part or context["for_office"]:
        context["back"] = reverse("tracking:my_reports")
    context |= frame or {"template": "tracking/_report_entry.html" if part else "tracking/report_page.html"}
    return render(request, context["template"], context)


def _shown_again(request, report, entry, frame=None):
    """Show what could not be saved: beside what somebody else stored, or with its wrong fields marked."""
    if entry.conflict:
        return conflict_page(request, report, entry.conflict)
    return render_report(request, report, entry, frame=frame)


def report_context(user, report, entry=None):
    """Return what the page of a report shows."""
    item, today = report.item, timezone.localdate()
    expected = row_expected(item, report.period)
    writable = access.refusal(user, "change", Report, report) is None
    events = list(report.events.select_related("actor").order_by("-at", "-pk"))
    return {
        "report": report,
        "here": report_address(report),
        "return_to": report_address(report),
        "milestones": states(item, today),
        "may_mark": may_mark(user, item),
        "today": today,
        "item": item,
        "previous": report.previous,
        "entry": entry or ReportEntry(report, beside=report.previous),
        "writable": writable,
        "closed_reason": report.editing_refusal(),
        "for_office": access.enters_for_office(user, report),
        "steps": workflow.available(report, user),
        "reasons": ReasonForm(auto_id=f"r{report.pk}_%s"),
        "events": events,
        "returned": next((e for e in events if e.to_status == report.status == Report.Status.RETURNED), None),
        "urges": urge_notes([report]) if writable else [],
        "evidence": evidence_of(report),
        "remarks": report.remarks.select_related("by"),
        "may_remark": access.remarks_on(user, report) is None,
        "limits": {"mb": MAX_BYTES >> 20, "kinds": KINDS_IN_WORDS, "accept": ACCEPTED},
        "unchanged_reasons": hints.UNCHANGED_REASONS,
        "warnings": warnings_of(report, report.previous),
        "expected": expected,
        "lamps": [
            progress_lamp(item.status, report.completion_percent, expected),
            reporting_lamp(report, today),
            deadline_lamp(item.status, item.deadline, today, report.completion_percent),
        ],
    }


def conflict_page(request, report, stored):
    """Show what is stored beside what was typed, which can then be saved on top of it."""
    stored = visible_report(request.user, stored.pk)
    data = request.POST.copy()
    data["seen_version"] = stored.version
    typed = ReportEntry(stored, data, beside=stored) if "progress" in data else None
    with transaction.atomic():
        context = report_context(request.user, stored, typed)
        if typed:
            typed.is_valid()
        context |= {"typed": typed, "message": str(Conflict(stored))}
        return render(request, "tracking/report_conflict.html", context, status=409)
