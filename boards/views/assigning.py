"""责任科室 of a plan's items on one page: rows × offices, saved all at once."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from boards.assigning.posted import read_table
from boards.assigning.proposing import Proposer
from boards.assigning.table import ROLES, AssigningRow, OfficeColumn, contested, in_order, table_of
from tracking.periods.assigning import assign_offices
from workplans import access
from workplans.assigning import AssigningRefused, OfficesChanged
from workplans.models import Assignment, Office, Plan


@require_http_methods(["GET", "HEAD", "POST"])
def plan_offices(request, pk):
    """Show every item of a plan with its offices, those without first (GET); store what was chosen (POST)."""
    plan = get_object_or_404(Plan.objects.visible_to(request.user).select_related("organization"), pk=pk)
    if refused := access.assigns_offices(request.user, plan):
        raise PermissionDenied(refused)
    table = table_of_plan(request.user, plan)
    if request.method != "POST":
        return _page(request, plan, table)
    changes, problem = read_table(table, request.POST)
    try:
        if problem:
            raise AssigningRefused(problem)
        outcome = assign_offices(plan, changes, by=request.user, now=timezone.now())
    except AssigningRefused as barred:
        return _page(request, plan, table, problem=str(barred), status=400)
    except OfficesChanged as changed:
        return _page(request, plan, contested(table, changed), problem=str(changed), status=409)
    _tell(request, outcome)
    return redirect("boards:plan_offices", plan.pk)


def table_of_plan(user, plan):
    """Return the table of a plan; as many queries for 2 items as for 40."""
    named = Assignment.objects.select_related("office").order_by("position", "pk")
    items = plan.items.select_related("section").prefetch_related(Prefetch("assignments", named)).order_by("position")
    rows = [
        AssigningRow(
            str(item.pk), item.number, item.title, item.body, str(item.section),
            in_order((str(a.office_id), a.role) for a in item.assignments.all()),
            address=reverse("boards:item_page", args=[item.pk]), predecessor=item.predecessor_id,
        )
        for item in items
    ]  # fmt: skip
    used = {int(key) for row in rows for key, _role in row.offices}
    offices = [o for o in Office.objects.filter(organization=plan.organization_id) if o.is_active or o.pk in used]
    columns = [OfficeColumn(str(office.pk), office.name) for office in offices]
    proposer = Proposer(user, plan.organization, plan.year, lambda office: str(office.pk))
    return table_of(rows, columns, proposer.proposals(rows))


def _page(request, plan, table, problem="", status=200):
    context = {"plan": plan, "table": table, "problem": problem, "roles": ROLES.choices, "chosen": request.POST}
    return render(request, "boards/plan_offices.html", context, status=status)


def _tell(request, outcome):
    if not outcome.items:
        messages.info(request, "没有改动。")
        return
    told = f"已保存 {outcome.items} 个事项的责任科室。"
    if outcome.followed:
        told += f"{outcome.followed} 份还没有填写的进展报告改由新的科室报送。"
    messages.success(request, told)
    if outcome.staying:
        messages.warning(
            request,
            f"{outcome.staying} 份已经开始填写的进展报告仍由原来的科室报送，需要移交时请在“工作事项”中改填报科室。",
        )
