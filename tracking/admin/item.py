"""Items and plans in the admin, with what their coming in means for reporting: open periods get the new slots.

The classes of `workplans` know nothing of periods, so they are registered again here (as is Django's way with users).
"""

from django.contrib import admin
from django.utils import timezone

from tracking.periods.periods import fill_open_periods
from workplans.admin.plan import ItemAdmin, PlanAdmin
from workplans.models import Item, Organization, Plan


def fill(request, organization):
    """Give newer items of the organization their slots."""
    fill_open_periods(organization, by=request.user, now=timezone.now())


admin.site.unregister([Item, Plan])


@admin.register(Item)
class ReportedItemAdmin(ItemAdmin):
    """工作事项: one added or made active owes a report in the periods now open."""

    def save_related(self, request, form, formsets, change):
        """Store assignments and tasks, then make the slot with its tasks."""
        super().save_related(request, form, formsets, change)
        fill(request, form.instance.plan.organization)

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
