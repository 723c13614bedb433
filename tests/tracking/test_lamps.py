"""Lamps: three facts kept apart, each a colour, a shape and a word (DESIGN 5)."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.test import SimpleTestCase, override_settings

from tests.base import CastTestCase
from tracking import lamps
from tracking.charts import completion_bar, lamp_tag
from tracking.expected import expected_percent
from tracking.lamps import Color, deadline_lamp, progress_lamp, reporting_lamp
from tracking.models import Report
from workplans.models import Item

YEAR = date(2020, 1, 1), date(2020, 12, 31)
HALF = date(2023, 7, 1), date(2023, 12, 31)
ACTIVE, DONE = Item.Status.ACTIVE, Item.Status.DONE
NOT_COUNTED = (Item.Status.SUSPENDED, Item.Status.CANCELLED, Item.Status.CARRIED_OVER)


def percent(text):
    return None if text is None else Decimal(text)


class ExpectedPercentTests(SimpleTestCase):
    """What should be done by a day: the elapsed share of the span."""

    def test_months_count_whole_and_part_months_by_their_days(self):
        cases = [
            (YEAR, date(2020, 10, 31), "83.3"),
            (YEAR, date(2020, 6, 30), "50.0"),
            (YEAR, date(2020, 2, 29), "16.7"),
            (YEAR, date(2020, 12, 31), "100.0"),
            (YEAR, date(2020, 4, 15), "29.2"),
            (HALF, date(2023, 10, 31), "66.7"),
            (HALF, date(2023, 9, 30), "50.0"),
            ((date(2023, 3, 5), date(2023, 3, 5)), date(2023, 3, 5), "100.0"),
        ]
        for span, as_of, expected in cases:
            with self.subTest(span=span, as_of=as_of):
                self.assertEqual(expected_percent(*span, as_of), Decimal(expected))

    def test_before_and_after_the_span_it_stays_within_0_and_100(self):
        self.assertEqual(expected_percent(*HALF, date(2023, 5, 31)), 0)
        self.assertEqual(expected_percent(*HALF, date(2024, 5, 31)), 100)


class ProgressLampTests(SimpleTestCase):
    """Completion against what is expected."""

    def test_the_gap_decides_at_its_thresholds(self):
        cases = [
            ("83.3", Color.GREEN),
            ("99.0", Color.GREEN),
            ("73.4", Color.GREEN),
            ("73.3", Color.AMBER),
            ("53.3", Color.AMBER),
            ("53.2", Color.RED),
            ("0", Color.RED),
            (None, Color.GREY),
            ("100.0", Color.BLUE),
        ]
        for completion, color in cases:
            with self.subTest(completion=completion):
                lamp = progress_lamp(ACTIVE, percent(completion), Decimal("83.3"))
                self.assertEqual(lamp.color, color)

    def test_not_filled_in_is_a_word_of_its_own_and_not_0(self):
        self.assertEqual(progress_lamp(ACTIVE, None, Decimal(50)).word, "未填")
        self.assertEqual(progress_lamp(ACTIVE, Decimal(0), Decimal(50)).word, "滞后")

    def test_closed_suspended_and_cancelled_items_are_never_behind(self):
        self.assertEqual(str(progress_lamp(DONE, Decimal(0), Decimal(100))), "◆已办结")
        for status in NOT_COUNTED:
            with self.subTest(status):
                lamp = progress_lamp(status, Decimal(0), Decimal(100))
                self.assertEqual((lamp.color, lamp.word), (Color.GREY, status.label))

    @override_settings(PROGRESS_GAP_AMBER=5, PROGRESS_GAP_RED=20)
    def test_the_thresholds_and_the_printed_rule_follow_the_settings(self):
        self.assertEqual(progress_lamp(ACTIVE, Decimal(45), Decimal(50)).color, Color.AMBER)
        self.assertEqual(progress_lamp(ACTIVE, Decimal(29), Decimal(50)).color, Color.RED)
        self.assertIn("低5至20个百分点为▲关注", lamps.progress_rule())


class DeadlineLampTests(SimpleTestCase):
    """How near the deadline is."""

    def test_days_left_decide(self):
        today = date(2024, 10, 28)
        cases = [
            (8, Color.GREEN, "正常"),
            (7, Color.AMBER, "剩7天"),
            (0, Color.AMBER, "今天到期"),
            (-1, Color.RED, "超期1天"),
        ]
        for days, color, word in cases:
            with self.subTest(days=days):
                lamp = deadline_lamp(ACTIVE, today + timedelta(days), today)
                self.assertEqual((lamp.color, lamp.word), (color, word))

    def test_none_set_finished_and_suspended_items_pass_no_deadline(self):
        today, past = date(2024, 10, 28), date(2024, 10, 1)
        self.assertEqual(deadline_lamp(ACTIVE, None, today).word, "未定")
        self.assertEqual(deadline_lamp(DONE, past, today).color, Color.BLUE)
        self.assertEqual(deadline_lamp(ACTIVE, past, today, Decimal(100)).color, Color.BLUE)
        self.assertEqual(deadline_lamp(Item.Status.SUSPENDED, past, today).color, Color.GREY)


class ReportingLampTests(CastTestCase):
    """Whether the report came in time; due 2024-11-05 with three days of grace."""

    def setUp(self):
        self.item = self.make_item(self.make_plan())
        self.report = self.make_report(self.item, self.make_period(grace_days=3))

    def lamp(self, today, status=Report.Status.DRAFT, sent=None):
        self.report.status = status
        self.report.submitted_at = sent and datetime(*sent, 23, 50, tzinfo=ZoneInfo("Asia/Shanghai"))
        lamp = reporting_lamp(self.report, today)
        return lamp.color, lamp.word

    def test_an_unsent_report_is_not_due_then_in_grace_then_overdue(self):
        cases = [
            (date(2024, 11, 5), Color.GREY, "未到期"),
            (date(2024, 11, 6), Color.AMBER, "宽限期内"),
            (date(2024, 11, 8), Color.AMBER, "宽限期内"),
            (date(2024, 11, 9), Color.RED, "逾期未报"),
        ]
        for today, *expected in cases:
            with self.subTest(today=today):
                self.assertEqual(self.lamp(today), tuple(expected))

    def test_a_sent_report_keeps_how_it_came(self):
        sent = Report.Status.BUREAU_REVIEW
        later = date(2025, 1, 1)
        self.assertEqual(self.lamp(later, sent, (2024, 11, 5)), (Color.GREEN, "按时报送"))
        self.assertEqual(self.lamp(later, sent, (2024, 11, 6)), (Color.AMBER, "宽限报送"))
        self.assertEqual(self.lamp(later, sent, (2024, 11, 9)), (Color.AMBER, "补报"))

    def test_a_returned_report_wants_mending(self):
        self.assertEqual(self.lamp(date(2024, 10, 30), Report.Status.RETURNED)[0], Color.AMBER)

    def test_a_closed_item_and_an_absent_report_owe_nothing(self):
        self.report.item.status = DONE
        self.assertEqual(self.lamp(date(2025, 1, 1)), (Color.GREY, "无需报送"))
        self.assertEqual(reporting_lamp(None, date(2025, 1, 1)).word, "无需报送")


class ChartTests(SimpleTestCase):
    """What is drawn says its number and needs no colour, no style attribute and no script."""

    def test_a_bar_prints_its_number_and_says_it_to_a_screen_reader(self):
        bar = completion_bar(Decimal("90.0"), Decimal("83.3"))
        self.assertIn('role="img" aria-label="完成率90%，应达83.3%"', bar)
        self.assertIn(">90%</b>", bar)
        self.assertNotIn("style", bar)

    def test_null_is_told_from_0(self):
        self.assertIn("未填", completion_bar(None, Decimal(50)))
        self.assertNotIn("bar-fill", completion_bar(None, Decimal(50)))
        self.assertIn(">0%</b>", completion_bar(Decimal(0)))

    def test_a_lamp_prints_shape_and_word(self):
        tag = lamp_tag(progress_lamp(ACTIVE, Decimal(0), Decimal(80)))
        self.assertIn("■", tag)
        self.assertIn("滞后", tag)
