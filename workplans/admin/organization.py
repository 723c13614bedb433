"""Admin of organizations, offices and memberships."""

from django import forms
from django.contrib import admin
from django.contrib.auth import get_user_model

from audit.kinds import EventKind
from workplans import access
from workplans.models import Membership, Office, Organization
from workplans.office_resources import OfficeResource
from workplans.people import name_of

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
    list_display = ["name", "people_by_supervisor"]
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
    list_display = ["person", "organization", "office", "role", "phone"]
    list_filter = ["organization", "role"]
    list_select_related = ["user", "organization", "office"]
    search_fields = ["user__username", "user__first_name", "user__last_name", "office__name", "phone"]

    @admin.display(description="用户", ordering="user")
    def person(self, membership):
        """Name and user name."""
        name, login = name_of(membership.user), membership.user.get_username()
        return f"{name}（{login}）" if name != login else login

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        """A supervisor chooses among those who serve in the organizations whose people are in his hands."""
        held = access.standing(request.user)
        if not held.is_superuser:
            if db_field.name == "user":
                own = get_user_model().objects.filter(memberships__organization__in=held.staffed)
                kwargs["queryset"] = own.distinct().order_by("username")
            elif db_field.name == "organization":
                kwargs["queryset"] = Organization.objects.filter(pk__in=held.staffed)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class MembershipInline(ScopedInline):
    """A user's memberships, on the user's page (`accounts.admin`)."""

    model = Membership
