"""我的筛选: a filter of a plan's board that one person keeps under a name."""

from django.conf import settings
from django.db import models

from workplans.models import Plan


class SavedViewQuerySet(models.QuerySet):
    """Which saved views?"""

    def visible_to(self, user):
        """Return the user's own."""
        return self.filter(user_id=user.pk)


class SavedView(models.Model):
    """我的筛选: `query` is the filter as it stands in the address, without the period."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, verbose_name="用户", related_name="saved_views")
    plan = models.ForeignKey(Plan, models.CASCADE, verbose_name="工作计划", related_name="saved_views")
    name = models.CharField("名称", max_length=40)
    query = models.CharField("筛选条件", max_length=500)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "我的筛选"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "plan", "name"],
                name="saved_view_name_unique",
                violation_error_message="您已有同名的筛选。",
            ),
        ]

    def __str__(self):
        return self.name
