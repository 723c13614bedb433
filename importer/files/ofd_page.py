"""What a page of an OFD says: its characters put together into lines, what is drawn twice or aslant set aside."""

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from statistics import median

from importer.text.folding import folded

from .aligned_tables import blocks_of
from .drawn_tables import Grid, PrintedTable, grids_of, home_of, levels_of
from .ofd_objects import Drawing, Glyph
from .page_geometry import turned
from .printed_page import MEANT, MOSTLY, PARTED, PrintedLine, rows_of, whole_row

TWICE = 0.35  # of its width by which the same character may be moved when it is drawn again: a shadow, a false bold
LARGE = 1.5  # times the size of most text: what lies under other text and is as large or pale is a watermark
MOST_DOUBTFUL = 300
BELOW = 1.8  # sizes between characters of a text that runs downwards


@dataclass
class OfdPage:
    """A page: its lines and tables in order, and what was set aside."""

    blocks: list[PrintedLine | PrintedTable] = field(default_factory=list)
    watermarks: list[str] = field(default_factory=list)
    unseen: int = 0
    has_pictures: bool = False


def page_of(drawing: Drawing, page: int, shared: bool, before: Sequence[PrintedLine | PrintedTable] = ()) -> OfdPage:
    """Read what a page draws; `shared` says whether its template is on other pages too and furniture, `before` is what the page before says."""
    glyphs = [glyph for glyph in drawing.glyphs if glyph.quarter is not None and not glyph.is_faint]
    aslant = [glyph for glyph in drawing.glyphs if glyph.quarter is None or glyph.is_faint]
    glyphs, under = apart_from_watermarks(once(glyphs))
    aslant += under
    glyphs, sideways, turn = upright(glyphs)
    rules = [rule.turned(turn) for rule in drawing.rules]
    grids = grids_of(rules)
    free: list[PrintedLine] = []
    heads: list[PrintedLine] = []
    inside: list[dict[tuple[int, int], list[PrintedLine]]] = [defaultdict(list) for _ in grids]
    for thing in things_of(glyphs):
        for stretch, home in stretches_of(thing, grids):
            stretch.page = page
            if home is not None:
                inside[home[0]][home[1]].append(stretch)
            else:
                (heads if shared and thing[0].is_template else free).append(stretch)
    tables = [grid.table(cells, page) for grid, cells in zip(grids, inside, strict=True) if cells]
    blocks = blocks_of(free, tables, page, levels_of(rules), before)
    for line in [whole_row(row) for row in rows_of(heads)] + sideways:
        line.is_furniture, line.page = True, page
        place = next((i for i, block in enumerate(blocks) if block.top < line.top), len(blocks))
        blocks.insert(place, line)
    watermarks = ["".join(glyph.text for glyph in thing).strip() for thing in things_of(aslant)]
    return OfdPage(blocks, [text for text in watermarks if text], drawing.unseen, drawing.images > 0)


def things_of(glyphs: Sequence[Glyph]) -> list[list[Glyph]]:
    """The characters by the object they belong to, in order."""
    things: dict[int, list[Glyph]] = {}
    for glyph in glyphs:
        things.setdefault(glyph.thing, []).append(glyph)
    return list(things.values())


def once(glyphs: Sequence[Glyph]) -> list[Glyph]:
    """The characters without those that are drawn again at nearly the same place."""
    seen: dict[tuple[str, int, int], list[Glyph]] = {}
    kept = []
    for glyph in glyphs:
        step = max((glyph.right - glyph.left) * TWICE, 1.0)
        column, row = int(glyph.left // step), int(glyph.bottom // step)
        near = (
            other for c in (-1, 0, 1) for r in (-1, 0, 1) for other in seen.get((glyph.text, column + c, row + r), ())
        )
        if glyph.text.isspace() or not any(
            abs(o.left - glyph.left) < step and abs(o.bottom - glyph.bottom) < step and o.thing != glyph.thing
            for o in near
        ):
            kept.append(glyph)
            seen.setdefault((glyph.text, column, row), []).append(glyph)
    return kept


def apart_from_watermarks(glyphs: Sequence[Glyph]) -> tuple[list[Glyph], list[Glyph]]:
    """The characters of the text, and those of large or pale objects that lie under or over other text."""
    usual = median([glyph.size for glyph in glyphs]) if glyphs else 0.0
    doubtful = [thing for thing in things_of(glyphs) if thing[0].is_pale or thing[0].size > LARGE * usual]
    marks: set[int] = set()
    for thing in doubtful[:MOST_DOUBTFUL]:
        box = (
            min(g.left for g in thing),
            max(g.right for g in thing),
            min(g.bottom for g in thing),
            max(g.top for g in thing),
        )
        number = thing[0].thing
        covered = sum(
            1
            for g in glyphs
            if g.thing != number
            and box[0] < (g.left + g.right) / 2 < box[1]
            and box[2] < (g.bottom + g.top) / 2 < box[3]
        )
        if covered > 2 or (thing[0].is_pale and thing[0].size > LARGE * usual):
            marks.add(number)
    return [glyph for glyph in glyphs if glyph.thing not in marks], [glyph for glyph in glyphs if glyph.thing in marks]


def upright(glyphs: Sequence[Glyph]) -> tuple[list[Glyph], list[PrintedLine], int]:
    """The characters turned so that lines run from left to right, the lines that stand sideways beside them, the quarter turns."""
    inked = [glyph for glyph in glyphs if not glyph.text.isspace()]
    turns = Counter(glyph.quarter for glyph in inked if glyph.quarter is not None)
    turn = turns.most_common(1)[0][0] if turns else 0
    kept = [with_turn(glyph, turn) for glyph in glyphs if glyph.quarter == turn]
    others = [glyph for glyph in glyphs if glyph.quarter != turn]
    downwards = [thing for thing in chains_of(kept) if runs_downwards(thing)]
    count = sum(len(thing) for thing in downwards)
    sideways = [line_of_sideways(thing) for thing in things_of(others)]
    if count > MOSTLY * len(kept):  # the page is set from top to bottom
        return [with_turn(glyph, 1) for glyph in kept], sideways, turn + 1
    aside = {id(glyph) for thing in downwards for glyph in thing}
    sideways += [line_of_sideways(thing) for thing in downwards]
    return [glyph for glyph in kept if id(glyph) not in aside], [line for line in sideways if line.text.strip()], turn


def with_turn(glyph: Glyph, turn: int) -> Glyph:
    """A character after quarter turns to the left around the corner of the page."""
    left, right, bottom, top = turned((glyph.left, glyph.right, glyph.bottom, glyph.top), turn % 4)
    return replace(glyph, left=left, right=right, bottom=bottom, top=top)


def line_of_sideways(glyphs: Sequence[Glyph]) -> PrintedLine:
    """A text that stands sideways as one line."""
    text = folded("".join(glyph.text for glyph in glyphs).strip())
    return PrintedLine(
        text,
        min(g.left for g in glyphs),
        max(g.right for g in glyphs),
        min(g.bottom for g in glyphs),
        max(g.top for g in glyphs),
    )


def chains_of(glyphs: Sequence[Glyph]) -> list[list[Glyph]]:
    """The characters by object, objects of one character that follow each other downwards as one."""
    chains: list[list[Glyph]] = []
    is_open = False  # whether the last chain is of single characters so far
    for thing in things_of(glyphs):
        if is_open and len(thing) == 1 and is_below(chains[-1][-1], thing[0]):
            chains[-1].append(thing[0])
        else:
            chains.append(list(thing))
            is_open = len(thing) == 1
    return chains


def is_below(above: Glyph, glyph: Glyph) -> bool:
    """Whether a character stands straight below another, as in a text that runs downwards; in one object at any distance."""
    shift = abs(above.left + above.right - glyph.left - glyph.right) / 2
    farthest = BELOW * above.size if above.thing != glyph.thing else float("inf")
    return shift < 0.4 * above.size and 0.4 * above.size < above.bottom - glyph.bottom < farthest


def runs_downwards(glyphs: Sequence[Glyph]) -> bool:
    """Whether characters stand one below the other; two may be a column of numbers, so there must be more."""
    inked = [glyph for glyph in glyphs if not glyph.text.isspace()]
    if len(inked) < 3 or not any(unicodedata.east_asian_width(glyph.text) == "W" for glyph in inked):
        return False
    return all(is_below(above, glyph) for above, glyph in pairwise(inked))


def stretches_of(
    glyphs: Sequence[Glyph], grids: list[Grid]
) -> list[tuple[PrintedLine, tuple[int, tuple[int, int]] | None]]:
    """The characters of one object in stretches: parted at wide gaps and, where there are tables, at the edges of cells."""
    inked = [glyph for glyph in glyphs if not glyph.text.isspace()]
    usual = usual_gap(inked)
    found: list[tuple[PrintedLine, tuple[int, tuple[int, int]] | None]] = []
    before: Glyph | None = None
    for glyph in inked:
        home = home_of((glyph.left, glyph.right, glyph.bottom, glyph.top), grids)
        gap = (glyph.left - before.right) / glyph.size - usual if before is not None else 0.0
        is_level = (
            before is not None
            and abs(before.bottom - glyph.bottom) < 0.5 * glyph.size
            and glyph.left > before.left - 0.5 * glyph.size
        )
        if before is None or not is_level or gap > PARTED or home != found[-1][1]:
            found.append((PrintedLine(folded(glyph.text), glyph.left, glyph.right, glyph.bottom, glyph.top), home))
        else:
            line = found[-1][0]
            line.text += (" " if gap > MEANT else "") + folded(glyph.text)
            line.right, line.bottom, line.top = (
                max(line.right, glyph.right),
                min(line.bottom, glyph.bottom),
                max(line.top, glyph.top),
            )
        before = glyph
    return found


def usual_gap(glyphs: Sequence[Glyph]) -> float:
    """The gap between the characters of a text in sizes, where they are all set apart: 工　作　要　点."""
    gaps = [(after.left - before.right) / after.size for before, after in pairwise(glyphs)]
    return max(0.0, min(median(gaps), 4.0)) if len(gaps) > 1 and max(gaps) - min(gaps) < MEANT else 0.0
