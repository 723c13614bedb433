"""Admin of users, of the applications that use the API, and of the security events."""

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm
from django.contrib.auth.models import Group, User
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join

from audit.kinds import EventKind
from audit.models import SecurityEvent
from audit.recording import record
from workplans.admin.base import AccessMixin, ConflictMixin, RecordedMixin, ScopedAdmin
from workplans.admin.organization import MembershipInline
from workplans.people import full_name, one_name

from .models import Application, DirectoryIdentity, NameRepair, SecondFactor
from .passwords import mark_temporary
from .tokens import make_account

PEOPLE_STAY = "已有填报或历史记录，不能删除。请打开该用户，去掉“有效”前的勾：记录仍然保留，该用户不能再登录。"

ACTIONS = {"added": "新增", "changed": "修改", "deleted": "删除"}

admin.site.unregister(User)
admin.site.unregister(Group)


class PasswordForm(AdminPasswordChangeForm):
    """Sets a password, good for one sign-in; switching passwords off for an account is not offered."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields.pop("usable_password", None)
        for name in ("password1", "password2"):
            self.fields[name].required = True

    def save(self, commit=True):
        """Store it as one that its user must change."""
        user = super().save(commit)
        mark_temporary(user)
        return user


class NameMixin:
    """姓名 is one field: Django's given name and surname, which each of us reads differently, are not offered."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "first_name" in self.fields:
            self.fields["first_name"].label = "姓名"
            self.fields["first_name"].help_text = "照本人的写法填写全名，印在页面、表格和签名处；签过的文书不会再改。"
            self.initial["first_name"] = full_name(self.instance.first_name, self.instance.last_name)

    def clean_first_name(self):
        """Take the spaces out of a Chinese name."""
        return one_name(self.cleaned_data["first_name"])

    def save(self, commit=True):
        """Store it in the one field."""
        if "first_name" in self.fields:
            self.instance.last_name = ""
        return super().save(commit)


class UserForm(NameMixin, UserChangeForm):
    """A user."""


class NewUserForm(NameMixin, UserCreationForm):
    """A new user."""

    class Meta(UserCreationForm.Meta):
        fields = ("username", "first_name")


@admin.register(User)
class UserAdmin(ConflictMixin, AccessMixin, DjangoUserAdmin):
    """用户: rights come from 任职, so groups and permissions are not shown."""

    list_display = ["username", "full_name", "is_active", "is_superuser", "last_login"]
    list_filter = ["is_active", "is_superuser"]
    search_fields = ["username", "first_name", "last_name"]
    filter_horizontal = []
    fieldsets = [
        (None, {"fields": ["username", "password_link", "second_factor_state", "directory_state"]}),
        ("个人信息", {"fields": ["first_name", "email"]}),
        ("状态", {"fields": ["is_active", "is_superuser"]}),
    ]
    add_fieldsets = [(None, {"fields": ["username", "first_name", "password1", "password2"]})]
    form = UserForm
    add_form = NewUserForm
    change_password_form = PasswordForm
    readonly_fields = ["password_link", "second_factor_state", "directory_state", "last_login"]
    inlines = [MembershipInline]

    @admin.display(description="姓名", ordering="first_name")
    def full_name(self, user):
        """The one name."""
        return full_name(user.first_name, user.last_name)

    def get_inlines(self, request, obj):
        """A user is made first, then given a membership."""
        return self.inlines if obj else []

    @admin.display(description="密码")
    def password_link(self, user):
        """Link to the page that sets a new password; the stored one is never shown, hashed or not."""
        return format_html('<a href="{}">重新设置密码</a>', reverse("admin:auth_user_password_change", args=[user.pk]))

    @admin.display(description="动态口令")
    def second_factor_state(self, user):
        """Say whether it is on; a button switches it off for somebody whose phone is lost."""
        if not SecondFactor.objects.filter(user=user).exists():
            return "没有启用"
        button = '已启用 <button type="submit" class="button" formnovalidate formaction="{}">停用</button>'
        return format_html(button, reverse("second_factor_reset", args=[user.pk]))

    @admin.display(description="统一身份")
    def directory_state(self, user):
        """Say as whom a directory knows the user; a button lets that go."""
        identities = DirectoryIdentity.objects.filter(user=user)
        if not identities:
            return "没有关联"
        button = '{} <button type="submit" class="button" formnovalidate formaction="{}">解除关联</button>'
        return format_html(button, "、".join(map(str, identities)), reverse("directory_unlink", args=[user.pk]))

    def save_model(self, request, obj, form, change):
        """A password given by somebody else is good for one sign-in."""
        super().save_model(request, obj, form, change)
        if not change:
            mark_temporary(obj)

    def log_addition(self, request, obj, message):
        """Record a new user."""
        record(EventKind.ACCOUNT, request, target=obj, detail="新增")
        return super().log_addition(request, obj, message)

    def log_change(self, request, obj, message):
        """Record what was changed: the user, each membership, the password."""
        is_password = request.resolver_match.url_name == "auth_user_password_change"
        for change in message:
            [(action, what)] = change.items()
            if "name" in what:
                record(EventKind.ROLE, request, target=obj, detail=f"{ACTIONS[action]}任职：{what['object']}")
            else:
                record(EventKind.PASSWORD if is_password else EventKind.ACCOUNT, request, target=obj, detail="修改")
        return super().log_change(request, obj, message)

    def log_deletions(self, request, queryset):
        """Record deleted users."""
        for user in queryset:
            record(EventKind.ACCOUNT, request, target=user, detail="删除")
        return super().log_deletions(request, queryset)

    def get_deleted_objects(self, objs, request):
        """Say what to do instead where somebody has left traces, which are kept for good."""
        *others, protected = super().get_deleted_objects(objs, request)
        return *others, [PEOPLE_STAY] if protected else []


@admin.register(SecurityEvent)
class SecurityEventAdmin(ScopedAdmin):
    """安全审计记录: to be read by the system administrator, changed by nobody."""

    list_display = ["moment", "kind", "success", "username", "address", "target", "detail", "sequence"]
    list_display_links = ["moment"]
    list_filter = ["kind", "success", "at"]
    search_fields = ["username", "address", "target"]
    ordering = ["-pk"]
    fields = [*list_display, "user_key", "previous", "key_id", "mac"]
    readonly_fields = fields

    @admin.display(description="时间", ordering="at")
    def moment(self, event):
        """Show the second."""
        return f"{timezone.localtime(event.at):%Y-%m-%d %H:%M:%S}"


@admin.register(NameRepair)
class NameRepairAdmin(ScopedAdmin):
    """姓名合并记录: what the migration to one field made of each name; to be read, and put right at the user."""

    list_display = ["user", "first_name", "last_name", "name", "is_sure", "note", "present_name"]
    list_filter = ["is_sure"]
    list_select_related = ["user"]
    search_fields = ["user__username", "name"]

    @admin.display(description="现在的姓名")
    def present_name(self, repair):
        """What the user is called by now."""
        return full_name(repair.user.first_name, repair.user.last_name)


@admin.register(Application)
class ApplicationAdmin(RecordedMixin, ScopedAdmin):
    """接入应用: which other systems use the API, and their tokens; there where the API is on."""

    list_display = ["name", "organization", "scope", "office", "in_force"]
    list_filter = ["organization", "scope"]
    list_select_related = ["organization", "office"]
    fields = ["organization", "name", "scope", "office", "token_list"]
    readonly_fields = ["token_list"]

    def get_queryset(self, request):
        """Bring the tokens along."""
        return super().get_queryset(request).prefetch_related("tokens")

    def get_readonly_fields(self, request, obj=None):
        """What an application may do is said once, when it is made: its reports stay its office's."""
        return [*self.readonly_fields, *(["organization", "scope", "office"] if obj else [])]

    def get_fields(self, request, obj=None):
        """A token is issued to what is there."""
        return self.fields if obj else self.fields[:-1]

    def _allowed(self, request, action, obj=None):
        return settings.API and super()._allowed(request, action, obj)

    def save_model(self, request, obj, form, change):
        """Make the account its writing is kept under, or give it the new name."""
        if not change:
            obj.account = make_account(obj.name)
        elif obj.account.first_name != obj.name:
            User.objects.filter(pk=obj.account_id).update(first_name=obj.name)
        super().save_model(request, obj, form, change)

    @admin.display(description="有效令牌")
    def in_force(self, application):
        """Count them."""
        return sum(token.revoked_at is None for token in application.tokens.all())

    @admin.display(description="令牌")
    def token_list(self, application):
        """List the tokens by how they begin, each with a button that revokes it; and one that issues another."""
        rows = [(token.hint, _told(token), _revoking(token)) for token in application.tokens.all()]
        listed = format_html_join("", '<p><code translate="no">{}…</code> {} {}</p>', rows)
        issue = '{}<button type="submit" class="button" formnovalidate formaction="{}">发放令牌</button>'
        return format_html(issue, listed, reverse("application_token_issue", args=[application.pk]))


def _told(token) -> str:
    when = {"发放": token.issued_at, "最近使用": token.last_used, "停用": token.revoked_at}
    return "，".join(f"{timezone.localtime(at):%Y-%m-%d %H:%M} {word}" for word, at in when.items() if at)


def _revoking(token):
    if token.revoked_at:
        return ""
    button = '<button type="submit" class="button" formnovalidate formaction="{}">停用</button>'
    return format_html(button, reverse("application_token_revoke", args=[token.application_id, token.pk]))
