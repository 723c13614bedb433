"""Forms of 批示, 回复 and 问答."""

from django import forms

from workplans.models import Office

LONGEST = 2000  # characters: a 批示 is read on a phone


def words(label, rows=3, **kw):
    """A box for what is said."""
    widget = forms.Textarea(attrs={"rows": rows, "cols": 60})
    return forms.CharField(
        label=label, max_length=LONGEST, widget=widget, error_messages={"required": f"请写{label}。"}, **kw
    )


class InstructionForm(forms.Form):
    """What, to whom, by when. The offices of the item come first and are ticked."""

    text = words("批示内容")
    offices = forms.ModelMultipleChoiceField(
        label="送哪些科室", queryset=Office.objects.none(), widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "请至少选一个科室。"},
    )  # fmt: skip
    due_on = forms.DateField(
        label="回复期限", required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="不填就是没有期限。",
    )  # fmt: skip

    def __init__(self, data=None, *, item, today, **kwargs):
        super().__init__(data, **kwargs)
        self.today = today
        named = [assignment.office_id for assignment in item.assignments.all()]
        own = [item.reporting_office_id] if item.reporting_office_id else []
        offices = Office.objects.filter(organization=item.plan.organization_id, is_active=True).reporting()
        self.fields["offices"].queryset = offices
        self.initial.setdefault("offices", own or named)

    def clean_due_on(self):
        """A day to come."""
        day = self.cleaned_data["due_on"]
        if day and day < self.today:
            raise forms.ValidationError("回复期限不能早于今天。")
        return day


class AnswerForm(forms.Form):
    """What an office answers."""

    text = words("回复内容")


class RemarkForm(forms.Form):
    """A question or an answer."""

    text = words("内容", rows=2)
