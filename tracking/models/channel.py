"""消息渠道 and 待发消息: by which way a bureau's messages leave the house, and each message with what became of it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from audit.sealing import SealedField
from workplans.models import Organization
from workplans.models.scoping import Scoped, ScopedQuerySet, choice_constraint


class ChannelKind(models.TextChoices):
    """By which way; what differs between them is a row of `notices.channels.KINDS`."""

    MAIL = "mail", "邮件"
    WECOM = "wecom", "企业微信群机器人"
    DINGTALK = "dingtalk", "钉钉群机器人"
    WEBHOOK = "webhook", "通用接口"


class MessageEvent(models.TextChoices):
    """Of what a message tells."""

    URGED = "urged", "催办"
    RETURNED = "returned", "退回"
    INSTRUCTED = "instructed", "批示"
    DUE = "due", "到期"
    OVERDUE = "overdue", "逾期"
    UNSIGNED = "unsigned", "待签"
    DAILY = "daily", "每日汇总"


class Channel(Scoped):
    """消息渠道: one way out of one bureau. The address of a robot holds its key, so it is sealed like the secret."""

    organization = models.ForeignKey(Organization, models.PROTECT, verbose_name="单位", related_name="channels")
    kind = models.CharField("方式", max_length=10, choices=ChannelKind)
    name = models.CharField("名称", max_length=60, help_text="如“各科室联络员群”。")
    address = SealedField("地址", max_length=2000, blank=True)
    secret = SealedField("密钥", max_length=1000, blank=True)
    events = models.JSONField("发送哪些消息", default=list, blank=True)
    texts_leave = models.BooleanField(
        "允许发送正文",
        default=False,
        help_text="默认只发标题、科室、日期和链接；勾选后连同催办、退回、批示的内容一起发出。",
    )
    quiet_from = models.TimeField("免打扰开始", null=True, blank=True, help_text="如 20:00，到了结束时间再发出。")
    quiet_to = models.TimeField("免打扰结束", null=True, blank=True, help_text="如 08:00。")
    workdays_only = models.BooleanField("休息日不发", default=True, help_text="按放假安排，下一个工作日再发出。")
    is_active = models.BooleanField("启用", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "消息渠道"
        ordering = ["organization", "name", "pk"]
        constraints = [
            choice_constraint("kind", ChannelKind, "channel", "方式"),
            models.UniqueConstraint(
                fields=["organization", "name"],
                name="channel_name_unique",
                violation_error_message="本单位已有同名的消息渠道。",
            ),
            models.CheckConstraint(
                condition=Q(quiet_from=None, quiet_to=None) | Q(quiet_from__isnull=False, quiet_to__isnull=False),
                name="channel_quiet_both",
                violation_error_message="免打扰的开始和结束时间要一起填写。",
            ),
        ]

    def __str__(self):
        return self.name

    def sealed_for(self) -> str:
        """Say whose secret it is."""
        return f"消息渠道“{self.name}”"

    def is_quiet(self, now, calendar) -> bool:
        """Say whether nothing leaves by this way at the moment `now`: by the clock, or as it is a day off."""
        local = timezone.localtime(now)
        if self.workdays_only and not calendar.is_workday(local.date()):
            return True
        begin, end, clock = self.quiet_from, self.quiet_to, local.time()
        if begin is None or end is None or begin == end:
            return False
        return begin <= clock < end if begin < end else clock >= begin or clock < end


class MessageState(models.TextChoices):
    """What became of a message."""

    WAITING = "waiting", "待发送"
    SENT = "sent", "已发送"
    DEAD = "dead", "未送达"


class MessageQuerySet(ScopedQuerySet):
    """Which messages?"""

    def undelivered(self):
        """Return those given up, and those that wait for another try."""
        return self.filter(Q(state=MessageState.DEAD) | Q(state=MessageState.WAITING, tries__gt=0))


class Message(Scoped):
    """待发消息: one thing to be told by one channel, to one person or to a group (`recipient` is None).

    Those that leave together have one `batch`, which stays theirs on each try: the receiver knows it again.
    """

    State = MessageState

    organization_path = "channel__organization_id"

    channel = models.ForeignKey(Channel, models.PROTECT, verbose_name="渠道", related_name="messages")
    kind = models.CharField("类别", max_length=10, choices=MessageEvent)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, verbose_name="收件人", related_name="+", null=True, blank=True
    )
    key = models.CharField("标识", max_length=120)
    title = models.CharField("标题", max_length=200)
    office_name = models.CharField("科室", max_length=60, blank=True)
    on = models.DateField("日期", null=True, blank=True)
    text = models.TextField("正文", blank=True)
    path = models.CharField("链接", max_length=200, blank=True)
    state = models.CharField("状态", max_length=8, choices=MessageState, default=MessageState.WAITING)
    batch = models.UUIDField("批次", null=True, blank=True)
    tries = models.PositiveSmallIntegerField("发送次数", default=0)
    created_at = models.DateTimeField("产生时间")
    next_try_at = models.DateTimeField("下次发送时间")
    tried_at = models.DateTimeField("最近发送时间", null=True, blank=True)
    last_error = models.CharField("最近一次的问题", max_length=300, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "待发消息"
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["key"], name="message_key_unique", violation_error_message="这条消息已经产生过。"
            ),
            choice_constraint("kind", MessageEvent, "message", "类别"),
            choice_constraint("state", MessageState, "message", "状态"),
        ]
        indexes = [
            models.Index(fields=["channel", "next_try_at", "id"], condition=Q(state="waiting"), name="message_waiting"),
            models.Index(fields=["channel", "recipient", "id"], condition=Q(state="waiting"), name="message_together"),
            models.Index(fields=["channel", "tried_at"], name="message_tried"),
            models.Index(fields=["batch"], name="message_batch"),
        ]

    def __str__(self):
        return self.title


class MessageChoiceQuerySet(models.QuerySet):
    """Whose choice?"""

    def visible_to(self, user):
        """Return the user's own."""
        return self.filter(user_id=user.pk)


class MessageChoice(models.Model):
    """消息设置: which messages a person does not want; they stand in the application all the same."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, verbose_name="用户", related_name="message_choice"
    )
    muted = models.JSONField("不接收的消息", default=list, blank=True)

    objects = MessageChoiceQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "消息设置"

    def __str__(self):
        return f"{self.user}"
