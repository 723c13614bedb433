"""No test of SQL is left to one database in silence: the table of `tests/databases.py`, and the places of SQL."""

import json
import sys
import tempfile
from pathlib import Path

from django.conf import settings
from django.test import SimpleTestCase, TestCase

from tests import sql_places
from tests.databases import BOTH, SPEAKS_OF_DATABASES, needs_database, on_both
from tests.sql_places import Recorder, complement, place, places, running_test

ROOT = Path(settings.BASE_DIR)
TESTS = sorted(path for path in (ROOT / "tests").rglob("test_*.py") if path != Path(__file__))


def module(path):
    """Return the dotted name of a test module."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


class DeclaredTest(SimpleTestCase):
    """The table names what is there; whatever speaks of databases needs no row in it."""

    def test_each_row_names_tests(self):
        modules = {module(path) for path in TESTS}
        for beginning in BOTH:
            with self.subTest(beginning):
                self.assertTrue(any(name == beginning or name.startswith(f"{beginning}.") for name in modules))

    def test_a_module_that_speaks_of_databases_runs_on_both(self):
        for said in (
            "IntegrityError",
            "class A(TransactionTestCase)",
            "connection.cursor()",
            '@tag("postgres")',
            "x.vendor",
        ):
            with self.subTest(said):
                self.assertTrue(SPEAKS_OF_DATABASES.search(f"before\n{said}\nbehind"))
        self.assertIsNone(SPEAKS_OF_DATABASES.search('self.client.get("/")\n@tag("slow")'))
        self.assertTrue(on_both(PlacesTest("test_the_test_on_the_stack_is_told")))  # this module says it all
        speaking = [path for path in TESTS if SPEAKS_OF_DATABASES.search(path.read_text(encoding="utf-8"))]
        self.assertGreater(len(speaking), 20)

    def test_a_database_is_told_by_the_class(self):
        self.assertFalse(needs_database(self))
        self.assertTrue(needs_database(PlacesTest("test_the_line_of_the_house_is_the_place")))


class PlacesTest(TestCase):
    """Where SQL comes from."""

    def from_the_house(self, name, function, *args):
        """Call a function as from line 3 of a file of the house, its frame the last argument."""
        source = "import sys\ndef call(function, *args):\n    return function(*args, sys._getframe())\n"
        space = {}
        exec(compile(source, f"{sql_places.ROOT}/{name}", "exec"), space)
        return space["call"](function, *args)

    def test_the_line_of_the_house_is_the_place(self):
        for sql, what in (
            ('SELECT "a"."id" FROM "tracking_report" INNER JOIN "x" ON (1)', "SELECT tracking_report"),
            ('UPDATE "tracking_report" SET "version" = 1', "UPDATE tracking_report"),
            ('(SELECT 1 AS one FROM "b_c")', "SELECT b_c"),
            ("PRAGMA foreign_keys", "PRAGMA"),
        ):
            with self.subTest(sql):
                self.assertEqual(self.from_the_house("boards/invented.py", place, sql), f"boards/invented.py:3 {what}")

    def test_what_a_test_asks_itself_is_no_place(self):
        self.assertIsNone(self.from_the_house("tests/invented.py", place, "SELECT 1"))
        self.assertIsNone(place("SELECT 1", sys._getframe()))

    def test_the_test_on_the_stack_is_told(self):
        self.assertEqual(running_test(sys._getframe()), self.id())

    def test_what_one_database_never_answered_is_found(self):
        with tempfile.TemporaryDirectory() as folder:
            recorder = Recorder(Path(folder, "places"))
            for name in ("boards/one.py", "boards/two.py", "boards/one.py"):
                self.from_the_house(name, recorder.note, "SELECT 1")
            lines = Path(folder, "places").read_text().splitlines()
            seen = places(recorder.path)
        self.assertEqual([json.loads(line)[1] for line in lines], [self.id()] * 2)
        self.assertEqual(complement(seen, {"boards/one.py:3 SELECT": ["x"]}), [self.id()])
        self.assertEqual(complement(seen, seen), [])
