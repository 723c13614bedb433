"""邮件: to each person's own address, by the server of EMAIL_HOST. The digest of the day is mailed as ever (mailing.py)."""

import smtplib

from django.conf import settings
from django.core.mail import EmailMessage

from tracking.models import ChannelKind, MessageEvent

from .kind import SIGNED_BY, Kind, NotSent, Parcel, lines_of


def send(parcel: Parcel) -> None:
    """Send one mail. Raises NotSent."""
    if not settings.EMAIL_HOST:
        raise NotSent("没有设置邮件服务器（EMAIL_HOST）。")
    first, others = parcel.messages[0], len(parcel.messages) - 1
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">") or "localhost"
    subject = f"{SIGNED_BY}{first.event.label}：{first.title}{f' 等 {others + 1} 条' if others else ''}"
    body = "\n\n".join("\n".join(lines_of(each)) for each in parcel.messages)
    mail = EmailMessage(
        subject=" ".join(subject.split()),
        body=f"{body}\n\n本邮件由系统自动发出，请勿回复。\n",
        to=[parcel.mail],
        headers={"Message-ID": f"<message-{parcel.id}@{domain}>"},
    )
    try:
        mail.send()
    except (OSError, smtplib.SMTPException, ValueError) as problem:
        raise NotSent(f"邮件没有发出：{problem}") from problem


KIND = Kind(
    ChannelKind.MAIL,
    "逐人发到本人的邮箱，通过系统管理员设置的邮件服务器。",
    send,
    is_personal=True,
    needs_mail=True,
    events=tuple(event for event in MessageEvent if event != MessageEvent.DAILY),
)
