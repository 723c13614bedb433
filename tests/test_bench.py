"""`make bench` runs from empty to its table; the data it makes are the same each time. Nothing is timed here."""

import json
import os
import subprocess
import sys
import tempfile
from itertools import islice
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.test import SimpleTestCase
from django.urls import reverse

from bench.rows import ADMIN, BUSY, CITY, COLUMNS, HEADS, LEADER, REPORTERS, SUPERVISOR, City, office_id, user_id
from bench.shape import BUSY_ITEMS, OFFICES, Shape, parse, short
from bench.stage import insist
from bench.timing import percentile_ms, ratio

from .base import CastTestCase


class DataTest(SimpleTestCase):
    """What the generator makes."""

    def test_the_same_size_gives_the_same_rows(self):
        one, other = (list(islice(City(Shape(960)).rows(), 500)) for _time in range(2))
        self.assertEqual(one, other)

    def test_it_makes_as_many_reports_as_it_says_and_fills_every_column(self):
        shape, seen = Shape(1000), {}
        for table, row in City(shape).rows():
            self.assertEqual(len(row), len(COLUMNS[table]), table)
            seen[table] = seen.get(table, 0) + 1
        self.assertEqual(seen["tracking_report"], shape.reports)
        self.assertEqual(shape.reports, 3 * 480)
        self.assertEqual(set(seen), set(COLUMNS))

    def test_no_two_places_are_one_person(self):
        offices = [base + number for base in (REPORTERS, HEADS) for number in range(OFFICES)]
        places = [ADMIN, CITY, SUPERVISOR, LEADER, *offices]
        self.assertEqual(len({user_id(0, place) for place in places}), len(places))

    def test_one_office_has_as_many_reports_a_period_as_it_says(self):
        owed = {}
        for table, row in City(Shape(960)).rows():
            if table == "tracking_report":
                facts = dict(zip(COLUMNS[table], row, strict=True))
                by_office = owed.setdefault(facts["period_id"], [])
                by_office += (
                    [facts["item_id"]] if facts["office_id"] in (office_id(0, BUSY), office_id(1, BUSY)) else []
                )
        self.assertEqual({len(items) for items in owed.values()}, {BUSY_ITEMS})

    def test_sizes_are_read_and_written(self):
        for text, number in {"10k": 10_000, "1m": 1_000_000, "960": 960, "1.5k": 1500}.items():
            with self.subTest(text):
                self.assertEqual(parse(text), number)
        self.assertEqual([short(number) for number in (10_000, 1_000_000, 960)], ["10k", "1M", "960"])

    def test_ratios_are_of_medians(self):
        self.assertEqual(ratio([2, 4, 100], [1, 2, 3]), 2.0)
        self.assertEqual(percentile_ms([0.001 * n for n in range(1, 101)], 95), 95.0)


class InsistTest(CastTestCase):
    """A page that shows nothing is not measured."""

    def test_a_page_without_rows_is_refused_and_one_with_rows_is_not(self):
        self.make_report(self.make_item(self.make_plan()), self.make_period())
        path = reverse("tracking:my_reports")
        for person, least in ((self.supervisor, 1), (self.reporter, 2)):
            with self.subTest(person), self.assertRaisesRegex(RuntimeError, "shows"):
                self.client.force_login(person)
                insist(self.client, path, "/reports/#/", least)
        insist(self.client, path, "/reports/#/", 1)


class BenchTest(SimpleTestCase):
    """The whole command at a tiny size, in the database the suite runs on."""

    databases = {"default"}  # asks nothing of it; a process of its own makes one of the same kind

    def bench(self, folder, *options):
        """Run the command; return its results by name, and the table in words."""
        command = [sys.executable, "-m", "bench", "--databases", connection.vendor, "--sizes", "960", "--rounds", "1"]
        environment = {name: value for name, value in os.environ.items() if not name.startswith("DJANGO_")}
        done = subprocess.run(
            [*command, *options], cwd=settings.BASE_DIR, env=environment | {"DJANGO_VAR_DIR": folder},
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        run = json.loads(Path(folder, "bench", "table.json").read_text())
        return run["databases"][connection.vendor]["960"]["results"], Path(folder, "bench", "table.md").read_text()

    def test_it_fills_measures_and_writes_the_table(self):
        with tempfile.TemporaryDirectory() as folder:
            results, table = self.bench(folder, "--only", "board,saving,saving_view,serving_my_reports")
            beside, told = self.bench(folder, "--only", "board", "--against", "HEAD")
        self.assertEqual(set(results), {"board", "saving", "saving_view", "serving_my_reports"})
        for name, result in (*results.items(), *beside.items()):
            with self.subTest(name):
                self.assertNotIn("error", result)
                self.assertGreater(result["times_floor"], 0)
                self.assertEqual(result["figures"].get("errors", 0), 0)
        for name in ("saving", "saving_view"):
            with self.subTest(name):
                self.assertGreater(results[name]["figures"]["saves"], 0)
                self.assertEqual(results[name]["figures"]["history lost"], 0)
                self.assertEqual(results[name]["figures"]["versions lost"], 0)
        self.assertIn("plan board, 40 items", table)
        self.assertGreater(beside["board"]["cpu_times_before"], 0)
        self.assertIn("the other build", told)
