"""填报表上传: a filled-in workbook between its preview and its confirmation."""

from datetime import timedelta

from django.conf import settings
from django.db import models

KEPT = timedelta(hours=24)


class FillUploadQuerySet(models.QuerySet):
    """Which uploads?"""

    def visible_to(self, user):
        """Return the user's own: what somebody is about to enter is nobody else's business."""
        return self.filter(user_id=user.pk)

    def waiting(self, now):
        """Return those that can still be confirmed."""
        return self.filter(confirmed_at=None, uploaded_at__gt=now - KEPT)

    def expired(self, now):
        """Return those to be thrown away."""
        return self.filter(uploaded_at__lte=now - KEPT)


class FillUpload(models.Model):
    """填报表上传: the rows of a workbook as they were read, nothing of which is a report yet (adr/0010)."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, verbose_name="上传人", related_name="fill_uploads"
    )
    name = models.CharField("文件名", max_length=255)
    sha256 = models.CharField("SHA-256", max_length=64)
    reading = models.JSONField("读到的内容", default=dict)
    uploaded_at = models.DateTimeField("上传时间")
    confirmed_at = models.DateTimeField("确认时间", null=True, blank=True)

    objects = FillUploadQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "填报表上传"
        ordering = ["-uploaded_at", "-pk"]

    def __str__(self):
        return self.name
