"""模板: the Word file a bureau lays out one kind of paper with, in place of our own layout."""

from django.conf import settings
from django.db import models

from workplans.models import Organization
from workplans.models.scoping import Scoped, ScopedQuerySet, choice_constraint

from .paper_kind import PaperKind


class LetterTemplateQuerySet(ScopedQuerySet):
    """Which templates?"""

    def in_use(self, organization_id, kind):
        """Return the template in use; None where the bureau has none or went back to our own layout."""
        last = self.filter(organization_id=organization_id, kind=kind).order_by("-pk").first()
        return last if last and last.content else None


class LetterTemplate(Scoped):
    """模板: each row says what has been in use from then on, a file or (without one) our own layout; none is changed."""

    append_only = True

    organization = models.ForeignKey(Organization, models.PROTECT, verbose_name="单位", related_name="letter_templates")
    kind = models.CharField("种类", max_length=10, choices=PaperKind)
    name = models.CharField("文件名", max_length=255, blank=True)
    content = models.BinaryField("模板文件", null=True)
    sha256 = models.CharField("SHA-256", max_length=64, blank=True)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="上传人", related_name="+")
    uploaded_at = models.DateTimeField("上传时间")

    objects = LetterTemplateQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "模板"
        ordering = ["-pk"]
        constraints = [choice_constraint("kind", PaperKind, "letter_template", "种类")]

    def __str__(self):
        return self.name or "标准版式"
