"""Who asks: a token in the Authorization header, nothing else. A cookie opens no door here, so no other site can use one."""

from django.conf import settings
from django.core.cache import cache
from django.utils import timezone
from ninja.security import HttpBearer

from accounts import tokens
from audit.addresses import client_address
from audit.kinds import EventKind
from audit.recording import record

from .problems import ProblemFound

LONGEST = 100  # characters of what can be a token
REFUSED_FOR = 60  # seconds in which one address leaves one event of refused tokens, in each process


class Token(HttpBearer):
    """Let in whoever shows a token in force, as often as it may: `request.auth` is its row, with application and account."""

    def authenticate(self, request, token):
        """Return the token's row. Raises ProblemFound."""
        now = timezone.now()
        row = tokens.find(token) if len(token) <= LONGEST else None
        if row is None:
            _note_refusal(request)
            raise ProblemFound("unauthorized", headers={"WWW-Authenticate": 'Bearer error="invalid_token"'})
        if row.minute == now.replace(second=0, microsecond=0) and row.used >= settings.API_PER_MINUTE:
            wait = {"Retry-After": str(60 - now.second)}
            raise ProblemFound("too-many-requests", f"每分钟最多 {settings.API_PER_MINUTE} 次，请稍后再试。", wait)
        tokens.count(row, request, now=now)
        return row


def account_of(request):
    """Return the user a request stands for."""
    return request.auth.application.account


def _note_refusal(request):
    address = client_address(request)
    if cache.add(f"api-refused-{address}", 1, REFUSED_FOR):
        record(EventKind.API, request, target=request.path, success=False, detail="令牌无效或已停用")
