"""The rows of a table below its headings, and what a row is that is no task: total, note, signature, heading once more."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from importer.files.tables import Cell, Table
from importer.text.patterns import FURNITURE, HEAD, full_match

from .table_head import Head
from .table_headings import ColumnKind

TOTALS = re.compile(r"\s*(?:合|总|小|共)\s*计.{0,60}", re.DOTALL)
NOTE = re.compile(
    r"\s*(?:注|备注|说明|填表|制表|审核|审批|填报人|经办人|联系人|联系电话|单位负责人|主要领导|分管领导|复核)\S{0,6}\s*[:：.、]"
)
NOTE_MARK = re.compile(r"\s*(?:注|说明)\s*[:：]?\s*$")
CONTINUED = "续"
SIGNED = (
    "signed",
    "date",
    "date_cn",
    "date_dots",
    "month",
    "print_date",
    "print_date_cn",
    "page_number",
    "page_of",
    "page_slash",
    "contact",
    "phone",
    "publicity",
    "copy_count",
)


@dataclass
class Row:
    """A row of the table: its own cells by column, and those merged into it from above."""

    number: int
    cells: dict[int, Cell]
    covered: dict[int, Cell] = field(default_factory=dict)

    def at(self, columns: Sequence[int]) -> list[Cell]:
        """The row's own cells in these columns."""
        return [self.cells[column] for column in columns if column in self.cells]

    @cached_property
    def wide(self) -> list[Cell]:
        """The cells merged over several columns."""
        return [cell for cell in self.cells.values() if cell.columns > 1]

    def over(self, column: int) -> Cell | None:
        """The cell that begins further left and is merged over a column."""
        return next((cell for cell in self.wide if cell.column < column < cell.column + cell.columns), None)


def rows_below(table: Table, head: Head) -> list[Row]:
    """The rows with text below the head."""
    rows = [
        Row(number, {cell.column: cell for cell in cells})
        for number, cells in sorted(table.rows.items())
        if number > head.last
    ]
    open_cells: list[Cell] = []
    for row in rows:
        if open_cells:
            open_cells = [cell for cell in open_cells if cell.last_row >= row.number]
            row.covered = {cell.column: cell for cell in open_cells}
        open_cells.extend(cell for cell in row.cells.values() if cell.rows > 1)
    return rows


def is_no_task(row: Row, head: Head) -> bool:
    """Whether a row is a total, a note or the headings once more."""
    cells = list(row.cells.values())
    return any(TOTALS.fullmatch(cell.text) for cell in cells[:2]) or is_note(cells) or head.repeats(cells)


def is_continued(row: Row, numbers: Sequence[int]) -> bool:
    """Whether our own sheet goes on with the row above: its number is 续, its short cells are repeated."""
    return any(cell.text.strip() == CONTINUED for cell in row.at(numbers))


def is_note(cells: Sequence[Cell]) -> bool:
    """Whether a row is a note under the table."""
    return len(cells) <= 2 and bool(NOTE.match(cells[0].text) or NOTE_MARK.match(cells[0].text))


def signature_rows(rows: Sequence[Row]) -> int:
    """How many rows at the end are the signature under the table: organ, date, who drew it up."""
    count = 0
    for row in reversed(rows):
        cells = list(row.cells.values())
        if len(cells) > 2 or row.covered or not all(is_signed(cell.text) for cell in cells):
            break
        count += 1
    return count


def is_signed(text: str) -> bool:
    """Whether a cell is an organ or a date as they stand under a document."""
    view = text.strip().translate(str.maketrans("（）：", "():"))
    return len(view) <= 60 and (
        full_match(HEAD, view) == "organ" or full_match(FURNITURE, view) in SIGNED or bool(NOTE.match(view))
    )


def is_lone(row: Row, head: Head) -> bool:
    """Whether a row has one cell of words, besides a number, so that it may be a heading."""
    numbers = head.columns(ColumnKind.NUMBER)
    return sum(1 for column in row.cells if column not in numbers) <= 1
