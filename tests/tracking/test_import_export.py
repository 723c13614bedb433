"""Reports as a workbook in the admin: who may, what comes back, and what is refused by name."""

import csv
from decimal import Decimal
from io import BytesIO, StringIO
from urllib.parse import unquote

import openpyxl
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.base import NOW, CastTestCase
from tests.workbooks import HOSTILE, WorkbookSteps, formula_cells, read, rows_of, saved, workbook
from tracking.models import Period, Report
from workplans.sheet_text import MAX_CELL, shown

DONE = "完成率"


class ReportWorkbookCase(WorkbookSteps, CastTestCase):
    """Two reports of the 德育科 and one of the 计财科."""

    model = "tracking_report"

    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.plan, cls.period = cls.make_plan(), cls.make_period()
        cls.mine = cls.make_report(cls.make_item(cls.plan), cls.period, completion_percent=60, progress="已启动")
        cls.second = cls.make_report(cls.make_item(cls.plan), cls.period)
        cls.theirs = cls.make_report(cls.make_item(cls.plan, lead=cls.finance), cls.period, progress="计财科的话")

    def stored(self, report):
        """Return the report as the database has it."""
        return Report.objects.get(pk=report.pk)

    def row_of(self, content, report):
        """Return the number of the report's row in the sheet."""
        return next(n for n, row in enumerate(rows_of(content), 1) if row[0] == report.pk)

    def edited(self, user, report, changes):
        """Return the user's export with some cells of the report's row changed."""
        content = self.export(user)
        return self.changed(content, changes, self.row_of(content, report))


class RightsTest(ReportWorkbookCase):
    """The holes of the stock mixin are closed."""

    def test_who_sees_import_and_who_may_open_it(self):
        allowed = {"reporter", "head", "other_reporter", "supervisor", "outsider"}
        for name, user in self.people().items():
            with self.subTest(name):
                self.client.force_login(user)
                expected = 200 if name in allowed else 302 if name == "nobody" else 403
                self.assertEqual(self.client.get(self.url("import")).status_code, expected)
                if name != "nobody":
                    page = self.client.get(self.url("changelist"))
                    self.assertEqual(self.url("import") in page.text, name in allowed)
                    self.assertEqual(
                        self.client.post(self.url("process_import")).status_code,
                        302 if name in allowed else 403,
                    )

    def test_an_outsider_exports_nothing(self):
        self.assertEqual(len(rows_of(self.export(self.outsider))), 1)
        self.assertEqual(len(rows_of(self.export(self.leader))), 4)

    def test_a_leader_cannot_upload(self):
        content = self.export(self.leader)
        self.assertEqual(self.upload(self.leader, content).status_code, 403)

    def test_another_offices_row_is_refused_by_name(self):
        page = self.upload(self.other_reporter, self.edited(self.other_reporter, self.mine, {DONE: "90%"}))
        [(_, _, message)] = self.problems(page)
        self.assertIn(str(self.mine), message)
        self.assertIn("只有本事项的填报科室", message)
        self.assertEqual(self.stored(self.mine).completion_percent, 60)

    def test_rows_of_others_left_alone_do_no_harm(self):
        page = self.upload(self.reporter, self.edited(self.reporter, self.second, {DONE: 0.3}))
        self.assertIn("修改 1，没有变化 2，不能导入 0", page.text)

    def test_another_bureaus_row_is_unknown(self):
        content = self.edited(self.supervisor, self.mine, {DONE: 0.9})
        page = self.upload(self.outsider, content)
        self.assertEqual({message[:6] for *_, message in self.problems(page)}, {"没有系统编号"})
        self.assertNotIn("已启动", str(page.context["result"].diff_headers))

    def test_a_submitted_report_and_a_closed_period_are_refused_by_name(self):
        content = self.edited(self.reporter, self.mine, {DONE: "90%"})
        Report.objects.filter(pk=self.mine.pk).update(status=Report.Status.BUREAU_REVIEW)
        self.assertIn("待办公室审核", self.problems(self.upload(self.reporter, content))[0][2])
        Period.objects.update(status=Period.Status.CLOSED)
        self.assertIn("已截止", self.problems(self.upload(self.supervisor, content))[0][2])

    def test_an_upload_belongs_to_who_made_it(self):
        page = self.upload(self.reporter, self.edited(self.reporter, self.mine, {DONE: "90%"}))
        stolen = page.context["confirm_form"].initial
        self.client.force_login(self.head)
        answer = self.client.post(self.url("process_import"), stolen, follow=True)
        self.assertContains(answer, "预览已经失效")
        self.client.force_login(self.reporter)
        answer = self.client.post(
            self.url("process_import"), stolen | {"import_file_name": "../secret_key"}, follow=True
        )
        self.assertContains(answer, "预览已经失效")
        self.assertEqual(self.stored(self.mine).completion_percent, 60)

    def test_rights_withdrawn_between_preview_and_confirmation(self):
        page = self.upload(self.reporter, self.edited(self.reporter, self.mine, {DONE: "90%"}))
        Period.objects.update(status=Period.Status.CLOSED)
        answer = self.confirm(page)
        self.assertContains(answer, "什么也没有导入")
        self.assertEqual(self.stored(self.mine).completion_percent, 60)


class RoundTripTest(ReportWorkbookCase):
    """What goes out comes back, and only changes are changes."""

    def hostile(self):
        """Make one report for each hostile text, saved as a browser sends it."""
        return [
            self.make_report(
                self.make_item(self.plan, title=text),
                self.period,
                progress=text,
                difficulties=f"{text}\r\n完",
            )
            for text in HOSTILE
        ]

    def test_export_import_export_is_identical(self):
        self.hostile()
        for ending in ("xlsx", "csv"):
            with self.subTest(ending):
                first = self.export(self.supervisor, ending)
                page = self.upload(self.supervisor, first, f"表.{ending}")
                self.assertContains(page, f"修改 0，没有变化 {3 + len(HOSTILE)}，不能导入 0")
                self.confirm(page)
                second = self.export(self.supervisor, ending)
                self.assertEqual(*(rows_of(c) if ending == "xlsx" else c for c in (first, second)))
        self.assertEqual(self.stored(self.mine).version, 0)

    def test_hostile_text_is_text(self):
        reports = self.hostile()
        for ending in ("xlsx", "csv"):
            content = self.export(self.supervisor, ending)
            if ending == "xlsx":
                self.assertEqual(formula_cells(content), [])
            Report.objects.update(progress="别的")
            self.confirm(self.upload(self.supervisor, content, f"表.{ending}"))
            for report, text in zip(reports, HOSTILE, strict=True):
                with self.subTest(text, ending=ending):
                    self.assertEqual(self.stored(report).progress, text.strip())
            Report.objects.update(version=0)
            for report, text in zip(reports, HOSTILE, strict=True):
                Report.objects.filter(pk=report.pk).update(progress=text)

    def test_csv_marks_what_would_run(self):
        self.hostile()
        for line in csv.reader(StringIO(self.export(self.supervisor, "csv").decode("utf-8-sig"))):
            self.assertFalse([cell for cell in line if cell.startswith(("=", "+", "-", "@"))])

    def test_control_characters_are_pictures_and_no_change(self):
        Report.objects.filter(pk=self.mine.pk).update(progress="响铃\x07垂直\x0b")
        content = self.export(self.supervisor)
        self.assertIn("响铃␇垂直␋", [cell for row in rows_of(content) for cell in row])
        self.assertIn("没有变化 3", self.upload(self.supervisor, content).text)

    def test_text_longer_than_a_cell_goes_on_in_a_further_column(self):
        long = "".join(f"第{n}条进展。" for n in range(9000))
        Report.objects.filter(pk=self.mine.pk).update(progress=long)
        content = self.export(self.supervisor)
        headings = rows_of(content)[0]
        self.assertIn("目前进展情况（续1）", headings)
        self.assertLessEqual(max(len(str(cell)) for row in rows_of(content) for cell in row), MAX_CELL)
        self.assertIn("没有变化 3", self.upload(self.supervisor, content).text)
        self.assertIn("没有变化 3", self.upload(self.supervisor, self.export(self.supervisor, "csv"), "a.csv").text)

    def test_a_change_is_recorded_as_every_other(self):
        content = self.edited(self.reporter, self.mine, {DONE: 0.8, "存在的困难": "场地不足"})
        page = self.upload(self.reporter, content)
        self.assertInHTML("<del>60%</del> → <ins>80%</ins>", page.text)
        self.assertEqual(self.stored(self.mine).completion_percent, 60)
        answer = self.confirm(page)
        self.assertContains(answer, "导入完成。读到 3 行：新增 0，修改 1，没有变化 2，不能导入 0。")
        report = self.stored(self.mine)
        self.assertEqual((report.completion_percent, report.difficulties), (80, "场地不足"))
        self.assertEqual((report.version, report.saved_by), (1, self.reporter))
        history = report.history.first()
        self.assertEqual((history.completion_percent, history.history_user), (80, self.reporter))
        self.assertIn("导入：表.xlsx", history.history_change_reason)
        self.assertIn("没有变化 3", self.upload(self.reporter, content).text)

    def test_a_workbook_older_than_the_last_save_is_refused(self):
        content = self.edited(self.reporter, self.mine, {DONE: 0.8})
        Report.objects.filter(pk=self.mine.pk).update(version=4, saved_by=self.head, progress="科长改过")
        [(_, _, message)] = self.problems(self.upload(self.reporter, content))
        self.assertIn("又保存过", message)

    def test_columns_may_move_and_own_columns_are_told(self):
        rows = rows_of(self.export(self.reporter))
        keep = [rows[0].index(name) for name in ("目前进展情况", "系统编号")]
        moved = [["我的备注", *(row[i] for i in keep)] for row in rows]
        moved[0][0], moved[1][1] = "我的备注", "新的进展"
        page = self.upload(self.reporter, workbook([["说明：请填写"], [], *moved]))
        self.assertContains(page, "这些列不认识，没有读取：我的备注")
        self.assertContains(page, "修改 1")

    def test_a_half_sorted_table_is_refused(self):
        content = self.edited(self.reporter, self.mine, {"工作事项": "别的事项"})
        [(_, heading, message)] = self.problems(self.upload(self.reporter, content))
        self.assertEqual(heading, "工作事项")
        self.assertIn("排序", message)

    def test_one_bad_row_stops_the_whole_file(self):
        content = self.edited(self.reporter, self.mine, {DONE: 0.8})
        content = self.changed(content, {DONE: 120}, self.row_of(content, self.second))
        self.problems(self.upload(self.reporter, content))
        self.assertEqual(self.stored(self.mine).completion_percent, 60)


class PercentTest(ReportWorkbookCase):
    """Percentages as people type them."""

    def imported(self, value):
        """Return what the report holds after importing `value`, or the problem."""
        page = self.upload(self.reporter, self.edited(self.reporter, self.second, {DONE: value}))
        if "confirm_form" not in page.context:
            return self.problems(page)[0]
        self.confirm(page)
        return self.stored(self.second).completion_percent

    def test_accepted(self):
        cases = [
            (80, 80),
            ("81%", 81),
            ("８２％", 82),
            (" 83.5 ", Decimal("83.5")),
            (0, 0),
            (None, None),
            ("100", 100),
        ]
        for typed, stored in cases:
            with self.subTest(typed):
                self.assertEqual(self.imported(typed), stored)

    def test_a_cell_formatted_as_a_percentage(self):
        book = openpyxl.load_workbook(BytesIO(self.export(self.reporter)))
        sheet = book.active
        column = [cell.value for cell in sheet[1]].index(DONE) + 1
        cell = sheet.cell(self.row_of(saved(book), self.second), column)
        cell.value, cell.number_format = 0.845, "0.00%"
        self.confirm(self.upload(self.reporter, saved(book)))
        self.assertEqual(self.stored(self.second).completion_percent, Decimal("84.5"))

    def test_exported_as_a_percentage(self):
        sheet = read(self.export(self.reporter))
        column = [cell.value for cell in sheet[1]].index(DONE) + 1
        cell = sheet.cell(self.row_of(saved(sheet.parent), self.mine), column)
        self.assertEqual((cell.value, cell.number_format), (0.6, "0%"))

    def test_refused_with_row_column_and_value(self):
        for typed in (101, "-1", "八成", "83.33", "80 90"):
            with self.subTest(typed):
                _, heading, message = self.imported(typed)
                self.assertEqual(heading, DONE)
                self.assertRegex(message, "完成率|百分数")
                self.assertIn(str(typed), message)


class PageTest(ReportWorkbookCase):
    """The pages are Chinese and hold nothing inline."""

    def test_pages(self):
        preview = self.upload(self.reporter, self.edited(self.reporter, self.mine, {DONE: 0.8}))
        problems = self.upload(self.reporter, self.edited(self.reporter, self.mine, {DONE: 800}))
        wrong = self.upload(self.reporter, b"no workbook")
        for page in (
            preview,
            problems,
            wrong,
            self.client.get(self.url("import")),
            self.client.get(self.url("export")),
        ):
            self.assertNotRegex(page.text, r"<script(?![^>]*\ssrc=)|\sstyle=|\son[a-z]+=\"")
            content = page.text[page.text.index('id="content"') :]
            self.assertNotRegex(content, r">[^<]*\b(Import|Export|Submit|Format|Resource|Line number|Errors)\b")

    def test_file_name_is_chinese(self):
        self.client.force_login(self.reporter)
        response = self.client.post(self.url("export"), {"format": "0", "resource": "0"})
        self.assertIn("进展报告_", unquote(response.headers["Content-Disposition"]))

    def test_the_list_filter_is_honoured(self):
        query = f"?item__reporting_office__id__exact={self.finance.pk}"
        self.assertEqual(len(rows_of(self.export(self.supervisor, query=query))), 2)

    def test_queries_do_not_grow_with_rows(self):
        self.export(self.supervisor)
        counts = []
        for _ in range(2):
            with CaptureQueriesContext(connection) as queries:
                self.export(self.supervisor)
            counts.append(len(queries))
            for _ in range(37):
                self.make_report(self.make_item(self.plan), self.period, progress="已开展", saved_by=self.reporter)
        self.assertEqual(counts[0], counts[1])

    def test_saved_time_is_local(self):
        rows = rows_of(self.export(self.reporter))
        column = rows[0].index("填写时间")
        self.assertIn(NOW.replace(tzinfo=None), [row[column] for row in rows])
        self.assertEqual(shown("a\r\nb"), "a\nb")
