"""The numbers of a board, recomputed by plain Python over random rows."""

import random
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from django.test import SimpleTestCase

from boards.board import plan_board
from tests.base import TODAY, CastTestCase
from tracking.lamps import Color, LampKind
from tracking.models import Period, Report
from tracking.periods.periods import default_period, latest_opened
from workplans.models import Assignment, Item, Section

COUNTED = ("active", "done")


def board_of(plan, period, today=TODAY):
    return plan_board(plan, period, Item.objects.filter(plan=plan), today)


class PlanBoardTests(CastTestCase):
    """`plan_board`."""

    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.plan = cls.make_plan()
        cls.period = cls.make_period()

    def report(self, percent, item=None, **kw):
        item = item or self.make_item(self.plan, **kw)
        return self.make_report(item, self.period, completion_percent=percent)

    def totals(self):
        totals = board_of(self.plan, self.period).totals
        return totals.items, totals.done, totals.on_track, totals.behind, totals.unreported, totals.left_out

    def test_the_official_sentence(self):
        for percent in (100, Decimal("83.3"), 83, 50, None):
            self.report(percent)
        self.assertEqual(
            board_of(self.plan, self.period).totals.sentence,
            "共5项：已完成1，达序时进度2，未达序时进度1，未填1；平均完成率79.1%，应达83.3%。",
        )

    def test_without_reports_there_is_no_average_and_without_a_period_nothing_expected(self):
        self.report(None)
        self.assertEqual(
            board_of(self.plan, self.period).totals.sentence,
            "共1项：已完成0，达序时进度0，未达序时进度0，未填1；应达83.3%。",
        )
        self.assertEqual(
            board_of(self.plan, None).totals.sentence,
            "共1项：已完成0，达序时进度0，未达序时进度0，未填1。",
        )

    def test_null_is_unreported_and_0_is_behind(self):
        self.report(None)
        self.report(0)
        self.assertEqual(self.totals(), (2, 0, 0, 1, 1, 0))

    def test_closed_suspended_and_cancelled_items_are_not_behind(self):
        self.report(0, status="done")
        for status in ("suspended", "cancelled", "carried_over"):
            self.report(0, status=status)
        self.assertEqual(self.totals(), (1, 1, 0, 0, 0, 3))
        self.assertIn("另有暂缓、已取消或结转3项，不计入。", board_of(self.plan, self.period).totals.sentence)

    def test_a_closed_item_without_a_report_counts_as_100(self):
        self.make_item(self.plan, status="done")
        self.report(50)
        board = board_of(self.plan, self.period)
        self.assertEqual([row.completion_percent for row in board.rows], [100, 50])
        self.assertEqual(board.totals.average_completion, 75)

    def test_a_plan_of_half_a_year_is_measured_by_its_own_months(self):
        plan = self.make_plan(title="下半年工作计划", start_on=date(2024, 7, 1), kind="half_year")
        self.make_report(self.make_item(plan), self.period, completion_percent=67)
        board = board_of(plan, self.period)
        self.assertEqual(board.expected_percent, Decimal("66.7"))
        self.assertEqual(board.totals.on_track, 1)

    def test_reports_of_other_periods_are_left_out(self):
        item = self.report(90).item
        june = self.make_period(label="2024年1-6月", as_of=date(2024, 6, 30))
        self.make_report(item, june, completion_percent=40)
        self.assertEqual(board_of(self.plan, june).rows[0].completion_percent, 40)
        self.assertEqual(board_of(self.plan, self.period).rows[0].completion_percent, 90)

    def test_a_row_gives_offices_by_role_and_texts_with_their_tasks(self):
        item = self.make_item(self.plan, tasks=["高中"])
        Assignment.objects.create(item=item, office=self.finance, role="support", position=2)
        report = self.make_report(item, self.period, completion_percent=10, difficulties="缺编制\n缺经费")
        report.task_reports.update(difficulties="缺场地")
        row = board_of(self.plan, self.period).rows[0]
        self.assertEqual((row.lead_names, row.responsible_names, row.support_names), (["德育科"], [], ["计财科"]))
        self.assertEqual(row.difficulties_first_line, "缺编制")
        self.assertEqual(row.difficulties, "缺编制\n缺经费\n【高中】缺场地")
        self.assertEqual(row.reporting_name, "德育科")

    def test_rows_stand_by_section_and_the_furthest_behind_leads(self):
        second = Section.objects.create(plan=self.plan, position=2, ordinal="二", title="提升质量")
        self.report(30)
        self.report(10, section=second)
        board = board_of(self.plan, self.period)
        self.assertEqual([str(s.section)[:2] for s in board.sections], ["一、", "二、"])
        self.assertEqual([row.completion_percent for row in board.lagging], [10, 30])

    def test_queries_are_equal_for_2_and_40_items(self):
        counts = []
        for size in (2, 40):
            while self.plan.items.count() < size:
                self.report(10, item=self.make_item(self.plan, tasks=["高中", "初中"]))
            with self.assertNumQueries(4):
                board = board_of(self.plan, self.period)
                for row in board.rows:
                    counts.append((row.difficulties, row.lead_names, row.reporting_name, str(row.item.section)))
        self.assertEqual(len(counts), 42)


class RandomBoardTests(CastTestCase):
    """Fifty random plans against plain Python."""

    def test_every_total_agrees_with_plain_python(self):
        plan, period = self.make_plan(), self.make_period(grace_days=3)
        items = [self.make_item(plan) for _ in range(14)]
        reports = [self.make_report(item, period) for item in items[:-2]]
        for seed in range(50):
            dice = random.Random(seed)
            today = dice.choice([date(2024, 10, 28), date(2024, 11, 7), date(2024, 11, 20)])
            for item in items:
                item.status = dice.choice(["active"] * 6 + ["done", "suspended", "cancelled", "carried_over"])
            for report in reports:
                report.completion_percent = dice.choice([None, 0, 10, 40, 75, 83, Decimal("83.3"), 90, 100])
                report.status = dice.choice(Report.Status.values)
            Item.objects.bulk_update(items, ["status"])
            Report.objects.bulk_update(reports, ["completion_percent", "status"])
            with self.subTest(seed=seed):
                self.compare(board_of(plan, period, today), items, reports, today)

    def compare(self, board, items, reports, today):
        percents = {report.item_id: report.completion_percent for report in reports}
        expected = Decimal("83.3")
        done = behind = on_track = unreported = 0
        filled, progress = [], dict.fromkeys(Color, 0)
        counted = [item for item in items if item.status in COUNTED]
        for item in counted:
            value = percents.get(item.pk)
            if value is None and item.status == "done":
                value = 100
            if value is not None:
                filled.append(Decimal(value))
            if item.status == "done" or value == 100:
                done, color = done + 1, Color.BLUE
            elif value is None:
                unreported, color = unreported + 1, Color.GREY
            else:
                gap = expected - value
                color = Color.RED if gap > 30 else Color.AMBER if gap >= 10 else Color.GREEN
                on_track, behind = on_track + (gap < 10), behind + (gap >= 10)
            progress[color] += 1
        totals = board.totals
        self.assertEqual(
            (totals.items, totals.done, totals.on_track, totals.behind, totals.unreported),
            (len(counted), done, on_track, behind, unreported),
        )
        self.assertEqual(totals.items, done + on_track + behind + unreported)
        self.assertEqual(totals.left_out, len(items) - len(counted))
        average = (sum(filled) / len(filled)).quantize(Decimal("0.1"), ROUND_HALF_UP) if filled else None
        self.assertEqual(totals.average_completion, average)
        self.assertEqual({c.color: c.count for c in totals.progress_counts}, progress)
        overdue = [
            report
            for report in reports
            if report.status == "draft" and report.item.status == "active" and today > date(2024, 11, 8)
        ]
        self.assertEqual(totals.lamps[LampKind.REPORTING].get(Color.RED, 0), len(overdue))


class DefaultPeriodTests(SimpleTestCase):
    """Which period a board shows when nobody asks for one."""

    def period(self, month, status=Period.Status.OPEN):
        return Period(as_of=date(2024, month, 28), opens_on=date(2024, month, 20), status=status)

    def test_the_latest_opened_one(self):
        june, october = self.period(6, Period.Status.CLOSED), self.period(10)
        december = self.period(12, Period.Status.UPCOMING)
        self.assertIs(latest_opened([june, october, december], date(2024, 10, 28)), october)
        self.assertIs(latest_opened([june, october], date(2024, 7, 1)), june)
        self.assertIsNone(latest_opened([december], date(2024, 10, 28)))
        self.assertIsNone(latest_opened([], date(2024, 10, 28)))


class DefaultPeriodOfPlanTests(CastTestCase):
    """Only periods that cover the plan count."""

    def test_a_period_of_another_bureau_or_year_is_not_chosen(self):
        plan = self.make_plan()
        self.make_period(organization=self.other_bureau)
        self.make_period(label="2023年1-10月", as_of=date(2023, 10, 31), start_on=date(2023, 1, 1))
        self.assertIsNone(default_period(plan, TODAY))
        self.assertEqual(default_period(plan, self.make_period().due_on).label, "2024年1-10月")
