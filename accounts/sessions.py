"""How long a session lasts: 30 minutes without work, 12 hours in all (settings)."""

import time

from django.conf import settings

BEGUN, ACTIVE = "signed_in_at", "active_at"
NOTED_EVERY = 60  # seconds: a session's row is not written at each request


def begin(sender, request, **kwargs):
    """Note when a session begins; receives `user_logged_in`."""
    request.session[BEGUN] = request.session[ACTIVE] = int(time.time())


def end_of(session, now: float) -> str:
    """Say in a sentence why the session is over; "" while it is not. A session that does not know its age is over."""
    if now - session.get(BEGUN, 0) >= settings.SESSION_MAX_SECONDS:
        return f"登录已满 {settings.SESSION_MAX_SECONDS // 3600} 小时，请重新登录。"
    if now - session.get(ACTIVE, 0) >= settings.SESSION_IDLE_SECONDS:
        return f"您已超过 {settings.SESSION_IDLE_SECONDS // 60} 分钟没有操作，请重新登录。"
    return ""


def note_activity(session, now: float) -> None:
    """Note that somebody is at work."""
    if now - session.get(ACTIVE, 0) >= NOTED_EVERY:
        session[ACTIVE] = int(now)
