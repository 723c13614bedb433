"""A table wherever it comes from (workbook, Word, web page, text with tabs): cells in order, each with its numbered lines."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from importer.drafts.drafts import Line

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True)
class Cell:
    """A cell that is not empty: where it stands (counted from 1), its paragraphs, how far it is merged.

    `ranges` says which characters of each line are the cell's, where cells stand beside each other in one line of a
    text; empty, the lines are the cell's as a whole.
    """

    row: int
    column: int
    lines: tuple[Line, ...]
    rows: int = 1
    columns: int = 1
    ranges: tuple[tuple[int, int], ...] = ()

    @cached_property
    def text(self) -> str:
        """The cell's words, one paragraph a line."""
        if not self.ranges:
            return "\n".join(line.text for line in self.lines)
        return "\n".join(line.text[start:end] for line, start, end in self.parts())

    def parts(self) -> Iterator[tuple[Line, int, int]]:
        """Each line with the range of its characters that is the cell's, without the white space around it."""
        ranges = self.ranges or [(0, len(line.text)) for line in self.lines]
        for line, (start, end) in zip(self.lines, ranges, strict=True):
            words = line.text[start:end]
            lead = len(words) - len(words.lstrip())
            yield line, start + lead, start + len(words.rstrip()) if words.strip() else start + lead

    @property
    def last_row(self) -> int:
        """The last row it is merged over."""
        return self.row + self.rows - 1


@dataclass(frozen=True)
class Table:
    """A table: the sheet it is (name "" for one outside a workbook), its place among the tables, its cells in order."""

    sheet: str
    number: int
    cells: tuple[Cell, ...]
    hidden_rows: frozenset[int] = frozenset()

    @cached_property
    def rows(self) -> dict[int, list[Cell]]:
        """The cells by row, in order."""
        rows: dict[int, list[Cell]] = {}
        for cell in self.cells:
            rows.setdefault(cell.row, []).append(cell)
        return rows

    def with_lines(self, change: Callable[[str], str]) -> "Table":
        """The same table with the words of every line changed."""
        cells = (
            replace(cell, lines=tuple(Line(line.number, change(line.text)) for line in cell.lines))
            for cell in self.cells
        )
        return replace(self, cells=tuple(cells))

    def moved(self, number: int, lines: int) -> "Table":
        """The same table as the document's `number`th, its lines so many further on."""
        cells = (
            replace(cell, lines=tuple(Line(line.number + lines, line.text) for line in cell.lines))
            for cell in self.cells
        )
        return replace(self, number=number, cells=tuple(cells))

    @property
    def line_numbers(self) -> set[int]:
        """The numbers of the document's lines that stand in this table."""
        return {line.number for cell in self.cells for line in cell.lines}

    @property
    def name(self) -> str:
        """What a person calls it."""
        return f"工作表“{self.sheet}”" if self.sheet else f"第 {self.number} 个表格"

    def place(self, cell: Cell) -> str:
        """Where a cell stands, in words."""
        if cell.row == 0:
            return self.name
        column = f" {column_letters(cell.column)} 列" if self.sheet else f"第 {cell.column} 列"
        return f"{self.name}第 {cell.row} 行{column}"


def column_letters(number: int) -> str:
    """The letters of a column: 1 is A, 28 is AB."""
    letters = ""
    while number > 0:
        number, rest = divmod(number - 1, 26)
        letters = LETTERS[rest] + letters
    return letters


def places(tables: tuple[Table, ...]) -> dict[int, str]:
    """Where each line of the tables stands, in words, by its number; lines of a text are counted as they are seen."""
    return {
        line.number: table.place(cell)
        for table in tables
        for cell in table.cells
        if not cell.ranges
        for line in cell.lines
    }
