"""安全审计: what happened, in rows that nobody changes, and the head of the chain they form."""

from django.db import models

from .kinds import EventKind

KEPT_DAYS = 183


class SecurityEvent(models.Model):
    """One security event. Who did it is kept as text too, for people leave and their events stay.

    A row is written together with what it tells of, and sealed into the chain right after (`chain.seal`).
    """

    # The database's part in it: audit/append_only.py.
    sealed_by = "mac"
    kept_days = KEPT_DAYS

    at = models.DateTimeField("时间", db_index=True)
    kind = models.CharField("类别", max_length=20, choices=EventKind)
    success = models.BooleanField("成功")
    user_key = models.BigIntegerField("用户编号", null=True)
    username = models.CharField("用户名", max_length=150, blank=True)
    address = models.CharField("地址", max_length=45, blank=True)
    target = models.CharField("对象", max_length=255, blank=True)
    detail = models.CharField("说明", max_length=255, blank=True)
    sequence = models.PositiveBigIntegerField("序号", null=True, unique=True)
    previous = models.CharField("前一条的校验值", max_length=64, blank=True)
    key_id = models.CharField("密钥标识", max_length=8, blank=True)
    mac = models.CharField("校验值", max_length=64, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "安全审计记录"
        ordering = ["-pk"]
        indexes = [models.Index(fields=["id"], condition=models.Q(sequence=None), name="event_unsealed")]

    def __str__(self):
        return f"{self.get_kind_display()} {self.target}".strip()

    def contents(self):
        """Return what the row's check value speaks for, in a fixed order."""
        return [
            self.sequence, self.at.timestamp(), self.kind, self.success, self.user_key, self.username, self.address,
            self.target, self.detail, self.previous, self.key_id,
        ]  # fmt: skip


class ChainHead(models.Model):
    """Which rows the chain has: one row of this model, so that rows taken from either end are missed."""

    first = models.PositiveBigIntegerField("第一条的序号", default=1)
    before_first = models.CharField("第一条之前的校验值", max_length=64, blank=True)
    last = models.PositiveBigIntegerField("最后一条的序号", default=0)
    last_mac = models.CharField("最后一条的校验值", max_length=64, blank=True)
    key_id = models.CharField("密钥标识", max_length=8, blank=True)
    mac = models.CharField("校验值", max_length=64, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "审计链"

    def __str__(self):
        return f"{self.last}:{self.last_mac}"

    def contents(self):
        """Return what the head's check value speaks for, in a fixed order."""
        return ["head", self.first, self.before_first, self.last, self.last_mac, self.key_id]
