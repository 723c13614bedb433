"""Tasks each on a card: a label and what it says side by side, row by row (任务名称 | … , 责任单位 | …).

A card becomes a row of a table whose headings are the labels, so that the same reader reads it. A table that is turned
(the headings below each other in the first column, a task in each of the others) is turned back.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace

from importer.files.tables import Cell, Table

from .table_head import LONGEST_HEADING, Head, spaceless
from .table_headings import NAMING, TEXTS, ColumnKind, kind_of_heading

FEWEST_LABELS = 3
DAY_BY_WHICH = re.compile(r"(?:[前底末日旬]|\d月)$")  # 7月底前 beside 完成时限 is what the label says
NEEDED = (*NAMING, ColumnKind.DEADLINE, ColumnKind.LEADER)


@dataclass(frozen=True)
class Cards:
    """A table of cards as a table of rows, its head, the cells that were labels, and those above the first card."""

    table: Table
    head: Head
    labels: tuple[Cell, ...]
    above: tuple[Cell, ...] = ()


def cards_in(table: Table) -> Cards | None:
    """The cards of a table; None where it is no table of labels and words."""
    pairs = pairs_of(table)
    known = [kind_of_heading(label.text) for label, _ in pairs]
    if len(known) < FEWEST_LABELS or not set(known) & set(TEXTS) or not set(known) & set(NEEDED):
        return None
    if len({label.row for label, _ in pairs}) < 2 or sum(map(is_label, (value for _, value in pairs))) * 2 >= len(
        pairs
    ):
        return None  # rows of headings
    if is_turned(table, pairs):
        return turned(table, pairs)
    words = sum(1 for number, cells in table.rows.items() if number for _ in cells)
    return laid_out(table, pairs) if len(pairs) * 5 >= words * 2 else None


def is_label(cell: Cell | None) -> bool:
    """Whether a cell is a heading."""
    if cell is None or len(cell.text) > LONGEST_HEADING:
        return False
    kind = kind_of_heading(cell.text)
    return kind is not None and not (kind is ColumnKind.PERIOD and DAY_BY_WHICH.search(cell.text))


def is_turned(table: Table, pairs: Sequence[tuple[Cell, Cell | None]]) -> bool:
    """Whether all labels stand in one column, with several cells beside most of them."""
    wide = sum(1 for label, _ in pairs if len(table.rows[label.row]) > 2)
    return len({label.column for label, _ in pairs}) == 1 and wide * 2 > len(pairs)


def turned(table: Table, pairs: Sequence[tuple[Cell, Cell | None]]) -> Cards:
    """The table with its columns as rows."""
    labels = {label.row: label for label, _ in pairs}
    cells = [
        replace(cell, row=cell.column, column=cell.row, rows=cell.columns, columns=1)
        for number, row in table.rows.items()
        if number in labels
        for cell in row
        if cell is not labels[number]
    ]
    names = {row: spaceless(label.text) for row, label in labels.items()}
    return Cards(arranged(table, cells), head_of(names), tuple(labels.values()))


def pairs_of(table: Table) -> list[tuple[Cell, Cell | None]]:
    """Each label with the cell to its right; a row holds one pair or several."""
    pairs = []
    for number, cells in sorted(table.rows.items()):
        if number == 0 or len(cells) < 2 or len(cells) > 8:
            continue
        index = 0
        while index < len(cells):
            label, value = cells[index], cells[index + 1] if index + 1 < len(cells) else None
            if value is not None and value.column > label.column + label.columns:
                value = None  # the place beside the label is empty
            if is_label(label):
                pairs.append((label, value))
            index += 2 if value is not None else 1
    return pairs


def laid_out(table: Table, pairs: Sequence[tuple[Cell, Cell | None]]) -> Cards:
    """The cards as rows: one begins where its first label stands again; headings across the table stay rows."""
    columns: dict[str, int] = {}
    for label, _ in pairs:
        columns.setdefault(spaceless(label.text), len(columns) + 1)
    first = spaceless(pairs[0][0].text)
    starts = [label.row for label, _ in pairs if spaceless(label.text) == first]
    others = across(table, pairs)
    above = tuple(cell for cell in others if cell.row < starts[0])
    cells = [
        replace(cell, row=2 * before(starts, cell.row) + 1, column=1, columns=len(columns), rows=1)
        for cell in others
        if cell.row >= starts[0]
    ]
    for label, value in pairs:
        if value is not None:
            row = 2 * before(starts, label.row, at=True)
            cells.append(replace(value, row=row, column=columns[spaceless(label.text)], columns=1, rows=1))
    names = {column: text for text, column in columns.items()}
    return Cards(arranged(table, cells), head_of(names), tuple(label for label, _ in pairs), above)


def arranged(table: Table, cells: Sequence[Cell]) -> Table:
    """A table of other cells, in order."""
    return Table(table.sheet, table.number, tuple(sorted(cells, key=lambda cell: (cell.row, cell.column))), frozenset())


def head_of(names: dict[int, str]) -> Head:
    """The head whose headings are labels."""
    return Head(0, 0, {column: kind for column, text in names.items() if (kind := kind_of_heading(text))}, names)


def before(starts: Sequence[int], row: int, at: bool = False) -> int:
    """How many cards begin before a row (or at it)."""
    return bisect_right(starts, row) if at else bisect_left(starts, row)


def across(table: Table, pairs: Sequence[tuple[Cell, Cell | None]]) -> list[Cell]:
    """The cells between cards that are neither labels nor what they say: headings across the table."""
    taken = {id(cell) for pair in pairs for cell in pair if cell is not None}
    return [cell for number, cells in table.rows.items() if number for cell in cells if id(cell) not in taken]
