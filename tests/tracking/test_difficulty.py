"""What names a difficulty: the predicate and its twin in SQL, and every page that asks it."""

from datetime import date
from itertools import product
from unittest import TestCase

from hypothesis import given
from hypothesis import strategies as st

from boards.board import plan_board
from boards.difficulties import difficulties
from boards.filters import board_for
from boards.overview import TROUBLED, overview
from tests.base import TODAY, CastTestCase
from tracking.models import Report, TaskReport
from tracking.models.difficulty import FILLER, NONE, SIGNS, SINCE, WHAT, WHICH, names_difficulty

NAMES_NONE = (
    "", " \n\u3000", "无", "无。", "暂无", "没有", "没有困难。", "无困难", "暂无明显困难", "目前没有存在的困难", "无问题", "暂 无；", "（无）",
    "目前暂无突出困难和问题", "本期未遇到困难", "尚未发现问题", "不存在困难。", "无其他困难", "无需要协调的事项", "／", "—", "/",
)  # fmt: skip
NAMES_ONE = (
    "无场地", "没有编制", "缺少编制", "暂无经费来源", "无法按期完工", "经费不足，暂无其他困难", "困难：师资不足", "存在困难", "问题较多", "1", "无人负责",
    "目前困难", "部分学校没有专职教师。", "无\n但场地未落实",
)  # fmt: skip


class DifficultyTest(CastTestCase):
    """One predicate, asked everywhere."""

    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.plan = cls.make_plan()
        cls.period = cls.make_period()
        cls.before = cls.make_period(
            label="2024年1-9月",
            as_of=date(2024, 9, 30),
            opens_on=date(2024, 9, 20),
            due_on=date(2024, 10, 5),
            status="closed",
        )

    def in_sql(self):
        """Return the texts of all reports the database says name a difficulty."""
        named = Report.objects.with_difficulties_named().filter(names_difficulty=True)
        return set(named.values_list("difficulties", flat=True))

    def make_reports(self, texts):
        """One item and report a text."""
        for text in texts:
            self.make_report(self.make_item(self.plan), self.period, difficulties=text)

    def test_words_that_say_none_and_words_that_name_one(self):
        for text in NAMES_NONE:
            with self.subTest(text):
                self.assertFalse(names_difficulty(text))
        for text in NAMES_ONE:
            with self.subTest(text):
                self.assertTrue(names_difficulty(text))

    def test_the_database_says_the_same(self):
        self.make_reports(NAMES_NONE + NAMES_ONE)
        self.assertEqual(self.in_sql(), set(NAMES_ONE))

    def test_every_combination_of_the_words_reads_alike_on_both_sides(self):
        texts = {
            f"{since}{blank}{none}{which}{what}{mark}"
            for since, blank, none, which, what, mark in product(
                ("", *SINCE[:3]), ("", "\u3000"), NONE, ("", *WHICH[:2]), ("", WHAT[0], "编制"), ("", "。")
            )
        } | set(SIGNS)
        items = [self.make_item(self.plan) for _ in texts]
        Report.objects.bulk_create(
            Report(item=item, period=self.period, difficulties=text) for item, text in zip(items, texts, strict=True)
        )
        named = {text for text in texts if names_difficulty(text)}
        self.assertEqual(self.in_sql(), named)
        self.assertTrue(named and named != texts)

    def test_a_task_that_names_one_counts_and_one_that_says_none_does_not(self):
        for text, named in (("无", False), ("高中校区用地未批", True)):
            item = self.make_item(self.plan, tasks=[text])
            report = self.make_report(item, self.period, difficulties="无。")
            TaskReport.objects.filter(report=report).update(difficulties=text)
            report = Report.objects.with_difficulties_named().get(pk=report.pk)
            with self.subTest(text):
                self.assertEqual((report.has_difficulties, bool(report.names_difficulty)), (named, named))

    def test_every_page_asks_it(self):
        """困难清单, 最新困难 and 新增困难 of 总览, and the filter of the board agree."""
        items = {}
        for text in ("无", "暂无困难", "没有困难。", "缺少编制"):
            items[text] = self.make_item(self.plan)
            self.make_report(items[text], self.before, difficulties="无", completion_percent=10)
            self.make_report(items[text], self.period, difficulties=text, completion_percent=20)
        own, wanted = self.plan.items.all(), [items["缺少编制"].pk]
        board = plan_board(self.plan, self.period, own, TODAY)
        listed = difficulties(board.rows, self.period, [self.before, self.period])
        self.assertEqual([each.row.item.pk for each in listed], wanted)
        shown = overview({self.plan.pk: self.plan}, own, self.period, self.before, TODAY)
        self.assertEqual([row.item.pk for row in shown.difficulties], wanted)
        self.assertEqual([each.row.item.pk for each in shown.changed if TROUBLED in each.kinds], wanted)
        for choice, count in (("1", 1), ("0", 3)):
            filtered = board_for(
                {"difficulties": choice, "period": str(self.period.pk)}, self.plan, self.supervisor, TODAY
            )
            self.assertEqual(len(filtered.board.rows), count, choice)


class FillerTest(TestCase):
    """Blanks and marks."""

    @given(st.text(alphabet=[*"无没有困难/。 \n\u3000缺编制", "\u00a0", "\u200b"], max_size=8))
    def test_filler_never_names_anything(self, text):
        """What is left of a text that says none is none, wherever marks and blanks stand in it."""
        blanks = set(FILLER[1:-2])
        self.assertEqual(names_difficulty(text), names_difficulty("".join(c for c in text if c not in blanks)))
