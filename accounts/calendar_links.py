"""日历订阅: the secret link of a person's calendar, made, renewed, revoked, and told from guesses.

A token is `<id of the link>-<secret>`; the secret has 256 bits and is shown once. Five wrong secrets for one link from one
address close that pair for ten minutes (`throttle.py`), as wrong passwords do; other links of the address stay open.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta

from workplans import access
from workplans.ids import id_of

from . import throttle
from .models import CalendarLink

NOTED_EVERY = timedelta(hours=1)


@dataclass(frozen=True)
class Reader:
    """Whose calendar a token opens: `link` is None for nobody's; `wait` is set while guesses keep it closed."""

    link: CalendarLink | None = None
    wait: timedelta | None = None


def renew(user, now) -> str:
    """Give `user` a link in place of a former one; return its token, which nothing here can tell again."""
    secret = secrets.token_urlsafe(32)
    values = {"digest": _digest(secret), "made_at": now, "read_at": None}
    link, _ = CalendarLink.objects.update_or_create(user=user, defaults=values)
    return f"{link.pk}-{secret}"


def revoke(user) -> bool:
    """Take the link of `user` away; say whether there was one."""
    return CalendarLink.objects.filter(user=user).delete()[0] > 0


def reader(token, address, now) -> Reader:
    """Return whose calendar `token` opens; nobody's where it is wrong or revoked, or its person may not enter any more."""
    pk, _, secret = token.partition("-")
    link = CalendarLink.objects.select_related("user").filter(pk=id_of(pk)).first()
    if link is None:
        return Reader()
    name = f"calendar/{link.pk}"  # no user's name: those have no stroke
    admission = throttle.admit(name, address, now)
    if admission.wait is not None:
        return Reader(wait=admission.wait)
    if not secrets.compare_digest(link.digest, _digest(secret)):
        throttle.failed(name, address)
        return Reader()
    throttle.forgive_all(name, address)
    if not link.user.is_active or access.enter_refusal(link.user):
        return Reader()
    _note(link, now)
    return Reader(link)


def _note(link, now):
    """Remember that it was read; a program that asks every minute writes once an hour."""
    if link.read_at is None or link.read_at < now - NOTED_EVERY:
        CalendarLink.objects.filter(pk=link.pk).update(read_at=now)


def _digest(secret) -> str:
    """Return how a secret is kept; so long a random one needs no salt and no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()
