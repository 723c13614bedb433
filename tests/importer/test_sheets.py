"""Workbooks: the heading row found wherever it is, every cell accounted for, problems told by sheet, row and column."""

import unittest
from datetime import date
from io import BytesIO

from openpyxl import Workbook

from importer.files.read_workbook import read_workbook
from importer.files.readers import number_lines
from importer.parse import parse_source
from importer.plan.table_headings import HEADINGS, kind_of_heading
from tests.importer.accounting import AccountingMixin
from tests.packages import sheet_rows, xlsx

TITLE = ["2024年东湖区教育局重点工作任务分解表"]
HEAD = ["序号", "重点工作任务", "具体举措", "牵头单位", "责任单位", "配合单位", "完成时限", "备注"]


def workbook(rows, *, merged=(), sheets=(), change=None):
    """A workbook with a sheet 任务分解表 of rows, and further (name, rows)."""
    book = Workbook()
    book.active.title = "任务分解表"
    for sheet, its_rows in [(book.active, rows), *((book.create_sheet(name), its_rows) for name, its_rows in sheets)]:
        for row in its_rows:
            sheet.append(row)
    for area in merged:
        book.active.merge_cells(area)
    if change:
        change(book)
    content = BytesIO()
    book.save(content)
    return content.getvalue()


class SheetsTests(AccountingMixin, unittest.TestCase):
    def read(self, rows, **kw):
        source = read_workbook(workbook(rows, **kw))
        self.assertEqual(tuple(number_lines(source.text)), source.lines)
        (draft,) = drafts = parse_source(source, "文件名")
        self.assert_accounted(source.text, drafts)
        return draft

    def test_every_heading_has_an_example_that_it_matches_first(self):
        for heading in HEADINGS:
            with self.subTest(heading.example):
                self.assertEqual(kind_of_heading(heading.example), heading.kind)

    def test_a_whole_table_of_tasks(self):
        rows = [
            TITLE, ["单位：东湖区教育局", None, None, None, None, None, "2024年3月1日"], HEAD, ["一、立德树人"],
            [1, "加强德育工作。推进一体化。", "1.开展活动。\n2.抓好阵地。", "德育科", "教研室、团工委", "办公室\n人事科", date(2024, 11, 15), "实事项目"],
            [2, "抓好心理\n健康", None, "德育科", None, "各科室", "9月底前"], ["二、教育质量"], [3, "深化课改", "集体备课", "教研室", None, None, "长期坚持"],
            ["合计", "3项"], ["注：请抓好落实。"],
        ]  # fmt: skip
        draft = self.read(rows, merged=("A1:H1", "A4:H4", "A7:H7"))
        self.assertEqual(
            (draft.title, draft.year, draft.issuer, str(draft.issued_on)),
            (TITLE[0], 2024, "东湖区教育局", "2024-03-01"),
        )
        self.assertEqual(
            [(s.ordinal, s.title, len(s.items)) for s in draft.sections], [("一", "立德树人", 2), ("二", "教育质量", 1)]
        )
        first, second, third = draft.items
        self.assertEqual(
            (first.title, first.body), ("加强德育工作", "推进一体化。\n1.开展活动。\n2.抓好阵地。\n实事项目")
        )
        self.assertEqual(first.support_offices, ["教研室", "团工委", "办公室", "人事科"])
        self.assertEqual(
            (first.deadline, second.deadline, third.deadline_text), (date(2024, 11, 15), date(2024, 9, 30), "长期坚持")
        )
        self.assertEqual((second.title, second.support_offices, draft.problems), ("抓好心理健康", ["各科室"], []))

    def test_a_merged_column_of_tasks_over_rows_of_measures_heads_them(self):
        rows = [
            TITLE,
            ["序号", "重点任务", "具体举措", "责任单位"],
            [1, "加强党建", "举措一", "党办"],
            [None, None, "举措二", "纪检组"],
            [2, "抓质量", "举措三", "教研室"],
            [None, None, "举措四", "初教科"],
        ]
        draft = self.read(rows, merged=("A3:A4", "B3:B4", "A5:A6", "B5:B6"))
        self.assertEqual(
            [(s.ordinal, s.title, [i.title for i in s.items]) for s in draft.sections],
            [("1", "加强党建", ["举措一", "举措二"]), ("2", "抓质量", ["举措三", "举措四"])],
        )

    def test_one_office_merged_over_rows_answers_for_each(self):
        draft = self.read([TITLE, ["序号", "任务", "责任单位"], [1, "甲", "党办"], [2, "乙", None]], merged=("C3:C4",))
        self.assertEqual([item.offices for item in draft.items], [["党办"], ["党办"]])

    def test_chinese_numbers_head_sections_and_brackets_their_parts(self):
        rows = [
            TITLE,
            ["序号", "任务", "责任单位"],
            ["一", "立德树人"],
            ["（一）德育"],
            [1, "甲", "德育科"],
            ["（二）体育"],
            [2, "乙", "体卫科"],
            ["二", "队伍"],
            [3, "丙", "人事科"],
        ]
        draft = self.read(rows)
        self.assertEqual([(s.ordinal, s.title) for s in draft.sections], [("一", "立德树人"), ("二", "队伍")])
        self.assertEqual([(i.number, i.level2) for i in draft.items], [("1", "德育"), ("2", "体育"), ("3", None)])

    def test_two_heading_rows(self):
        rows = [
            TITLE,
            ["序号", "工作任务", "责任分工", None, "完成时间"],
            [None, None, "牵头单位", "配合单位", None],
            [1, "甲", "德育科", "教研室", "6月底"],
        ]
        draft = self.read(rows, merged=("A2:A3", "B2:B3", "C2:D2", "E2:E3"))
        self.assertEqual((draft.items[0].lead_offices, draft.items[0].support_offices), (["德育科"], ["教研室"]))

    def test_several_sheets_are_sections_others_are_named(self):
        rows = [TITLE, ["序号", "任务", "责任单位"], [1, "甲", "德育科"]]
        draft = self.read(rows, sheets=[("体卫艺", rows[1:]), ("填写说明", [["请认真填写"]])])
        self.assertEqual([(s.title, len(s.items)) for s in draft.sections], [("任务分解表", 1), ("体卫艺", 1)])
        self.assertIn("工作表“填写说明”：这张工作表没有找到表头", draft.problems[0].message)

    def test_hidden_sheets_are_left_out_and_hidden_rows_read_both_are_said(self):
        def hide(book):
            book["旧表"].sheet_state = "hidden"
            book.active.row_dimensions[4].hidden = True

        rows = [TITLE, ["序号", "任务", "责任单位"], [1, "甲", "德育科"], [2, "乙", "德育科"]]
        draft = self.read(rows, sheets=[("旧表", rows)], change=hide)
        messages = " ".join(problem.message for problem in draft.problems)
        self.assertEqual(len(draft.items), 2)
        self.assertIn("“旧表”没有读入", messages)
        self.assertIn("第 4 行是隐藏的", messages)

    def test_problems_say_sheet_row_and_column(self):
        draft = self.read([TITLE, ["序号", "任务", "责任单位"], [1, "甲", "德育科"], [1, "乙", "德育科"]])
        self.assertEqual(
            draft.problems[0].message,
            "工作表“任务分解表”第 4 行 B 列：编号“1”重复，工作表“任务分解表”第 3 行 B 列已经用过。",
        )

    def test_a_table_without_title_takes_the_name_of_the_file_and_says_so(self):
        source = read_workbook(workbook([["序号", "任务", "责任单位"], [1, "甲", "德育科"]]))
        (draft,) = parse_source(source, "2024年任务分解表")
        self.assertEqual((draft.title, draft.year), ("2024年任务分解表", 2024))
        self.assertIn("文件名", draft.problems[0].message)

    def test_a_wrong_dimension_hides_no_row(self):
        rows = [TITLE, ["序号", "任务", "责任单位"], *([str(n), f"任务{n}", "德育科"] for n in range(1, 101))]
        (draft,) = parse_source(
            read_workbook(xlsx(f'<dimension ref="A1:C10"/><sheetData>{sheet_rows(rows)}</sheetData>'))
        )
        self.assertEqual(len(draft.items), 100)

    def test_numbers_dates_and_rates_are_read_as_shown(self):
        def formats(book):
            cells = book.active
            cells["A1"], cells["A1"].number_format = 0.805, "0.0%"
            cells["A2"], cells["A2"].number_format = 45611, 'yyyy"年"m"月"d"日"'
            cells["A3"], cells["A3"].number_format = 45611, 'yyyy"年"m"月";@'
            cells["A4"], cells["A5"], cells["A6"] = 12.0, 0.1 + 0.2, "=1+1"

        source = read_workbook(workbook([], change=formats))
        self.assertEqual(source.text.split("\n"), ["80.5%", "2024年11月15日", "2024年11月", "12", "0.3"])
        self.assertIn("1 个公式", source.notes[0].message)

    def test_prose_typed_into_a_sheet_is_read_as_text(self):
        rows = [
            ["2024年东湖区教育局工作要点"],
            ["一、立德树人"],
            ["1.加强德育。开展活动。"],
            ["2.加强体育。办好比赛。"],
        ]
        self.assertEqual([item.title for item in self.read(rows).items], ["加强德育", "加强体育"])
