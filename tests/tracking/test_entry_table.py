"""整表填报: rows saved one by one, handed in, refused; the same questions asked wherever a rate is entered."""

from decimal import Decimal

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.base import NOW
from tests.tracking.test_my_reports import LONG, ReportTestCase
from tracking.models import Period, Report, ReportEvent
from tracking.reports.hints import Said, warnings
from tracking.reports.percent import share_question
from tracking.reports.recording import record

TABLE = reverse("tracking:my_table")
SCRIPT = {"X-Requested-With": "fetch"}


class EntryTableTest(ReportTestCase):
    """The 德育科 owes two items, one of them with a task."""

    def setUp(self):
        super().setUp()
        self.other = self.make_report(self.make_item(self.plan, title="推进体教融合"), self.period)

    def row(self, report, **kw):
        """What the table sends of one report."""
        report.refresh_from_db()
        values = {
            "completion_percent": "", "progress": "", "difficulties": "", "next_steps": "", "unchanged_reason": "",
            "seen_version": report.version,
        }  # fmt: skip
        return {f"r{report.pk}-{name}": value for name, value in (values | kw).items()}

    def send(self, *rows, **kw):
        """Send rows as the page's script does; return report id → answer."""
        data = {name: value for row in rows for name, value in row.items()} | kw
        return {int(pk): one for pk, one in self.client.post(TABLE, data, headers=SCRIPT).json()["rows"].items()}

    def test_it_shows_what_is_owed_and_names_what_was_sent(self):
        Report.objects.filter(pk=self.other.pk).update(status="office_review", completion_percent=80)
        response = self.client.get(TABLE)
        self.assertEqual([row.report for row in response.context["rows"]], [self.report])
        self.assertContains(response, "分 1 个方面")
        self.assertContains(response, "已提交 1 项")

    def test_a_row_is_saved_alone_and_leaves_the_texts_of_tasks(self):
        part = self.report.task_reports.get()
        record(self.report, {}, by=self.reporter, now=NOW, task_texts={part.pk: {"progress": "高中已完成。"}})
        answer = self.send(self.row(self.report, completion_percent="60", progress=LONG))[self.report.pk]
        self.assertEqual((answer["errors"], answer["conflict"], answer["sent"]), ({}, "", False))
        stored = self.stored()
        self.assertEqual((stored.completion_percent, stored.progress, stored.version), (60, LONG, answer["version"]))
        self.assertEqual(stored.task_reports.get().progress, "高中已完成。")
        self.assertIsNone(Report.objects.get(pk=self.other.pk).saved_at)

    def test_what_is_wrong_stands_at_its_cell_and_the_rest_is_kept(self):
        answer = self.send(self.row(self.report, completion_percent="一半", progress=LONG))[self.report.pk]
        self.assertIn("不是百分数", answer["errors"]["completion_percent"][0])
        self.assertEqual((self.stored().progress, self.stored().completion_percent), (LONG, None))

    def test_somebody_elses_words_are_answered_beside_ones_own(self):
        old = self.row(self.report, completion_percent="70", progress="我写的进展，已经完成七成。")
        record(self.report, {"progress": LONG, "completion_percent": Decimal(60)}, by=self.head, now=NOW)
        answer = self.send(old)[self.report.pk]
        self.assertIn("已经保存了这份进展报告", answer["conflict"])
        self.assertEqual((answer["stored"]["progress"], answer["stored"]["completion_percent"]), (LONG, "60%"))
        self.assertEqual(self.stored().progress, LONG)
        again = self.row(self.report, completion_percent="70", progress="我写的进展，已经完成七成。")
        self.assertEqual(self.send(again)[self.report.pk]["conflict"], "")
        self.assertEqual(self.stored().completion_percent, 70)

    def test_a_row_is_handed_in_or_says_what_it_lacks(self):
        lacking = self.row(self.report, progress=LONG)
        whole = self.row(self.other, completion_percent="80", progress=LONG)
        answers = self.send(lacking, whole, submit=[self.report.pk, self.other.pk])
        self.assertEqual(answers[self.report.pk]["errors"], {"completion_percent": ["提交前请填写完成率。"]})
        self.assertTrue(answers[self.other.pk]["sent"])
        self.assertEqual(Report.objects.get(pk=self.other.pk).status, "office_review")
        self.assertEqual([event.action for event in ReportEvent.objects.filter(report=self.other)], ["submit"])
        self.assertEqual(self.stored().status, "draft")

    def test_rows_of_others_and_of_closed_periods_are_not_written(self):
        foreign = self.make_report(self.make_item(self.plan, lead=self.finance), self.period)
        self.assertEqual(self.send(self.row(foreign, progress=LONG)), {})
        Period.objects.filter(pk=self.period.pk).update(status=Period.Status.CLOSED)
        self.assertEqual(self.send(self.row(self.report, progress=LONG)), {})
        self.assertEqual(Report.objects.exclude(progress="").count(), 0)

    def test_without_a_script_one_button_saves_all_and_another_hands_in_what_is_begun(self):
        rows = self.row(self.report, completion_percent="60", progress=LONG) | self.row(self.other)
        self.assertContains(self.client.post(TABLE, rows, follow=True), "已保存 1 项，还没有提交；还有 2 项要填。")
        rows = self.row(self.report, completion_percent="60", progress=LONG) | self.row(self.other)
        response = self.client.post(TABLE, rows | {"submit_all": "yes"}, follow=True)
        self.assertContains(response, "已提交 1 项；还有 1 项要填。")

    def test_without_a_script_what_was_typed_comes_back_with_its_errors(self):
        rows = self.row(self.report, completion_percent="一半", progress=LONG)
        response = self.client.post(TABLE, rows)
        self.assertContains(response, 'value="一半"')
        self.assertContains(response, "不是百分数")
        version = response.context["rows"][0].form["seen_version"].value()
        self.assertEqual(version, self.stored().version)

    def test_as_many_queries_for_two_rows_as_for_forty(self):
        counts = []
        for size in (2, 40):
            while Report.objects.count() < size:
                self.make_report(self.make_item(self.plan, tasks=("初中",)), self.period, completion_percent=50)
            with CaptureQueriesContext(connection) as queries:
                self.assertEqual(self.client.get(TABLE).status_code, 200)
            counts.append(len(queries))
        self.assertEqual(counts[0], counts[1])


class NextReportTest(ReportTestCase):
    """提交并下一项."""

    def test_it_leads_to_the_next_one_and_from_the_last_to_the_list(self):
        other = self.make_report(self.make_item(self.plan, title="推进体教融合"), self.period)
        response = self.step("submit", completion_percent="60", progress=LONG, then="next")
        self.assertRedirects(response, self.url(report=other), fetch_redirect_response=False)
        self.assertContains(self.client.get(self.url(report=other)), "还有 1 项要填，这是下一项。")
        data = self.entry(other, completion_percent="60", progress=LONG, then="next")
        response = self.client.post(self.url("report_step", other, "submit"), data)
        self.assertRedirects(response, reverse("tracking:my_reports"), fetch_redirect_response=False)


class RateTest(ReportTestCase):
    """The same questions on every way in."""

    def test_a_share_is_asked_about(self):
        for value, is_sheet, asks in (("0.8", False, True), ("0.8", True, True), ("1", False, False), ("1", True, True),
                                      ("80", True, False), ("0", True, False)):  # fmt: skip
            with self.subTest(value=value, is_sheet=is_sheet):
                self.assertEqual(bool(share_question(Decimal(value), is_sheet)), asks)
        self.assertEqual(share_question(Decimal("0.8")), "填的是 0.8%。如果是 80%，请改为 80%。")
        self.assertEqual(share_question(None), "")

    def test_the_page_asks_about_it(self):
        answer = self.draft(completion_percent="0.8").json()
        self.assertIn(["completion_percent", "填的是 0.8%。如果是 80%，请改为 80%。"], answer["warnings"])
        self.assertEqual([one.field for one in warnings(Said(completion=Decimal("80")))], [])

    def test_nothing_new_takes_the_last_rate_along(self):
        earlier = self.make_period(label="2024年1-9月", as_of=self.period.as_of.replace(month=9, day=30),
                                   status=Period.Status.CLOSED)  # fmt: skip
        self.make_report(self.report.item, earlier, completion_percent=55, progress=LONG, saved_at=NOW)
        self.draft(unchanged="on", unchanged_reason="等待上级批复")
        self.assertEqual(self.stored().completion_percent, 55)
        self.draft(unchanged="on", unchanged_reason="等待上级批复", completion_percent="60")
        self.assertEqual(self.stored().completion_percent, 60)
