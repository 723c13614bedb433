"""What one page holds of one report: its own form and one for each of its tasks, the last period beside each box."""

from copy import copy
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.forms import BoundField, inlineformset_factory

from tracking.models import Report, TaskReport
from workplans.ids import whole_number

from . import hints
from .beside_last_period import marked
from .forms import ReportForm, TaskReportForm
from .recording import TEXT_FIELDS, Conflict, record_locked

TaskReportFormSet = inlineformset_factory(Report, TaskReport, form=TaskReportForm, extra=0, can_delete=False)
EXPIRED = "这一页已经过期，请重新打开后再保存。"


@dataclass(frozen=True)
class TextBox:
    """One text box: its bound field, and the text that stands beside it."""

    field: BoundField
    name: str
    hint: str
    beside: str

    @property
    def text(self) -> str:
        """What is in the box."""
        return self.field.value() or ""

    @property
    def differences(self):
        """The text with what changed against the one beside; "" where there is nothing to compare."""
        return marked(self.beside, self.text) if self.beside and self.text and self.beside != self.text else ""


@dataclass(frozen=True)
class BoxGroup:
    """The boxes of the item as a whole (no title), or of one of its tasks."""

    title: str
    boxes: tuple[TextBox, ...]
    form: TaskReportForm | None = None


class ReportEntry:
    """A report being filled in: `beside` is the report whose texts stand beside the boxes (last period's).

    `writer` is who sends `data`: what they stored themselves is no conflict with the same sent again.
    """

    def __init__(self, report, data=None, beside=None, writer=None):
        self.report, self.beside = report, beside
        prefix = f"r{report.pk}_%s"
        # A model form writes into its instance; the report itself stays as the user saw it.
        self.form = ReportForm(data, instance=copy(report), auto_id=prefix)
        self.form.writer, self.form.last_percent = writer, getattr(beside, "completion_percent", None)
        self.form.fields["seen_version"].required = True
        self.form.fields["seen_version"].error_messages["required"] = EXPIRED
        tasks = TaskReport.objects.select_related("task").order_by("task__position", "pk")
        self.tasks = TaskReportFormSet(data, instance=report, queryset=tasks, auto_id=prefix)

    def is_valid(self) -> bool:
        """Check all forms; inside a transaction, for the row stays locked until the save."""
        is_valid = all([self.form.is_valid(), self.tasks.is_valid()])
        if is_valid and self.form.cleaned_data["seen_version"] != self._sent_version and not self.says_tasks():
            self._refuse()
            return False
        return is_valid

    @property
    def _sent_version(self):
        return whole_number(self.form.data.get("seen_version"))

    def _refuse(self):
        """Tell a conflict of the tasks' texts as the form tells that of its own."""
        try:
            self.form.refuse(self.form.locked)
        except ValidationError as conflict:
            self.form.add_error(None, conflict)

    def says_tasks(self) -> bool:
        """Say whether the tasks' texts stand in the database already."""
        return not any(form.has_changed() for form in self.tasks.forms)

    def says(self, stored) -> bool:
        """Say whether everything sent stands in `stored` already: a second click, or the same again."""
        self.is_valid()
        return self.form.says(stored) and self.says_tasks()

    @property
    def conflict(self) -> Report | None:
        """What somebody else stored meanwhile."""
        return getattr(self.form, "stored", None)

    @property
    def errors(self) -> dict[str, list[str]]:
        """Field name → sentences, for the answer to a draft."""
        found = {name: list(map(str, errors)) for name, errors in self.form.errors.items()}
        for form in self.tasks.forms:
            found |= {form.add_prefix(name): list(map(str, errors)) for name, errors in form.errors.items()}
        return found

    def record(self, *, by, now, reason="") -> bool:
        """Store what is valid, in the transaction of `is_valid`; a draft keeps the rest of a page of which one field is wrong."""
        changes = self.form.changes()
        if "unchanged_reason" not in changes:
            changes.pop("unchanged", None)
        return record_locked(
            self.report,
            changes,
            by=by,
            now=now,
            expected_version=self.form.cleaned_data["seen_version"],
            task_texts={form.instance.pk: form.texts() for form in self.tasks.forms if form.is_valid()},
            reason=reason,
            row=self.form.locked,
        )

    @transaction.atomic
    def record_valid(self, *, by, now) -> bool:
        """Store whatever of it is valid, as a draft; False where the page was too old to store any. Raises Conflict."""
        self.is_valid()
        if self.conflict:
            raise Conflict(self.conflict)
        if "seen_version" in self.errors:
            return False
        self.record(by=by, now=now)
        return True

    @property
    def groups(self) -> list[BoxGroup]:
        """The boxes in the order of the page: the item's own, then each task's."""
        own = BoxGroup("", tuple(self._boxes(self.form, self.beside)))
        before = {part.task_id: part for part in self.beside.task_reports.all()} if self.beside else {}
        return [own] + [
            BoxGroup(str(form.instance.task), tuple(self._boxes(form, before.get(form.instance.task_id))), form)
            for form in self.tasks.forms
        ]

    def _boxes(self, form, beside):
        for name in TEXT_FIELDS:
            hint = hints.GOOD_ENTRY[name] if form is self.form else ""
            yield TextBox(form[name], name, hint, getattr(beside, name, ""))

    def differences(self) -> dict[str, str]:
        """Name of a box on the page → its marked text, where there is something to compare."""
        boxes = [box for group in self.groups for box in group.boxes]
        return {box.field.html_name: box.differences for box in boxes}


def warnings_of(report, previous) -> list[hints.Warning]:
    """Return what is doubtful about the stored report, compared with the one before."""
    if report.saved_at is None:
        return []
    return hints.warnings(hints.Said.of(report), hints.Said.of(previous) if previous else None)
