"""A picture of a page, or of two facing pages -> what stands on it, line by line."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy

from .arrays import Picture
from .colours import grey_of
from .drawn_rules import DrawnRule, rules_of
from .line_boxes import LineBox, boxes_of, gutter_of
from .recognition import Models, ReadCharacter
from .scanned import ScannedLine, ScannedPage
from .straightening import LEAST, WHITE, direction_of, quarter_turned, sheet_of, turned
from .widths import mended

FINDING, ACROSS = 1088, 1472  # pixels of the longer side at which lines are looked for, and where it lies across
DOUBTFUL, DOUBTED = 0.75, 0.94  # a character, and the mean of a line, from which on a line is read again at full width
NOTHING = 0.3  # the mean of what is no line but a stain
UPSIDE_DOWN = 0.85  # the mean of a few lines below which the page is tried the other way up
WITNESSES = 3  # lines asked which way is up
PICTURE_QUALITY = 60


@dataclass
class Straight:
    """A picture turned upright: in colours, in grey, and the finder's answer."""

    picture: Picture
    grey: Picture
    likely: Picture

    def turn(self, turn: Callable[..., Picture], *arguments: float) -> None:
        """Turn all three alike."""
        self.picture, self.grey = turn(self.picture, *arguments), turn(self.grey, *arguments)
        self.likely = turn(self.likely, *arguments)


def pages_of_picture(picture: Picture, models: Models) -> list[ScannedPage]:
    """Read a picture (an array of blue, green, red); one page, or two where it shows two side by side."""
    picture = sheet_of(picture)
    grey = grey_of(
        picture, min(picture.shape[:2]) if picture.shape[1] < 1.15 * picture.shape[0] else picture.shape[1] // 2
    )
    straight = upright(Straight(picture, grey, models.find(for_finding(grey))))
    rules = rules_of(straight.grey)
    boxes = boxes_of(straight.likely, straight.grey, rules)
    known = witnesses_of(boxes, straight.grey, models)
    if is_upside_down(known, straight.grey, models):
        straight.turn(quarter_turned, 2)
        rules = rules_of(straight.grey)
        boxes, known = boxes_of(straight.likely, straight.grey, rules), {}
    gutter = gutter_of(boxes, straight.grey)
    parts = [(0, gutter), (gutter, straight.grey.shape[1])] if gutter else [(0, straight.grey.shape[1])]
    pages = [page_of(straight, boxes, known, left, right, models) for left, right in parts]
    return [replace(page, rules=within(rules, left, right)) for page, (left, right) in zip(pages, parts, strict=True)]


def within(rules: Sequence[DrawnRule], left: int, right: int) -> tuple[DrawnRule, ...]:
    """The rules between two columns of pixels, counted from the left one."""
    return tuple(
        (rule[0] - left, rule[1], rule[2] - left, rule[3]) for rule in rules if rule[0] >= left and rule[2] <= right
    )


def for_finding(grey: Picture) -> Picture:
    """A picture as small as lines can be found on, its sides multiples of 32."""
    height, width = grey.shape
    scale = min(1.0, (ACROSS if width > 1.15 * height else FINDING) / max(height, width))
    size = tuple(max(round(side * scale / 32), 1) * 32 for side in (width, height))
    return cv2.resize(grey, size, interpolation=cv2.INTER_AREA)


def upright(straight: Straight) -> Straight:
    """Turn a picture so that its lines run across."""
    # The finder's answer has its own proportions by a few pixels: it is brought to those of the page before both are turned.
    height, width = straight.grey.shape
    scale = straight.likely.shape[1] / width
    straight.likely = cv2.resize(straight.likely, (straight.likely.shape[1], max(round(height * scale), 1)))
    direction = direction_of(straight.likely)
    if direction is None:
        return straight
    if direction >= 45:
        straight.turn(quarter_turned, 1)
        direction -= 90
    if abs(direction) >= LEAST:
        straight.picture = turned(straight.picture, direction, WHITE)
        straight.grey = turned(straight.grey, direction, 255)
        straight.likely = turned(straight.likely, direction, 0)
    return straight


def witnesses_of(boxes: list[LineBox], grey: Picture, models: Models) -> dict[LineBox, list[ReadCharacter]]:
    """A few long lines and what they are read as: they say which way is up."""
    longest = sorted((box for box in boxes if box.width > 3 * box.height), key=lambda box: box.width)[-WITNESSES:]
    return {box: models.read(box.of(grey)) for box in longest}


def is_upside_down(witnesses: dict[LineBox, list[ReadCharacter]], grey: Picture, models: Models) -> bool:
    """Whether a few lines are read better the other way up."""
    as_it_is = sum(map(mean, witnesses.values()))
    if as_it_is >= UPSIDE_DOWN * len(witnesses):
        return False
    return sum(mean(models.read(quarter_turned(box.of(grey), 2))) for box in witnesses) > as_it_is


def page_of(
    straight: Straight,
    boxes: list[LineBox],
    known: dict[LineBox, list[ReadCharacter]],
    left: int,
    right: int,
    models: Models,
) -> ScannedPage:
    """Read the lines between two columns of pixels as a page; some are `known` already."""
    own = [box for box in boxes if left <= (box.left + box.right) / 2 < right]
    lines = [line for line in (line_of(box, known.get(box), straight.grey, left, models) for box in own) if line]
    picture = numpy.ascontiguousarray(straight.picture[:, left:right])
    _, jpeg = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, PICTURE_QUALITY])
    return ScannedPage(tuple(lines), right - left, straight.grey.shape[0], jpeg.tobytes())


def line_of(
    box: LineBox, known: list[ReadCharacter] | None, grey: Picture, left: int, models: Models
) -> ScannedLine | None:
    """Read one line; what is doubtful is read again at its full width."""
    glyphs = known or models.read(box.of(grey))
    if is_doubtful(glyphs):
        glyphs = max(glyphs, models.read(box.of(grey), squeeze=1.0), key=mean)
    glyphs = dashes(without_edges(glyphs), box)
    if mean(glyphs) < NOTHING:
        return None
    text = mended("".join(glyph.character for glyph in glyphs))
    scores = tuple(round(glyph.score * 100) for glyph in glyphs)
    return ScannedLine(text, scores, box.left - left, box.top, box.right - left, box.bottom)


def mean(glyphs: list[ReadCharacter]) -> float:
    """How sure a line is on the whole."""
    return sum(glyph.score for glyph in glyphs) / len(glyphs) if glyphs else 0.0


def is_doubtful(glyphs: list[ReadCharacter]) -> bool:
    """Whether a line should be read again."""
    return not glyphs or min(glyph.score for glyph in glyphs) < DOUBTFUL or mean(glyphs) < DOUBTED


def without_edges(glyphs: list[ReadCharacter]) -> list[ReadCharacter]:
    """A line without blanks at its ends."""
    while glyphs and glyphs[0].character.isspace():
        glyphs = glyphs[1:]
    while glyphs and glyphs[-1].character.isspace():
        glyphs = glyphs[:-1]
    return glyphs


def dashes(glyphs: list[ReadCharacter], box: LineBox) -> list[ReadCharacter]:
    """A line with its long dashes whole: two characters wide, they are often read as one."""
    found: list[ReadCharacter] = []
    for n, glyph in enumerate(glyphs):
        found.append(glyph)
        if (
            glyph.character != "—"
            or not 0 < n < len(glyphs) - 1
            or "—" in (glyphs[n - 1].character, glyphs[n + 1].character)
        ):
            continue
        span = (glyphs[n + 1].place - glyphs[n - 1].place) * box.width
        if span > 2.5 * 0.92 * box.height:
            found.append(glyph)
    return found
