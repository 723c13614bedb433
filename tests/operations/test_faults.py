"""The pages of a fault: Chinese, without a trace, and in need of nothing that may be broken."""

import errno
import re
import sqlite3
import tempfile
from pathlib import Path

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db import DatabaseError, connection, connections
from django.http import HttpResponse
from django.test import SimpleTestCase, TestCase, override_settings
from django.urls import include, path

from config.urls import handler400, handler500  # noqa: F401 (Django looks for them in the module of the URLs)
from operations import outages
from operations.faults import AWAY, BAD_REQUEST, BROKEN, FULL, TOO_MUCH
from tests.base import CastTestCase
from tests.browser.base import LATIN
from tests.operations.listening import Listener

NOBODY_THERE = {
    "ENGINE": "django.db.backends.postgresql",
    "NAME": "台账",
    "USER": "u",
    "PASSWORD": "Not-For-Anybody-1",
    "HOST": "127.0.0.1",
    "PORT": "1",
    "OPTIONS": {"connect_timeout": 2},
}


def ask_nobody():
    """Ask a PostgreSQL server that is not running."""
    connections.databases["gone"] = connections.configure_settings({"default": {}, "gone": NOBODY_THERE})["gone"]
    try:
        with connections["gone"].wrap_database_errors:
            connections["gone"].connect()
    finally:
        del connections["gone"], connections.databases["gone"]


def ask_locked():
    """Write into an SQLite file that somebody else holds."""
    with tempfile.TemporaryDirectory() as folder:
        name = str(Path(folder) / "db")
        holder, writer = sqlite3.connect(name), sqlite3.connect(name, timeout=0)
        try:
            holder.execute("BEGIN EXCLUSIVE")
            writer.execute("CREATE TABLE t (n)")
        finally:
            holder.close()
            writer.close()


def ask_full_file():
    """Write more into an SQLite file than it may hold."""
    with sqlite3.connect(":memory:") as file:
        file.execute("CREATE TABLE t (n)")
        file.execute("PRAGMA max_page_count = 2")
        file.execute("INSERT INTO t VALUES (?)", ["甲" * 10000])


def fill_disk():
    raise OSError(errno.ENOSPC, "No space left on device")


def mistake():
    raise ValueError("a mistake of ours")


def wrong_statement():
    sqlite3.connect(":memory:").execute("SELECT * FROM missing")


def suspicious():
    raise SuspiciousOperation("a forged value")


def too_big():
    raise RequestDataTooBig("too big")


STAGED = {
    ask_nobody: AWAY, ask_locked: AWAY, ask_full_file: FULL, fill_disk: FULL, mistake: BROKEN, wrong_statement: BROKEN,
    suspicious: BAD_REQUEST, too_big: TOO_MUCH,
}  # fmt: skip


@login_not_required
def staged(request, name):
    """Run one of the faults."""
    next(fault for fault in STAGED if fault.__name__ == name)()


@login_not_required
def read_form(request):
    """Read what was sent."""
    return HttpResponse(len(request.POST))


urlpatterns = [path("staged/<name>/", staged), path("form/", read_form), path("", include("config.urls"))]


@override_settings(ROOT_URLCONF=__name__)
class FaultPagesTest(SimpleTestCase):
    """Each fault really happens, and nothing on its page asks the database (SimpleTestCase forbids it)."""

    def setUp(self):
        self.client.raise_request_exception = False
        self.enterContext(Listener())

    def test_each_fault_has_its_page(self):
        for fault, expected in STAGED.items():
            with self.subTest(fault=fault.__name__):
                response = self.client.get(f"/staged/{fault.__name__}/")
                text = response.content.decode()
                self.assertEqual(response.status_code, expected.status)
                self.assertIn(f"<h1>{expected.heading}</h1>", text)
                self.assertIn(response["X-Request-ID"], text)
                self.assertIn("default-src 'self'", response["Content-Security-Policy"])
                self.assertEqual(response["Cache-Control"], "no-store")
                self.assertEqual(response.get("Retry-After"), "30" if expected.status == 503 else None)

    def test_pages_are_chinese_tell_nothing_and_stay_within_the_policy(self):
        for fault in STAGED:
            with self.subTest(fault=fault.__name__):
                text = self.client.get(f"/staged/{fault.__name__}/").content.decode()
                body = re.sub(r"<[^>]*>", " ", text.partition("<body>")[2])
                self.assertEqual(LATIN.findall(body), [])
                self.assertNotRegex(text, r"<style|<script|style=|\bon\w+=")
                for told in ("Traceback", "Not-For-Anybody-1", "mistake", "127.0.0.1", "missing"):
                    self.assertNotIn(told, text)

    def test_too_many_fields_and_too_long_a_form(self):
        with self.settings(DATA_UPLOAD_MAX_NUMBER_FIELDS=10):
            self.assertEqual(self.client.post("/form/", {f"f{n}": "x" for n in range(11)}).status_code, 413)
        with self.settings(DATA_UPLOAD_MAX_MEMORY_SIZE=1000):
            answer = self.client.post(
                "/form/", {"progress": "x" * 1001}, content_type="application/x-www-form-urlencoded"
            )
            self.assertContains(answer, "内容太大，没有保存", status_code=413)

    def test_a_host_that_is_not_ours(self):
        self.assertContains(self.client.get("/", headers={"host": "evil.example"}), "请求有误", status_code=400)


class OutageTest(SimpleTestCase):
    """What is told apart."""

    def test_the_cause_is_found_behind_other_exceptions(self):
        try:
            try:
                fill_disk()
            except OSError as problem:
                raise RuntimeError("could not write") from problem
        except RuntimeError as problem:
            self.assertEqual(outages.outage(problem), outages.FULL)

    def test_a_mistake_is_no_outage(self):
        for problem in (ValueError(), OSError(errno.ENOENT, "no file"), DatabaseError("what")):
            self.assertIsNone(outages.outage(problem))


class MissingAndBarredTest(CastTestCase):
    """403 and 404 are pages of the application, with its navigation."""

    def test_they_are_chinese(self):
        self.client.force_login(self.reporter)
        self.assertContains(self.client.get("/nowhere/"), "没有这一页", status_code=404)
        self.assertContains(self.client.get("/admin/workplans/organization/add/"), "没有权限", status_code=403)


class WrongStatementTest(TestCase):
    """A missing table is a mistake on both databases: 500, so that somebody looks, and not 503."""

    def test_it_is_no_outage(self):
        with self.assertRaises(DatabaseError) as caught:
            connection.cursor().execute("SELECT * FROM missing_table")
        self.assertIsNone(outages.outage(caught.exception))
