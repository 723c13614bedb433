"""批示 and 问答: what a leader asks of offices and what they answer; what is asked and answered about one report.

All of it is append-only: what was said stays said.
"""

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef

from workplans.models import Item, Office
from workplans.models.scoping import Scoped, ScopedQuerySet

from .report import Report


class Instruction(Scoped):
    """批示: a leader says something on an item, or on one of its reports, to one office or several."""

    append_only = True

    organization_path = "item__plan__organization_id"

    item = models.ForeignKey(Item, models.PROTECT, verbose_name="工作事项", related_name="instructions")
    report = models.ForeignKey(
        Report, models.PROTECT, verbose_name="进展报告", related_name="instructions", null=True, blank=True
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="批示人", related_name="+")
    at = models.DateTimeField("批示时间")
    text = models.TextField("批示内容")
    due_on = models.DateField("回复期限", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "批示"
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(text=""),
                name="instruction_says_something",
                violation_error_message="请写批示内容。",
            ),
        ]

    def __str__(self):
        return self.text if len(self.text) <= 40 else f"{self.text[:40]}…"


class AddressedQuerySet(ScopedQuerySet):
    """Which offices were addressed?"""

    def unanswered(self):
        """Return those that owe an answer."""
        return self.filter(~Exists(InstructionAnswer.objects.filter(addressed=OuterRef("pk"))))


class InstructionOffice(Scoped):
    """One office a 批示 is addressed to; it owes an answer until it gives one."""

    append_only = True

    organization_path = "instruction__item__plan__organization_id"

    instruction = models.ForeignKey(Instruction, models.PROTECT, verbose_name="批示", related_name="addressed")
    office = models.ForeignKey(Office, models.PROTECT, verbose_name="科室", related_name="+")
    office_name = models.CharField("当时的科室名称", max_length=60)

    objects = AddressedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "批示对象"
        ordering = ["instruction", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["instruction", "office"],
                name="instruction_once_an_office",
                violation_error_message="同一份批示对一个科室只送一次。",
            ),
        ]

    def __str__(self):
        return self.office_name


class InstructionAnswer(Scoped):
    """回复: what an office answers."""

    append_only = True

    organization_path = "addressed__instruction__item__plan__organization_id"

    addressed = models.ForeignKey(InstructionOffice, models.PROTECT, verbose_name="批示对象", related_name="answers")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="回复人", related_name="+")
    at = models.DateTimeField("回复时间")
    text = models.TextField("回复内容")

    class Meta:
        verbose_name = verbose_name_plural = "批示回复"
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(text=""), name="answer_says_something", violation_error_message="请写回复内容。"
            ),
        ]

    def __str__(self):
        return f"{self.addressed} 回复"


class Remark(Scoped):
    """问答: a question of the supervisors about a report, or an answer of its office; the report's state stays as it is."""

    append_only = True

    organization_path = "report__item__plan__organization_id"

    report = models.ForeignKey(Report, models.PROTECT, verbose_name="进展报告", related_name="remarks")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="发言人", related_name="+")
    at = models.DateTimeField("时间")
    is_from_office = models.BooleanField("科室所说", default=False)
    text = models.TextField("内容")

    class Meta:
        verbose_name = verbose_name_plural = "问答"
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(text=""), name="remark_says_something", violation_error_message="请写内容。"
            ),
        ]

    def __str__(self):
        return self.text if len(self.text) <= 40 else f"{self.text[:40]}…"
