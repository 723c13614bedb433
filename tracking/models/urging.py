"""催办 and 通知: who was asked for a report, and what a person was told on a day."""

from django.conf import settings
from django.db import models

from workplans.models.scoping import Scoped

from .report import Report


class Urge(Scoped):
    """催办: one supervisor asked once for one report."""

    organization_path = "report__item__plan__organization_id"

    report = models.ForeignKey(Report, models.PROTECT, verbose_name="进展报告", related_name="urges")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="催办人", related_name="+")
    at = models.DateTimeField("催办时间")
    note = models.TextField("催办内容", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "催办"
        ordering = ["-at", "-pk"]

    def __str__(self):
        return f"催办 {self.report}"


class DigestQuerySet(models.QuerySet):
    """Which digests?"""

    def visible_to(self, user):
        """Return the user's own: nobody reads another person's notices."""
        return self.filter(user_id=user.pk)


class Digest(models.Model):
    """通知: everything one person is told on one day, in the application and, where SMTP is set, as one mail."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, verbose_name="收件人", related_name="digests")
    on = models.DateField("日期")
    body = models.TextField("内容")
    links = models.JSONField(
        "去处", default=list, blank=True
    )  # [line from 0, place of `leading.PLACES`, row there or null]
    mailed_at = models.DateTimeField("邮件发出时间", null=True, blank=True)
    read_at = models.DateTimeField("已读时间", null=True, blank=True)

    objects = DigestQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "通知"
        ordering = ["-on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "on"], name="digest_once_a_day", violation_error_message="这一天的通知已经发过。"
            ),
        ]

    def __str__(self):
        return f"{self.on} {self.user}"
