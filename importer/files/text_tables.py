"""Tables typed or pasted into a text: cells beside each other in a line, divided by tabs, bars, commas or wide space.

This is what copying cells out of Excel or Word into a text gives, and what a table of Markdown is. A cell knows which
characters of its line are its own, so that the text stays as it is. Whether such a table holds tasks is not asked here.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from importer.drafts.drafts import Line
from importer.plan.table_headings import ColumnKind, kind_of_heading

from .cell_sequences import sequences
from .readers import SourceText
from .tables import Cell, Table

FEWEST_COLUMNS, FEWEST_ROWS = 2, 2
LONGEST_CELL = 200  # lines of a cell in quotation marks
LONGEST_HEADING_ROW = 60  # characters of a line without any sign between rows of a table: a heading across it
SITE_BOX = re.compile(
    r"[\s|]*(?:索引号|文号|发文字号|发布机构|发布单位|发文机关|成文日期|发布日期|主题分类|有效性|名称|标题)\s?[:：]\s?[|｜]"
)  # what a site says of a page
RULE = re.compile(r"[\s|:：+\-—=─━┼├┤┌┐└┘┬┴]*")  # |---|:--:|
NUMBERED = re.compile(r"\s*\"?(?:\d{1,4}(?:[-—–.]\d{1,3})?[\s.、|,]|[(（]?[一二三四五六七八九十]{1,3}[)）、.])")
LEADING_NUMBER = re.compile(r"\s*(\d{1,3})(?:[.、]\s?(?!\d)|\s*(?=[|｜]|$))")
PROSE = re.compile(r"[。；;]")


@dataclass(frozen=True)
class Divider:
    """What divides the cells of a line: a sign or white space; whether every row must have as many cells as the first."""

    name: str
    regex: re.Pattern[str]
    example: str
    is_strict: bool = False
    is_space: bool = False  # so that an empty cell cannot be seen: every row must be whole, or a heading alone
    is_quoted: bool = False  # whether a cell that begins with a quotation mark goes on to the next one, over line ends


# The first that makes a table of a stretch of lines wins.
DIVIDERS = (
    Divider("tab", re.compile(r"\t"), "序号\t工作任务\t责任科室", is_quoted=True),
    Divider("bar", re.compile(r"[|｜│┃]"), "| 序号 | 工作任务 | 责任科室 |"),
    Divider("comma", re.compile(r","), "序号,工作任务,责任科室", is_strict=True, is_quoted=True),
    Divider("wide space", re.compile(r"\u3000+| {2,}"), "序号　工作任务　　责任科室", is_strict=True, is_space=True),
    Divider("space", re.compile(r"[ \u3000]+"), "序号 工作任务 责任科室", is_strict=True, is_space=True),
)
STRICT_COLUMNS = 3  # fewer cells divided by commas or space are words


@dataclass
class TextRow:
    """One row: its cells as stretches of lines."""

    cells: list[list[tuple[Line, int, int]]]
    lines: int = 1

    @property
    def width(self) -> int:
        """How many cells it has, empty ones included."""
        return len(self.cells)


def with_text_tables(source: SourceText) -> SourceText:
    """The text with the tables found in its lines; as it was where it has none, or tables of its own."""
    if source.tables:
        return source
    if tables := sequences(source.lines):
        return replace(source, tables=tuple(tables))
    for divider in DIVIDERS:
        tables, rules = tables_divided_by(divider, source.lines)
        if tables:
            return replace(source, tables=tuple(tables), furniture=source.furniture | rules)
    return source


def tables_divided_by(divider: Divider, lines: Sequence[Line]) -> tuple[list[Table], frozenset[int]]:
    """The tables whose cells one sign divides, and the numbers of the lines that only rule them."""
    tables: list[Table] = []
    rules: set[int] = set()
    index = 0
    while index < len(lines):
        if not divider.regex.search(lines[index].text.strip(" \u3000")):
            index += 1
            continue
        end = end_of_stretch(divider, lines, index)
        rows = without_title(divider, rows_of(divider, lines[index:end]))
        if rows and is_table(divider, rows):
            cells = [cell for number, row in enumerate(rows, start=1) for cell in cells_of(number, row)]
            cells = cells if divider.is_space else merged_down(cells, len(rows))
            tables.append(Table("", len(tables) + 1, tuple(cells)))
            rules.update(line.number for line in lines[index:end] if line.text.strip() and RULE.fullmatch(line.text))
        index = max(end, index + 1)
    return tables, frozenset(rules)


def end_of_stretch(divider: Divider, lines: Sequence[Line], start: int) -> int:
    """Where the lines with the sign end; a short line or two without it may stand between (a heading, a broken cell)."""
    last = index = start
    is_open = False
    while index < len(lines) and index - last <= (LONGEST_CELL if is_open else 3):
        text = lines[index].text
        was_open = is_open
        if divider.is_quoted and text.count('"') % 2:
            is_open = not is_open
        if divider.regex.search(text.strip(" \u3000")) or is_open or was_open:
            last = index
        elif (not text.strip() and not divider.is_quoted) or len(text) > LONGEST_HEADING_ROW:
            break
        index += 1
    return last + 1


def rows_of(divider: Divider, lines: Sequence[Line]) -> list[TextRow]:
    """The rows of a stretch: a line each, but for cells in quotation marks and rows that a cell's line end broke."""
    rows: list[TextRow] = []
    index = 0
    is_framed = bool(
        divider.regex.match(lines[0].text.strip())
    )  # bars at both ends; else a row may begin with an empty cell
    while index < len(lines):
        if not lines[index].text.strip() or RULE.fullmatch(lines[index].text) or SITE_BOX.match(lines[index].text):
            index += 1
            continue
        row = row_from(divider, lines, index, is_framed)
        index += row.lines
        rows.append(row)
    width = max(Counter(row.width for row in rows if row.width > 1), default=0)
    return joined(rows, width) if divider.name == "tab" else under_merged(rows)


def under_merged(rows: list[TextRow]) -> list[TextRow]:
    """Rows with an empty cell put in front where their numbers go on those of the second column: what a cell merged
    downwards leaves of the rows below when a page's table is copied as text."""
    last = 0
    for row in rows:
        first, second = (leading_number(row, column) for column in (0, 1))
        if second and not first:
            last = second
        elif first and first == last + 1 and last and not second:
            row.cells.insert(0, [])
            last = first
        else:
            last = 0
    return rows


def leading_number(row: TextRow, column: int) -> int:
    """The number a cell of a row begins with, 0 where it begins with none."""
    parts = row.cells[column] if column < row.width else []
    match = LEADING_NUMBER.match(parts[0][0].text, parts[0][1], parts[0][2]) if parts else None
    return int(match[1]) if match else 0


def row_from(divider: Divider, lines: Sequence[Line], index: int, is_framed: bool) -> TextRow:
    """The row that begins in a line; a cell in quotation marks may go on in the lines below."""
    row, first = TextRow([[]]), index
    line = lines[index]
    position, end = edges(divider, line.text, is_framed)
    while True:
        if (
            divider.is_quoted
            and line.text[position : position + 1] == '"'
            and (closed := closing_quote(divider, lines, index, position + 1))
        ):
            last, stop = closed
            row.cells[-1] = quoted_parts(lines, index, position + 1, last, stop)
            if last != index:
                index, line, end = last, lines[last], len(lines[last].text)
            position = stop + 1
            match = divider.regex.match(line.text, position, end)
        else:
            match = divider.regex.search(line.text, position, end)
            row.cells[-1] = [(line, position, match.start() if match else end)]
        if not match:
            row.lines = index - first + 1
            return row
        position = match.end()
        row.cells.append([])


def edges(divider: Divider, text: str, is_framed: bool) -> tuple[int, int]:
    """Where a line's cells begin and end: without the bars at both ends, or the white space of an indent."""
    if divider.name == "bar" and is_framed:
        body = text.strip()
        start = text.index(body)
        first = divider.regex.match(body)
        last = len(body) > 1 and divider.regex.match(body[-1])
        return start + (1 if first else 0), start + len(body) - (1 if last else 0)
    if divider.is_space:
        return len(text) - len(text.lstrip()), len(text.rstrip())
    return 0, len(text)


def closing_quote(divider: Divider, lines: Sequence[Line], index: int, position: int) -> tuple[int, int] | None:
    """The line and place of the quotation mark that closes a cell, two of them being one that is meant; None where
    none ends a cell: then the words only begin with one (`"双减"工作`)."""
    for number in range(index, min(len(lines), index + LONGEST_CELL)):
        text = lines[number].text
        while (found := text.find('"', position)) >= 0:
            behind = text[found + 1 :]
            if not behind.startswith('"'):
                return (number, found) if not behind.strip(" \u3000") or divider.regex.match(behind) else None
            position = found + 2
        position = 0
    return None


def quoted_parts(lines: Sequence[Line], index: int, position: int, last: int, stop: int) -> list[tuple[Line, int, int]]:
    """What stands between two quotation marks, line by line."""
    if index == last:
        return [(lines[index], position, stop)]
    between = [(line, 0, len(line.text)) for line in lines[index + 1 : last]]
    return [(lines[index], position, len(lines[index].text)), *between, (lines[last], 0, stop)]


def joined(rows: Sequence[TextRow], width: int) -> list[TextRow]:
    """Rows whose cells the line ends of Word's paragraphs broke, put together where that gives a whole row."""
    whole: list[TextRow] = []
    for row in rows:
        above = whole[-1] if whole else None
        if above and 1 < above.width < width and above.width + row.width - 1 <= width and continues(above, row, width):
            above.cells[-1] = above.cells[-1] + row.cells[0]
            above.cells.extend(row.cells[1:])
        else:
            whole.append(row)
    return whole


def continues(above: TextRow, row: TextRow, width: int) -> bool:
    """Whether a row is the rest of the one above: it has words in front, no number, and brings no whole row of its own."""
    line, start, end = row.cells[0][0] if row.cells[0] else (None, 0, 0)
    words = line.text[start:end] if line else ""
    return (
        bool(words.strip())
        and row.width < width
        and not NUMBERED.match(words + " ")
        and bool(PROSE.search(words) or row.width > 1)
    )


def merged_down(cells: list[Cell], rows: int) -> list[Cell]:
    """The cells of a table, those of the first column reaching down to the next one in it: copied as text, a merged
    cell leaves empty ones. A column of numbers is none of it, for a row without one goes on in the row above."""
    first = [cell for cell in cells if cell.column == 1]
    if not first or first[0].row > 1 or kind_of_heading(first[0].text.strip()) in (None, ColumnKind.NUMBER):
        return cells
    filled = {cell.row for cell in cells}
    ends = {cell.row: below.row for cell, below in pairwise(first)}
    return [
        replace(cell, rows=sum(1 for row in range(cell.row, ends.get(cell.row, rows + 1)) if row in filled))
        if cell.column == 1
        else cell
        for cell in cells
    ]


def without_title(divider: Divider, rows: list[TextRow]) -> list[TextRow]:
    """Rows without the title above, which single spaces part into another number of cells than the rows: only where
    the first of these names columns of a table of tasks."""
    if not divider.is_space or not rows:
        return rows
    usual = Counter(row.width for row in rows).most_common(1)[0][0]
    first = next(number for number, row in enumerate(rows) if row.width == usual)
    kinds = {kind_of_heading(line.text[start:end]) for cell in rows[first].cells for line, start, end in cell}
    return rows[first:] if len(kinds - {None}) >= FEWEST_COLUMNS else rows


def is_table(divider: Divider, rows: Sequence[TextRow]) -> bool:
    """Whether rows are a table: enough of them, of more than one cell; of commas and space only where all agree."""
    widths = [row.width for row in rows]
    many = [width for width in widths if width >= FEWEST_COLUMNS]
    if len(many) < FEWEST_ROWS:
        return False
    if divider.is_strict:
        usual = max(widths)
        if divider.is_space:
            return usual >= STRICT_COLUMNS and all(width in (1, usual) for width in widths)
        return usual >= STRICT_COLUMNS and sum(1 for width in widths if width == usual) * 10 >= len(widths) * 8
    return True


def cells_of(number: int, row: TextRow) -> list[Cell]:
    """The cells of a row that are not empty."""
    cells = []
    for column, parts in enumerate(row.cells, start=1):
        inked = [(line, start, end) for line, start, end in parts if line.text[start:end].strip()]
        if inked:
            cells.append(
                Cell(number, column, tuple(part[0] for part in inked), ranges=tuple(part[1:] for part in inked))
            )
    return cells
