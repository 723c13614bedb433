"""里程碑: what an item reaches by when, on its way; and how many items bring theirs along without another query."""

import json
from datetime import date
from decimal import Decimal

from django.db import models
from django.db.models import OuterRef, Q, Subquery

from .historical import History
from .plan import Item, ItemPart


class Milestone(ItemPart):
    """里程碑: a phase the document or a person names; `words` is when it is due as the document says it (一季度目标).

    What 应达进度 makes of it is told in `tracking/expected.py`.
    """

    item = models.ForeignKey(Item, models.CASCADE, verbose_name="工作事项", related_name="milestones")
    position = models.PositiveIntegerField("顺序", default=0)
    what = models.TextField("里程碑")
    words = models.CharField("时间原文", max_length=60, blank=True, help_text="文件中的说法，如“一季度目标”。")
    due_on = models.DateField("应完成日期", null=True, blank=True)
    expected_percent = models.DecimalField(
        "应达进度（%）",
        max_digits=4,
        decimal_places=1,
        null=True,
        blank=True,
        help_text="到这一天应当完成整个事项的百分之几；不填则只提醒日期，不改变应达进度。",
    )
    done_on = models.DateField("完成日期", null=True, blank=True)

    history = History(verbose_name="里程碑历史", verbose_name_plural="里程碑历史")

    class Meta:
        verbose_name = verbose_name_plural = "里程碑"
        ordering = ["item_id", "position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(expected_percent=None) | Q(expected_percent__gte=0, expected_percent__lte=100),
                name="milestone_expected_in_range",
                violation_error_message="里程碑的应达进度应在 0 到 100 之间。",
            ),
            models.CheckConstraint(
                condition=Q(expected_percent=None) | Q(due_on__isnull=False),
                name="milestone_expected_by_a_day",
                violation_error_message="写了应达进度，就要写应完成日期。",
            ),
            models.CheckConstraint(
                condition=Q(due_on__isnull=False) | ~Q(words=""),
                name="milestone_has_a_time",
                violation_error_message="请填写里程碑的应完成日期。",
            ),
        ]

    def __str__(self):
        return self.what


COLUMNS = ("id", "item_id", "position", "what", "words", "due_on", "expected_percent", "done_on")


def _milestone(row) -> Milestone:
    """Return the milestone one row of COLUMNS tells of."""
    values = dict(zip(COLUMNS, row, strict=True))
    for name in ("due_on", "done_on"):
        values[name] = values[name] and date.fromisoformat(values[name])
    if values["expected_percent"] is not None:
        values["expected_percent"] = Decimal(values["expected_percent"])
    return Milestone(**values)


class MilestoneRows(models.TextField):
    """What `MilestonesOf` gives: a list of milestones."""

    def from_db_value(self, value, expression, connection):
        """Return the milestones written in a text of JSON."""
        return [_milestone(row) for row in json.loads(value or "[]", parse_float=Decimal)]


class MilestonesOf(Subquery):
    """The milestones of each item as a column of the query for items: a board has no query to spare."""

    output_field = MilestoneRows()
    template = f"(SELECT json_group_array(json_array({', '.join(COLUMNS)})) FROM (%(subquery)s) AS rows_of_item)"

    def __init__(self):
        super().__init__(Milestone.objects.filter(item=OuterRef("pk")).order_by("position", "pk").values(*COLUMNS))

    def as_postgresql(self, compiler, connection):
        """PostgreSQL has other names for the same."""
        template = (
            f"(SELECT json_agg(json_build_array({', '.join(COLUMNS)}))::text FROM (%(subquery)s) AS rows_of_item)"
        )
        return self.as_sql(compiler, connection, template=template)
