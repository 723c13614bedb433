"""The list of plans: each line says what the plan's board says, at the same cost for 2 plans and 40."""

from datetime import date

from django.urls import reverse
from django.utils import timezone

from boards.filters import board_for
from workplans.models import Plan

from .pages import INLINE, PageCase


class PlanListTest(PageCase):
    """Some plans of one bureau and one of another."""

    periods_wanted = 3
    url = "/plans/"

    def test_each_line_is_what_the_board_says(self):
        self.fill(6)
        self.make_item(self.plan, title="已办结", status="done")
        self.make_item(self.plan, title="暂缓", status="suspended")
        second = self.make_plan(title="专项计划")
        self.make_report(self.make_item(second), self.periods[0], completion_percent=30)
        last_year = self.make_plan(title="上年", year=2023, start_on=date(2023, 1, 1), end_on=date(2023, 12, 31))
        lines = {line.plan: line for line in self.client.get(self.url).context["lines"]}
        self.assertEqual(set(lines), {self.plan, second, last_year})
        for plan, line in lines.items():
            shown = board_for({}, plan, self.supervisor, timezone.localdate())
            with self.subTest(plan.title):
                self.assertEqual((line.period, line.totals), (shown.board.period, shown.board.totals))
                self.assertEqual(line.trend, shown.trend)
                self.assertEqual(line.items, plan.items.count())

    def test_progress_lamps_and_trend_are_printed_and_lead_to_the_board(self):
        self.fill(2)
        response = self.client.get(self.url)
        board = reverse("boards:plan_board", args=[self.plan.pk])
        for text in (
            'aria-label="完成率10%，应达',
            'aria-label="近3期：0%、5%、10%"',
            f"{board}?progress=red",
            "滞后 <b>2</b>",
        ):
            self.assertContains(response, text)

    def test_a_plan_without_period_or_items_says_so(self):
        self.make_plan(title="明年", year=2026, start_on=date(2026, 1, 1), end_on=date(2026, 12, 31))
        empty = Plan.objects.get(title="明年")
        self.assertContains(self.client.get(self.url), "还没有事项")
        self.make_item(empty)
        self.assertContains(self.client.get(self.url), "还没有填报期")

    def test_the_same_queries_for_two_plans_and_forty(self):
        counts = []
        for size in (2, 40):
            while Plan.objects.count() < size:
                plan = self.make_plan(title=f"第{Plan.objects.count()}份")
                self.make_report(self.make_item(plan), self.periods[-1], completion_percent=10)
            counts.append(self.queries(self.url)[1])
        self.assertEqual(counts[0], counts[1])
        self.assertLessEqual(counts[1], 10)
        self.assertIsNone(INLINE.search(self.client.get(self.url).content.decode()))
