"""变化趋势: each period's figures are those of its own pages, true to time, and what was true then."""

import csv
import random
from datetime import date
from decimal import Decimal
from io import BytesIO, StringIO

from django.test import SimpleTestCase
from django.urls import reverse
from openpyxl import load_workbook

from boards.board import plan_board
from boards.filters import board_for
from boards.over_time import LONGEST
from tests.base import NOW, CastTestCase
from tracking.models import Period, ReportEvent
from tracking.reports.percent import percent_text
from tracking.time_charts import LEFT, RIGHT, WIDTH, PeriodChart, PeriodColumn, period_columns, spans
from workplans.models import Item

from .pages import BUDGET_QUERIES, PageCase

TODAY = date(2024, 12, 1)
STATES = ("draft", "returned", "office_review", "bureau_review", "approved")


def period(label, start_on, as_of):
    return Period(label=label, year=as_of.year, start_on=start_on, as_of=as_of)


class PictureTest(SimpleTestCase):
    """The columns."""

    def test_a_column_is_as_wide_as_its_time(self):
        quarter = period("2024年1-3月", date(2024, 1, 1), date(2024, 3, 31))
        month = period("2024年1-4月", date(2024, 1, 1), date(2024, 4, 30))
        rest = period("2024年", date(2024, 1, 1), date(2024, 12, 31))
        widths = [end - begin for begin, end in spans([quarter, month, rest])]
        self.assertAlmostEqual(widths[0] / widths[1], 91 / 30, delta=0.1)
        self.assertAlmostEqual(widths[2] / widths[0], 245 / 91, delta=0.1)

    def test_time_nobody_reported_on_is_left_free(self):
        june = period("2023年6月", date(2023, 6, 1), date(2023, 6, 30))
        march = period("2024年3月", date(2024, 3, 1), date(2024, 3, 31))
        (_first, end), (begin, _last) = spans([june, march])
        self.assertGreater(begin - end, (WIDTH - LEFT - RIGHT) / 2)

    def test_periods_of_the_same_day_and_a_single_one_can_be_drawn(self):
        day = date(2024, 6, 30)
        whole, extra = period("1-6月", date(2024, 1, 1), day), period("补充", date(2024, 1, 1), day)
        for periods in ([whole], [whole, extra]):
            with self.subTest(len(periods)):
                self.assertTrue(all(0 <= begin <= end <= WIDTH for begin, end in spans(periods)))

    def test_every_number_is_printed_and_told(self):
        march = period("2024年1-3月", date(2024, 1, 1), date(2024, 3, 31))
        june = period("2024年1-6月", date(2024, 1, 1), date(2024, 6, 30))
        columns = (PeriodColumn(march, None, Decimal(25)), PeriodColumn(june, Decimal("41.5"), Decimal(50)))
        drawn = period_columns(PeriodChart("平均完成率", "%", columns, "应达"))
        told = "平均完成率：2024年1-3月未填（应达25%）；2024年1-6月41.5%（应达50%）"
        for text in (f'role="img" aria-label="{told}"', ">未填<", ">41.5%<", ">2024年1-3月<", ">1-6月<"):
            self.assertIn(text, drawn)
        self.assertEqual(drawn.count('class="column"'), 1)
        self.assertEqual(period_columns(PeriodChart("退回", "份", ())), "")


class YearsCase(CastTestCase):
    """A bureau of two plans and sixteen periods of unequal length, two years long."""

    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.before = cls.make_plan(
            title="2023年工作要点", year=2023, start_on=date(2023, 1, 1), end_on=date(2023, 12, 31)
        )
        cls.plan, cls.special = cls.make_plan(), cls.make_plan(title="专项计划")
        cls.periods = [cls.make_span(2023, month) for month in (3, 6, 9, 12)]
        cls.periods += [cls.make_span(2024, month) for month in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)]
        cls.make_span(2024, 12, status="upcoming")
        dice = random.Random(5)
        for plan in (cls.before, cls.plan, cls.special):
            for number in range(6):
                cls.fill_item(plan, number, dice)

    @classmethod
    def make_span(cls, year, month, **kw):
        """Create the period January to `month`."""
        last = date(year, month, 28)
        values = {"as_of": last, "opens_on": last, "due_on": last, "start_on": date(year, 1, 1), "status": "closed"}
        return cls.make_period(label=f"{year}年1-{month}月", year=year, **(values | kw))

    @classmethod
    def fill_item(cls, plan, number, dice):
        """Make an item with reports in the periods of its year."""
        status = ("active", "active", "active", "done", "suspended", "active")[number]
        item = cls.make_item(plan, lead=(cls.moral, cls.finance)[number % 2], status=status)
        for each in cls.periods:
            if each.year == plan.year and dice.random() < 0.9:
                state = dice.choice(STATES)
                cls.make_report(
                    item, each, completion_percent=dice.choice((None, 0, 20, 20, 33.3, 80, 100)), status=state,
                    submitted_at=None if state == "draft" else NOW.replace(month=dice.randint(1, 12)),
                )  # fmt: skip

    def setUp(self):
        self.client.force_login(self.supervisor)

    def ask(self, **params):
        """Return the figures of the page by the label of their period."""
        found = self.client.get(reverse("boards:over_time"), params).context["found"]
        return {each.period.label: each for each in found.figures}


class OverTimeTest(YearsCase):
    """The figures."""

    def test_the_last_twelve_opened_periods_are_shown(self):
        labels = list(self.ask())
        self.assertEqual(labels, [each.label for each in self.periods[-LONGEST:]])
        self.assertEqual(list(self.ask(period=self.periods[5].pk)), [each.label for each in self.periods[:6]])

    def test_each_period_agrees_with_its_overview_and_its_map(self):
        for label, each in self.ask().items():
            chosen = {"year": each.period.year, "period": each.period.pk}
            overview = self.client.get(reverse("boards:overview"), chosen).context["overview"]
            found = self.client.get(reverse("boards:reporting_map"), chosen).context["map"]
            count = next(one for one in found.totals.counts if one.period == each.period)
            with self.subTest(label):
                self.assertEqual(each.totals, overview.totals)
                self.assertEqual(each.sent, count)

    def test_plan_section_and_office_narrow_it_as_their_pages_do(self):
        now = self.periods[-1]
        board = board_for({}, self.plan, self.supervisor, TODAY).board
        for of in (f"plan-{self.plan.pk}", f"section-{self.plan.only_section.pk}"):
            self.assertEqual(self.ask(of=of)[now.label].totals, board.totals)
        page = self.client.get(reverse("boards:office_page", args=[self.moral.pk]), {"period": now.pk}).context
        figures = self.ask(office=self.moral.pk)[now.label]
        self.assertEqual(figures.totals, page["found"].totals)
        self.assertEqual(figures.sent.owed, page["found"].line.counts[-1].owed)

    def test_a_later_move_rewrites_no_closed_period(self):
        before = {label: each.sent for label, each in self.ask(office=self.moral.pk).items()}
        Item.objects.filter(reporting_office=self.moral).update(reporting_office=self.finance)
        self.assertEqual({label: each.sent for label, each in self.ask(office=self.moral.pk).items()}, before)

    def test_a_report_sent_back_twice_counts_once_and_in_its_period(self):
        report = self.plan.items.first().reports.order_by("period__as_of").last()
        for _turn in range(2):
            ReportEvent.objects.create(
                report=report, actor=self.supervisor, at=NOW, action="return", from_status="bureau_review",
                to_status="returned", note="请写明数字。",
            )  # fmt: skip
        told = {label: each.returned for label, each in self.ask().items() if each.returned}
        self.assertEqual(told, {report.period.label: 1})

    def test_the_trend_of_a_board_is_each_periods_average(self):
        shown = board_for({}, self.plan, self.supervisor, TODAY)
        items = Item.objects.filter(plan=self.plan)
        for point in shown.trend.points:
            own = plan_board(self.plan, point.period, items, TODAY).totals.average_completion
            with self.subTest(point.period.label):
                self.assertEqual(point.completion_percent, own)
        self.assertEqual(shown.trend.points[-1].period, self.periods[-1])

    def test_another_bureaus_office_or_period_is_not_found(self):
        foreign = self.make_period(organization=self.other_bureau)
        for params in ({"office": self.foreign_office.pk}, {"period": foreign.pk}, {"office": "x"}):
            with self.subTest(params):
                self.assertEqual(self.client.get(reverse("boards:over_time"), params).status_code, 404)

    def test_an_office_without_reports_says_so(self):
        response = self.client.get(reverse("boards:over_time"), {"office": self.coordinating.pk})
        self.assertContains(response, "这个范围还没有填报情况")

    def test_the_table_prints_the_numbers_of_the_pictures(self):
        response = self.client.get(reverse("boards:over_time"))
        text = response.content.decode()
        for chart in response.context["found"].charts:
            self.assertIn(f'aria-label="{chart.sentence}"', text)
        self.assertEqual(text.count('role="img"'), 4)
        for each in response.context["found"].figures:
            self.assertIn(f">{each.sent.handed_in}/{each.sent.owed}<", text)


class ExportTest(YearsCase):
    """The file holds the page's table."""

    def file(self, ending, **params):
        return self.client.get(reverse("sheets:over_time_file", args=[ending]), params)

    def test_the_file_holds_the_numbers_of_the_page_as_it_is_narrowed(self):
        asked = {"office": self.moral.pk, "period": self.periods[10].pk}
        figures = list(reversed(self.ask(**asked).values()))
        lines = list(csv.DictReader(StringIO(self.file("csv", **asked).content.decode("utf-8-sig"))))
        self.assertEqual([line["填报期"] for line in lines], [each.period.label for each in figures])
        self.assertEqual([line["应报"] for line in lines], [str(each.sent.owed) for each in figures])
        self.assertEqual([line["平均完成率"] for line in lines], [percent_text(each.completion) for each in figures])
        self.assertEqual({line["筛选条件"] for line in lines}, {"德育科"})

    def test_the_workbook_opens_and_the_page_links_to_it(self):
        sheet = load_workbook(BytesIO(self.file("xlsx").content)).active
        self.assertIn("2024年1-11月", [row[0].value for row in sheet.iter_rows()])
        self.assertContains(self.client.get(reverse("boards:over_time")), "/overview/trends/xlsx/")
        self.assertEqual(self.file("pdf").status_code, 404)


class CostTest(PageCase):
    """The page costs the same for two periods and twelve, for two items and forty."""

    def test_queries_and_bytes(self):
        self.assert_in_budget(reverse("boards:over_time"))

    def test_the_same_queries_for_two_periods_and_twelve(self):
        self.fill(5)
        few = self.queries(reverse("boards:over_time"))[1]
        for month in range(1, 11):
            label = f"2023年1-{month}月"
            extra = self.make_period(label=label, year=2023, start_on=date(2023, 1, 1), as_of=date(2023, month, 28))
            for item in self.plan.items.all():
                self.make_report(item, extra, completion_percent=month)
        response, many = self.queries(reverse("boards:over_time"))
        self.assertEqual(few, many)
        self.assertLessEqual(many, BUDGET_QUERIES)
        office = self.queries(reverse("boards:over_time") + f"?office={self.moral.pk}")[1]
        self.assertLessEqual(office, BUDGET_QUERIES)
        self.assertEqual(response.status_code, 200)
