"""填报期: a stretch of the year that is reported on together."""

from datetime import date, timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from workplans.models import Office, Organization
from workplans.models.scoping import Scoped, ScopedQuerySet, choice_constraint


class PeriodQuerySet(ScopedQuerySet):
    """Which periods?"""

    def covering(self, plan):
        """Return the periods of the plan's organization whose `as_of` lies in the plan's span, oldest first."""
        return self.filter(organization_id=plan.organization_id, as_of__range=(plan.start_on, plan.end_on)).order_by(
            "as_of", "pk"
        )


class PeriodStatus(models.TextChoices):
    """Where a period stands."""

    UPCOMING = "upcoming", "未开放"
    OPEN = "open", "填报中"
    CLOSED = "closed", "已截止"
    ARCHIVED = "archived", "已归档"


class Period(Scoped):
    """填报期, such as 2020年1-10月: `start_on` to `as_of` is reported on, from `opens_on` to `due_on`."""

    Status = PeriodStatus

    organization = models.ForeignKey(Organization, models.PROTECT, verbose_name="单位", related_name="periods")
    label = models.CharField("名称", max_length=60, help_text="如 2024年1-10月。")
    year = models.PositiveIntegerField("年度")
    start_on = models.DateField("起始日期")
    as_of = models.DateField("截至日期", help_text="应达进度算到这一天。")
    opens_on = models.DateField("开放日期")
    due_on = models.DateField("报送截止")
    due_rule = models.CharField(
        "截止规则", max_length=40, blank=True, editable=False, help_text="如“每月第1个工作日”；截止日期手工填写时为空。"
    )
    grace_days = models.PositiveSmallIntegerField("宽限天数", default=0)
    status = models.CharField("状态", max_length=10, choices=Status, default=Status.UPCOMING)

    objects = PeriodQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "填报期"
        ordering = ["-as_of", "-pk"]
        indexes = [models.Index(fields=["-as_of", "-id"], name="period_latest")]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "label"],
                name="period_label_unique",
                violation_error_message="本单位已有同名的填报期。",
            ),
            models.CheckConstraint(
                condition=Q(as_of__gte=F("start_on")),
                name="period_span_ordered",
                violation_error_message="截至日期不能早于起始日期。",
            ),
            models.CheckConstraint(
                condition=Q(due_on__gte=F("opens_on")),
                name="period_due_after_opening",
                violation_error_message="报送截止不能早于开放日期。",
            ),
            choice_constraint("status", PeriodStatus, "period", "状态"),
        ]

    def __str__(self):
        return self.label

    @property
    def last_day(self) -> date:
        """The last day of grace."""
        return self.due_on + timedelta(days=self.grace_days)

    def is_open(self) -> bool:
        """Say whether reports of the period can be written."""
        return self.status == self.Status.OPEN


class Reopening(Scoped):
    """重新开放: a closed period opened again for one office, with the reason."""

    organization_path = "period__organization_id"

    period = models.ForeignKey(Period, models.PROTECT, verbose_name="填报期", related_name="reopenings")
    office = models.ForeignKey(Office, models.PROTECT, verbose_name="科室", related_name="+")
    until = models.DateField("开放到")
    reason = models.CharField("原因", max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="操作人", related_name="+")
    at = models.DateTimeField("操作时间")

    class Meta:
        verbose_name = verbose_name_plural = "重新开放"
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason=""), name="reopening_has_reason", violation_error_message="请写明重新开放的原因。"
            ),
        ]

    def __str__(self):
        return f"{self.period} {self.office}"
