"""Pages of PDFs that are turned, set in columns, run downwards, or draw tables."""

import io
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from django.test import tag
from docx import Document
from docx.oxml import OxmlElement

from importer.files import libreoffice
from importer.files.printed_page import PrintedLine, lines_in_order, together
from importer.files.read_docx import read_docx
from importer.files.read_pdf import read_pdf
from importer.parse import parse_source
from tests.importer.accounting import AccountingMixin
from tests.importer.test_office_files import facts
from tests.printed import PrintedPage, cells, column, grid, printed_pdf

FORMATS = Path(__file__).parent / "formats"
PLAN = ["东湖区教育局二零二五年工作要点", "一、德育", "加强德育工作，做好常规管理。", "二、体育", "办好比赛。"]
WITHOUT_FONTS = """
import ctypes, sys
import pypdfium2.raw as pdfium
from importer.files.read_pdf import read_pdf
places = (ctypes.c_char_p * 2)(sys.argv[1].encode(), None)
field = dict(pdfium.FPDF_LIBRARY_CONFIG._fields_)["m_pUserFontPaths"]
pdfium.FPDF_DestroyLibrary()
pdfium.FPDF_InitLibraryWithConfig(pdfium.FPDF_LIBRARY_CONFIG(version=2, m_pUserFontPaths=ctypes.cast(places, field)))
sys.stdout.buffer.write("".join(note.message for note in read_pdf(sys.stdin.buffer.read()).notes).encode())
"""
XS = (60, 100, 260, 340, 440)
HEAD = ["序号", "工作任务", "责任科室", "完成时限"]


def lines(*pages):
    """The lines of a PDF of these pages."""
    return [line.text for line in read_pdf(printed_pdf(*pages)).lines]


def handed(name):
    """A handed file as read."""
    return read_pdf((FORMATS / name).read_bytes())


class TurnedTests(unittest.TestCase):
    def test_a_page_is_read_as_it_stands_on_the_screen(self):
        for rotate, turn, x, step in (
            (0, 0, 72, None),
            (180, 180, 520, None),
            (90, 90, 72, 1),
            (270, 270, 520, -1),
            (0, 90, 72, 1),
            (0, 270, 520, -1),
        ):
            texts = column(PLAN)
            if turn == 180:
                texts = [(x, 60 + 20 * n, 12, text, turn) for n, text in enumerate(PLAN)]
            elif step:
                texts = [(x + step * 20 * n, 60 if turn == 90 else 780, 12, text, turn) for n, text in enumerate(PLAN)]
            with self.subTest(rotate=rotate, turn=turn):
                self.assertEqual(lines(PrintedPage(texts, rotate=rotate)), PLAN)

    def test_text_lying_on_a_turned_page_is_read_in_order(self):
        self.assertEqual(lines(PrintedPage(column(PLAN), rotate=90)), PLAN)

    def test_the_handed_turned_pages(self):
        for name in ("r180.pdf", "r90b.pdf"):
            with self.subTest(name):
                expected = [
                    "一、总体要求",
                    "1.新建中小学3所。",
                    "2.实施教师轮岗。",
                    "二、重点工作",
                    "3.开展校园安全检查。",
                ]
                self.assertEqual([line.text for line in handed(name).lines], expected)


class ColumnsTests(unittest.TestCase):
    def test_two_columns_are_read_one_after_the_other(self):
        self.assertEqual(
            [line.text for line in handed("twocol.pdf").lines],
            [f"{n}、第{n}项工作内容说明文字若干" for n in range(1, 61)],
        )

    def test_running_text_in_two_columns_under_one_title(self):
        left = [f"左栏{'一二三四五六七八'[n]}行文字一直写到栏边为止才换行" for n in range(8)]
        right = [f"右栏{'一二三四五六七八'[n]}行文字一直写到栏边为止才换行" for n in range(8)]
        title = [(150, 800, 16, "东湖区教育局二零二五年工作要点通栏标题")]
        found = "".join(lines(PrintedPage(title + column(left, x=50, top=760) + column(right, x=320, top=753))))
        self.assertEqual(found, "".join(["东湖区教育局二零二五年工作要点通栏标题", *left, *right]))

    def test_signs_drawn_after_their_line_stand_in_their_places(self):
        texts = [
            (72, 700, 12, "是实施"),
            (120, 700, 12, "十四五"),
            (168, 700, 12, "规划的一年，"),
            (72, 680, 12, "继续努力。"),
            (108, 700, 12, "在"),
            (156, 700, 12, "内"),
        ]
        self.assertEqual("".join(lines(PrintedPage(texts))), "是实施在十四五内规划的一年，继续努力。")

    def test_a_column_that_names_headings_is_no_table(self):
        left = [f"第{'一二三四五六七八'[n]}行写评价标准和具体举措，一直写到栏边" for n in range(8)]
        right = [f"第{'一二三四五六七八'[n]}行写存在问题和责任科室，一直写到栏边" for n in range(8)]
        left[3], right[3] = "评价标准和具体举措", "存在的困难"
        self.assertEqual(read_pdf(printed_pdf(PrintedPage(column(left, x=50) + column(right, x=320)))).tables, ())

    def test_names_and_offices_side_by_side_are_no_columns(self):
        rows = [
            PrintedLine(text, x, x + 12 * len(text), 700 - 20 * n, 712 - 20 * n)
            for n in range(9)
            for x, text in ((50, f"第{n}件工作要做好做实"), (330, "德育科"))
        ]
        self.assertEqual(
            [line.text for line in lines_in_order(rows)], [f"第{n}件工作要做好做实  德育科" for n in range(9)]
        )


class DownwardsTests(unittest.TestCase):
    def test_columns_from_right_to_left(self):
        self.assertEqual(
            "".join(line.text for line in handed("vert.pdf").lines), "竖排文字测试一、总体要求二、重点工作"
        )

    def test_each_column_that_does_not_reach_the_foot_ends_a_paragraph(self):
        texts = [(500 - 24 * c, 780 - 14 * n, 12, sign) for c, words in enumerate(PLAN) for n, sign in enumerate(words)]
        self.assertEqual(lines(PrintedPage(texts)), PLAN)


class TablesTests(AccountingMixin, unittest.TestCase):
    def draft(self, *pages):
        source = read_pdf(printed_pdf(*pages))
        (draft,) = parse_source(source, "任务")
        self.assert_accounted(source.text, [draft])
        return draft

    def items(self, draft):
        return [(item.number, item.title, item.offices, item.deadline_text) for item in draft.items]

    def test_a_table_drawn_with_lines_gives_its_rows(self):
        ys = (760, 740, 700, 660)
        rows = [
            HEAD,
            ["1", "新建中小学三所，新增\n学位三千个", "规划科", "2025年9月底\n前"],
            ["2", "实施教师轮岗", "人事科、\n办公室", "年底前"],
        ]
        title = [(150, 790, 14, "东湖区教育局2025年工作任务清单")]
        expected = [
            ("1", "新建中小学三所，新增学位三千个", ["规划科"], "2025年9月底前"),
            ("2", "实施教师轮岗", ["人事科", "办公室"], "年底前"),
        ]
        xs = (60, 100, 208, 260, 350)
        drawn = {
            "strokes": {"lines": grid(xs, ys)},
            "thin rectangles": {
                "rectangles": [(x0, y1, max(x1 - x0, 0.5), max(y0 - y1, 0.5)) for x0, y0, x1, y1 in grid(xs, ys)]
            },
        }
        for name, how in drawn.items():
            with self.subTest(name):
                self.assertEqual(self.items(self.draft(PrintedPage(title + cells(xs, ys, rows), **how))), expected)

    def test_cells_without_a_line_between_them_are_one(self):
        ys = (760, 740, 720, 700, 680)
        drawn = [line for line in grid(XS, ys) if line[1] not in (740, 700) or line[0] == line[2]]
        drawn += [(60, 740, 440, 740), (60, 700, 260, 700), (340, 700, 440, 700)]  # 责任科室 over rows 2 and 3
        rows = [HEAD, ["1", "甲项工作", "", "年底前"], ["2", "乙项工作", "", "年底前"], ["3", "丙项工作", "体育科", ""]]
        texts = [(150, 790, 14, "东湖区教育局2025年工作任务清单"), *cells(XS, ys, rows), (264, 712, 10, "德育科")]
        drawn = [line for line in drawn if line != (60, 720, 440, 720)] + [(60, 720, 260, 720), (340, 720, 440, 720)]
        drawn = [line for line in drawn if line not in ((60, 700, 260, 700), (340, 700, 440, 700))] + [
            (60, 700, 440, 700)
        ]
        draft = self.draft(PrintedPage(texts, drawn))
        self.assertEqual(
            [(item.title, item.offices) for item in draft.items],
            [("甲项工作", ["德育科"]), ("乙项工作", ["德育科"]), ("丙项工作", ["体育科"])],
        )

    def test_a_table_goes_on_over_pages_and_its_heading_is_printed_again(self):
        ys = [760 - 20 * n for n in range(5)]
        pages = []
        for first in (1, 4, 7):
            rows = [HEAD, *([str(n), f"第{n}项工作", "德育科", "年底前"] for n in range(first, first + 3))]
            pages.append(PrintedPage([*cells(XS, ys, rows), (280, 40, 10, f"—{first // 3 + 1}—")], grid(XS, ys)))
        pages[0].texts.append((150, 790, 14, "东湖区教育局2025年工作任务清单"))
        self.assertEqual([item.number for item in self.draft(*pages).items], [str(n) for n in range(1, 10)])

    def test_a_table_on_a_turned_page(self):
        ys = (760, 740, 720)
        rows = [HEAD, ["1", "甲项工作", "德育科", "年底前"]]
        title = [(150, 790, 14, "东湖区教育局2025年工作任务清单")]
        upright = PrintedPage(title + cells(XS, ys, rows), grid(XS, ys))
        lying = PrintedPage(rotate=90)
        lying.texts = [(900 - y, x, size, text, 90) for x, y, size, text in upright.texts]
        lying.lines = [(900 - y0, x0, 900 - y1, x1) for x0, y0, x1, y1 in upright.lines]
        self.assertEqual(self.items(self.draft(lying)), self.items(self.draft(upright)))

    def test_rows_whose_number_stands_in_their_middle_with_and_without_level_lines(self):
        rows = [
            HEAD,
            ["", "甲项工作很长很长很长很", "", ""],
            ["1", "", "德育科", "年底前"],
            ["", "长的名称", "", ""],
            ["", "", "二、体育工作", ""],
        ]
        rows += [
            ["", "乙项工作很长很长很长很", "", ""],
            ["2", "", "体育科", "年底前"],
            ["", "长的名称", "", ""],
            ["3", "丙项工作", "体育科", "年底前"],
        ]
        tops = (760, 730, 723, 716, 690, 660, 653, 646, 610)
        texts = [
            (x, top, 11 if r in (0, 4, 8) else 10, words)
            for (r, row), top in zip(enumerate(rows), tops, strict=True)
            for x, words in zip(XS, row, strict=False)
            if words
        ]
        title = [(150, 790, 14, "东湖区教育局2025年工作任务清单")]
        expected = [
            ("1", "甲项工作很长很长很长很长的名称", ["德育科"], "年底前"),
            ("2", "乙项工作很长很长很长很长的名称", ["体育科"], "年底前"),
            ("3", "丙项工作", ["体育科"], "年底前"),
        ]
        for name, drawn in (("bare", []), ("ruled", [(60, y, 440, y) for y in (775, 752, 706, 680, 636, 600)])):
            with self.subTest(name):
                draft = self.draft(PrintedPage(title + texts, drawn))
                self.assertEqual((self.items(draft), [s.title for s in draft.sections]), (expected, ["", "体育工作"]))

    def test_a_table_without_lines_goes_on_over_a_page_with_and_without_its_heading(self):
        for again in (True, False):
            pages = []
            for first in (1, 4, 7):
                rows = [HEAD] if again or first == 1 else []
                rows += [[str(n), f"第{n}项工作", "德育科", "年底前"] for n in range(first, first + 3)]
                texts = [
                    (x, 740 - 18 * r, 11, words)
                    for r, row in enumerate(rows)
                    for x, words in zip(XS, row, strict=False)
                ]
                pages.append(
                    PrintedPage([*texts, (280, 40, 10, f"—{first // 3 + 1}—"), (60, 800, 10, "东湖区教育局文件")])
                )
            pages[0].texts.append((150, 775, 14, "东湖区教育局2025年工作任务清单"))
            with self.subTest(again=again):
                self.assertEqual([item.number for item in self.draft(*pages).items], [str(n) for n in range(1, 10)])

    def test_what_pdfium_has_no_font_for_is_said_to_be_missing(self):
        """On a machine without Chinese fonts: a process whose PDFium looks for fonts in an empty folder."""
        ys = (760, 740, 720, 700)
        rows = [HEAD, ["1", "甲项工作", "德育科", "无"], ["2", "乙项工作", "无", "年底前"]]
        page = PrintedPage([(150, 790, 14, "东湖区教育局工作任务清单"), *cells(XS, ys, rows)], grid(XS, ys))
        pdf = printed_pdf(page)
        with tempfile.TemporaryDirectory() as folder:
            command = [sys.executable, "-c", WITHOUT_FONTS, folder]
            told = subprocess.run(command, input=pdf, capture_output=True, check=True).stdout.decode()
        self.assertEqual(told, "表格里有 2 格只有一个字，这份 PDF 和服务器都没有它的字体，读不出来。")
        self.assertEqual(read_pdf(pdf).notes, ())

    def test_a_frame_around_a_text_and_a_red_line_are_no_table(self):
        frame = [(40, 800, 550, 800), (40, 40, 550, 40), (40, 40, 40, 800), (550, 40, 550, 800), (60, 770, 540, 770)]
        source = read_pdf(printed_pdf(PrintedPage(column(PLAN, top=760), frame)))
        self.assertEqual(([line.text for line in source.lines], source.tables), (PLAN, ()))

    def test_the_handed_table_without_lines_gives_its_rows(self):
        (draft,) = parse_source(handed("task_table.pdf"))
        self.assertEqual(
            self.items(draft),
            [("1", "新建中小学3所", ["规划科"], "2025年9月底前"), ("2", "实施教师轮岗", ["人事科"], "2025年12月底前")],
        )

    def test_rows_without_lines_keep_to_the_columns_of_their_heading(self):
        rows = [
            HEAD,
            ["1", "甲项工作很长很长很长很", "德育科、", "年底前"],
            ["", "长的名称", "团委", ""],
            ["2", "乙项工作", "体育科", ""],
        ]
        texts = [
            (x, 760 - 18 * r, 11, words)
            for r, row in enumerate(rows)
            for x, words in zip(XS, row, strict=False)
            if words
        ]
        texts += [
            (150, 790, 14, "东湖区教育局2025年工作任务清单"),
            (60, 650, 11, "以上任务请各科室抓好落实，按时完成，年底前报局办公室。"),
        ]
        self.assertEqual(
            self.items(self.draft(PrintedPage(texts))),
            [("1", "甲项工作很长很长很长很长的名称", ["德育科", "团委"], "年底前"), ("2", "乙项工作", ["体育科"], "")],
        )


@tag("slow")
@unittest.skipUnless(libreoffice.program(), "LibreOffice is not installed")
class OfficeTablesTests(unittest.TestCase):
    def test_a_long_table_of_word_gives_the_same_plan_as_pdf_with_lines_and_without(self):
        for style in ("Table Grid", None):
            with self.subTest(style=style):
                content = long_table(style)
                (word,), (pdf,) = parse_source(read_docx(content)), parse_source(read_pdf(as_pdf(content)))
                self.assertEqual(len(word.items), 30)
                self.assertEqual(facts(pdf), facts(word))


def long_table(style):
    """A Word document with a table over several pages, its heading row repeated where the table has lines."""
    book = Document()
    book.styles["Normal"].font.name = "Noto Sans CJK SC"
    book.add_paragraph("东湖区教育局2025年重点工作任务分解表")
    rows = book.add_table(1, 5)
    if style:
        rows.style = style
        rows.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    fill(rows.rows[0], ["序号", "重点工作任务", "具体举措", "责任科室", "完成时限"])
    for section in "一二":
        row = rows.add_row()
        row.cells[0].merge(row.cells[4]).text = f"{section}、加强第{section}方面建设"
        for n in range(1, 16):
            texts = [
                str(n),
                f"第{n}项重点工作任务，推进教育高质量发展{n}期建设",
                f"1.制定方案并印发。\n2.组织评估，覆盖率达到{80 + n}%以上。",
                "基础教育科、人事科",
                f"2025年{n % 12 + 1}月底前",
            ]
            fill(rows.add_row(), texts)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def as_pdf(content):
    """A Word document as LibreOffice prints it."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "a.docx").write_bytes(content)
        profile = f"-env:UserInstallation={(Path(folder) / 'profile').as_uri()}"
        command = [
            libreoffice.program(),
            profile,
            "--headless",
            "--convert-to",
            "pdf",
            "--outdir",
            folder,
            f"{folder}/a.docx",
        ]
        subprocess.run(command, capture_output=True, check=True, timeout=120)
        return (Path(folder) / "a.pdf").read_bytes()


def fill(row, texts):
    """Write texts into the cells of a row."""
    for cell, text in zip(row.cells, texts, strict=True):
        cell.text = text


class HyphenTests(unittest.TestCase):
    def test_a_hyphen_at_a_line_end_stays_unless_it_broke_a_word(self):
        cases = {
            ("educa-", "tion"): "education", ("STEM-", "based"): "STEM-based", ("2024-", "2025年"): "2024-2025年", ("Wi-", "Fi"): "Wi-Fi", ("well-", "known"): "well-known",
            ("A-", "B类"): "A-B类", ("教育", "工作"): "教育工作", ("plan", "of"): "plan of", ("e-", "learning"): "e-learning", ("第3-", "5条"): "第3-5条", ("Educa-", "tion"): "Education",
        }  # fmt: skip
        for (first, second), expected in cases.items():
            with self.subTest(first=first):
                self.assertEqual(together(first, second), expected)

    def test_no_hyphen_is_lost_to_pdfium(self):
        self.assertEqual(
            lines(PrintedPage(column(["加强 STEM-", "based 课程建设工作"]))), ["加强 STEM-based 课程建设工作"]
        )
