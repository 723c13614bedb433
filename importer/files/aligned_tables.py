"""Tables of tasks printed without lines: a heading row whose columns the rows below keep to.

Only a row that names the columns of a table of tasks (序号, 工作任务, 责任科室…) begins one: names set in columns are none.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from importer.plan.table_headings import TEXTS, Kind, kind_of_heading

from .drawn_tables import PrintedCell, PrintedTable
from .printed_page import PrintedLine, lines_in_order, rows_of, whole_row

LONGEST = 14  # characters of a heading
SENTENCE = re.compile(r"[，。；：！？]|^[0-9一二三四五六七八九十]+[.、]")
FAR = 3.2  # lines between two rows of one table
LOOSE = 0.5  # characters by which a text may reach into the next column


@dataclass
class Columns:
    """The columns a heading row names."""

    heads: list[PrintedLine]
    kinds: list[Kind | None]

    def place_of(self, stretch: PrintedLine) -> int | None:
        """The column (from 0) a stretch stands in: between the headings beside its own; None where it reaches over one."""
        fitting = []
        for number, head in enumerate(self.heads):
            before = self.heads[number - 1].right if number else float("-inf")
            after = self.heads[number + 1].left if number + 1 < len(self.heads) else float("inf")
            slack = LOOSE * stretch.size
            if stretch.left >= before - slack and stretch.right <= after + slack:
                fitting.append((min(abs(stretch.left - head.left), abs(stretch.left + stretch.right - head.left - head.right) / 2), number))
        return min(fitting)[1] if fitting else None

    def is_new(self, found: dict[int, PrintedLine]) -> bool:
        """Whether a row begins: by its number, or where there is no column of numbers, by a first cell."""
        numbers = [place for place, kind in enumerate(self.kinds) if kind is Kind.NUMBER]
        return (numbers[0] if numbers else 0) in found


@dataclass
class Row:
    """A row of the table: the lines of each column; a heading over all columns stands in column -1."""

    lines: dict[int, list[PrintedLine]] = field(default_factory=dict)


def blocks_of(stretches: Sequence[PrintedLine], drawn: Sequence[PrintedTable], page: int) -> list[PrintedLine | PrintedTable]:
    """What a page prints, in the order it is read: each table before the first line that stands below its top."""
    aligned, outside = aligned_tables(stretches, page)
    blocks: list[PrintedLine | PrintedTable] = list(lines_in_order(outside))
    for table in sorted([*drawn, *aligned], key=lambda table: table.top):
        place = next((i for i, block in enumerate(blocks) if block.top < table.top - 1), len(blocks))
        blocks.insert(place, table)
    return blocks


def columns_of(row: Sequence[PrintedLine]) -> Columns | None:
    """The columns of a heading row, None for another row."""
    if len(row) < 2 or any(len(stretch.text) > LONGEST or SENTENCE.search(stretch.text) for stretch in row):
        return None
    kinds = [kind_of_heading(stretch.text) for stretch in row]
    known = {kind for kind in kinds if kind}
    if len(row) < 3 and Kind.NUMBER not in known:  # two columns of running text may name anything
        return None
    if len(known) < 2 or not known & set(TEXTS) or sum(1 for kind in kinds if kind) * 2 < len(row):
        return None
    return Columns(list(row), kinds)


def aligned_tables(stretches: Sequence[PrintedLine], page: int) -> tuple[list[PrintedTable], list[PrintedLine]]:
    """The tables that stretches of text make, and the stretches outside of them."""
    rows = rows_of(stretches)
    tables: list[PrintedTable] = []
    outside: list[PrintedLine] = []
    number = 0
    while number < len(rows):
        columns = columns_of(rows[number])
        table, used = table_below(columns, rows[number:], page) if columns else (None, 0)
        if table:
            tables.append(table)
            number += used
        else:
            outside += rows[number]
            number += 1
    return tables, outside


def table_below(columns: Columns, rows: Sequence[Sequence[PrintedLine]], page: int) -> tuple[PrintedTable | None, int]:
    """The table under a heading row (the first of these rows), and how many rows it takes; (None, 0) where there is none."""
    found = [Row({place: [stretch] for place, stretch in enumerate(columns.heads)})]
    kept = used = 1  # rows of the table, and printed rows, up to the last that is surely in it
    above = rows[0][0]
    for number, row in enumerate(rows[1:], start=1):
        if above.bottom - row[0].top > FAR * row[0].size or columns_of(row):
            break
        places: dict[int, PrintedLine] = {}
        for stretch in row:
            place = columns.place_of(stretch)
            place = -1 if place is None else place
            places[place] = whole_row([places[place], stretch]) if place in places else stretch
        if -1 in places and len(row) > 1:
            break
        if -1 in places or columns.is_new(places):
            found.append(Row({place: [stretch] for place, stretch in places.items()}))
        else:
            for place, stretch in places.items():
                found[-1].lines.setdefault(place, []).append(stretch)
        above = row[0]
        if len(places) > 1 or (-1 not in places and not columns.is_new(places)):
            kept, used = len(found), number + 1
    if kept < 3 and not (kept == 2 and len(columns.heads) > 2):
        return None, 0
    return table_of(columns, found[:kept], page), used


def table_of(columns: Columns, rows: Sequence[Row], page: int) -> PrintedTable:
    """The rows as a table."""
    width = len(columns.heads)
    edges = {}
    for place in range(-1, width):
        lines = [line for row in rows for line in row.lines.get(place, [])]
        edges[place] = (min((line.left for line in lines), default=0.0), max((line.right for line in lines), default=0.0))
    cells = []
    for number, row in enumerate(rows, start=1):
        for place, lines in sorted(row.lines.items()):
            span = width if place < 0 else 1
            cells.append(PrintedCell(number, max(place, 0) + 1, 1, span, *edges[place], lines))
    every = [line for row in rows for lines in row.lines.values() for line in lines]
    return PrintedTable(
        cells, tuple(head.left for head in columns.heads), min(line.bottom for line in every), max(line.top for line in every), page
    )
