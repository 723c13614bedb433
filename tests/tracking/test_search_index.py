"""The index of texts finds what reading every text finds, and follows every change."""

import random

from django.db import connection

from tests.base import CastTestCase
from tracking import search_index
from tracking.models import Report, TaskReport
from tracking.search import search, words_of

CHARACTERS = "双减心理健康教育场地开放abC 1%，。\n\"'_"


class SearchIndexTest(CastTestCase):
    """On either database."""

    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.plan, cls.period = cls.make_plan(), cls.make_period()
        cls.reports = [
            cls.make_report(cls.make_item(cls.plan, title=str(n), body="", tasks=["高中"]), cls.period) for n in range(12)
        ]

    def found(self, text):
        return {hit.item.pk for hit in search(self.supervisor, text).hits}

    def read(self, text):
        """Find by reading every text."""
        found = set()
        for report in Report.objects.prefetch_related("task_reports"):
            for row in (report, *report.task_reports.all()):
                texts = [getattr(row, name).casefold() for name in search_index.FIELDS]
                if all(any(word in text for text in texts) for word in words_of(text)):
                    found.add(report.item_id)
        return found

    def test_random_texts_are_found_as_by_reading_them_all(self):
        for seed in range(50):
            dice = random.Random(seed)
            for report in self.reports:
                report.progress = "".join(dice.choices(CHARACTERS, k=dice.randint(0, 30)))
                report.next_steps = "".join(dice.choices(CHARACTERS, k=dice.randint(0, 5)))
            Report.objects.bulk_update(self.reports, ["progress", "next_steps"])
            text = dice.choice(self.reports).progress.strip()
            for length in (2, 3, 6):
                start = dice.randrange(max(1, len(text) - length))
                words = text[start : start + length]
                if words_of(words):
                    with self.subTest(seed=seed, words=words):
                        self.assertEqual(self.found(words), self.read(words))

    def test_a_change_a_removal_and_a_new_row_are_followed(self):
        report = self.reports[0]
        Report.objects.filter(pk=report.pk).update(difficulties="缺少双减")
        self.assertEqual(self.found("双减"), {report.item_id})
        Report.objects.filter(pk=report.pk).update(difficulties="缺少经费")
        self.assertEqual(self.found("双减"), set())
        part = TaskReport.objects.create(
            report=report, task=report.item.tasks.create(title="初中", position=9), progress="落实双减"
        )
        self.assertEqual(self.found("双减"), {report.item_id})
        part.delete()
        self.assertEqual(self.found("双减"), set())

    def test_the_index_is_in_use(self):
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL enable_seqscan = off")
                cursor.execute("EXPLAIN " + search_index.postgresql_query("tracking_report"), [["双减"]])
                self.assertIn("tracking_report_pairs", str(cursor.fetchall()))
        elif search_index.can_index_sqlite():
            with self.assertNumQueries(2):  # no text has the word: the terms of the index alone say so
                self.assertFalse(search_index.candidates(Report.objects.all(), ["双减"]).exists())

    def test_without_an_index_every_text_is_read(self):
        """On SQLite; PostgreSQL always has its index, and makes none while a transaction's checks are pending."""
        Report.objects.filter(pk=self.reports[1].pk).update(progress="双减")
        if connection.vendor == "sqlite":
            search_index.uninstall(connection)
            self.assertEqual(self.found("双减"), {self.reports[1].item_id})
            search_index.install(connection)
        self.assertEqual(self.found("双减"), {self.reports[1].item_id})
