"""Admin of organizations, offices and memberships."""

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminPasswordChangeForm, UserCreationForm
from django.contrib.auth.models import Group, User
from django.urls import reverse
from django.utils.html import format_html

from workplans.models import Membership, Office, Organization

from .base import AccessMixin, ScopedAdmin, ScopedInline


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
class OrganizationAdmin(ScopedAdmin):
    """单位."""

    form = AliasesForm
    list_display = ["name"]
    search_fields = ["name"]


@admin.register(Office)
class OfficeAdmin(ScopedAdmin):
    """科室."""

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
class MembershipAdmin(ScopedAdmin):
    """任职."""

    list_display = ["user", "organization", "office", "role"]
    list_filter = ["organization", "role"]
    list_select_related = ["user", "organization", "office"]
    search_fields = ["user__username", "user__first_name", "user__last_name", "office__name"]


class MembershipInline(ScopedInline):
    """A user's memberships."""

    model = Membership


PEOPLE_STAY = "已有填报或历史记录，不能删除。请打开该用户，去掉“有效”前的勾：记录仍然保留，该用户不能再登录。"

admin.site.unregister(User)
admin.site.unregister(Group)


class PasswordForm(AdminPasswordChangeForm):
    """Sets a password; switching passwords off for an account is not offered."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields.pop("usable_password", None)
        for name in ("password1", "password2"):
            self.fields[name].required = True


@admin.register(User)
class UserAdmin(AccessMixin, DjangoUserAdmin):
    """用户: rights come from 任职, so groups and permissions are not shown."""

    list_display = ["username", "first_name", "is_active", "is_superuser", "last_login"]
    list_filter = ["is_active", "is_superuser"]
    search_fields = ["username", "first_name", "last_name"]
    filter_horizontal = []
    fieldsets = [
        (None, {"fields": ["username", "password_link"]}),
        ("个人信息", {"fields": ["first_name", "last_name", "email"]}),
        ("状态", {"fields": ["is_active", "is_superuser"]}),
    ]
    add_fieldsets = [(None, {"fields": ["username", "password1", "password2"]})]
    add_form = UserCreationForm
    change_password_form = PasswordForm
    readonly_fields = ["password_link", "last_login"]
    inlines = [MembershipInline]

    def get_inlines(self, request, obj):
        """A user is made first, then given a membership."""
        return self.inlines if obj else []

    @admin.display(description="密码")
    def password_link(self, user):
        """Link to the page that sets a new password; the stored one is never shown, hashed or not."""
        return format_html('<a href="{}">重新设置密码</a>', reverse("admin:auth_user_password_change", args=[user.pk]))

    def get_deleted_objects(self, objs, request):
        """Say what to do instead where somebody has left traces, which are kept for good."""
        *others, protected = super().get_deleted_objects(objs, request)
        return *others, [PEOPLE_STAY] if protected else []
