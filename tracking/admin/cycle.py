"""Admin of what the cycle leaves behind: reopenings, urges, notices. To be read; made on the pages."""

from django.contrib import admin

from tracking.models import Digest, Instruction, InstructionAnswer, Remark, Reopening, Urge
from workplans.admin.base import ScopedAdmin


@admin.register(Reopening)
class ReopeningAdmin(ScopedAdmin):
    """重新开放."""

    list_display = ["period", "office", "until", "reason", "by", "at"]
    list_filter = ["period", "office"]
    list_select_related = ["period", "office", "by"]


@admin.register(Urge)
class UrgeAdmin(ScopedAdmin):
    """催办."""

    list_display = ["report", "office", "by", "at", "note"]
    list_filter = ["report__period", "report__office"]
    list_select_related = ["report__item", "report__office", "report__period", "by"]

    @admin.display(description="填报科室")
    def office(self, urge):
        """The office that was asked."""
        return urge.report.owed_by


@admin.register(Instruction)
class InstructionAdmin(ScopedAdmin):
    """批示."""

    list_display = ["text", "item", "by", "at", "due_on"]
    list_filter = ["due_on"]
    list_select_related = ["item", "by"]


@admin.register(InstructionAnswer)
class InstructionAnswerAdmin(ScopedAdmin):
    """回复."""

    list_display = ["text", "addressed", "by", "at"]
    list_select_related = ["addressed", "by"]


@admin.register(Remark)
class RemarkAdmin(ScopedAdmin):
    """问答."""

    list_display = ["text", "report", "by", "at", "is_from_office"]
    list_select_related = ["report__item", "report__period", "by"]


@admin.register(Digest)
class DigestAdmin(ScopedAdmin):
    """通知: one's own."""

    list_display = ["on", "body", "mailed_at", "read_at"]
