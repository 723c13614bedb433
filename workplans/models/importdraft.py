"""Documents on their way in: read, being corrected, not yet stored as a plan."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from workplans import access

from .organization import Organization
from .scoping import Scoped, ScopedQuerySet
from .source import SourceDocument


class ImportDraftQuerySet(ScopedQuerySet):
    """Which drafts?"""

    def visible_to(self, user):
        """Return the drafts of the organizations the user supervises: nobody else sees them."""
        return access.scope_supervised(self, user, self.model.organization_path)

    def waiting(self):
        """Return the drafts neither stored nor given up."""
        return self.filter(confirmed_at=None, dropped_at=None)

    def light(self):
        """Leave out what a list does not show."""
        return self.defer("content", "text", "proof")


class ImportDraft(Scoped):
    """导入草稿: a document as it came and as it was understood, until somebody confirms it or gives it up."""

    organization = models.ForeignKey(Organization, models.PROTECT, verbose_name="单位", related_name="import_drafts")
    name = models.CharField("文件名", max_length=255)
    content = models.BinaryField("原文件")
    sha256 = models.CharField("SHA-256", max_length=64)
    text = models.TextField("文本")
    encoding = models.CharField("编码", max_length=20, blank=True)
    position = models.PositiveIntegerField("文件中的第几份", default=1)
    siblings = models.PositiveIntegerField("文件中共几份", default=1)
    title = models.CharField("标题", max_length=200, blank=True)
    proof = models.JSONField("读出的内容")
    version = models.PositiveIntegerField("版本", default=1)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="上传人", null=True, related_name="+"
    )
    uploaded_at = models.DateTimeField("上传时间")
    changed_at = models.DateTimeField("修改时间")
    confirmed_at = models.DateTimeField("确认时间", null=True, blank=True)
    dropped_at = models.DateTimeField("放弃时间", null=True, blank=True)
    source = models.ForeignKey(
        SourceDocument, models.PROTECT, verbose_name="来源文件", null=True, blank=True, related_name="import_drafts"
    )

    objects = ImportDraftQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "导入草稿"
        ordering = ["-uploaded_at", "position", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "sha256", "position"],
                condition=Q(confirmed_at=None, dropped_at=None),
                name="import_draft_once",
                violation_error_message="这份文件已经上传，正在核对。",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at=None) | Q(dropped_at=None),
                name="import_draft_one_end",
                violation_error_message="导入草稿不能既确认又放弃。",
            ),
        ]

    def __str__(self):
        return self.title or self.name

    def is_open(self) -> bool:
        """Say whether the draft can still be corrected."""
        return self.confirmed_at is None and self.dropped_at is None


class ImportStep(Scoped):
    """修改步骤: one correction of a draft and what stood before it, so that it can be taken back."""

    organization_path = "draft__organization_id"

    draft = models.ForeignKey(ImportDraft, models.CASCADE, verbose_name="导入草稿", related_name="steps")
    label = models.CharField("修改", max_length=200)
    before = models.BinaryField("修改前")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="修改人", null=True, related_name="+")
    at = models.DateTimeField("修改时间")

    class Meta:
        verbose_name = verbose_name_plural = "修改步骤"
        ordering = ["draft", "pk"]

    def __str__(self):
        return self.label
