"""Admin of reports: the office's entry form, and the list in which a bureau sees its reports."""

from urllib.parse import parse_qs

from django.contrib import admin
from django.urls import reverse
from django.utils.text import Truncator

from tracking import charts
from tracking.expected import row_expected
from tracking.lamps import progress_lamp
from tracking.models import Report, ReportEvent, TaskReport
from tracking.reports.views.reports import entry_page
from tracking.resources import ReportResource
from tracking.search.search import reports_about
from workplans.admin.base import HistoryAdmin, ScopedAdmin
from workplans.admin.workbooks import WorkbookAdminMixin
from workplans.ids import id_of

from .steps import StepsMixin


def expected_for(report):
    """Return the completion expected of the report's item at the end of its period."""
    return row_expected(report.item, report.period)


@admin.register(Report)
class ReportAdmin(StepsMixin, WorkbookAdminMixin, HistoryAdmin):
    """进展报告."""

    resource_classes = [ReportResource]
    import_export_change_list_template = "admin/tracking/report/change_list_tools.html"
    list_display = ["item_label", "owed_by", "period", "bar", "lamp", "state", "first_difficulty", "saved_at"]
    list_filter = ["period__organization", "period", "item__plan", "office", "status"]
    ordering = ["-period_id", "item_id"]  # as the index has them: the latest period first, as in the plan
    list_select_related = ["item__plan", "office", "period"]
    search_fields = ["item__number", "item__title", "progress", "difficulties", "next_steps"]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """Show and save the entry of the report's own page, in the frame of 数据管理; a step leads back to the list as it was."""
        self._visible_or_404(request, object_id)
        filters = parse_qs(self.get_preserved_filters(request)).get("_changelist_filters", [""])[0]
        address = reverse("admin:tracking_report_changelist")
        frame = {
            **self.admin_site.each_context(request),
            "template": self.change_form_template,
            "opts": self.opts,
            "title": "填报进展",
            "here": request.get_full_path(),
            "back": f"{address}?{filters}" if filters else address,
        }
        return entry_page(request, id_of(object_id), frame)

    def get_queryset(self, request):
        """Bring the milestones along, which 应达进度 follows."""
        return super().get_queryset(request).prefetch_related("item__milestones")

    def lookup_allowed(self, lookup, value, request=None):
        """Links kept from earlier versions filter by the item's office."""
        return lookup == "item__reporting_office__id__exact" or super().lookup_allowed(lookup, value, request)

    def get_search_results(self, request, queryset, search_term):
        """Ask the index of texts; what is filtered by a relation is few rows, which are read."""
        if not search_term:
            return queryset, False
        is_narrow = any(name.endswith("__id__exact") for name in request.GET)
        return reports_about(queryset, request.user, search_term, is_narrow=is_narrow), False

    @admin.display(description="工作事项", ordering="item__position")
    def item_label(self, report):
        """Number and title of the item."""
        return str(report.item)

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
        return charts.lamp_tag(progress_lamp(report.item.status, report.completion_percent, expected_for(report)))

    @admin.display(description="状态", ordering="status")
    def state(self, report):
        """The state as shown to people."""
        return report.status_label

    @admin.display(description="存在的困难")
    def first_difficulty(self, report):
        """The beginning of the difficulties."""
        return Truncator(report.difficulties).chars(40)


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
