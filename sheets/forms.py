"""What can be chosen about one sheet before it is sent: layout, one worksheet or several, charts, Excel or CSV."""

from django import forms
from django.core.exceptions import ValidationError

from tracking.models import SheetKind, SheetLayout

XLSX, CSV = "xlsx", "csv"
OWN = "own"  # the layout of DESIGN 9, where the bureau has a standard of its own


class SheetForm(forms.Form):
    """The choices for one kind of sheet; `layouts` are those of the organization for it."""

    layout = forms.CharField(required=False, label="版式", widget=forms.Select)
    divided = forms.BooleanField(required=False)
    charts = forms.BooleanField(required=False, label="附一张图表")
    short = forms.BooleanField(required=False, label="年度目标只列第一句")
    format = forms.ChoiceField(required=False, choices=[(XLSX, "Excel"), (CSV, "CSV")])

    def __init__(self, data, kind: SheetKind, layouts: list[SheetLayout]):
        super().__init__(data, auto_id=f"{kind}_%s")
        self.kind, self.layouts = kind, layouts
        standard = next((layout for layout in layouts if layout.is_standard), None)
        own = [("", f"{standard}（标准版式）"), (OWN, "系统原有版式")] if standard else [("", "系统原有版式")]
        others = [(str(layout.pk), layout.name) for layout in layouts if layout != standard]
        self.standard = standard
        self.fields["layout"].widget.choices = own + others
        self.fields["divided"].label = f"每个{'科室' if kind == SheetKind.MISSING else '板块'}一张工作表"
        if kind != SheetKind.PROGRESS:
            del self.fields["charts"], self.fields["short"]

    def clean_layout(self) -> SheetLayout | None:
        """Return the layout chosen, the standard one for none; None for the office's own."""
        chosen = self.cleaned_data["layout"]
        if chosen in ("", OWN):
            return None if chosen else self.standard
        found = next((layout for layout in self.layouts if str(layout.pk) == chosen), None)
        if found is None:
            raise ValidationError("所选的版式已经删除或不属于本单位，请重新选择。")
        return found
