"""企业微信群机器人: a text to a group. Its address carries the key; it takes 20 a minute and 2,048 bytes a text."""

from tracking.models import ChannelKind

from .kind import Kind, Parcel, robot_text
from .outbound import post_to_robot


def send(parcel: Parcel) -> None:
    """Send one text to the group. Raises NotSent."""
    post_to_robot(parcel.address, {"msgtype": "text", "text": {"content": robot_text(parcel)}})


KIND = Kind(
    ChannelKind.WECOM,
    "发到一个企业微信群，群里的人都看得到。",
    send,
    per_minute=20,
    address_hint="群机器人的 Webhook 地址，如 https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=…",
)
