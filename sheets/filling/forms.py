"""The forms of 离线填报: one file, then one decision."""

from django import forms

ACCEPTED = ".xlsx,.xls,.et,.ods"


class FillFileForm(forms.Form):
    """The sheet that was filled in."""

    file = forms.FileField(
        label="填好的填报表",
        max_length=255,
        widget=forms.FileInput(attrs={"accept": ACCEPTED}),
        error_messages={
            "required": "请选择填好的填报表。",
            "empty": "文件是空的，请确认选对了文件。",
            "max_length": "文件名太长，请改短后再上传。",
            "invalid": "请选择填好的填报表。",
        },
    )


class FillConfirmForm(forms.Form):
    """What the person saw, and what shall be done with it."""

    SUBMIT = "submit"

    seen = forms.CharField(max_length=64, widget=forms.HiddenInput)
    then = forms.ChoiceField(choices=[("draft", "保存为草稿"), (SUBMIT, "保存并提交")])
    skip_refused = forms.BooleanField(required=False)
