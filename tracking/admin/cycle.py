"""Admin of what the cycle leaves behind: reopenings, urges, notices. To be read; made on the pages."""

from django.contrib import admin

from tracking.models import Digest, Reopening, Urge
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


@admin.register(Digest)
class DigestAdmin(ScopedAdmin):
    """通知: one's own."""

    list_display = ["on", "body", "mailed_at", "read_at"]
