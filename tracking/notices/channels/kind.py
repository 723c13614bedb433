"""What differs between the ways out, and what they are handed: plain values, no queries."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from tracking.models import ChannelKind, MessageEvent

ROBOT_BYTES = 2048
SIGNED_BY = "【工作推进台账】"
MORE = "……更多内容请登录系统查看。"


class NotSent(Exception):
    """The receiver did not take the message; the text is a Chinese sentence for the list of those not delivered."""


@dataclass(frozen=True)
class Outgoing:
    """One message as it leaves: what, whose, until when, where; `text` only where the bureau lets texts leave."""

    key: str
    event: MessageEvent
    title: str
    office: str = ""
    on: date | None = None
    text: str = ""
    link: str = ""


@dataclass(frozen=True)
class Parcel:
    """What leaves at once: messages of one channel to one person or to its group. `id` stays the same on each try."""

    id: str
    organization: str
    address: str
    secret: str
    messages: tuple[Outgoing, ...]
    now: datetime
    name: str = ""
    account: str = ""
    mail: str = ""
    phone: str = ""


@dataclass(frozen=True)
class Kind:
    """One way out.

    `send` hands a parcel over and returns when the receiver has taken it; raises NotSent. `is_personal`: a parcel is for
    one person, else for a group. `per_minute`: how many the receiver takes, 0 without a bound. `address_hint` is "" where
    there is no address to fill in, `secret_hint` likewise. `needs_mail`: nobody
    without a mail address is told. `events` are those it is offered for.
    """

    kind: ChannelKind
    about: str
    send: Callable[[Parcel], None]
    is_personal: bool = False
    per_minute: int = 0
    address_hint: str = ""
    secret_hint: str = ""
    needs_secret: bool = False
    needs_mail: bool = False
    events: tuple[MessageEvent, ...] = tuple(MessageEvent)


def lines_of(message: Outgoing) -> list[str]:
    """Return a message in plain lines."""
    about = [message.office, f"{message.on.month}月{message.on.day}日" if message.on else ""]
    head = f"【{message.event.label}】{message.title}"
    about_line = "，".join(each for each in about if each)
    return [line for line in (head, about_line, message.text, message.link) if line]


def robot_text(parcel: Parcel) -> str:
    """Return a parcel as one text of at most ROBOT_BYTES bytes of UTF-8, cut at a character, with a sentence that says so."""
    heading = SIGNED_BY if len(parcel.messages) == 1 else f"{SIGNED_BY}共 {len(parcel.messages)} 条："
    return cut("\n".join([heading, *("\n".join(lines_of(each)) for each in parcel.messages)]), ROBOT_BYTES)


def cut(text: str, limit: int) -> str:
    """Return `text`, where it is longer than `limit` bytes its beginning and MORE, never half a character."""
    if len(text.encode()) <= limit:
        return text
    return text.encode()[: limit - len(f"\n{MORE}".encode())].decode(errors="ignore") + f"\n{MORE}"
