"""Admin of source documents, plans, sections, items and tasks."""

from django import forms
from django.contrib import admin
from django.db import models
from django.urls import reverse
from django.utils.html import format_html

from workplans.milestone_resources import MilestoneResource
from workplans.models import Assignment, Item, Milestone, Office, Plan, Section, SourceDocument, Target, Task
from workplans.office_resources import AssignmentResource
from workplans.resources import ItemResource

from .base import HistoryAdmin, ScopedAdmin, ScopedInline
from .workbooks import WorkbookAdminMixin


@admin.register(SourceDocument)
class SourceDocumentAdmin(ScopedAdmin):
    """来源文件: to be read and downloaded."""

    list_display = ["name", "organization", "kind", "uploaded_by", "uploaded_at", "download"]
    list_filter = ["organization", "kind"]
    list_select_related = ["organization", "uploaded_by"]
    search_fields = ["name", "text"]
    fields = ["name", "organization", "kind", "encoding", "sha256", "uploaded_by", "uploaded_at", "download", "text"]
    readonly_fields = ["download"]

    def get_queryset(self, request):
        """Leave the bytes in the database."""
        return super().get_queryset(request).defer("content")

    @admin.display(description="原文件")
    def download(self, document):
        """Link to the file as it came."""
        return format_html('<a href="{}">下载</a>', reverse("workplans:source_download", args=[document.pk]))


class SectionInline(ScopedInline):
    """A plan's sections."""

    model = Section
    fields = ["position", "ordinal", "title"]


@admin.register(Plan)
class PlanAdmin(ScopedAdmin):
    """工作计划."""

    list_display = ["title", "organization", "year", "document_number", "status", "board"]
    list_filter = ["organization", "year", "status", "kind"]
    list_select_related = ["organization"]
    search_fields = ["title", "document_number"]
    readonly_fields = ["source"]
    inlines = [SectionInline]

    @admin.display(description="看板")
    def board(self, plan):
        """Link to the plan's dashboard."""
        return format_html('<a href="{}">打开看板</a>', reverse("boards:plan_board", args=[plan.pk]))


@admin.register(Section)
class SectionAdmin(ScopedAdmin):
    """板块."""

    list_display = ["__str__", "plan", "position"]
    list_filter = ["plan"]
    list_select_related = ["plan"]
    search_fields = ["title", "text"]


class AssignmentInline(ScopedInline):
    """An item's offices."""

    model = Assignment
    fields = ["office", "role", "position"]


class TaskInline(ScopedInline):
    """An item's tasks."""

    model = Task
    fields = ["position", "group", "title"]


class TargetInline(ScopedInline):
    """An item's quantified targets."""

    model = Target
    fields = ["position", "text", "comparison", "value", "upper", "unit"]


class MilestoneInline(ScopedInline):
    """An item's milestones."""

    model = Milestone
    fields = ["position", "what", "words", "due_on", "expected_percent", "done_on"]
    formfield_overrides = {models.TextField: {"widget": forms.Textarea(attrs={"rows": 2, "cols": 40})}}


@admin.register(Item)
class ItemAdmin(WorkbookAdminMixin, HistoryAdmin):
    """工作事项."""

    resource_classes = [ItemResource]
    list_display = ["number", "title", "plan", "reporting_office", "deadline", "status"]
    list_display_links = ["number", "title"]
    list_filter = ["plan", "reporting_office", "status"]
    list_select_related = ["plan", "reporting_office"]
    search_fields = ["number", "title", "body"]
    inlines = [AssignmentInline, TaskInline, TargetInline, MilestoneInline]
    # The status is changed by the verbs of `workplans.lifecycle`, with a reason, on the item's page.
    readonly_fields = ["status", "closed_on", "predecessor", "source_line_start", "source_line_end"]

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        """Offer only offices that can report."""
        if db_field.name == "reporting_office":
            kwargs["queryset"] = Office.objects.visible_to(request.user).reporting().select_related("organization")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


@admin.register(Assignment)
class AssignmentAdmin(WorkbookAdminMixin, HistoryAdmin):
    """责任分工."""

    resource_classes = [AssignmentResource]
    list_display = ["item", "office", "role", "position"]
    list_filter = ["office", "role"]
    list_select_related = ["item", "office"]
    search_fields = ["item__title", "office__name"]
    raw_id_fields = ["item"]


@admin.register(Milestone)
class MilestoneAdmin(WorkbookAdminMixin, HistoryAdmin):
    """里程碑."""

    resource_classes = [MilestoneResource]
    list_display = ["what", "item", "due_on", "expected_percent", "done_on"]
    list_filter = ["item__plan", "due_on", "done_on"]
    list_select_related = ["item"]
    search_fields = ["what", "words", "item__title"]
    raw_id_fields = ["item"]


@admin.register(Task)
class TaskAdmin(ScopedAdmin):
    """分解任务."""

    list_display = ["__str__", "item", "position"]
    list_select_related = ["item"]
    search_fields = ["title", "group"]
    raw_id_fields = ["item"]
