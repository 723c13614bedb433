"""Two real PostgreSQL servers and the real web server: what is read where, and what happens when the replica fails."""

import json
import os
import re
import subprocess
import time
import urllib.error
import urllib.request
from contextlib import ExitStack
from http.cookies import SimpleCookie
from urllib.parse import urlencode

import psycopg2
from django.conf import settings
from django.test import SimpleTestCase, tag
from django.urls import resolve

from config.replica import COOKIE
from scripts import environment
from tests import postgres
from tests.base import CastTestCase
from tests.every_url import EveryUrl, url_names

TOKEN = "t" * 32
SECONDS = 60


class Replication:
    """A primary, a streaming replica, and a web server over both; a context manager."""

    def __enter__(self):
        self.stack = ExitStack()
        try:
            self.start()
        except BaseException:
            self.stack.close()
            raise
        return self

    def __exit__(self, *exception):
        self.stack.close()

    def start(self):
        """Start the three servers and make a bureau on the primary."""
        binaries = postgres.system_binaries() or postgres.wheel_binaries()
        self.directory = self.stack.enter_context(postgres.temporary_directory())
        if not postgres.system_binaries():
            binaries = postgres.copy_installation(binaries, self.directory)
        self.binaries = binaries
        self.primary = self.stack.enter_context(postgres.cluster(binaries, self.directory))
        self.replica = self.make_replica()
        self.surroundings = {name: value for name, value in os.environ.items() if not name.startswith("DJANGO_")} | {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DJANGO_SECRET_KEY": "only-for-tests-" * 5,
            "DJANGO_VAR_DIR": str(self.directory / "var"),
            "DATABASE_URL": self.primary,
        }
        self.run("manage.py", "collectstatic", "--noinput", "--verbosity=0")
        self.run("manage.py", "migrate", "--verbosity=0")
        self.world = json.loads(self.run("-m", "tests.reliability.world").splitlines()[-1])
        self.port = self.serve()

    def run(self, *arguments):
        """Run Python on the primary and return what it printed."""
        command = [environment.PYTHON, *arguments]
        done = subprocess.run(
            command, cwd=environment.ROOT, env=self.surroundings, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise RuntimeError(done.stdout + done.stderr)
        return done.stdout

    def make_replica(self):
        """Copy the primary, start the copy as its replica, and return the copy's URL."""
        data = self.directory / "replica"
        command = [self.binaries / "pg_basebackup", "--dbname", self.primary, "--pgdata", data]
        command += ["--write-recovery-conf", "--wal-method=stream", "--checkpoint=fast", "--no-sync"]
        subprocess.run(command, cwd=self.directory, check=True, capture_output=True, **postgres.as_other_user())
        self.process, port = postgres.start(self.binaries, data, self.directory / "replica.log")
        self.stack.callback(postgres.stop, self.process)
        return re.sub(r":\d+/", f":{port}/", self.primary)

    def serve(self):
        """Start gunicorn with one process, so that its standing towards the replica is one, and return its port."""
        port = postgres.free_port()
        surroundings = self.surroundings | {
            "REPLICA_URL": self.replica, "REPLICA_MAX_LAG": "3600", "BIND": f"127.0.0.1:{port}", "WEB_CONCURRENCY": "1",
        }  # fmt: skip
        command = [environment.PYTHON, "-m", "gunicorn", "--config", "config/gunicorn.py", "config.wsgi"]
        log = self.stack.enter_context((self.directory / "web.log").open("wb"))
        server = subprocess.Popen(command, cwd=environment.ROOT, env=surroundings, stdout=log, stderr=log)
        self.stack.callback(server.wait)
        self.stack.callback(server.terminate)
        until(lambda: answers(port), "the web server answers")
        return port

    def on(self, url, statement):
        """Run one statement and return the first column of its first row."""
        connection = psycopg2.connect(url)
        connection.autocommit = True
        try:
            with connection.cursor() as cursor:
                cursor.execute(statement)
                return cursor.fetchone()[0] if cursor.description else None
        finally:
            connection.close()

    def has_caught_up(self):
        """Say whether the replica has replayed all that the primary wrote."""
        position = self.on(self.primary, "SELECT pg_current_wal_insert_lsn()")
        return self.on(self.replica, f"SELECT pg_last_wal_replay_lsn() >= '{position}'")


class Browser:
    """One person's browser: keeps the cookies it is given."""

    def __init__(self, world, port, name):
        self.port = port
        self.cookies = {settings.SESSION_COOKIE_NAME: world["sessions"][name], settings.CSRF_COOKIE_NAME: TOKEN}

    def ask(self, path, data=None):
        """GET the path, or POST the data; return the text of a 200."""
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", data and urlencode(data).encode())
        request.add_header("Cookie", "; ".join(f"{name}={value}" for name, value in self.cookies.items()))
        request.add_header("X-CSRFToken", TOKEN)
        with urllib.request.urlopen(request, timeout=30) as response:
            for header in response.headers.get_all("Set-Cookie", ()):
                for name, morsel in SimpleCookie(header).items():
                    self.cookies[name] = morsel.value
            return response.read().decode()


def answers(port):
    """Say whether the web server shows its sign-in page."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/accounts/login/", timeout=5) as response:
            return response.status == 200
    except urllib.error.URLError:
        return False


def until(condition, what):
    """Wait for a condition, a minute at most."""
    deadline = time.monotonic() + SECONDS
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {SECONDS} s: {what}")
        time.sleep(0.1)


class ReplicaViewsTest(EveryUrl, CastTestCase):
    """Only pages that write nothing read the replica."""

    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.make_rows()

    def test_the_pages_of_every_day_do_and_none_of_them_takes_a_post(self):
        marked = {name for name in url_names() if getattr(resolve(self.path(name)).func, "reads_replica", False)}
        self.assertLessEqual(
            {"boards:overview", "boards:plan_board", "sheets:export_file", "tracking:missing_reports"}, marked
        )
        self.client.force_login(self.supervisor)
        for name in marked:
            with self.subTest(name):
                self.assertEqual(self.client.post(self.path(name)).status_code, 405)


@tag("concurrent", "postgres")
class ReplicaTest(SimpleTestCase):
    """Dashboards read the replica, one's own writes and every failure the primary."""

    def test_reading_own_writes_falling_back_and_promotion(self):
        with Replication() as servers:
            reporter, leader = (Browser(servers.world, servers.port, name) for name in ("reporter", "leader"))
            board = f"/items/{servers.world['item']}/"
            self.save(servers, reporter, 10, version=0)
            until(servers.has_caught_up, "the replica has caught up")

            servers.on(servers.replica, "SELECT pg_wal_replay_pause()")
            self.save(servers, reporter, 80, version=1)
            self.assertIn("80%", reporter.ask(board), "one's own write is seen at once")
            self.assertTrue(reporter.cookies[COOKIE])
            self.assertNotIn("80%", leader.ask(board), "others read the replica, which stands still")

            servers.on(servers.replica, "SELECT pg_wal_replay_resume()")
            until(servers.has_caught_up, "the replica has caught up")
            self.assertIn("80%", leader.ask(board))
            self.assertIn("80%", reporter.ask(board))
            self.assertEqual(reporter.cookies[COOKIE], "", "what is replayed need not be remembered")

            servers.on(servers.replica, "SELECT pg_promote()")
            self.save(servers, reporter, 90, version=2)
            self.assertIn("90%", leader.ask(board), "a promoted server is no replica any more")

            postgres.stop(servers.process)
            self.save(servers, reporter, 95, version=3)
            self.assertIn("95%", leader.ask(board), "without a replica the primary answers")

    def save(self, servers, browser, percent, version):
        """Save the report as a draft through the page's own address."""
        data = {"completion_percent": percent, "progress": f"进展到{percent}%。", "seen_version": version}
        answer = json.loads(browser.ask(f"/reports/{servers.world['reports'][0]}/draft/", data))
        self.assertEqual(answer.get("version"), version + 1, answer)
