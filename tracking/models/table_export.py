"""导出任务: one large table somebody asked for, from waiting to the file."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models

from workplans.models.scoping import choice_constraint

SILENT = timedelta(minutes=2)  # a writer that has not been heard of for so long is gone


class TableExportQuerySet(models.QuerySet):
    """Which exports?"""

    def visible_to(self, user):
        """Return the user's own: nobody gets another person's table."""
        return self.filter(user_id=user.pk)

    def unfinished(self):
        """Return those still to be written."""
        return self.filter(status__in=(TableExportStatus.WAITING, TableExportStatus.RUNNING))

    def interrupted(self, now):
        """Return those whose writer has not been heard of for too long."""
        return self.filter(status=TableExportStatus.RUNNING, heard_at__lt=now - SILENT)


class TableExportStatus(models.TextChoices):
    """Where an export stands."""

    WAITING = "waiting", "等待中"
    RUNNING = "running", "正在写入"
    DONE = "done", "已完成"
    FAILED = "failed", "未完成"


class TableExportFormat(models.TextChoices):
    """What kind of file."""

    XLSX = "xlsx", "Excel 工作簿（.xlsx）"
    CSV = "csv", "CSV 文件（.csv）"


class TableExport(models.Model):
    """导出任务: who asked for which rows in which format, how far it is, and where the file lies."""

    Status = TableExportStatus
    Format = TableExportFormat

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, verbose_name="导出人", related_name="table_exports"
    )
    filters = models.JSONField("筛选条件", default=dict)
    words = models.CharField("范围", max_length=500)
    file_format = models.CharField("格式", max_length=5, choices=Format, default=Format.XLSX)
    status = models.CharField("状态", max_length=10, choices=Status, default=Status.WAITING)
    total = models.PositiveIntegerField("行数", default=0)
    written = models.PositiveIntegerField("已写入", default=0)
    asked_at = models.DateTimeField("提出时间")
    heard_at = models.DateTimeField("最近更新", null=True, blank=True)
    finished_at = models.DateTimeField("完成时间", null=True, blank=True)
    file = models.CharField("文件", max_length=60, blank=True)
    size = models.PositiveBigIntegerField("大小", default=0)
    problem = models.TextField("原因", blank=True)

    objects = TableExportQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "导出任务"
        ordering = ["-asked_at", "-pk"]
        constraints = [
            choice_constraint("status", TableExportStatus, "table_export", "状态"),
            choice_constraint("file_format", TableExportFormat, "table_export", "格式"),
        ]

    def __str__(self):
        return f"分析表（{self.words}）"

    @property
    def is_unfinished(self) -> bool:
        """Say whether the file is still to come."""
        return self.status in (self.Status.WAITING, self.Status.RUNNING)

    def is_interrupted(self, now: datetime) -> bool:
        """Say whether the process that wrote it is gone."""
        return self.status == self.Status.RUNNING and self.heard_at < now - SILENT

    @property
    def percent(self) -> int:
        """How far it is."""
        return min(100, self.written * 100 // self.total) if self.total else 0

    @property
    def file_name(self) -> str:
        """The name the file gets when it is downloaded."""
        return f"分析表_{self.asked_at.astimezone():%Y%m%d_%H%M}.{self.file_format}"
