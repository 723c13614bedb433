"""The forms of the first steps."""

import re
import unicodedata

from django import forms

from workplans.models import Office, Organization

LONGEST = Office._meta.get_field("name").max_length
MOST = 200
DIVIDED = re.compile(r"[、，,;；\t]+")
NUMBERED = re.compile(r"\A[0-9]{1,3}\s*[.．、)）]\s*")


class OrganizationNameForm(forms.ModelForm):
    """The first step of all: what the bureau is called."""

    supervises = forms.BooleanField(label="由我兼任督办员", required=False)

    class Meta:
        model = Organization
        fields = ["name"]
        widgets = {"name": forms.TextInput(attrs={"placeholder": "如：虹口区教育局", "autocomplete": "organization"})}


class OfficeNamesForm(forms.Form):
    """All offices of a bureau at once, one a line, as they are copied from anywhere."""

    names = forms.CharField(
        label="科室名称",
        widget=forms.Textarea(attrs={"rows": 6, "placeholder": "办公室\n德育科\n计划财务科"}),
        help_text="一行一个，也可以用“、”分开；可以从文件中复制过来。已有的不会重复。",
        max_length=LONGEST * MOST,
        error_messages={"required": "请填写科室名称，一行一个。"},
    )

    def clean_names(self):
        """Return the names, each once, in their order. Raises ValidationError for one too long."""
        lines = (
            NUMBERED.sub("", unicodedata.normalize("NFKC", line).strip())
            for line in self.cleaned_data["names"].splitlines()
        )
        parts = (part.strip() for line in lines for part in DIVIDED.split(line))
        names = list(dict.fromkeys(part for part in parts if part))
        if too_long := next((name for name in names if len(name) > LONGEST), None):
            raise forms.ValidationError(f"“{too_long[:20]}…”超过 {LONGEST} 个字，请检查是不是少换了行。")
        if len(names) > MOST:
            raise forms.ValidationError(f"一次最多添加 {MOST} 个科室。")
        if not names:
            raise forms.ValidationError("请填写科室名称，一行一个。")
        return names
