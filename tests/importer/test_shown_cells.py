"""A cell of a workbook reads as Chinese Excel shows it: number formats of every kind, and what they mean for a plan."""

import unittest
from datetime import date
from pathlib import Path

from importer.files.excel_formats import BUILT_IN, format_of
from importer.files.excel_numbers import shown, shown_text
from importer.files.libreoffice import convert
from importer.files.read_cells import open_workbook_file
from importer.files.read_workbook import read_workbook
from importer.parse import parse_source
from importer.plan.dates import deadline_from
from tests.importer.test_sheets import workbook
from tests.packages import xlsx

FORMATS = Path(__file__).parent / "formats"
SATURDAY = 45717  # 2025-03-01
# (format, number in the file, what the cell shows). Checked against LibreOffice where it shows what Excel does.
SHOWN = (
    ("General", "5", "5"), ("General", "0.30000000000000004", "0.3"), ("General", "0.333333333333333", "0.333333333"),
    ("General", "12345.678901234", "12345.6789"), ("General", "1234567890123456", "1234567890123456"), ("General", "-2.5", "-2.5"),
    ("G/通用格式", "5", "5"), ('G/通用格式"项"', "5.5", "5.5项"), ("0", "1234567890123456", "1234567890123456"),
    ("0%", "0.9567", "96%"), ("0%", "0.333333333333333", "33%"), ("0.0%", "0.8333333333333334", "83.3%"), ("0.0%", "-0.005", "-0.5%"),
    ("0.0%;[Red]-0.0%", "0.9", "90.0%"), ("0.00%", "1.2345", "123.45%"), ('0"%"', "90", "90%"), ("0\\%", "90", "90%"), ("0!%", "90", "90%"),
    ("0‰", "5", "5‰"), ("0.00", "1.1", "1.10"), ("0.00", "1.005", "1.01"), ("0", "2.5", "3"), ("0", "-0.4", "0"), ("000", "7", "007"), ("0000", "25", "0025"), ("00000", "123", "00123"), ('00"."00', "1234", "12.34"),
    ('_ * #,##0.00_ ;_ * \\-#,##0.00_ ;_ * "-"??_ ;_ @_ ', "1234.5", "1,234.50"), ('_ * #,##0.00_ ;_ * \\-#,##0.00_ ;_ * "-"??_ ;_ @_ ', "0", "-"),
    ('yyyy"年"m"月"d"日";@', "45717", "2025年3月1日"), ("mmm-yy", "45717", "Mar-25"), ('[>=0.9]"达标";"未达标"', "0.5", "未达标"),
    ("0.0", "0.8333333333", "0.8"), ("#.##", "0.5", ".5"), ("0.0#", "2.50", "2.5"), ("#,##0", "1234567", "1,234,567"), ("#,##0.00", "-1234.5", "-1,234.50"),
    ("0,", "12345", "12"), ("0.0,", "12345", "12.3"), ("0,,", "12345678", "12"), ('0!.0,"万"', "12345", "1.2万"),
    ('0"万元"', "5", "5万元"), ('"第"0"项"', "3", "第3项"), ('0000"年"00"月"', "202503", "2025年03月"), ('0000"-"00"-"00', "20250301", "2025-03-01"),
    ("¥#,##0.00", "1234.5", "¥1,234.50"), ("[$¥-804]#,##0.00", "-1234.5", "-¥1,234.50"), ("0.00_);(0.00)", "-2", "(2.00)"), ("0* -", "5", "5-"),
    ("0;[Red]-0", "-3", "-3"), ('0;-0;"无"', "0", "无"), ("0;-0;;@", "0", ""), (";;;", "12", ""),
    ('[=1]"是";[=0]"否";General', "1", "是"), ('[=1]"是";[=0]"否"', "0", "否"), ('[=1]"是";[=0]"否";General', "7", "7"),
    ('[>=90]"优";[>=60]"合格";"不合格"', "75", "合格"), ('[>=90]"优";[>=60]"合格";"不合格"', "5", "不合格"),
    ("# ?/?", "0.5", "1/2"), ("# ?/?", "1.25", "1 1/4"), ("# ?/8", "0.5", "4/8"), ("# ?/?", "2", "2"),
    ("0.00E+00", "10000", "1.00E+04"), ("##0.0E+0", "12345", "12.3E+3"), ("0.0E+0", "9.99", "1.0E+1"),
    ("[DBNum1][$-804]General", "1", "一"), ("[DBNum1][$-804]General", "12", "一十二"), ("[DBNum1]General", "105", "一百〇五"),
    ("[DBNum1]General", "20345", "二万〇三百四十五"), ("[DBNum1]General", "100000", "一十万"), ("[DBNum1]General", "10010", "一万〇一十"),
    ("[DBNum1]0", "123", "一二三"), ("[DBNum2][$-804]General", "12", "壹拾贰"), ("[DBNum3]0", "12", "１２"), ('[DBNum1]"第"General"项"', "3", "第三项"),
    ("[DBNum1]General", "1.5", "一.五"), ("[h]:mm", "1.5", "36:00"), ("[hh]:mm", "0.125", "03:00"), ("[mm]:ss", "0.75", "1080:00"), ("[s]", "0.5", "43200"),
    ("h:mm AM/PM", "0.75", "6:00 PM"), ('上午/下午h"时"mm"分"', "0.75", "下午6时00分"), ("mm:ss", "0.7505", "00:43"), ("h:mm:ss.00", "0.123456", "2:57:46.60"),
    ("yyyy", "45717", "2025"), ("yyyy/m/d h:mm", "45717.5", "2025/3/1 12:00"), ("yy.m.d", "45717", "25.3.1"),
    ("yyyy-mm-dd hh:mm:ss", "45717", "2025-03-01 00:00:00"), ('yyyy"年"m"月"d"日"', "45717", "2025年3月1日"), ('e"年"m"月"', "45717", "2025年3月"),
    ('m"月"d"日"', "45717", "3月1日"), ("[$-804]aaaa;@", "45717", "星期六"), ("aaaa", "45717", "星期六"), ('"周"aaa', "45717", "周六"), ("dddd", "45717", "Saturday"),
    ("[$-804]dddd", "45717", "星期六"), ("[$-F800]dddd\\,\\ mmmm\\ dd\\,\\ yyyy", "45717", "2025年3月1日"), ("[$-F400]h:mm:ss\\ AM/PM", "0.75", "18:00:00"),
    ("d-mmm-yy", "45717", "1-Mar-25"), ("[$-804]mmmm", "45717", "三月"), ('[DBNum1][$-804]m"月"d"日"', "45728", "三月十二日"),
    ('[DBNum1][$-804]yyyy"年"m"月"d"日"', "45728", "二〇二五年三月十二日"), ("yyyy/m/d", "-1", "-1"), ("0", "字", "字"), ("@", "2", "2"),
)  # fmt: skip


class ShownTests(unittest.TestCase):
    def test_every_kind_of_format_shows_its_number_as_excel_does(self):
        for code, value, expected in SHOWN:
            with self.subTest(code=code, value=value):
                self.assertEqual(shown(value, format_of(code), False), expected)

    def test_the_formats_known_by_number_are_those_of_chinese_excel(self):
        for number, expected in ((9, "96%"), (10, "95.67%"), (2, "0.96"), (49, "0.9567")):
            with self.subTest(number=number):
                self.assertEqual(shown("0.9567", format_of(BUILT_IN[number]), False), expected)
        days = {14: "2025/3/1", 31: "2025年3月1日", 57: "2025年3月", 58: "3月1日", 22: "2025/3/1 0:00", 15: "1-Mar-25"}
        for number, expected in days.items():
            with self.subTest(number=number):
                self.assertEqual(shown(str(SATURDAY), format_of(BUILT_IN[number]), False), expected)

    def test_days_are_counted_from_1904_where_the_workbook_says_so_and_1900_keeps_its_29_february(self):
        self.assertEqual(shown("44255", format_of("yyyy/m/d"), True), "2025/3/1")
        self.assertEqual(
            [shown(value, format_of("yyyy/m/d"), False) for value in ("1", "59", "61")],
            ["1900/1/1", "1900/2/28", "1900/3/1"],
        )

    def test_a_format_may_put_words_around_a_text_or_hide_it(self):
        self.assertEqual(shown_text("3", format_of('"第"@"项"')), "第3项")
        self.assertEqual(shown_text("德育科", format_of("0.00")), "德育科")
        self.assertEqual(shown_text("德育科", format_of("yyyy/m/d;@")), "德育科")
        self.assertEqual(shown_text("德育科", format_of(";;;")), "")


class WorkbookTests(unittest.TestCase):
    def test_the_handed_workbook_reads_as_shown(self):
        lines = [line.text for line in read_workbook((FORMATS / "shown.xlsx").read_bytes()).lines]
        pairs = dict(zip(lines[::2], lines[1::2], strict=True))
        expected = {
            "[h]:mm": "36:00",
            "0.00": "1.10",
            "000": "007",
            '0"%"': "90%",
            "0\\%": "90%",
            '0"万元"': "5万元",
            "yyyy": "2025",
        }
        expected |= {"[$-804]aaaa;@": "星期六", '[=1]"是";[=0]"否";General': "是", "0.0%;[Red]-0.0%": "90.0%", "@": "2"}
        self.assertEqual({code: pairs[code] for code in expected}, expected)
        self.assertEqual(
            [
                value
                for code, value in zip(lines[::2], lines[1::2], strict=True)
                if code in ("0%", "[DBNum1][$-804]General")
            ],
            ["96%", "33%", "一", "一十二"],
        )

    def test_chinese_numbers_of_a_format_head_sections(self):
        (draft,) = parse_source(read_workbook((FORMATS / "dbnum.xlsx").read_bytes()))
        found = [(s.ordinal, s.title, [item.number for item in s.items]) for s in draft.sections]
        self.assertEqual(found, [("一", "加强学校建设", ["1", "2"]), ("二", "加强队伍建设", ["3"])])
        self.assertFalse([problem.message for problem in draft.problems if "重复" in problem.message])

    def test_a_day_of_any_format_is_a_deadline(self):
        rows = [["2025年任务分解表"], ["序号", "重点工作任务", "责任科室", "完成时限"]]
        formats = [
            "yyyy/m/d",
            "yyyy-mm-dd",
            "yyyy.m.d",
            'm"月"d"日"',
            'yyyy"年"m"月"',
            "yy.m.d",
            '[DBNum1][$-804]yyyy"年"m"月"d"日"',
            "yyyy/m/d h:mm",
        ]

        def dates(book):
            for number, code in enumerate(formats, start=3):
                book.active.cell(number, 4, SATURDAY).number_format = code

        rows += [[str(n), f"做好第{n}件事", "德育科"] for n, _ in enumerate(formats, start=1)]
        (draft,) = parse_source(read_workbook(workbook(rows, change=dates)))
        for code, item in zip(formats, draft.items, strict=True):
            with self.subTest(code=code):
                self.assertEqual(item.deadline, date(2025, 3, 31) if code.endswith('m"月"') else date(2025, 3, 1))

    def test_a_computed_rate_is_the_one_shown(self):
        styles = '<numFmts count="1"><numFmt numFmtId="200" formatCode="0.0%"/></numFmts><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="200"/></cellXfs>'
        cells = '<sheetData><row r="1"><c r="A1" s="1"><f>10/12</f><v>0.83333333333333337</v></c><c r="B1"><f>1/8</f><v>0.125</v></c></row></sheetData>'
        (sheet,) = open_workbook_file("a.xlsx", xlsx(cells, styles=styles), convert)
        self.assertEqual(sheet.rows, {1: {1: "83.3%", 2: "0.125"}})

    def test_a_cell_that_shows_nothing_is_left_out_and_it_is_said(self):
        def hide(book):
            for place, value in (("A1", 7), ("A2", "暗藏"), ("A3", 0), ("A4", "看得见")):
                book.active[place] = value
            for place in ("A1", "A2", "A3"):
                book.active[place].number_format = ";;;"

        source = read_workbook(workbook([], change=hide))
        self.assertEqual(source.text, "看得见")
        self.assertIn("2 个单元格设了不显示内容的格式", source.notes[0].message)


class DeadlineTests(unittest.TestCase):
    def test_words_of_cells_are_days(self):
        cases = {
            "2025/3/1 12:00": date(2025, 3, 1), "25.3.1": date(2025, 3, 1), "三月一日": date(2025, 3, 1), "十二月底前": date(2025, 12, 31),
            "3月1日": date(2025, 3, 1), "2025 年 9 月 底前": date(2025, 9, 30), "2025.3": date(2025, 3, 31),
        }  # fmt: skip
        for words, day in cases.items():
            with self.subTest(words=words):
                self.assertEqual(deadline_from(words, 2025).day, day)
        for words in ("三个月", "每月一次", "1.2.3版"):
            with self.subTest(words=words):
                self.assertIsNone(deadline_from(words, 2025))
