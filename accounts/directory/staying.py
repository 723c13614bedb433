"""Who is removed there is out here: while a session lasts its directory is asked again every few minutes.

One request of a session asks, by a statement that only one can win; those beside it go on. A directory that does not
answer ends nobody's session: it is asked again when the minutes are over.
"""

import logging
from datetime import timedelta

from django.conf import settings

from accounts.models import DirectorySession

from .ldap import LDAP
from .matching import identify
from .oidc import OIDC
from .people import Answer, Directory, DirectoryDown, DirectoryRefused

log = logging.getLogger(__name__)
DIRECTORIES = (OIDC, LDAP)
ROW, UNTIL = "directory_session", "directory_until"  # the session's keys
OVER = "由统一身份开始的登录已结束，请重新登录。"


def open_row(answer: Answer, request, now) -> DirectorySession:
    """Keep what the directory is asked with again; return the row. Raises DirectoryRefused."""
    identity = identify(answer.person, request)
    DirectorySession.objects.filter(begun_at__lt=now - timedelta(seconds=settings.SESSION_MAX_SECONDS)).delete()
    return DirectorySession.objects.create(identity=identity, keepsake=answer.keepsake, begun_at=now, checked_at=now)


def note(session, row_pk, now) -> None:
    """Note in a session which row speaks for it, and until when nobody need be asked."""
    session[ROW] = row_pk
    session[UNTIL] = int(now.timestamp()) + settings.DIRECTORY_MINUTES * 60


def row_of(session) -> DirectorySession | None:
    """Return the row that speaks for a session, None for one that was begun here."""
    pk = session.get(ROW)
    return DirectorySession.objects.select_related("identity__user").filter(pk=pk).first() if pk else None


def leave(session_row, request) -> str:
    """Forget a session's row; return the address where the directory's own session ends, "" where there is none."""
    directory = directory_of(session_row.identity)
    session_row.delete()
    return directory.sign_out(request, session_row.keepsake) if directory else ""


def directory_of(identity) -> Directory | None:
    """Return the directory that vouches for an identity, None where it is off by now."""
    return next((each for each in DIRECTORIES if each.issuer() and each.issuer() == identity.issuer), None)


def end_by_directory(request, now) -> str:
    """Say in a sentence why the directory ends this session; "" while it does not, or has no part in it."""
    session = request.session
    if ROW not in session or now.timestamp() < session.get(UNTIL, 0):
        return ""
    row = row_of(session)
    if row is None:
        return OVER
    if sentence := _asked(row, request) if _is_ours_to_ask(row, now) else "":
        row.delete()
        return sentence
    note(session, row.pk, now)
    return ""


def _is_ours_to_ask(row, now) -> bool:
    """Take the turn to ask, where one is due; of requests at the same moment one wins."""
    is_due = row.checked_at <= now - timedelta(minutes=settings.DIRECTORY_MINUTES)
    turn = DirectorySession.objects.filter(pk=row.pk, checked_at=row.checked_at)
    return is_due and turn.update(checked_at=now) == 1


def _asked(row, request) -> str:
    """Ask, and bring what is kept up to date; return the sentence of a no."""
    directory = directory_of(row.identity)
    if directory is None:
        return OVER
    try:
        answer = directory.ask_again(row.identity, row.keepsake)
        DirectorySession.objects.filter(pk=row.pk).update(keepsake=answer.keepsake)
        identify(answer.person, request)
    except DirectoryDown as problem:
        log.warning("%s无法连接：%s", directory.name, problem)
        return ""
    except DirectoryRefused as refused:
        return str(refused)
    return ""
