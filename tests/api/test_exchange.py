"""Whole files for platforms: the same rows and fields as JSON Lines, CSV and workbook, and a dictionary that says what they are."""

import csv
import json
from io import BytesIO, StringIO

from openpyxl import load_workbook

from api import dictionary, exchange
from api.resources import RESOURCES
from audit.models import SecurityEvent
from tests.api.base import ApiTestCase
from tests.base import NOW
from tracking.reports.recording import record
from workplans.models import Item


class ExchangeTest(ApiTestCase):
    """GET /api/v1/items.csv and its like."""

    def content(self, path, who="reader"):
        """Return the bytes of a file."""
        response = self.call(path, who)
        self.assertEqual(response.status_code, 200)
        return b"".join(response.streaming_content)

    def as_lines(self, name, who="reader"):
        return [json.loads(line) for line in self.content(f"{name}.jsonl", who).splitlines()]

    def as_csv(self, name):
        return list(csv.DictReader(StringIO(self.content(f"{name}.csv").decode("utf-8-sig"))))

    def as_workbook(self, name):
        """Return the book, and its rows by heading."""
        book = load_workbook(BytesIO(self.content(f"{name}.xlsx")))
        heading, *rows = book.worksheets[0].iter_rows(values_only=True)
        return book, [dict(zip(heading, row, strict=True)) for row in rows]

    def test_each_form_holds_the_rows_and_fields_of_the_pages(self):
        record(self.report, {"difficulties": "=经费，“紧”\n还缺人", "progress": "已开展。"}, by=self.reporter, now=NOW)
        Item.objects.filter(pk=self.item.pk).update(deadline=NOW.date())
        for name in ("items", "reports"):
            told = self.call(name).json()["data"]
            with self.subTest(name):
                self.assertEqual(self.as_lines(name), told)
                for row, cells, shown in zip(self.as_csv(name), self.as_workbook(name)[1], told, strict=True):
                    self.assertEqual([*row], [*shown])
                    self.assertEqual([*cells], [*shown])
                    self.assertEqual((row["id"], cells["id"]), (str(shown["id"]), shown["id"]))
        report = self.as_csv("reports")[0]
        self.assertEqual((report["difficulties"], report["completion_percent"]), ("'=经费，“紧”\n还缺人", "60.5"))
        self.assertEqual(json.loads(report["tasks"]), self.call("reports").json()["data"][0]["tasks"])
        cells = self.as_workbook("reports")[1][0]
        self.assertEqual((cells["difficulties"], cells["completion_percent"]), ("=经费，“紧”\n还缺人", 60.5))
        self.assertEqual(f"{cells['saved_at']:%Y-%m-%d %H:%M}", f"{NOW:%Y-%m-%d %H:%M}")
        self.assertEqual(self.as_csv("items")[0]["deadline"], NOW.date().isoformat())

    def test_filters_and_scope_hold_for_every_form(self):
        for form in exchange.FORMATS:
            whole = len(self.content(f"reports.{form.suffix}"))
            with self.subTest(form.suffix):
                self.assertNotEqual(len(self.content(f"reports.{form.suffix}?item={self.item.pk}")), whole)
                self.assert_problem(self.call(f"reports.{form.suffix}?colour=red"), 422, "invalid")
        self.assertEqual(self.as_lines("reports", "foreign"), [])

    def test_each_file_leaves_an_event(self):
        before = SecurityEvent.objects.filter(kind="export").count()
        for form in exchange.FORMATS:
            self.content(f"items.{form.suffix}")
        self.assertEqual(SecurityEvent.objects.filter(kind="export").count(), before + len(exchange.FORMATS))

    def test_batches_join_without_a_gap(self):
        self.addCleanup(setattr, exchange, "AT_ONCE", exchange.AT_ONCE)
        whole = {form.suffix: self.content(f"items.{form.suffix}") for form in exchange.FORMATS[:2]}
        exchange.AT_ONCE = 1
        for suffix, content in whole.items():
            self.assertEqual(self.content(f"items.{suffix}"), content)


class DictionaryTest(ApiTestCase):
    """Every field of every resource."""

    def test_it_names_every_field_and_every_code(self):
        told = self.call("dictionary").json()["data"]
        for resource in RESOURCES:
            rows = self.call(resource.name).json()["data"]
            mine = {field["name"]: field for field in told if field["resource"] == resource.name}
            for row in rows:
                self.assertEqual([*row], [*mine])
                for name, value in row.items():
                    if value is None:
                        self.assertTrue(mine[name]["nullable"], name)
                    elif codes := [code["code"] for code in mine[name]["codes"]]:
                        self.assertIn(value, codes)
        self.assertTrue(all(field["label"] and field["type"] for field in told))

    def test_types_and_codes_are_those_of_the_models(self):
        told = {(field["resource"], field["name"]): field for field in self.call("dictionary").json()["data"]}
        status = told["items", "status"]
        self.assertEqual([(code["code"], code["label"]) for code in status["codes"]], Item.Status.choices)
        for (resource, name), words in {
            ("items", "deadline"): "日期", ("items", "id"): "整数", ("reports", "completion_percent"): "数",
            ("reports", "saved_at"): "时间", ("reports", "unchanged"): "是否", ("reports", "tasks"): "列表",
            ("offices", "name"): "文字，最多 60 字", ("items", "status"): "代码",
        }.items():  # fmt: skip
            self.assertEqual(told[resource, name]["type"], words, name)

    def test_the_workbook_carries_it(self):
        book = load_workbook(BytesIO(b"".join(self.call("items.xlsx").streaming_content)))
        rows = [tuple(row[:2]) for row in book["说明"].iter_rows(min_row=2, values_only=True)]
        (items,) = [resource for resource in RESOURCES if resource.name == "items"]
        self.assertEqual(rows[: len(dictionary.notes(items))], dictionary.notes(items))
