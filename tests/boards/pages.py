"""What every dashboard page owes: the same queries for 2 and 40 items, and few bytes."""

from datetime import date

from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.base import CastTestCase

from .test_board_page import INLINE, OF_THE_SESSION

BUDGET_QUERIES, BUDGET_BYTES = 10, 60 * 1024
MONTHS = (2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12)
TITLE = "推进义务教育优质均衡发展" * 3
DIFFICULTIES = "编制紧缺，专职教师招聘进度慢于预期，部分学校尚未配齐。" * 2
PROGRESS = "已完成专题调研，工作方案征求意见后印发实施，重点任务按计划推进。" * 2


class PageCase(CastTestCase):
    """A bureau with one plan and some periods; `fill(n)` sees to n items."""

    periods_wanted = 2

    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.plan = cls.make_plan()
        cls.periods = [cls.make_month(month) for month in MONTHS[-cls.periods_wanted :]]

    @classmethod
    def make_month(cls, month):
        """Create the period January to `month`."""
        return cls.make_period(
            label=f"2024年1-{month}月", as_of=date(2024, month, 28), opens_on=date(2024, month, 20),
            due_on=date(2024, month, 28),
        )  # fmt: skip

    @classmethod
    def fill(cls, size):
        """See to it that the plan has `size` items with reports in every period, all with difficulties."""
        while cls.plan.items.count() < size:
            item = cls.make_item(cls.plan, title=TITLE, tasks=["高中"])
            for number, period in enumerate(cls.periods):
                cls.make_report(
                    item, period, completion_percent=5 * number, difficulties=DIFFICULTIES, progress=PROGRESS,
                    next_steps="加快招聘。",
                )  # fmt: skip

    def setUp(self):
        self.client.force_login(self.supervisor)

    def queries(self, url):
        """Ask for a page; return the response and how many queries were the page's own."""
        with CaptureQueriesContext(connection) as queries:
            response = self.client.get(url)
        self.assertEqual(response.status_code, 200)
        own = [q["sql"] for q in queries if not any(f'FROM "{table}"' in q["sql"] for table in OF_THE_SESSION)]
        return response, len(own)

    def assert_in_budget(self, url, queries=BUDGET_QUERIES):
        """Compare 2 items with 40; hold queries and bytes to the budget; nothing inline."""
        self.fill(2)
        few = self.queries(url)[1]
        self.fill(40)
        response, many = self.queries(url)
        self.assertEqual(few, many)
        self.assertLessEqual(many, queries)
        self.assertLessEqual(len(response.content), BUDGET_BYTES)
        self.assertIsNone(INLINE.search(response.content.decode()))
