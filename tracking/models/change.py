"""变更: one history row as it stands in the feed of changes that other systems read."""

from django.db import models

from workplans.models import Organization
from workplans.models.scoping import Scoped


class Change(Scoped):
    """变更: `position` (the key) is given when the row is first seen, so that it grows in the order in which others see it."""

    kind = models.CharField("类别", max_length=20)
    history_id = models.BigIntegerField("历史编号")
    organization = models.ForeignKey(
        Organization, models.CASCADE, verbose_name="单位", related_name="+", null=True, blank=True
    )

    class Meta:
        verbose_name = verbose_name_plural = "变更"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["kind", "history_id"], name="change_once")]

    def __str__(self):
        return f"{self.kind} {self.history_id}"
