"""Keeping and dropping layouts of sheets: who may, and what happens to the standard one."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404

from tracking.models import SheetLayout
from workplans import access
from workplans.conflicts import lock


@transaction.atomic
def keep_layout(layout: SheetLayout, *, by) -> None:
    """Store a layout; where it is the standard, the one before gives way. Raises PermissionDenied."""
    if refused := access.refusal(by, "change" if layout.pk else "add", SheetLayout, layout):
        raise PermissionDenied(refused)
    if layout.is_standard:
        same = SheetLayout.objects.select_for_update().filter(organization=layout.organization, sheet=layout.sheet)
        for other in same.filter(is_standard=True).exclude(pk=layout.pk):
            other.is_standard = False
            _signed(other, by, f"改以“{layout}”为标准版式").save()
    _signed(layout, by).save()


@transaction.atomic
def drop_layout(layout: SheetLayout, *, by) -> None:
    """Delete a layout; its history stays. Raises PermissionDenied."""
    if refused := access.refusal(by, "delete", SheetLayout, layout):
        raise PermissionDenied(refused)
    _signed(layout, by).delete()


def locked_layout(layout: SheetLayout) -> SheetLayout:
    """Return the layout as stored now, locked with its siblings in one order: keeping a standard one changes another."""
    same = SheetLayout.objects.filter(organization=layout.organization_id, sheet=layout.sheet)
    lock(same)
    found = same.select_related("organization").filter(pk=layout.pk).first()
    if found is None:
        raise Http404("这个版式刚刚被删除。")
    return found


def _signed(layout, by, reason=""):
    layout._history_user, layout._change_reason = by, reason or None
    return layout
