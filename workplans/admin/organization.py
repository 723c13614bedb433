"""Admin of organizations, offices and memberships."""

from django import forms
from django.contrib import admin

from audit.kinds import EventKind
from workplans.models import Membership, Office, Organization
from workplans.office_resources import OfficeResource

from .base import RecordedMixin, ScopedAdmin, ScopedInline
from .workbooks import WorkbookAdminMixin


class AliasesField(forms.CharField):
    """Aliases as one line, divided by 、"""

    def prepare_value(self, value):
        """Show a stored list as one line."""
        return "、".join(value) if isinstance(value, list) else value

    def to_python(self, value):
        """Return the list of names."""
        for separator in "，,;；":
            value = (value or "").replace(separator, "、")
        return [part.strip() for part in value.split("、") if part.strip()]

    def has_changed(self, initial, data):
        """Compare lists."""
        return self.to_python(data) != (initial or [])


class AliasesForm(forms.ModelForm):
    """A form with 别名 as one line."""

    aliases = AliasesField(label="别名", required=False, help_text="文件中出现的其他写法，多个之间用“、”分开。")


@admin.register(Organization)
class OrganizationAdmin(RecordedMixin, ScopedAdmin):
    """单位."""

    form = AliasesForm
    list_display = ["name"]
    search_fields = ["name"]


@admin.register(Office)
class OfficeAdmin(WorkbookAdminMixin, RecordedMixin, ScopedAdmin):
    """科室."""

    resource_classes = [OfficeResource]
    form = AliasesForm
    list_display = ["name", "organization", "kind", "alias_line", "position", "is_active"]
    list_filter = ["organization", "kind", "is_active"]
    list_select_related = ["organization"]
    search_fields = ["name", "aliases"]

    @admin.display(description="别名")
    def alias_line(self, office):
        """Show the aliases as one line."""
        return "、".join(office.aliases)


@admin.register(Membership)
class MembershipAdmin(RecordedMixin, ScopedAdmin):
    """任职."""

    audit_kind = EventKind.ROLE
    list_display = ["user", "organization", "office", "role"]
    list_filter = ["organization", "role"]
    list_select_related = ["user", "organization", "office"]
    search_fields = ["user__username", "user__first_name", "user__last_name", "office__name"]


class MembershipInline(ScopedInline):
    """A user's memberships, on the user's page (`accounts.admin`)."""

    model = Membership
