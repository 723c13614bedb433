"""The form of a 表格版式: name, title, and a row for each column the sheet can have."""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BaseFormSet, formset_factory

from sheets.sheets import SHEETS
from tracking.models import SheetLayout

from .layouts import WORDS

NARROWEST, WIDEST = 4, 100  # in characters of the table
BRACKETS = re.compile(r"【[^】]*】")


class LayoutForm(forms.ModelForm):
    """What a layout is called, what stands over the table, whether it is the standard."""

    class Meta:
        model = SheetLayout
        fields = ["name", "title", "is_standard"]
        help_texts = {
            "title": f"留空用系统原有的标题。可以写{'、'.join(WORDS)}，导出时换成实际的名称；如“【单位】【填报期】重点工作推进情况”。",
        }

    def clean_title(self):
        """Refuse a word in brackets that nothing stands for."""
        title = self.cleaned_data["title"].strip()
        if unknown := [word for word in BRACKETS.findall(title) if word not in WORDS]:
            raise ValidationError(f"标题中的{'、'.join(unknown)}无法换成实际的名称，只能用{'、'.join(WORDS)}。")
        return title

    def _get_validation_exclusions(self):
        """Let the constraint on organization, sheet and name speak; another standard gives way when this one is kept."""
        return (super()._get_validation_exclusions() - {"organization", "sheet"}) | {"is_standard"}


class ColumnForm(forms.Form):
    """One column: shown or not, where, under which heading, how wide."""

    name = forms.CharField(widget=forms.HiddenInput)
    shown = forms.BooleanField(required=False, label="显示")
    position = forms.IntegerField(
        label="顺序", min_value=1, max_value=999, required=False, error_messages={"invalid": "顺序请填整数。"}
    )
    heading = forms.CharField(label="列名", max_length=40, required=False)
    width = forms.DecimalField(
        label="列宽",
        min_value=NARROWEST,
        max_value=WIDEST,
        decimal_places=1,
        required=False,
        error_messages={
            "min_value": f"列宽不能小于 {NARROWEST}。",
            "max_value": f"列宽不能大于 {WIDEST}。",
            "invalid": "列宽请填数字，如 12 或 8.5。",
        },
    )


class BaseColumnFormSet(BaseFormSet):
    """All columns of a sheet; the ones shown make the layout."""

    row_key, row_kind = "name", "列"  # how workplans.conflicts tells the rows apart

    def __init__(self, *args, sheet, **kwargs):
        self.sheet = sheet
        super().__init__(*args, **kwargs)

    def add_fields(self, form, index):
        """Give a row the column it is about, for the page."""
        super().add_fields(form, index)
        form.column = self.sheet.every_column.get(form["name"].value() or "")

    def row_label(self, form) -> str:
        """What a row is called where two people's are compared."""
        return form.column.heading if form.column else ""

    def clean(self):
        """Refuse a layout without columns, with two of one heading, or with columns of another sheet."""
        known, shown = self.sheet.every_column, self._shown()
        if any(form.cleaned_data.get("name") not in known for form in self.forms):
            raise ValidationError("表格的列与页面不符，请刷新页面再试。")
        if not shown:
            raise ValidationError("请至少勾选一列。")
        headings = [self._heading(each) for each in shown]
        if twice := {heading for heading in headings if headings.count(heading) > 1}:
            raise ValidationError(f"有两列同名：{'、'.join(sorted(twice))}。请改成不同的列名。")

    def _shown(self) -> list[dict]:
        return [form.cleaned_data for form in self.forms if getattr(form, "cleaned_data", {}).get("shown")]

    def _heading(self, each) -> str:
        return each["heading"].strip() or self.sheet.every_column[each["name"]].heading

    def columns(self) -> list[dict]:
        """Return the columns as a layout keeps them, by position; blanks are as the sheet has them."""
        ordered = sorted(self._shown(), key=lambda each: each["position"] or 1000)
        return [
            {
                "name": each["name"],
                "heading": self._heading(each),
                "width": float(each["width"] or self.sheet.every_column[each["name"]].width),
            }
            for each in ordered
        ]


ColumnFormSet = formset_factory(ColumnForm, formset=BaseColumnFormSet, extra=0)


def columns_for(layout: SheetLayout) -> list[dict]:
    """Return what the rows of the form hold: the layout's columns in their order, then those it leaves out.

    A new layout begins with the sheet's own columns.
    """
    sheet = SHEETS[layout.sheet]
    every = sheet.every_column
    own = [{"name": c.name, "heading": c.heading, "width": c.width} for c in sheet.columns]
    chosen = [each for each in layout.columns or own if each["name"] in every]
    rest = [column for name, column in every.items() if name not in {each["name"] for each in chosen}]
    rows = [each | {"shown": True, "position": number} for number, each in enumerate(chosen, start=1)]
    rows += [{"name": column.name, "heading": column.heading, "width": column.width} for column in rest]
    return [row | {"width": f"{row['width']:g}"} for row in rows]
