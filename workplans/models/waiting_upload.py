"""Files that wait to be read: too large, or too many, to be read while their sender's page waits."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q

from .scoping import choice_constraint

SILENT = timedelta(minutes=3)  # reading takes a minute and a half at most: whoever reads for longer is gone
KEPT = timedelta(hours=24)


class WaitingUploadStatus(models.TextChoices):
    """Where a file stands."""

    WAITING = "waiting", "排队中"
    RUNNING = "running", "正在读取"
    DONE = "done", "已读完"
    FAILED = "failed", "没有读成"


class WaitingUploadQuerySet(models.QuerySet):
    """Which files?"""

    def visible_to(self, user):
        """Return the user's own: what somebody is about to enter is nobody else's business."""
        return self.filter(user_id=user.pk)

    def unfinished(self):
        """Return those still to be read."""
        return self.filter(status__in=(WaitingUploadStatus.WAITING, WaitingUploadStatus.RUNNING))

    def interrupted(self, now):
        """Return those whose reader is gone: killed, or the machine restarted."""
        return self.filter(status=WaitingUploadStatus.RUNNING, started_at__lt=now - SILENT)

    def expired(self, now):
        """Return those to be thrown away."""
        return self.filter(asked_at__lt=now - KEPT)

    def light(self):
        """Leave out the bytes."""
        return self.defer("content")


class WaitingUpload(models.Model):
    """待读文件: the bytes as sent, what is to be made of them (`kind`, `arguments`), and in the end where that is shown."""

    Status = WaitingUploadStatus

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, verbose_name="上传人", related_name="waiting_uploads"
    )
    kind = models.CharField("用途", max_length=20)
    arguments = models.JSONField("参数", default=dict)
    name = models.CharField("文件名", max_length=255)
    content = models.BinaryField("原文件")
    sha256 = models.CharField("SHA-256", max_length=64)
    status = models.CharField("状态", max_length=10, choices=Status, default=Status.WAITING)
    ahead_at_first = models.PositiveIntegerField("排队时前面的份数", default=0)
    tries = models.PositiveSmallIntegerField("读过几次", default=0)
    asked_at = models.DateTimeField("上传时间")
    started_at = models.DateTimeField("开始读取", null=True, blank=True)
    finished_at = models.DateTimeField("读完时间", null=True, blank=True)
    address = models.CharField("结果", max_length=255, blank=True)
    problem = models.TextField("原因", blank=True)
    hint = models.TextField("怎样改正", blank=True)

    objects = WaitingUploadQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "待读文件"
        ordering = ["-asked_at", "-pk"]
        constraints = [
            choice_constraint("status", WaitingUploadStatus, "waiting_upload", "状态"),
            models.UniqueConstraint(
                fields=["user"], condition=Q(status=WaitingUploadStatus.RUNNING), name="waiting_upload_one_a_person",
                violation_error_message="每个人同时只能读取一份文件。",
            ),
        ]  # fmt: skip

    def __str__(self):
        return self.name

    @property
    def is_unfinished(self) -> bool:
        """Say whether it is still to be read."""
        return self.status in (self.Status.WAITING, self.Status.RUNNING)

    def is_interrupted(self, now: datetime) -> bool:
        """Say whether the process that read it is gone."""
        return self.status == self.Status.RUNNING and self.started_at < now - SILENT
