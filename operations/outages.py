"""What an exception says about the machine: the disk is full, the database is away, or neither."""

import errno
import sqlite3

from django.db import InterfaceError, OperationalError

FULL, AWAY = "full", "away"
DEPTH = 8  # of exceptions raised while handling another
# SQLite: busy, locked, read-only, input/output, corrupt, cannot open. Its plain error (1) is a wrong statement.
SQLITE_AWAY = {5, 6, 8, 10, 11, 14}
# PostgreSQL's classes: connection, resources, operator intervention (restart), system, rolled back (deadlock).
POSTGRESQL_AWAY = ("08", "53", "57", "58", "40")
DISK_FULL = "53100"


def outage(problem):
    """Return FULL or AWAY where `problem`, or what it was raised from, is no mistake of the program; else None."""
    for _ in range(DEPTH):
        if problem is None:
            return None
        if found := _outage(problem):
            return found
        problem = problem.__cause__ or problem.__context__
    return None


def _outage(problem):
    if isinstance(problem, OSError) and problem.errno in (errno.ENOSPC, errno.EDQUOT):
        return FULL
    if isinstance(problem, sqlite3.Error):
        code = getattr(problem, "sqlite_errorcode", 0) & 0xFF  # the extended code without its details
        return FULL if code == sqlite3.SQLITE_FULL else AWAY if code in SQLITE_AWAY else None
    if isinstance(problem, OperationalError | InterfaceError):
        return _outage_of_postgresql(problem.__cause__)
    return None


def _outage_of_postgresql(cause):
    if cause is None or not hasattr(cause, "pgcode"):
        return None
    if cause.pgcode is None:  # no server answered
        return AWAY
    return FULL if cause.pgcode == DISK_FULL else AWAY if cause.pgcode.startswith(POSTGRESQL_AWAY) else None
