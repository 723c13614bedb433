"""Recording what offices say: the one way the contents of reports change, one or thousands at a time.

A save is one transaction: the rows are locked, their versions must still be what the writer saw, and the texts of
the tasks and the history rows are stored with them. The loser of a race learns what was stored meanwhile (DESIGN 4).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice

from django.core.exceptions import PermissionDenied
from django.db import transaction

from tracking.models import Report, TaskReport
from workplans import access
from workplans.history import write_history
from workplans.people import name_of

REPORT_FIELDS = ("completion_percent", "progress", "difficulties", "next_steps", "unchanged", "unchanged_reason")
TEXT_FIELDS = ("progress", "difficulties", "next_steps")
STAMPS = ("version", "saved_by", "saved_at", "on_behalf")  # what every save sets besides
AT_ONCE = 1000  # reports in memory, and rows a statement


class Conflict(Exception):
    """Somebody else saved, submitted or closed the report meanwhile; `stored` is the row as it is now."""

    def __init__(self, stored: Report):
        self.stored = stored
        super().__init__(
            f"您打开之后，{writer_of(stored)} 已经保存了这份进展报告（第 {stored.version} 版）。"
            "您填写的内容还在页面上，请与已保存的内容核对后再保存。"
        )


class Conflicts(Exception):
    """Some of many reports were saved, submitted or closed meanwhile, so none was stored; `stored` are those as they are now."""

    def __init__(self, stored: list[Report]):
        self.stored = stored
        named = "；".join(f"“{one}”由 {writer_of(one)} 保存为第 {one.version} 版" for one in stored[:5])
        super().__init__(f"有 {len(stored)} 份进展报告在此期间有了改动，因此一份也没有保存：{named}。")


@dataclass(frozen=True)
class Change:
    """What one report is to say.

    Args:
        report: as the writer saw it, from a scoped query, with `item__plan` and `period`.
        contents: field name → new value, of REPORT_FIELDS.
        version: the version the writer saw, `report.version` by default.
        task_texts: TaskReport id → {field name → text}, of TEXT_FIELDS.
    """

    report: Report
    contents: dict
    version: int | None = None
    task_texts: dict = field(default_factory=dict)

    @property
    def expected(self) -> int:
        """The version that must be the stored one."""
        return self.report.version if self.version is None else self.version


def writer_of(report) -> str:
    """Return the name of who saved the report last."""
    return name_of(report.saved_by) or "他人"


def locked(pks):
    """Return the reports of these ids as they are stored, which stay locked to the end of the transaction."""
    rows = Report.objects.select_for_update(of=("self",)).select_related("saved_by", "item", "period")
    return rows.filter(pk__in=pks).order_by("pk")


@transaction.atomic
def record(report, changes, **options):
    """`record_locked` in a transaction of its own."""
    return record_locked(report, changes, **options)


def record_locked(report, changes, *, by, now, expected_version=None, task_texts=None, reason="", row=None):
    """Store what changed of one report and its tasks; return whether anything was stored.

    Arguments as of `Change`; `by` is the user who writes, `now` the aware time of the save, `reason` the why for
    the history (such as the name of an import). `row` is the report as stored, where the caller's transaction has it
    `locked` already. `report` is brought to what is stored.

    Raises:
        PermissionDenied: the user may not write the report, or its state or period bars it.
        Conflict: the stored version is no longer `expected_version`.
    """
    if refused := access.refusal(by, "change", Report, report):
        raise PermissionDenied(refused)
    batch = _Batch([Change(report, changes, expected_version, task_texts or {})], by, now, reason, row and [row])
    if batch.conflicts:
        raise Conflict(batch.conflicts[0])
    stored = batch.store()
    for column in Report._meta.concrete_fields:
        setattr(report, column.attname, getattr(batch.rows[0], column.attname))
    return bool(stored)


@transaction.atomic
def record_many(changes: Iterable[Change], *, by, now, reason="") -> int:
    """Store many reports as `record` stores one: all of them, or none; return how many changed.

    `changes` may be a generator: it is read AT_ONCE reports at a time, and the number of statements grows only with
    that. Their reports should come in the order of their ids, so that two such calls never wait for each other.

    Raises:
        PermissionDenied: with the first report the user may not write, and why.
        Conflicts: with every report that is no longer as the writer saw it.
    """
    changes, stored, conflicts = iter(changes), 0, []
    while chunk := list(islice(changes, AT_ONCE)):
        for change in chunk:
            if refused := access.refusal(by, "change", Report, change.report):
                raise PermissionDenied(f"“{change.report}”：{refused}")
        batch = _Batch(chunk, by, now, reason)
        conflicts += batch.conflicts
        stored += 0 if conflicts else batch.store()
    if conflicts:
        raise Conflicts(conflicts)
    return stored


class _Batch:
    """Some changes against their rows as stored, which stay locked to the end of the transaction."""

    def __init__(self, changes, by, now, reason, rows=None):
        self.changes = {change.report.pk: change for change in changes}
        self.by, self.now, self.reason = by, now, reason
        self.rows = rows or list(locked(self.changes))
        self.conflicts = [
            row
            for row in self.rows
            if row.version != self.changes[row.pk].expected or row.status not in Report.EDITABLE
        ]

    def store(self) -> int:
        """Store what differs from the rows, with history; return how many reports that are."""
        task_rows = self._task_rows()
        with_tasks = {row.report_id for row in task_rows}
        changed = [row for row in self.rows if self._apply(row) or row.pk in with_tasks]
        for row in changed:
            row.version += 1
            row.saved_by, row.saved_at = self.by, self.now
            row.on_behalf = not access.enters_for_office(self.by, row)
        _update(changed, (*REPORT_FIELDS, *STAMPS))
        _update(task_rows, TEXT_FIELDS)
        for rows in (changed, task_rows):
            write_history(rows, by=self.by, now=self.now, reason=self.reason)
        return len(changed)

    def _apply(self, row) -> bool:
        """Put the new values into the row; say whether any differs. Raises ValueError for a field of the workflow."""
        new = {name: value for name, value in self.changes[row.pk].contents.items() if getattr(row, name) != value}
        if unknown := set(new) - set(REPORT_FIELDS):
            raise ValueError(f"not fields of a report's contents: {sorted(unknown)}")
        for name, value in new.items():
            setattr(row, name, value)
        return bool(new)

    def _task_rows(self):
        texts = {
            pk: (change.report.pk, new) for change in self.changes.values() for pk, new in change.task_texts.items()
        }
        changed = []
        for row in TaskReport.objects.filter(pk__in=texts, report__in=self.changes) if texts else ():
            report_id, text_of = texts[row.pk]
            new = {name: text for name, text in text_of.items() if getattr(row, name) != text}
            if new and row.report_id == report_id:
                for name, text in new.items():
                    setattr(row, name, text)
                changed.append(row)
        return changed


def _update(rows, names):
    """Store `names` of locked rows: one statement a batch, where `bulk_update` would send a CASE for each value."""
    if rows:
        type(rows[0]).objects.bulk_create(rows, update_conflicts=True, unique_fields=["pk"], update_fields=names)
