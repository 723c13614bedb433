"""Sending what was written: at least once, by any number of workers, until the receiver has taken it or it is listed.

A worker claims what leaves together under a lock of the channel: the rows get a `batch` (theirs for good, so that the
receiver knows a repetition), one try more and a lease in `next_try_at`. It sends without any transaction, and writes down
what came of it. One that is killed in between leaves a lease that runs out, and the next worker sends the batch again.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import F

from tracking.models import Channel, Message, MessageEvent, MessageState
from tracking.periods.due_dates import current_calendar
from workplans.people import name_of

from .channels import KINDS, NotSent, Outgoing, Parcel

# Between a failed try and the next one; after the last the message is given up and listed: a day and a half.
GAPS = tuple(timedelta(minutes=each) for each in (1, 5, 15, 60, 180, 360, 720, 720))
LEASE = timedelta(minutes=5)
MINUTE = timedelta(minutes=1)
TOGETHER = 20  # messages that leave at once at most
FAILURES_IN_A_ROW = 3  # then the channel is left alone until the next round
KEPT_FOR = timedelta(days=90)
GONE = "收件人的账号已停用。"

log = logging.getLogger(__name__)
Clock = Callable[[], datetime]


@dataclass
class Delivered:
    """What one round did, in messages."""

    sent: int = 0
    failed: int = 0


def deliver(clock: Clock) -> Delivered:
    """Send once what is due by every channel that is not quiet now; `clock` is read anew for each parcel."""
    outcome, calendar = Delivered(), current_calendar()
    for channel in Channel.objects.filter(is_active=True).select_related("organization"):
        if not channel.is_quiet(clock(), calendar):
            _empty(channel, clock, outcome)
    return outcome


def _empty(channel, clock, outcome):
    failures = 0
    while failures < FAILURES_IN_A_ROW and (rows := claim(channel, clock())):
        problem = _send(channel, rows, clock())
        if problem:
            failures += 1
            outcome.failed += len(rows)
            _failed(rows, problem, clock())
        else:
            failures = 0
            outcome.sent += len(rows)
            _mine(rows).update(state=MessageState.SENT, last_error="")


@transaction.atomic
def claim(channel: Channel, now: datetime) -> list[Message]:
    """Take what leaves next by `channel`, under its lock; [] where nothing is due or its minute is full."""
    Channel.objects.select_for_update(no_key=True).get(pk=channel.pk)
    bound = KINDS[channel.kind].per_minute
    recent = Message.objects.filter(channel=channel, tried_at__gt=now - MINUTE)
    if bound and recent.order_by().values("batch").distinct().count() >= bound:
        return []
    waiting = Message.objects.filter(channel=channel, state=MessageState.WAITING)
    due = waiting.filter(next_try_at__lte=now).order_by("next_try_at", "pk")
    if (first := due.first()) is None:
        return []
    if first.batch:
        rows = waiting.filter(batch=first.batch).order_by("pk")
    else:
        rows = due.filter(batch=None, recipient_id=first.recipient_id).order_by("pk")[:TOGETHER]
    claimed = list(rows.select_related("recipient"))
    values = {"batch": first.batch or uuid4(), "tried_at": now, "next_try_at": now + LEASE}
    Message.objects.filter(pk__in=[row.pk for row in claimed]).update(**values, tries=F("tries") + 1)
    for row in claimed:
        row.batch, row.tried_at, row.next_try_at, row.tries = *values.values(), row.tries + 1
    return claimed


def _mine(rows):
    """Return the claimed rows as long as nobody else has claimed them since."""
    first = rows[0]
    return Message.objects.filter(
        pk__in=[row.pk for row in rows], state=MessageState.WAITING, batch=first.batch, tried_at=first.tried_at
    )


def _failed(rows, problem, now):
    tries = rows[0].tries
    if tries > len(GAPS) or problem == GONE:
        _mine(rows).update(state=MessageState.DEAD, last_error=problem[:300])
    else:
        _mine(rows).update(next_try_at=now + GAPS[tries - 1], last_error=problem[:300])


def _send(channel, rows, now) -> str:
    """Send claimed rows; return what went wrong, "" where nothing did. One that cannot be sent never stops the others."""
    person = rows[0].recipient
    if person and not person.is_active:
        return GONE
    try:
        KINDS[channel.kind].send(parcel_of(channel, rows, now))
    except NotSent as problem:
        return str(problem)
    except Exception as problem:
        log.exception("消息没有发出：渠道 %s，批次 %s", channel.pk, rows[0].batch)
        return f"程序出错：{type(problem).__name__}"
    return ""


def parcel_of(channel: Channel, rows: list[Message], now: datetime) -> Parcel:
    """Return claimed rows as they leave; at most one query."""
    person = rows[0].recipient
    return Parcel(
        id=str(rows[0].batch),
        organization=channel.organization.name,
        address=channel.address,
        secret=channel.secret,
        messages=tuple(_outgoing(row, channel) for row in rows),
        now=now,
        name=name_of(person) if person else "",
        account=person.get_username() if person else "",
        mail=person.email if person else "",
        phone=phone_of(person, channel.organization_id) if person else "",
    )


def phone_of(person, organization: int) -> str:
    """Return the number of `person` in an organization, "" where none is known."""
    numbers = person.memberships.filter(organization=organization).exclude(phone="").order_by("pk")
    return numbers.values_list("phone", flat=True).first() or ""


def _outgoing(row, channel) -> Outgoing:
    return Outgoing(
        key=row.key,
        event=MessageEvent(row.kind),
        title=row.title,
        office=row.office_name,
        on=row.on,
        text=row.text if channel.texts_leave else "",
        link=f"{settings.SITE_URL.rstrip('/')}{row.path}" if settings.SITE_URL and row.path else "",
    )


# --- what people do --------------------------------------------------------------------------------------


def resend(messages, *, now: datetime) -> int:
    """Let what was given up or waits for another try be tried again now; return how many. It keeps its batch."""
    again = messages.undelivered().filter(tried_at__lt=now - MINUTE)
    return again.update(state=MessageState.WAITING, tries=0, next_try_at=now)


def try_out(channel: Channel, *, by, now: datetime) -> None:
    """Send one line by `channel` at once, to its group or to `by`; nothing is stored. Raises NotSent."""
    said = Outgoing("try", MessageEvent.DAILY, "这是一条测试消息，收到即表示渠道已接通。", on=now.date())
    rows = Parcel(
        str(uuid4()), channel.organization.name, channel.address, channel.secret, (said,), now,
        name_of(by), by.get_username(), by.email,
        phone_of(by, channel.organization_id),
    )  # fmt: skip
    if KINDS[channel.kind].needs_mail and not by.email:
        raise NotSent("您的账号没有填写邮箱，试发的邮件没有地方可寄。")
    KINDS[channel.kind].send(rows)


def forget_sent(now: datetime) -> int:
    """Delete what was sent long ago; return how many."""
    return Message.objects.filter(state=MessageState.SENT, tried_at__lt=now - KEPT_FOR).delete()[0]
