"""Recording a report: rights, states, versions, history."""

from decimal import Decimal

from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.base import NOW, CastTestCase
from tracking.models import Period, Report
from tracking.reports.recording import AT_ONCE, Change, Conflict, Conflicts, record, record_many
from workplans import access
from workplans.models import Item


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


class RecordingManyTest(CastTestCase):
    """What `record_many` stores: everything with its history, or nothing with every reason."""

    @classmethod
    def setUpTestData(cls):
        """An open period; the reports are made by each test."""
        super().setUpTestData()
        cls.plan, cls.period = cls.make_plan(), cls.make_period()

    def reports(self, count, **kw):
        """Make `count` reports; return them as a form or workbook would hold them."""
        made = [self.make_report(self.make_item(self.plan, **kw), self.period).pk for _ in range(count)]
        return list(Report.objects.select_related("item__plan", "period").filter(pk__in=made).order_by("pk"))

    def record(self, changes, by=None):
        """Record the changes of the reporter."""
        return record_many(changes, by=by or self.reporter, now=NOW, reason="导入：进展.xlsx")

    def test_each_changed_report_gets_its_values_a_version_a_writer_and_one_history_row(self):
        one, other, same = self.reports(3, tasks=("高中",))
        part = other.task_reports.get()
        stored = self.record(
            [
                Change(one, {"completion_percent": Decimal("40.0"), "progress": "一"}),
                Change(other, {}, task_texts={part.pk: {"difficulties": "缺教师"}}),
                Change(same, {"progress": ""}),
            ]
        )
        self.assertEqual(stored, 2)
        rows = {row.pk: row for row in Report.objects.all()}
        self.assertEqual((rows[one.pk].progress, rows[one.pk].completion_percent), ("一", Decimal("40.0")))
        self.assertEqual([rows[r.pk].version for r in (one, other, same)], [1, 1, 0])
        self.assertEqual((rows[one.pk].saved_by, rows[one.pk].saved_at), (self.reporter, NOW))
        self.assertEqual([r.history.count() for r in (one, other, same, part)], [1 + n for n in (1, 1, 0, 1)])
        told = one.history.latest("history_id")
        self.assertEqual(
            (told.progress, told.version, told.history_user, told.history_type, told.history_change_reason),
            ("一", 1, self.reporter, "~", "导入：进展.xlsx"),
        )

    def test_it_says_and_stores_what_record_says_and_stores(self):
        one, other = self.reports(2)
        contents = {
            "completion_percent": Decimal("10.5"),
            "progress": "文字",
            "unchanged": True,
            "unchanged_reason": "无",
        }
        record(one, contents, by=self.supervisor, now=NOW)
        self.record([Change(other, contents)], by=self.supervisor)
        left, right = Report.objects.filter(pk__in=[one.pk, other.pk]).order_by("pk").values()
        self.assertEqual(left | {"id": 0, "item_id": 0}, right | {"id": 0, "item_id": 0})
        self.assertTrue(left["on_behalf"])

    def test_one_changed_meanwhile_keeps_all_from_being_stored_and_all_such_are_named(self):
        reports = self.reports(4)
        for seen in reports[1:3]:
            record(Report.objects.get(pk=seen.pk), {"progress": "先"}, by=self.head, now=NOW)
        Report.objects.filter(pk=reports[3].pk).update(status=Report.Status.OFFICE_REVIEW)
        with self.assertRaises(Conflicts) as caught:
            self.record([Change(report, {"progress": "后"}) for report in reports])
        self.assertEqual([one.pk for one in caught.exception.stored], [report.pk for report in reports[1:]])
        self.assertIn("有 3 份进展报告在此期间有了改动，因此一份也没有保存", str(caught.exception))
        self.assertIn(f"“{reports[1]}”由 科长 保存为第 1 版", str(caught.exception))
        self.assertFalse(Report.objects.filter(progress="后").exists())

    def test_one_of_another_office_keeps_all_from_being_stored_and_is_named(self):
        own, foreign = *self.reports(1), *self.reports(1, lead=self.finance)
        with self.assertRaisesMessage(PermissionDenied, f"“{foreign}”：只有本事项的填报科室可以填写这份进展。"):
            self.record([Change(own, {"progress": "一"}), Change(foreign, {"progress": "二"})])
        self.assertFalse(Report.objects.exclude(progress="").exists())

    def test_a_conflict_behind_a_full_batch_undoes_what_was_stored_of_it(self):
        count = AT_ONCE + 1
        first = self.reports(1)[0].item
        values = {f.attname: getattr(first, f.attname) for f in Item._meta.concrete_fields if not f.primary_key}
        items = Item.objects.bulk_create(Item(**values | {"position": n}) for n in range(2, count + 1))
        Report.objects.bulk_create(Report(item=item, period=self.period) for item in items)
        reports = list(Report.objects.select_related("item__plan", "period").order_by("pk"))
        self.assertEqual(len(reports), count)
        with self.assertRaises(Conflicts):
            self.record(
                Change(report, {"progress": "一"}, version=9 if report is reports[-1] else None) for report in reports
            )
        self.assertFalse(Report.objects.exclude(progress="").exists())
        self.assertEqual(self.record(Change(report, {"progress": "一"}) for report in reports), count)

    def test_fields_of_the_workflow_cannot_be_slipped_in(self):
        with self.assertRaises(ValueError):
            self.record([Change(self.reports(1)[0], {"status": "approved"})])

    def test_2_reports_and_40_cost_the_same_statements(self):
        counted = []
        for count in (2, 40):
            changes = [Change(report, {"progress": "一"}) for report in self.reports(count)]
            access.standing(self.reporter)  # read once a request
            with CaptureQueriesContext(connection) as queries:
                self.record(Change(change.report, {"progress": "二"}) for change in changes)
            counted.append([query["sql"].split()[0] for query in queries])
        self.assertEqual(counted[0], counted[1])
        self.assertEqual(counted[0], ["SAVEPOINT", "SELECT", "INSERT", "INSERT", "RELEASE"])
