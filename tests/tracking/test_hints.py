"""Warnings about a doubtful entry: told, never in the way."""

from decimal import Decimal

from django.test import SimpleTestCase

from tracking.reports.hints import SHORT, Said, warnings

LONG = "已完成三所学校的现场验收，形成问题清单并逐项整改。"


def said(**kw):
    """What an ordinary report says."""
    return Said(**({"completion": Decimal(60), "progress": LONG} | kw))


class HintsTest(SimpleTestCase):
    """Every doubt of DESIGN 10, and what is no doubt."""

    def fields(self, now, before=None):
        """Return the fields that are doubted."""
        return [warning.field for warning in warnings(now, before)]

    def test_an_ordinary_report_is_not_doubted(self):
        self.assertEqual(self.fields(said(), Said(Decimal(50), "上期完成一所学校的验收。")), [])
        self.assertEqual(self.fields(Said()), [])

    def test_text_equal_to_last_period(self):
        for name in ("progress", "difficulties", "next_steps"):
            with self.subTest(name):
                now, before = said(**{name: LONG}), Said(Decimal(60), **{name: f" {LONG[:-1]}\n"})
                self.assertIn(name, self.fields(now, before))

    def test_no_difficulty_twice_and_unchanged_are_no_repetition(self):
        self.assertEqual(self.fields(said(difficulties="无。"), Said(Decimal(60), difficulties="无")), [])
        self.assertEqual(self.fields(said(unchanged=True), said()), [])

    def test_completion_lower_and_leaping(self):
        for then, now, doubted in ((60, 59, True), (60, 60, False), (20, 60, False), (19, 60, True), (None, 90, False)):
            before = Said(None if then is None else Decimal(then))
            with self.subTest(then=then, now=now):
                self.assertEqual("completion_percent" in self.fields(said(completion=Decimal(now)), before), doubted)

    def test_rates_are_written_as_people_write_them(self):
        text = warnings(said(completion=Decimal("99.5")), Said(Decimal("55.0")))[0].text
        self.assertIn("上期的 55% 高出 44.5 个百分点", text)

    def test_all_done_with_difficulties_left(self):
        self.assertEqual(self.fields(said(completion=Decimal(100), difficulties="缺少编制")), ["completion_percent"])
        self.assertEqual(self.fields(said(completion=Decimal(100), difficulties="暂无困难")), [])
        self.assertEqual(self.fields(said(completion=Decimal(0), difficulties="缺少编制")), [])

    def test_very_short_text(self):
        self.assertEqual(self.fields(said(progress="推进中。")), ["progress"])
        self.assertEqual(self.fields(said(progress="字" * SHORT)), [])
        self.assertEqual(self.fields(said(progress="", unchanged=True)), [])
