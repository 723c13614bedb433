"""The board's trends, its further filters, its order, its folds, and the filters a person keeps."""

import random
from datetime import date
from decimal import Decimal
from io import BytesIO

from django.test import SimpleTestCase
from django.urls import reverse
from openpyxl import load_workbook

from boards.filters import board_for
from tracking.charts import trend_line
from tracking.models import Period, SavedView
from tracking.reports.trends import Point, Trend

from .pages import PageCase
from .random_rows import COUNTED, PERCENTS, SETS, RandomYear

DAYS = [date(2024, month, 28) for month in range(1, 11)]


def trend(*values):
    return Trend(tuple(Point(Period(as_of=day), value) for day, value in zip(DAYS, values, strict=False)))


class TrendTest(SimpleTestCase):
    """How long an item has not moved, and its line."""

    def test_for_how_many_periods_completion_stands(self):
        cases = [
            ((), 0), ((10,), 0), ((10, 20), 0), ((10, 10), 1), ((10, None), 1), ((0, 0, 0), 2), ((None, None), 0),
            ((20, 10, 10, None, 10), 3), ((None, 10), 0), ((10, 20, 10), 0), ((0, None, 5), 0),
        ]  # fmt: skip
        for values, expected in cases:
            with self.subTest(values):
                self.assertEqual(trend(*values).stalled, expected)

    def test_the_same_in_plain_python_over_random_series(self):
        for seed in range(SETS):
            dice = random.Random(seed)
            values = [dice.choice(PERCENTS) for _ in range(dice.randint(0, 9))]
            last, count, known = None, 0, False
            for value in values:
                if value is None:
                    count += known
                elif known and value == last:
                    count += 1
                else:
                    last, count, known = value, 0, True
            with self.subTest(values):
                self.assertEqual(trend(*values).stalled, count)

    def test_the_line_breaks_at_a_blank_and_tells_every_number(self):
        drawn = trend_line(trend(Decimal(0), Decimal(50), None, Decimal(100), Decimal(100)))
        self.assertIn("近5期：0%、50%、未填、100%、100%", drawn)
        self.assertEqual(drawn.count("M"), 2)
        self.assertEqual(trend_line(trend(Decimal(5), None)), "")


class RandomFilterTest(RandomYear):
    """What the computed filters keep, against plain Python."""

    def shown(self, **asked):
        found = board_for({k: str(v) for k, v in asked.items()}, self.plan, self.supervisor, date(2024, 11, 1))
        return [row.item.pk for row in found.board.rows]

    def stalled(self, row):
        if row.status not in COUNTED or row.finished(10):
            return 0
        values, carried = [said.percent for _month, said in sorted(row.said.items())], []
        for value in values:
            if value is not None or carried:
                carried.append(carried[-1] if value is None else value)
        return next((n - 1 for n in range(len(carried), 0, -1) if len(set(carried[-n:])) == 1), 0)

    def test_every_filter_keeps_what_plain_python_keeps(self):
        for seed in range(SETS):
            rows = [row for row in self.shuffle(seed) if row.plan == self.plan.pk]
            troubled = [row.pk for row in rows if row.said[10].troubled]
            with self.subTest(seed=seed):
                self.assertEqual(self.shown(difficulties=1), troubled)
                for n in (1, 2, 3):
                    self.assertEqual(self.shown(stalled=n), [row.pk for row in rows if self.stalled(row) >= n])
                self.assertEqual(self.shown(status="done"), [row.pk for row in rows if row.status == "done"])
                by_gap = self.shown(order="gap")
                self.assertCountEqual(by_gap, [row.pk for row in rows])
                gaps = {row.pk: row.expected(10) - row.percent(10) for row in rows if row.percent(10) is not None}
                open_rows = [pk for pk in by_gap if pk in gaps and not self.by_pk(rows, pk).finished(10)]
                self.assertEqual([gaps[pk] for pk in open_rows], sorted((gaps[pk] for pk in open_rows), reverse=True))

    def by_pk(self, rows, pk):
        return next(row for row in rows if row.pk == pk)


class BoardViewsTest(PageCase):
    """The page, its export and what a person keeps."""

    periods_wanted = 11

    @property
    def url(self):
        return reverse("boards:plan_board", args=[self.plan.pk])

    def save(self, **kw):
        return self.client.post(reverse("boards:plan_view_save", args=[self.plan.pk]), kw)

    def test_queries_and_bytes_with_twelve_periods(self):
        self.assert_in_budget(self.url)

    def test_sections_fold_and_unfold_without_script(self):
        self.fill(2)
        section = f"section-{self.plan.only_section.pk}"
        self.assertContains(self.client.get(self.url), f'<details class="section" id="{section}" open>')
        self.assertContains(self.client.get(self.url, {"fold": "1"}), f'<details class="section" id="{section}">')

    def test_the_order_and_the_filter_are_carried_into_the_sheet(self):
        self.fill(3)
        item = self.plan.items.last()
        item.reports.update(completion_percent=0)
        export = reverse("sheets:plan_progress_xlsx", args=[self.plan.pk])
        page = self.client.get(self.url, {"order": "completion", "difficulties": "1"})
        self.assertContains(page, f"{export}?order=completion&amp;difficulties=1")
        self.assertEqual(page.context["board"].rows[0].item, item)
        sheet = load_workbook(BytesIO(self.client.get(f"{export}?order=completion").content)).active
        numbers = [row[0].value for row in sheet.iter_rows() if row[0].value in (1, 2, 3)]
        self.assertEqual(numbers[0], 3)

    def test_a_filter_is_kept_under_a_name_without_its_period_and_let_go(self):
        self.fill(2)
        query = f"period={self.periods[0].pk}&progress=red&office=&fold=1&x=%22"
        self.assertRedirects(self.save(name="滞后", query=query), f"{self.url}?progress=red")
        view = SavedView.objects.get()
        self.assertEqual((view.user, view.query), (self.supervisor, "progress=red"))
        self.assertContains(self.client.get(self.url), 'href="?progress=red">滞后</a>')
        self.client.post(reverse("boards:saved_view_delete", args=[view.pk]))
        self.assertFalse(SavedView.objects.exists())

    def test_a_name_twice_or_nothing_to_keep_is_told(self):
        self.save(name="滞后", query="progress=red")
        for kw, told in (
            ({"name": "滞后", "query": "progress=amber"}, "同名"),
            ({"name": "空", "query": "period=3"}, "没有选择任何条件"),
            ({"name": "", "query": "progress=red"}, "请填写这一项"),
        ):
            self.save(**kw)
            with self.subTest(kw):
                self.assertContains(self.client.get(self.url), told)
        self.assertEqual(SavedView.objects.count(), 1)

    def test_nobody_sees_or_deletes_anothers(self):
        self.save(name="滞后", query="progress=red")
        self.client.force_login(self.leader)
        self.assertNotContains(self.client.get(self.url), "我的筛选")
        url = reverse("boards:saved_view_delete", args=[SavedView.objects.get().pk])
        self.assertEqual(self.client.post(url).status_code, 404)
