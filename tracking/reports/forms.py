"""The form in which a report is filled in, the same in the admin and on our pages."""

from django import forms
from django.core.exceptions import ValidationError

from tracking.models import Report, TaskReport

from .percent import PercentField, percent_text
from .recording import REPORT_FIELDS, TEXT_FIELDS, Conflict, locked
from .workflow import RETURN_REASONS

TEXT_WIDGETS = {name: forms.Textarea(attrs={"rows": 5, "cols": 80}) for name in TEXT_FIELDS}


def checked_already(exclude=None):
    """Ask the database nothing beforehand: range and reason are checked by the form in their constraints' own sentences,
    and it refuses what got past them. Django would ask it about each constraint, three statements a time."""


class ReportForm(forms.ModelForm):
    """What an office enters for one item. `seen_version` is the version its writer saw (DESIGN 4).

    Validate inside a transaction: the row stays locked until the save that follows.
    """

    last_percent = None  # last period's rate, which 本期无新进展 takes along
    locked = None  # the row as stored, once the form was validated
    writer = None  # who sends the form, where whoever made it compares the texts of the tasks too

    completion_percent = PercentField(
        label="完成率", help_text="0 到 100，可写 80 或 80%；暂不填写就留空（未填与 0 不同）。"
    )
    seen_version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Report
        fields = list(REPORT_FIELDS)
        widgets = TEXT_WIDGETS

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["seen_version"].initial = self.instance.version
        self.instance.validate_constraints = checked_already

    def clean(self):
        """Refuse to overwrite what somebody else stored after this form was opened.

        Where the sender stored the same – the second click of two – there is nothing to be overwritten.
        """
        cleaned = super().clean()
        if cleaned.get("unchanged") and "completion_percent" in cleaned and cleaned["completion_percent"] is None:
            cleaned["completion_percent"] = self.last_percent
        stored = self.locked = locked([self.instance.pk]).get()
        seen = cleaned.get("seen_version")
        if seen is not None and seen != stored.version:
            if not (self.is_own(stored) and self.says(stored)):
                self.refuse(stored)
            cleaned["seen_version"] = stored.version
        if cleaned.get("unchanged") and not cleaned.get("unchanged_reason"):
            self.add_error("unchanged_reason", "选择“本期无新进展”时请写明原因。")
        return cleaned

    def is_own(self, stored) -> bool:
        """Say whether it was the sender who saved last."""
        return self.writer is not None and stored.saved_by_id == self.writer.pk

    def says(self, stored) -> bool:
        """Say whether all of this stands in `stored` already."""
        return all(
            name in self.cleaned_data and self.cleaned_data[name] == getattr(stored, name) for name in REPORT_FIELDS
        )

    def refuse(self, stored):
        """Raise ValidationError with what is stored instead."""
        self.stored = stored
        raise ValidationError([str(Conflict(stored)), *self._stored_lines(stored)], code="conflict")

    def _stored_lines(self, stored):
        """Yield what is stored in each field that differs from what was typed."""
        for name in REPORT_FIELDS:
            typed, value = self.cleaned_data.get(name), getattr(stored, name)
            if name in self.cleaned_data and typed != value:
                shown = percent_text(value) if name == "completion_percent" else value
                label = Report._meta.get_field(name).verbose_name
                yield f"已保存的{label}：{shown if shown not in ('', None) else '（空）'}"

    def changes(self):
        """Return field name → new value of what the form holds, for `recording.record`."""
        return {name: self.cleaned_data[name] for name in REPORT_FIELDS if name in self.cleaned_data}


class TaskReportForm(forms.ModelForm):
    """What an office enters for one task of the item."""

    class Meta:
        model = TaskReport
        fields = list(TEXT_FIELDS)
        widgets = {name: forms.Textarea(attrs={"rows": 3, "cols": 60}) for name in TEXT_FIELDS}

    def texts(self):
        """Return field name → text, for `recording.record`."""
        return {name: self.cleaned_data[name] for name in TEXT_FIELDS if name in self.cleaned_data}


class ReasonForm(forms.Form):
    """Why a report is sent back: ready reasons, words of one's own, or both."""

    reasons = forms.MultipleChoiceField(
        label="常见原因",
        choices=[(reason, reason) for reason in RETURN_REASONS],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    note = forms.CharField(
        label="说明",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "cols": 60, "placeholder": "请写明需要怎样修改"}),
    )

    def text(self) -> str:
        """Return both as one sentence, "" where nothing was said."""
        if not self.is_valid():
            return ""
        return "：".join(filter(None, ("、".join(self.cleaned_data["reasons"]), self.cleaned_data["note"].strip())))
