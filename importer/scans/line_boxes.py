"""Where the printed lines of a straight page stand: the finder's stretches, widened to their ink, joined by height.

The finder begins a box of its own behind a full stop or at a bracket; what stands at one height with no more than two
characters between is one line before it is read, so that brackets are read with what they enclose.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy

from .arrays import Picture
from .drawn_rules import DrawnRule, is_upright

LIKELY = 0.3  # the finder's answer from which a point belongs to the core of a line
CERTAIN = 0.5  # the mean answer over a stretch that is one
WIDENED = 1.6  # the finder gives the core of a line: its edges stand this share of area by circumference farther out
SAME_HEIGHT = 0.55  # two stretches that overlap by this share of the lower one stand on one line
APART = 2.2  # times the height: stretches farther apart are columns
CORE = (0.3, 0.7)  # of a stretch's height: what is surely its own line
LONGER = 1.2  # times the height of a stretch: an upright stroke as long is none of its letters'
BEYOND = 0.8  # times the height: how far from the finder's stretch a sign may stand that it left out
GUTTER = 0.06  # of the width of two facing pages, between their texts


@dataclass(frozen=True)
class LineBox:
    """A rectangle on the page in pixels; right and bottom are the first pixel outside."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        """How wide it is."""
        return self.right - self.left

    @property
    def height(self) -> int:
        """How high it is."""
        return self.bottom - self.top

    @property
    def middle(self) -> float:
        """How far down the page its middle stands."""
        return (self.top + self.bottom) / 2

    def of(self, page: Picture) -> Picture:
        """Its part of a page."""
        return page[self.top : self.bottom, self.left : self.right]

    def with_(self, other: "LineBox") -> "LineBox":
        """The rectangle around both."""
        return LineBox(
            min(self.left, other.left),
            min(self.top, other.top),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        )


def boxes_of(likely: Picture, grey: Picture, rules: Sequence[DrawnRule] = ()) -> list[LineBox]:
    """The printed lines of a straight page from top to bottom, those of a table cell by cell between its drawn `rules`.

    `likely` is the finder's answer at any scale.
    """
    count, _, stats, _ = cv2.connectedComponentsWithStats((likely > LIKELY).astype(numpy.uint8))
    scale_x, scale_y = grey.shape[1] / likely.shape[1], grey.shape[0] / likely.shape[0]
    ink = ink_of(grey)
    stretches = []
    for left, top, width, height, _area in stats[1:count]:
        if min(width, height) < 3 or likely[top : top + height, left : left + width].mean() < CERTAIN * 0.6:
            continue
        out = width * height * WIDENED / (2 * (width + height))
        box = LineBox(
            max(int((left - out) * scale_x), 0), max(int((top - out) * scale_y), 0),
            min(int((left + width + out) * scale_x + 1), grey.shape[1]), min(int((top + height + out) * scale_y + 1), grey.shape[0]),
        )  # fmt: skip
        stretches.append(box)
    walls = [rule for rule in rules if is_upright(rule)]
    lines = in_lines([part for stretch in stretches for part in parted(stretch, walls)], walls)
    return [box for box in (trimmed(reaching(line, lines, walls, ink), ink) for line in lines) if box]


def parted(stretch: LineBox, walls: Sequence[DrawnRule]) -> list[LineBox]:
    """A stretch cut where upright rules run through it."""
    edges = [
        stretch.left,
        *sorted((rule[0] + rule[2]) // 2 for rule in walls if is_through(rule, stretch)),
        stretch.right,
    ]
    return [
        LineBox(left, stretch.top, right, stretch.bottom)
        for left, right in pairwise(edges)
        if right - left > 0.3 * stretch.height
    ]


def is_through(rule: DrawnRule, box: LineBox) -> bool:
    """Whether an upright rule, longer than any stroke of a letter in it, runs through a box at the height of its middle."""
    if rule[3] - rule[1] < LONGER * box.height:
        return False
    return box.left < (rule[0] + rule[2]) // 2 < box.right and rule[1] <= box.middle <= rule[3]


def in_lines(stretches: list[LineBox], walls: Sequence[DrawnRule] = ()) -> list[LineBox]:
    """Stretches joined where they stand at one height side by side, and no upright rule between them."""
    lines: list[LineBox] = []
    for stretch in sorted(stretches, key=lambda box: box.left):
        beside = [
            line
            for line in lines
            if is_beside(line, stretch) and not any(is_through(rule, line.with_(stretch)) for rule in walls)
        ]
        if beside:
            nearest = max(beside, key=lambda line: line.right)
            lines[lines.index(nearest)] = nearest.with_(stretch)
        else:
            lines.append(stretch)
    return in_order(lines)


def reaching(line: LineBox, lines: list[LineBox], walls: Sequence[DrawnRule], ink: Picture) -> LineBox:
    """A line with the sign at its end, or before its beginning, that the finder left out: a comma behind a quotation mark."""
    reach = int(BEYOND * line.height)
    left, right = max(line.left - reach, 0), min(line.right + reach, ink.shape[1])
    for other in lines:
        if other is not line and other.top < line.middle < other.bottom:
            left = max(left, other.right) if other.right <= line.left else left
            right = min(right, other.left) if other.left >= line.right else right
    for rule in walls:
        if rule[1] <= line.middle <= rule[3]:
            left = max(left, rule[2]) if rule[2] <= line.left + 2 else left
            right = min(right, rule[0]) if rule[0] >= line.right - 2 else right
    return LineBox(left, line.top, right, line.bottom)


def is_beside(line: LineBox, stretch: LineBox) -> bool:
    """Whether a stretch goes on a line to the right."""
    shared = min(line.bottom, stretch.bottom) - max(line.top, stretch.top)
    lower = min(line.height, stretch.height)
    return (
        shared > SAME_HEIGHT * lower
        and stretch.left - line.right < APART * lower
        and max(line.height, stretch.height) < 2.2 * lower
    )


def in_order(boxes: list[LineBox]) -> list[LineBox]:
    """Boxes from top to bottom, those at one height from left to right."""
    rows: list[list[LineBox]] = []
    for box in sorted(boxes, key=lambda box: box.middle):
        if rows and box.middle < rows[-1][-1].middle + 0.4 * min(box.height, rows[-1][-1].height):
            rows[-1].append(box)
        else:
            rows.append([box])
    return [box for row in rows for box in sorted(row, key=lambda box: box.left)]


def ink_of(grey: Picture) -> Picture:
    """Where a page bears ink, the drawn lines of tables and underlines left out."""
    _, ink = cv2.threshold(cv2.GaussianBlur(grey, (3, 3), 0), 0, 255, cv2.THRESH_BINARY_INV + cv2.THRESH_OTSU)
    reach = max(grey.shape[1] // 12, 20)
    for kernel in ((reach, 1), (1, reach)):
        drawn = cv2.morphologyEx(ink, cv2.MORPH_OPEN, numpy.ones(kernel[::-1], numpy.uint8))
        ink = cv2.subtract(ink, cv2.dilate(drawn, numpy.ones((3, 3), numpy.uint8)))
    return ink


def trimmed(box: LineBox, ink: Picture) -> LineBox | None:
    """A box without the blank around its ink; None where there is none."""
    inside = box.of(ink)
    first, last = own_rows((inside > 0).sum(1), box.width)
    inside = numpy.where(
        (numpy.arange(box.height) >= first)[:, None] & (numpy.arange(box.height) < last)[:, None], inside, 0
    )
    rows, columns = numpy.flatnonzero((inside > 0).sum(1) > 1), numpy.flatnonzero((inside > 0).sum(0) > 1)
    if not len(rows) or not len(columns) or rows[-1] - rows[0] < 4:
        return None
    return LineBox(
        max(box.left + int(columns[0]) - 3, 0), max(box.top + int(rows[0]) - 2, 0),
        min(box.left + int(columns[-1]) + 4, ink.shape[1]), min(box.top + int(rows[-1]) + 3, ink.shape[0]),
    )  # fmt: skip


def own_rows(inked: Picture, width: int) -> tuple[int, int]:
    """The rows of a box that are its own line's and not its neighbours', by the ink in each: cut where there is least."""
    height = len(inked)
    upper, lower = int(CORE[0] * height), int(CORE[1] * height)
    little = 0.01 * width
    above, below = inked[:upper], inked[lower:]
    first = int(numpy.flatnonzero(above <= above.min() + little)[-1]) if len(above) else 0
    last = lower + int(numpy.flatnonzero(below <= below.min() + little)[0]) + 1 if len(below) else height
    return first, last


def gutter_of(boxes: list[LineBox], grey: Picture) -> int | None:
    """Where two facing pages part, in pixels from the left; None where a picture shows one page.

    A table set across has columns as well: it has lines drawn over what looks like a gutter.
    """
    height, width = grey.shape[:2]
    if width < 1.15 * height or len(boxes) < 8:
        return None
    covered = numpy.zeros(width, bool)
    for box in boxes:
        covered[box.left : box.right] = True
    free = numpy.flatnonzero(~covered[int(0.35 * width) : int(0.65 * width)]) + int(0.35 * width)
    runs = numpy.split(free, numpy.flatnonzero(numpy.diff(free) > 1) + 1)
    widest = max(runs, key=len)
    if len(widest) < GUTTER * width:
        return None
    middle = int(widest[len(widest) // 2])
    left = [box for box in boxes if box.right <= middle]
    if min(len(left), len(boxes) - len(left)) < 4 or is_crossed(grey[:, widest[0] : widest[-1]]):
        return None
    return middle


def is_crossed(gap: Picture) -> bool:
    """Whether drawn lines cross a gap from side to side."""
    dark = (gap < 170).mean(1)
    return int((dark > 0.9).sum()) >= 2
