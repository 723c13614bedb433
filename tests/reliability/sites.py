"""A whole installation for tests that kill it: a database and a data directory of its own, commands, a web server.

`with new_site() as site: site.manage("migrate"); with site.serving() as server: server.get("/healthz")`. The database
is SQLite, or one more on the PostgreSQL server of DATABASE_URL.
"""

import json
import os
import re
import secrets
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing, contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import psycopg2

from tests.postgres import free_port, is_postgres

ROOT = Path(__file__).resolve().parent.parent.parent
SECONDS_TO_START = 60
TOKEN = "t" * 32  # CSRF: the cookie and the header must be the same
FORM = {"Content-Type": "application/x-www-form-urlencoded", "X-CSRFToken": TOKEN}


@contextmanager
def new_site(url=None, like=None, server=None, **variables):
    """Yield a Site that is thrown away afterwards.

    `url` is a database somebody else made and keeps; `server` the URL of a PostgreSQL that is to get a new one, else
    that of DATABASE_URL; `like` is Django's connection to one that is copied, which is faster than to migrate.
    """
    with (
        tempfile.TemporaryDirectory(prefix="test-site-") as folder,
        new_database(url, folder, like, server) as database,
    ):
        yield Site(Path(folder), database, variables)


@contextmanager
def new_database(url, folder, like=None, server=None):
    """Yield the URL of a new database, empty or a copy."""
    server = server or os.environ.get("DATABASE_URL", "")
    if url:
        yield url
    elif is_postgres(server):
        with new_postgresql_database(server, like) as made:
            yield made
    else:
        if like:
            like.ensure_connection()
            with closing(sqlite3.connect(f"{folder}/db.sqlite3")) as copy:
                like.connection.backup(copy)
        yield f"sqlite:///{folder}/db.sqlite3"


@contextmanager
def new_postgresql_database(server, like):
    """Yield the URL of a new database on `server`; in the end drop it and what was made of it."""
    name = f"site_{secrets.token_hex(4)}"
    if like:
        like.close()  # nobody may be connected to what is copied, threads of earlier tests included
        administer(
            server,
            f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '{like.settings_dict['NAME']}'",
        )
    administer(server, f"CREATE DATABASE {name}" + (f" TEMPLATE {like.settings_dict['NAME']}" if like else ""))
    try:
        yield urlsplit(server)._replace(path=f"/{name}").geturl()
    finally:
        for (made,) in administer(server, f"SELECT datname FROM pg_database WHERE datname LIKE '{name}%'"):
            administer(server, f"DROP DATABASE {made} WITH (FORCE)")


def administer(url, statement):
    """Run a statement that bears no transaction, in the database that every server has; return its rows."""
    connection = psycopg2.connect(urlsplit(url)._replace(path="/postgres").geturl())
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(statement)
        rows = cursor.fetchall() if cursor.description else []
    connection.close()
    return rows


class Site:
    """One installation."""

    def __init__(self, folder, database, variables):
        self.folder, self.database = folder, database
        self.environment = {
            name: value for name, value in os.environ.items() if not name.startswith(("DJANGO_", "DATABASE_URL"))
        } | {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DJANGO_SECRET_KEY": "only-for-tests-" * 5,
            "DJANGO_VAR_DIR": str(folder),
            "DATABASE_URL": database,
        } | variables  # fmt: skip

    def start(self, *command, **options):
        """Start Python with these arguments in a process group of its own."""
        options = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT} | options
        return subprocess.Popen(
            [sys.executable, *command], cwd=ROOT, env=self.environment, text=True, start_new_session=True, **options
        )

    def run(self, *command):
        """Run Python to its end; return its exit code and what it said."""
        process = self.start(*command)
        said, _ = process.communicate()
        return process.returncode, said

    def wait_for_sessions(self):
        """Wait until PostgreSQL has noticed that the processes on this database have ended, half a minute at most.

        What a killed process sent last is carried out all the same; whoever reads before that reads what was.
        """
        if not is_postgres(self.database):
            return
        name = urlsplit(self.database).path[1:]
        deadline = time.monotonic() + 30
        while administer(self.database, f"SELECT 1 FROM pg_stat_activity WHERE datname = '{name}'"):
            if time.monotonic() > deadline:
                raise TimeoutError(f"somebody is still connected to {name}")
            time.sleep(0.05)

    def manage(self, *arguments):
        """Run a management command that must succeed; return what it said."""
        code, said = self.run("manage.py", *arguments)
        if code:
            raise RuntimeError(f"manage.py {arguments[0]} ended with {code}:\n{said}")
        return said

    def work(self, *arguments):
        """Run a command of `work.py`; return the object of its last line."""
        code, said = self.run("-m", "tests.reliability.work", *map(str, arguments))
        if code:
            raise RuntimeError(said)
        return json.loads(said.splitlines()[-1])

    def rows(self, query):
        """Ask the database directly: starting Django for each look would take longer than what is looked at."""
        if is_postgres(self.database):
            with closing(psycopg2.connect(self.database)) as connection, connection.cursor() as cursor:
                cursor.execute(query)
                return cursor.fetchall()
        with closing(sqlite3.connect(self.database.removeprefix("sqlite:///"))) as connection:
            return connection.execute(query).fetchall()

    def counts(self):
        """Return table → rows, of all tables but those of sessions and of a search index."""
        listing = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        if is_postgres(self.database):
            listing = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        names = sorted(name for (name,) in self.rows(listing) if not re.search("_search|_terms|django_session", name))
        return dict(self.rows(" UNION ALL ".join(f"SELECT '{name}', count(*) FROM {name}" for name in names)))

    def make_world(self):
        """Migrate and make a small bureau (`world.py`); return its sessions and ids."""
        self.manage("migrate", "--verbosity=0")
        code, said = self.run("-m", "tests.reliability.world")
        if code:
            raise RuntimeError(said)
        return json.loads(said.splitlines()[-1])

    @contextmanager
    def serving(self, application="config.wsgi", **variables):
        """Run the web server of production and yield it as soon as it answers."""
        port = free_port()
        self.environment |= {"BIND": f"127.0.0.1:{port}"} | variables
        log = self.folder / f"server-{port}.log"
        with log.open("w") as output:
            process = self.start(
                "-m", "gunicorn", "--config", "config/gunicorn.py", application, stdout=output, stderr=output
            )
        server = Server(process, port, log)
        try:
            server.wait_until(lambda: server.get("/healthz").status == 200)
            yield server
        finally:
            server.kill()


class Answer:
    """A status, headers and a body."""

    def __init__(self, response):
        self.status, self.headers, self.body = response.status, response.headers, response.read()

    @property
    def text(self):
        """Return the body as text."""
        return self.body.decode()

    @property
    def json(self):
        """Return the body's object."""
        return json.loads(self.body)


class Server:
    """A running web server, asked without a connection kept open."""

    def __init__(self, process, port, log):
        self.process, self.port, self.log = process, port, log

    def get(self, path, session=None, **headers):
        """Ask for a page."""
        return self.ask("GET", path, session, None, headers)

    def post(self, path, session=None, **data):
        """Send a form."""
        return self.ask("POST", path, session, urlencode(data), FORM)

    def ask(self, method, path, session, body, headers):
        """Send one request; OSError or HTTPException where nobody answers."""
        cookies = f"csrftoken={TOKEN}" + (f"; sessionid={session}" if session else "")
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, body, {"Cookie": cookies, **headers})
            return Answer(connection.getresponse())
        finally:
            connection.close()

    def wait_until(self, condition, seconds=SECONDS_TO_START):
        """Wait until `condition()` holds; not answering is not holding."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            try:
                if condition():
                    return
            except (OSError, HTTPException):
                pass
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        raise RuntimeError(f"the server does not answer as expected:\n{self.log.read_text()[-3000:]}")

    def lines(self):
        """Return the lines of the log that are JSON."""
        return [json.loads(line) for line in self.log.read_text().splitlines() if line.startswith("{")]

    def kill(self, number=signal.SIGKILL):
        """Send a signal to the whole process group and, where it is SIGKILL, wait for the end."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, number)
        if number == signal.SIGKILL:
            self.process.wait()
