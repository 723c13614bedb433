"""申请: an office asks to close an item or to move its deadline."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from .plan import Item, ItemPart
from .scoping import choice_constraint


class ItemRequestKind(models.TextChoices):
    """What is asked for."""

    CLOSE = "close", "申请办结"
    EXTEND = "extend", "申请延期"


class ItemRequestStatus(models.TextChoices):
    """What became of it."""

    PENDING = "pending", "待核实"
    GRANTED = "granted", "同意"
    REFUSED = "refused", "不同意"
    WITHDRAWN = "withdrawn", "已撤回"


class ItemRequest(ItemPart):
    """事项申请: asked by the reporting office, decided by a supervisor."""

    Kind = ItemRequestKind
    Status = ItemRequestStatus

    item = models.ForeignKey(Item, models.PROTECT, verbose_name="工作事项", related_name="requests")
    kind = models.CharField("申请", max_length=10, choices=Kind)
    reason = models.TextField("理由")
    new_deadline = models.DateField("新的完成时限", null=True, blank=True)
    status = models.CharField("结果", max_length=10, choices=Status, default=Status.PENDING)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="申请人", related_name="+")
    requested_at = models.DateTimeField("申请时间")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="核实人", null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField("核实时间", null=True, blank=True)
    decision_note = models.TextField("核实意见", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "事项申请"
        ordering = ["-requested_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "kind"],
                condition=Q(status="pending"),
                name="item_request_one_pending",
                violation_error_message="这个事项已有同样的申请在等待核实。",
            ),
            models.CheckConstraint(
                condition=~Q(kind="extend") | Q(new_deadline__isnull=False),
                name="item_request_extension_has_date",
                violation_error_message="申请延期时请填写新的完成时限。",
            ),
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="item_request_has_reason",
                violation_error_message="请写明申请的理由。",
            ),
            choice_constraint("kind", ItemRequestKind, "item_request", "申请"),
            choice_constraint("status", ItemRequestStatus, "item_request", "结果"),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.item}"
