"""Dashboards, lists and exports read a streaming replica; all else, and one's own writes, read the primary.

Switched on by `REPLICA_URL`. Three parts: the mark on views that may read the replica (`workplans/replicas.py`), the middleware that decides
once a request, and the router that Django asks for each query. Whoever has just written reads the primary until the
replica has replayed that write: the position in the primary's log goes along as a cookie. Sessions, users and rights
are always read from the primary, so that rights withdrawn take effect at the next request.
"""

import logging
import re
import time
from contextvars import ContextVar

from django.conf import settings
from django.core.signals import request_finished
from django.db import Error, connection, connections

REPLICA = "replica"
COOKIE = "written_at"
POSITION = re.compile(r"[0-9A-F]{1,8}/[0-9A-F]{1,8}")
SECONDS_TO_FORGIVE = 15  # after a failure the replica is left alone for so long
ALWAYS_PRIMARY = frozenset({"sessions", "auth", "accounts", "audit"})
RIGHTS = "membership"
# In recovery it is a replica; a promoted one is none any more. A receiver is there while the primary is connected.
# What waits to be replayed is younger than REPLICA_MAX_LAG, and the user's own last write is replayed.
STATE = """
SELECT pg_is_in_recovery()
   AND EXISTS (SELECT FROM pg_stat_wal_receiver)
   AND (pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn()
        OR clock_timestamp() - pg_last_xact_replay_timestamp() < %s * interval '1 second'),
       %s IS NULL OR pg_last_wal_replay_lsn() >= %s::pg_lsn
"""

logger = logging.getLogger(__name__)
_reading_from = ContextVar("reading_from", default="default")


class ReplicaRouter:
    """Django's question "which database?" for each query."""

    def db_for_read(self, model, **hints):
        """The replica while a view marked for it runs, but for accounts and rights."""
        if model._meta.app_label in ALWAYS_PRIMARY or model._meta.model_name == RIGHTS:
            return "default"
        return _reading_from.get()

    def db_for_write(self, model, **hints):
        """The primary."""
        return "default"

    def allow_relation(self, *objects, **hints):
        """Both are the same data."""
        return True

    def allow_migrate(self, db, app_label, **hints):
        """The replica gets its tables from the primary."""
        return db != REPLICA


class ReplicaMiddleware:
    """Decides where a request reads, and tells the browser where its last write stands in the primary's log."""

    resting_until = 0.0

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        """Let the request pass; after a change remember its position."""
        _reading_from.set("default")
        response = self.get_response(request)
        if request.method not in ("GET", "HEAD", "OPTIONS"):
            remember(response, request.is_secure())
        elif getattr(request, "has_caught_up", False):
            response.delete_cookie(COOKIE)
        return response

    def process_view(self, request, view, args, kwargs):
        """Choose the replica for a view marked for it where it is fit to be read."""
        if request.method in ("GET", "HEAD") and getattr(view, "reads_replica", False):
            written_at = position(request)
            if self.is_fit(written_at):
                request.has_caught_up = written_at is not None
                _reading_from.set(REPLICA)

    def is_fit(self, written_at):
        """Say whether the replica is one, answers, follows the primary and has replayed `written_at`."""
        if time.monotonic() < type(self).resting_until:
            return False
        try:
            with connections[REPLICA].cursor() as cursor:
                cursor.execute(STATE, [settings.REPLICA_MAX_LAG, written_at, written_at])
                follows, has_own_write = cursor.fetchone()
        except Error as problem:
            follows = has_own_write = False
            connections[REPLICA].close()
            logger.warning("The replica does not answer, reading the primary: %s", problem)
        if not follows:
            type(self).resting_until = time.monotonic() + SECONDS_TO_FORGIVE
        return follows and has_own_write


def position(request):
    """Return the position in the primary's log that the request's cookie names; None without a well-formed one."""
    told = request.COOKIES.get(COOKIE, "")
    return told if POSITION.fullmatch(told) else None


def remember(response, secure):
    """Put the primary's present position into the response's cookie."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_current_wal_insert_lsn()")
            (now,) = cursor.fetchone()
    except Error:
        return  # the change itself failed with the database; there is nothing to wait for
    response.set_cookie(COOKIE, now, max_age=86400, secure=secure, httponly=True, samesite="Lax")


def read_primary_again(**kwargs):
    """What runs in this thread after a request reads the primary."""
    _reading_from.set("default")


request_finished.connect(read_primary_again)
