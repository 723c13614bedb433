"""The ways messages leave the house: one module a way, one row of KINDS each."""

from tracking.models import ChannelKind

from . import dingtalk, mail, webhook, wecom
from .kind import Kind, NotSent, Outgoing, Parcel

KINDS: dict[ChannelKind, Kind] = {row.kind: row for row in (mail.KIND, wecom.KIND, dingtalk.KIND, webhook.KIND)}

__all__ = ["KINDS", "Kind", "NotSent", "Outgoing", "Parcel"]
