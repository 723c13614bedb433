"""账号安全: failed sign-ins, passwords used, second factors."""

from django.conf import settings
from django.db import models

from workplans import access

from .sealing import SealedField


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
