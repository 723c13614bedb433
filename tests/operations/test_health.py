"""/healthz and /readyz: right answers while things are broken, and not a word too many."""

from pathlib import Path
from tempfile import TemporaryDirectory

from django.db import connection
from django.test import SimpleTestCase, TestCase, override_settings

from tests.operations.listening import Listener


class HealthTest(SimpleTestCase):
    """The process is alive: no database is asked (SimpleTestCase forbids it)."""

    def test_it_answers_anybody(self):
        response = self.client.get("/healthz")
        self.assertEqual((response.status_code, response.content), (200, b"ok\n"))
        self.assertIn("no-store", response["Cache-Control"])
        self.assertEqual(response.cookies, {})

    def test_it_answers_a_checker_inside_without_tls(self):
        with self.settings(SECURE_SSL_REDIRECT=True):
            self.assertEqual(self.client.get("/healthz").status_code, 200)
            self.assertEqual(self.client.get("/accounts/login/").status_code, 301)


class ReadyTest(TestCase):
    """Each fault is staged, told in the log and not in the answer."""

    def ready(self):
        """Return the status; the body holds one word whatever is wrong."""
        response = self.client.get("/readyz")
        self.assertEqual(response.content, b"ok\n" if response.status_code == 200 else b"unavailable\n")
        self.assertEqual(response.get("Retry-After"), None if response.status_code == 200 else "30")
        return response.status_code

    def assert_unavailable(self, reason):
        with Listener() as log:
            self.assertEqual(self.ready(), 503)
        self.assertIn(reason, log.lines[0]["message"])

    def test_all_is_well(self):
        self.assertEqual(self.ready(), 200)

    def test_asking_costs_two_statements(self):
        with self.assertNumQueries(2):
            self.ready()

    def test_a_migration_is_missing(self):
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM django_migrations WHERE app = 'tracking' AND name = '0002_submission'")
        self.assert_unavailable("tracking.0002_submission")

    def test_no_table_at_all(self):
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE django_migrations RENAME TO elsewhere")
        self.assert_unavailable("数据库结构需要更新")

    def test_the_disk_has_no_room(self):
        with self.settings(READY_FREE_MEGABYTES=10**9):
            self.assert_unavailable("只剩")

    def test_the_data_directory_cannot_be_written(self):
        with TemporaryDirectory() as folder:
            for name in ("gone", "file"):
                Path(folder, "file").write_text("no folder")
                with self.subTest(name=name), self.settings(VAR_DIR=Path(folder, name)):
                    self.assert_unavailable("不能写入")

    def test_it_recovers(self):
        with override_settings(READY_FREE_MEGABYTES=10**9):
            self.assert_unavailable("只剩")
        self.assertEqual(self.ready(), 200)
