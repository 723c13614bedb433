"""A board of many items: one section open at a time, in pages, and every number still of all rows."""

import re

from django.urls import reverse

from boards.folding import EACH, WHOLE
from workplans.models import Assignment, Item, Section

from .pages import PageCase

MANY, SECTIONS = 400, 4


class LongBoardTest(PageCase):
    """400 items in four sections."""

    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        sections = [cls.plan.only_section]
        sections += [
            Section.objects.create(plan=cls.plan, position=n, title=f"第{n}方面") for n in range(2, SECTIONS + 1)
        ]
        items = Item.objects.bulk_create(
            Item(plan=cls.plan, section=sections[n * SECTIONS // MANY], position=n + 1, number=str(n + 1), title=f"推进第{n + 1}项",
                 reporting_office=cls.moral)
            for n in range(MANY)
        )  # fmt: skip
        Assignment.objects.bulk_create(Assignment(item=item, office=cls.finance, role="support") for item in items)
        cls.sections, cls.items = sections, items
        for item in items[::7]:
            cls.make_report(item, cls.periods[-1], completion_percent=5, difficulties="缺少编制")

    def board(self, **params):
        return self.client.get(reverse("boards:plan_board", args=[self.plan.pk]), params)

    def drawn(self, response):
        """Return the positions of the items whose rows are drawn."""
        return [int(n) for n in re.findall(r'<span class="number">(\d+)</span>', response.content.decode())]

    def test_the_bytes_are_bounded_and_the_numbers_are_of_all_items(self):
        response = self.board()
        self.assertLessEqual(len(response.content), 2 * 60 * 1024)
        self.assertContains(response, f">{MANY}</a>项：已完成")
        lagging = len(self.items[::7])
        self.assertContains(response, f"■</i>滞后 <b>{lagging}</b>")
        for number in range(SECTIONS):
            own = self.items[number * MANY // SECTIONS : (number + 1) * MANY // SECTIONS]
            self.assertContains(response, f"{len(own)} 项")

    def test_one_section_is_open_in_pages(self):
        per_section = MANY // SECTIONS
        cases = [
            ({}, range(1, EACH + 1)),
            ({"page": 2}, range(EACH + 1, per_section + 1)),
            ({"open": self.sections[2].pk}, range(2 * per_section + 1, 2 * per_section + EACH + 1)),
            ({"open": "x", "page": "9"}, range(EACH + 1, per_section + 1)),
        ]
        for params, wanted in cases:
            with self.subTest(params):
                self.assertEqual(self.drawn(self.board(**params)), list(wanted))

    def test_the_link_of_a_folded_section_keeps_the_filter(self):
        response = self.board(office=self.finance.pk)
        section = self.sections[1].pk
        self.assertContains(response, f'href="?office={self.finance.pk}&amp;open={section}#section-{section}"')

    def test_an_order_of_ones_own_is_one_list_in_pages(self):
        found = self.drawn(self.board(order="completion"))
        self.assertEqual(found, [item.position for item in self.items[::7]][:EACH])

    def test_a_filter_that_leaves_few_rows_shows_them_all(self):
        wanted = [item.position for item in self.items[::7]]
        self.assertLess(len(wanted), WHOLE)
        self.assertEqual(self.drawn(self.board(difficulties="1")), wanted)

    def test_the_queries_are_those_of_a_short_board(self):
        url = reverse("boards:plan_board", args=[self.plan.pk])
        many = self.queries(url)[1]
        few = self.queries(f"{url}?difficulties=1&section={self.sections[0].pk}")[1]
        self.assertEqual(few, many)

    def test_the_office_page_and_the_rows_behind_a_number_are_in_pages_too(self):
        for url in (
            reverse("boards:office_page", args=[self.moral.pk]),
            reverse("boards:office_page", args=[self.finance.pk]),
        ):
            response = self.client.get(url)
            with self.subTest(url):
                self.assertLessEqual(len(response.content), 2 * 60 * 1024)
                self.assertContains(response, f"{MANY} 项")
        rows = self.client.get(reverse("boards:overview_rows"))
        self.assertContains(rows, f"共 {MANY} 项")
        self.assertEqual(len(self.drawn(rows)), 100)
        self.assertContains(rows, f"{MANY // SECTIONS} 项")
