"""事项页: the line of the year, the timeline with its differences, the items around."""

from datetime import date
from decimal import Decimal

from django.urls import reverse

from boards.item_story import chapters
from tests.base import TODAY
from tracking.models import TaskReport

from .pages import PageCase


class ItemStoryTest(PageCase):
    """One item over eleven periods."""

    periods_wanted = 11

    def setUp(self):
        super().setUp()
        self.fill(3)
        self.item = self.plan.items.get(position=2)
        self.url = reverse("boards:item_page", args=[self.item.pk])

    def test_the_chart_tells_every_number_and_breaks_at_a_blank(self):
        self.item.reports.filter(period=self.periods[4]).update(completion_percent=None)
        page = self.client.get(self.url).content.decode()
        self.assertIn("2024年1-2月完成率0%，应达", page)
        self.assertIn("2024年1-6月完成率未填，应达", page)
        line = page.partition('class="chart-line" d="')[2].partition('"')[0]
        self.assertEqual(line.count("M"), 2)

    def test_one_period_makes_no_line(self):
        item = self.make_item(self.plan)
        self.make_report(item, self.periods[0], completion_percent=5)
        self.assertNotContains(self.client.get(reverse("boards:item_page", args=[item.pk])), "chart-line")

    def test_each_text_is_compared_with_the_last_one_written(self):
        last, before, blank = self.item.reports.order_by("-period__as_of")[:3]
        blank.saved_at = None
        blank.save()
        last.progress = before.progress.replace("专题调研", "实地调研")
        last.save()
        TaskReport.objects.filter(report=last).update(progress="高中已招生")
        response = self.client.get(self.url)
        self.assertContains(response, "<ins>实地</ins>")
        self.assertContains(response, "<ins>高中已招生</ins>")
        second = response.context["entries"][1]
        self.assertEqual(second.previous.period, self.periods[-4])
        self.assertTrue(second.is_same)
        self.assertContains(response, f"文字与{self.periods[-4]}完全相同")

    def test_the_lamps_and_what_is_expected_are_those_of_the_board(self):
        reports = list(self.item.reports.select_related("period").order_by("-period__as_of"))
        story = chapters(self.item, reports, TODAY)
        board = self.client.get(reverse("boards:plan_board", args=[self.plan.pk]), {"period": self.periods[-1].pk})
        row = next(row for row in board.context["board"].rows if row.item == self.item)
        self.assertEqual((story[0].expected, story[0].progress), (row.expected_percent, row.progress))
        self.assertEqual(story[-1].expected, Decimal("16.4"))

    def test_neighbours_of_the_plan_and_of_other_years(self):
        first, after = self.plan.items.get(position=1), self.plan.items.get(position=3)
        old = self.make_plan(title="2023年工作要点", year=2023, start_on=date(2023, 1, 1), end_on=date(2023, 12, 31))
        self.item.predecessor = self.make_item(old, title="上一年的事")
        self.item.save()
        around = self.client.get(self.url).context["neighbours"]
        self.assertEqual((around.before, around.after, around.predecessor.title), (first, after, "上一年的事"))
        back = self.client.get(reverse("boards:item_page", args=[self.item.predecessor.pk]))
        self.assertContains(back, "后续事项（2024年）")
