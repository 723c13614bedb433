"""Five failed sign-ins of a user from an address close that pair for ten minutes.

An attempt counts as failed before its password is looked at, and is forgiven when it was right: guesses made at the
same moment cannot all pass before the first is counted. Where those under way fill the five, the next waits for what
becomes of them: right ones let it in. All of it is in the database and outlives a restart.
"""

import time
import unicodedata
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import F

from .models import SignInAttempts

LIMIT = 5
CLOSED_FOR = timedelta(minutes=10)
FORGOTTEN_AFTER = timedelta(days=1)
LOOKING = timedelta(seconds=10)  # a password is looked at no longer; older ones under way were lost with their process
PATIENCE, PAUSE = 8.0, 0.05  # seconds


@dataclass(frozen=True)
class Admission:
    """May the password be looked at? `wait` is how long not; `left` how many attempts remain after this one."""

    wait: timedelta | None = None
    left: int = 0


def admit(username, address, now) -> Admission:
    """Count an attempt as failed, unless the pair is closed; every admission is followed by `forgive_…` or `failed`."""
    until = time.monotonic() + PATIENCE
    while (admission := _try(username, address, now)) is None:
        if time.monotonic() > until:
            return Admission(wait=CLOSED_FOR)
        time.sleep(PAUSE)
    return admission


@transaction.atomic
def _try(username, address, now) -> Admission | None:
    """The same at once; None where it hangs on attempts under way whether the pair is closed."""
    row = _locked_row(username, address, now)
    if row.locked_until and row.locked_until > now:
        is_undecided = row.under_way > 0 and row.last_at > now - LOOKING
        return None if is_undecided else Admission(wait=row.locked_until - now)
    if row.locked_until or row.last_at < now - CLOSED_FOR:
        row.failures = row.under_way = 0
    row.failures += 1
    row.under_way += 1
    row.last_at = now
    row.locked_until = now + CLOSED_FOR if row.failures >= LIMIT else None
    row.save()
    return Admission(left=LIMIT - row.failures)


def failed(username, address) -> None:
    """Say of an attempt that it was wrong: it stays counted and is not under way any more."""
    rows = SignInAttempts.objects.filter(username=_plain(username), address=address, under_way__gt=0)
    rows.update(under_way=F("under_way") - 1)


def forgive_all(username, address) -> None:
    """Forget the failures of a pair: somebody signed in."""
    SignInAttempts.objects.filter(username=_plain(username), address=address).delete()


@transaction.atomic
def forgive_one(username, address) -> None:
    """Take back the last attempt: the password was right, but the second factor is still to come."""
    row = SignInAttempts.objects.select_for_update().filter(username=_plain(username), address=address).first()
    if row and row.failures:
        row.failures, row.locked_until = row.failures - 1, None
        row.under_way = max(0, row.under_way - 1)
        row.save()


def _plain(username) -> str:
    return unicodedata.normalize("NFKC", username).casefold()[:150]


def _locked_row(username, address, now):
    """Return the pair's row, locked; somebody who signs in may delete it between making it and locking it."""
    key = {"username": _plain(username), "address": address}
    rows = SignInAttempts.objects.select_for_update().filter(**key)
    is_new = False
    while (row := rows.first()) is None:
        # Asks nobody and fails for nobody: get_or_create does where the row it ran into is gone when it looks.
        SignInAttempts.objects.bulk_create([SignInAttempts(**key, last_at=now)], ignore_conflicts=True)
        is_new = True
    if is_new:
        SignInAttempts.objects.filter(last_at__lt=now - FORGOTTEN_AFTER).delete()
    return row
