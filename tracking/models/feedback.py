"""反馈: what the bureau says to one recipient of a period, compiled from approved reports and signed by a leader."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from workplans.models import Organization
from workplans.models.scoping import Scoped, choice_constraint

from .period import Period


class FeedbackStatus(models.TextChoices):
    """A draft can be compiled anew; what is signed stays."""

    DRAFT = "draft", "待签名"
    SIGNED = "signed", "已签名"


class HeadingStyle(models.TextChoices):
    """How the letter is divided."""

    THREE_BLOCKS = "three_blocks", "三大块（进展、困难、措施）"
    ONE_ITEM_A_CHAPTER = "one_item_a_chapter", "一个事项一章"


class Feedback(Scoped):
    """反馈（报送件） of one period: the letter itself is `snapshot`; from the signature on nothing of the row changes.

    `report_versions` tells from which version of which report it was compiled.
    """

    Status = FeedbackStatus
    HeadingStyle = HeadingStyle

    frozen_when = ("status", "signed")  # the database's part in it: audit/append_only.py

    organization = models.ForeignKey(
        Organization, models.PROTECT, verbose_name="单位", related_name="feedbacks"
    )
    period = models.ForeignKey(Period, models.PROTECT, verbose_name="填报期", related_name="feedbacks")
    title = models.CharField("标题", max_length=200)
    recipient = models.CharField("主送", max_length=200, help_text="如：区府办。不用写冒号。")
    basis = models.TextField("依据", help_text="正文第一段，如：根据督查通知的要求，现将我单位所涉项目完成情况反馈如下：")
    heading_style = models.CharField(
        "标题样式", max_length=20, choices=HeadingStyle, default=HeadingStyle.THREE_BLOCKS
    )
    dated_on = models.DateField("成文日期")
    contacts = models.CharField("联系人", max_length=200, blank=True, help_text="几位之间用顿号隔开。")
    phones = models.CharField("联系电话", max_length=200, blank=True, help_text="几个之间用顿号隔开。")
    with_annex = models.BooleanField("附推进情况表", default=True)
    report_versions = models.JSONField("所依据的进展报告", default=dict, editable=False)
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

    class Meta:
        verbose_name = verbose_name_plural = "反馈"
        ordering = ["-period__as_of", "-pk"]
        constraints = [
            choice_constraint("status", FeedbackStatus, "feedback", "状态"),
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

    def compiling_refusal(self) -> str | None:
        """Say why the letter cannot be compiled anew or dropped; None while it is a draft."""
        return "这份反馈已经签名，不能再改动；需要更正的请另行汇编一份。" if self.is_signed else None
