"""The life of an item: get (scoped), bind, call one verb, redirect to the item's page."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from . import access, lifecycle
from .forms import REQUEST_FORMS, DecisionForm, step_form
from .models import Item, ItemRequest
from .panel import request_row
from .steps import post_only


@require_safe
def request_list(request):
    """List the requests that wait for a decision, the oldest first."""
    waiting = (
        ItemRequest.objects.visible_to(request.user)
        .filter(status=ItemRequest.Status.PENDING)
        .select_related("item__plan__organization", "item__reporting_office", "requested_by")
        .order_by("requested_at", "pk")
    )
    rows = [request_row(row, request.user) for row in waiting]
    may_decide = access.supervises(request.user, None) is None
    return render(request, "workplans/request_list.html", {"rows": rows, "may_decide": may_decide})


@post_only
def item_request(request, pk):
    """Ask for something: 申请办结, 申请延期."""
    item = _item(request, pk)
    _require(access.asks_for_item(request.user, item))
    kind = request.POST.get("kind", ItemRequest.Kind.CLOSE)
    if kind not in REQUEST_FORMS:
        raise Http404
    form = REQUEST_FORMS[kind](request.POST, auto_id=f"{kind}_%s")

    def act(values):
        now = timezone.now()
        if kind == ItemRequest.Kind.CLOSE:
            lifecycle.request_closing(item, values["reason"], by=request.user, now=now)
        else:
            lifecycle.request_extension(item, values["reason"], values["new_deadline"], by=request.user, now=now)
        return f"已提出“{form.kind.label}”，等待督办员核实。"

    return _act(request, item, form, act, form.kind.label, hidden={"kind": kind})


@post_only
def item_step(request, pk, step):
    """Take a step: 暂缓, 恢复, 取消, 结转."""
    item, step = _item(request, pk), lifecycle.STEPS[step]
    _require(access.supervises(request.user, item))
    form = step_form(step, item, request.user, request.POST)

    def act(values):
        now = timezone.now()
        if step is not lifecycle.CARRY_OVER:
            lifecycle.take(item, step, values["reason"], by=request.user, now=now)
            return f"这个事项已{step.label}。"
        lifecycle.carry_over(item, values["into_plan"], values["reason"], by=request.user, now=now)
        return f"已结转到《{values['into_plan']}》。"

    return _act(request, item, form, act, step.label)


@post_only
def request_decide(request, pk):
    """Decide a request by the button pressed: `granted` is yes, or it is refused."""
    row = _request(request, pk)
    _require(access.decides_request(request.user, row))
    granted = request.POST.get("granted") == "yes"
    form = DecisionForm(request.POST, auto_id=f"decide{pk}_%s")

    def act(values):
        done = lifecycle.decide(row, granted, values["note"], by=request.user, now=timezone.now())
        return f"{row.get_kind_display()}：{done.get_status_display()}。"

    title = f"{row.get_kind_display()}：{'同意' if granted else '不同意'}"
    return _act(request, row.item, form, act, title, hidden={"granted": "yes" if granted else "no"})


@post_only
def request_withdraw(request, pk):
    """Take a request back."""
    row = _request(request, pk)
    try:
        lifecycle.withdraw_request(row, by=request.user, now=timezone.now())
        messages.success(request, f"{row.get_kind_display()}已撤回。")
    except lifecycle.ItemStepImpossible as barred:
        messages.error(request, str(barred))
    return redirect("boards:item_page", row.item_id)


def _require(refused):
    if refused:
        raise PermissionDenied(refused)


def _item(request, pk):
    return get_object_or_404(Item.objects.visible_to(request.user).select_related("plan", "reporting_office"), pk=pk)


def _request(request, pk):
    rows = ItemRequest.objects.visible_to(request.user).select_related("item__plan")
    return get_object_or_404(rows, pk=pk)


def _act(request, item, form, act, title, hidden=None):
    """Call the verb with the form's values; where that cannot be, show the form again with what was typed."""
    if form.is_valid():
        try:
            messages.success(request, act(form.cleaned_data))
            return redirect("boards:item_page", item.pk)
        except lifecycle.ItemStepImpossible as barred:
            form.add_error(None, str(barred))
    context = {"item": item, "form": form, "title": title, "hidden": hidden or {}}
    return render(request, "workplans/lifecycle_form.html", context)
