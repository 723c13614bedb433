"""表格版式: how a bureau wants one of its sheets – title, columns, their order, headings and widths."""

from django.db import models
from django.db.models import Q

from workplans.models import Organization
from workplans.models.historical import History
from workplans.models.scoping import Scoped, choice_constraint


class SheetKind(models.TextChoices):
    """The sheets there are (DESIGN 9)."""

    PROGRESS = "progress", "推进情况表"
    BREAKDOWN = "breakdown", "任务分解表"
    LEDGER = "ledger", "督查台账"
    DIFFICULTIES = "difficulties", "困难清单"
    MISSING = "missing", "未报清单"
    COMPARISON = "comparison", "两期对比"


class SheetLayout(Scoped):
    """表格版式: a named layout of one organization for one kind of sheet.

    `columns` lists {"name", "heading", "width"} in order; names are those of the sheet's columns, and one that a later
    version of this software no longer has is passed over.
    """

    organization = models.ForeignKey(Organization, models.PROTECT, verbose_name="单位", related_name="sheet_layouts")
    sheet = models.CharField("表格", max_length=15, choices=SheetKind)
    name = models.CharField("版式名称", max_length=40, help_text="导出时按这个名称选择，如“报区政府”。")
    title = models.CharField("表格标题", max_length=200, blank=True)
    columns = models.JSONField("列", default=list)
    is_standard = models.BooleanField("作为本单位的标准版式", default=False, help_text="导出时不另选版式，就用这一种。")

    history = History(verbose_name="表格版式历史", verbose_name_plural="表格版式历史")

    class Meta:
        verbose_name = verbose_name_plural = "表格版式"
        ordering = ["organization", "sheet", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "sheet", "name"],
                name="sheet_layout_name_unique",
                violation_error_message="本单位的这种表格已有同名的版式。",
            ),
            models.UniqueConstraint(
                fields=["organization", "sheet"],
                condition=Q(is_standard=True),
                name="sheet_layout_one_standard",
                violation_error_message="这种表格已有标准版式，请先取消原来的标准版式。",
            ),
            models.CheckConstraint(
                condition=~Q(name=""), name="sheet_layout_has_name", violation_error_message="请填写版式名称。"
            ),
            models.CheckConstraint(
                condition=~Q(columns=[]),
                name="sheet_layout_has_columns",
                violation_error_message="版式至少要有一列。",
            ),
            choice_constraint("sheet", SheetKind, "sheet_layout", "表格"),
        ]

    def __str__(self):
        return self.name
