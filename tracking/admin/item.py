"""Items and plans in the admin, with what their coming in means for reporting: open periods get the new slots.

The classes of `workplans` know nothing of periods, so they are registered again here (as is Django's way with users).
"""

from django import forms
from django.contrib import admin, messages
from django.db.models import Q
from django.utils import timezone
from django.utils.html import format_html

from tracking.models import Report
from tracking.periods.owing import follow, hand_over, still_open
from tracking.periods.periods import fill_open_periods
from workplans.admin.plan import ItemAdmin, PlanAdmin
from workplans.models import Item, Organization, Plan
from workplans.resources import ItemResource

NEW, OLD = "new", "old"
WHO_OWES = (
    (NEW, "改由新的填报科室报送，已填写的内容一并移交"),
    (OLD, "仍由原来的科室报送，下一期起由新的填报科室报送"),
)


def fill(request, organization):
    """Give newer items of the organization their slots."""
    fill_open_periods(organization, by=request.user, now=timezone.now())


class ItemForm(forms.ModelForm):
    """An item; whoever gives it to another office while a period is open says which office owes that period."""

    who_owes = forms.ChoiceField(
        label="未结束的填报期由谁报送", choices=WHO_OWES, required=False, widget=forms.RadioSelect
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "reporting_office" in self.fields:
            offered = self.fields["reporting_office"].queryset
            kept = Q(is_active=True) | Q(pk=self.instance.reporting_office_id)
            self.fields["reporting_office"].queryset = offered.filter(kept)
        self.open_reports = open_reports(self.instance)
        if not self.open_reports:
            del self.fields["who_owes"]
            return
        owed = "；".join(
            f"“{r.period}”现由{r.owed_by or '（未指定科室）'}报送（{r.status_label}）" for r in self.open_reports
        )
        # Help texts are printed as HTML; names are somebody's words.
        self.fields["who_owes"].help_text = format_html(
            "改变填报科室时请选择。{}。已截止的填报期和已通过的报告不变。", owed
        )

    def clean(self):
        """Ask where the office is another one."""
        cleaned = super().clean()
        office = cleaned.get("reporting_office")
        moves = [report for report in self.open_reports if office and report.office_id not in (None, office.pk)]
        if moves and "reporting_office" in self.changed_data and not cleaned.get("who_owes"):
            self.add_error("who_owes", f"填报科室改为{office}，请选择未结束的填报期由哪个科室报送。")
        return cleaned


def open_reports(item) -> list[Report]:
    """Return the reports of `item` that a change of its office is about."""
    if item.pk is None:
        return []
    found = still_open(Item.objects.filter(pk=item.pk))
    return list(found.select_related("period", "office").order_by("period__as_of", "pk"))


class ReportedItemResource(ItemResource):
    """Items from a workbook: nobody can be asked, so what no office has begun goes with its item."""

    def do_instance_save(self, instance, is_create):
        """Remember whose office changed."""
        before = instance.loaded_values["reporting_office_id"]
        super().do_instance_save(instance, is_create)
        if not is_create and before != instance.reporting_office_id:
            self.__dict__.setdefault("moved", []).append(instance.pk)

    def after_import(self, dataset, result, **kwargs):
        """Let the reports follow."""
        super().after_import(dataset, result, **kwargs)
        if moved := self.__dict__.get("moved"):
            follow(Item.objects.filter(pk__in=moved), by=self.user, now=self.now)


admin.site.unregister([Item, Plan])


@admin.register(Item)
class ReportedItemAdmin(ItemAdmin):
    """工作事项: one added or made active owes a report in the periods now open."""

    form = ItemForm
    resource_classes = [ReportedItemResource]

    def get_fields(self, request, obj=None):
        """Ask below the office, and only where there is something to ask."""
        fields = [name for name in super().get_fields(request, obj) if name != "who_owes"]
        if obj is not None and self.has_change_permission(request, obj) and open_reports(obj):
            fields.insert(fields.index("reporting_office") + 1, "who_owes")
        return fields

    def save_related(self, request, form, formsets, change):
        """Store assignments and tasks, hand over what is to be handed over, then make the slot with its tasks."""
        super().save_related(request, form, formsets, change)
        moving = [report.pk for report in form.open_reports if self._goes(report, form.cleaned_data.get("who_owes"))]
        if moved := hand_over(Report.objects.filter(pk__in=moving), by=request.user, now=timezone.now()):
            self.message_user(
                request, f"{moved} 份进展报告改由{form.instance.reporting_office}报送。", messages.SUCCESS
            )
        fill(request, form.instance.plan.organization)

    @staticmethod
    def _goes(report, who_owes):
        """What no office owed goes to the one there is now; the rest as was said."""
        return report.office_id is None or who_owes == NEW

    def process_result(self, result, request):
        """Make the slots of imported items."""
        for organization in Organization.objects.visible_to(request.user):
            fill(request, organization)
        return super().process_result(result, request)


@admin.register(Plan)
class ReportedPlanAdmin(PlanAdmin):
    """工作计划: once issued, its items owe reports in the periods now open."""

    def save_related(self, request, form, formsets, change):
        """Store the sections, then make the slots."""
        super().save_related(request, form, formsets, change)
        fill(request, form.instance.organization)
