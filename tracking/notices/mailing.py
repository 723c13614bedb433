"""Mail: a person's unread notices as one plain-text mail a run, where an SMTP server is set.

A notice is claimed (`mailed_at`) by a conditional UPDATE before its mail is handed over, and given back when the
server refuses: two runs at once cannot both send it, and a failed one is sent by the next run. A process killed
between the two costs that one mail – the notice stays unread in the application – but never sends it twice.
"""

import smtplib
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import groupby

from django.conf import settings
from django.core.mail import EmailMessage, get_connection

from tracking.models import Digest

from .digests import day_words

KEPT_FOR = timedelta(days=6)  # an older notice is read in the application, or not at all


@dataclass
class Mailed:
    """What one run of `send_pending` did: mails sent, and what went wrong."""

    sent: int = 0
    problems: list[str] = field(default_factory=list)


def is_configured() -> bool:
    """Say whether there is a server to send by."""
    return bool(settings.EMAIL_HOST)


def send_pending(*, today: date, now) -> Mailed:
    """Send every person's unread, unsent notices of the last days."""
    outcome = Mailed()
    if not is_configured():
        return outcome
    pending = (
        Digest.objects.filter(mailed_at=None, read_at=None, on__range=(today - KEPT_FOR, today), user__is_active=True)
        .exclude(user__email="")
        .select_related("user")
        .order_by("user_id", "on")
    )
    people = [(user, list(digests)) for user, digests in groupby(pending, key=lambda digest: digest.user)]
    if not people:
        return outcome
    connection = get_connection()
    try:
        connection.open()
        for user, digests in people:
            _send(user, digests, connection, now, outcome)
    except (OSError, smtplib.SMTPException) as problem:
        outcome.problems.append(f"邮件服务器连接失败：{problem}")
    finally:
        connection.close()
    return outcome


def _send(user, digests, connection, now, outcome):
    """Send one person's mail; a lost connection ends the run, a refused address does not."""
    claimed = [d for d in digests if Digest.objects.filter(pk=d.pk, mailed_at=None).update(mailed_at=now)]
    if not claimed:
        return
    try:
        outcome.sent += compose(user, claimed, connection).send()
    except BaseException as problem:
        Digest.objects.filter(pk__in=[d.pk for d in claimed], mailed_at=now).update(mailed_at=None)
        if isinstance(problem, smtplib.SMTPServerDisconnected) or not isinstance(
            problem, smtplib.SMTPException | ValueError
        ):
            raise
        outcome.problems.append(f"{user.get_username()} 的邮件没有发出：{problem}")
        connection.close()


def compose(user, digests, connection) -> EmailMessage:
    """Write one mail of one or several days' notices."""
    parts = [f"{day_words(d.on)}\n{d.body}" if len(digests) > 1 else d.body for d in digests]
    place = settings.SITE_URL or "工作推进台账"
    text = "\n\n".join(parts) + f"\n\n请登录{place}查看和办理。本邮件由系统自动发出，每天最多一封，请勿回复。\n"
    latest = digests[-1]
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">") or "localhost"
    return EmailMessage(
        subject=f"教育工作推进台账通知（{day_words(latest.on)}）",
        body=text,
        to=[user.email],
        connection=connection,
        headers={"Message-ID": f"<digest-{latest.pk}@{domain}>"},
    )
