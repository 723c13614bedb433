"""推进情况表: what its cells hold, how it prints, and that LibreOffice opens it as it is."""

import csv
import subprocess
import tempfile
from datetime import date
from io import StringIO
from pathlib import Path
from urllib.parse import unquote

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from boards.filters import board_for
from sheets.columns import PROGRESS_SHEET
from sheets.workbook import CONTINUED, GOES_ON, progress_workbook
from sheets.wrapping import MAX_LINES, pieces, text_lines
from tests.base import TODAY, CastTestCase
from tests.office import CSV_OF_EVERY_SHEET, convert
from tests.workbooks import HOSTILE, formula_cells, read, read_value, rows_of
from workplans.models import Assignment, Item
from workplans.sheet_text import shown

HEADINGS = [
    "序号",
    "重点工作任务",
    "年度目标",
    "责任科室",
    "配合科室",
    "完成时限",
    "应达进度",
    "完成率",
    "进度",
    "目前进展情况",
    "存在的困难",
    "下一步工作措施",
    "备注",
]
ROW_LIMIT = 409.5  # points


class SheetCase(CastTestCase):
    """A plan with one reported and one unreported item."""

    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.plan, cls.period = cls.make_plan(), cls.make_period()
        cls.item = cls.make_item(cls.plan, deadline=date(2024, 12, 31))
        Assignment.objects.create(item=cls.item, office=cls.finance, role="responsible", position=2)
        Assignment.objects.create(item=cls.item, office=cls.coordinating, role="support", position=3)
        cls.report = cls.make_report(cls.item, cls.period, completion_percent=40, difficulties="场地不足")
        cls.unreported = cls.make_item(cls.plan)
        cls.make_report(cls.unreported, cls.period)

    def sheet(self, user=None, **query):
        """Return the workbook the page's link sends."""
        self.client.force_login(user or self.supervisor)
        response = self.client.get(reverse("sheets:plan_progress_xlsx", args=[self.plan.pk]), query)
        self.assertEqual(response.status_code, 200)
        return response.content

    def table(self, content):
        """Return the table's rows as heading → cell, without section lines."""
        rows = list(read(content).iter_rows())
        head = next(n for n, row in enumerate(rows) if row[0].value == "序号")
        names = [cell.value for cell in rows[head]]
        return [dict(zip(names, row, strict=True)) for row in rows[head + 1 :] if row[len(HEADINGS)].value]


class CellsTest(SheetCase):
    """What the cells hold."""

    def test_headings_in_the_offices_order(self):
        self.assertEqual([column.heading for column in PROGRESS_SHEET], HEADINGS)

    def test_one_row(self):
        row = {name: cell.value for name, cell in self.table(self.sheet())[0].items()}
        self.assertEqual(row["序号"], 1)
        self.assertEqual(row["责任科室"], "德育科（牵头）、计财科")
        self.assertEqual(row["配合科室"], "办公室")
        self.assertEqual(row["完成时限"].date(), date(2024, 12, 31))
        self.assertEqual((row["应达进度"], row["完成率"], row["进度"]), (0.833, 0.4, "■滞后"))
        self.assertEqual(row["存在的困难"], "场地不足")
        self.assertEqual(row["事项系统编号"], self.item.pk)

    def test_percentages_and_dates_are_real(self):
        row = self.table(self.sheet())[0]
        self.assertEqual([row[name].number_format for name in ("应达进度", "完成率")], ["0.0%", "0%"])
        self.assertTrue(row["完成时限"].is_date)

    def test_an_unreported_item_is_a_row(self):
        row = {name: cell.value for name, cell in self.table(self.sheet())[1].items()}
        self.assertEqual((row["完成率"], row["进度"], row["备注"]), ("未填", "○未填", "待填报"))

    def test_hostile_text_is_text(self):
        for text in HOSTILE:
            Item.objects.filter(pk=self.item.pk).update(title=text, body=text)
            content = self.sheet()
            with self.subTest(text):
                self.assertEqual(formula_cells(content), [])
                self.assertEqual(read_value(self.table(content)[0]["年度目标"]), shown(text))

    def test_long_text_goes_on_in_the_next_rows(self):
        long = "".join(f"第{n}条：完成全区中小学校方案的制定与评审。\n" for n in range(3000))
        self.report.progress = long
        self.report.save()
        content = self.sheet()
        rows = [row for row in self.table(content) if row["事项系统编号"].value == self.item.pk]
        self.assertEqual("".join(row["目前进展情况"].value for row in rows), long.strip())
        self.assertEqual({row["序号"].value for row in rows[1:]}, {CONTINUED})
        self.assertIn(GOES_ON, rows[0]["备注"].value)
        self.assertEqual([row["完成率"].value for row in rows], [0.4] + [None] * (len(rows) - 1))
        heights = [dimension.height for dimension in read(content).row_dimensions.values()]
        self.assertLessEqual(max(heights), ROW_LIMIT)

    def test_lines_put_together_are_the_text(self):
        for text in (*HOSTILE, "（一）" * 300, "a" * 500, "中，" * 200, "\n\n", ""):
            self.assertEqual("".join(text_lines(text, 12)), text)
            self.assertEqual("".join(pieces(text, 12, 3)), text)
            self.assertLessEqual(max(len(text_lines(piece, 12)) for piece in pieces(text, 12)), MAX_LINES + 2)

    def test_tasks_texts_are_in_the_cell(self):
        item = self.make_item(self.plan, tasks=["高中", "初中"])
        report = self.make_report(item, self.period, completion_percent=90)
        report.task_reports.filter(task__title="初中").update(progress="已开展调研")
        self.assertEqual(self.table(self.sheet())[2]["目前进展情况"].value, "【初中】已开展调研")


class PageSetupTest(SheetCase):
    """It prints without being touched."""

    def test_page(self):
        sheet = read(self.sheet())
        rows = list(sheet.iter_rows(values_only=True))
        head = next(n for n, row in enumerate(rows, 1) if row[0] == "序号")
        self.assertEqual((sheet.page_setup.orientation, sheet.page_setup.paperSize), ("landscape", 9))
        self.assertEqual((sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight), (1, 0))
        self.assertTrue(sheet.sheet_properties.pageSetUpPr.fitToPage)
        self.assertEqual(sheet.print_title_rows, f"${head}:${head}")
        self.assertEqual(sheet.freeze_panes, f"C{head + 1}")
        self.assertEqual(sheet.print_area, f"'推进情况表'!$A$1:$M${sheet.max_row}")
        self.assertIn("&P", sheet.oddFooter.center.text)
        self.assertTrue(sheet.auto_filter.ref.startswith(f"A{head}:M"))
        self.assertTrue(sheet.column_dimensions["N"].hidden)
        self.assertEqual([str(area.sqref)[0] for area in sheet.conditional_formatting], ["H"])

    def test_around_the_table(self):
        text = "\n".join(str(cell) for row in rows_of(self.sheet()) for cell in row if cell)
        for part in (
            "推进情况表",
            "单位：虹口区教育局",
            "截至日期：2024年10月31日",
            "合计：共2项",
            "■滞后",
            "按0计算",
        ):
            self.assertIn(part, text)
        self.assertNotIn("筛选", text)
        self.assertIn("一、落实立德树人根本任务", text)


class RequestTest(SheetCase):
    """Who gets it, and what the filter of the page does to it."""

    def test_a_foreign_plan_is_not_found(self):
        self.client.force_login(self.outsider)
        address = reverse("sheets:plan_progress_xlsx", args=[self.plan.pk])
        self.assertEqual(self.client.get(address).status_code, 404)
        self.assertEqual(self.client.post(address).status_code, 405)
        self.client.logout()
        self.assertEqual(self.client.get(address).status_code, 302)

    def test_everybody_of_the_bureau_reads_it(self):
        for user in (self.reporter, self.other_reporter, self.leader, self.admin):
            self.assertEqual(len(self.table(self.sheet(user))), 2)

    def test_the_filter_is_honoured_and_said(self):
        content = self.sheet(progress="red")
        self.assertEqual(len(self.table(content)), 1)
        text = "\n".join(str(cell) for row in rows_of(content) for cell in row if cell)
        self.assertIn("筛选的结果——进度灯：■滞后。列出 1 项。合计包括没有列出的事项。", text)

    def test_nothing_found(self):
        content = self.sheet(q="没有这样的字")
        self.assertIn("没有符合条件的工作事项。", [row[0] for row in rows_of(content)])

    def test_without_a_period(self):
        plan = self.make_plan(start_on=date(2020, 1, 1), end_on=date(2020, 12, 31), year=2020)
        self.make_item(plan)
        shown_board = board_for({}, plan, self.supervisor, TODAY)
        self.assertIn("（还没有填报期）", str(rows_of(progress_workbook(shown_board.board))))

    def test_file_name(self):
        self.client.force_login(self.leader)
        response = self.client.get(reverse("sheets:plan_progress_xlsx", args=[self.plan.pk]))
        name = unquote(response.headers["Content-Disposition"])
        self.assertIn("虹口区教育局2024年工作要点_推进情况表_2024年1-10月.xlsx", name)

    def test_queries_do_not_grow_with_rows(self):
        self.sheet()
        counts = []
        for _ in range(2):
            with CaptureQueriesContext(connection) as queries:
                self.sheet()
            counts.append(len(queries))
            for _ in range(38):
                self.make_report(self.make_item(self.plan, tasks=["高中"]), self.period, completion_percent=50)
        self.assertEqual(counts[0], counts[1])


class LibreOfficeTest(SheetCase):
    """LibreOffice opens the sheet, prints it and reads the same text."""

    def test_pdf_and_csv(self):
        for text in HOSTILE:
            item = self.make_item(self.plan, title=f"{text}事", body=text)
            self.make_report(item, self.period, completion_percent=12.5, progress=text)
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            (folder / "表.xlsx").write_bytes(self.sheet())
            convert(sorted(folder.glob("*.xlsx")), "pdf", folder)
            convert(sorted(folder.glob("*.xlsx")), CSV_OF_EVERY_SHEET, folder)
            printed = subprocess.run(
                ["pdftotext", "-layout", folder / "表.pdf", "-"], capture_output=True, check=True
            ).stdout.decode()
            [sheet] = folder.glob("*.csv")
            rows = list(csv.reader(StringIO(sheet.read_text(encoding="utf-8"))))
        self.assertRegex(printed, r"第\s*1\s*页\s*共\s*\d")
        self.assertGreater(printed.count("重点工作任务"), 1)
        self.assert_same_text(rows)

    def assert_same_text(self, rows):
        """Compare the texts of the table with those of the database, and find no computed cell."""
        head = next(n for n, row in enumerate(rows) if row[0] == "序号")
        body = [row for row in rows[head + 1 :] if row[13:14] and row[13]]
        read_back = {int(row[13]): (row[1], row[2], row[7], row[9]) for row in body}
        for item in Item.objects.filter(plan=self.plan).exclude(pk__in=[self.item.pk, self.unreported.pk]):
            with self.subTest(item.title):
                expected = (shown(item.title), shown(item.body), "12.5%", shown(item.body.strip()))
                self.assertEqual(read_back[item.pk], expected)
