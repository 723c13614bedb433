"""The steps of a report in the admin: actions on the list and buttons on the form, made from the workflow table."""

from functools import partial

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.html import format_html

from tracking.models import Report
from tracking.reports.forms import ReasonForm
from tracking.reports.recording import Conflict
from tracking.reports.workflow import TRANSITIONS, Impossible, perform_many, was_taken_by
from workplans import access
from workplans.ids import whole_number


class StepsMixin:
    """Mix into the admin of reports."""

    change_form_template = "admin/tracking/report/change_form.html"

    def get_actions(self, request):
        """Offer every step of the table to those who write or review reports at all."""
        actions = super().get_actions(request)
        if access.refusal(request.user, "change", Report) is None:
            for step in TRANSITIONS.values():
                name = f"step_{step.name}"
                actions[name] = (partial(_take, step=step), name, f"{step.label}所选的进展报告")
        return actions

    @admin.display(description="")
    def action_checkbox(self, obj):
        """The box to tick, with the version its reader saw."""
        seen = format_html('<input type="hidden" name="version-{}" value="{}">', obj.pk, obj.version)
        return super().action_checkbox(obj) + seen


def _take(model_admin, request, queryset, *, step):
    """Take the step for all ticked reports or for none; where a reason is needed, ask for it first."""
    note = ReasonForm(request.POST).text()
    if step.needs_note and not note:
        return _ask(model_admin, request, queryset, step)
    try:
        done = perform_many(
            queryset, step.name, by=request.user, now=timezone.now(), versions=_versions(request, queryset), note=note
        )
    except (PermissionDenied, Impossible, Conflict) as problem:
        if done := _repeated(request, queryset, step, note):
            messages.success(request, f"已{step.label} {done} 份进展报告。")
        else:
            messages.error(request, _told(problem))
    else:
        messages.success(request, f"已{step.label} {done} 份进展报告。")
    return None


def _told(problem) -> str:
    """Return what is said of a step that was not taken."""
    if isinstance(problem, Conflict):
        return f"“{problem.stored.item}”在您打开之后有了改动，请重新查看。没有改动任何一份。"
    return str(problem)


def _repeated(request, queryset, step, note) -> int:
    """Return how many reports there are, if the sender's own first click has taken just this step for all of them."""
    rows, versions = list(queryset.all()), _versions(request, queryset)
    taken = [was_taken_by(row, (step.name,), by=request.user, seen=versions[row.pk], note=note) for row in rows]
    return len(rows) if all(taken) else 0


def _versions(request, queryset) -> dict[int, int]:
    """Return the versions the list showed; of a row on another page, the stored one."""
    stored = dict(queryset.values_list("pk", "version"))
    sent = {pk: whole_number(request.POST.get(f"version-{pk}")) for pk in stored}
    return {pk: version if sent[pk] is None else sent[pk] for pk, version in stored.items()}


def _ask(model_admin, request, queryset, step):
    """Show the page that asks for the reason."""
    context = model_admin.admin_site.each_context(request) | {
        "title": f"{step.label}进展报告",
        "opts": model_admin.opts,
        "step": step,
        "action": f"step_{step.name}",
        "versions": _versions(request, queryset),
        "reports": queryset.select_related("item", "period"),
        "reasons": ReasonForm(),
        "is_missing": "asked" in request.POST,
    }
    return TemplateResponse(request, "admin/tracking/report/step.html", context)
