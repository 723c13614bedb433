"""Scans and photographs on their way in: files whose pages are read from their pictures, one after the other, in the background."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q

from workplans import access

from .importdraft import ImportDraft
from .organization import Organization
from .scoping import Scoped, ScopedQuerySet, choice_constraint

SILENT = timedelta(minutes=12)  # a reader that has not been heard of for so long is gone: one page may take ten


class ScanReadingStatus(models.TextChoices):
    """Where a reading stands."""

    ORDERING = "ordering", "待排序"
    WAITING = "waiting", "等待中"
    RUNNING = "running", "正在识别"
    DONE = "done", "已识别"
    FAILED = "failed", "未完成"


class ScanQuerySet(ScopedQuerySet):
    """Which scans, files and pages?"""

    def visible_to(self, user):
        """Return those of the organizations the user supervises: nobody else sees what is coming in."""
        return access.scope_supervised(self, user, self.model.organization_path)


class ScanReadingQuerySet(ScanQuerySet):
    """Which readings?"""

    def unfinished(self):
        """Return those that have not become drafts, failed ones included: they can be taken up again."""
        return self.exclude(status=ScanReadingStatus.DONE)

    def interrupted(self, now):
        """Return those whose reader has not been heard of for too long."""
        return self.filter(status=ScanReadingStatus.RUNNING, heard_at__lt=now - SILENT)


class ScanReading(Scoped):
    """文字识别: files whose pages are read from their pictures, and how far that is."""

    Status = ScanReadingStatus

    organization = models.ForeignKey(Organization, models.PROTECT, verbose_name="单位", related_name="scan_readings")
    name = models.CharField("文件名", max_length=255)
    sha256 = models.CharField("SHA-256", max_length=64)
    status = models.CharField("状态", max_length=10, choices=ScanReadingStatus, default=ScanReadingStatus.WAITING)
    total = models.PositiveIntegerField("页数", default=0)
    read = models.PositiveIntegerField("已识别", default=0)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="上传人", null=True, related_name="+"
    )
    asked_at = models.DateTimeField("上传时间")
    heard_at = models.DateTimeField("最近更新", null=True, blank=True)
    problem = models.TextField("原因", blank=True)
    drafts = models.ManyToManyField(ImportDraft, verbose_name="导入草稿", blank=True, related_name="scan_readings")

    objects = ScanReadingQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "文字识别"
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "sha256"],
                condition=~Q(status="done"),
                name="scan_reading_once",
                violation_error_message="这份扫描件已经上传，正在识别。",
            ),
            choice_constraint("status", ScanReadingStatus, "scan_reading", "状态"),
        ]

    def __str__(self):
        return self.name

    def is_interrupted(self, now: datetime) -> bool:
        """Say whether the process that read it is gone."""
        return self.status == self.Status.RUNNING and self.heard_at < now - SILENT

    @property
    def page(self) -> int:
        """The page that is being read, counted from 1."""
        return min(self.read + 1, self.total)

    @property
    def percent(self) -> int:
        """How far it is."""
        return min(100, self.read * 100 // self.total) if self.total else 0


class ScanFile(Scoped):
    """扫描文件: one of the files, in the order in which their pages follow each other."""

    organization_path = "reading__organization_id"

    reading = models.ForeignKey(ScanReading, models.CASCADE, verbose_name="文字识别", related_name="files")
    position = models.PositiveIntegerField("次序")
    name = models.CharField("文件名", max_length=255)
    content = models.BinaryField("原文件")
    pages = models.PositiveIntegerField("页数")

    objects = ScanQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "扫描文件"
        ordering = ["reading", "position", "pk"]

    def __str__(self):
        return self.name


class ScanPage(Scoped):
    """扫描页: one page as read, with its straightened picture; two where a picture shows two facing ones."""

    organization_path = "reading__organization_id"

    reading = models.ForeignKey(ScanReading, models.CASCADE, verbose_name="文字识别", related_name="pages")
    number = models.PositiveIntegerField("第几页")
    source = models.PositiveIntegerField("原文件的第几页")  # counted through all files, from 0
    picture = models.BinaryField("图片")
    lines = models.JSONField("识别结果")

    objects = ScanQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "扫描页"
        ordering = ["reading", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["reading", "number"],
                name="scan_page_once",
                violation_error_message="这一页已经识别过。",
            ),
        ]

    def __str__(self):
        return f"{self.reading} 第 {self.number} 页"
