"""表格版式: the list, a new one, changing one with its history, deleting one."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from audit.kinds import EventKind
from audit.recording import record
from sheets.sheets import SHEETS
from tracking.models import SheetKind, SheetLayout
from workplans import access
from workplans.conflicts import conflict_in, page_context
from workplans.ids import id_of
from workplans.models import Organization
from workplans.steps import post_only

from .forms import ColumnFormSet, LayoutForm, columns_for
from .keeping import drop_layout, keep_layout, locked_layout

FORM_METHODS = ("GET", "HEAD", "POST")


def _refuse(refused):
    if refused:
        raise PermissionDenied(refused)


@require_safe
def layout_list(request):
    """List the layouts by kind of sheet."""
    layouts = SheetLayout.objects.visible_to(request.user).select_related("organization")
    by_kind = {kind: [] for kind in SheetKind}
    for layout in layouts:
        by_kind[layout.sheet].append(layout)
    supervised = access.standing(request.user).supervised
    context = {
        "kinds": [(SHEETS[kind], found) for kind, found in by_kind.items()],
        "count": len(layouts),
        "supervised": supervised,
        "organizations": Organization.objects.filter(pk__in=supervised),
    }
    return render(request, "sheets/layout_list.html", context)


@require_http_methods(FORM_METHODS)
def layout_new(request):
    """Describe a new layout (GET with `sheet`), keep it (POST)."""
    _refuse(access.refusal(request.user, "add", SheetLayout))
    asked = request.POST if request.method == "POST" else request.GET
    kind = asked.get("sheet", SheetKind.PROGRESS)
    if kind not in SheetKind.values:
        raise Http404("没有这种表格。")
    organizations = Organization.objects.filter(pk__in=access.standing(request.user).supervised)
    wanted = asked.get("organization", "")
    if wanted:
        organizations = organizations.filter(pk=id_of(wanted))
    if (organization := organizations.first()) is None:
        raise Http404("没有这个单位。")
    return _form_page(request, SheetLayout(organization=organization, sheet=kind))


@require_http_methods(FORM_METHODS)
@transaction.atomic
def layout_change(request, pk):
    """Show a layout with its history (GET), keep it (POST)."""
    layout = _scoped(request, pk)
    _refuse(access.refusal(request.user, "change", SheetLayout, layout))
    return _form_page(request, locked_layout(layout) if request.method == "POST" else layout)


@post_only
def layout_delete(request, pk):
    """Delete a layout."""
    layout = _scoped(request, pk)
    drop_layout(layout, by=request.user)
    record(EventKind.SETTINGS, request, target=f"表格版式 {pk} {layout}", detail="删除")
    messages.success(request, f"已删除版式“{layout}”。")
    return redirect("sheets:layout_list")


def _scoped(request, pk):
    return get_object_or_404(SheetLayout.objects.visible_to(request.user).select_related("organization"), pk=pk)


def _form_page(request, layout):
    posted, sheet = request.POST if request.method == "POST" else None, SHEETS[layout.sheet]
    shown = LayoutForm(instance=layout), [_columns(layout)]
    conflict = conflict_in(posted, layout, *shown) if posted is not None and layout.pk else None
    told = page_context(posted, conflict, *shown) if layout.pk else {}
    data = conflict.data if conflict else posted
    form, columns = LayoutForm(data, instance=layout), _columns(layout, data)
    if data is not None and _are_valid(form, columns) and not conflict:
        keep_layout(layout, by=request.user)
        record(EventKind.SETTINGS, request, target=layout, detail="保存")
        messages.success(request, f"已保存版式“{layout}”，导出{sheet.kind.label}时可以选用。")
        return redirect("sheets:layout_list")
    context = {
        "layout": layout,
        "sheet": sheet,
        "form": form,
        "columns": columns,
        "versions": layout.history.select_related("history_user") if layout.pk else [],
    }
    return render(request, "sheets/layout_form.html", context | told, status=409 if conflict else 200)


def _columns(layout, data=None):
    return ColumnFormSet(data, prefix="columns", sheet=SHEETS[layout.sheet], initial=columns_for(layout))


def _are_valid(form, columns) -> bool:
    """Check both, so that every problem is told at once."""
    columns_are = columns.is_valid()
    if columns_are:
        form.instance.columns = columns.columns()
    return form.is_valid() and columns_are
