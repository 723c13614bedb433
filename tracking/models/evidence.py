"""附件: what an office lays beside its report."""

from pathlib import PurePath

from django.conf import settings
from django.db import models

from workplans.models.scoping import Scoped

from .report import Report

SHOWN = (".pdf", ".jpg", ".jpeg", ".png")  # attaching gives a file an ending that says what it is


class Evidence(Scoped):
    """佐证附件 of a report, kept in the database so that a backup of one is a backup of both."""

    organization_path = "report__item__plan__organization_id"

    report = models.ForeignKey(Report, models.PROTECT, verbose_name="进展报告", related_name="evidence")
    name = models.CharField("文件名", max_length=255)
    content = models.BinaryField("内容")
    size = models.PositiveIntegerField("字节数")
    sha256 = models.CharField("SHA-256", max_length=64)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="上传人", related_name="+")
    uploaded_at = models.DateTimeField("上传时间")

    class Meta:
        verbose_name = verbose_name_plural = "佐证附件"
        ordering = ["report", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "sha256"],
                name="evidence_once",
                violation_error_message="这份进展报告已有相同的附件。",
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def is_shown(self) -> bool:
        """Say whether it is offered for looking at in the page; what it is, is told by its content when it is asked for."""
        return PurePath(self.name).suffix.lower() in SHOWN
