"""The sheets and what stands in them: the columns of DESIGN 9, the numbers of the pages, text that is text."""

from datetime import datetime
from urllib.parse import unquote

from sheets.sheets import SHEETS
from sheets.workbook import CONTINUATION, CONTINUED, GOES_ON, WENT_ON, sheet_name
from tests.workbooks import EVERY_HOSTILE, read_value
from tracking.models import Report, SheetKind
from tracking.models.difficulty import names_difficulty
from workplans.models import Item
from workplans.sheet_text import shown, unguard

from .sheet_case import SheetsCase, entries, head_of

HEADINGS = {
    "breakdown": "序号 重点工作任务 具体举措 牵头科室 责任科室 配合科室 完成时限 备注",
    "missing": "科室 未报项数 事项 截止 逾期天数 联系人",
    "ledger": "编号 立项日期 任务来源 督查事项 责任领导 承办科室 协办科室 交办/签收日期 办结时限 最近反馈日期 进展 催办次数 "
    "延期情况 办结日期 是否销号",
    "difficulties": "序号 重点工作任务 填报科室 完成率 进度 存在的困难 下一步工作措施 期数 首次提出 说明",
    "comparison": "序号 重点工作任务 填报科室 对比期完成率 本期完成率 升降 未动期数 变化 对比期进展 本期进展 对比期困难 本期困难",
}
LIMIT = 32_767


class ColumnsTest(SheetsCase):
    """What each sheet says of an item."""

    def test_headings_in_the_offices_order(self):
        for kind, headings in HEADINGS.items():
            with self.subTest(kind):
                self.assertEqual([column.heading for column in SHEETS[kind].columns], headings.split())
                [row, *_] = self.rows(self.book(sheet=kind))
                self.assertEqual(list(row), [*headings.split(), "事项系统编号"])

    def test_every_sheet_has_names_and_headings_that_differ(self):
        for sheet in SHEETS.values():
            for part in ("name", "heading"):
                values = [getattr(column, part) for column in (*sheet.columns, *sheet.extra)]
                with self.subTest(sheet=sheet.kind, part=part):
                    self.assertEqual(len(values), len(set(values)))
                    self.assertEqual([c.name for c in (*sheet.columns, *sheet.extra) if not c.help], [])

    def test_the_breakdown_lists_tasks_below_the_text(self):
        row = self.rows(self.book(sheet="breakdown"))[0]
        self.assertEqual(row["具体举措"], f"{self.first.body}\n（1）高中\n（2）初中")
        self.assertEqual((row["牵头科室"], row["责任科室"], row["配合科室"]), ("德育科", "计财科", "办公室"))
        self.assertEqual(row["完成时限"], datetime(2024, 12, 31))
        self.assertEqual([row["备注"] for row in self.rows(self.book(sheet="breakdown"))], [None, None, "已办结", None])

    def test_the_ledger_tells_an_items_way(self):
        first, silent, done, _late = self.rows(self.book(sheet="ledger"))
        self.assertEqual(first["立项日期"], datetime(2024, 2, 18))
        self.assertEqual(first["任务来源"], f"{self.plan.title}（虹教办〔2024〕5号）")
        self.assertEqual((first["责任领导"], first["承办科室"]), ("王局长", "德育科（牵头）、计财科"))
        self.assertEqual(
            (first["交办/签收日期"], first["最近反馈日期"]), (datetime(2024, 7, 20), datetime(2024, 10, 28))
        )
        self.assertEqual(first["进展"], "已开工。\n【高中】高中已试点。")
        self.assertEqual(first["延期情况"], "延期至2025-03-31\n（2024-10-28同意）")
        self.assertEqual((silent["催办次数"], silent["最近反馈日期"], silent["是否销号"]), (2, None, "否"))
        self.assertEqual((done["办结日期"], done["是否销号"]), (datetime(2024, 9, 30), "是"))

    def test_the_ledger_ends_with_the_period_it_is_of(self):
        first, silent, *_ = self.rows(self.book(sheet="ledger", period=self.before.pk))
        self.assertEqual((first["最近反馈日期"], silent["催办次数"]), (datetime(2024, 8, 1), 0))

    def test_what_is_neither_open_nor_done_says_so_in_the_ledger(self):
        for status, told in (("suspended", "否"), ("cancelled", "已取消"), ("carried_over", "结转")):
            Item.objects.filter(pk=self.late.pk).update(status=status)
            with self.subTest(status):
                self.assertEqual(self.rows(self.book(sheet="ledger"))[3]["是否销号"], told)

    def test_the_missing_ones_by_office(self):
        book = self.book(sheet="missing")
        [first, silent] = self.rows(book)
        self.assertEqual((silent["科室"], silent["未报项数"], silent["事项"]), ("计财科", 1, "2 推进第2项重点工作"))
        self.assertEqual((silent["截止"], silent["联系人"]), (datetime(2024, 11, 5), "other"))
        self.assertEqual(first["科室"], "德育科")
        self.assertGreater(silent["逾期天数"], 300)
        self.assertIn("合计：2 个科室 2 项未报，其中逾期 2 项。", self.words(book))

    def test_difficulties_with_their_age(self):
        book = self.book(sheet="difficulties")
        [row] = self.rows(book)
        self.assertEqual((row["期数"], row["首次提出"], row["说明"]), (2, "2024年1-7月", "文字未变"))
        self.assertEqual((row["完成率"], row["下一步工作措施"]), (0.405, "每周调度。"))
        self.assertIn("合计：共 1 项，其中 1 项以前提出、仍在。", self.words(book))

    def test_two_periods_side_by_side(self):
        first, silent, done, late = self.rows(self.book(sheet="comparison"))
        self.assertEqual((first["对比期完成率"], first["本期完成率"], first["升降"]), (0.3, 0.405, 10.5))
        self.assertEqual((first["变化"], first["对比期进展"]), ("有进展", "已立项。"))
        self.assertEqual((silent["对比期完成率"], silent["本期完成率"], silent["升降"]), ("无报告", "未填", None))
        self.assertEqual((done["对比期完成率"], done["本期完成率"]), ("无报告", "无报告"))
        self.assertEqual((late["升降"], late["变化"]), (0, "原地未动、照抄上期"))

    def test_steps_are_numbers_with_their_sign(self):
        Report.objects.filter(item=self.late, period=self.period).update(completion_percent=55)
        sheet = self.book(sheet="comparison").active
        column = [cell.value for cell in sheet[head_of(sheet)]].index("升降")
        steps = [row[column] for row in sheet.iter_rows() if isinstance(row[column].value, int | float)]
        self.assertEqual(
            [(cell.value, cell.number_format) for cell in steps], [(10.5, "+0.0;-0.0;0"), (-5, "+0.0;-0.0;0")]
        )


class WorkbookTest(SheetsCase):
    """What holds for every sheet."""

    def test_real_excel(self):
        for kind in SheetKind:
            sheet = self.book(sheet=kind).active
            head = head_of(sheet)
            with self.subTest(kind):
                self.assertEqual(sheet.title, kind.label)
                self.assertEqual((sheet.page_setup.orientation, sheet.page_setup.paperSize), ("landscape", 9))
                self.assertEqual((sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight), (1, 0))
                self.assertEqual(sheet.freeze_panes, f"C{head + 1}")
                self.assertTrue(sheet.auto_filter.ref.startswith(f"A{head}:"))
                self.assertTrue(sheet.print_area.endswith(f"${sheet.max_row}"))
                self.assertEqual(sheet.oddFooter.center.text, "第 &P 页 共 &N 页")
                heights = [dimension.height for dimension in sheet.row_dimensions.values()]
                self.assertEqual(len(heights), sheet.max_row)
                self.assertLessEqual(max(heights), 409.5)
                self.assert_kinds(sheet)

    def assert_kinds(self, sheet):
        """Dates are dates, rates are percentages."""
        for row in sheet.iter_rows(min_row=head_of(sheet) + 1):
            for cell in row:
                if getattr(cell, "is_date", False):  # a merged cell is none
                    self.assertEqual(cell.number_format, "yyyy-mm-dd")
                elif isinstance(cell.value, float) and cell.value < 1:
                    self.assertIn("%", cell.number_format)

    def test_data_bars_stand_on_rates(self):
        expected = {"progress": 1, "difficulties": 1, "comparison": 2}
        for kind in SheetKind:
            rules = list(self.book(sheet=kind).active.conditional_formatting)
            with self.subTest(kind):
                self.assertEqual(len(rules), expected.get(kind, 0))

    def test_one_worksheet_a_section(self):
        for kind in SheetKind:
            whole, divided = self.book(sheet=kind), self.book(sheet=kind, divided="on")
            names = ["德育科", "计财科"] if kind == "missing" else ["一、落实立德树人根本任务", "二、深化教育改革"]
            names = [kind.label] if kind == "difficulties" else names  # all in one section
            with self.subTest(kind):
                self.assertEqual(divided.sheetnames, names)
                parts = [row for sheet in divided for row in entries(sheet)]
                self.assertEqual(parts, self.rows(whole))

    def test_names_of_worksheets(self):
        self.assertEqual(sheet_name("一、甲/乙[丙]:*?'", set()), "一、甲－乙－丙－－－－－")
        self.assertEqual(sheet_name("长" * 40, {"长" * 31}), "长" * 28 + "（2）")
        self.assertEqual(sheet_name("\n", set()), "表")
        self.assertEqual(sheet_name("Abc", {"abc"}), "Abc（2）")

    def test_60_hostile_texts_in_every_sheet(self):
        self.assertEqual(len(set(EVERY_HOSTILE)), 60)
        for text in EVERY_HOSTILE:
            item = self.make_item(self.plan, title=text, body=text, leader=text[:60], deadline_text=text[:60])
            self.make_report(item, self.before, progress=text, completion_percent=1)
            self.make_report(item, self.period, progress=text, difficulties=text, next_steps=text)
        for kind in SheetKind:
            sheet = self.book(sheet=kind).active
            cells = [cell for row in sheet.iter_rows() for cell in row]
            with self.subTest(kind):
                self.assertEqual([cell for cell in cells if cell.data_type == "f"], [])
                self.assertLess(
                    {shown(text) for text in EVERY_HOSTILE} - self.joined(kind), {read_value(cell) for cell in cells}
                )
            with self.subTest(kind, form="csv"):
                rows = self.csv(sheet=kind)
                self.assertEqual([c for row in rows for c in row if c.startswith(("=", "+", "-", "@"))], [])
                self.assertLess(
                    {shown(text) for text in EVERY_HOSTILE} - self.joined(kind),
                    {unguard(c) for row in rows for c in row},
                )

    def joined(self, kind):
        """The texts a sheet does not show alone: the 未报清单 joins number and title, a “-” is no difficulty."""
        if kind == "missing":
            return {shown(text) for text in EVERY_HOSTILE}
        return {shown(text) for text in EVERY_HOSTILE if kind == "difficulties" and not names_difficulty(text)}

    def test_text_beyond_a_cell_goes_on_with_a_notice(self):
        long = "".join(f"第{n}条：完成全区中小学校方案的制定与评审。\n" for n in range(3000))
        self.assertGreater(len(long), LIMIT)
        Report.objects.filter(pk=self.report.pk).update(progress=long, difficulties=long)
        columns = {"ledger": "进展", "comparison": "本期进展", "progress": "目前进展情况", "difficulties": "存在的困难"}
        for kind, column in columns.items():
            rows = [row for row in self.rows(self.book(sheet=kind)) if row["事项系统编号"] == self.first.pk]
            notice = {"progress": "备注", "difficulties": "说明"}.get(kind, CONTINUATION.heading)
            whole = long.strip() + ("" if kind == "difficulties" else "\n【高中】高中已试点。")
            with self.subTest(kind):
                self.assertEqual("".join(row[column] or "" for row in rows), whole)
                self.assertIn(GOES_ON, rows[0][notice])
                self.assertIn(WENT_ON, rows[-1][notice])
                self.assertNotIn(GOES_ON, rows[-1][notice])
                self.assertEqual({next(iter(row.values())) for row in rows[1:]}, {CONTINUED})


class CsvTest(SheetsCase):
    """The file beside the workbook."""

    def test_rows_with_their_section_and_id(self):
        rows = self.csv(sheet="progress")
        self.assertEqual(rows[0][:3], ["板块", "序号", "重点工作任务"])
        self.assertEqual(rows[0][-1], "事项系统编号")
        self.assertEqual([row[0] for row in rows[1:]], ["一、落实立德树人根本任务"] * 2 + ["二、深化教育改革"] * 2)
        first = dict(zip(rows[0], rows[1], strict=True))
        self.assertEqual((first["完成率"], first["应达进度"], first["完成时限"]), ("40.5%", "83.3%", "2024-12-31"))
        self.assertEqual(first["目前进展情况"], "已开工。\n【高中】高中已试点。")

    def test_the_same_rows_as_the_workbook(self):
        for kind in SheetKind:
            sheet, rows = self.book(sheet=kind).active, self.csv(sheet=kind)
            with self.subTest(kind):
                self.assertEqual(len(rows) - 1, len(entries(sheet)))

    def test_bytes_that_excel_knows(self):
        response = self.get(sheet="ledger", format="csv")
        self.assertTrue(response.content.startswith(b"\xef\xbb\xbf"))
        self.assertEqual(response.headers["Content-Type"], "text/csv; charset=utf-8")
        self.assertIn("督查台账_2024年1-10月.csv", unquote(response.headers["Content-Disposition"]))

    def test_the_filter_in_a_column(self):
        rows = self.csv(sheet="progress", progress="red")
        self.assertEqual((rows[0][-1], len(rows)), ("筛选条件", 2))
        self.assertIn("进度灯：■滞后", rows[1][-1])
        self.assertNotIn("筛选条件", self.csv(sheet="progress")[0])

    def test_numbers_are_not_guarded(self):
        Report.objects.filter(item=self.late, period=self.period).update(completion_percent=55)
        rows = self.csv(sheet="comparison")
        self.assertEqual([row[rows[0].index("升降")] for row in rows[1:]], ["10.5", "", "", "-5.0"])


class ChartsTest(SheetsCase):
    """Excel's own charts on a worksheet of their own."""

    def test_charts_over_the_boards_numbers(self):
        book = self.book(sheet="progress", charts="on")
        self.assertEqual(book.sheetnames, ["推进情况表", "图表"])
        rows = [[cell.value for cell in row] for row in book["图表"].iter_rows()]
        self.assertIn(["一、落实立德树人根本任务", 0.405, 0.833, 2, None, None], rows)
        self.assertIn(["二、深化教育改革", 0.8, 0.833, 2, None, None], rows)
        self.assertIn(["进度", 1, 1, 0, 1, 1], rows)
        self.assertEqual(len(book["图表"]._charts), 2)

    def test_no_charts_unless_asked_for(self):
        self.assertEqual(self.book(sheet="progress").sheetnames, ["推进情况表"])
        self.assertEqual(self.book(sheet="ledger", charts="on").sheetnames, ["督查台账"])
