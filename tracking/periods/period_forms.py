"""Forms of periods: a series, the rows of its preview, reopening, urging."""

from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator

from tracking.models import Period, Reopening, Report
from workplans import access
from workplans.models import Office, Organization

from .due_dates import current_calendar
from .series import MONTHS, Proposal, Rhythm, end_of_month, propose
from .workdays import DayRule, NoSuchDay, UnknownRule, WorkCalendar, WorkdayRule, parse_rule, same_day

# Offered while a rule is typed; any other that can be read is taken too.
SUGGESTED = (
    WorkdayRule(5, next_month=True),
    WorkdayRule(3, next_month=True),
    WorkdayRule(1, next_month=True),
    WorkdayRule(1, from_end=True),
    WorkdayRule(3, from_end=True),
    DayRule(25),
    DayRule(5, next_month=True),
)


def day_input():
    """A date field's control: the browser's own calendar."""
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class OrganizationForm(forms.Form):
    """Whose periods: an organization the user supervises, not asked where there is one only."""

    organization = forms.ModelChoiceField(Organization.objects.none(), label="单位", empty_label=None)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["organization"]
        field.queryset = Organization.objects.filter(pk__in=access.standing(user).supervised)
        if len(field.queryset) == 1:
            field.initial = field.queryset[0].pk
            field.widget = forms.HiddenInput()


class SeriesForm(OrganizationForm):
    """A year's periods in one step; sent by GET, it stores nothing."""

    rhythm = forms.ChoiceField(label="频次", choices=Rhythm.choices)
    year = forms.IntegerField(label="年度", validators=[MinValueValidator(1949), MaxValueValidator(2100)])
    month = forms.TypedChoiceField(
        label="截至月份", coerce=int, choices=[(n, f"{n}月") for n in range(1, 13)], help_text="“只建一个”时用。"
    )
    start_on = forms.DateField(
        label="起始日期", required=False, widget=day_input(), help_text="不填为当年1月1日，名称即“1-10月”。"
    )
    due_on = forms.DateField(
        label="报送截止",
        required=False,
        widget=day_input(),
        help_text="第一期的截止日期；其余各期按同样的日子推算，遇休息日顺延。",
        error_messages={"invalid": "请写成 2024-12-31 这样的日期。"},
    )
    rule = forms.CharField(
        label="或按规则推算",
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"list": "rules", "autocomplete": "off"}),
        help_text="如“次月第5个工作日”；填了日期就不用填。",
    )
    open_days = forms.IntegerField(label="提前几天开放", min_value=0, max_value=366)
    grace_days = forms.IntegerField(label="宽限天数", min_value=0, max_value=366)

    def clean_rule(self):
        """Refuse a rule that cannot be read."""
        rule = self.cleaned_data["rule"].strip()
        try:
            return parse_rule(rule) if rule else None
        except UnknownRule as problem:
            raise ValidationError(str(problem)) from None

    def clean(self):
        """Refuse a start outside the year, and a due date no other period's can be told from; a date is the rule given."""
        cleaned = super().clean()
        start_on, year = cleaned.get("start_on"), cleaned.get("year")
        if start_on and year and start_on.year != year:
            self.add_error("start_on", f"起始日期应在{year}年内。")
        elif (
            year
            and cleaned.get("due_on")
            and (ends := [each for each in self._ends() if not start_on or each >= start_on])
        ):
            cleaned["rule"] = same_day(cleaned["due_on"], ends[0])
            if cleaned["rule"] is None:
                self.add_error(
                    "due_on",
                    f"第一期截至{ends[0].month}月{ends[0].day}日，报送截止应在{ends[0].month}月或次月；要更晚的，请预览以后再改那一期的日期。",
                )
        return cleaned

    def _ends(self) -> list[date]:
        chosen = self.cleaned_data
        months = MONTHS.get(chosen.get("rhythm"), [chosen.get("month")])
        return [end_of_month(chosen["year"], month) for month in months if month]

    def proposals(self, today) -> list[Proposal]:
        """Return the periods the form describes."""
        chosen = self.cleaned_data
        start_on = chosen["start_on"] or today.replace(year=chosen["year"], month=1, day=1)
        return propose(
            start_on,
            MONTHS.get(chosen["rhythm"], [chosen["month"]]),
            chosen["rule"],
            open_days=chosen["open_days"],
            grace_days=chosen["grace_days"],
            today=today,
            calendar=current_calendar(),
        )


class PeriodRowForm(forms.ModelForm):
    """One row of the preview: everything can still be typed over; a row not ticked is not stored, right or wrong."""

    create = forms.BooleanField(label="建立", required=False)
    remark = forms.CharField(required=False, widget=forms.HiddenInput())
    due_rule = forms.CharField(required=False, widget=forms.HiddenInput(), max_length=40)

    class Meta:
        model = Period
        fields = ["label", "start_on", "as_of", "opens_on", "due_on", "grace_days"]
        widgets = {name: day_input() for name in ("start_on", "as_of", "opens_on", "due_on")}

    def full_clean(self):
        """Forget the errors of a row that is not ticked."""
        super().full_clean()
        if self.is_bound and not self.cleaned_data.get("create"):
            self._errors.clear()

    def proposal(self, calendar: WorkCalendar) -> Proposal:
        """Return what the row says; a date typed over follows no rule."""
        values = {name: self.cleaned_data[name] for name in self.Meta.fields}
        rule = self.cleaned_data.get("due_rule", "")
        kept = rule if _day_by(rule, values["as_of"], calendar) == values["due_on"] else ""
        return Proposal(year=values["as_of"].year, due_rule=kept, **values)


def _day_by(rule: str, as_of, calendar):
    """Return the day a rule in words gives, None where it gives none."""
    try:
        return parse_rule(rule).day(as_of, calendar)
    except (UnknownRule, NoSuchDay):
        return None


class BasePeriodRows(forms.BaseFormSet):
    """The rows of the preview."""

    def clean(self):
        """Refuse two rows of one name, and none at all."""
        labels = [form.cleaned_data.get("label") for form in self.ticked()]
        if not labels:
            raise ValidationError("请至少勾选一个填报期。")
        if len(set(labels)) < len(labels):
            raise ValidationError("有两个填报期的名称相同，请改其中一个。")

    def ticked(self):
        """Return the forms whose row is to be stored."""
        return [form for form in self.forms if form.cleaned_data.get("create")]

    def proposals(self) -> list[Proposal]:
        """Return what the ticked rows say."""
        calendar = current_calendar()
        return [form.proposal(calendar) for form in self.ticked()]


PeriodRows = forms.formset_factory(PeriodRowForm, formset=BasePeriodRows, extra=0, max_num=12, validate_max=True)


def rows_of(proposals, existing) -> list[dict]:
    """Return the preview's initial rows: what is there already is left out by the caller, what is past not ticked."""
    return [
        {name: getattr(p, name) for name in PeriodRowForm.Meta.fields}
        | {"create": not p.is_due_past, "remark": p.remark, "due_rule": p.due_rule}
        for p in proposals
        if p.label not in existing
    ]


class ReopeningForm(forms.ModelForm):
    """Open a closed period again for one office."""

    class Meta:
        model = Reopening
        fields = ["office", "until", "reason"]
        widgets = {"until": day_input(), "reason": forms.Textarea(attrs={"rows": 3, "maxlength": 200})}

    def __init__(self, *args, period, today, **kwargs):
        super().__init__(*args, **kwargs)
        self.today = today
        owing = Report.objects.unfinished().filter(period=period).values("office")
        self.fields["office"].queryset = Office.objects.filter(pk__in=owing).order_by("position", "pk")
        self.fields["office"].empty_label = "请选择科室"
        self.fields["office"].help_text = "只列出还有未通过的进展报告的科室。"
        self.fields["until"].help_text = "到这一天为止（含当天），该科室可以补报。"

    def clean_until(self):
        """Refuse a day that is over."""
        until = self.cleaned_data["until"]
        if until < self.today:
            raise ValidationError("开放到的日期已经过去，请选择今天或以后的日期。")
        return until


class UrgeForm(forms.Form):
    """Which missing reports to urge, and with what words: those ticked, an office's, or all."""

    ALL = "all"

    reports = forms.ModelMultipleChoiceField(
        Report.objects.none(),
        required=False,
        error_messages={"invalid_choice": "有的事项已经报送或不再需要报送，请核对后再催办；这次没有催办任何一项。"},
    )
    note = forms.CharField(label="催办内容", max_length=500, widget=forms.Textarea(attrs={"rows": 2}))
    scope = forms.RegexField(r"^(all|office-\d{1,18})$", required=False)

    def __init__(self, *args, missing, **kwargs):
        super().__init__(*args, **kwargs)
        self.missing = missing
        self.fields["reports"].queryset = missing

    def chosen(self):
        """Return the reports meant, a queryset."""
        scope = self.cleaned_data["scope"]
        if scope == self.ALL:
            return self.missing
        if scope:
            return self.missing.filter(office=scope.removeprefix("office-"))
        return self.missing.filter(pk__in=self.cleaned_data["reports"])

    def problem(self) -> str:
        """Return the first error as one sentence."""
        return next(str(error) for errors in self.errors.values() for error in errors)
