"""Which rows a large table is to have: the filters of 进展报告, kept as they were asked for."""

from django import forms
from django.db.models import Q

from tracking.models import Period, Report, TableExport
from workplans.ids import id_of
from workplans.models import Office, Organization, Plan

# How the list of 进展报告 in the admin calls the same.
LIST_NAMES = {
    "period__organization__id__exact": "organization",
    "period__id__exact": "period",
    "item__plan__id__exact": "plan",
    "office__id__exact": "office",
    "item__reporting_office__id__exact": "office",  # as links made by earlier versions call it
    "status__exact": "status",
    "q": "text",
}
SEARCHED = ("item__number", "item__title", "progress", "difficulties", "next_steps")
# Field → lookup of the report.
LOOKUPS = {
    "organization": "item__plan__organization",
    "year": "period__year",
    "period": "period",
    "plan": "item__plan",
    "office": "office",
    "status": "status",
}


class TableExportForm(forms.Form):
    """The filters; periods, plans and offices are offered once it is clear of which organization."""

    organization = forms.ModelChoiceField(
        Organization.objects.none(), label="单位", required=False, empty_label="全部单位"
    )
    year = forms.TypedChoiceField(label="年度", coerce=int, required=False, empty_value=None)
    period = forms.ModelChoiceField(Period.objects.none(), label="填报期", required=False, empty_label="全部填报期")
    plan = forms.ModelChoiceField(Plan.objects.none(), label="工作计划", required=False, empty_label="全部计划")
    office = forms.ModelChoiceField(Office.objects.none(), label="填报科室", required=False, empty_label="全部科室")
    status = forms.ChoiceField(label="状态", choices=[("", "全部状态"), *Report.Status.choices], required=False)
    text = forms.CharField(label="包含文字", required=False, max_length=100)
    file_format = forms.ChoiceField(
        label="格式",
        choices=TableExport.Format,
        required=False,
        widget=forms.RadioSelect,
        initial=TableExport.Format.XLSX,
    )

    def __init__(self, data, *, user):
        self.user = user
        super().__init__(self._named(data), label_suffix="")
        organizations = Organization.objects.visible_to(user)
        self.fields["organization"].queryset = organizations
        self.fields["year"].choices = [("", "全部年度"), *((year, f"{year}年") for year in self._years())]
        self.single = self._organization(organizations)
        if self.single:
            for name, model in (("period", Period), ("plan", Plan), ("office", Office)):
                self.fields[name].queryset = model.objects.visible_to(user).filter(organization=self.single)

    def _named(self, data):
        named = {LIST_NAMES.get(name, name): data[name] for name in data}
        if not named.get("organization") and (of := self._of_period(named)):
            named["organization"] = str(of)
        return {"file_format": TableExport.Format.XLSX} | {
            name: value for name, value in named.items() if name in self.base_fields
        }

    def _of_period(self, named):
        """Return the organization that a period, plan or office of the list belongs to."""
        for name, model in (("period", Period), ("plan", Plan), ("office", Office)):
            if pk := id_of(named.get(name)):
                organization = (
                    model.objects.visible_to(self.user).filter(pk=pk).values_list("organization_id", flat=True).first()
                )
                if organization:
                    return organization
        return None

    def _years(self):
        years = Period.objects.visible_to(self.user).order_by("-year").values_list("year", flat=True)
        return years.distinct()

    def _organization(self, organizations):
        if asked := self.data.get("organization"):
            return organizations.filter(pk=id_of(asked)).first()
        first = list(organizations[:2])
        return first[0] if len(first) == 1 else None

    def clean_file_format(self):
        """Excel where nothing is said."""
        return self.cleaned_data["file_format"] or TableExport.Format.XLSX

    def narrow(self, reports):
        """Return those of `reports` the filters leave."""
        chosen = {LOOKUPS[name]: self.cleaned_data[name] for name in LOOKUPS if self.cleaned_data.get(name)}
        reports = reports.filter(**chosen)
        for word in self.cleaned_data["text"].split():
            found = Q()
            for field in SEARCHED:
                found |= Q(**{f"{field}__icontains": word})
            reports = reports.filter(found)
        return reports

    def kept(self) -> dict:
        """Return the filters as they are stored with the export."""
        return {name: str(self.data[name]) for name in (*LOOKUPS, "text") if self.data.get(name)}

    @property
    def words(self) -> str:
        """The filters in words."""
        told = []
        for name in LOOKUPS:
            if value := self.cleaned_data.get(name):
                shown = {"status": lambda v: Report.Status(v).label, "year": lambda v: f"{v}年"}.get(name, str)(value)
                told.append(f"{self.fields[name].label}：{shown}")
        if text := self.cleaned_data["text"]:
            told.append(f"包含“{text}”")
        return ("；".join(told) or "您能看到的全部进展报告")[:500]
