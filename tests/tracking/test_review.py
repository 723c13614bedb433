"""审核: the inbox of heads and supervisors, and the same steps in the admin."""

import re
from datetime import date, timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.base import NOW, CastTestCase
from tracking.models import Period, Report, ReportEvent
from tracking.reports.beside_last_period import TABLE, marked
from tracking.reports.recording import record
from tracking.reports.workflow import perform
from tracking.reports.worklists import duties

REVIEW = reverse("tracking:review")
LIST = reverse("admin:tracking_report_changelist")
LONG = "已完成三所学校的现场验收，形成问题清单。"


class ReviewTestCase(CastTestCase):
    """Reports on their way to the bureau."""

    def setUp(self):
        """Two reports wait for the supervisor, the later item longer; one waits for the head."""
        self.plan, self.period = self.make_plan(), self.make_period()
        self.second = self.send(hours=2)
        self.first = self.send(hours=9)
        self.at_office = self.send(by=self.reporter)
        self.client.force_login(self.supervisor)

    def send(self, by=None, hours=0, **kw):
        """Make a report and submit it; by the head it goes straight to the bureau."""
        report = self.make_report(
            self.make_item(self.plan), self.period, completion_percent=60, progress=LONG, saved_by=self.reporter, **kw
        )
        return perform(report, "submit", by=by or self.head, now=NOW - timedelta(hours=hours))

    def decide(self, *reports, decision="pass", **kw):
        """Tick reports and press a button."""
        versions = {f"version-{report.pk}": report.version for report in reports}
        data = {"decision": decision, "report": [report.pk for report in reports]} | versions | kw
        return self.client.post(REVIEW, data, follow=True)

    def status(self, report):
        """The stored state."""
        return Report.objects.get(pk=report.pk).status


class ReviewTest(ReviewTestCase):
    """The page."""

    def shown(self):
        """The reports of the page in their order."""
        return [row.report for row in self.client.get(REVIEW).context["rows"]]

    def test_each_reviewer_sees_what_waits_for_them_the_longest_waiting_first(self):
        cases = {"supervisor": [self.first, self.second], "head": [self.at_office]}
        for name, person in self.people().items():
            self.client.force_login(person)
            with self.subTest(name):
                self.assertEqual(self.shown(), cases.get(name, []))
                self.assertCountEqual(duties(person).get("waiting", []), cases.get(name, []))

    def test_how_long_one_waits_is_told_in_days(self):
        arrived = NOW - timedelta(hours=9)
        days = (timezone.localdate() - arrived.date()).days
        self.assertContains(self.client.get(REVIEW), f"{arrived:%-m月%-d日 %H:%M}送来，已等{days}天")
        fresh = self.make_report(self.make_item(self.plan), self.period, completion_percent=60, progress=LONG)
        perform(fresh, "submit", by=self.head, now=timezone.now())
        told = self.client.get(REVIEW).content.decode()
        self.assertIn("送来<", told)  # today's waits no day
        self.assertNotIn("已等0", told)

    def test_what_a_supervisor_wrote_does_not_wait_for_the_same_person(self):
        Report.objects.filter(pk=self.first.pk).update(saved_by=self.supervisor)
        self.assertEqual(self.shown(), [self.second])

    def test_the_difference_against_last_period_is_shown(self):
        before = self.make_period(label="上期", as_of=date(2024, 9, 30), status=Period.Status.CLOSED)
        self.make_report(self.first.item, before, completion_percent=40, progress=LONG.replace("三", "两"))
        page = self.client.get(REVIEW)
        self.assertContains(page, '<span class="old num">40%</span>')
        self.assertContains(page, "<ins>三</ins>")

    def test_the_ticked_ones_pass_together(self):
        self.assertContains(self.decide(self.first, self.second), "已通过 2 份。")
        self.assertEqual({self.status(self.first), self.status(self.second)}, {"approved"})
        self.assertEqual(ReportEvent.objects.filter(action="approve", actor=self.supervisor).count(), 2)

    def test_a_head_endorses_with_the_same_button(self):
        self.client.force_login(self.head)
        self.decide(self.at_office)
        self.assertEqual(self.status(self.at_office), "bureau_review")

    def test_one_changed_since_keeps_all_back(self):
        stale = self.second.version - 1
        page = self.decide(self.first, self.second, **{f"version-{self.second.pk}": stale})
        self.assertContains(page, "没有改动任何一份")
        self.assertEqual(self.status(self.first), "bureau_review")

    def test_returning_needs_a_reason_and_keeps_it(self):
        self.assertContains(self.decide(self.first, decision="return"), "请写明原因")
        self.assertEqual(self.status(self.first), "bureau_review")
        self.decide(self.first, decision="return", reasons=["百分比与文字不符"], note="请核对。")
        event = ReportEvent.objects.get(report=self.first, action="return")
        self.assertEqual(event.note, "百分比与文字不符：请核对。")

    def test_what_does_not_wait_for_the_user_cannot_be_ticked_in(self):
        self.client.force_login(self.head)
        self.assertContains(self.decide(self.first), "已不在您的待审核之列")
        self.assertEqual(self.status(self.first), "bureau_review")
        self.assertContains(self.decide(), "请先勾选")

    def test_as_many_queries_for_two_reports_as_for_forty(self):
        before = self.make_period(label="上期", as_of=date(2024, 9, 30), status=Period.Status.CLOSED)
        counts = []
        for size in (3, 40):
            while self.plan.items.count() < size:
                self.send()
            for report in Report.objects.filter(period=self.period, item__reports__period=self.period).exclude(
                item__reports__period=before
            ):
                self.make_report(report.item, before, completion_percent=40, progress=LONG)
            with CaptureQueriesContext(connection) as queries:
                self.client.get(REVIEW)
            counts.append(len(queries))
        self.assertEqual(counts[0], counts[1])
        self.assertLessEqual(counts[1], 12)


class MarkedTest(CastTestCase):
    """Differences of two texts."""

    def test_numbers_change_as_wholes(self):
        self.assertEqual(marked("完成10所，占50.5%。", "完成11所，占60%。"),
                         "完成<del>10</del><ins>11</ins>所，占<del>50.5%</del><ins>60%</ins>。")  # fmt: skip

    def test_another_text_stands_whole(self):
        self.assertEqual(marked("甲乙丙丁", "春夏秋冬"), "<ins>春夏秋冬</ins>\n<del>甲乙丙丁</del>")

    def test_both_texts_can_be_read_out_of_the_marks(self):
        """However long the texts are: those beyond `TABLE` are compared by another engine."""
        old = "召开推进会3次，走访学校12所；"
        for times in (1, 60, 2000):
            one, other = old * times, f"本月{old * (times // 2)}新增试点校一所。{old * (times - times // 2)}"
            told = str(marked(one, other))
            self.assertEqual(re.sub("<ins>.*?</ins>|</?del>", "", told, flags=re.DOTALL), one)
            self.assertEqual(re.sub("<del>.*?</del>|</?ins>", "", told, flags=re.DOTALL), other)
        self.assertGreater(len(one) ** 2, TABLE)

    def test_markup_in_a_text_stays_text(self):
        self.assertEqual(marked("", "<script>"), "<ins>&lt;script&gt;</ins>")


class AdminStepsTest(ReviewTestCase):
    """Actions on the list, buttons on the form."""

    def act(self, name, *reports, **kw):
        """Run a bulk action as the list sends it."""
        versions = {f"version-{report.pk}": report.version for report in reports}
        data = {"action": f"step_{name}", "_selected_action": [r.pk for r in reports]} | versions | kw
        return self.client.post(LIST, data, follow=True)

    def test_actions_are_made_from_the_table_for_those_who_act(self):
        self.assertContains(self.client.get(LIST), "退回所选的进展报告")
        self.client.force_login(self.leader)
        self.assertNotContains(self.client.get(LIST), "退回所选的进展报告")

    def test_the_ticked_ones_pass_or_none(self):
        self.assertContains(self.act("approve", self.first, self.at_office), "没有改动任何一份")
        self.assertEqual(self.status(self.first), "bureau_review")
        self.assertContains(self.act("approve", self.first, self.second), "已通过 2 份进展报告。")

    def test_a_list_that_is_out_of_date_changes_nothing(self):
        page = self.act("approve", self.first, **{f"version-{self.first.pk}": self.first.version - 1})
        self.assertContains(page, "在您打开之后有了改动")
        self.assertEqual(self.status(self.first), "bureau_review")

    def test_returning_asks_for_the_reason_on_a_page_of_its_own(self):
        asked = self.act("return", self.first)
        self.assertContains(asked, "百分比与文字不符")
        self.assertContains(asked, f'name="version-{self.first.pk}"')
        self.assertEqual(self.status(self.first), "bureau_review")
        self.act("return", self.first, reasons=["缺少数据"], asked="1")
        self.assertEqual(self.status(self.first), "returned")

    def test_the_form_has_the_buttons_of_its_reader(self):
        form = reverse("admin:tracking_report_change", args=[self.first.pk])
        step = reverse("tracking:report_step", args=[self.first.pk, "approve"])
        self.assertContains(self.client.get(form), f'formaction="{step}"')
        self.client.force_login(self.other_reporter)
        self.assertNotContains(self.client.get(form), "formaction")

    def test_a_button_of_the_admin_s_form_saves_what_stands_there_and_takes_the_step(self):
        report = self.make_report(self.make_item(self.plan), self.period)
        self.client.force_login(self.reporter)
        page = self.client.get(reverse("admin:tracking_report_change", args=[report.pk]))
        step = reverse("tracking:report_step", args=[report.pk, "submit"])
        self.assertContains(page, f'formaction="{step}"')
        data = {"completion_percent": "70", "progress": LONG, "seen_version": 0, "next": LIST, "unchanged_reason": "",
                "difficulties": "", "next_steps": "", "task_reports-TOTAL_FORMS": 0, "task_reports-INITIAL_FORMS": 0}  # fmt: skip
        self.assertRedirects(self.client.post(step, data), LIST)
        self.assertEqual(self.status(report), "office_review")

    def test_who_recorded_meanwhile_is_not_overwritten_by_a_button(self):
        report = self.make_report(self.make_item(self.plan), self.period)
        record(report, {"progress": LONG, "completion_percent": 5}, by=self.reporter, now=NOW)
        self.client.force_login(self.head)
        step = reverse("tracking:report_step", args=[report.pk, "submit"])
        self.assertEqual(self.client.post(step, {"seen_version": 0}).status_code, 409)
