"""The entry form and the list of reports in the admin, as each person meets them."""

from decimal import Decimal

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.base import CastTestCase
from tracking.models import Period, Report

LIST = reverse("admin:tracking_report_changelist")


class ReportAdminTest(CastTestCase):
    """A reporter signs in, finds the own reports, records, saves, and sees it in the list."""

    def setUp(self):
        """Two reports of two offices; the first has a task."""
        plan = self.make_plan()
        period = self.make_period()
        self.own = self.make_report(self.make_item(plan, tasks=("高中",)), period)
        self.others = self.make_report(self.make_item(plan, lead=self.finance), period)
        self.client.force_login(self.reporter)

    def url(self, report):
        """The address of a report's form."""
        return reverse("admin:tracking_report_change", args=[report.pk])

    def entry(self, report, **kw):
        """What the browser sends for `report`."""
        tasks = list(report.task_reports.all())
        data = {
            "completion_percent": "", "progress": "", "difficulties": "", "next_steps": "",
            "unchanged_reason": "", "seen_version": report.version,
            "task_reports-TOTAL_FORMS": len(tasks), "task_reports-INITIAL_FORMS": len(tasks),
            "task_reports-MIN_NUM_FORMS": 0, "task_reports-MAX_NUM_FORMS": 1000,
        }  # fmt: skip
        for number, task in enumerate(tasks):
            data[f"task_reports-{number}-id"] = task.pk
            data[f"task_reports-{number}-report"] = report.pk
            for name in ("progress", "difficulties", "next_steps"):
                data[f"task_reports-{number}-{name}"] = ""
        return data | kw

    def post(self, report, **kw):
        """Send the form."""
        return self.client.post(self.url(report), self.entry(report, **kw))

    def test_what_the_reporter_enters_is_stored_and_seen_in_the_list(self):
        response = self.post(
            self.own,
            **{
                "completion_percent": "８０％", "progress": "已开展两次调研。", "difficulties": "缺少师资。",
                "next_steps": "继续培训。", "task_reports-0-progress": "完成初稿。",
            },
        )  # fmt: skip
        self.assertEqual((response.status_code, response.url), (302, self.url(self.own)))
        self.assertContains(self.client.get(self.url(self.own)), "还没有提交")
        report = Report.objects.get(pk=self.own.pk)
        self.assertEqual((report.completion_percent, report.version), (Decimal("80"), 1))
        self.assertEqual((report.saved_by, report.task_reports.get().progress), (self.reporter, "完成初稿。"))
        self.assertEqual(report.history.first().history_user, self.reporter)
        self.assertContains(self.client.get(LIST), "80%")

    def test_saving_without_a_change_makes_no_version(self):
        self.post(self.own, progress="甲")
        self.own.refresh_from_db()
        self.post(self.own, progress="甲")
        self.own.refresh_from_db()
        self.assertEqual(self.own.version, 1)

    def test_a_rate_that_is_none_marks_the_field_and_keeps_what_was_typed(self):
        for typed in ("101", "-5", "八成", "80.55"):
            with self.subTest(typed=typed):
                response = self.post(self.own, completion_percent=typed, progress="打了很久的字")
                self.assertContains(response, f'value="{typed}"')
                self.assertContains(response, "打了很久的字")
                self.assertTrue(response.context["entry"].errors["completion_percent"])
        self.assertIsNone(Report.objects.get(pk=self.own.pk).completion_percent)

    def test_blank_stays_not_filled_in(self):
        self.post(self.own, completion_percent=" ", progress="有进展")
        self.assertIsNone(Report.objects.get(pk=self.own.pk).completion_percent)

    def test_unchanged_needs_its_reason(self):
        response = self.post(self.own, unchanged="on")
        self.assertContains(response, "请写明原因")
        self.post(self.own, unchanged="on", unchanged_reason="等待批复")
        self.assertTrue(Report.objects.get(pk=self.own.pk).unchanged)

    def test_the_second_of_two_writers_sees_both_texts_and_loses_nothing(self):
        stale = self.entry(self.own, progress="第二个人写的", completion_percent="50")
        self.client.force_login(self.head)
        self.post(self.own, progress="第一个人写的", completion_percent="40")
        self.client.force_login(self.reporter)
        response = self.client.post(self.url(self.own), stale)
        for text in ("第一个人写的", "已保存的完成率：40%", "第二个人写的"):
            self.assertContains(response, text, status_code=409)
        self.assertEqual(Report.objects.get(pk=self.own.pk).progress, "第一个人写的")

    def test_two_writers_of_a_task_meet_too(self):
        stale = self.entry(self.own, **{"task_reports-0-progress": "乙"})
        self.post(self.own, **{"task_reports-0-progress": "甲"})
        self.client.force_login(self.head)
        response = self.client.post(self.url(self.own), stale)
        self.assertContains(response, "乙", status_code=409)
        self.assertEqual(self.own.task_reports.get().progress, "甲")

    def test_it_is_the_entry_of_the_reports_own_page_and_leads_back_to_the_list_as_it_was(self):
        filtered = f"{self.url(self.own)}?_changelist_filters=status%3Ddraft"
        page = self.client.get(filtered)
        self.assertTemplateUsed(page, "tracking/_report_entry.html")
        self.assertContains(page, f'name="next" value="{LIST}?status=draft"')
        data = self.entry(self.own, completion_percent="80", progress="已开展两次调研。", next=f"{LIST}?status=draft")
        self.assertRedirects(self.client.post(filtered, data), filtered)
        self.own.refresh_from_db()
        step = reverse("tracking:report_step", args=[self.own.pk, "submit"])
        response = self.client.post(step, data | {"seen_version": self.own.version})
        self.assertRedirects(response, f"{LIST}?status=draft")
        self.assertEqual(Report.objects.get(pk=self.own.pk).status, Report.Status.OFFICE_REVIEW)

    def test_the_report_of_another_office_can_be_read_and_not_written(self):
        page = self.client.get(self.url(self.others))
        self.assertEqual(page.status_code, 200)
        self.assertNotContains(page, "entry-form")
        self.assertEqual(self.post(self.others, progress="越权").status_code, 403)
        self.assertEqual(Report.objects.get(pk=self.others.pk).progress, "")

    def test_a_report_is_closed_by_its_state_and_its_period(self):
        Report.objects.filter(pk=self.own.pk).update(status=Report.Status.APPROVED)
        self.assertEqual(self.post(self.own, progress="晚了").status_code, 403)
        Report.objects.filter(pk=self.own.pk).update(status=Report.Status.DRAFT)
        Period.objects.update(status=Period.Status.CLOSED)
        self.assertEqual(self.post(self.own, progress="晚了").status_code, 403)

    def test_rights_withdrawn_take_effect_at_the_next_request(self):
        self.assertContains(self.client.get(self.url(self.own)), "entry-form")
        self.reporter.memberships.all().delete()
        self.assertEqual(self.client.get(self.url(self.own)).status_code, 302)

    def test_the_list_asks_as_many_queries_for_two_reports_as_for_forty(self):
        self.client.get(LIST)
        plan, period = self.own.item.plan, self.own.period

        def queries():
            with CaptureQueriesContext(connection) as asked:
                self.client.get(LIST)
            return len(asked)

        for_two = queries()
        for _ in range(38):
            self.make_report(self.make_item(plan), period, completion_percent=50, progress="推进中")
        self.assertEqual(queries(), for_two)
        self.assertLessEqual(for_two, 12)

    def test_filters_offer_only_what_belongs_to_the_own_bureau(self):
        self.make_plan(organization=self.other_bureau, title="静安的计划")
        self.make_period(organization=self.other_bureau, label="静安的填报期")
        self.assertNotContains(self.client.get(LIST), "静安的")

    def test_the_history_shows_who_changed_what(self):
        self.post(self.own, progress="已开展两次调研。")
        page = self.client.get(reverse("admin:tracking_report_history", args=[self.own.pk]))
        self.assertContains(page, "已开展两次调研。")
        self.assertContains(page, "reporter")
