"""Completion rates as people type them."""

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.test import SimpleTestCase

from tracking.reports.percent import parse_percent, percent_text

ACCEPTED = {
    "80": "80.0", "80%": "80.0", "８０％": "80.0", " 80 % ": "80.0", "0": "0.0", "100": "100.0",
    "83.3%": "83.3", "83.30": "83.3", "１００％": "100.0", "　90　": "90.0",
}  # fmt: skip
REFUSED = {
    "101": "0 到 100 之间", "-1": "0 到 100 之间", "101.5%": "0 到 100 之间", "八十": "不是百分数",
    "80%左右": "不是百分数", "83.33": "一位小数", "80 90": "不是百分数", "1e2": "不是百分数",
}  # fmt: skip


class PercentTest(SimpleTestCase):
    """Accepted or refused as a person would expect."""

    def test_what_people_write_is_understood(self):
        for text, number in ACCEPTED.items():
            with self.subTest(text=text):
                self.assertEqual(parse_percent(text), Decimal(number))

    def test_blank_is_not_filled_in_and_not_zero(self):
        for blank in ("", "   ", "　", None):
            self.assertIsNone(parse_percent(blank))

    def test_what_is_no_rate_is_refused_with_the_reason(self):
        for text, reason in REFUSED.items():
            with self.subTest(text=text), self.assertRaisesMessage(ValidationError, reason):
                parse_percent(text)

    def test_a_rate_is_shown_without_needless_zeros(self):
        for value, text in (("90.0", "90%"), ("100.0", "100%"), ("0", "0%"), ("83.3", "83.3%")):
            self.assertEqual(percent_text(Decimal(value)), text)
        self.assertEqual(percent_text(None), "未填")
