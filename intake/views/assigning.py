"""责任科室 of a draft's items on one page."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from boards.assigning.posted import read_table
from boards.assigning.table import ROLES, contested
from importer.drafts.corrections import CorrectionRefused
from intake import keeping
from intake.assigning import assign_in_draft, table_of_draft
from workplans.assigning import OfficesChanged
from workplans.models import ImportDraft

from .pages import for_supervisors


@for_supervisors
@require_http_methods(["GET", "HEAD", "POST"])
def import_offices(request, pk):
    """Show every item of a draft with its offices, those without first (GET); keep what was chosen (POST)."""
    drafts = ImportDraft.objects.visible_to(request.user).select_related("organization")
    draft = get_object_or_404(drafts.defer("content", "text"), pk=pk)
    if not draft.is_open():
        messages.error(request, "这份草稿已经确认导入或放弃，不能再改。")
        return redirect("intake:import_page", draft.pk)
    table = table_of_draft(request.user, draft, keeping.proof_of(draft))
    if request.method != "POST":
        return _page(request, draft, table)
    changes, problem = read_table(table, request.POST)
    try:
        if problem:
            raise CorrectionRefused(problem)
        count = assign_in_draft(draft, changes, by=request.user, now=timezone.now())
    except CorrectionRefused as barred:
        return _page(request, draft, table, problem=str(barred), status=400)
    except OfficesChanged as changed:
        return _page(request, draft, contested(table, changed), problem=str(changed), status=409)
    if count:
        messages.success(request, f"已保存 {count} 个事项的责任科室；要改回来，请在核对页面按“撤销”。")
    else:
        messages.info(request, "没有改动。")
    return redirect("intake:import_offices", draft.pk)


def _page(request, draft, table, problem="", status=200):
    context = {
        "draft": draft, "table": table, "problem": problem, "roles": ROLES.choices, "chosen": request.POST, "takes_new": True
    }  # fmt: skip
    return render(request, "intake/import_offices.html", context, status=status)
