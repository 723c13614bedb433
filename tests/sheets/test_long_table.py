"""分析表: one row a report, scoped and filtered, as files that hold what was written."""

import csv
import tempfile
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sheets.long import long_files
from sheets.long.long_files import write_csv, write_xlsx
from sheets.long.long_table import LONG_TABLE, row_ids, rules, values
from tests.base import NOW, TODAY, CastTestCase
from tests.office import CSV, convert
from tests.workbooks import HOSTILE, formula_cells, read_value
from tracking import lamps
from tracking.expected import expected_percent
from tracking.models import Report
from workplans.models import Assignment, Item
from workplans.sheet_text import shown, unguard

HEADINGS = [
    "系统编号", "单位", "年度", "工作计划", "板块", "编号", "工作事项", "事项状态", "填报科室", "配合科室", "完成时限", "时限", "填报期",
    "截至日期", "报送截止", "应达进度", "完成率", "进度", "状态", "报送", "逾期天数", "目前进展情况", "存在的困难", "下一步工作措施",
    "本期无新进展", "无新进展的原因", "填写人", "督办员代填", "填写时间", "首次报送时间",
]  # fmt: skip


def table(today=TODAY, reports=None):
    """Return the rows as dicts."""
    ids = row_ids(Report.objects.all() if reports is None else reports)
    return [dict(zip(HEADINGS, row, strict=True)) for row in values(ids, today)]


class LongTableCase(CastTestCase):
    """One plan and an open period."""

    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.plan, cls.period = cls.make_plan(), cls.make_period()

    def written(self, write, total=None, **kw):
        """Return the path of a file of all reports."""
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        path = Path(folder.name) / f"t.{'csv' if write is write_csv else 'xlsx'}"
        ids = row_ids(Report.objects.all())
        write(path, values(ids, TODAY), [("范围", "全部")], total=len(ids) if total is None else total, **kw)
        return path

    def book(self, **kw):
        """Return the workbook of all reports, as openpyxl reads it, and its bytes."""
        content = self.written(write_xlsx, **kw).read_bytes()
        return openpyxl.load_workbook(self.written(write_xlsx, **kw)), content

    def csv_rows(self):
        """Return the rows of the CSV file as a reader without formulas sees them."""
        with self.written(write_csv).open(encoding="utf-8-sig", newline="") as file:
            return [[unguard(cell) for cell in row] for row in csv.reader(file)]


class ValuesTest(LongTableCase):
    """What stands in the columns."""

    def test_the_columns(self):
        self.assertEqual([column.heading for column in LONG_TABLE], HEADINGS)

    def test_a_report_with_all_it_is_about(self):
        item = self.make_item(self.plan, tasks=("高中", "初中"), deadline=date(2024, 11, 1))
        for position, office in enumerate((self.finance, self.coordinating), start=2):
            Assignment.objects.create(item=item, office=office, role="support", position=position)
        report = self.make_report(
            item, self.period, completion_percent=Decimal("40.0"), progress="已启动。", saved_by=self.reporter,
            status=Report.Status.BUREAU_REVIEW, submitted_at=NOW, unchanged=True, unchanged_reason="等批复",
        )  # fmt: skip
        report.task_reports.filter(task__title="初中").update(progress="已招生。", difficulties="缺教师")
        (row,) = table()
        self.assertEqual(
            row,
            {
                "系统编号": report.pk, "单位": "虹口区教育局", "年度": 2024, "工作计划": self.plan.title,
                "板块": "一、落实立德树人根本任务", "编号": 1, "工作事项": "推进第1项重点工作", "事项状态": "推进中", "填报科室": "德育科",
                "配合科室": "计财科、办公室", "完成时限": date(2024, 11, 1), "时限": "▲剩4天", "填报期": "2024年1-10月",
                "截至日期": date(2024, 10, 31), "报送截止": date(2024, 11, 5), "应达进度": Decimal("83.3"), "完成率": Decimal("40.0"),
                "进度": "■滞后", "状态": "待办公室审核", "报送": "●按时报送", "逾期天数": None, "目前进展情况": "已启动。\n【初中】已招生。",
                "存在的困难": "【初中】缺教师", "下一步工作措施": "", "本期无新进展": "是", "无新进展的原因": "等批复", "填写人": "填报人",
                "督办员代填": "", "填写时间": NOW.replace(tzinfo=None), "首次报送时间": NOW.replace(tzinfo=None),
            },
        )  # fmt: skip

    def test_lamps_and_words_are_those_of_the_model_and_of_the_dashboards(self):
        for n, status in enumerate(Report.Status):
            item = self.make_item(self.plan, status=list(Item.Status)[n % 3], deadline=date(2024, 10, 20 + n))
            self.make_report(
                item, self.period, status=status, completion_percent=25 * n, submitted_at=NOW if n else None
            )
        for today in (TODAY, date(2024, 12, 1)):
            reports = {report.pk: report for report in Report.objects.select_related("item__plan", "period")}
            for row in table(today):
                report = reports[row["系统编号"]]
                plan = report.item.plan
                expected = expected_percent(plan.start_on, plan.end_on, self.period.as_of)
                progress = lamps.progress_lamp(report.item.status, report.completion_percent, expected)
                due = lamps.deadline_lamp(report.item.status, report.item.deadline, today, report.completion_percent)
                with self.subTest(status=report.status, today=today):
                    self.assertEqual(row["进度"], str(progress))
                    self.assertEqual(row["报送"], str(lamps.reporting_lamp(report, today)))
                    self.assertEqual(row["时限"], str(due))
                    self.assertEqual(row["状态"], report.status_label)

    def test_only_what_is_overdue_has_days(self):
        self.make_report(self.make_item(self.plan), self.period)
        self.assertEqual(
            [table(day)[0]["逾期天数"] for day in (TODAY, date(2024, 11, 5), date(2024, 11, 15))], [None, None, 10]
        )

    def test_rows_come_by_organization_period_plan_and_position(self):
        later = self.make_period(label="2024年1-11月", as_of=date(2024, 11, 30))
        items = [self.make_item(self.plan) for _ in range(2)]
        for period in (later, self.period):
            for item in reversed(items):
                self.make_report(item, period)
        self.assertEqual(
            [(row["填报期"], row["编号"]) for row in table()],
            [("2024年1-10月", 1), ("2024年1-10月", 2), ("2024年1-11月", 1), ("2024年1-11月", 2)],
        )

    def test_2_rows_and_40_cost_the_same_queries(self):
        counted = []
        for count in (2, 38):
            for _ in range(count):
                self.make_report(
                    self.make_item(self.plan, tasks=("高中",)), self.period, progress="一", saved_by=self.reporter
                )
            with CaptureQueriesContext(connection) as queries:
                table()
            counted.append(len(queries))
        self.assertEqual(counted, [8, 8])


class FilesTest(LongTableCase):
    """The files."""

    def hostile(self):
        """Make a report for each hostile text; return the texts in the order of the rows."""
        for text in HOSTILE:
            self.make_report(
                self.make_item(self.plan, title=text[:200] or "无"), self.period, progress=text, next_steps=text
            )
        return [shown(text) for text in HOSTILE]

    def test_hostile_text_is_text_in_both_formats(self):
        texts = self.hostile()
        book, content = self.book()
        self.assertEqual(formula_cells(content), [])
        column = HEADINGS.index("目前进展情况")
        cells = [row[column] for row in book["分析表"].iter_rows(min_row=2)]
        self.assertEqual([read_value(cell) or "" for cell in cells], texts)
        self.assertEqual({cell.number_format for cell in cells if cell.value}, {"@"})
        self.assertEqual([row[column] for row in self.csv_rows()[1:]], texts)

    def test_numbers_dates_and_rates_are_such(self):
        self.make_report(self.make_item(self.plan, number="第三条"), self.period, completion_percent=Decimal("33.3"))
        book, _content = self.book()
        sheet = book["分析表"]
        cells = dict(zip(HEADINGS, sheet[2], strict=True))
        told = {
            name: (cells[name].value, cells[name].number_format)
            for name in ("完成率", "截至日期", "填写时间", "年度", "编号")
        }
        self.assertEqual(told["完成率"], (0.333, "0.0%"))
        self.assertEqual((told["截至日期"][0].date(), told["截至日期"][1]), (date(2024, 10, 31), "yyyy-mm-dd"))
        self.assertEqual(told["填写时间"], (NOW.replace(tzinfo=None), "yyyy-mm-dd hh:mm"))
        self.assertEqual((told["年度"][0], told["编号"][0]), (2024, "第三条"))
        self.assertEqual((sheet.freeze_panes, sheet.auto_filter.ref), ("A2", "A1:AD2"))
        self.assertEqual(sheet.print_title_rows, "$1:$1")
        self.assertEqual([sheet.column_dimensions[letter].width > 25 for letter in "AV"], [False, True])
        row = dict(zip(HEADINGS, self.csv_rows()[1], strict=True))
        self.assertEqual((row["完成率"], row["截至日期"], row["填写时间"]), ("33.3%", "2024-10-31", "2024-10-28 09:30"))

    def test_what_one_cell_cannot_hold_goes_on_in_the_notes_and_nothing_is_cut(self):
        for text in ("长" * 40_000, "𠮷" * 40_000, "a" * 32_000):
            self.make_report(self.make_item(self.plan), self.period, progress=text)
        book, _content = self.book()
        column = HEADINGS.index("目前进展情况") + 1
        notes = {row[0].value: row[1].value for row in book["说明"].iter_rows(min_row=2)}
        first, second, third = (book["分析表"].cell(row, column).value for row in (2, 3, 4))
        head, notice = first.split("……（")
        self.assertEqual(head + notes["长文本 1"], "长" * 40_000)
        self.assertEqual(notice, "全文 40000 字，一个单元格写不下，余下部分见工作表“说明”的“长文本 1”）")
        self.assertEqual(second.split("……（")[0] + notes["长文本 2"] + notes["长文本 3"], "𠮷" * 40_000)
        self.assertIn("“长文本 2 至 3”", second)
        self.assertEqual(third, "a" * 32_000)
        self.assertEqual([row[column - 1] for row in self.csv_rows()[1:]], ["长" * 40_000, "𠮷" * 40_000, "a" * 32_000])

    def test_more_rows_than_a_sheet_holds_go_on_in_a_second_one(self):
        for _ in range(5):
            self.make_report(self.make_item(self.plan), self.period)
        book, _content = self.book(rows_a_sheet=2)
        self.assertEqual(book.sheetnames, ["分析表", "分析表2", "分析表3", "说明"])
        numbers = [
            [row[5] for row in book[name].iter_rows(min_row=2, values_only=True)] for name in book.sheetnames[:3]
        ]
        self.assertEqual(numbers, [[1, 2], [3, 4], [5]])
        self.assertEqual([book[name]["A1"].value for name in book.sheetnames], ["系统编号"] * 3 + ["项目"])
        self.assertLess(long_files.ROWS_A_SHEET, 1_048_576)

    def test_without_a_row_there_are_still_the_headings(self):
        book, _content = self.book()
        self.assertEqual([cell.value for cell in book["分析表"][1]], HEADINGS)
        self.assertEqual(self.csv_rows(), [HEADINGS])

    def test_libreoffice_opens_it_and_shows_the_same_text(self):
        texts = self.hostile()
        path = self.written(write_xlsx)
        with tempfile.TemporaryDirectory() as folder:
            convert([path], CSV, folder)
            with (Path(folder) / "t.csv").open(encoding="utf-8", newline="") as file:
                rows = list(csv.reader(file))
        self.assertEqual(rows[0], HEADINGS)
        column = HEADINGS.index("目前进展情况")
        # LibreOffice 7.4 reads the escapes of carriage returns and the like as Excel does; what is left must be equal.
        self.assertEqual([row[column].strip() for row in rows[1:]], [text.strip() for text in texts])

    def test_the_rules_stand_in_the_notes(self):
        self.assertEqual(rules(), [lamps.progress_rule(), lamps.reporting_rule(), lamps.deadline_rule()])
