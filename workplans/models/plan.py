"""Plans, their sections, items, tasks and assignments."""

from functools import cached_property

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from .historical import History
from .organization import Office, Organization
from .scoping import Scoped, ScopedQuerySet, choice_constraint
from .source import SourceDocument


class PlanKind(models.TextChoices):
    """What span a plan covers."""

    ANNUAL = "annual", "年度工作要点"
    HALF_YEAR = "half_year", "半年工作计划"
    SPECIAL = "special", "专项工作"


class PlanStatus(models.TextChoices):
    """Where a plan stands."""

    DRAFT = "draft", "拟定"
    ISSUED = "issued", "已下达"
    ARCHIVED = "archived", "已归档"


class Plan(Scoped):
    """工作计划: one issued (or drawn up) work plan of an organization."""

    Kind = PlanKind
    Status = PlanStatus

    organization = models.ForeignKey(Organization, models.PROTECT, verbose_name="单位", related_name="plans")
    title = models.CharField("标题", max_length=200)
    document_number = models.CharField("文号", max_length=60, blank=True)
    year = models.PositiveIntegerField("年度")
    kind = models.CharField("类别", max_length=10, choices=Kind, default=Kind.ANNUAL)
    start_on = models.DateField("开始日期")
    end_on = models.DateField("结束日期")
    issuer = models.CharField("印发机关", max_length=100, blank=True)
    issued_on = models.DateField("印发日期", null=True, blank=True)
    preamble = models.TextField("前言", blank=True)
    closing = models.TextField("结语", blank=True)
    status = models.CharField("状态", max_length=10, choices=Status, default=Status.DRAFT)
    source = models.ForeignKey(
        SourceDocument, models.PROTECT, verbose_name="来源文件", related_name="plans", null=True, blank=True
    )

    class Meta:
        verbose_name = verbose_name_plural = "工作计划"
        ordering = ["-year", "organization", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "year", "title"],
                name="plan_title_unique",
                violation_error_message="本单位这一年度已有同名的工作计划。",
            ),
            models.CheckConstraint(
                condition=Q(end_on__gte=F("start_on")),
                name="plan_span_ordered",
                violation_error_message="结束日期不能早于开始日期。",
            ),
            models.CheckConstraint(
                condition=Q(year__range=(1949, 2100)),
                name="plan_year_plausible",
                violation_error_message="年度应为四位数的年份，如 2024。",
            ),
            choice_constraint("kind", PlanKind, "plan", "类别"),
            choice_constraint("status", PlanStatus, "plan", "状态"),
        ]

    def __str__(self):
        return self.title

    def is_issued(self) -> bool:
        """Say whether the plan has left its draft."""
        return self.status != self.Status.DRAFT

    def clean(self):
        """Refuse to issue a plan in which an item has no reporting office (DESIGN 3)."""
        if self.pk and self.is_issued():
            missing = self.items.filter(reporting_office__isnull=True).count()
            if missing:
                raise ValidationError(
                    {"status": f"还有 {missing} 个事项没有填报科室，请先在工作事项中指定，再下达计划。"}
                )


class PlanPart(Scoped):
    """What belongs to one plan."""

    organization_path = "plan__organization_id"

    class Meta:
        abstract = True

    def is_issued(self) -> bool:
        """Say whether the plan has left its draft."""
        return self.plan.is_issued()


class Section(PlanPart):
    """板块: a section of a plan; `text` is its own introduction or prose."""

    plan = models.ForeignKey(Plan, models.CASCADE, verbose_name="工作计划", related_name="sections")
    position = models.PositiveIntegerField("顺序")
    ordinal = models.CharField("序号", max_length=10, blank=True, help_text="如 一、二；原文没有时留空。")
    title = models.CharField("标题", max_length=200, blank=True)
    text = models.TextField("引言或正文", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "板块"
        ordering = ["plan", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "position"],
                name="section_position_unique",
                violation_error_message="同一计划中板块的顺序不能重复。",
            ),
        ]

    def __str__(self):
        return f"{self.ordinal}、{self.title}" if self.ordinal else self.title or "（无标题）"


class ItemQuerySet(ScopedQuerySet):
    """Which items?"""

    def unanswered(self):
        """Return the items of which nobody has said yet what they carry on from the year before."""
        return self.filter(predecessor=None, is_new=False)

    def active(self):
        """Return the items that still owe reports: under way, of issued plans."""
        return self.filter(status=Item.Status.ACTIVE, plan__status=Plan.Status.ISSUED)


class ItemStatus(models.TextChoices):
    """Where an item stands."""

    ACTIVE = "active", "推进中"
    DONE = "done", "已办结"
    SUSPENDED = "suspended", "暂缓"
    CANCELLED = "cancelled", "已取消"
    CARRIED_OVER = "carried_over", "结转"


class Item(PlanPart):
    """工作事项: one numbered task of a plan, with the office that reports on it."""

    Status = ItemStatus

    plan = models.ForeignKey(Plan, models.CASCADE, verbose_name="工作计划", related_name="items")
    section = models.ForeignKey(Section, models.CASCADE, verbose_name="板块", related_name="items")
    position = models.PositiveIntegerField("顺序")
    number = models.CharField("编号", max_length=20, blank=True, help_text="照原文，如 7、043、第三条。")
    level2 = models.CharField("二级标题", max_length=200, blank=True)
    title = models.TextField("标题")
    body = models.TextField("内容", blank=True)
    deadline = models.DateField("完成时限", null=True, blank=True)
    deadline_text = models.CharField("时限原文", max_length=60, blank=True)
    leader = models.CharField(
        "责任领导",
        max_length=60,
        blank=True,
        help_text="分管这个事项的局领导姓名，印在督查台账上；几位之间用顿号隔开。",
    )
    status = models.CharField("状态", max_length=12, choices=Status, default=Status.ACTIVE)
    reporting_office = models.ForeignKey(
        Office,
        models.PROTECT,
        verbose_name="填报科室",
        related_name="reported_items",
        null=True,
        blank=True,
        help_text="牵头科室填报；没有牵头的由第一责任科室填报，督办员可以改。",
    )
    closed_on = models.DateField("办结日期", null=True, blank=True)
    predecessor = models.ForeignKey(
        "self",
        models.PROTECT,
        verbose_name="上年事项",
        related_name="successors",
        null=True,
        blank=True,
        help_text="承接上年的哪个事项，或由它结转而来。",
    )
    is_new = models.BooleanField("本年新增", default=False, help_text="已确认：不承接上年的任何事项。")
    source_line_start = models.PositiveIntegerField("原文起始行", null=True, blank=True)
    source_line_end = models.PositiveIntegerField("原文结束行", null=True, blank=True)

    objects = ItemQuerySet.as_manager()
    history = History(verbose_name="工作事项历史", verbose_name_plural="工作事项历史")

    class Meta:
        verbose_name = verbose_name_plural = "工作事项"
        ordering = ["plan", "position"]
        indexes = [
            # Few items follow another; by the blanks in the full index SQLite would think that all have the same one.
            models.Index(fields=["predecessor"], condition=Q(predecessor__isnull=False), name="item_by_predecessor"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "position"],
                name="item_position_unique",
                violation_error_message="同一计划中事项的顺序不能重复。",
            ),
            choice_constraint("status", ItemStatus, "item", "状态"),
            models.CheckConstraint(
                condition=models.Q(is_new=False) | models.Q(predecessor__isnull=True),
                name="item_new_without_predecessor",
                violation_error_message="本年新增的事项没有上年事项。",
            ),
        ]

    def __str__(self):
        return f"{self.number} {self.title}".strip()

    @cached_property
    def known_milestones(self) -> list:
        """Its milestones in their order; lists bring them along, prefetched or as a column (`MilestonesOf`)."""
        return list(self.milestones.all())

    def is_carried_over(self) -> bool:
        """Say whether the item before it was carried over into it, and is not only like it."""
        return self.predecessor is not None and self.predecessor.status == self.Status.CARRIED_OVER

    def clean(self):
        """Refuse parts of another plan, offices of another organization, and an issued item nobody reports on."""
        errors = {}
        if self.section_id and self.plan_id and self.section.plan_id != self.plan_id:
            errors["section"] = "所选板块不属于这份工作计划。"
        office = self.reporting_office
        if office and self.plan_id and office.organization_id != self.plan.organization_id:
            errors["reporting_office"] = "所选科室不属于本单位。"
        elif office and office.kind == Office.Kind.ALL:
            errors["reporting_office"] = "“各科室”不能填报，请指定一个具体科室。"
        elif not office and self.plan_id and self.plan.is_issued():
            errors["reporting_office"] = "工作计划已下达，每个事项都要有填报科室。"
        if errors:
            raise ValidationError(errors)


class ItemPart(Scoped):
    """What belongs to one item."""

    organization_path = "item__plan__organization_id"

    class Meta:
        abstract = True

    def is_issued(self) -> bool:
        """Say whether the plan has left its draft."""
        return self.item.plan.is_issued()


class AssignmentRole(models.TextChoices):
    """How the document calls the office."""

    LEAD = "lead", "牵头"
    RESPONSIBLE = "responsible", "责任"
    SUPPORT = "support", "配合"


class Assignment(ItemPart):
    """责任分工: an office named for an item, as the document names it."""

    Role = AssignmentRole

    item = models.ForeignKey(Item, models.CASCADE, verbose_name="工作事项", related_name="assignments")
    office = models.ForeignKey(Office, models.PROTECT, verbose_name="科室", related_name="assignments")
    role = models.CharField("分工", max_length=12, choices=Role, default=Role.RESPONSIBLE)
    position = models.PositiveIntegerField("顺序", default=0)

    history = History(verbose_name="责任分工历史", verbose_name_plural="责任分工历史")

    class Meta:
        verbose_name = verbose_name_plural = "责任分工"
        ordering = ["item", "position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "office"],
                name="assignment_office_once",
                violation_error_message="同一事项中一个科室只能出现一次。",
            ),
            choice_constraint("role", AssignmentRole, "assignment", "分工"),
        ]

    def __str__(self):
        return f"{self.office}（{self.get_role_display()}）"

    def clean(self):
        """Refuse an office of another organization."""
        if self.office_id and self.item_id and self.office.organization_id != self.item.plan.organization_id:
            raise ValidationError({"office": "所选科室不属于本单位。"})


class Task(ItemPart):
    """分解任务: a part of an item that reports its own text, such as 优质+均衡发展 / 高中."""

    item = models.ForeignKey(Item, models.CASCADE, verbose_name="工作事项", related_name="tasks")
    position = models.PositiveIntegerField("顺序", default=0)
    group = models.CharField("上级标题", max_length=200, blank=True, help_text="如“优质+均衡发展”；没有上级时留空。")
    title = models.CharField("标题", max_length=200)

    class Meta:
        verbose_name = verbose_name_plural = "分解任务"
        ordering = ["item", "position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "group", "title"],
                name="task_title_unique",
                violation_error_message="同一事项中已有同名的分解任务。",
            ),
        ]

    def __str__(self):
        return f"{self.group} / {self.title}" if self.group else self.title
