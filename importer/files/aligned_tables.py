"""Tables of tasks printed without lines: a heading row whose columns the rows below keep to.

Only a row that names the columns of a table of tasks (序号, 工作任务, 责任科室…) begins one: names set in columns are none.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from importer.plan.table_headings import TEXTS, ColumnKind, kind_of_heading

from .drawn_tables import PrintedCell, PrintedTable, Rule, clustered
from .printed_page import PrintedLine, lines_in_order, rows_of, whole_row

LONGEST = 14  # characters of a heading
SECTION = re.compile(r"第?[一二三四五六七八九十]{1,3}(?:、|部分|章)|[（(][一二三四五六七八九十]{1,3}[）)]")
HEAD, FOOT = 2, 2  # lines that may stand above a table that goes on, and below it: running heads, page numbers
REST = 8  # printed lines of a cell that goes on over a page
OVER_ALL = -1  # the place of what reaches over all columns
SENTENCE = re.compile(r"[，。；：！？]|^[0-9一二三四五六七八九十]+[.、]")
FAR = 4.0  # lines between two rows of one table, where no line is drawn between them
LOOSE = 0.5  # characters by which a text may reach into the next column


@dataclass
class Columns:
    """The columns a heading row names."""

    heads: list[PrintedLine]
    kinds: list[ColumnKind | None]

    def place_of(self, stretch: PrintedLine) -> int | None:
        """The column (from 0) a stretch stands in: between the headings beside its own; None where it reaches over one."""
        fitting = []
        for number, head in enumerate(self.heads):
            before = self.heads[number - 1].right if number else float("-inf")
            after = self.heads[number + 1].left if number + 1 < len(self.heads) else float("inf")
            slack = LOOSE * stretch.size
            if stretch.left >= before - slack and stretch.right <= after + slack:
                fitting.append(
                    (
                        min(
                            abs(stretch.left - head.left),
                            abs(stretch.left + stretch.right - head.left - head.right) / 2,
                        ),
                        number,
                    )
                )
        return min(fitting)[1] if fitting else None

    def places_in(self, row: Sequence[PrintedLine]) -> dict[int, PrintedLine] | None:
        """The stretches of a row by column, one that reaches over several alone in the row; None for a row of no table."""
        if len(row) == 1 and is_section(row[0]):
            return {OVER_ALL: row[0]}
        places: dict[int, PrintedLine] = {}
        for stretch in row:
            place = self.place_of(stretch)
            if place is None:
                return {OVER_ALL: stretch} if len(row) == 1 else None
            places[place] = whole_row([places[place], stretch]) if place in places else stretch
        return places

    def is_new(self, found: dict[int, PrintedLine]) -> bool:
        """Whether a row begins: by its number, or where there is no column of numbers, by a first cell."""
        numbers = [place for place, kind in enumerate(self.kinds) if kind is ColumnKind.NUMBER]
        return (numbers[0] if numbers else 0) in found


def is_section(line: PrintedLine) -> bool:
    """Whether a text alone in its row is a heading over all columns."""
    return SECTION.match(line.text) is not None


@dataclass
class AlignedRow:
    """A row of the table: the lines of each column; a heading over all columns stands in column -1."""

    lines: dict[int, list[PrintedLine]] = field(default_factory=dict)
    printed: int = 1  # lines it takes on the page


def blocks_of(
    stretches: Sequence[PrintedLine],
    drawn: Sequence[PrintedTable],
    page: int,
    levels: Sequence[Rule] = (),
    before: Sequence[PrintedLine | PrintedTable] = (),
) -> list[PrintedLine | PrintedTable]:
    """What a page prints, in the order it is read: each table before the first line that stands below its top.

    `drawn` are the tables made of lines in both directions, `levels` the level lines of the page, `before` is what the
    page before prints: a table at its end may go on here without a heading.
    """
    aligned, outside = aligned_tables(stretches, page, levels, open_columns(before))
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
    if len(row) < 3 and ColumnKind.NUMBER not in known:  # two columns of running text may name anything
        return None
    if len(known) < 2 or not known & set(TEXTS) or sum(1 for kind in kinds if kind) * 2 < len(row):
        return None
    return Columns(list(row), kinds)


def open_columns(blocks: Sequence[PrintedLine | PrintedTable]) -> Columns | None:
    """The columns of a table without lines that may go on over the end of a page: only its number stands below."""
    tables = [block for block in blocks[-1 - FOOT :] if isinstance(block, PrintedTable)]
    return tables[-1].columns if tables else None


def aligned_tables(
    stretches: Sequence[PrintedLine], page: int, levels: Sequence[Rule] = (), open_above: Columns | None = None
) -> tuple[list[PrintedTable], list[PrintedLine]]:
    """The tables that stretches of text make, and the stretches outside of them."""
    rows = rows_of(stretches)
    tables: list[PrintedTable] = []
    outside: list[PrintedLine] = []
    number = 0
    if open_above is not None and not any(columns_of(row) for row in rows[: HEAD + 1]):
        for start in range(min(HEAD + 1, len(rows))):  # behind a running head
            table, used = table_going_on(open_above, rows[start:], page, levels)
            if table:
                tables.append(table)
                outside += [stretch for row in rows[:start] for stretch in row]
                number = start + used
                break
    while number < len(rows):
        columns = columns_of(rows[number])
        table, used = table_below(columns, rows[number:], page, beside(columns, levels)) if columns else (None, 0)
        if table:
            tables.append(table)
            number += used
        else:
            outside += rows[number]
            number += 1
    return tables, outside


def table_going_on(
    columns: Columns, rows: Sequence[Sequence[PrintedLine]], page: int, levels: Sequence[Rule]
) -> tuple[PrintedTable | None, int]:
    """The rest of a table from the page before, as `table_below` gives it; its first row has a number or is the rest of one."""
    for row in rows[:REST]:  # lines of one column may be the rest of a cell; then a row with more
        places = columns.places_in(row)
        if places is None or (len(places) == 1 and 0 in places) or (OVER_ALL in places and not is_section(row[0])):
            return None, 0
        if len(places) > 1:
            break
    else:
        return None, 0
    top = max(stretch.top for stretch in rows[0]) + 1
    heads = [replace(head, bottom=top, top=top + head.size, page=page) for head in columns.heads]
    table, used = table_below(
        Columns(heads, columns.kinds), [heads, *rows], page, beside(Columns(heads, columns.kinds), levels), goes_on=True
    )
    if table is None:
        return None, 0
    table.cells = [cell for cell in table.cells if cell.row > 1]
    for cell in table.cells:
        cell.row -= 1
    return table, used - 1


def beside(columns: Columns, levels: Sequence[Rule]) -> list[float]:
    """The heights of the level lines that run under most of a heading row."""
    left, right, foot = columns.heads[0].left, columns.heads[-1].right, min(head.bottom for head in columns.heads)
    long = [
        rule
        for rule in levels
        if min(rule.end, right) - max(rule.start, left) > 0.6 * (right - left) and rule.at < foot - 1
    ]
    return clustered(rule.at for rule in long)


def table_below(
    columns: Columns, rows: Sequence[Sequence[PrintedLine]], page: int, levels: Sequence[float], goes_on: bool = False
) -> tuple[PrintedTable | None, int]:
    """The table under a heading row (the first of these rows), and how many rows it takes; (None, 0) where there is none."""
    region: list[dict[int, PrintedLine]] = []
    above = rows[0][0]
    for row in rows[1:]:
        is_ruled = any(row[0].top - 2 <= level <= above.bottom + 2 for level in levels)
        places = columns.places_in(row)
        if places is None or columns_of(row) or (above.bottom - row[0].top > FAR * row[0].size and not is_ruled):
            break
        region.append(places)
        above = row[0]
    while region and len(region[-1]) == 1 and (OVER_ALL in region[-1] or columns.is_new(region[-1])):
        region.pop()  # what stands below the table begins at its edge as its rows do
    records = records_of(
        columns,
        region,
        [level for level in levels if region and level > min(line.bottom for line in region[-1].values())],
    )
    if len(records) < 2 and not (records and len(columns.heads) > 2):
        return None, 0
    heading = AlignedRow({place: [stretch] for place, stretch in enumerate(columns.heads)})
    if (
        not goes_on
        and OVER_ALL not in records[0].lines
        and not any(columns.is_new(places) for places in region[: records[0].printed])
    ):
        for place, lines in records.pop(0).lines.items():
            heading.lines[place] += lines
    return table_of(columns, [heading, *records], page), len(region) + 1


def records_of(
    columns: Columns, region: Sequence[dict[int, PrintedLine]], levels: Sequence[float]
) -> list["AlignedRow"]:
    """The rows of the table: what stands between two lines, or around a number that is set at the top or the middle of its row."""
    heads = [n for n, places in enumerate(region) if OVER_ALL in places or columns.is_new(places)]
    middles = [next((line.top + line.bottom) / 2 for line in places.values()) for places in region]
    if len(levels) * 3 >= len(heads) * 2 > 0:  # a line under each row
        bands = [sum(1 for level in levels if level > middle) for middle in middles]
        starts = [n for n, band in enumerate(bands) if n == 0 or band != bands[n - 1]]
    else:
        starts = starts_of(region, heads)
    if region and starts[:1] != [0]:  # first stands the rest of the heading, or of a row from the page before
        starts = [0, *starts]
    records = []
    for start, end in pairwise([*starts, len(region)]):
        record = AlignedRow(printed=end - start)
        for places in region[start:end]:
            for place, stretch in places.items():
                record.lines.setdefault(place, []).append(stretch)
        if (
            list(record.lines) not in ([OVER_ALL], [0])
            and len(record.lines) == 1
            and len(columns.heads) > 2
            and is_section(next(iter(record.lines.values()))[0])
        ):
            record.lines = {OVER_ALL: next(iter(record.lines.values()))}
        records.append(record)
    return records


def starts_of(region: Sequence[dict[int, PrintedLine]], heads: Sequence[int]) -> list[int]:
    """Where rows begin: at their numbers, or where these are set in the middle of their rows, at the widest gap between two of them."""
    tops = [max(line.top for line in places.values()) for places in region]
    bottoms = [min(line.bottom for line in places.values()) for places in region]
    splits = []
    for before, head in pairwise([-1, *heads]):
        widest = max(range(before + 1, head + 1), key=lambda n: (round(bottoms[n - 1] - tops[n]) if n else 0, n))
        is_alone = OVER_ALL in region[head]
        splits.append(head if is_alone else before + 1 if before < 0 or OVER_ALL in region[before] else widest)
    in_the_middle = sum(1 for split, head in zip(splits, heads, strict=True) if split < head)
    numbers = sum(1 for head in heads if OVER_ALL not in region[head])
    return splits if in_the_middle * 2 > numbers else list(heads)


def table_of(columns: Columns, rows: Sequence[AlignedRow], page: int) -> PrintedTable:
    """The rows as a table."""
    width = len(columns.heads)
    edges = {}
    for place in range(-1, width):
        lines = [line for row in rows for line in row.lines.get(place, [])]
        edges[place] = (
            min((line.left for line in lines), default=0.0),
            max((line.right for line in lines), default=0.0),
        )
    cells = []
    for number, row in enumerate(rows, start=1):
        for place, lines in sorted(row.lines.items()):
            span = width if place < 0 else 1
            cells.append(PrintedCell(number, max(place, 0) + 1, 1, span, *edges[place], lines))
    every = [line for row in rows for lines in row.lines.values() for line in lines]
    edges_of_columns = tuple(head.left for head in columns.heads)
    table = PrintedTable(
        cells, edges_of_columns, min(line.bottom for line in every), max(line.top for line in every), page
    )
    table.columns = columns
    return table
