"""整表填报: everything a person's offices owe in one table, saved row by row as each report's own page saves it."""

from copy import copy
from dataclasses import dataclass, field

from django.core.exceptions import PermissionDenied
from django.http import QueryDict
from django.utils import timezone

from tracking.models import ReportStep
from workplans.people import name_of

from .entry import ReportEntry, warnings_of
from .forms import ReportForm
from .percent import percent_text
from .recording import Conflict
from .workflow import Impossible, contents_missing, perform
from .worklists import OwedRow, worklist_with_texts

PREFIX = "r{}"
# What a block copied from a workbook fills, from left to right.
CELLS = ("completion_percent", "progress", "difficulties", "next_steps")
NO_TASKS = {"task_reports-TOTAL_FORMS": "0", "task_reports-INITIAL_FORMS": "0"}


@dataclass
class TableRow:
    """One report as a row: its form, and what came of what was sent."""

    owed: OwedRow
    form: ReportForm
    errors: dict[str, list[str]] = field(default_factory=dict)
    stored: dict[str, str] = field(default_factory=dict)  # of a conflict: what somebody else saved, by cell
    conflict: str = ""
    is_sent: bool = False
    was_saved: bool = False

    @property
    def report(self):
        """The report."""
        return self.owed.report

    @property
    def is_editable(self) -> bool:
        """Say whether it is the office's to write."""
        return self.owed.is_editable

    @property
    def cells(self):
        """The boxes of the row: (bound field, its errors, what somebody else saved, last period's text)."""
        previous = self.report.previous
        for name in CELLS:
            last = getattr(previous, name, "") if previous else ""
            shown = percent_text(last) if name == "completion_percent" and previous else last
            yield self.form[name], self.errors.get(name, ()), self.stored.get(name), shown

    @property
    def warnings(self):
        """What is doubtful about it as stored."""
        return warnings_of(self.report, self.report.previous) if self.is_editable else []

    @property
    def general_errors(self) -> list[str]:
        """The errors of no cell."""
        return [*self.errors.get("__all__", ()), *self.errors.get("seen_version", ())]

    @property
    def missing(self) -> str:
        """What it lacks to be handed in, "" where nothing."""
        return contents_missing(self.report) or ""

    def take(self, conflict):
        """Note what somebody else saved; sent again, the row is saved on top of it."""
        self.conflict, self.stored = str(conflict), _cells_of(conflict.stored)
        self.report.version = conflict.stored.version

    def show(self, data):
        """Put what was sent back into the boxes, to be saved on top of what is stored now."""
        data = data.copy()
        data[f"{PREFIX.format(self.report.pk)}-seen_version"] = self.report.version
        self.form = _form(self.report, data)

    def answer(self) -> dict:
        """What the page's script is told of the row."""
        return {
            "version": self.report.version,
            "saved_at": f"{timezone.localtime():%H:%M}",
            "errors": self.errors,
            "conflict": self.conflict,
            "stored": self.stored,
            "sent": self.is_sent,
            "state": self.report.status_label,
            "missing": self.missing,
            "warnings": [[warning.field, warning.text] for warning in self.warnings],
        }


def table(user, today, data=None) -> list[TableRow]:
    """Return the rows, in the order of the plan; with `data` their forms hold what was sent. Four queries."""
    rows = [TableRow(owed, _form(owed.report, data)) for owed in worklist_with_texts(user, today).rows]
    return sorted(rows, key=lambda row: (not row.is_editable, *_place(row.report)))


def was_sent(report, data) -> bool:
    """Say whether `data` holds a row for the report."""
    return f"{PREFIX.format(report.pk)}-seen_version" in data


def _place(report):
    return report.period.due_on, report.item.plan_id, report.item.position


def _form(report, data):
    bound = data if data and was_sent(report, data) else None
    form = ReportForm(bound, instance=copy(report), prefix=PREFIX.format(report.pk))
    for name in ("progress", "difficulties", "next_steps"):
        form.fields[name].widget.attrs |= {"rows": 3}
    return form


def store(rows, data, *, by, now, handing_in=()) -> None:
    """Save each row that was sent, and hand in those whose report's id is in `handing_in`, each by itself.

    What came of it stands in the rows: errors by cell, a conflict with what is stored, or that it was sent.
    """
    for row in rows:
        sent = _sent(row.report, data)
        if sent is None or not row.is_editable:
            continue
        entry, seen = ReportEntry(row.report, sent, beside=row.report.previous, writer=by), row.report.version
        try:
            entry.record_valid(by=by, now=now)
        except PermissionDenied as refused:
            row.errors = {"__all__": [str(refused)]}
            continue
        except Conflict as conflict:
            row.take(conflict)
            continue
        row.errors, row.was_saved = entry.errors, row.report.version != seen
        if row.report.pk in handing_in and not row.errors:
            _hand_in(row, by, now)


def _sent(report, data):
    """Return what was sent of one report as its own page sends it, None where nothing was."""
    if not was_sent(report, data):
        return None
    prefix = PREFIX.format(report.pk) + "-"
    mine = {name.removeprefix(prefix): value for name, value in data.items() if name.startswith(prefix)}
    sent = QueryDict(mutable=True)
    sent.update(mine | NO_TASKS)
    return sent


def _cells_of(report) -> dict[str, str]:
    shown = {name: getattr(report, name) for name in CELLS}
    shown["completion_percent"] = "" if report.completion_percent is None else percent_text(report.completion_percent)
    return shown | {"by": name_of(report.saved_by) or "他人"}


def _hand_in(row, by, now):
    if missing := contents_missing(row.report):
        name = "completion_percent" if row.report.completion_percent is None else "progress"
        row.errors = {name: [missing]}
        return
    try:
        stored = perform(row.report, ReportStep.SUBMIT, by=by, now=now, expected_version=row.report.version)
    except Impossible as problem:
        row.errors = {"__all__": [str(problem)]}
    except Conflict as conflict:
        row.take(conflict)
    else:
        row.is_sent = True
        row.report.status, row.report.version = stored.status, stored.version
