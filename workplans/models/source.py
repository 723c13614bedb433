"""The files that came in."""

import hashlib

from django.conf import settings
from django.db import models

from .organization import Organization
from .scoping import Scoped, choice_constraint


class SourceKind(models.TextChoices):
    """What the document was understood to be."""

    PLAN = "plan", "工作计划"
    FEEDBACK = "feedback", "进展反馈"


class SourceDocument(Scoped):
    """来源文件: a document as it came, byte for byte, and the text read from it."""

    Kind = SourceKind

    organization = models.ForeignKey(Organization, models.PROTECT, verbose_name="单位", related_name="source_documents")
    name = models.CharField("文件名", max_length=255)
    kind = models.CharField("种类", max_length=10, choices=Kind)
    content = models.BinaryField("原文件")
    sha256 = models.CharField("SHA-256", max_length=64)
    encoding = models.CharField("编码", max_length=20, blank=True)
    text = models.TextField("文本")
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="导入人", null=True, blank=True, related_name="+"
    )
    uploaded_at = models.DateTimeField("导入时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "来源文件"
        ordering = ["-uploaded_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "sha256"],
                name="source_document_once",
                violation_error_message="这份文件已经导入过。",
            ),
            choice_constraint("kind", SourceKind, "source_document", "种类"),
        ]

    def __str__(self):
        return self.name

    @staticmethod
    def digest(content: bytes) -> str:
        """Return the SHA-256 of `content` in hexadecimal."""
        return hashlib.sha256(content).hexdigest()
