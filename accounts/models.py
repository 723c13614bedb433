"""账号安全: failed sign-ins, passwords used, second factors."""

from django.conf import settings
from django.db import models

from workplans import access

from .sealing import SealedField, SealedTextField


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


class RecoveryCode(models.Model):
    """A code that lets its user in once when the phone is not at hand, kept as a hash, which is sealed."""

    factor = models.ForeignKey(SecondFactor, models.CASCADE, verbose_name="动态口令", related_name="recovery_codes")
    digest = SealedField("散列", max_length=255)
    used_at = models.DateTimeField("使用时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "备用码"

    def __str__(self):
        return f"{self.factor}"


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
