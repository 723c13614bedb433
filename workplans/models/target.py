"""数量目标: what an item promises in numbers."""

from django.db import models
from django.db.models import F, Q

from .plan import Item, ItemPart
from .scoping import choice_constraint


class TargetComparison(models.TextChoices):
    """How the number is meant."""

    AT_LEAST = "at_least", "不低于"
    AT_MOST = "at_most", "不超过"
    EQUAL = "equal", "等于"
    RANGE = "range", "介于"


class Target(ItemPart):
    """数量目标: a number an item promises, such as 不低于20小时, with the clause it stands in."""

    Comparison = TargetComparison

    item = models.ForeignKey(Item, models.CASCADE, verbose_name="工作事项", related_name="targets")
    position = models.PositiveIntegerField("顺序", default=0)
    text = models.CharField("原文", max_length=200, blank=True)
    comparison = models.CharField("比较", max_length=10, choices=Comparison, default=Comparison.EQUAL)
    value = models.DecimalField("数值", max_digits=20, decimal_places=4)
    upper = models.DecimalField(
        "上限", max_digits=20, decimal_places=4, null=True, blank=True, help_text="“介于”两个数之间时填写。"
    )
    unit = models.CharField("计量单位", max_length=20, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "数量目标"
        ordering = ["item", "position", "pk"]
        constraints = [
            choice_constraint("comparison", TargetComparison, "target", "比较"),
            models.CheckConstraint(
                condition=Q(comparison="range", upper__isnull=False, upper__gte=F("value"))
                | (~Q(comparison="range") & Q(upper__isnull=True)),
                name="target_upper_of_range",
                violation_error_message="“介于”要写上限，且不小于数值；其他情况不写上限。",
            ),
        ]

    def __str__(self):
        number = plain(self.value) if self.upper is None else f"{plain(self.value)}—{plain(self.upper)}"
        sign = (
            "" if self.comparison in (self.Comparison.EQUAL, self.Comparison.RANGE) else self.get_comparison_display()
        )
        return f"{sign}{number}{self.unit}"


def plain(number) -> str:
    """Write a number without the zeros behind its last digit."""
    written = f"{number:f}"
    return written.rstrip("0").rstrip(".") if "." in written else written
