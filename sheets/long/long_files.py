"""The long table as a file: .xlsx by a writer in Rust, or .csv; both row by row, so memory does not grow with the rows.

Text is stored as text, in cells whose format is text as well: what begins with = stays what it is, also after F2 and
Enter. What one cell cannot hold goes on in the sheet 说明, and the cell says so.
"""

import csv
import json
from itertools import islice
from tempfile import TemporaryFile

from rustpy_xlsxwriter import FastExcel, Format

from workplans.sheet_text import guard, shown, split_text

from .long_table import LONG_TABLE

SHEET, NOTES = "分析表", "说明"
ROWS_A_SHEET = 1_000_000  # Excel's limit is 1,048,576
NUMBER_FORMATS = {"text": "@", "number": "General", "rate": "0.0%", "date": "yyyy-mm-dd", "time": "yyyy-mm-dd hh:mm"}
SURELY_FITS = 16_000  # characters outside the basic plane count double


def write_csv(path, rows, notes=(), *, total=0, columns=LONG_TABLE):
    """Write UTF-8 with the mark by which Excel knows it; a rate is written as 80.0%. `notes` and `total` are not needed."""
    turn = [CSV_CELLS.get(column.kind, str) for column in columns]
    with open(path, "w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(column.heading for column in columns)
        for row in rows:
            writer.writerow(["" if value is None else to(value) for to, value in zip(turn, row, strict=True)])


CSV_CELLS = {
    "text": lambda value: guard(shown(value)),
    "number": lambda value: guard(shown(value)) if type(value) is str else value,
    "rate": lambda value: f"{value}%",
    "time": lambda value: value.strftime("%Y-%m-%d %H:%M"),
}


def write_xlsx(path, rows, notes=(), *, total=0, columns=LONG_TABLE, rows_a_sheet=ROWS_A_SHEET):
    """Write a workbook of as many sheets as `total` rows need, then the sheet 说明 with `notes` (pairs of heading and text)."""
    rows = iter(rows)
    with TemporaryFile() as rest:
        table = _Table(rows, rest, columns)
        book = FastExcel(str(path)).freeze(row=1, col=0)
        for number in range(max(1, -(-total // rows_a_sheet))):
            book.sheet(f"{SHEET}{number + 1}" if number else SHEET, table.sheet(rows_a_sheet), **_look(columns))
        book.sheet(NOTES, table.notes(notes), column_widths=[24, 100], header_format=_heading_format())
        book.save()


class _Table:
    """Turns values into cells; keeps on disk what is too long for one."""

    def __init__(self, rows, rest, columns):
        self.rows, self.rest, self.columns = rows, rest, columns
        self.headings = [column.heading for column in columns]
        self.kept = 0
        turn = {"text": self.text, "number": lambda value: self.text(value) if type(value) is str else value}
        turn["rate"] = lambda value: float(value / 100)
        self.turn = [(column.heading, turn[column.kind]) for column in columns if column.kind in turn]

    def sheet(self, limit):
        """Yield the rows of one sheet; of an empty table one blank row, which carries the headings."""
        is_empty = True
        for row in islice(self.rows, limit):
            is_empty = False
            cells = dict(zip(self.headings, row, strict=True))
            for heading, to in self.turn:
                if (value := cells[heading]) is not None:
                    cells[heading] = to(value)
            yield cells
        if is_empty:
            yield dict.fromkeys(self.headings)

    def text(self, value):
        """Return a text as a cell holds it."""
        value = shown(value)
        return value if len(value) <= SURELY_FITS else self._first_part(value)

    def _first_part(self, value):
        first, *others = split_text(value)
        begun = self.kept + 1
        for part in others:
            self.kept += 1
            self.rest.write(json.dumps([f"长文本 {self.kept}", part]).encode() + b"\n")
        if not others:
            return first
        which = f"{begun}" if begun == self.kept else f"{begun} 至 {self.kept}"
        return f"{first}……（全文 {len(value)} 字，一个单元格写不下，余下部分见工作表“{NOTES}”的“长文本 {which}”）"

    def notes(self, notes):
        """Yield what stands in 说明: the notes, and what found no place in its cell."""
        for heading, text in notes or [("行数", "")]:
            yield {"项目": heading, "内容": self.text(text)}
        self.rest.seek(0)
        for line in self.rest:
            heading, text = json.loads(line)
            yield {"项目": heading, "内容": text}


def _look(columns) -> dict:
    formats = {column.heading: _format(column.kind) for column in columns}
    return {
        "column_widths": [column.width for column in columns],
        "column_formats": formats,
        "header_format": _heading_format(),
        "autofilter": True,
        "page_setup": {
            "landscape": True,
            "paper_size": 9,
            "repeat_rows": 0,
            "fit_to_pages": (1, 0),
            "footer": "&C第 &P 页 共 &N 页",
        },
    }


def _format(kind) -> Format:
    return Format().set_font_name("宋体").set_font_size(10).set_align("top").set_num_format(NUMBER_FORMATS[kind])


def _heading_format() -> Format:
    return Format().set_font_name("宋体").set_font_size(10).set_bold().set_background_color("EDEDED").set_border("thin")


WRITERS = {"xlsx": write_xlsx, "csv": write_csv}
