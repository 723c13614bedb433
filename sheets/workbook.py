"""Tables as a workbook that prints without being touched (DESIGN 9): any sheet, written from its declared columns."""

from collections.abc import Callable
from io import BytesIO
from itertools import zip_longest

from openpyxl import Workbook
from openpyxl.formatting.rule import DataBarRule
from openpyxl.styles import Alignment
from openpyxl.utils import get_column_letter
from openpyxl.utils.indexed_list import IndexedList

from boards.board import PlanBoard
from tracking.reports.columns import Column
from workplans.sheet_text import shown, write_text, write_value

from .fitting import fitted
from .sheets import progress_table
from .styles import BAR, BORDER, GREY, HEADER_FILL, LAMP_FONTS, SECTION_FILL, font
from .table import SheetTable
from .wrapping import POINT_SIZE, pieces, row_height, text_lines

CONTINUED, GOES_ON, WENT_ON = "续", "接下行", "接上行"
# Added to a table that has no column for remarks, where a text goes on in the next row.
CONTINUATION = Column("continuation", "续行", lambda row: None, width=7, centred=True, notes=True)

DATE_FORMAT = "yyyy-mm-dd"
PINNED = 2  # columns that stay in sight
LONGEST_NAME = 31  # of a worksheet
NOT_IN_NAMES = str.maketrans(dict.fromkeys("\\/*?:[]'", "－"))


def progress_workbook(board: PlanBoard, filtered_by: str = "") -> bytes:
    """Return the 推进情况表 of `board` as an .xlsx file; `filtered_by` is the filter in words, "" for none."""
    return workbook([progress_table(board, filtered_by)])


def workbook(tables: list[SheetTable], more: Callable[[Workbook], None] | None = None) -> bytes:
    """Return an .xlsx file with a worksheet for each of `tables`, and what `more` adds to it."""
    book = Workbook()
    # Column widths are counted in digits of this font.
    book._fonts = IndexedList([font()])
    book._named_styles["Normal"].font = font()
    book.properties.creator = shown(tables[0].unit)
    book.properties.title = shown(tables[0].title)
    for index, table in enumerate(tables):
        sheet = book.create_sheet() if index else book.active
        sheet.title = sheet_name(table.name, {other.title for other in book.worksheets if other is not sheet})
        SheetWriter(sheet, table).write()
    if more:
        more(book)
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def sheet_name(wanted: str, taken: set[str]) -> str:
    """Return a name a worksheet may have and no other has (Excel does not tell capitals from small letters)."""
    name = shown(wanted).replace("\n", " ").translate(NOT_IN_NAMES).strip()[:LONGEST_NAME] or "表"
    used, number, found = {each.casefold() for each in taken}, 1, name
    while found.casefold() in used:
        number += 1
        ending = f"（{number}）"
        found = name[: LONGEST_NAME - len(ending)] + ending
    return found


class SheetWriter:
    """Writes a table row by row; `row` is the last row written."""

    def __init__(self, sheet, table: SheetTable):
        self.sheet, self.table = sheet, table
        self.columns = self._columns()
        self.width = sum(column.width for column in self.columns)
        self.last = len(self.columns)
        self.row = 0

    def _columns(self):
        """Return the columns, with one for the notice where a text goes on and no column takes remarks."""
        columns = fitted(self.table.columns, self.table.rows) if self.table.is_fitted else self.table.columns
        if any(column.notes for column in columns):
            return columns
        goes_on = any(len(self._parts(column, row)) > 1 for row in self.table.rows for column in columns)
        return (*columns, CONTINUATION) if goes_on else columns

    def write(self):
        """Write everything, from the title to the notes under the table."""
        hidden = (self.table.key,) if self.table.key else ()
        for number, column in enumerate((*self.columns, *hidden), start=1):
            self.sheet.column_dimensions[get_column_letter(number)].width = column.width
        if hidden:
            self.sheet.column_dimensions[get_column_letter(self.last + 1)].hidden = True
        self._above()
        self._headings((*self.columns, *hidden))
        head = self.row
        for band in self.table.bands:
            if band.heading:
                self._band(band.heading)
            for row in band.rows:
                self._entry(row)
        if not self.table.bands:
            self._band(self.table.empty)
        self._table_tools(head)
        for text in self.table.notes:
            self._across(text, size=9)
        self._printing(head)

    # --- lines across the table --------------------------------------------------------------------------

    def _across(self, text, *, size=POINT_SIZE, name="宋体", horizontal="left", border=None, fill=None, **kw):
        """Write one line over the whole width, as high as its text needs."""
        self.row += 1
        lines = text_lines(shown(text), self.width, size)
        self._merged(1, self.last, text, font(name, size, **kw), horizontal)
        self.sheet.row_dimensions[self.row].height = row_height(len(lines), size)
        for number in range(1, self.last + 1):
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
        self._across(self.table.title, size=22, name="方正小标宋简体", horizontal="center")
        self._caption(f"单位：{self.table.unit}", self.table.caption)
        for text in self.table.lines:
            self._across(text, size=11)
        if self.table.filtered_by:
            self._across(self.table.filtered_by, size=11, bold=True)

    def _caption(self, left, right):
        """Write one line with a text on each side, divided where half the width is reached."""
        if self.last == 1:
            self._across(f"{left}　{right}", size=11)
            return
        self.row += 1
        half, used = 1, self.columns[0].width
        while half < self.last - 1 and used + self.columns[half].width < self.width / 2:
            used += self.columns[half].width
            half += 1
        sides = ((1, half, left, "left", used), (half + 1, self.last, right, "right", self.width - used))
        lines = 1
        for first, last, text, side, room in sides:
            self._merged(first, last, text, font(size=11), side)
            lines = max(lines, len(text_lines(shown(text), room, 11)))
        self.sheet.row_dimensions[self.row].height = 20 if lines == 1 else row_height(lines, 11)

    def _band(self, text):
        self._across(text, size=11, name="黑体", border=BORDER, fill=SECTION_FILL)

    # --- the table ---------------------------------------------------------------------------------------

    def _headings(self, columns):
        self.row += 1
        for number, column in enumerate(columns, start=1):
            cell = self.sheet.cell(self.row, number)
            write_text(cell, column.heading)
            cell.font, cell.fill, cell.border = font("黑体"), HEADER_FILL, BORDER
            cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        lines = max(len(text_lines(shown(column.heading), column.width)) for column in self.columns)
        self.sheet.row_dimensions[self.row].height = row_height(max(2, lines))

    def _entry(self, row):
        """Write one entry, in as many rows as its longest text needs."""
        parts = [self._parts(column, row) for column in self.columns]
        rows = list(zip_longest(*parts, fillvalue=None))
        for index, values in enumerate(rows):
            self.row += 1
            note = "\n".join([WENT_ON] * (index > 0) + [GOES_ON] * (index + 1 < len(rows)))
            heights = [
                self._cell(number, column, values, parts, index, note, row)
                for number, column in enumerate(self.columns, start=1)
            ]
            self.sheet.row_dimensions[self.row].height = row_height(max(heights))
            if self.table.key:
                write_value(self.sheet.cell(self.row, self.last + 1), self.table.key.source(row))

    def _parts(self, column: Column, row) -> list:
        value = column.source(row)
        return pieces(shown(value), column.width) if isinstance(value, str) else [value]

    def _cell(self, number, column, values, parts, index, note, row) -> int:
        """Write one cell of an entry; return how many lines it takes."""
        cell, value = self.sheet.cell(self.row, number), values[number - 1]
        repeated = index > 0 and len(parts[number - 1]) == 1
        if repeated and column.repeats:
            value = parts[number - 1][0]
        elif repeated and number == 1:
            value = CONTINUED
        if note and column.notes:
            value = f"{value}\n{note}" if value else note
        write_value(cell, value)
        if cell.is_date:
            cell.number_format = DATE_FORMAT
        elif column.number_format and cell.data_type == "n" and value is not None:
            cell.number_format = column.number_format
        color = LAMP_FONTS.get(column.color(row)) if column.color else None
        cell.font = font(color=GREY if repeated else color)
        cell.border = BORDER
        horizontal = "center" if column.centred else "left"
        vertical = "top" if note and not column.centred else "center"
        cell.alignment = Alignment(horizontal=horizontal, vertical=vertical, wrap_text=True)
        return len(text_lines(value, column.width)) if isinstance(value, str) else 1

    def _table_tools(self, head):
        """Give the table its filter arrows, and bars to the columns that are to have them."""
        last = max(self.row, head + 1)
        self.sheet.auto_filter.ref = f"A{head}:{get_column_letter(self.last)}{last}"
        for number, column in enumerate(self.columns, start=1):
            if column.bars:
                letter = get_column_letter(number)
                self.sheet.conditional_formatting.add(
                    f"{letter}{head + 1}:{letter}{last}",
                    DataBarRule(start_type="num", start_value=0, end_type="num", end_value=1, color=BAR),
                )
        pinned = min(PINNED, self.last - 1)
        self.sheet.freeze_panes = f"{get_column_letter(pinned + 1)}{head + 1}"

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
        sheet.print_area = f"A1:{get_column_letter(self.last)}{self.row}"
        sheet.oddFooter.center.text = "第 &P 页 共 &N 页"
        sheet.sheet_view.showGridLines = False
        sheet.sheet_view.zoomScale = 100
