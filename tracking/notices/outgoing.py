"""Messages are written in the transaction of what they tell of, and sent after its commit by `manage.py deliver`.

What is rolled back is never told; what is stored is told by every channel of the bureau that wants it.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model

from tracking.models import Channel, Message, MessageChoice, MessageEvent
from workplans import access

from .channels import KINDS
from .leading import address

AT_ONCE = 500


@dataclass(frozen=True)
class Happening:
    """Something to be told: to the people of an office, or to those named in `people`, and to the groups of the bureau.

    `key` names it among those of its event, so that it is told once however often it is written.
    """

    key: str
    organization: int
    title: str
    path: str
    office: int | None = None
    office_name: str = ""
    on: date | None = None
    text: str = ""
    people: frozenset[int] | None = None
    for_groups: bool = True


def is_on() -> bool:
    """Say whether messages leave the house at all."""
    return settings.OUTGOING_CHANNELS


def tell(event: MessageEvent, happenings: Iterable[Happening], *, now: datetime) -> int:
    """Write the messages of `happenings`, for call within their transaction; return how many. Four queries at most."""
    told = list(happenings) if is_on() else []
    channels: dict[int, list[Channel]] = defaultdict(list)
    organizations = {each.organization for each in told}
    for channel in Channel.objects.filter(organization__in=organizations, is_active=True) if told else ():
        if event in channel.events and event in KINDS[channel.kind].events:
            channels[channel.organization_id].append(channel)
    told = [each for each in told if each.organization in channels]
    people = _people(event, told) if any(KINDS[c.kind].is_personal for row in channels.values() for c in row) else {}
    rows = [
        Message(
            channel=channel,
            kind=event,
            recipient_id=person,
            key=f"{event}:{each.key}:{channel.pk}:{person or 'group'}",
            title=each.title[:200],
            office_name=each.office_name,
            on=each.on,
            text=each.text if channel.texts_leave else "",
            path=each.path,
            created_at=now,
            next_try_at=now,
        )
        for each in told
        for channel in channels[each.organization]
        for person in _recipients(channel, each, people)
    ]
    return len(Message.objects.bulk_create(rows, batch_size=AT_ONCE, ignore_conflicts=True))


def _people(event, told) -> dict[int, tuple[str, frozenset[int]]]:
    """Return id → (mail address, offices) of everybody who may be told and wants to be."""
    offices, named = {each.office for each in told if each.people is None}, set[int]()
    for each in told:
        named |= each.people or frozenset()
    active, serving = get_user_model().objects.filter(is_active=True), defaultdict(set)
    served = active.filter(memberships__office__in=offices - {None})
    for person, office in served.values_list("pk", "memberships__office_id"):
        serving[person].add(office)
    users = active.filter(pk__in=serving.keys() | named)
    deaf = MessageChoice.objects.filter(user__in=serving.keys() | named)
    muted = {user for user, events in deaf.values_list("user_id", "muted") if event in events}
    return {
        pk: (mail, frozenset(serving[pk]))
        for pk, mail in users.values_list("pk", "email").order_by("pk")
        if pk not in muted
    }


def _recipients(channel, happening, people) -> list[int | None]:
    """Return whom one channel tells: its group (None), or people, by mail those who have an address."""
    kind = KINDS[channel.kind]
    if not kind.is_personal:
        return [None] if happening.for_groups else []
    named = happening.people
    return [
        pk
        for pk, (mail, offices) in people.items()
        if (pk in named if named is not None else happening.office in offices) and (mail or not kind.needs_mail)
    ]


# --- what is told ----------------------------------------------------------------------------------------


def tell_urged(urges, *, now) -> int:
    """Tell of 催办, one message an office."""
    ordered = sorted(urges, key=lambda urge: (urge.report.office_id or 0, urge.pk))
    return tell(MessageEvent.URGED, [_urged(list(group)) for _, group in groupby(ordered, _office_of)], now=now)


def _office_of(urge) -> int:
    return urge.report.office_id or 0


def _urged(urges) -> Happening:
    report = urges[0].report
    title = str(report.item) if len(urges) == 1 else f"“{report.period}”{len(urges)} 项进展报告"
    return Happening(
        key=str(urges[0].pk),
        **_of_report(report),
        title=title,
        path=address("my"),
        on=report.period.due_on,
        text=urges[0].note,
    )


def _of_report(report) -> dict[str, Any]:
    return {
        "organization": report.organization_of(),
        "office": report.office_id,
        "office_name": report.owed_by,
    }


def tell_returned(event, report, *, now) -> int:
    """Tell the office that its report came back; `event` is the row of what happened."""
    told = Happening(
        key=str(event.pk),
        **_of_report(report),
        title=str(report.item),
        path=address("report", report.pk),
        on=report.period.due_on,
        text=event.note,
    )
    return tell(MessageEvent.RETURNED, [told], now=now)


def tell_instructed(said, addressed, *, now) -> int:
    """Tell the offices a 批示 is addressed to."""
    told = [
        Happening(
            key=f"{said.pk}-{one.office_id}",
            organization=said.organization_of(),
            office=one.office_id,
            office_name=one.office_name,
            title=str(said.item),
            path=address("item", said.item_id),
            on=said.due_on,
            text=said.text,
        )
        for one in addressed
    ]
    return tell(MessageEvent.INSTRUCTED, told, now=now)


def tell_unsigned(papers, *, now) -> int:
    """Tell the leaders what waits for their signature; what needs none is left out."""
    waiting = [paper for paper in papers if paper.needs_leader] if is_on() else []
    if not waiting:
        return 0
    organizations = {paper.organization_id for paper in waiting}
    serving = get_user_model().objects.filter(memberships__organization__in=organizations).distinct()
    held = access.standings(serving)
    told = [
        Happening(
            key=f"{paper.pk}-{paper.digest[:32]}",
            organization=paper.organization_id,
            title=paper.plain_title,
            path=address("paper", paper.pk),
            people=frozenset(user.pk for user, own in held.items() if paper.organization_id in own.led),
        )
        for paper in waiting
    ]
    return tell(MessageEvent.UNSIGNED, told, now=now)
