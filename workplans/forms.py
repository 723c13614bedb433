"""The forms of an item's life: what an office asks for, what a supervisor decides."""

from django import forms

from . import lifecycle
from .models import ItemRequest, Plan


class ItemReasonForm(forms.Form):
    """A reason."""

    reason = forms.CharField(
        label="原因", widget=forms.Textarea(attrs={"rows": 2}), error_messages={"required": "请写明原因。"}
    )


class CloseRequestForm(forms.Form):
    """申请办结."""

    kind = ItemRequest.Kind.CLOSE
    reason = forms.CharField(
        label="完成情况和依据",
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="写明做成了什么，佐证材料见哪一期进展报告的附件。",
        error_messages={"required": "请写明申请的理由。"},
    )


class ExtensionRequestForm(forms.Form):
    """申请延期."""

    kind = ItemRequest.Kind.EXTEND
    new_deadline = forms.DateField(
        label="新的完成时限",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "请填写新的完成时限。", "invalid": "请写成 2024-12-31 这样的日期。"},
    )
    reason = forms.CharField(
        label="延期的理由",
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "请写明申请的理由。"},
    )


REQUEST_FORMS = {form.kind: form for form in (CloseRequestForm, ExtensionRequestForm)}


class MilestoneDoneForm(forms.Form):
    """登记完成: on which day a milestone was reached."""

    done_on = forms.DateField(
        label="完成日期",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "请填写完成日期。", "invalid": "请写成 2024-12-31 这样的日期。"},
    )


class DecisionForm(forms.Form):
    """同意 or 不同意, told by the button; a refusal needs its reason, which the verb asks for."""

    note = forms.CharField(
        label="核实意见", required=False, widget=forms.Textarea(attrs={"rows": 2}), help_text="不同意时请写明理由。"
    )


class CarryOverForm(ItemReasonForm):
    """结转: into which plan, and why."""

    into_plan = forms.ModelChoiceField(
        Plan.objects.none(),
        label="结转到",
        empty_label=None,
        error_messages={"required": "请选择结转到哪份工作计划。", "invalid_choice": "只能选列出的工作计划。"},
    )

    field_order = ["into_plan", "reason"]

    def __init__(self, *args, item, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["into_plan"].queryset = lifecycle.plans_after(item, user)


def step_form(step, item, user, data=None):
    """Return the form of one step of `lifecycle.STEPS`."""
    auto_id = f"{step.name}_%s"
    if step is lifecycle.CARRY_OVER:
        return CarryOverForm(data, item=item, user=user, auto_id=auto_id)
    return ItemReasonForm(data, auto_id=auto_id)
