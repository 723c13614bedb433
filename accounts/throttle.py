"""Five failed sign-ins of a user from an address close that pair for ten minutes.

An attempt counts as failed before its password is looked at, and is forgiven when it was right: guesses made at the
same moment cannot all pass before the first is counted. All of it is in the database and outlives a restart.
"""

import unicodedata
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction

from .models import SignInAttempts

LIMIT = 5
CLOSED_FOR = timedelta(minutes=10)
FORGOTTEN_AFTER = timedelta(days=1)


@dataclass(frozen=True)
class Admission:
    """May the password be looked at? `wait` is how long not; `left` how many attempts remain after this one."""

    wait: timedelta | None = None
    left: int = 0


@transaction.atomic
def admit(username, address, now) -> Admission:
    """Count an attempt as failed, unless the pair is closed."""
    row = _locked_row(username, address, now)
    if row.locked_until and row.locked_until > now:
        return Admission(wait=row.locked_until - now)
    if row.locked_until or row.last_at < now - CLOSED_FOR:
        row.failures = 0
    row.failures += 1
    row.last_at = now
    row.locked_until = now + CLOSED_FOR if row.failures >= LIMIT else None
    row.save()
    return Admission(left=LIMIT - row.failures)


def forgive_all(username, address) -> None:
    """Forget the failures of a pair: somebody signed in."""
    SignInAttempts.objects.filter(username=_plain(username), address=address).delete()


@transaction.atomic
def forgive_one(username, address) -> None:
    """Take back the last attempt: the password was right, but the second factor is still to come."""
    row = SignInAttempts.objects.select_for_update().filter(username=_plain(username), address=address).first()
    if row and row.failures:
        row.failures, row.locked_until = row.failures - 1, None
        row.save()


def _plain(username) -> str:
    return unicodedata.normalize("NFKC", username).casefold()[:150]


def _locked_row(username, address, now):
    key = {"username": _plain(username), "address": address}
    _row, is_new = SignInAttempts.objects.get_or_create(**key, defaults={"last_at": now})
    if is_new:
        SignInAttempts.objects.filter(last_at__lt=now - FORGOTTEN_AFTER).delete()
    return SignInAttempts.objects.select_for_update().get(**key)
