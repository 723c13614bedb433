"""What a page of an OFD draws: characters with their places, and level and upright lines; in points from the lower left.

An object stands in its Boundary, turned by its CTM; characters are placed by X and Y of a TextCode and the steps of
DeltaX and DeltaY (GB/T 33190 8.2, 11.3), lines by the AbbreviatedData of a PathObject (9.1).
"""

import math
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from .drawn_tables import MOST_RULES, THIN, Rule, rule_between, thin_rule
from .limits import MAX_CHARACTERS, too_complex
from .ofd_package import child, children, local
from .page_geometry import IDENTITY, Matrix, Point, moved, times

POINT = 72 / 25.4  # points a millimetre
MOST_OBJECTS = 200_000  # of a page, those of drawings counted each time they are used
DEEPEST = 32  # blocks inside blocks
ASCENT = 0.88  # of a character's size stands above the line
PALE, WHITE = 170, 250  # of 255: a colour as light is a watermark's where it is under other text; white may be on dark
FAINT = 128  # of 255: what is as transparent is a watermark
FARTHEST = 1e6  # millimetres: larger numbers are none
BESIDE = 2.0  # millimetres by which text may stand out of the page


@dataclass
class Glyph:
    """A character: its box in points, how many quarter turns it stands turned to the left (None for another angle)."""

    text: str
    left: float
    right: float
    bottom: float
    top: float
    quarter: int | None = 0
    thing: int = 0  # the number of the object it belongs to
    is_template: bool = False
    is_faint: bool = False
    is_pale: bool = False

    @property
    def size(self) -> float:
        """Its height on the page."""
        return max(self.top - self.bottom, 1.0)


@dataclass
class Drawing:
    """All that a page draws."""

    width: float  # of the page, in millimetres
    height: float
    glyphs: list[Glyph] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    unseen: int = 0  # characters that are drawn invisible
    images: int = 0
    things: int = 0
    visits: int = 0

    def add(
        self,
        elements: Iterable[Element],
        units: Mapping[str, Element],
        matrix: Matrix = IDENTITY,
        *,
        is_template: bool = False,
        depth: int = 0,
    ) -> None:
        """Take in the objects of a layer, block or unit."""
        for element in elements:
            name = local(element)
            self.visits += 1  # a unit may draw others many times over
            if self.visits > MOST_OBJECTS or len(self.glyphs) > MAX_CHARACTERS:
                raise too_complex()
            if element.get("Visible", "true").lower() == "false":
                self.unseen += letters_in(element)
            elif name == "TextObject":
                self.add_text(element, times(matrix_of(element), matrix), is_template)
            elif name == "PathObject" and len(self.rules) < MOST_RULES * 10:
                self.rules += rules_of(element, times(matrix_of(element), matrix), self.height)
            elif name == "ImageObject":
                self.images += 1
            elif depth < DEEPEST and name == "PageBlock":
                self.add(element, units, matrix, is_template=is_template, depth=depth + 1)
            elif depth < DEEPEST and name == "CompositeObject":
                inner = child(units.get((element.get("ResourceID") or "").strip()), "Content")
                self.add(
                    inner if inner is not None else (),
                    units,
                    times(matrix_of(element), matrix),
                    is_template=is_template,
                    depth=depth + 1,
                )

    def add_text(self, element: Element, matrix: Matrix, is_template: bool) -> None:
        """Take in a text object."""
        opacity = opacity_of(element)
        if opacity <= 0 or (
            element.get("Fill", "true").lower() == "false" and element.get("Stroke", "false").lower() != "true"
        ):
            self.unseen += letters_in(element)
            return
        self.things += 1
        size, scale = number(element.get("Size"), 0.0), number(element.get("HScale"), 1.0) or 1.0
        turn, is_pale = quarter_of(matrix), pale(element)
        x = y = 0.0
        for code in children(element, "TextCode"):
            x, y = number(code.get("X"), x), number(code.get("Y"), y)
            text = code.text or ""
            steps = steps_of(code, text, size, scale)
            for character, (dx, dy) in zip(text, steps, strict=True):
                if size > 0 and unicodedata.category(character) != "Cc":
                    self.place(
                        Glyph(character, 0, 0, 0, 0, turn, self.things, is_template, opacity < FAINT, is_pale),
                        (x + dx, y + dy),
                        size,
                        scale,
                        matrix,
                    )

    def place(self, glyph: Glyph, point: Point, size: float, scale: float, matrix: Matrix) -> None:
        """Give a character its place, and take it in where that is on the page."""
        (x, y), character = point, glyph.text
        width = size * scale * width_in_sizes(character)
        corners = [moved(corner, matrix) for corner in ((x, y - ASCENT * size), (x + width, y + (1 - ASCENT) * size))]
        xs, ys = [c[0] * POINT for c in corners], [(self.height - c[1]) * POINT for c in corners]
        if not self.is_on_page(sum(corner[0] for corner in corners) / 2, sum(corner[1] for corner in corners) / 2):
            self.unseen += not character.isspace()
        else:
            glyph.left, glyph.right, glyph.bottom, glyph.top = min(xs), max(xs), min(ys), max(ys)
            self.glyphs.append(glyph)

    def is_on_page(self, x: float, y: float) -> bool:
        """Whether a place in millimetres from the upper left lies on the page, or just beside it."""
        return -BESIDE <= x <= self.width + BESIDE and -BESIDE <= y <= self.height + BESIDE


def letters_in(element: Element) -> int:
    """How many characters an object holds."""
    return sum(len((inner.text or "").strip()) for inner in element.iter() if local(inner) == "TextCode")


def opacity_of(element: Element) -> float:
    """How opaque an object is, 0 to 255: its own Alpha times that of its colour."""
    colour = child(element, "FillColor")
    inner = number(colour.get("Alpha"), 255.0) if colour is not None else 255.0
    return number(element.get("Alpha"), 255.0) * inner / 255


def pale(element: Element) -> bool:
    """Whether an object is drawn in a light grey or colour, as watermarks are."""
    colour = child(element, "FillColor")
    values = [number(part, 0.0) for part in ((colour.get("Value") or "") if colour is not None else "").split()]
    return len(values) in (1, 3) and min(values) >= PALE and max(values) < WHITE


def width_in_sizes(character: str) -> float:
    """The width of a character in parts of its size, as most fonts have it."""
    return 1.0 if unicodedata.east_asian_width(character) in ("W", "F", "A") else 0.5


def steps_of(code: Element, text: str, size: float, scale: float) -> list[tuple[float, float]]:
    """How far each character of a TextCode stands from its first."""
    across, down = deltas_of(code.get("DeltaX"), len(text) - 1), deltas_of(code.get("DeltaY"), len(text) - 1)
    steps, x, y = [], 0.0, 0.0
    for index, character in enumerate(text):
        steps.append((x, y))
        y += down[index] if index < len(down) else 0.0
        if index < len(across):
            x += across[index]
        elif not down:
            x += size * scale * width_in_sizes(character)
    return steps


def deltas_of(value: str | None, most: int) -> list[float]:
    """The steps of a DeltaX or DeltaY; `g 5 3.2` stands for five of them."""
    tokens = (value or "").replace(",", " ").split()
    found: list[float] = []
    index = 0
    while index < len(tokens) and len(found) < most:
        if tokens[index] == "g" and index + 2 < len(tokens):
            count = int(min(max(number(tokens[index + 1], 0.0), 0), most))
            found += [number(tokens[index + 2], 0.0)] * min(count, most - len(found))
            index += 3
        else:
            found.append(number(tokens[index], 0.0))
            index += 1
    return found


def number(text: str | None, default: float) -> float:
    """A finite number of the file, the default where it is none."""
    try:
        value = float(text) if text is not None else default
    except ValueError:
        return default
    return value if math.isfinite(value) and abs(value) < FARTHEST else default


def numbers(text: str | None, count: int) -> list[float] | None:
    """So many numbers, None where they are not all there."""
    parts = (text or "").replace(",", " ").split()
    return [number(part, 0.0) for part in parts[:count]] if len(parts) >= count else None


def matrix_of(element: Element) -> Matrix:
    """The matrix from an object's own space to the one around it: its CTM, then its Boundary's corner."""
    left, top, *_ = numbers(element.get("Boundary"), 4) or (0.0, 0.0, 0.0, 0.0)
    a, b, c, d, e, f = numbers(element.get("CTM"), 6) or IDENTITY
    return (a, b, c, d, e + left, f + top)


def quarter_of(matrix: Matrix) -> int | None:
    """How many quarter turns to the left put text upright that a matrix turns; None where it stands aslant."""
    quarters = math.atan2(matrix[1], matrix[0]) / (math.pi / 2)  # y runs downwards: this turns to the right
    return round(quarters) % 4 if abs(quarters - round(quarters)) < 0.1 else None


def rules_of(element: Element, matrix: Matrix, height: float) -> Iterator[Rule]:
    """The level and upright lines of a path."""
    is_stroked = element.get("Stroke", "true").lower() != "false"
    is_filled = element.get("Fill", "false").lower() == "true"
    if not is_stroked and not is_filled:
        return
    drawn = child(element, "AbbreviatedData")
    pieces = [
        tuple(((x * POINT), (height - y) * POINT) for x, y in (moved(start, matrix), moved(end, matrix)))
        for start, end in pieces_of((drawn.text or "") if drawn is not None else "")
    ]
    if not pieces:
        return
    xs, ys = [x for piece in pieces for x, _ in piece], [y for piece in pieces for _, y in piece]
    box = (min(xs), max(xs), min(ys), max(ys))
    if is_filled and min(box[1] - box[0], box[3] - box[2]) <= THIN:
        if (thin := thin_rule(*box)) is not None:
            yield thin
    elif is_stroked:
        yield from (rule for piece in pieces if (rule := rule_between(*piece)) is not None)


def pieces_of(data: str) -> Iterator[tuple[tuple[float, float], tuple[float, float]]]:
    """The straight pieces of a path's data; curves are passed over."""
    points = {"M": 1, "S": 1, "L": 1, "Q": 2, "B": 3}  # pairs of numbers behind each letter; A has seven numbers
    tokens = data.replace(",", " ").split()
    start = here = (0.0, 0.0)
    index = 0
    while index < len(tokens):
        letter = tokens[index].upper()
        index += 1
        if letter == "C":
            if here != start:
                yield here, start
            here = start
            continue
        count = 7 if letter == "A" else 2 * points.get(letter, 0)
        values = numbers(" ".join(tokens[index : index + count]), count) if count else None
        if values is None:
            continue
        index += count
        point = (values[-2], values[-1])
        if letter == "L":
            yield here, point
        elif letter in "MS":
            start = point
        here = point
