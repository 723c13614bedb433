"""钉钉群机器人: a text to a group, signed (加签) where the robot asks for it. It takes 20 a minute."""

import base64
import hmac
from datetime import datetime
from urllib.parse import quote_plus

from tracking.models import ChannelKind

from .kind import Kind, Parcel, robot_text
from .outbound import post_to_robot


def signed(url: str, secret: str, now: datetime) -> str:
    """Return `url` with timestamp and signature behind its own query.

    Half of all signatures hold a `+`, which a second encoding or none would spoil: encoded once (DESIGN 8).
    """
    stamp = str(int(now.timestamp() * 1000))
    sign = base64.b64encode(hmac.digest(secret.encode(), f"{stamp}\n{secret}".encode(), "sha256")).decode()
    return f"{url}{'&' if '?' in url else '?'}timestamp={stamp}&sign={quote_plus(sign)}"


def send(parcel: Parcel) -> None:
    """Send one text to the group. Raises NotSent."""
    url = signed(parcel.address, parcel.secret, parcel.now) if parcel.secret else parcel.address
    post_to_robot(url, {"msgtype": "text", "text": {"content": robot_text(parcel)}})


KIND = Kind(
    ChannelKind.DINGTALK,
    "发到一个钉钉群，群里的人都看得到。",
    send,
    per_minute=20,
    address_hint="自定义机器人的 Webhook 地址，如 https://oapi.dingtalk.com/robot/send?access_token=…",
    secret_hint="安全设置选“加签”时的密钥，SEC 开头；选“自定义关键词”时不填，关键词用“工作推进台账”。",
)
