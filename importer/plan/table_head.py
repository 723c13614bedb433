"""Where in a table the heading row stands: one row, or two of them where headings are merged over groups of columns."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

from importer.files.tables import Cell, Table

from .table_headings import TEXTS, ColumnKind, kind_of_heading

ROWS_SEARCHED = 60
MOST_COLUMNS = 30  # a heading merged over more of them counts for these
LONGEST_HEADING = 40
OTHERS = (
    ColumnKind.NUMBER,
    ColumnKind.LEAD,
    ColumnKind.OFFICES,
    ColumnKind.SUPPORT,
    ColumnKind.DEADLINE,
    ColumnKind.LEADER,
)
SENTENCE = re.compile(r"[。；;]")


@dataclass(frozen=True)
class Head:
    """The heading rows of a table: the first and last of them, what each column holds and what its heading says.

    `unknown` are the columns whose headings say nothing that is known.
    """

    first: int
    last: int
    kinds: dict[int, ColumnKind]
    names: dict[int, str] = field(default_factory=dict)
    rows: tuple[tuple[str, ...], ...] = ()

    def columns(self, *kinds: ColumnKind) -> list[int]:
        """The columns of these kinds, left to right."""
        return [column for column, kind in sorted(self.kinds.items()) if kind in kinds]

    @cached_property
    def unknown(self) -> list[int]:
        """The columns with a heading of unknown meaning."""
        return [column for column in sorted(self.names) if column not in self.kinds]

    @cached_property
    def is_progress_sheet(self) -> bool:
        """Whether the table also reports progress (推进情况表), so that its remarks are on the report."""
        return ColumnKind.LEFT_OUT in self.kinds.values()

    def repeats(self, cells: Sequence[Cell]) -> bool:
        """Whether cells are the heading row once more, as at the top of each page."""
        return len(cells) > 1 and any(all(spaceless(cell.text) in row for cell in cells) for row in self.rows)


def spaceless(text: str) -> str:
    """A text without white space."""
    return re.sub(r"\s", "", text)


def find_head(table: Table) -> Head | None:
    """The heading rows of a table of tasks; None where the table is none."""
    for number in sorted(table.rows)[:ROWS_SEARCHED]:
        cells = table.rows[number]
        if (
            number == 0
            or len(cells) < 2
            or any(len(cell.text) > LONGEST_HEADING or SENTENCE.search(cell.text) for cell in cells)
        ):
            continue
        head = with_rows_around(table, number, cells)
        known = set(head.kinds.values())
        recognised = sum(1 for cell in cells if any(column in head.kinds for column in columns_of(cell)))
        has_text = bool(known & set(TEXTS)) or (len(known & set(OTHERS)) >= 2 and bool(head.unknown))
        if has_text and len(known) >= 2 and recognised * 2 >= len(cells) and len(head.kinds) >= 2:
            return head
    return None


def columns_of(cell: Cell) -> range:
    """The columns a cell is merged over."""
    return range(cell.column, cell.column + min(cell.columns, MOST_COLUMNS))


def names_of_row(cells: Sequence[Cell]) -> dict[int, str]:
    """What the cells of a heading row say over each column; a cell over several columns counts for each."""
    return {column: cell.text for cell in cells for column in columns_of(cell)}


def with_rows_around(table: Table, number: int, cells: Sequence[Cell]) -> Head:
    """The head with its second row where one stands below, under headings of groups (责任单位: 牵头, 配合)."""
    names = names_of_row(cells)
    below = table.rows.get(number + 1, [])
    first = number - 1 if is_row_of_groups(table.rows.get(number - 1, []), cells) else number
    rows = [tuple(spaceless(cell.text) for cell in cells)]
    kinds = {column: kind for column, text in names.items() if (kind := kind_of_heading(text))}
    if not is_second_row(cells, below):
        return Head(first, number, kinds, names, tuple(rows))
    rows.append(tuple(spaceless(cell.text) for cell in below))
    for column, text in names_of_row(below).items():
        kind = kind_of_heading(text) or kind_of_heading(names.get(column, "") + text) or kinds.get(column)
        names[column] = text
        if kind:
            kinds[column] = kind
    return Head(first, number + 1, kinds, names, tuple(rows))


def is_second_row(cells: Sequence[Cell], below: Sequence[Cell]) -> bool:
    """Whether the row below goes on with the headings: short words, each under a heading of a group, most of them known."""
    if not below or any(len(cell.text) > LONGEST_HEADING or SENTENCE.search(cell.text) for cell in below):
        return False
    is_drawn = any(cell.rows > 1 or cell.columns > 1 for cell in cells)
    if not is_drawn and sum(1 for cell in cells if kind_of_heading(cell.text)) * 2 < len(cells):
        return False
    deep = {column for cell in cells if cell.rows > 1 for column in columns_of(cell)}
    single = {cell.column for cell in cells if cell.columns == 1}
    following = {cell.column for cell, after in pairwise(cells) if after.column - cell.column > cell.columns}
    if below[-1].column >= cells[-1].column + cells[-1].columns:
        following.add(cells[-1].column)
    for cell in below:
        if cell.column in deep or (cell.column in single and cell.column not in following):
            return False
    known = sum(1 for cell in below if kind_of_heading(cell.text))
    return known * 2 >= len(below) and known > 0


def is_row_of_groups(above: Sequence[Cell], cells: Sequence[Cell]) -> bool:
    """Whether the row above only groups the headings (基本情况 over some, 责任分工 over others)."""
    wide = [cell for cell in above if cell.columns > 1 and len(cell.text) <= 12]
    return len(above) >= 2 and bool(wide) and all(len(cell.text) <= 12 for cell in above) and len(above) < len(cells)
