"""A double or fourfold click is answered with what the first one stored; somebody else's words are still a conflict."""

from collections import Counter

from django.test import tag

from tests.base import NOW, CastTestCase
from tests.reliability.live import AtOnceTestCase
from tracking.models import Report, ReportEvent

TASKS = {"task_reports-TOTAL_FORMS": 0, "task_reports-INITIAL_FORMS": 0}
SENT = {"progress": "写了很久的话", "completion_percent": "70", "seen_version": 0} | TASKS


class SecondClickTest(CastTestCase):
    """One after the other."""

    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.period, cls.plan = cls.make_period(), cls.make_plan()

    def setUp(self):
        """A report nobody has touched; its reporter is there."""
        self.report = self.make_report(self.make_item(self.plan, tasks=self.tasks), self.period)
        self.client.force_login(self.reporter)

    tasks = ()

    def send(self, step="", **changes):
        """Send the page's form, by 保存 or by a step."""
        return self.client.post(f"/reports/{self.report.pk}/{step}", SENT | changes)

    def stored(self):
        """Return the report as stored."""
        return Report.objects.get(pk=self.report.pk)

    def test_saving_twice(self):
        for _ in range(4):
            self.assertRedirects(self.send(), f"/reports/{self.report.pk}/")
        self.assertEqual((self.stored().version, self.stored().history.count()), (1, 2))  # made, saved

    def test_submitting_four_times(self):
        for _ in range(4):
            self.assertRedirects(self.send("submit/"), f"/reports/{self.report.pk}/")
        self.assertEqual(self.stored().status, "office_review")
        self.assertEqual(ReportEvent.objects.filter(report=self.report).count(), 1)

    def test_a_draft_that_saved_itself_just_before_is_no_conflict(self):
        self.client.post(f"/reports/{self.report.pk}/draft/", SENT)
        self.assertRedirects(self.send("submit/"), f"/reports/{self.report.pk}/")

    def test_returning_twice_for_the_same_reason(self):
        self.send("submit/")
        version = self.stored().version
        self.client.force_login(self.head)
        for _ in range(2):
            data = {"note": "请补充数据", "seen_version": version}
            self.assertRedirects(
                self.client.post(f"/reports/{self.report.pk}/return/", data), f"/reports/{self.report.pk}/"
            )
        again = self.client.post(f"/reports/{self.report.pk}/return/", {"note": "另一个原因", "seen_version": version})
        self.assertNotEqual(again.status_code, 302)
        self.assertEqual(ReportEvent.objects.filter(report=self.report, action="return").count(), 1)

    def test_passing_and_returning_those_ticked_twice(self):
        other = self.make_report(self.make_item(self.plan), self.period)
        for decision, note, said in (("return", "请补充数据", "已退回 2 份。"), ("pass", "", "已通过 2 份。")):
            for report in (self.report, other):
                Report.objects.filter(pk=report.pk).update(
                    status="bureau_review", completion_percent=60, progress="甲", submitted_by=self.reporter,
                    submitted_at=NOW,
                )  # fmt: skip
            self.client.force_login(self.supervisor)
            versions = {f"version-{pk}": v for pk, v in Report.objects.values_list("pk", "version")}
            data = {"report": [self.report.pk, other.pk], "decision": decision, "note": note} | versions
            for _ in range(3):
                with self.subTest(decision):
                    page = self.client.post("/review/", data, follow=True)
                    self.assertEqual([str(each) for each in page.context["messages"]], [said])
            events = ReportEvent.objects.filter(actor=self.supervisor, report__in=(self.report, other))
            self.assertEqual(events.count(), 2 if decision == "return" else 4)

    def test_an_action_of_the_admin_twice(self):
        Report.objects.filter(pk=self.report.pk).update(
            status="bureau_review", completion_percent=60, progress="甲", submitted_by=self.reporter, submitted_at=NOW
        )
        self.client.force_login(self.supervisor)
        data = {"action": "step_approve", "_selected_action": [self.report.pk], f"version-{self.report.pk}": 0}
        for _ in range(3):
            page = self.client.post("/admin/tracking/report/", data, follow=True)
            self.assertEqual([str(each) for each in page.context["messages"]], ["已通过 1 份进展报告。"])
        self.assertEqual(ReportEvent.objects.filter(report=self.report).count(), 1)

    def test_other_words_are_a_conflict_as_before(self):
        self.send()
        self.assertEqual(self.send(progress="别的话").status_code, 409)
        self.assertEqual(self.send("submit/", progress="别的话").status_code, 409)
        self.assertEqual(self.stored().progress, SENT["progress"])

    def test_the_same_words_of_somebody_else_are_nothing_to_fight_over_but_his_step_is_not_mine(self):
        self.send("submit/")
        self.client.force_login(self.head)
        self.assertNotEqual(self.send("submit/").status_code, 302)


class SecondClickWithTasksTest(SecondClickTest):
    """The same where the item's tasks have texts of their own."""

    tasks = ("高中",)

    def send(self, step="", **changes):
        """Send the task's text along."""
        [part] = self.report.task_reports.all()
        own = {
            "task_reports-TOTAL_FORMS": 1, "task_reports-INITIAL_FORMS": 1, "task_reports-0-id": part.pk,
            "task_reports-0-progress": "高中的进展",
        }  # fmt: skip
        return super().send(step, **own | changes)

    def test_a_draft_that_saved_itself_just_before_is_no_conflict(self):
        self.send()
        self.assertRedirects(self.send("submit/"), f"/reports/{self.report.pk}/")

    def test_other_words_of_a_task_are_a_conflict(self):
        self.send()
        self.assertEqual(self.send(**{"task_reports-0-progress": "别的话"}).status_code, 409)
        self.assertEqual(self.report.task_reports.get().progress, "高中的进展")


@tag("postgres")
class FourClicksAtOnceTest(AtOnceTestCase):
    """At the same moment, by real threads."""

    def test_four_submissions_are_one_and_answered_alike(self):
        people = [self.person(self.reporter) for _ in range(4)]
        answers = Counter(
            self.at_once(people, lambda person: person.post(f"/reports/{self.report.pk}/submit/", **SENT)[0])
        )
        stored = Report.objects.get(pk=self.report.pk)
        self.assertEqual((answers, stored.status), (Counter({302: 4}), "office_review"))
        self.assertEqual(ReportEvent.objects.filter(report=self.report).count(), 1)
