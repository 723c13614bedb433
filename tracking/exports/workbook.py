"""推进情况表: the board of one plan and period as a workbook that prints without being touched (DESIGN 9)."""

from datetime import date
from io import BytesIO
from itertools import zip_longest

from openpyxl import Workbook
from openpyxl.formatting.rule import DataBarRule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.utils.indexed_list import IndexedList

from tracking import lamps
from tracking.dashboards import TOTALS_RULE, BoardRow, PlanBoard
from tracking.lamps import Color
from workplans.cells import shown, write_text, write_value

from .columns import COMPLETION, ITEM_ID, PROGRESS_SHEET, Column
from .layout import POINT_SIZE, pieces, row_height, text_lines

NAME = "推进情况表"
CONTINUED, GOES_ON, WENT_ON = "续", "接下行", "接上行"

WIDTH = sum(column.width for column in PROGRESS_SHEET)
LAST = len(PROGRESS_SHEET)
LINE = Side(style="thin", color="808080")
BORDER = Border(left=LINE, right=LINE, top=LINE, bottom=LINE)
HEADER_FILL = PatternFill("solid", fgColor="EDEDED")
SECTION_FILL = PatternFill("solid", fgColor="F7F7F7")
LAMP_FONTS = {Color.RED: "A40E26", Color.AMBER: "8A5A00", Color.GREEN: "116329", Color.BLUE: "0550AE"}
BAR = "9CC2E5"
GREY = "7F7F7F"
DATE_FORMAT = "yyyy-mm-dd"


def font(name="宋体", size=POINT_SIZE, **kw):
    """Return a font with its east-Asian character set named."""
    return Font(name=name, size=size, charset=134, **kw)


def progress_workbook(board: PlanBoard, filtered_by: str = "") -> bytes:
    """Return the 推进情况表 of `board` as an .xlsx file; `filtered_by` is the filter in words, "" for none."""
    book = Workbook()
    # Column widths are counted in digits of this font.
    book._fonts = IndexedList([font()])
    book._named_styles["Normal"].font = font()
    book.properties.creator = board.plan.organization.name
    book.properties.title = shown(title_of(board))
    ProgressSheet(book.active, board, filtered_by).write()
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def title_of(board: PlanBoard) -> str:
    """Return the title over the table."""
    return f"{board.plan.title}{NAME}"


def chinese_date(day: date) -> str:
    """Write a date as letters do."""
    return f"{day.year}年{day.month}月{day.day}日"


class ProgressSheet:
    """Writes the table row by row; `row` is the last row written."""

    def __init__(self, sheet, board: PlanBoard, filtered_by: str):
        self.sheet, self.board, self.filtered_by = sheet, board, filtered_by
        self.row = 0

    def write(self):
        """Write everything, from the title to the rules under the table."""
        self.sheet.title = NAME
        for number, column in enumerate((*PROGRESS_SHEET, ITEM_ID), start=1):
            self.sheet.column_dimensions[get_column_letter(number)].width = column.width
        self.sheet.column_dimensions[get_column_letter(LAST + 1)].hidden = True
        self._above()
        self._headings()
        head = self.row
        for section in self.board.sections:
            if section.section.title or section.section.ordinal:
                self._section(str(section.section))
            for row in section.rows:
                self._item(row)
        if not self.board.sections:
            self._section("没有符合条件的工作事项。")
        self._table_tools(head)
        self._below()
        self._printing(head)

    # --- lines across the table --------------------------------------------------------------------------

    def _across(self, text, *, size=POINT_SIZE, name="宋体", horizontal="left", border=None, fill=None, **kw):
        """Write one line over the whole width, as high as its text needs."""
        self.row += 1
        lines = text_lines(shown(text), WIDTH, size)
        self._merged(1, LAST, text, font(name, size, **kw), horizontal)
        self.sheet.row_dimensions[self.row].height = row_height(len(lines), size)
        for number in range(1, LAST + 1):
            cell = self.sheet.cell(self.row, number)
            if border:
                cell.border = border
            if fill:
                cell.fill = fill

    def _merged(self, first, last, text, style, horizontal):
        cell = self.sheet.cell(self.row, first)
        write_text(cell, text)
        cell.font = style
        cell.alignment = Alignment(horizontal=horizontal, vertical="center", wrap_text=True)
        self.sheet.merge_cells(start_row=self.row, end_row=self.row, start_column=first, end_column=last)

    def _above(self):
        """Write the title, the line of unit and date, the totals, and the filter where there is one."""
        period = self.board.period
        self._across(title_of(self.board), size=22, name="方正小标宋简体", horizontal="center")
        self.row += 1
        self.sheet.row_dimensions[self.row].height = 20
        as_of = chinese_date(period.as_of) if period else "（还没有填报期）"
        half = LAST // 2
        self._merged(1, half, f"单位：{self.board.plan.organization.name}", font(size=11), "left")
        right = f"填报期：{period.label}　　截至日期：{as_of}" if period else f"截至日期：{as_of}"
        self._merged(half + 1, LAST, right, font(size=11), "right")
        self._across(f"合计：{self.board.totals.sentence}", size=11)
        if self.filtered_by:
            self._across(self._filter_sentence(), size=11, bold=True)

    def _filter_sentence(self):
        listed = len(self.board.rows)
        totals = self.board.totals
        rest = "" if listed == totals.items + totals.left_out else "合计包括没有列出的事项。"
        return f"本表不是全部事项，是筛选的结果——{self.filtered_by}。列出 {listed} 项。{rest}"

    def _section(self, text):
        self._across(text, size=11, name="黑体", border=BORDER, fill=SECTION_FILL)

    def _below(self):
        """Print the rules by which the numbers and lamps came about."""
        for text in (f"注：1. {lamps.progress_rule()}", f"　　2. {TOTALS_RULE}"):
            self._across(text, size=9)

    # --- the table ---------------------------------------------------------------------------------------

    def _headings(self):
        self.row += 1
        for number, column in enumerate((*PROGRESS_SHEET, ITEM_ID), start=1):
            cell = self.sheet.cell(self.row, number)
            write_text(cell, column.heading)
            cell.font, cell.fill, cell.border = font("黑体"), HEADER_FILL, BORDER
            cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        self.sheet.row_dimensions[self.row].height = row_height(2)

    def _item(self, row: BoardRow):
        """Write one item, in as many rows as its longest text needs."""
        parts = [self._parts(column, row) for column in PROGRESS_SHEET]
        rows = list(zip_longest(*parts, fillvalue=None))
        for index, values in enumerate(rows):
            self.row += 1
            note = "\n".join([WENT_ON] * (index > 0) + [GOES_ON] * (index + 1 < len(rows)))
            heights = [
                self._cell(number, column, values, parts, index, note, row)
                for number, column in enumerate(PROGRESS_SHEET, start=1)
            ]
            self.sheet.row_dimensions[self.row].height = row_height(max(heights))
            write_value(self.sheet.cell(self.row, LAST + 1), ITEM_ID.source(row))

    def _parts(self, column: Column, row: BoardRow) -> list:
        value = column.source(row)
        return pieces(shown(value), column.width) if type(value) is str else [value]

    def _cell(self, number, column, values, parts, index, note, row) -> int:
        """Write one cell of an item; return how many lines it takes."""
        cell, value = self.sheet.cell(self.row, number), values[number - 1]
        repeated = index > 0 and len(parts[number - 1]) == 1
        if repeated and column.repeats:
            value = parts[number - 1][0]
        if index > 0 and number == 1:
            value = CONTINUED
        if note and number == LAST:
            value = f"{value}\n{note}" if value else note
        write_value(cell, value)
        if cell.is_date:
            cell.number_format = DATE_FORMAT
        color = LAMP_FONTS.get(row.progress.color) if column.name == "lamp" else None
        cell.font = font(color=GREY if repeated else color)
        cell.border = BORDER
        horizontal = "center" if column.centred else "left"
        vertical = "top" if note and not column.centred else "center"
        cell.alignment = Alignment(horizontal=horizontal, vertical=vertical, wrap_text=True)
        return len(text_lines(value, column.width)) if isinstance(value, str) else 1

    def _table_tools(self, head):
        """Give the table its filter arrows and the completion column its bars."""
        last = max(self.row, head + 1)
        self.sheet.auto_filter.ref = f"A{head}:{get_column_letter(LAST)}{last}"
        letter = get_column_letter(PROGRESS_SHEET.index(COMPLETION) + 1)
        self.sheet.conditional_formatting.add(
            f"{letter}{head + 1}:{letter}{last}",
            DataBarRule(start_type="num", start_value=0, end_type="num", end_value=1, color=BAR),
        )
        self.sheet.freeze_panes = f"C{head + 1}"

    def _printing(self, head):
        """Set the page up: A4 landscape, one page wide, headings on every page, pages numbered."""
        sheet = self.sheet
        sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
        sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
        sheet.sheet_properties.pageSetUpPr.fitToPage = True
        margins = sheet.page_margins
        margins.left = margins.right = 0.4
        margins.top, margins.bottom, margins.header, margins.footer = 0.55, 0.6, 0.3, 0.3
        sheet.print_options.horizontalCentered = True
        sheet.print_title_rows = f"{head}:{head}"
        sheet.print_area = f"A1:{get_column_letter(LAST)}{self.row}"
        sheet.oddFooter.center.text = "第 &P 页 共 &N 页"
        sheet.sheet_view.showGridLines = False
        sheet.sheet_view.zoomScale = 100
