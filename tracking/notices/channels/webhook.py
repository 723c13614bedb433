"""通用接口: JSON to an address of the bureau's own – a gateway of text messages, 政务微信 – signed over time and body.

The JSON is described by docs/webhook.schema.json. The receiver answers 2xx when it has taken the parcel, and drops one
whose `id` it knows: the same parcel may come again.
"""

import hmac
import json

from tracking.models import ChannelKind

from .kind import Kind, Outgoing, Parcel
from .outbound import post

VERSION = 1


def payload_of(parcel: Parcel) -> dict:
    """Return the parcel as the schema describes it."""
    return {
        "version": VERSION,
        "id": parcel.id,
        "organization": parcel.organization,
        "recipient": {"name": parcel.name, "account": parcel.account, "phone": parcel.phone},
        "messages": [_message(each) for each in parcel.messages],
    }


def _message(message: Outgoing) -> dict:
    return {
        "key": message.key,
        "event": message.event.value,
        "event_label": message.event.label,
        "title": message.title,
        "office": message.office,
        "date": message.on.isoformat() if message.on else None,
        "text": message.text,
        "link": message.link,
    }


def signature(secret: str, stamp: str, body: bytes) -> str:
    """Return the HMAC-SHA256 over `stamp`, a full stop and the body, in hexadecimal."""
    return hmac.digest(secret.encode(), stamp.encode() + b"." + body, "sha256").hex()


def send(parcel: Parcel) -> None:
    """Send one parcel. Raises NotSent."""
    body = json.dumps(payload_of(parcel), ensure_ascii=False).encode()
    stamp = str(int(parcel.now.timestamp()))
    headers = {
        "X-Timestamp": stamp,
        "X-Signature": f"sha256={signature(parcel.secret, stamp, body)}",
        "Idempotency-Key": parcel.id,
    }
    post(parcel.address, body, headers)


KIND = Kind(
    ChannelKind.WEBHOOK,
    "逐人发给一个接口，由短信网关或政务微信转给本人。",
    send,
    is_personal=True,
    address_hint="接收消息的地址，如 https://sms.example.gov.cn/taizhang",
    secret_hint="双方约定的密钥，至少 16 个字符，用来签名。",
    needs_secret=True,
)
