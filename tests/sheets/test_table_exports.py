"""分析表 as a job: asked for on a page, written beside it, fetched by nobody but who asked, gone after a day."""

import csv
import os
import tempfile
from datetime import timedelta
from io import BytesIO, StringIO

import openpyxl
from django.core.exceptions import PermissionDenied
from django.test import override_settings
from django.urls import reverse

from sheets.long import jobs
from sheets.long.forms import TableExportForm
from sheets.long.jobs import ask, claim, drop, sweep, write_waiting
from tests.base import NOW, CastTestCase
from tracking.models import Report, TableExport
from workplans.models import Membership

LIST = "/exports/"


class ExportCase(CastTestCase):
    """Two reports of the bureau, one of another; files in a folder of the test's own."""

    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.plan, cls.period = cls.make_plan(), cls.make_period()
        cls.one = cls.make_report(cls.make_item(cls.plan), cls.period, progress="已启动两次调研")
        cls.two = cls.make_report(cls.make_item(cls.plan, lead=cls.finance), cls.period, status="approved")
        other = cls.make_plan(organization=cls.other_bureau)
        cls.foreign_period = cls.make_period(organization=cls.other_bureau, year=2023)
        cls.foreign = cls.make_report(cls.make_item(other, lead=cls.foreign_office), cls.foreign_period)

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        override = override_settings(MEDIA_ROOT=folder.name)
        override.enable()
        self.addCleanup(override.disable)

    def ask(self, user=None, now=NOW, **data):
        """Ask for a table."""
        user = user or self.supervisor
        form = TableExportForm(data, user=user)
        self.assertTrue(form.is_valid(), form.errors)
        return ask(form, by=user, now=now)

    def write(self):
        """Write what waits, at NOW."""
        return write_waiting(clock=lambda: NOW)

    def rows(self, export, user=None):
        """Return the ids in a CSV export, as the page sends it."""
        self.client.force_login(user or export.user)
        response = self.client.get(reverse("sheets:table_export_file", args=[export.pk]))
        content = b"".join(response.streaming_content).decode("utf-8-sig")
        return [int(row["系统编号"]) for row in csv.DictReader(StringIO(content))]


class AskingTest(ExportCase):
    """The page on which a table is asked for."""

    def test_the_page_counts_and_the_post_makes_a_job(self):
        self.client.force_login(self.supervisor)
        page = self.client.get(LIST, {"organization": self.bureau.pk, "status": "approved"})
        self.assertContains(page, "导出 1 行")
        with self.captureOnCommitCallbacks() as callbacks:
            response = self.client.post(LIST, {"status": "approved", "file_format": "csv"})
        export = TableExport.objects.get()
        self.assertRedirects(response, f"{LIST}{export.pk}/")
        self.assertEqual([callback.__name__ for callback in callbacks], ["start_writer"])
        self.assertEqual((export.user, export.words, export.file_format), (self.supervisor, "状态：已通过", "csv"))

    def test_the_filters_of_the_admin_s_list_come_along(self):
        query = {
            "period__organization__id__exact": self.bureau.pk,
            "period__id__exact": self.period.pk,
            "item__reporting_office__id__exact": self.finance.pk,
            "q": "推进",
        }
        form = TableExportForm(query, user=self.admin)
        self.assertTrue(form.is_valid(), form.errors)
        self.assertEqual(form.words, "单位：虹口区教育局；填报期：2024年1-10月；填报科室：计财科；包含“推进”")
        self.assertEqual(list(form.narrow(Report.objects.all())), [self.two])
        self.client.force_login(self.supervisor)
        page = self.client.get(reverse("admin:tracking_report_changelist"), {"status__exact": "approved"})
        self.assertContains(page, f'{LIST}?status__exact=approved"')

    def test_each_filter_leaves_its_rows(self):
        cases = {
            "organization": (self.bureau.pk, [self.one, self.two]),
            "year": (2023, [self.foreign]),
            "period": (self.period.pk, [self.one, self.two]),
            "plan": (self.plan.pk, [self.one, self.two]),
            "office": (self.moral.pk, [self.one]),
            "status": ("approved", [self.two]),
            "text": ("调研 启动", [self.one]),
        }
        for name, (value, expected) in cases.items():
            with self.subTest(name):
                form = TableExportForm({name: str(value)}, user=self.admin)
                self.assertTrue(form.is_valid(), form.errors)
                self.assertEqual(list(form.narrow(Report.objects.order_by("pk"))), expected)

    def test_rows_of_another_bureau_can_be_neither_chosen_nor_read(self):
        for name, value in (("organization", self.other_bureau.pk), ("period", self.foreign_period.pk)):
            with self.subTest(name):
                self.assertFalse(TableExportForm({name: str(value)}, user=self.supervisor).is_valid())
        export = self.ask(file_format="csv")
        self.write()
        self.assertEqual(self.rows(export), [self.one.pk, self.two.pk])

    def test_who_has_no_membership_gets_none_and_three_at_once_are_enough(self):
        with self.assertRaises(PermissionDenied):
            self.ask(self.nobody)
        for _ in range(3):
            self.ask()
        with self.assertRaisesMessage(jobs.ExportRefused, "您已有 3 个导出任务没有完成"):
            self.ask()
        self.client.force_login(self.supervisor)
        self.assertContains(self.client.post(LIST), "您已有 3 个导出任务没有完成")

    def test_the_overview_leads_to_it_with_its_period(self):
        self.client.force_login(self.supervisor)
        page = self.client.get(reverse("boards:overview"))
        self.assertContains(page, f"{LIST}?organization={self.bureau.pk}&amp;year=2024&amp;period={self.period.pk}")


class WritingTest(ExportCase):
    """What the writer does."""

    def test_both_formats_are_written_and_fetched(self):
        exports = [self.ask(file_format=form) for form in ("xlsx", "csv")]
        self.assertEqual(self.write(), 2)
        self.client.force_login(self.supervisor)
        for export in exports:
            export.refresh_from_db()
            response = self.client.get(reverse("sheets:table_export_file", args=[export.pk]))
            content = b"".join(response.streaming_content)
            with self.subTest(export.file_format):
                self.assertEqual((export.status, export.total, export.written), ("done", 2, 2))
                self.assertEqual(len(content), export.size)
                self.assertIn("attachment", response["Content-Disposition"])
                self.assertIn(
                    "%E5%88%86%E6%9E%90%E8%A1%A8_20241028_0930." + export.file_format, response["Content-Disposition"]
                )
        book = openpyxl.load_workbook(BytesIO(self.fetch(exports[0])))
        notes = {row[0].value: row[1].value for row in book["说明"].iter_rows(min_row=2)}
        self.assertEqual(notes["行数"], "2 行，每份进展报告一行")
        self.assertEqual((notes["导出"], notes["范围"]), ("督办员，2024-10-28 09:30", "您能看到的全部进展报告"))

    def fetch(self, export):
        """Return the bytes of a file."""
        return b"".join(self.client.get(reverse("sheets:table_export_file", args=[export.pk])).streaming_content)

    def test_rights_withdrawn_before_it_is_written_are_withdrawn(self):
        all_of_it, chosen = self.ask(file_format="csv"), self.ask(file_format="csv", organization=str(self.bureau.pk))
        Membership.objects.filter(user=self.supervisor).update(organization=self.other_bureau)
        self.write()
        for export in (all_of_it, chosen):
            export.refresh_from_db()
        self.assertEqual(self.rows(all_of_it), [self.foreign.pk])
        self.assertEqual((chosen.status, chosen.file), ("failed", ""))
        self.assertIn("您已不能查看", chosen.problem)

    def test_nobody_but_who_asked_sees_stops_or_fetches_it(self):
        export = self.ask()
        self.write()
        for name in ("leader", "reporter", "outsider", "admin"):
            self.client.force_login(getattr(self, name))
            for url in ("page", "file"):
                with self.subTest(name, url=url):
                    path = reverse(f"sheets:table_export_{url}", args=[export.pk])
                    self.assertEqual(self.client.get(path).status_code, 404)
            self.assertEqual(self.client.post(reverse("sheets:table_export_delete", args=[export.pk])).status_code, 404)
        self.assertTrue(TableExport.objects.exists())

    def test_the_page_refreshes_itself_until_the_file_is_there(self):
        export = self.ask()
        path = reverse("sheets:table_export_page", args=[export.pk])
        self.client.force_login(self.supervisor)
        waiting = self.client.get(path)
        self.assertContains(waiting, "等待中")
        self.assertEqual(waiting["Refresh"], "2")
        self.write()
        done = self.client.get(path)
        self.assertContains(done, "已写好，2 行")
        self.assertNotIn("Refresh", done)

    def test_progress_is_told_while_rows_are_written(self):
        export = claim_of(self.ask())
        export.total = 4000
        seen = []
        for _row in jobs._telling(export, iter(range(4000)), lambda: NOW):
            seen.append(TableExport.objects.get().written)
        self.assertEqual((seen[1999], seen[2000], seen[3999]), (0, 2000, 2000))
        self.assertEqual(TableExport.objects.get().written, 4000)

    def test_one_deleted_while_it_is_written_stops_the_writer_and_leaves_no_file(self):
        export = claim_of(self.ask())
        TableExport.objects.all().delete()
        jobs._write(export, lambda: NOW)
        self.assertEqual(list(jobs.folder().iterdir()), [])

    def test_one_whose_writer_is_gone_is_given_up_and_the_next_is_written(self):
        lost, waiting = self.ask(), self.ask()
        claim(now=NOW)
        self.assertIsNone(claim(now=NOW), "a writer is at work")
        later = NOW + timedelta(minutes=3)
        self.assertEqual(claim(now=later), waiting)
        lost.refresh_from_db()
        self.assertEqual((lost.status, lost.problem), ("failed", "写表格的程序中途停止了，请重新导出。"))

    def test_after_a_day_row_and_file_are_gone_and_so_is_what_no_row_knows(self):
        self.ask()
        self.write()
        stray = jobs.folder() / "stray.xlsx"
        stray.write_bytes(b"x")
        for path in jobs.folder().iterdir():
            os.utime(path, (NOW.timestamp(), NOW.timestamp()))
        self.assertEqual(sweep(now=NOW + timedelta(hours=23)), 0)
        self.assertEqual(len(list(jobs.folder().iterdir())), 2)
        self.assertEqual(sweep(now=NOW + timedelta(hours=25)), 1)
        self.assertEqual(list(jobs.folder().iterdir()), [])

    def test_deleting_takes_the_file_along(self):
        export = self.ask()
        self.write()
        export.refresh_from_db()
        drop(export)
        self.assertEqual(list(jobs.folder().iterdir()), [])


def claim_of(export):
    """Let a writer claim the only waiting export."""
    claimed = claim(now=NOW)
    assert claimed == export
    return claimed
