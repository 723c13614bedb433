"""State × step × person: the table of DESIGN 4, cell by cell."""

from tests.base import NOW, CastTestCase, make_user
from tracking.models import Period, Report, ReportEvent
from tracking.reports.recording import Conflict
from tracking.reports.workflow import TRANSITIONS, Impossible, Refused, available, perform, perform_many
from workplans.access import Role

# step: (from which states, who may, to which state it leads for the first of them)
TABLE = {
    "submit": (("draft", "returned"), ("reporter", "head", "supervisor"), "office_review"),
    "withdraw": (("office_review", "bureau_review"), ("reporter",), "draft"),
    "endorse": (("office_review",), ("head",), "bureau_review"),
    "approve": (("bureau_review",), ("supervisor",), "approved"),
    "reopen": (("approved",), ("supervisor",), "returned"),
}
# 退回 depends on the state: a head only while the office reviews.
RETURN = {"office_review": ("head", "supervisor"), "bureau_review": ("supervisor",)}


class WorkflowTest(CastTestCase):
    """Who may take which step from where, and where it leads."""

    def setUp(self):
        """A filled report, submitted by the reporter."""
        self.plan, self.period = self.make_plan(), self.make_period()
        self.report = self.make_filled()

    def make_filled(self, **kw):
        """A report with contents, written by the reporter."""
        return self.make_report(
            self.make_item(self.plan), self.period, completion_percent=60, progress="已开展两次调研。",
            saved_by=self.reporter, submitted_by=self.reporter, **kw,
        )  # fmt: skip

    def put(self, status):
        """Set the report's state and fetch it anew."""
        Report.objects.filter(pk=self.report.pk).update(
            status=status, saved_by=self.reporter, submitted_by=self.reporter
        )
        self.report = Report.objects.get(pk=self.report.pk)

    def perform(self, name, person, **kw):
        """Take a step as `person` with a reason."""
        return perform(self.report, name, by=person, now=NOW, note="缺少数据", **kw)

    def allowed(self, name, status):
        """Return who may take the step from `status`."""
        if name == "return":
            return RETURN.get(status, ())
        sources, people, _ = TABLE[name]
        return people if status in sources else ()

    def test_every_cell(self):
        for status in Report.Status.values:
            for name in TRANSITIONS:
                for role, person in self.people().items():
                    self.put(status)
                    with self.subTest(status=status, step=name, person=role):
                        self.check_cell(status, name, role, person)

    def check_cell(self, status, name, role, person):
        shown = name in [step.name for step in available(self.report, person)]
        may = role in self.allowed(name, status)
        self.assertEqual(shown, may)
        if may:
            self.perform(name, person)
            self.assertNotEqual(Report.objects.get(pk=self.report.pk).status, status)
        else:
            with self.assertRaises((Refused, Impossible)):
                self.perform(name, person)
            self.assertEqual(Report.objects.get(pk=self.report.pk).status, status)

    def test_each_step_leads_where_the_table_says_and_leaves_one_event_and_one_history_row(self):
        for name, (sources, people, target) in TABLE.items():
            self.put(sources[0])
            events, rows = ReportEvent.objects.count(), self.report.history.count()
            stored = self.perform(name, getattr(self, people[0]))
            with self.subTest(step=name):
                self.assertEqual(stored.status, target)
                self.assertEqual(ReportEvent.objects.count(), events + 1)
                self.assertEqual(self.report.history.count(), rows + 1)
                event = ReportEvent.objects.latest("pk")
                self.assertEqual((event.from_status, event.to_status), (sources[0], target))

    def test_refused_and_impossible_are_different_answers(self):
        self.put("draft")
        with self.assertRaises(Refused):
            self.perform("approve", self.reporter)
        with self.assertRaises(Impossible):
            self.perform("approve", self.supervisor)

    def test_a_submission_passes_the_head_unless_there_is_none_or_he_submits_himself(self):
        self.put("draft")
        self.assertEqual(self.perform("submit", self.reporter).status, "office_review")
        self.put("draft")
        self.assertEqual(self.perform("submit", self.head).status, "bureau_review")
        self.head.memberships.all().delete()
        self.put("draft")
        self.assertEqual(self.perform("submit", self.reporter).status, "bureau_review")

    def test_completion_and_progress_are_required(self):
        self.put("draft")
        for changes, sentence in (
            ({"completion_percent": None}, "完成率"),
            ({"completion_percent": 60, "progress": ""}, "目前进展情况"),
        ):
            Report.objects.filter(pk=self.report.pk).update(**changes)
            with self.assertRaisesMessage(Impossible, sentence):
                self.perform("submit", self.reporter)
        Report.objects.filter(pk=self.report.pk).update(unchanged=True, unchanged_reason="等待批复")
        self.assertEqual(self.perform("submit", self.reporter).status, "office_review")

    def test_sending_back_and_correcting_need_a_reason(self):
        for name, status in (("return", "bureau_review"), ("reopen", "approved")):
            self.put(status)
            with self.assertRaisesMessage(Impossible, "原因"):
                perform(self.report, name, by=self.supervisor, now=NOW, note="  ")

    def test_nobody_approves_what_he_wrote_or_submitted(self):
        self.put("bureau_review")
        for field in ("saved_by", "submitted_by"):
            Report.objects.update(saved_by=self.reporter, submitted_by=self.reporter)
            Report.objects.update(**{field: self.supervisor})
            with self.assertRaisesMessage(Refused, "自己"):
                self.perform("approve", self.supervisor)
        second = make_user("second", self.bureau, Role.SUPERVISOR)
        self.assertEqual(self.perform("approve", second).status, "approved")

    def test_the_loser_of_a_race_is_told(self):
        self.put("bureau_review")
        self.perform("approve", self.supervisor)
        with self.assertRaises(Conflict):
            self.perform("return", self.supervisor, expected_version=0)
        self.assertEqual(ReportEvent.objects.count(), 1)

    def test_an_archived_period_never_changes(self):
        self.period.status = Period.Status.ARCHIVED
        self.period.save()
        for status in Report.Status.values:
            self.put(status)
            for name in TRANSITIONS:
                for person in self.people().values():
                    with self.assertRaises((Refused, Impossible)):
                        self.perform(name, person)

    def test_the_first_submission_s_time_is_kept(self):
        self.put("draft")
        self.perform("submit", self.reporter)
        first = Report.objects.get(pk=self.report.pk).submitted_at
        self.put("returned")
        perform(self.report, "submit", by=self.reporter, now=NOW.replace(day=30))
        self.assertEqual(Report.objects.get(pk=self.report.pk).submitted_at, first)

    def test_in_bulk_one_refusal_changes_nothing(self):
        good = self.make_filled(status="bureau_review")
        bad = self.make_filled(status="draft")
        versions = {good.pk: 0, bad.pk: 0}
        rows = Report.objects.filter(pk__in=versions)
        with self.assertRaisesMessage(Impossible, "没有改动任何一份"):
            perform_many(rows, "approve", by=self.supervisor, now=NOW, versions=versions)
        self.assertEqual(Report.objects.get(pk=good.pk).status, "bureau_review")
        only = Report.objects.filter(pk=good.pk)
        self.assertEqual(perform_many(only, "approve", by=self.supervisor, now=NOW, versions=versions), 1)
