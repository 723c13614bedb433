"""反馈 and its kin: papers compiled from data, signed, and frozen from then on."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from workplans.models import Office, Organization, Plan
from workplans.models.scoping import Scoped, ScopedQuerySet, choice_constraint

from .letter_template import LetterTemplate
from .paper_kind import PaperKind
from .period import Period


class FeedbackStatus(models.TextChoices):
    """A draft can be compiled anew; what is signed stays."""

    DRAFT = "draft", "待签名"
    SIGNED = "signed", "已签名"


class HeadingStyle(models.TextChoices):
    """How the letter is divided."""

    THREE_BLOCKS = "three_blocks", "三大块（进展、困难、措施）"
    ONE_ITEM_A_CHAPTER = "one_item_a_chapter", "一个事项一章"


class FeedbackQuerySet(ScopedQuerySet):
    """Which papers?"""

    def waiting_for_leaders(self):
        """Return the drafts a leader has to sign, those sent back left out until they are compiled anew."""
        return self.filter(
            status=FeedbackStatus.DRAFT, returned_at=None, kind__in=[kind for kind in PaperKind if kind.needs_leader]
        )


class Feedback(Scoped):
    """反馈（报送件）, 通报, 催办单 or 任务交办单: the paper itself is `snapshot`; from the signature on nothing of the row changes.

    What it speaks of depends on its kind: a period, a period and an office, or a plan and an office. `report_versions`
    tells from which version of which report a 反馈 was compiled, `chosen_items` which items a 任务交办单 hands over.
    """

    Kind = PaperKind
    Status = FeedbackStatus
    HeadingStyle = HeadingStyle

    frozen_when = ("status", "signed")  # the database's part in it: audit/append_only.py

    organization = models.ForeignKey(Organization, models.PROTECT, verbose_name="单位", related_name="feedbacks")
    kind = models.CharField("种类", max_length=10, choices=Kind, default=Kind.FEEDBACK, editable=False)
    period = models.ForeignKey(
        Period, models.PROTECT, verbose_name="填报期", related_name="feedbacks", null=True, editable=False
    )
    plan = models.ForeignKey(
        Plan, models.PROTECT, verbose_name="工作计划", related_name="feedbacks", null=True, editable=False
    )
    office = models.ForeignKey(
        Office, models.PROTECT, verbose_name="科室", related_name="feedbacks", null=True, editable=False
    )
    title = models.CharField("标题", max_length=200)
    recipient = models.CharField("主送", max_length=200, help_text="如：区府办。不用写冒号。")
    basis = models.TextField(
        "依据", help_text="正文第一段，如：根据督查通知的要求，现将我单位所涉项目完成情况反馈如下："
    )
    requirements = models.TextField("工作要求", blank=True, help_text="印在最后，一行一段；不需要就留空。")
    heading_style = models.CharField("标题样式", max_length=20, choices=HeadingStyle, default=HeadingStyle.THREE_BLOCKS)
    dated_on = models.DateField("成文日期")
    contacts = models.CharField("联系人", max_length=200, blank=True, help_text="几位之间用顿号隔开。")
    phones = models.CharField("联系电话", max_length=200, blank=True, help_text="几个之间用顿号隔开。")
    with_annex = models.BooleanField("附推进情况表", default=True)
    with_instructions = models.BooleanField("附领导批示和回复", default=False)
    report_versions = models.JSONField("所依据的进展报告", default=dict, editable=False)
    chosen_items = models.JSONField("所选事项", default=list, editable=False)
    template = models.ForeignKey(
        LetterTemplate, models.PROTECT, verbose_name="模板", related_name="feedbacks", null=True, editable=False
    )
    snapshot = models.JSONField("内容", editable=False)
    digest = models.CharField("内容的 SHA-256", max_length=64, editable=False)
    status = models.CharField("状态", max_length=10, choices=Status, default=Status.DRAFT, editable=False)
    compiled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="汇编人", related_name="+", editable=False
    )
    compiled_at = models.DateTimeField("汇编时间", editable=False)
    document = models.BinaryField("签名的文件", null=True)
    sha256 = models.CharField("文件的 SHA-256", max_length=64, blank=True, editable=False)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="签名人", null=True, related_name="+", editable=False
    )
    signed_at = models.DateTimeField("签名时间", null=True, editable=False)

    # A leader sent the draft back; compiled anew it is as before.
    returned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="退回人", null=True, related_name="+", editable=False
    )
    returned_at = models.DateTimeField("退回时间", null=True, editable=False)
    returned_reason = models.TextField("退回原因", blank=True, editable=False)

    objects = FeedbackQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "文书"
        ordering = ["-dated_on", "-compiled_at", "office__position", "-pk"]
        constraints = [
            choice_constraint("kind", PaperKind, "feedback", "种类"),
            choice_constraint("status", FeedbackStatus, "feedback", "状态"),
            models.CheckConstraint(
                condition=Q(
                    kind__in=["feedback", "bulletin"], period__isnull=False, plan__isnull=True, office__isnull=True
                )
                | Q(kind="urging", period__isnull=False, plan__isnull=True, office__isnull=False)
                | Q(kind="handover", period__isnull=True, plan__isnull=False, office__isnull=False),
                name="feedback_subject_by_kind",
                violation_error_message="反馈和通报要有填报期，催办单要有填报期和科室，任务交办单要有工作计划和科室。",
            ),
            models.UniqueConstraint(
                fields=["office", "period"],
                condition=Q(kind="urging", status="draft"),
                name="feedback_urging_draft_once",
                violation_error_message="这个科室在这个填报期已有一份待签发的催办单。",
            ),
            models.UniqueConstraint(
                fields=["office", "plan"],
                condition=Q(kind="handover", status="draft"),
                name="feedback_handover_draft_once",
                violation_error_message="这个科室对这份工作计划已有一份待签名的任务交办单。",
            ),
            choice_constraint("heading_style", HeadingStyle, "feedback", "标题样式"),
            models.CheckConstraint(
                condition=(
                    Q(status="signed", signed_by__isnull=False, signed_at__isnull=False, document__isnull=False)
                    & ~Q(sha256="")
                )
                | Q(status="draft", signed_by__isnull=True, signed_at__isnull=True, document__isnull=True, sha256=""),
                name="feedback_signature_whole",
                violation_error_message="签名人、签名时间、文件和文件的 SHA-256 应同时具备；未签名的都应为空。",
            ),
        ]

    def __str__(self):
        return f"{self.plain_title}（主送：{self.recipient}）"

    @property
    def plain_title(self) -> str:
        """The title in one line."""
        return "".join(self.title.splitlines())

    @property
    def is_signed(self) -> bool:
        """Say whether it is frozen."""
        return self.status == self.Status.SIGNED

    @property
    def subject(self):
        """The period or plan it speaks of."""
        return self.period or self.plan

    @property
    def needs_leader(self) -> bool:
        """Say whether a leader signs it."""
        return self.Kind(self.kind).needs_leader

    @property
    def verb(self) -> str:
        """What makes the paper final: 签名 by a leader, 签发 by the bureau's own office."""
        return "签名" if self.needs_leader else "签发"

    @property
    def status_label(self) -> str:
        """The status in the words of its kind."""
        if self.returned_at:
            return "已退回修改"
        return f"{'已' if self.is_signed else '待'}{self.verb}"

    def written_last(self):
        """Return who put the draft where it is, and when: compiled it, or sent it back."""
        return (self.returned_by, self.returned_at) if self.returned_at else (self.compiled_by, self.compiled_at)

    def compiling_refusal(self) -> str | None:
        """Say why the paper cannot be compiled anew or dropped; None while it is a draft."""
        if not self.is_signed:
            return None
        return f"这份{self.get_kind_display()}已经{self.verb}，不能再改动；需要更正的请另行汇编一份。"
