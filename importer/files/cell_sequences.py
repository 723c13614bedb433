"""Tables whose cells stand one behind the other: one a line, as copying from a web page gives them, or all in one line.

Nothing says where such a row ends but its number, so that only tables with a column of numbers (序号) are found: the
headings are what stands from there to the first number, a row goes from one number to the next. Most rows must have
a cell for each heading; in the others each cell goes to the column whose cells look like it, in order.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from importer.drafts.drafts import Line

from .tables import Cell, Table

NUMBER_HEADING = re.compile(r"序\s*号|编\s*号|项次|序")
NUMBER = re.compile(r"(\d{1,3})[.、]?")
SECTION = re.compile(r"(?:[一二三四五六七八九十]{1,3}、|[(（][一二三四五六七八九十]{1,3}[)）]).{2,60}")
SENTENCE = re.compile(r"[。；;]")
EDGES = " \t\u3000|｜"
BAR = re.compile(r"[|｜]")
BETWEEN = {
    True: re.compile(r"[^|｜]+"),
    False: re.compile(r"[^\s\u3000]+"),
}  # cells of one line, by whether bars divide them
FEWEST_HEADINGS, MOST_HEADINGS, LONGEST_HEADING = 3, 12, 20
MOST_CELLS = 12  # of one row, beyond the number of its headings
FEWEST_BARS = 6
# How a cell looks, by which it finds its column.
LOOKS = (
    re.compile(r"月|季度|年[底末内]|全年|长期|持续|\d{4}[./-]\d"),
    re.compile(r"(?:[局科室处办委部组校园会中心府道镇乡位门]|等)[。]?$"),
    re.compile(r"^[\u4e00-\u9fff]\s?[\u4e00-\u9fff]{1,2}$"),
    re.compile(r".{16}"),
)
JOINED, EMPTY, UNNAMED = (
    0.4,
    0.2,
    2.0,
)  # what it costs that a column has two cells, or none; that none stands beside the number


@dataclass(frozen=True)
class CellPiece:
    """One cell: the characters of a line that are its own."""

    line: Line
    start: int
    end: int

    @property
    def text(self) -> str:
        """Its words."""
        return self.line.text[self.start : self.end]


def sequences(lines: Sequence[Line]) -> list[Table]:
    """The tables of a text whose cells stand one a line, or the one whose cells all stand in one line."""
    for line in lines:
        pieces = pieces_in(line)
        start = next((index for index, piece in enumerate(pieces) if is_number_heading(piece)), None)
        if start is not None and (found := rows_from(pieces, start)):
            return [
                table_of(
                    [*([piece] for piece in pieces[:start]), *found[0], *([piece] for piece in pieces[found[1] :])],
                    found[2],
                )
            ]
    return tables_of_lines([piece for line in lines if (piece := whole_cell(line)).text])


def tables_of_lines(pieces: Sequence[CellPiece]) -> list[Table]:
    """The tables of cells that stand one a line, in order."""
    tables: list[Table] = []
    index = 0
    while index < len(pieces):
        found = rows_from(pieces, index) if is_number_heading(pieces[index]) else None
        if found:
            tables.append(table_of(found[0], found[2], len(tables) + 1))
        index = found[1] if found else index + 1
    return tables


def whole_cell(line: Line) -> CellPiece:
    """A line as one cell, without the bars at its ends."""
    inked = line.text.strip(EDGES)
    start = line.text.index(inked) if inked else 0
    return CellPiece(line, start, start + len(inked))


def pieces_in(line: Line) -> list[CellPiece]:
    """The cells of a line that may hold a whole table: what bars or white space divide."""
    if not NUMBER_HEADING.search(line.text):
        return []
    found = []
    for match in BETWEEN[len(BAR.findall(line.text)) >= FEWEST_BARS].finditer(line.text):
        if inked := match.group(0).strip(EDGES):
            start = match.start() + match.group(0).index(inked)
            found.append(CellPiece(line, start, start + len(inked)))
    return found


def is_number_heading(piece: CellPiece) -> bool:
    """Whether a cell heads a column of numbers."""
    return bool(NUMBER_HEADING.fullmatch(piece.text))


def rows_from(pieces: Sequence[CellPiece], start: int) -> tuple[list[list[CellPiece]], int, int] | None:
    """The rows of the table whose headings begin at a cell, the heading row first: with the index behind them and how
    many columns there are; None where there is no such table."""
    first = start + 1
    while (
        first < len(pieces)
        and first - start <= MOST_HEADINGS
        and not begins_row(pieces[first], 0)
        and not SECTION.fullmatch(pieces[first].text)
    ):
        first += 1
    width = first - start
    headings = list(pieces[start:first])
    if first == len(pieces) or not FEWEST_HEADINGS <= width <= MOST_HEADINGS:
        return None
    if any(len(piece.text) > LONGEST_HEADING or SENTENCE.search(piece.text) for piece in headings):
        return None
    rows, index, last = [headings], first, 0
    while index < len(pieces):
        if SECTION.fullmatch(pieces[index].text):
            rows.append([pieces[index]])
            index += 1
        elif begins_row(pieces[index], last):
            last = number_in(pieces[index])
            end = index + length_of_row(pieces[index : index + width + MOST_CELLS], width, last)
            rows.append(list(pieces[index:end]))
            index = end
        else:
            break
    told = [row for row in rows[1:] if NUMBER.fullmatch(row[0].text)]
    whole = [row for row in told if len(row) == width]
    return (rows, index, width) if len(told) >= 2 and len(whole) * 2 >= len(told) else None


def begins_row(piece: CellPiece, last: int) -> bool:
    """Whether a cell is the number of a row behind the one of a number."""
    return bool(NUMBER.fullmatch(piece.text)) and last < number_in(piece)


def number_in(piece: CellPiece) -> int:
    """The number a cell says."""
    match = NUMBER.fullmatch(piece.text)
    return int(match[1]) if match else 0


def length_of_row(pieces: Sequence[CellPiece], width: int, number: int) -> int:
    """How many cells the row has that begins the pieces: up to the next number or section; as many as there are
    headings where one stands there, and at the end."""
    if len(pieces) <= width:
        behind = [index for index in range(2, len(pieces)) if ends_row(pieces[index], number)]
        return behind[0] if behind else len(pieces)
    if ends_row(pieces[width], number):
        return width
    behind = [index for index in range(2, len(pieces)) if ends_row(pieces[index], number)]
    following = [index for index in behind if number_in(pieces[index]) == number + 1]
    return (following or behind or [width])[0]


def ends_row(piece: CellPiece, number: int) -> bool:
    """Whether a cell can stand behind the row with a number."""
    return begins_row(piece, number) or bool(SECTION.fullmatch(piece.text))


def table_of(rows: Sequence[Sequence[CellPiece]], width: int, number: int = 1) -> Table:
    """The table of rows of cells in order; a row of one cell is a heading, its cell stands in the first column."""
    whole = [row for row in rows if len(row) == width and NUMBER.fullmatch(row[0].text)]
    looks = [shares([row[column].text for row in whole]) for column in range(width)]
    cells: list[Cell] = []
    for place, row in enumerate(rows, start=1):
        columns = range(len(row)) if len(row) in (1, width) or not whole else columns_of(row, looks)
        held: dict[int, list[CellPiece]] = {}
        for column, piece in zip(columns, row, strict=True):
            held.setdefault(column, []).append(piece)
        for column, parts in held.items():
            joined = in_one_line(parts)
            cells.append(
                Cell(
                    place,
                    column + 1,
                    tuple(part.line for part in joined),
                    ranges=tuple((part.start, part.end) for part in joined),
                )
            )
    return Table("", number, tuple(cells))


def in_one_line(parts: Sequence[CellPiece]) -> list[CellPiece]:
    """The parts of a cell, those of one line as one."""
    if all(before.line is after.line for before, after in pairwise(parts)):
        return [CellPiece(parts[0].line, parts[0].start, parts[-1].end)]
    return list(parts)


def shares(texts: Sequence[str]) -> list[float]:
    """How many of the cells have each look, as a share."""
    return [sum(1 for text in texts if look.search(text)) / len(texts) for look in LOOKS]


def columns_of(row: Sequence[CellPiece], looks: Sequence[Sequence[float]]) -> list[int]:
    """The column of each cell of a row that has too many or too few: in order, each where the cells look most like it."""
    fits = [
        [
            sum(1 - abs(share - bool(look.search(piece.text))) for share, look in zip(column, LOOKS, strict=True))
            for column in looks
        ]
        for piece in row
    ]
    best: list[tuple[float, list[int]]] = [(float("-inf"), [])] * len(looks)
    best[0] = (0.0, [0])  # the number stands in the first
    for index in range(1, len(row)):
        following: list[tuple[float, list[int]]] = []
        for column in range(len(looks)):
            ways = []
            for before in range(1 if index > 1 else 0, column + 1):
                step = column - before
                cost = JOINED if step == 0 else EMPTY * (step - 1) + (UNNAMED if before == 0 and step > 1 else 0)
                if not (index == 1 and step == 0):
                    ways.append((best[before][0] + fits[index][column] - cost, [*best[before][1], column]))
            following.append(max(ways, default=(float("-inf"), [])))
        best = following
    return max(best)[1]
