"""Sealing events into the chain, checking it, and giving up rows that need no longer be kept.

An event is inserted in the transaction of what it tells of, without any lock; it is sealed right after the commit,
in a transaction of its own that holds the head for a moment. So a long import keeps nobody from signing in, the
chain never forks, and a process killed in between leaves a row that the next event's sealing takes along.
"""

import hmac
from datetime import timedelta

from django.db import transaction

from .keys import known_keys, mac_of
from .models import KEPT_DAYS, ChainHead, SecurityEvent

BATCH = 500
SEALED_WITHIN = timedelta(minutes=1)


def seal(using=None) -> int:
    """Give every committed event that has none its number and check value; return how many."""
    with transaction.atomic(using=using):
        return _seal(_locked_head(using), SecurityEvent.objects.using(using))


def _seal(head, events):
    key_id, key = next(iter(known_keys().items()))
    waiting = list(events.filter(sequence=None).order_by("pk")[:BATCH])
    for event in waiting:
        event.sequence, event.previous, event.key_id = head.last + 1, head.last_mac, key_id
        event.mac = mac_of(key, event.contents())
        head.last, head.last_mac = event.sequence, event.mac
    if waiting:
        events.bulk_update(waiting, ["sequence", "previous", "key_id", "mac"])
        _close(head, key_id, key)
    return len(waiting)


def _locked_head(using=None):
    """Hold the head, which the migration made. Where somebody took it away nothing is sealed, and the check tells."""
    return ChainHead.objects.using(using).select_for_update().get(pk=1)


def _close(head, key_id, key):
    head.key_id = key_id
    head.mac = mac_of(key, head.contents())
    head.save()


def problems(now, anchor: str = ""):
    """Yield a Chinese sentence for every row that was altered, taken out or put in; nothing where all is well.

    `anchor` is a head noted earlier, `序号:校验值`: it tells even of a database put back to an older state.
    """
    keys, head = known_keys(), ChainHead.objects.filter(pk=1).first()
    if head is None or ((head.mac or head.last) and not _holds(keys, head)):
        yield "审计链的链头缺失或被改动，无法确认首尾的记录是否完整。"
    expected, previous = (head.first, head.before_first) if head else (1, "")
    for event in SecurityEvent.objects.filter(sequence__isnull=False).order_by("sequence").iterator(chunk_size=2000):
        yield from _problems_of(event, keys, expected, previous)
        previous = event.mac if _holds(keys, event) else None
        expected = max(expected, event.sequence + 1)
    if head:
        yield from _missing(expected, head.last)
        if expected > head.last + 1:
            yield f"链头记到第 {head.last} 条，表里却有第 {expected - 1} 条。"
    yield from _unsealed(now)
    yield from _noted(anchor, head.first if head else 1)


def _problems_of(event, keys, expected, previous):
    if event.sequence < expected:
        yield f"第 {event.sequence} 条不属于审计链。"
        return
    yield from _missing(expected, event.sequence - 1)
    if event.key_id not in keys:
        yield f"第 {event.sequence} 条用的密钥 {event.key_id} 不在设置中，请把旧密钥写进 AUDIT_KEY_FALLBACKS。"
    elif not _holds(keys, event):
        yield f"第 {event.sequence} 条（{event.at:%Y-%m-%d %H:%M:%S} {event.get_kind_display()}）被改动。"
    elif event.sequence == expected and previous is not None and event.previous != previous:
        yield f"第 {event.sequence} 条与前一条接不上。"


def _missing(first, last):
    if first == last:
        yield f"第 {first} 条缺失。"
    elif first < last:
        yield f"第 {first} 条至第 {last} 条缺失。"


def _unsealed(now):
    count = SecurityEvent.objects.filter(sequence=None, at__lt=now - SEALED_WITHIN).count()
    if count:
        yield f"有 {count} 条记录超过一分钟没有进入审计链。"


def _noted(anchor, first):
    number, _colon, mac = anchor.partition(":")
    sequence = int(number) if number.isascii() and number.isdecimal() else 0
    if sequence < first:  # nothing noted, or purged since
        return
    if not SecurityEvent.objects.filter(sequence=sequence, mac=mac).exists():
        yield f"先前记下的第 {sequence} 条缺失或被替换：数据库可能被换成了较早的状态。"


def _holds(keys, row) -> bool:
    key = keys.get(row.key_id)
    return key is not None and hmac.compare_digest(row.mac, mac_of(key, row.contents()))


@transaction.atomic
def purge(days: int, now) -> int:
    """Give up the rows older than `days`, at the beginning of the chain; return how many. Raises ValueError below 183."""
    if days < KEPT_DAYS:
        raise ValueError(f"审计记录至少保存 {KEPT_DAYS} 天，不能只保存 {days} 天。")
    head, (key_id, key) = _locked_head(), next(iter(known_keys().items()))
    sealed = SecurityEvent.objects.filter(sequence__isnull=False)
    young = sealed.filter(at__gte=now - timedelta(days=days)).order_by("sequence").first()
    old = sealed.filter(sequence__lt=young.sequence if young else head.last + 1)
    last = old.order_by("-sequence").first()
    if last is None:
        return 0
    head.first, head.before_first = last.sequence + 1, last.mac
    count, _by_model = old.delete()
    _close(head, key_id, key)
    return count
