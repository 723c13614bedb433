"""Recording a report: rights, states, versions, history."""

from decimal import Decimal

from django.core.exceptions import PermissionDenied

from tests.base import NOW, CastTestCase
from tracking.models import Period, Report
from tracking.recording import Conflict, record


class RecordingTest(CastTestCase):
    """What `record` stores, and whom it refuses."""

    def setUp(self):
        """A report with two tasks in an open period."""
        self.item = self.make_item(self.make_plan(), tasks=("高中", "初中"))
        self.period = self.make_period()
        self.report = self.make_report(self.item, self.period)

    def save(self, by=None, **kw):
        """Record `changes`, 60% by default."""
        kw.setdefault("changes", {"completion_percent": Decimal("60.0"), "progress": "已开展两次调研。"})
        return record(self.report, kw.pop("changes"), by=by or self.reporter, now=NOW, **kw)

    def test_the_reporting_office_and_the_supervisor_write_and_nobody_else(self):
        for name, person in self.people().items():
            allowed = name in ("reporter", "head", "supervisor")
            with self.subTest(person=name):
                if allowed:
                    self.assertTrue(self.save(person, changes={"progress": f"{name}填写。"}))
                    self.assertEqual(self.report.saved_by, person)
                else:
                    with self.assertRaises(PermissionDenied):
                        self.save(person, changes={"progress": f"{name}填写。"})

    def test_a_save_makes_one_version_and_one_history_row_with_its_author(self):
        self.assertTrue(self.save(reason="测试"))
        self.report.refresh_from_db()
        self.assertEqual((self.report.version, self.report.completion_percent), (1, Decimal("60.0")))
        last = self.report.history.latest("history_id")
        self.assertEqual(
            (last.history_user, last.history_type, last.progress, last.history_change_reason),
            (self.reporter, "~", "已开展两次调研。", "测试"),
        )

    def test_saving_the_same_again_changes_nothing(self):
        self.save()
        before = self.report.history.count()
        self.assertFalse(self.save())
        self.assertEqual(self.report.history.count(), before)
        self.report.refresh_from_db()
        self.assertEqual(self.report.version, 1)

    def test_the_second_writer_of_the_same_version_learns_what_is_stored(self):
        seen = Report.objects.get(pk=self.report.pk)
        self.save()
        with self.assertRaises(Conflict) as caught:
            record(seen, {"progress": "另一份文字。"}, by=self.head, now=NOW)
        self.assertEqual(caught.exception.stored.progress, "已开展两次调研。")
        self.assertIn("填写的内容还在", str(caught.exception))
        self.assertEqual(Report.objects.get(pk=self.report.pk).progress, "已开展两次调研。")

    def test_texts_of_tasks_are_part_of_the_same_change(self):
        high, junior = self.report.task_reports.all()
        self.save(changes={}, task_texts={high.pk: {"progress": "完成。"}, junior.pk: {"difficulties": "缺教师。"}})
        self.report.refresh_from_db()
        self.assertEqual(self.report.version, 1)
        self.assertEqual(self.report.compiled("progress"), "【高中】完成。")
        self.assertEqual(self.report.compiled("difficulties"), "【初中】缺教师。")
        self.assertEqual(high.history.latest("history_id").history_user, self.reporter)

    def test_texts_of_another_report_s_tasks_are_left_alone(self):
        other = self.make_report(self.make_item(self.item.plan, lead=self.finance, tasks=("小学",)), self.period)
        foreign = other.task_reports.get()
        self.assertFalse(self.save(changes={}, task_texts={foreign.pk: {"progress": "越权。"}}))
        foreign.refresh_from_db()
        self.assertEqual(foreign.progress, "")

    def test_a_draft_is_written_in_an_open_period_and_what_was_returned_also_in_a_closed_one(self):
        for status in Report.Status:
            for period_status in Period.Status:
                Report.objects.filter(pk=self.report.pk).update(status=status)
                self.period.status = period_status
                self.period.save()
                self.report = Report.objects.get(pk=self.report.pk)
                editable = (status, period_status) in (("draft", "open"), ("returned", "open"), ("returned", "closed"))
                with self.subTest(status=status, period=period_status):
                    if editable:
                        self.assertTrue(self.save(changes={"progress": f"{status}{period_status}"}))
                    else:
                        with self.assertRaises(PermissionDenied):
                            self.save(changes={"progress": f"{status}{period_status}"})

    def test_fields_of_the_workflow_cannot_be_slipped_in(self):
        with self.assertRaises(ValueError):
            self.save(changes={"status": "approved"})
