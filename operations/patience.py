"""No thread of the web server waits for a PostgreSQL that does not answer: frozen, hung on its disk, cut off.

Limits of the server's own (statement_timeout) do not run out in a server that stands still, and its kernel goes on
confirming packets, so that no limit of TCP's does either. So one thread of each process asks a connection of its own
every second. Once an answer is SILENT seconds overdue the database is called away: whoever waits is told so at once, and
so is everybody who comes, until it answers again. A statement that is slow in a server that answers may go on.

Only the web server does this (`config/wsgi.py`): a migration or a backup may wait as long as it likes.
"""

import logging
import os
import select
import threading
import time
from contextlib import suppress

import psycopg2
import psycopg2.extensions
from django.conf import settings
from django.db import connections
from psycopg2.extensions import POLL_OK, POLL_READ, POLL_WRITE

from .postgresql import parameters_of

EVERY, SILENT = 1.0, 3.0  # seconds between two questions; seconds after which one is overdue
LOOK = 0.2  # how often whoever waits looks whether the database is away
CONNECTING = 5  # seconds for a new connection, which libpq's own limit does not cover here
STATEMENT = 60  # seconds the server lets a statement of a page run
LONGEST = STATEMENT + 5  # and seconds after which nobody waits for it any more
AGAIN = 5  # times SILENT after which the question is asked on a new connection

log = logging.getLogger(__name__)


class Watch:
    """Asks the database from a thread of its own; `is_away` is what it found last."""

    def __init__(self, parameters):
        self.parameters, self.pid, self.is_away = parameters, os.getpid(), False
        threading.Thread(target=self._run, name="database-watch", daemon=True).start()

    def _run(self):
        while True:
            try:
                with ClosedQuietly(psycopg2.connect(**self.parameters, async_=True)) as connection:
                    self._ask_on_and_on(connection)
            except psycopg2.Error as problem:
                self._say(True, problem)
                time.sleep(EVERY)

    def _ask_on_and_on(self, connection):
        try:
            self._greet(connection)
            while True:
                cursor = connection.cursor()
                cursor.execute("SELECT 1")
                self._expect(connection)
                time.sleep(EVERY)
        except psycopg2.Error:
            silent = connection.info.host  # while connecting: the one libpq waits for
            self._ask_first([host for host in self._hosts() if host != silent])
            raise

    def _greet(self, connection):
        """Wait for a new connection; of several hosts named, the one that gave it is asked first from now on.

        A host that takes connections and says nothing would be waited for for ever: libpq's own limit, after which it
        goes on to the next host, does not cover a connection that is waited for here.
        """
        if not _answers(connection, time.monotonic() + SILENT):
            raise psycopg2.OperationalError("no answer to a new connection")
        self._ask_first([connection.info.host])
        self._say(False)

    def _hosts(self):
        return str(self.parameters.get("host", "")).split(",")

    def _ask_first(self, first):
        """Name these hosts before the others, here and to every new connection of the process."""
        hosts = self._hosts()
        if len(hosts) < 2:
            return
        ordered = ",".join([*first, *(host for host in hosts if host not in first)])
        for values in connections.settings.values():
            if sorted(str(values.get("HOST", "")).split(",")) == sorted(hosts):
                values["HOST"] = ordered
        self.parameters["host"] = ordered

    def _expect(self, connection):
        """Wait for an answer; say that it is overdue, and go on waiting, for a server that wakes up answers at once."""
        for _ in range(AGAIN):
            if _answers(connection, time.monotonic() + SILENT):
                self._say(False)
                return
            self._say(True, "no answer")
        raise psycopg2.OperationalError("no answer for too long")

    def _say(self, is_away, problem=""):
        if is_away != self.is_away:
            self.is_away = is_away
            log.warning("数据库没有应答：%s" if is_away else "数据库恢复应答%s", problem)


class ClosedQuietly:
    """As contextlib's, but what fails while closing is no news."""

    def __init__(self, connection):
        self.connection = connection

    def __enter__(self):
        return self.connection

    def __exit__(self, *problem):
        with suppress(psycopg2.Error):
            self.connection.close()


def _answers(connection, until) -> bool:
    """Wait for what the connection is about; False where the time is over. Looks once more after that."""
    while True:
        state = connection.poll()
        if state == POLL_OK:
            return True
        left = until - time.monotonic()
        if left <= 0:
            return False
        _select(connection, state, left)


def _select(connection, state, seconds) -> bool:
    number = connection.fileno()
    ready = select.select([number] if state == POLL_READ else [], [number] if state == POLL_WRITE else [], [], seconds)
    return any(ready)


_watch: Watch | None = None
_lock = threading.Lock()


def watch() -> Watch:
    """Return the watch of this process; a process that was forked begins its own."""
    global _watch
    if _watch is None or _watch.pid != os.getpid():
        with _lock:
            if _watch is None or _watch.pid != os.getpid():
                _watch = Watch(parameters_of(connections["default"]))
    return _watch


def wait(connection):
    """Wait for a statement or a new connection; raise OperationalError once the database is away or it takes too long.

    psycopg2 closes the connection of a wait that raises. Closing it here would wait for the lock psycopg2 holds meanwhile,
    for ever.
    """
    begun = time.monotonic()
    longest = CONNECTING if connection.status == psycopg2.extensions.STATUS_SETUP else LONGEST
    while True:
        if watch().is_away:
            raise psycopg2.OperationalError("the database does not answer")
        state = connection.poll()
        if state == POLL_OK:
            return
        if not _select(connection, state, LOOK) and time.monotonic() - begun > longest:
            raise psycopg2.OperationalError(f"no answer within {longest} s")


def begin() -> None:
    """Let this process wait no longer than that; nothing to do for SQLite, which has its own limit."""
    if connections["default"].vendor != "postgresql":
        return
    for alias, values in connections.settings.items():
        if not (alias == "default" and settings.DATABASE_POOLER):  # a pool sets it for all (deploy/failover)
            values["OPTIONS"].setdefault("options", f"-c statement_timeout={STATEMENT}s")
    psycopg2.extensions.set_wait_callback(wait)
