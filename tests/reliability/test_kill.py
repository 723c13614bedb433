"""Killed at chosen statements: all or none, and the next run completes (20 random moments each: `kill.py`)."""

import random

from django.db import connection
from django.test import SimpleTestCase, tag

from tests.reliability import kill
from tests.reliability.sites import new_site


@tag("concurrent")
class KillTest(SimpleTestCase):
    """In processes of their own, on a database of their own."""

    databases = {"default"}

    def run_staged(self, site, *command, kill_at=0):
        """Run a command of `staged.py`; return how many statements it took, or None where it was killed."""
        site.environment["KILL_AT"] = str(kill_at)
        code, said = site.run("-m", "tests.reliability.staged", *map(str, command))
        site.wait_for_sessions()
        self.assertEqual(code, -9 if kill_at else 0, said)
        return None if kill_at else int(said.splitlines()[-1])

    def test_an_import_is_all_or_none(self):
        with new_site(like=connection) as site:
            site.work("make", 1)
            self.run_staged(site, "import", 0)  # which makes the offices too
            before = site.counts()
            statements = self.run_staged(site, "import", 1)
            added = {table: rows - before[table] for table, rows in site.counts().items()}
            self.assertGreater(added["workplans_item"], 10)
            before = site.counts()
            for moment in (statements // 3, statements // 2, statements):
                with self.subTest(statement=moment):
                    self.run_staged(site, "import", 2, kill_at=moment)
                    self.assertIn(site.counts(), (before, {table: before[table] + added[table] for table in before}))
            if site.counts() == before:
                self.run_staged(site, "import", 2)
            self.assertEqual(site.counts(), {table: before[table] + added[table] for table in before})

    def test_a_migration_is_all_or_none_and_the_next_run_completes(self):
        with new_site() as site:
            self.run_staged(site, "load_release")
            before = site.work("release")
            for moment in (30, 60):
                self.run_staged(site, "migrate", kill_at=moment)
                half = site.work("release")
                self.assertEqual(half["rows"], before["rows"])
            self.run_staged(site, "migrate")
            after = site.work("release")
            self.assertEqual(after["rows"], before["rows"])
            self.assertGreater(after["applied"], half["applied"])

    def test_a_save_that_was_acknowledged_is_stored_and_whole(self):
        with new_site(like=connection) as site:
            self.assertIn("all stored and whole", kill.kill_save(site, random.Random(8), 1))
