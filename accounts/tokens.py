"""Tokens of applications: issued once, kept as a digest, shown with each request, counted by the minute, revoked.

A token is 256 random bits, so one SHA-256 of it tells nothing to whoever reads the table.
"""

import hashlib
import secrets

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import F

from audit.kinds import EventKind
from audit.recording import record
from workplans import access

from .models import AccessToken, Application

PREFIX = "jy_"
SHOWN = 8  # characters of a token that lists tell it by


def make_account(name):
    """Return the new user an application writes as: nobody can sign in with it."""
    user = get_user_model()(username=f"接口-{secrets.randbelow(10**12):012d}", first_name=name, is_active=False)
    user.set_unusable_password()
    user.save()
    return user


def issue(application: Application, *, by, now) -> tuple[AccessToken, str]:
    """Make a token; return its row and the token itself, which is nowhere else."""
    token = PREFIX + secrets.token_urlsafe(32)
    row = AccessToken.objects.create(
        application=application, digest=digest_of(token), hint=token[:SHOWN], issued_by=by, issued_at=now
    )
    return row, token


def revoke(row: AccessToken, *, now) -> bool:
    """Make a token worthless from the next request on; say whether it was not so before."""
    return bool(AccessToken.objects.filter(pk=row.pk, revoked_at=None).update(revoked_at=now))


def find(token: str) -> AccessToken | None:
    """Return the row of a token in force, with its application and account, who has its standing; else None."""
    rows = AccessToken.objects.filter(digest=digest_of(token), revoked_at=None)
    row = rows.select_related("application__account").first()
    if row is not None:
        application = row.application
        access.stand_for(application.account, application.organization_id, application.office_id)
    return row


def count(row: AccessToken, request, *, now) -> int:
    """Count one use of a token; return which of this minute it is.

    The first of a minute leaves a security event, which tells how many there were in the last minute it was used: every
    use is told of, in rows that grow with the minutes and not with the requests.
    """
    minute, mine = now.replace(second=0, microsecond=0), AccessToken.objects.filter(pk=row.pk)
    if mine.filter(minute=minute).update(used=F("used") + 1, last_used=now):
        return row.used + 1 if row.minute == minute else 1
    with transaction.atomic():
        is_first = mine.filter(minute=row.minute).update(minute=minute, used=1, last_used=now)
        if is_first:
            before = f"；上一次记录的那一分钟共 {row.used} 次" if row.used else ""
            record(
                EventKind.API,
                request,
                user=row.application.account,
                target=f"{row.application} {row}",
                detail=f"{request.method} {request.path}{before}",
            )
        else:
            mine.update(used=F("used") + 1, last_used=now)
    return 1


def digest_of(token: str) -> str:
    """Return what of a token is kept."""
    return hashlib.sha256(token.encode()).hexdigest()
