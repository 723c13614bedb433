"""应达进度: one number for pages, sheets and letters, with milestones and without."""

from datetime import date
from decimal import Decimal
from io import BytesIO

import openpyxl
from django.test import SimpleTestCase
from django.urls import reverse

from boards.board import plan_board
from sheets.long import long_table
from tests.base import TODAY, CastTestCase
from tracking.expected import expected_percent, row_expected
from tracking.models import Report
from workplans.models import Item, Milestone, Plan

YEAR = date(2024, 1, 1), date(2024, 12, 31)
MARCH, JUNE, SEPTEMBER, DECEMBER = date(2024, 3, 31), date(2024, 6, 30), date(2024, 9, 30), date(2024, 12, 31)


def points(*pairs):
    return tuple((day, Decimal(rate)) for day, rate in pairs)


class LineTest(SimpleTestCase):
    """The line through the milestones."""

    def test_it_goes_from_0_through_each_and_on_to_100_at_the_end(self):
        line = points((JUNE, 20), (SEPTEMBER, 80))
        cases = [
            (date(2023, 12, 31), "0.0"), (MARCH, "10.0"), (JUNE, "20.0"), (date(2024, 7, 31), "40.0"),
            (SEPTEMBER, "80.0"), (date(2024, 10, 31), "86.7"), (DECEMBER, "100.0"), (date(2025, 3, 1), "100.0"),
        ]  # fmt: skip
        for day, rate in cases:
            with self.subTest(day=day):
                self.assertEqual(expected_percent(*YEAR, day, line), Decimal(rate))

    def test_even_quarters_are_the_share_of_time_that_has_gone(self):
        line = points((MARCH, 25), (JUNE, 50), (SEPTEMBER, 75), (DECEMBER, 100))
        for month in range(1, 13):
            day = date(2024, month, 15)
            self.assertEqual(expected_percent(*YEAR, day, line), expected_percent(*YEAR, day))

    def test_the_order_of_the_points_makes_no_difference_and_the_line_never_falls(self):
        falling = points((SEPTEMBER, 30), (JUNE, 60))
        self.assertEqual(expected_percent(*YEAR, date(2024, 8, 15), falling), 60)
        self.assertEqual(expected_percent(*YEAR, SEPTEMBER, falling), 60)
        self.assertEqual(expected_percent(*YEAR, MARCH, falling), 30)

    def test_points_outside_the_plans_span(self):
        self.assertEqual(expected_percent(*YEAR, date(2024, 1, 1), points((date(2023, 11, 30), 20))), Decimal("20.2"))
        late = points((date(2025, 6, 30), 100))
        self.assertEqual(expected_percent(*YEAR, DECEMBER, late), Decimal("66.7"))
        self.assertEqual(expected_percent(*YEAR, date(2025, 6, 30), late), 100)

    def test_all_done_early_stays_100(self):
        self.assertEqual(expected_percent(*YEAR, SEPTEMBER, points((JUNE, 100))), 100)


class OneNumberTest(CastTestCase):
    """The same item says the same rate wherever it is named."""

    def setUp(self):
        self.plan, self.period = self.make_plan(), self.make_period()
        self.item = self.make_item(self.plan)
        self.report = self.make_report(self.item, self.period, completion_percent=30, progress="甲")
        for day, rate in ((JUNE, 20), (SEPTEMBER, None), (DECEMBER, 60)):
            Milestone.objects.create(item=self.item, what="一步", due_on=day, expected_percent=rate)

    def test_a_milestone_without_a_rate_changes_nothing(self):
        self.assertEqual(row_expected(Item.objects.get(), self.period), Decimal("46.7"))
        Milestone.objects.exclude(expected_percent=None).delete()
        self.assertEqual(row_expected(Item.objects.get(), self.period), Decimal("83.3"))

    def test_once_closed_an_item_no_longer_follows_them(self):
        cases = ((date(2024, 11, 1), "46.7"), (date(2024, 10, 31), "83.3"), (None, "83.3"))
        for closed_on, rate in cases:
            with self.subTest(closed_on=closed_on):
                Item.objects.update(status="done", closed_on=closed_on)
                self.assertEqual(row_expected(Item.objects.get(), self.period), Decimal(rate))
                self.assertEqual(self.in_the_long_table(), Decimal(rate))

    def in_the_long_table(self):
        headings = [column.heading for column in long_table.LONG_TABLE]
        (row,) = long_table.values([self.report.pk], TODAY)
        return row[headings.index("应达进度")]

    def test_every_page_and_sheet_says_it(self):
        board = plan_board(self.plan, self.period, Item.objects.all(), TODAY)
        self.assertEqual((board.rows[0].expected_percent, board.totals.expected), (Decimal("46.7"), Decimal("46.7")))
        self.assertEqual(str(board.rows[0].progress), "▲关注")
        self.assertEqual(self.in_the_long_table(), Decimal("46.7"))
        self.client.force_login(self.supervisor)
        pages = (
            reverse("boards:plan_board", args=[self.plan.pk]),
            reverse("boards:plan_timeline", args=[self.plan.pk]),
            reverse("boards:item_page", args=[self.item.pk]),
            reverse("boards:overview"),
            reverse("boards:office_page", args=[self.moral.pk]),
            reverse("tracking:report_page", args=[self.report.pk]),
            reverse("admin:tracking_report_changelist"),
        )
        for address in pages:
            with self.subTest(address):
                self.assertIn("46.7%", self.client.get(address).text)
                self.assertNotIn("应达83.3%", self.client.get(address).text)
        self.client.force_login(self.reporter)
        self.assertContains(self.client.get(reverse("tracking:my_reports")), "46.7%")
        Report.objects.update(status="bureau_review")
        self.client.force_login(self.supervisor)
        self.assertContains(self.client.get(reverse("tracking:review")), "46.7%")

    def test_the_sheet_says_it(self):
        self.client.force_login(self.supervisor)
        content = self.client.get(reverse("sheets:plan_progress_xlsx", args=[self.plan.pk])).content
        cells = [c for row in openpyxl.load_workbook(BytesIO(content)).active.iter_rows(values_only=True) for c in row]
        self.assertIn(0.467, [round(cell, 4) for cell in cells if isinstance(cell, float)])

    def test_totals_are_the_mean_of_the_items(self):
        self.make_item(self.plan)
        board = plan_board(Plan.objects.get(), self.period, Item.objects.all(), TODAY)
        self.assertEqual(board.totals.expected, Decimal("65.0"))
