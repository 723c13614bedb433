"""Tables that a page draws with lines: where their cells are, and the words that stand in them.

Lines that meet make a grid; two cells between which no line is drawn are one. A frame around a text, a red line under a
letterhead and single lines are no tables.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from importer.drafts.drafts import Line
from importer.text.paragraphs import read_marker
from importer.text.passages import whole

from .page_geometry import Box, Point
from .printed_page import PrintedLine, first_word_width, rows_of, together, whole_row

NEAR = 2.5  # points by which lines that meet may miss each other
MOST_RULES = 4_000  # of a page: more are a drawing
MOST_MEETINGS = 200_000  # of level and upright lines of a page
MOST_ROWS, MOST_COLUMNS = 300, 100  # of one table on one page
THIN = 3.0  # points: a filled rectangle as thin is a line
STRAIGHT = 1.0  # points by which the ends of a level or upright line may differ
SHORTEST = 4.0  # points: shorter lines are strokes of a sign


@dataclass(frozen=True)
class Rule:
    """A line drawn level or upright: its place, and from where to where it goes."""

    is_level: bool
    at: float
    start: float
    end: float

    def turned(self, turn: int) -> "Rule":
        """The line after quarter turns to the left around the corner of the page."""
        rule = self
        for _ in range(turn):
            if rule.is_level:
                rule = Rule(False, -rule.at, rule.start, rule.end)
            else:
                rule = Rule(True, rule.at, -rule.end, -rule.start)
        return rule


@dataclass
class PrintedCell:
    """A cell of a drawn table: where it stands (from 1), how far it goes, its box, its lines."""

    row: int
    column: int
    rows: int
    columns: int
    left: float
    right: float
    lines: list[PrintedLine] = field(default_factory=list)

    @property
    def paragraphs(self) -> list[str]:
        """Its words; lines that the cell's edge broke are one paragraph."""
        return paragraphs_of(self.lines, self.left, self.right)


@dataclass
class PrintedTable:
    """A table as it stands on a page."""

    cells: list[PrintedCell]
    edges: tuple[float, ...]  # of its columns
    bottom: float
    top: float
    page: int = 0
    unread: int = 0  # empty cells in which the page draws something nevertheless
    repeated: list[str] = field(default_factory=list)  # its heading row as the following pages print it again
    columns: Any = None  # of a table without lines: its columns (`aligned_tables.Columns`, which knows this module)

    @property
    def height(self) -> int:
        """The number of its rows."""
        return max((cell.row + cell.rows - 1 for cell in self.cells), default=0)

    @property
    def text(self) -> str:
        """All its words."""
        return "\n".join(text for cell in self.cells for text in cell.paragraphs)

    def heading(self) -> list[str]:
        """The words of its first row."""
        return [text for cell in self.cells if cell.row == 1 for text in cell.paragraphs]

    def goes_on(self, other: "PrintedTable") -> bool:
        """Whether another table, at the top of the next page, is the rest of this one."""
        return len(self.edges) == len(other.edges) and all(
            abs(a - b) < 6 for a, b in zip(self.edges, other.edges, strict=True)
        )

    def take(self, other: "PrintedTable") -> None:
        """Add the rest of the table from the next page, without the heading row printed again."""
        heading, below = other.heading(), self.height
        self.unread += other.unread
        again = (
            bool(heading) and heading == self.heading() and all(cell.rows == 1 for cell in other.cells if cell.row == 1)
        )
        rest = [cell for cell in other.cells if not (again and cell.row == 1)]
        self.repeated += heading if again else []
        if self._is_broken_row([cell for cell in rest if cell.row == 1 + again]):
            below -= 1
        for cell in rest:
            cell.row += below - again
            above = self._cell_at(cell) if cell.row == self.height else None
            if above is None:
                self.cells.append(cell)
            else:
                above.lines += cell.lines
                above.rows = max(above.rows, cell.rows)

    def _cell_at(self, cell: PrintedCell) -> PrintedCell | None:
        """The cell of this table that covers a column of its last row."""
        return next(
            (
                c
                for c in self.cells
                if c.column == cell.column and c.row + c.rows - 1 == self.height and c.columns == cell.columns
            ),
            None,
        )

    def _is_broken_row(self, row: Sequence[PrintedCell]) -> bool:
        """Whether a row at the top of a page is the rest of this table's last one: each of its texts goes on from above."""
        filled = [cell for cell in row if cell.lines]
        if not filled or filled[0].column == 1:
            return False
        for cell in filled:
            above = self._cell_at(cell)
            if above is None or not above.lines:
                return False
            edge = above.right - room_in(above.lines, above.left, above.right)
            if not (is_rest(above.lines[-1], cell.lines[0], edge) or begins(cell.lines[0].text)):
                return False
        return True


class Grid:
    """The lines of one table, and the cells between them."""

    def __init__(self, level: Sequence[Rule], upright: Sequence[Rule]):
        self.level, self.upright = level, upright
        ends = [place for rule in level for place in (rule.start, rule.end)]
        self.xs = clustered([rule.at for rule in upright] + [min(ends), max(ends)])
        self.ys = clustered([rule.at for rule in level])[::-1]  # from the top
        self._upright_at = [[rule for rule in upright if abs(rule.at - x) <= NEAR] for x in self.xs]
        self._level_at = [[rule for rule in level if abs(rule.at - y) <= NEAR] for y in self.ys]
        is_table = 1 < len(self.xs) <= MOST_COLUMNS and 1 < len(self.ys) <= MOST_ROWS
        self.groups = self._groups() if is_table else {}

    @property
    def size(self) -> tuple[int, int]:
        """How many rows and columns of cells it has, merged ones counted once."""
        places = self.groups.values()
        return len({row for row, _ in places}), len({column for _, column in places})

    def _groups(self) -> dict[tuple[int, int], tuple[int, int]]:
        """Each place of the grid -> the first place of the cell it belongs to."""
        rows, columns = len(self.ys) - 1, len(self.xs) - 1
        first: dict[tuple[int, int], tuple[int, int]] = {}
        for row in range(rows):
            middle = (self.ys[row] + self.ys[row + 1]) / 2
            for column in range(columns):
                centre = (self.xs[column] + self.xs[column + 1]) / 2
                home = (row, column)
                if column and not any(is_between(middle, rule) for rule in self._upright_at[column]):
                    home = first[row, column - 1]
                elif row and not any(is_between(centre, rule) for rule in self._level_at[row]):
                    home = first[row - 1, column]
                first[row, column] = home
        return first

    @cached_property
    def box(self) -> tuple[float, float, float, float]:
        """Left, right, bottom and top."""
        return self.xs[0], self.xs[-1], self.ys[-1], self.ys[0]

    def place_of(self, x: float, y: float) -> tuple[int, int] | None:
        """The cell in which a point lies, None outside of the grid."""
        left, right, bottom, top = self.box
        if not (left - NEAR <= x <= right + NEAR and bottom - NEAR <= y <= top + NEAR):
            return None
        column = max(0, min(sum(1 for edge in self.xs if edge <= x) - 1, len(self.xs) - 2))
        row = max(0, min(sum(1 for edge in self.ys if edge >= y) - 1, len(self.ys) - 2))
        return self.groups[row, column]

    def table(self, stretches: dict[tuple[int, int], list[PrintedLine]], page: int) -> PrintedTable:
        """The table with the stretches that stand in its cells."""
        cells = []
        homes: dict[tuple[int, int], list[tuple[int, int]]] = {}
        for place, home in self.groups.items():
            homes.setdefault(home, []).append(place)
        for home, places in sorted(homes.items()):
            last_row, last_column = max(row for row, _ in places), max(column for _, column in places)
            lines = [whole_row(row) for row in rows_of(stretches.get(home, []))]
            size = (last_row - home[0] + 1, last_column - home[1] + 1)
            cells.append(
                PrintedCell(home[0] + 1, home[1] + 1, *size, self.xs[home[1]], self.xs[last_column + 1], lines)
            )
        return PrintedTable(cells, tuple(self.xs), self.ys[-1], self.ys[0], page)


Home = tuple[int, tuple[int, int]]  # the number of a table, and the row and column of a cell in it


def home_of(box: Box, grids: list[Grid]) -> Home | None:
    """The table and the cell in which the middle of a character lies."""
    for number, grid in enumerate(grids):
        if (place := grid.place_of((box[0] + box[1]) / 2, (box[2] + box[3]) / 2)) is not None:
            return number, place
    return None


def clustered(places: Iterable[float]) -> list[float]:
    """Places in order, those that are near each other as one."""
    found: list[float] = []
    for place in sorted(places):
        if not found or place - found[-1] > NEAR:
            found.append(place)
    return found


def thin_rule(left: float, right: float, bottom: float, top: float) -> Rule | None:
    """The line that a thin rectangle is."""
    if right - left >= top - bottom:
        return Rule(True, (bottom + top) / 2, left, right)
    return Rule(False, (left + right) / 2, bottom, top)


def rule_between(start: Point, end: Point) -> Rule | None:
    """The line between two points, None where it is neither level nor upright."""
    (x0, y0), (x1, y1) = start, end
    if abs(y1 - y0) <= STRAIGHT and x0 != x1:
        return Rule(True, (y0 + y1) / 2, min(x0, x1), max(x0, x1))
    if abs(x1 - x0) <= STRAIGHT and y0 != y1:
        return Rule(False, (x0 + x1) / 2, min(y0, y1), max(y0, y1))
    return None


def whole_rules(rules: Iterable[Rule]) -> list[Rule]:
    """The lines with those that continue each other put together; a dashed line is drawn as many."""
    found: list[Rule] = []
    for rule in sorted(rules, key=lambda rule: (rule.is_level, round(rule.at / NEAR), rule.start)):
        last = found[-1] if found else None
        if last and last.is_level == rule.is_level and abs(last.at - rule.at) <= NEAR and rule.start <= last.end + NEAR:
            found[-1] = Rule(last.is_level, last.at, last.start, max(last.end, rule.end))
        else:
            found.append(rule)
    return [rule for rule in found if rule.end - rule.start >= SHORTEST]


def grids_of(rules: Sequence[Rule]) -> list[Grid]:
    """The tables a page's lines draw, from the top."""
    if len(rules) > MOST_RULES * 10:
        return []
    drawn = whole_rules(rules)
    count = sum(1 for rule in drawn if rule.is_level)
    if count * (len(drawn) - count) > MOST_MEETINGS:
        return []
    grids = []
    for group in meeting(drawn):
        level, upright = [r for r in group if r.is_level], [r for r in group if not r.is_level]
        if not 1 < len(level) <= MOST_ROWS * 4 or not 0 < len(upright) <= MOST_COLUMNS * 8:
            continue
        grid = Grid(level, upright)
        if min(grid.size) > 1:
            grids.append(grid)
    return sorted(grids, key=lambda grid: -grid.ys[0])


def levels_of(rules: Sequence[Rule]) -> list[Rule]:
    """The level lines of a page, those that continue each other put together; none of a drawing."""
    drawn = whole_rules([rule for rule in rules if rule.is_level]) if len(rules) <= MOST_RULES * 10 else []
    return drawn if len(drawn) <= MOST_ROWS * 4 else []


def meeting(rules: Sequence[Rule]) -> list[list[Rule]]:
    """The lines in groups of those that meet."""
    level, upright = (
        [r for r in rules if r.is_level],
        sorted((r for r in rules if not r.is_level), key=lambda rule: rule.at),
    )
    places = [rule.at for rule in upright]
    home = list(range(len(rules)))

    def root(index: int) -> int:
        while home[index] != index:
            home[index] = home[home[index]]
            index = home[index]
        return index

    for number, rule in enumerate(level):
        for other in range(bisect_left(places, rule.start - NEAR), bisect_right(places, rule.end + NEAR)):
            if is_between(rule.at, upright[other]):
                home[root(number)] = root(len(level) + other)
    groups: dict[int, list[Rule]] = {}
    for number, rule in enumerate([*level, *upright]):
        groups.setdefault(root(number), []).append(rule)
    return list(groups.values())


def is_between(place: float, rule: Rule) -> bool:
    """Whether a place lies on a line."""
    return rule.start - NEAR <= place <= rule.end + NEAR


def paragraphs_of(lines: Sequence[PrintedLine], left: float, right: float) -> list[str]:
    """The paragraphs of a cell: a line goes on in the next whose first word would not have fitted behind it."""
    found: list[str] = []
    before: PrintedLine | None = None
    room = room_in(lines, left, right)
    for line in lines:
        if before is not None and is_rest(before, line, right - room):
            found[-1] = together(found[-1], line.text)
        else:
            found.append(line.text)
        before = line
    return found


def room_in(lines: Sequence[PrintedLine], left: float, right: float) -> float:
    """The room a cell keeps free beside its text."""
    return max(0.0, min((min(line.left - left, right - line.right) for line in lines), default=0.0))


def is_rest(before: PrintedLine, line: PrintedLine, edge: float) -> bool:
    """Whether a line of a cell goes on from the one before: its first word would not have fitted there."""
    return before.right + first_word_width(line) + 0.35 * line.size > edge and not begins(line.text)


def begins(text: str) -> bool:
    """Whether a line begins with the number of a paragraph; a bare number goes on (2025年, 30%)."""
    marker = read_marker(whole(Line(1, text)))
    return marker is not None and marker.kind != "bullet"
