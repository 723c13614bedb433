"""Is there a pool (PgBouncer) between us and PostgreSQL that the settings do not know of, or one that lacks something?

A pool gives out transactions, not sessions: what is set in one statement may be another's a statement later. What of
ours needs a session is named here: cursors of the server (`.iterator()`), the time limit of statements, pg_dump.
"""

from django.conf import settings
from django.db import connection


def pool_problem() -> str | None:
    """Return what is wrong with the pool or the settings about it, in a sentence, or None."""
    if connection.vendor != "postgresql":
        return None
    if not settings.DATABASE_POOLER:
        return _UNDECLARED if is_pooled() else None
    with connection.cursor() as cursor:
        cursor.execute("SELECT setting::int FROM pg_settings WHERE name = 'statement_timeout'")
        (milliseconds,) = cursor.fetchone()
    return None if milliseconds else _UNLIMITED


def is_pooled() -> bool:
    """Say whether the process that answers is another than the one that greeted: a pool greets with a number of its own."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (answering,) = cursor.fetchone()
        return answering != connection.connection.info.backend_pid


_UNDECLARED = (
    "DATABASE_URL 后面是连接池（如 PgBouncer）。请设置 DATABASE_POOLER（session 或 transaction），"
    "并用 DATABASE_DIRECT_URL 写明不经过连接池的地址，见 docs/scaling.md。"
)
_UNLIMITED = (
    "连接池没有给语句规定时限。请在 pgbouncer.ini 的 [databases] 里加上 connect_query='SET statement_timeout = 60000'，"
    "见 docs/scaling.md。"
)
