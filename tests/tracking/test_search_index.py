"""The index of texts finds what reading every text finds, and follows every change."""

import os
import random
from dataclasses import replace

from django.db import connection
from django.test import tag

from tests.base import CastTestCase
from tests.reliability.sites import administer
from tracking.models import Report, TaskReport
from tracking.search import search_index
from tracking.search.normal_form import normal_form
from tracking.search.search import matching, search, words_of
from tracking.search.search_index import newest

CHARACTERS = "双减心理健康教育场地开放abC 1%，。\n\"'_"


class SearchIndexTest(CastTestCase):
    """On either database."""

    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.plan, cls.period = cls.make_plan(), cls.make_period()
        cls.reports = [
            cls.make_report(cls.make_item(cls.plan, title=str(n), body="", tasks=["高中"]), cls.period)
            for n in range(12)
        ]

    def extent(self, **kw):
        """An extent that has everything asked of the index, in windows of three rows, then of more."""
        size = search_index.extent("default", None)
        return replace(size, **({"few": 0, "first": 3} | kw))

    def found(self, text, limit=1000):
        """Find by the index: the items of all that holds the words."""
        words = words_of(text)
        size = self.extent()
        items, reports, parts = (
            newest(rows, words, limit, size) for rows in matching(self.supervisor, words, size.has_index)
        )
        return {item for rows in (items, reports, parts) for _pk, item, *_order in rows}

    def read(self, text):
        """Find by reading every text; the search of the page does so too where there is little to read."""
        found = set()
        for report in Report.objects.prefetch_related("task_reports"):
            for row in (report, *report.task_reports.all()):
                texts = [normal_form(getattr(row, name)) for name in search_index.TEXTS["tracking_report"]]
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
                        read = self.read(words)
                        self.assertEqual(self.found(words), read)
                        self.assertEqual({hit.pk for hit in search(self.supervisor, words).hits}, read)

    def test_a_word_is_found_in_every_width_and_case_and_through_what_cannot_be_seen(self):
        report = self.reports[3]
        cases = (
            ("建设Ⅳ级响应机制", ("Ⅳ级", "IV级", "iv级")), ("评为Ａ级单位", ("Ａ级", "A级", "a级")), ("第Ⅱ期工程", ("第Ⅱ期", "第II期")),
            ("ＡＩ进课堂", ("AI", "ai", "ＡＩ")), ("AI进课堂", ("ＡＩ", "ａｉ进")), ("完成８０％", ("80%", "８０％")), ("完成80%", ("８０％",)),
            ("µ课堂", ("µ课堂", "μ课堂", "Μ课堂")), ("双\u200b减落\x1f实", ("双减", "减落实", "双\u200b减")), ("STRASSE", ("straße",)),
            ("①项", ("①项", "1项")), ("ÉCOLE", ("école", "e\u0301cole")), ("ПЛАН", ("план",)), ("㎡面积", ("m2面积", "㎡面")),
        )  # fmt: skip
        for text, words in cases:
            Report.objects.filter(pk=report.pk).update(progress=text)
            for word in words:
                with self.subTest(text=text, word=word):
                    self.assertEqual(self.found(word), {report.item_id})
                    [hit] = search(self.supervisor, word).hits
                    self.assertEqual(hit.pk, report.item_id)

    def test_the_databases_form_is_the_programs(self):
        self.assert_same_form(connection)

    @tag("postgres")
    def test_in_a_database_made_with_c_it_is_the_same(self):
        name = f"{connection.settings_dict['NAME']}_c"
        url = os.environ["DATABASE_URL"]
        administer(url, f"DROP DATABASE IF EXISTS {name}")
        administer(url, f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'")
        other = connection.copy("made_with_c")
        other.settings_dict = connection.settings_dict | {"NAME": name}
        try:
            search_index._install_functions(other)
            self.assert_same_form(other)
        finally:
            other.close()
            administer(url, f"DROP DATABASE {name}")

    def assert_same_form(self, database):
        """Compare both for texts of every kind."""
        texts = [
            "Ⅳ级Ａ",
            "ß ς Σ",
            "双\u200b减\x1f",
            "８０％（讨论）",
            "e\u0301",
            "µΩЖ",
            "ﬁ№㎡",
            "a\tb\nc",
            "ｱﾊﾟｰﾄ",
            "\ufeff甲\xad乙",
        ]
        with database.cursor() as cursor:
            for text in texts:
                cursor.execute("SELECT search_form(%s)", [text])
                with self.subTest(text=text):
                    self.assertEqual(cursor.fetchone()[0], normal_form(text))

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

    def test_a_word_nobody_wrote_is_answered_by_the_index(self):
        """On SQLite, where the terms say so; what PostgreSQL's planner does is asked in `test_planner`."""
        size = self.extent()
        windows = len(size.windows("tracking_report"))
        with self.assertNumQueries(2 if connection.vendor == "sqlite" else windows):
            self.assertEqual(newest(Report.objects.filter(progress__contains="双减"), ["双减"], 10, size), [])

    def test_the_newest_are_found_first_and_no_more_than_wanted(self):
        Report.objects.update(progress="双减")
        ids = sorted((report.pk for report in self.reports), reverse=True)
        for wanted in (1, 3, 4, 11, 12, 50):
            with self.subTest(wanted=wanted):
                found = newest(Report.objects.all(), ["双减"], wanted, self.extent())
                self.assertEqual([report.pk for report in found], ids[:wanted])

    def test_windows_together_are_everything_once(self):
        for highest in (0, 1, 5, 40, 1000, 10**6):
            for share in (1.0, 0.3, 0.0):
                size = self.extent(highest={"t": highest}, share=share, first=20)
                windows = size.windows("t")
                with self.subTest(highest=highest, share=share):
                    self.assertEqual(
                        [above for above, _up_to in windows[:-1]], [up_to for _above, up_to in windows[1:]]
                    )
                    self.assertEqual((windows[0][1], windows[-1][0]), (2**62, 0))
                    self.assertTrue(all(above < up_to for above, up_to in windows))
                    self.assertLess(len(windows), 9)

    def test_an_item_changed_is_followed(self):
        item = self.reports[0].item
        type(item).objects.filter(pk=item.pk).update(body="落实双减")
        self.assertEqual(self.found("双减"), {item.pk})

    def test_without_an_index_every_text_is_read(self):
        """On SQLite; PostgreSQL always has its index, and makes none while a transaction's checks are pending."""
        Report.objects.filter(pk=self.reports[1].pk).update(progress="双减")
        if connection.vendor == "sqlite":
            search_index.uninstall(connection)
            self.assertEqual(self.found("双减"), {self.reports[1].item_id})
            search_index.install(connection)
        self.assertEqual(self.found("双减"), {self.reports[1].item_id})
