"""The form a template is uploaded with."""

from django import forms
from django.core.exceptions import ValidationError

MAX_MEGABYTES = 5


class TemplateForm(forms.Form):
    """One Word file."""

    file = forms.FileField(
        label="模板文件（.docx）",
        widget=forms.FileInput(attrs={"accept": ".docx"}),
        error_messages={"required": "请选择一个 .docx 文件。"},
    )

    def clean_file(self):
        """Refuse what is no .docx by its name, and what is too large to look at."""
        file = self.cleaned_data["file"]
        if not file.name.lower().endswith(".docx"):
            raise ValidationError("请上传 .docx 文件；.doc、.wps 请在 Word 或 WPS 中另存为 .docx。")
        if file.size > MAX_MEGABYTES << 20:
            raise ValidationError(f"模板超过 {MAX_MEGABYTES} MB，请删去其中的图片再上传。")
        return file
