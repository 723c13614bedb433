"""Reading uploads under limits: bombs and broken files get a sentence, odd but honest files are read."""

import re
import time
import tracemalloc
import zipfile
from io import BytesIO

import openpyxl
from django.test import SimpleTestCase

from tests.workbooks import saved, workbook
from workplans.uploads import MAX_COLUMNS, MAX_ROWS, UploadError, read_csv, read_workbook

KEY = "系统编号"


def rewritten(content, part, change):
    """Return the archive with one part changed."""
    source, target = zipfile.ZipFile(BytesIO(content)), BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as out:
        for name in source.namelist():
            data = source.read(name)
            out.writestr(name, change(data.decode()) if name == part else data)
    return target.getvalue()


class UploadTest(SimpleTestCase):
    """`read_workbook` and `read_csv`."""

    def test_sparse_workbooks_cost_nothing(self):
        for reference in ("A1048576", "XFD2", "XFD1048576"):
            book = openpyxl.Workbook()
            book.active.append([KEY, "标题"])
            book.active[reference] = 1
            content = saved(book)
            tracemalloc.start()
            begun = time.monotonic()
            try:
                read_workbook(content, KEY)
            except UploadError as problem:
                self.assertRegex(str(problem), "太长|列|行")
            peak = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
            self.assertLess(peak, 60 << 20, reference)
            self.assertLess(time.monotonic() - begun, 20)

    def test_a_zip_bomb_is_refused_unopened(self):
        bomb = BytesIO()
        with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("xl/sharedStrings.xml", b"\0" * (101 << 20))
        with self.assertRaisesMessage(UploadError, "解压后超过"):
            read_workbook(bomb.getvalue(), KEY)

    def test_too_many_rows_and_columns(self):
        rows = "".join(f"\n{n}" for n in range(MAX_ROWS + 1))
        with self.assertRaisesMessage(UploadError, "行"):
            read_csv(f"{KEY}{rows}".encode(), KEY)
        with self.assertRaisesMessage(UploadError, "列"):
            read_workbook(workbook([[KEY, *(f"列{n}" for n in range(MAX_COLUMNS))]]), KEY)

    def test_broken_files(self):
        for content in (b"", b"x", b"PK\3\4broken", b"\xd0\xcf\x11\xe0old", workbook([])[:-40]):
            with self.subTest(content[:8]), self.assertRaisesRegex(UploadError, "[。]$"):
                read_workbook(content, KEY)

    def test_wrong_dimensions_as_wps_writes_them(self):
        content = workbook([[KEY], *([n] for n in range(100))])
        wrong = rewritten(
            content,
            "xl/worksheets/sheet1.xml",
            lambda xml: re.sub(r'<dimension ref="[^"]*"', '<dimension ref="A1:A10"', xml),
        )
        self.assertEqual(len(read_workbook(wrong, KEY).rows), 100)

    def test_title_lines_other_sheets_and_blank_rows(self):
        book = openpyxl.Workbook()
        book.active.append(["说明"])
        hidden = book.create_sheet("隐藏")
        hidden.append([KEY])
        hidden.sheet_state = "hidden"
        sheet = book.create_sheet("表")
        for row in (["大标题"], [], [KEY, "标题"], [1, "甲"], [None, " "], [2, "乙"]):
            sheet.append(row)
        table = read_workbook(saved(book), KEY)
        self.assertEqual((table.sheet, table.headings), ("表", (KEY, "标题")))
        self.assertEqual([(row.number, row.values) for row in table.rows], [(4, ("1", "甲")), (6, ("2", "乙"))])

    def test_merged_cells_and_formulas_without_a_result_are_refused_by_place(self):
        book = openpyxl.Workbook()
        for row in (["标题行"], [KEY, "标题"], [1, "甲"], [2, "=1+1"]):
            book.active.append(row)
        book.active.merge_cells("A1:B1")
        with self.assertRaisesMessage(UploadError, "工作表“Sheet”第 4 行 B 列：这一格是公式，没有算出结果"):
            read_workbook(saved(book), KEY)
        book.active["B4"] = None
        book.active.merge_cells("B3:B4")
        with self.assertRaisesMessage(UploadError, "合并了单元格（B3:B4）"):
            read_workbook(saved(book), KEY)

    def test_hidden_rows_and_columns_are_read(self):
        book = openpyxl.Workbook()
        for row in ([KEY, "标题"], [1, "甲"], [2, "乙"]):
            book.active.append(row)
        book.active.row_dimensions[2].hidden = book.active.column_dimensions["B"].hidden = True
        self.assertEqual([row.values for row in read_workbook(saved(book), KEY).rows], [("1", "甲"), ("2", "乙")])

    def test_two_sheets_to_be_imported(self):
        book = openpyxl.Workbook()
        book.active.append([KEY, "标题"])
        book.create_sheet("乙").append([KEY, "标题"])
        with self.assertRaisesMessage(UploadError, "几个工作表都有“系统编号”列：“Sheet”、“乙”"):
            read_workbook(saved(book), KEY)

    def test_the_same_heading_twice(self):
        with self.assertRaisesMessage(UploadError, "有两列都叫“标题”"):
            read_workbook(workbook([[KEY, "标题", "标题"]]), KEY)

    def test_csv_as_chinese_excel_saves_it(self):
        for encoding in ("utf-8", "utf-8-sig", "gb18030"):
            table = read_csv(f'{KEY},标题\r\n1,"甲\n乙"\r\n'.encode(encoding), KEY)
            self.assertEqual(table.rows[0].values, ("1", "甲\n乙"))
