"""Recording what an office says: the one way a report's contents change.

A save is one transaction: a conditional UPDATE (the version must still be what the writer saw), the texts of
the tasks, and the history rows. The loser of a race learns what was stored meanwhile (DESIGN 4).
"""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F

from workplans import access
from workplans.history import write_history

from .models import Report, TaskReport

REPORT_FIELDS = ("completion_percent", "progress", "difficulties", "next_steps", "unchanged", "unchanged_reason")
TEXT_FIELDS = ("progress", "difficulties", "next_steps")


class Conflict(Exception):
    """Somebody else saved, submitted or closed the report meanwhile; `stored` is the row as it is now."""

    def __init__(self, stored: Report):
        self.stored = stored
        who = (stored.saved_by.get_full_name() or stored.saved_by.get_username()) if stored.saved_by else "他人"
        super().__init__(
            f"您打开之后，{who} 已经保存了这份进展报告（第 {stored.version} 版）。"
            "您填写的内容还在页面上，请与已保存的内容核对后再保存。"
        )


@transaction.atomic
def record(report, changes, *, by, now, expected_version=None, task_texts=None, reason=""):
    """Store what changed of one report and its tasks; return whether anything was stored.

    Args:
        report: the report as the writer saw it, from a scoped query, with `item` and `period`.
        changes: field name → new value, of REPORT_FIELDS.
        by: the user who writes; asked for in `access`.
        now: aware datetime of the save.
        expected_version: the version the writer saw, `report.version` by default.
        task_texts: TaskReport id → {field name → text}, of TEXT_FIELDS.
        reason: why, for the history (such as the name of an import).

    Raises:
        PermissionDenied: the user may not write the report, or its state or period bars it.
        Conflict: the stored version is no longer `expected_version`.
    """
    if refused := access.refusal(by, "change", Report, report):
        raise PermissionDenied(refused)
    stored = Report.objects.select_related("saved_by", "period").get(pk=report.pk)
    expected = report.version if expected_version is None else expected_version
    if stored.version != expected:
        raise Conflict(stored)
    changed = {name: value for name, value in changes.items() if getattr(stored, name) != value}
    unknown = set(changed) - set(REPORT_FIELDS)
    if unknown:
        raise ValueError(f"not fields of a report's contents: {sorted(unknown)}")
    changed_tasks = _changed_tasks(stored, task_texts or {})
    if not changed and not changed_tasks:
        return False
    rows = Report.objects.filter(pk=report.pk, version=expected, status__in=Report.EDITABLE).update(
        **changed,
        version=F("version") + 1,
        saved_by=by,
        saved_at=now,
        on_behalf=not access.enters_for_office(by, report),
    )
    if not rows:
        raise Conflict(Report.objects.select_related("saved_by").get(pk=report.pk))
    report.refresh_from_db()
    write_history([report], by=by, now=now, reason=reason)
    if changed_tasks:
        TaskReport.objects.bulk_update(changed_tasks, TEXT_FIELDS)
        write_history(changed_tasks, by=by, now=now, reason=reason)
    return True


def _changed_tasks(report, task_texts):
    changed = []
    for task_report in TaskReport.objects.filter(report=report, pk__in=task_texts):
        new = {n: t for n, t in task_texts[task_report.pk].items() if getattr(task_report, n) != t}
        for name, text in new.items():
            setattr(task_report, name, text)
        if new:
            changed.append(task_report)
    return changed
