"""账号安全: failed sign-ins, passwords used, second factors, secret links; other systems that read and report through the API."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models

from audit.sealing import SealedField, SealedTextField
from workplans import access
from workplans.models import Office, Organization
from workplans.models.scoping import Scoped, choice_constraint


class SignInAttempts(models.Model):
    """Sign-ins of one user name from one address that did not succeed, or are under way."""

    username = models.CharField("用户名", max_length=150)
    address = models.CharField("地址", max_length=45, blank=True)
    failures = models.PositiveSmallIntegerField("失败次数", default=0)
    under_way = models.PositiveSmallIntegerField("正在核对", default=0, db_default=0)
    last_at = models.DateTimeField("最近一次", db_index=True)
    locked_until = models.DateTimeField("锁定到", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "登录失败"
        constraints = [models.UniqueConstraint(fields=["username", "address"], name="attempts_once")]

    def __str__(self):
        return f"{self.username} {self.address}"


class UsedPassword(models.Model):
    """A password a user has or had, as its hash; the latest is the one in use."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, verbose_name="用户", related_name="used_passwords"
    )
    encoded = models.CharField("密码散列", max_length=128)
    set_at = models.DateTimeField("设置时间")
    is_temporary = models.BooleanField("由管理员设置", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "用过的密码"
        ordering = ["user", "-pk"]

    def __str__(self):
        return f"{self.user} {self.set_at:%Y-%m-%d}"


class SecondFactor(models.Model):
    """动态口令: the secret shared with the app on a user's phone, and the last time step that was accepted."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, verbose_name="用户", related_name="second_factor"
    )
    secret = SealedField("密钥", max_length=255)
    last_step = models.BigIntegerField("最后用过的时间片", default=0)
    confirmed_at = models.DateTimeField("启用时间")

    class Meta:
        verbose_name = verbose_name_plural = "动态口令"

    def __str__(self):
        return f"{self.user}"

    def sealed_for(self) -> str:
        """Say whose secret it is."""
        return self.user.get_username()


class RecoveryCode(models.Model):
    """A code that lets its user in once when the phone is not at hand, kept as a hash, which is sealed."""

    factor = models.ForeignKey(SecondFactor, models.CASCADE, verbose_name="动态口令", related_name="recovery_codes")
    digest = SealedField("散列", max_length=255)
    used_at = models.DateTimeField("使用时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "备用码"

    def __str__(self):
        return f"{self.factor}"

    def sealed_for(self) -> str:
        """Say whose code it is."""
        return self.factor.user.get_username()


class DirectoryIdentity(models.Model):
    """统一身份: somebody of a directory (OpenID Connect's `sub`, LDAP's entry id) and the user it is here."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, verbose_name="用户", related_name="directory_identities"
    )
    issuer = models.CharField("来源", max_length=255)
    subject = models.CharField("那里的标识", max_length=255)
    username = models.CharField("那里的用户名", max_length=255, blank=True)
    linked_at = models.DateTimeField("关联时间")

    class Meta:
        verbose_name = verbose_name_plural = "统一身份"
        constraints = [
            models.UniqueConstraint(fields=["issuer", "subject"], name="identity_once"),
            models.UniqueConstraint(fields=["issuer", "user"], name="identity_once_a_user"),
        ]

    def __str__(self):
        return f"{self.issuer} {self.username}".strip()


class DirectorySession(models.Model):
    """A session that began at a directory, and what the directory is asked with again (tokens, sealed)."""

    identity = models.ForeignKey(
        DirectoryIdentity, models.CASCADE, verbose_name="统一身份", related_name="directory_sessions"
    )
    keepsake = SealedTextField("凭据", blank=True)
    begun_at = models.DateTimeField("开始时间", db_index=True)
    checked_at = models.DateTimeField("最近核对")

    class Meta:
        verbose_name = verbose_name_plural = "统一身份的登录"

    def __str__(self):
        return f"{self.identity}"

    def sealed_for(self) -> str:
        """Say whose sign-in it is."""
        return self.identity.user.get_username()


class DirectoryPost(models.Model):
    """A membership that a group of the directory gave, and may take again; those entered here have no such row."""

    identity = models.ForeignKey(
        DirectoryIdentity, models.CASCADE, verbose_name="统一身份", related_name="directory_posts"
    )
    membership = models.OneToOneField(
        "workplans.Membership", models.CASCADE, verbose_name="任职", related_name="directory_post"
    )

    class Meta:
        verbose_name = verbose_name_plural = "统一身份给的任职"

    def __str__(self):
        return f"{self.membership}"


class CalendarLink(models.Model):
    """日历订阅: the secret link that hands its person's calendar to a calendar program; the secret is kept as a hash."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, verbose_name="用户", related_name="calendar_link"
    )
    digest = models.CharField("散列", max_length=64)
    made_at = models.DateTimeField("生成时间")
    read_at = models.DateTimeField("最近读取", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "日历订阅"

    def __str__(self):
        return f"{self.user}"


class NameRepairQuerySet(models.QuerySet):
    """Which repairs?"""

    def visible_to(self, user):
        """Return all to whoever keeps users, none to others."""
        return self if access.administers(user, None) is None else self.none()


class NameRepair(models.Model):
    """姓名合并记录: a name that was kept as 名字 and 姓氏, and the one name made of them by the migration."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, verbose_name="用户", related_name="name_repair"
    )
    first_name = models.CharField("原名字", max_length=150, blank=True)
    last_name = models.CharField("原姓氏", max_length=150, blank=True)
    name = models.CharField("合并为", max_length=301)
    is_sure = models.BooleanField("把握", help_text="不能确定的请核对，需要时在“用户”中改正。")
    note = models.CharField("说明", max_length=200, blank=True)

    objects = NameRepairQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "姓名合并记录"
        ordering = ["is_sure", "user_id"]

    def __str__(self):
        return self.name


class ApplicationScope(models.TextChoices):
    """What an application may do."""

    READ = "read", "读取"
    REPORT = "report", "读取和填报"


class Application(Scoped):
    """接入应用: another system that reads an organization's data, or also reports for one of its offices.

    `account` is the user its writing is kept under: inactive, without password and 任职, so nobody signs in with it.
    """

    Scope = ApplicationScope

    organization = models.ForeignKey(Organization, models.PROTECT, verbose_name="单位", related_name="+")
    name = models.CharField("名称", max_length=60, help_text="如“区数据平台”；由它填写的进展报告记这个名字。")
    scope = models.CharField("权限", max_length=10, choices=Scope, default=Scope.READ)
    office = models.ForeignKey(
        Office,
        models.PROTECT,
        verbose_name="填报科室",
        null=True,
        blank=True,
        related_name="+",
        help_text="只有“读取和填报”要选：应用只能填写和提交这个科室的进展报告。",
    )
    account = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="账号", related_name="application", editable=False
    )

    class Meta:
        verbose_name = verbose_name_plural = "接入应用"
        ordering = ["organization", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "name"],
                name="application_name_unique",
                violation_error_message="本单位已有同名的应用。",
            ),
            models.CheckConstraint(
                condition=models.Q(scope=ApplicationScope.READ, office__isnull=True)
                | models.Q(scope=ApplicationScope.REPORT, office__isnull=False),
                name="application_office_by_scope",
                violation_error_message="“读取和填报”必须选填报科室，“读取”不选。",
            ),
            choice_constraint("scope", ApplicationScope, "application", "权限"),
        ]

    def __str__(self):
        return self.name

    def clean(self):
        """Refuse an office of another organization."""
        if self.office_id and self.office.organization_id != self.organization_id:
            raise ValidationError({"office": "所选科室不属于所选单位。"})


class AccessToken(models.Model):
    """令牌: what an application shows with each request, kept as a digest; how often it was shown is counted by the minute."""

    application = models.ForeignKey(Application, models.CASCADE, verbose_name="应用", related_name="tokens")
    digest = models.CharField("散列", max_length=64, unique=True)
    hint = models.CharField("开头", max_length=12)
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="发放人", related_name="+")
    issued_at = models.DateTimeField("发放时间")
    revoked_at = models.DateTimeField("停用时间", null=True)
    last_used = models.DateTimeField("最近使用", null=True)
    minute = models.DateTimeField("计数的分钟", null=True)
    used = models.PositiveIntegerField("这一分钟的次数", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "令牌"
        ordering = ["application", "-pk"]

    def __str__(self):
        return f"{self.hint}…"


class Click(models.Model):
    """A form that was sent, by a digest of what it says, and where its sender was led: for the second click on it."""

    key = models.CharField("摘要", max_length=64, primary_key=True)
    at = models.DateTimeField("时间", db_index=True)
    location = models.CharField("转到", max_length=2000, blank=True, default="")
    said = models.JSONField("消息", default=list)

    class Meta:
        verbose_name = verbose_name_plural = "按钮点击"

    def __str__(self):
        return self.key
