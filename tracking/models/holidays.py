"""放假安排: the State Council's notices as the administrator has uploaded them, and due dates moved because of one."""

from django.conf import settings
from django.db import models

from workplans import access
from workplans.models.scoping import Scoped

from .period import Period


class HolidayNoticeQuerySet(models.QuerySet):
    """Which notices?"""

    def visible_to(self, user):
        """Return all to whoever may read them, none to others: they belong to no organization."""
        return self if access.reads_calendar(user, None) is None else self.none()


class HolidayNotice(models.Model):
    """放假安排: one year's notice, its text and what was read from it."""

    year = models.PositiveIntegerField("年度", editable=False)
    text = models.TextField("通知全文")
    off = models.JSONField("放假日期", default=list, editable=False)
    worked = models.JSONField("调休上班日期", default=list, editable=False)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="录入人", editable=False, related_name="+"
    )
    uploaded_at = models.DateTimeField("录入时间", editable=False)

    objects = HolidayNoticeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "放假安排"
        ordering = ["-year"]
        constraints = [
            models.UniqueConstraint(
                fields=["year"], name="holiday_notice_once_a_year", violation_error_message="这一年的放假安排已经录入。"
            ),
        ]

    def __str__(self):
        return f"{self.year}年放假安排"


class DueDateChange(Scoped):
    """截止日期调整: a period's due date moved because of a notice, so that people can be told."""

    organization_path = "period__organization_id"

    period = models.ForeignKey(Period, models.PROTECT, verbose_name="填报期", related_name="due_date_changes")
    from_day = models.DateField("原截止日期")
    to_day = models.DateField("现截止日期")
    reason = models.CharField("原因", max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="操作人", related_name="+")
    at = models.DateTimeField("操作时间")

    class Meta:
        verbose_name = verbose_name_plural = "截止日期调整"
        ordering = ["-at", "-pk"]

    def __str__(self):
        return f"{self.period} {self.from_day} → {self.to_day}"
