"""What a PDF page prints: its lines in order and the tables it draws. PDFium reads the page; here it is put upright.

A page may be turned, by /Rotate or by its text, and text may run downwards in columns from right to left: the places of
characters are turned so that lines run from left to right before anything is made of them.
"""

import ctypes
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator

import pypdfium2.raw as pdfium

from importer.text.folding import folded

from .aligned_tables import blocks_of
from .drawn_tables import Grid, PrintedTable, grids_of, home_of
from .page_geometry import Box, turned
from .pdf_rules import rules_of
from .printed_page import MEANT, MOSTLY, PARTED, SAME_LINE, UNMAPPED, PrintedLine, joined, overlap

__all__ = ["SAME_LINE", "UNMAPPED", "PrintedLine", "blocks_of_page", "joined", "lines_of_page", "overlap"]

WIDE = re.compile("[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f“”‘’—…·〔〕]")
HYPHEN = "\x02"  # what PDFium gives in place of a hyphen at a line end, and no line end behind it
UNSEEN = "\x00\ufffe\uffff"
NOWHERE = (0.0, 0.0, 0.0, 0.0)
FARTHEST = 1e6  # points from the corner; a broken page may place characters anywhere, or at no number at all
SAMPLE = 400  # characters that are asked which way they stand


def blocks_of_page(page, number: int) -> list[PrintedLine | PrintedTable]:
    """The lines and drawn tables of a page in the order they are read."""
    text_page = page.get_textpage()
    try:
        text = PageText(text_page)
        if not text.count:
            return []
        grids = grids_of([rule.turned(text.turn) for rule in rules_of(page)]) if text.count > 1 else []
        free: list[PrintedLine] = []
        inside: list[dict[tuple[int, int], list[PrintedLine]]] = [defaultdict(list) for _ in grids]
        for stretch, home in text.stretches(grids):
            stretch.page = number
            if home is None:
                free.append(stretch)
            else:
                inside[home[0]][home[1]].append(stretch)
    finally:
        text_page.close()
    return blocks_of(free, [grid.table(cells, number) for grid, cells in zip(grids, inside, strict=True) if cells], number)


def lines_of_page(page, number: int) -> list[PrintedLine]:
    """The lines of a page in the order they are read, those of tables cell by cell."""
    lines: list[PrintedLine] = []
    for block in blocks_of_page(page, number):
        lines += [line for cell in block.cells for line in cell.lines] if isinstance(block, PrintedTable) else [block]
    return lines


class PageText:
    """The characters of a page, turned so that their lines run from left to right."""

    def __init__(self, text_page):
        self.page = text_page
        self.count = max(0, pdfium.FPDFText_CountChars(text_page))
        self.text = text_page.get_text_range(0, self.count) if self.count else ""
        if len(self.text) != self.count or HYPHEN in self.text or "\ufffe" in self.text:
            self.text = "".join(chr(min(pdfium.FPDFText_GetUnicode(text_page, i), 0x10FFFF)) for i in range(self.count))
        self.turn = 0
        self.turn = self._turn()

    def box(self, index: int) -> Box:
        """Left, right, bottom and top of a character with the space its font gives it."""
        rectangle = pdfium.FS_RECTF()
        if pdfium.FPDFText_GetLooseCharBox(self.page, index, ctypes.byref(rectangle)):
            box = (rectangle.left, rectangle.right, rectangle.bottom, rectangle.top)
            if all(abs(value) < FARTHEST for value in box):
                return turned(box, self.turn)
        return NOWHERE

    def _turn(self) -> int:
        """By how many quarter turns to the left the page has to be turned: as most characters stand, or run downwards."""
        inked = [index for index in range(self.count) if not self.text[index].isspace() and self.text[index] not in UNSEEN]
        sample = inked[:: max(1, len(inked) // SAMPLE)]
        turns = Counter(quarter_of(pdfium.FPDFText_GetCharAngle(self.page, index)) for index in sample)
        turn = turns.most_common(1)[0][0] if turns else 0
        return turn if turn is not None and turn else (1 if self._runs_downwards(inked) else 0)

    def _runs_downwards(self, inked: list[int]) -> bool:
        """Whether most characters stand straight below the one before."""
        if len(inked) < 4:
            return False
        below = beside = 0
        step = max(1, len(inked) // SAMPLE)
        for place in range(1, len(inked), step):
            before, here = self.box(inked[place - 1]), self.box(inked[place])
            size = max(before[3] - before[2], before[1] - before[0], 1.0)
            if abs(middle(before) - middle(here)) < 0.4 * size and 0.4 * size < before[3] - here[3] < 2.5 * size:
                below += 1
            elif here[0] > before[0]:
                beside += 1
        return below > 3 and below > MOSTLY * (below + beside)

    def stretches(self, grids: list[Grid]) -> Iterator[tuple[PrintedLine, tuple[int, tuple[int, int]] | None]]:
        """The page's stretches of text, each with the table and cell it stands in, None outside of tables."""
        for match in re.finditer(r"[^\r\n]+", self.text):
            start = match.start()
            for part in re.finditer(rf"[^{HYPHEN}]+|{HYPHEN}", match[0]):
                first, end = start + part.start(), start + part.end()
                if part[0] != HYPHEN:
                    is_hyphenated = self.text[end : end + 1] == HYPHEN
                    yield from self.parts(first, end, grids, "-" if is_hyphenated else "")

    def parts(self, start: int, end: int, grids: list[Grid], tail: str):
        """A run of text in stretches: parted at wide gaps and, where there are tables, at the edges of cells."""
        kept: list[str] = []
        box: Box | None = None
        home = None
        first, last = self.inked(start, end)
        for index in range(first, last + 1):
            character = self.text[index]
            if character in UNSEEN:
                continue
            if character == " ":
                gap = self.gap(index)
                if gap is not None and gap < MEANT:
                    continue
                if gap is None or gap < PARTED or box is None:
                    kept.append(character)
                    continue
                yield from closed(kept, self.whole(box, index - 1), home)
                kept, box = [], None
                continue
            if grids or box is None:
                here = self.box(index)
                place = home_of(here, grids)
                if box is not None and place != home:
                    yield from closed(kept, box, home)
                    kept, box = [], None
                home = place
                box = here if box is None else (box[0], max(box[1], here[1]), min(box[2], here[2]), max(box[3], here[3]))
            kept.append(character)
        if box is not None:
            yield from closed([*kept, tail], self.whole(box, last), home)

    def whole(self, box: Box, last: int) -> Box:
        """The box of a stretch from that of its first character (or all so far) and its last one."""
        end = self.box(last)
        return (box[0], max(box[1], end[1]) if end != NOWHERE else box[1], min(box[2], end[2]), max(box[3], end[3]))

    def inked(self, start: int, end: int) -> tuple[int, int]:
        """The first and last character of a run that is not blank."""
        while start < end and (self.text[start].isspace() or self.text[start] in UNSEEN):
            start += 1
        while end > start and (self.text[end - 1].isspace() or self.text[end - 1] in UNSEEN):
            end -= 1
        return start, end - 1

    def gap(self, index: int) -> float | None:
        """How many characters wide the gap is that PDFium made a space of; None for a space that is printed."""
        if not pdfium.FPDFText_IsGenerated(self.page, index):
            return None
        before, after = self.box(index - 1), self.box(index + 1)
        width = (after[0] - before[1]) / max(before[3] - before[2], 1.0)
        is_beside_chinese = WIDE.match(self.text[index - 1]) or WIDE.match(self.text[index + 1 : index + 2] or " ")
        return width if is_beside_chinese or width >= PARTED else None


def closed(kept: list[str], box: Box, home):
    """A finished stretch, if it says anything."""
    text = folded("".join(kept).strip(" "))
    if text.strip():
        yield PrintedLine(text, *box), home


def middle(box: Box) -> float:
    """The middle of a box from left to right."""
    return (box[0] + box[1]) / 2


def quarter_of(angle: float) -> int | None:
    """How many quarter turns to the left put characters upright that stand at an angle; None for one between."""
    quarters = angle / (math.pi / 2)
    return round(quarters) % 4 if abs(quarters - round(quarters)) < 0.1 else None
