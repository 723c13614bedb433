"""A printed page, whatever prints it (PDF, OFD): its lines in the order they are read, two columns one after the other."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from importer.drafts.drafts import Line
from importer.text.paragraphs import read_marker, width_of
from importer.text.passages import whole

FIRST_WORD = re.compile(r"[A-Za-z0-9.%/:_+-]+[，。、；：！？）》”’％]*|.[，。、；：！？）》”’]*")
LAST_WORD = re.compile(r"(?<![A-Za-z])[A-Z]?[a-z]{2,}$")
# What stays joined by a hyphen: well-known, non-profit.
PREFIXES = frozenset(
    [
        "non",
        "self",
        "co",
        "well",
        "multi",
        "cross",
        "long",
        "short",
        "high",
        "low",
        "part",
        "full",
        "on",
        "off",
        "in",
        "up",
        "re",
        "pre",
        "post",
        "wi",
    ]
)
UNMAPPED = re.compile("[\x00-\x08\x0e-\x1f\ufffd\ue000-\uf8ff]")
MEANT = 0.4  # a gap of this many characters is a space; programs that set Chinese put a quarter beside Latin words
PARTED = 0.9  # a gap of this many parts a line in two stretches: columns, cells, a word set far apart
MOSTLY = 0.6
SAME_LINE = 0.5  # two stretches that overlap by this share of their height stand on one line
FARTHEST_INDENT = 8  # characters: what begins farther to the right may be a second column
FEWEST = 6  # lines of a column
ACROSS = 0.35  # of the lines of a page of two columns may run across both: titles, and what stands above them
FULL = 0.45  # of a column's lines must reach its edge: in a list of names and offices they do not


@dataclass
class PrintedLine:
    """A line as it stands on a page, in points from the lower left corner."""

    text: str
    left: float
    right: float
    bottom: float
    top: float
    page: int = 0
    is_furniture = False  # no field: set where a page itself says that a line is none of its text

    @property
    def size(self) -> float:
        """Its height, near enough the size of its characters."""
        return max(self.top - self.bottom, 1.0)


def overlap(line: PrintedLine, other: PrintedLine) -> float:
    """How much two stretches overlap vertically, as a share of the smaller height."""
    shared = min(line.top, other.top) - max(line.bottom, other.bottom)
    return shared / min(line.size, other.size)


def joined(line: PrintedLine, other: PrintedLine) -> PrintedLine:
    """Two stretches of one line, from left to right."""
    first, second = (line, other) if line.left <= other.left else (other, line)
    gap = (
        ""
        if second.left - first.right < 0.3 * first.size
        else "  "
        if second.left - first.right > 1.5 * first.size
        else " "
    )
    return PrintedLine(
        first.text + gap + second.text, first.left, max(first.right, second.right),
        min(line.bottom, other.bottom), max(line.top, other.top), line.page,
    )  # fmt: skip


def first_word_width(line: PrintedLine) -> float:
    """How wide a line's first word is, with the signs that may not begin a line behind it."""
    word = FIRST_WORD.match(line.text)
    return width_of(word.group(0)) * line.size * 0.8 if word else line.size


def together(text: str, more: str) -> str:
    """Two lines as one text: a space stands where two Latin words meet, a hyphen goes where it only broke a word."""
    if text.endswith("-") and not (text[:-1].endswith("-") or more[:1].isspace()):
        return (text[:-1] if is_broken_word(text[:-1], more) else text) + more
    meets = text[-1:].isascii() and text[-1:].isalpha() and more[:1].isascii() and more[:1].isalpha()
    return f"{text} {more}" if meets else text + more


def is_broken_word(text: str, more: str) -> bool:
    """Whether the hyphen between two stretches of a line was put in to break a word: not in STEM-based, e-learning, 2024-2025."""
    word = LAST_WORD.search(text)
    return word is not None and word[0] not in PREFIXES and more[:1].isascii() and more[:1].islower()


def lines_in_order(stretches: Sequence[PrintedLine]) -> list[PrintedLine]:
    """The lines of a page that its stretches make, in the order they are read."""
    gutter = gutter_of(stretches)
    if gutter is None:
        return [whole_row(row) for row in rows_of(stretches)]
    across, left, right = (([whole_row(row) for row in rows_of(part)]) for part in parted(stretches, gutter))
    step = min(line.left for line in right) - min(line.left for line in left)
    for (
        line
    ) in right:  # as if it stood under the left one: what a full line is, and an indented one, is the same for both
        line.left, line.right = line.left - step, line.right - step
    lines: list[PrintedLine] = []
    for bar in [*across, None]:  # what runs over both columns closes what stands above it
        for side in (left, right):
            while side and (bar is None or side[0].bottom >= bar.bottom):
                lines.append(side.pop(0))
        lines += [bar] if bar else []
    return lines


def parted(
    stretches: Sequence[PrintedLine], gutter: float
) -> tuple[list[PrintedLine], list[PrintedLine], list[PrintedLine]]:
    """The stretches that run over a gap between columns, those left and those right of it."""
    across = [stretch for stretch in stretches if is_across(stretch, gutter)]
    inside = [stretch for stretch in stretches if not is_across(stretch, gutter)]
    return (
        across,
        [s for s in inside if s.left + s.right < 2 * gutter],
        [s for s in inside if s.left + s.right >= 2 * gutter],
    )


def rows_of(stretches: Sequence[PrintedLine]) -> list[list[PrintedLine]]:
    """The stretches from top to bottom, those of one height together, from left to right."""
    rows: list[list[PrintedLine]] = []
    union: PrintedLine | None = None
    for stretch in sorted(stretches, key=lambda line: (-line.top, line.left)):
        if union is not None and overlap(union, stretch) > SAME_LINE:
            rows[-1].append(stretch)
            union = PrintedLine("", 0, 0, min(union.bottom, stretch.bottom), max(union.top, stretch.top))
        else:
            rows.append([stretch])
            union = stretch
    return [sorted(row, key=lambda line: line.left) for row in rows]


def whole_row(row: Sequence[PrintedLine]) -> PrintedLine:
    """The stretches of one line as one; single characters all set apart alike are a word (工　作　要　点)."""
    line = row[0]
    gaps = [after.left - before.right for before, after in pairwise(row)]
    if (
        len(row) > 2
        and all(len(stretch.text) == 1 for stretch in row)
        and max(gaps) - min(gaps) < 0.5 * line.size
        and max(gaps) < 4 * line.size
    ):
        return PrintedLine(
            "".join(stretch.text for stretch in row), line.left, row[-1].right,
            min(stretch.bottom for stretch in row), max(stretch.top for stretch in row), line.page,
        )  # fmt: skip
    for stretch in row[1:]:
        line = joined(line, stretch)
    return line


# --- two columns ---------------------------------------------------------------------------------------------


def is_across(stretch: PrintedLine, gutter: float) -> bool:
    """Whether a stretch runs over the gap between two columns."""
    return stretch.left < gutter - 1 and stretch.right > gutter + 1


def gutter_of(stretches: Sequence[PrintedLine]) -> float | None:
    """Where a page of two columns is parted, None for a page of one: a table without lines is not two columns."""
    margin = min((stretch.left for stretch in stretches), default=0.0)
    starts = Counter(
        round(stretch.left / 4) for stretch in stretches if stretch.left > margin + FARTHEST_INDENT * stretch.size
    )
    for place, count in starts.most_common(3):
        near = count + starts[place - 1] + starts[place + 1]
        if near >= FEWEST:
            gutter = place * 4 - 4.0
            if is_two_columns(*parted(stretches, gutter)):
                return gutter
    return None


def is_two_columns(across: Sequence[PrintedLine], *sides: Sequence[PrintedLine]) -> bool:
    """Whether what stands left and right of a place are two columns of running text."""
    left, right = ([whole_row(row) for row in rows_of(side)] for side in sides)
    if min(len(left), len(right)) < FEWEST or len(rows_of(across)) > ACROSS * (len(left) + len(right)):
        return False
    if numbers_go_on(left, right):
        return True
    widths = [max(line.right for line in side) - min(line.left for line in side) for side in (left, right)]
    return 0.6 < widths[0] / max(widths[1], 1) < 1.67 and all(is_running(side) for side in (left, right))


def is_running(lines: Sequence[PrintedLine]) -> bool:
    """Whether lines are those of running text: long, and about half of them or more up to the edge."""
    edge, size = max(line.right for line in lines), lines[len(lines) // 2].size
    reaching = sum(1 for line in lines if edge - line.right < 2.2 * size)
    return edge - min(line.left for line in lines) > 9 * size and reaching > FULL * len(lines)


def numbers_go_on(left: Sequence[PrintedLine], right: Sequence[PrintedLine]) -> bool:
    """Whether the numbers of the left column go on in the right one: 1 to 46, then 47 to 60."""
    before, after = (
        [(m.kind, m.number) for line in side if (m := read_marker(whole(Line(1, line.text)))) and m.number]
        for side in (left, right)
    )
    if min(len(before), len(after)) < 2:
        return False
    last = [number for kind, number in before if kind == after[0][0]]
    runs_on = bool(last) and last[-1] + 1 == after[0][1]
    return runs_on and all(b == a + 1 for a, b in pairwise(last[-3:]))
