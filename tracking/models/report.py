"""进展报告: what an office says of an item in a period."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Case, F, Q, When
from django.utils.functional import cached_property

from workplans.models import Item, Office, Task
from workplans.models.historical import History
from workplans.models.scoping import Scoped, ScopedQuerySet, choice_constraint

from .difficulty import names_difficulty, naming_difficulty
from .owing import OwingOffice, OwingOfficeName
from .period import Period, PeriodStatus

RUNNING = (PeriodStatus.UPCOMING, PeriodStatus.OPEN)  # what the names of offices are still taken from the offices in


class ReportTexts(models.Model):
    """The three texts an item and each of its tasks report."""

    progress = models.TextField("目前进展情况", blank=True)
    difficulties = models.TextField("存在的困难", blank=True)
    next_steps = models.TextField("下一步工作措施", blank=True)

    class Meta:
        abstract = True


class ReportStatus(models.TextChoices):
    """The states of DESIGN 4."""

    DRAFT = "draft", "填报中"
    OFFICE_REVIEW = "office_review", "待科室审核"
    BUREAU_REVIEW = "bureau_review", "待办公室审核"
    APPROVED = "approved", "已通过"
    RETURNED = "returned", "已退回"


def status_label(status, saved_at) -> str:
    """Return a state as shown: 待填报 while nothing is saved yet."""
    is_untouched = status == ReportStatus.DRAFT and saved_at is None
    return "待填报" if is_untouched else ReportStatus(status).label


def compiled_text(own, parts) -> str:
    """Return a report's own text, then those of its tasks: `parts` are pairs of task and text."""
    texts = [own.strip(), *(f"【{task}】{text.strip()}" for task, text in parts if text.strip())]
    return "\n".join(text for text in texts if text)


def unreported(path: str = "") -> Q:
    """Return the condition of 未报 on reports at `path`: their item is under way, and they lie with their office."""
    return Q(**{f"{path}item__status": Item.Status.ACTIVE, f"{path}status__in": Report.EDITABLE})


class ReportQuerySet(ScopedQuerySet):
    """Which reports?"""

    def writable(self):
        """Return the reports whose period lets them be written, as `Report.period_refusal` says it of one."""
        closed = Q(period__status=Period.Status.CLOSED)
        may_follow = Q(is_reopened=True) | Q(status=Report.Status.RETURNED)
        return self.filter(Q(period__status=Period.Status.OPEN) | (closed & may_follow))

    def owed(self):
        """Return the reports of items under way: a suspended, cancelled or closed item owes none."""
        return self.filter(item__status=Item.Status.ACTIVE)

    def unreported(self):
        """Return the owed reports that lie with their office: never sent, taken back, or sent back (未报)."""
        return self.filter(unreported())

    def unfinished(self):
        """Return the owed reports that are not approved yet."""
        return self.owed().exclude(status=Report.Status.APPROVED)

    def with_difficulties_named(self):
        """Return the reports with `names_difficulty`: whether they, or one of their tasks, name one."""
        return self.annotate(names_difficulty=naming_difficulty(TaskReport.objects.all()))


class Report(ReportTexts, Scoped):
    """进展报告: one row per item and period from the moment the period opens; null percent is 未填, 0 is 0."""

    Status = ReportStatus

    EDITABLE = (Status.DRAFT, Status.RETURNED)

    organization_path = "item__plan__organization_id"

    item = models.ForeignKey(Item, models.PROTECT, verbose_name="工作事项", related_name="reports")
    period = models.ForeignKey(Period, models.PROTECT, verbose_name="填报期", related_name="reports")
    completion_percent = models.DecimalField(
        "完成率",
        max_digits=4,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(0, "完成率不能小于 0。"), MaxValueValidator(100, "完成率不能大于 100。")],
        help_text="0 到 100；没有填写与 0 不同。",
    )
    unchanged = models.BooleanField("本期无新进展", default=False)
    unchanged_reason = models.CharField("无新进展的原因", max_length=200, blank=True)
    status = models.CharField("状态", max_length=15, choices=Status, default=Status.DRAFT)
    version = models.PositiveIntegerField("版本", default=0, editable=False)
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="填写人", null=True, blank=True, related_name="+"
    )
    saved_at = models.DateTimeField("填写时间", null=True, blank=True)
    office = OwingOffice(
        Office,
        models.PROTECT,
        verbose_name="填报科室",
        null=True,
        blank=True,
        editable=False,
        related_name="owed_reports",
        help_text="填报期开启时记下；事项以后改由别的科室负责，已截止的填报期不变。",
    )
    office_name = OwingOfficeName("当时的科室名称", max_length=60, blank=True, editable=False)
    # [role, name] of each office named for the item, as the period closed with them; None while it is open.
    named_offices = models.JSONField("当时的责任分工", null=True, blank=True, editable=False)
    is_reopened = models.BooleanField("截止后重新开放", default=False, editable=False)
    on_behalf = models.BooleanField("督办员代填", default=False, editable=False)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="提交人", null=True, blank=True, related_name="+"
    )
    submitted_at = models.DateTimeField("首次报送时间", null=True, blank=True)

    objects = ReportQuerySet.as_manager()
    history = History(
        verbose_name="进展报告历史",
        verbose_name_plural="进展报告历史",
        excluded_fields=["office_name", "named_offices"],
    )

    class Meta:
        verbose_name = verbose_name_plural = "进展报告"
        ordering = ["-period__as_of", "item__plan", "item__position"]
        indexes = [
            models.Index(fields=["status", "-period", "item"], name="report_in_state"),  # what waits; lists by state
            models.Index(fields=["-period", "item"], name="report_newest_period"),  # the list of all reports
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "period"],
                name="report_once_per_period",
                violation_error_message="这个事项在这个填报期已有进展报告。",
            ),
            models.CheckConstraint(
                condition=Q(completion_percent__isnull=True) | Q(completion_percent__range=(0, 100)),
                name="report_percent_in_range",
                violation_error_message="完成率应在 0 到 100 之间。",
            ),
            models.CheckConstraint(
                condition=Q(unchanged=False) | ~Q(unchanged_reason=""),
                name="report_unchanged_has_reason",
                violation_error_message="选择“本期无新进展”时请写明原因。",
            ),
            choice_constraint("status", ReportStatus, "report", "状态"),
        ]

    def __str__(self):
        return f"{self.item}（{self.period}）"

    @property
    def status_label(self) -> str:
        """The state as shown: 待填报 while nothing is saved yet."""
        return status_label(self.status, self.saved_at)

    @property
    def owed_by(self) -> str:
        """The name of the office that had to report, "" for none: its name then, once the period has closed."""
        if self.office_id is None:
            return ""
        return self.office.name if self.period.status in RUNNING else self.office_name

    @cached_property
    def parts(self) -> list["TaskReport"]:
        """What was said of the item's tasks, in their order; where many reports are shown, prefetched under this name."""
        return list(self.task_reports.all())

    def compiled(self, field: str) -> str:
        """Return the whole text of `field` (progress, difficulties or next_steps): the report's own, then its tasks'."""
        return compiled_text(getattr(self, field), [(part.task, getattr(part, field)) for part in self.parts])

    @property
    def has_difficulties(self) -> bool:
        """Say whether the report names a difficulty, its own or one of its tasks'."""
        return any(names_difficulty(text.difficulties) for text in (self, *self.parts))

    def period_refusal(self) -> str | None:
        """Say why the period keeps the report from being written; None if it lets it."""
        # What was sent back is to be mended, also when the period has closed meanwhile.
        may_follow = self.is_reopened or self.status == self.Status.RETURNED
        closed = self.period.status == Period.Status.CLOSED
        if self.period.is_open() or (closed and may_follow):
            return None
        return f"填报期“{self.period}”{self.period.get_status_display()}，不能填写。"

    def editing_refusal(self) -> str | None:
        """Say why nobody can edit the report now; None if its state and period allow it."""
        if refused := self.period_refusal():
            return refused
        if self.status not in self.EDITABLE:
            return f"这份进展报告{self.get_status_display()}，不能再改；需要改动时请先撤回或请审核人退回。"
        return None


# As `Report.owed_by` says it of one report.
OWED_BY = Case(
    When(period__status__in=RUNNING, then=F("office__name")), default=F("office_name"), output_field=models.CharField()
)


class TaskReport(ReportTexts, Scoped):
    """分项进展: what is said of one task of the item."""

    organization_path = "report__item__plan__organization_id"

    report = models.ForeignKey(Report, models.CASCADE, verbose_name="进展报告", related_name="task_reports")
    task = models.ForeignKey(Task, models.PROTECT, verbose_name="分解任务", related_name="task_reports")
    # progress, difficulties, next_steps → the task's headings as an imported letter prints them in that chapter.
    printed_headings = models.JSONField("原件中的标题", default=dict, blank=True, editable=False)

    history = History(verbose_name="分项进展历史", verbose_name_plural="分项进展历史")

    class Meta:
        verbose_name = verbose_name_plural = "分项进展"
        ordering = ["report", "task__position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "task"],
                name="task_report_once",
                violation_error_message="这项分解任务已有分项进展。",
            ),
        ]

    def __str__(self):
        return str(self.task)


class ReportStep(models.TextChoices):
    """The steps of DESIGN 4, and the letter that brings reports of its own; `tracking/reports/workflow.py` says who may."""

    SUBMIT = "submit", "提交"
    WITHDRAW = "withdraw", "撤回"
    ENDORSE = "endorse", "审核通过"
    APPROVE = "approve", "通过"
    RETURN = "return", "退回"
    REOPEN = "reopen", "更正"
    IMPORT = "import", "导入"


class ReportEvent(Scoped):
    """流转记录: one step of a report's way, append-only."""

    append_only = True

    organization_path = "report__item__plan__organization_id"

    report = models.ForeignKey(Report, models.PROTECT, verbose_name="进展报告", related_name="events")
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="操作人", null=True, related_name="+"
    )
    at = models.DateTimeField("时间")
    action = models.CharField("操作", max_length=20, choices=ReportStep)
    from_status = models.CharField("原状态", max_length=15, choices=Report.Status)
    to_status = models.CharField("新状态", max_length=15, choices=Report.Status)
    note = models.TextField("说明", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "流转记录"
        ordering = ["report", "at", "pk"]
        constraints = [
            choice_constraint("action", ReportStep, "report_event", "操作"),
            choice_constraint("from_status", ReportStatus, "report_event", "原状态"),
            choice_constraint("to_status", ReportStatus, "report_event", "新状态"),
        ]

    def __str__(self):
        return f"{self.get_action_display()} → {self.get_to_status_display()}"
