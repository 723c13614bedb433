"""Admin of periods."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from tracking.models import Period
from tracking.periods import periods
from workplans.admin.base import ScopedAdmin


@admin.register(Period)
class PeriodAdmin(ScopedAdmin):
    """填报期: opened, closed and archived by actions."""

    list_display = ["label", "organization", "as_of", "opens_on", "due_on", "grace_days", "status"]
    list_filter = ["organization", "year", "status"]
    list_select_related = ["organization"]
    search_fields = ["label"]
    readonly_fields = ["status"]
    actions = ["open_selected", "close_selected", "archive_selected"]

    def save_model(self, request, obj, form, change):
        """A due date typed by hand follows no rule any more."""
        if "due_on" in form.changed_data:
            obj.due_rule = ""
        super().save_model(request, obj, form, change)

    def has_change_permission(self, request, obj=None):
        """An archived period never changes."""
        archived = obj is not None and obj.status == Period.Status.ARCHIVED
        return super().has_change_permission(request, obj) and not archived

    def has_delete_permission(self, request, obj=None):
        """A period that has reports stays."""
        return super().has_delete_permission(request, obj) and not (obj and obj.reports.exists())

    @admin.action(description="开启填报期（为每个推进中的事项建立进展报告）", permissions=["change"])
    def open_selected(self, request, queryset):
        """Open the selected periods."""
        now = timezone.now()
        for period in queryset:
            self._attempt(
                request,
                period,
                lambda period: f"已开启，新建 {periods.open_period(period, by=request.user, now=now)} 份进展报告。",
            )

    @admin.action(description="截止填报期", permissions=["change"])
    def close_selected(self, request, queryset):
        """Close the selected periods."""
        self._move(request, queryset, Period.Status.CLOSED)

    @admin.action(description="归档填报期（此后不能再改）", permissions=["change"])
    def archive_selected(self, request, queryset):
        """Ask on a page of its own: archiving cannot be undone, so one at a time."""
        if queryset.count() == 1:
            return HttpResponseRedirect(reverse("tracking:period_archive", args=[queryset.get().pk]))
        self.message_user(request, "归档不能撤销，请一次选择一个填报期。", messages.ERROR)
        return None

    def _move(self, request, queryset, status):
        for period in queryset:
            self._attempt(
                request,
                period,
                lambda period: periods.move_period(period, status, by=request.user) or f"{status.label}。",
            )

    def _attempt(self, request, period, step):
        try:
            self.message_user(request, f"填报期“{period}”：{step(period)}", messages.SUCCESS)
        except (periods.WrongStatus, PermissionDenied) as refused:
            self.message_user(request, str(refused), messages.ERROR)
