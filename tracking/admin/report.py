"""Admin of reports: the office's entry form, and the list in which a bureau sees its reports."""

from django.contrib import admin
from django.utils import timezone

from tracking import charts
from tracking.lamps import expected_percent, progress_lamp
from tracking.models import Report, ReportEvent, TaskReport
from tracking.reports.forms import ReportForm, TaskReportForm
from tracking.reports.recording import REPORT_FIELDS, record
from tracking.resources import ReportResource
from tracking.search.search import reports_about
from workplans.admin.base import HistoryAdmin, ScopedAdmin, ScopedInline
from workplans.admin.workbooks import WorkbookAdminMixin

from .steps import StepsMixin


def expected_for(report):
    """Return the completion expected of the report's item at the end of its period."""
    plan = report.item.plan
    return expected_percent(plan.start_on, plan.end_on, report.period.as_of)


class TaskReportInline(ScopedInline):
    """The texts of the item's tasks."""

    model = TaskReport
    form = TaskReportForm
    fields = ["task", "progress", "difficulties", "next_steps"]
    readonly_fields = ["task"]
    can_delete = False

    def has_add_permission(self, request, obj=None):
        """Rows are there from the opening of the period."""
        return False


@admin.register(Report)
class ReportAdmin(StepsMixin, WorkbookAdminMixin, HistoryAdmin):
    """进展报告."""

    resource_classes = [ReportResource]
    import_export_change_list_template = "admin/tracking/report/change_list_tools.html"
    form = ReportForm
    list_display = ["item_label", "owed_by", "period", "bar", "lamp", "state", "first_difficulty", "saved_at"]
    list_filter = ["period__organization", "period", "item__plan", "office", "status"]
    ordering = ["-period_id", "item_id"]  # as the index has them: the latest period first, as in the plan
    list_select_related = ["item__plan", "office", "period"]
    search_fields = ["item__number", "item__title", "progress", "difficulties", "next_steps"]
    readonly_fields = ["item_link", "period", "state", "saved_by", "saved_at"]
    inlines = [TaskReportInline]

    def get_fieldsets(self, request, obj=None):
        """Put the item on top; the hidden version only where something can be saved."""
        entry = list(REPORT_FIELDS)
        if self.has_change_permission(request, obj):
            entry.append("seen_version")
        return [
            ("事项", {"fields": ["item_link", "period", "state", "saved_by", "saved_at"]}),
            ("进展", {"fields": entry}),
        ]

    def lookup_allowed(self, lookup, value, request=None):
        """Links kept from earlier versions filter by the item's office."""
        return lookup == "item__reporting_office__id__exact" or super().lookup_allowed(lookup, value, request)

    def get_search_results(self, request, queryset, search_term):
        """Ask the index of texts; what is filtered by a relation is few rows, which are read."""
        if not search_term:
            return queryset, False
        is_narrow = any(name.endswith("__id__exact") for name in request.GET)
        return reports_about(queryset, request.user, search_term, is_narrow=is_narrow), False

    def save_model(self, request, obj, form, change):
        """Leave the saving to `save_related`, where the texts of the tasks are at hand too."""

    def save_related(self, request, form, formsets, change):
        """Record the report and its tasks as one change."""
        task_texts = {}
        for formset in formsets:
            task_texts |= {inline.instance.pk: inline.texts() for inline in formset.forms}
            # The admin's log reads these of a saved formset.
            formset.new_objects, formset.deleted_objects = [], []
            formset.changed_objects = [(f.instance, f.changed_data) for f in formset.forms if f.has_changed()]
        report = self.get_queryset(request).get(pk=form.instance.pk)
        record(
            report,
            form.changes(),
            by=request.user,
            now=timezone.now(),
            expected_version=form.cleaned_data.get("seen_version"),
            task_texts=task_texts,
        )

    @admin.display(description="工作事项", ordering="item__position")
    def item_label(self, report):
        """Number and title of the item."""
        return str(report.item)

    @admin.display(description="工作事项")
    def item_link(self, report):
        """Number, title and body of the item."""
        return f"{report.item}\n{report.item.body}"

    @admin.display(description="填报科室", ordering="office")
    def owed_by(self, report):
        """The office that owes the report, by its name then."""
        return report.owed_by

    @admin.display(description="完成率", ordering="completion_percent")
    def bar(self, report):
        """Completion bar with the expected mark."""
        return charts.completion_bar(report.completion_percent, expected_for(report))

    @admin.display(description="进度")
    def lamp(self, report):
        """The progress lamp."""
        return charts.lamp_tag(
            progress_lamp(report.item.status, report.completion_percent, expected_for(report))
        )

    @admin.display(description="状态", ordering="status")
    def state(self, report):
        """The state as shown to people."""
        return report.status_label

    @admin.display(description="存在的困难")
    def first_difficulty(self, report):
        """The beginning of the difficulties."""
        return report.difficulties[:40]


@admin.register(TaskReport)
class TaskReportAdmin(HistoryAdmin):
    """分项进展: read here, written in the report."""

    list_display = ["task", "report", "progress"]
    list_select_related = ["task", "report__item", "report__period"]
    search_fields = ["progress", "difficulties", "next_steps"]


@admin.register(ReportEvent)
class ReportEventAdmin(ScopedAdmin):
    """流转记录: read only."""

    list_display = ["report", "actor", "action", "from_status", "to_status", "at"]
    list_filter = ["to_status"]
    list_select_related = ["report__item", "report__period", "actor"]
