"""What a PDF page prints: its lines in order and the tables it draws. PDFium reads the page; here it is put upright.

A page may be turned, by /Rotate or by its text, and text may run downwards in columns from right to left: the places of
characters are turned so that lines run from left to right before anything is made of them.
"""

import ctypes
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pypdfium2.raw as pdfium
from pypdfium2 import PdfPage, PdfTextPage

from importer.text.folding import folded

from .aligned_tables import blocks_of
from .drawn_tables import Grid, Home, PrintedTable, grids_of, home_of, levels_of
from .page_geometry import Box, Point, turned
from .pdf_rules import rules_of
from .printed_page import MEANT, MOSTLY, SAME_LINE, UNMAPPED, PrintedLine, joined, overlap
from .word_signs import sign_in_print

__all__ = ["SAME_LINE", "UNMAPPED", "PrintedLine", "blocks_of_page", "joined", "lines_of_page", "overlap"]

WIDE = re.compile("[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f“”‘’—…·〔〕]")
HYPHEN = "\x02"  # what PDFium gives in place of a hyphen at a line end, and no line end behind it
UNSEEN = "\x00\ufffe\uffff"
NOWHERE = (0.0, 0.0, 0.0, 0.0)
FARTHEST = 1e6  # points from the corner; a broken page may place characters anywhere, or at no number at all
BACK = 0.6  # of a character by which the next one may overlap the last
SAMPLE = 400  # characters that are asked which way they stand


def blocks_of_page(
    page: PdfPage, number: int, before: Sequence[PrintedLine | PrintedTable] = ()
) -> list[PrintedLine | PrintedTable]:
    """The lines and tables of a page in the order they are read; `before` are those of the page before it."""
    text_page = page.get_textpage()
    try:
        text = PageText(text_page)
        if not text.count:
            return []
        rules = [rule.turned(text.turn) for rule in rules_of(page)]
        grids = grids_of(rules)
        free: list[PrintedLine] = []
        inside: list[dict[tuple[int, int], list[PrintedLine]]] = [defaultdict(list) for _ in grids]
        for stretch, home in text.stretches(grids):
            stretch.page = number
            if home is None:
                free.append(stretch)
            else:
                inside[home[0]][home[1]].append(stretch)
        lost = list(places_without_words(page, text_page, text.turn)) if grids else []
    finally:
        text_page.close()
    tables = []
    for grid, cells in zip(grids, inside, strict=True):
        if cells:
            tables.append(grid.table(cells, number))
            places = {place for x, y in lost if (place := grid.place_of(x, y)) is not None}
            tables[-1].unread = len(places - set(cells))
    return blocks_of(free, tables, number, levels_of(rules), before)


def places_without_words(page: PdfPage, text_page: PdfTextPage, turn: int) -> Iterator[Point]:
    """Where a page draws text that PDFium gives no character of: a lone character of a font that neither the file nor the machine holds."""
    for thing in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_TEXT], max_depth=1):
        if pdfium.FPDFTextObj_GetText(thing.raw, text_page.raw, None, 0) > 2 or pdfium.FPDFFont_GetIsEmbedded(
            pdfium.FPDFTextObj_GetFont(thing.raw)
        ):
            continue
        left, bottom, right, top = thing.get_bounds()
        box = turned((left, right, bottom, top), turn)
        yield (box[0] + box[1]) / 2, (box[2] + box[3]) / 2 + 1


def lines_of_page(page: PdfPage, number: int) -> list[PrintedLine]:
    """The lines of a page in the order they are read, those of tables cell by cell."""
    lines: list[PrintedLine] = []
    for block in blocks_of_page(page, number):
        lines += [line for cell in block.cells for line in cell.lines] if isinstance(block, PrintedTable) else [block]
    return lines


class PageText:
    """The characters of a page, turned so that their lines run from left to right."""

    def __init__(self, text_page: PdfTextPage) -> None:
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
        inked = [
            index for index in range(self.count) if not self.text[index].isspace() and self.text[index] not in UNSEEN
        ]
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

    def parts(self, start: int, end: int, grids: list[Grid], tail: str) -> Iterator[tuple[PrintedLine, Home | None]]:
        """A run of text in stretches: parted at wide gaps, where it goes back or up or down, and at the edges of cells."""
        open_part: Part | None = None
        for index in range(*self.inked(start, end)):
            character = self.text[index]
            if character in UNSEEN:
                continue
            if character == " ":
                if open_part is not None and self.is_meant(index):
                    open_part.text += character
                continue
            if "\uf000" <= character <= "\uf0ff":
                character = sign_in_print(character, self.font(index))
            box = self.box(index)
            home = home_of(box, grids) if grids else None
            if open_part is None or home != open_part.home or not open_part.goes_on(box):
                yield from open_part.closed() if open_part else ()
                open_part = Part("", box, home)
            open_part.take(character, box)
        if open_part is not None:
            open_part.text += tail
            yield from open_part.closed()

    def inked(self, start: int, end: int) -> tuple[int, int]:
        """A run without the blanks around it."""
        while start < end and (self.text[start].isspace() or self.text[start] in UNSEEN):
            start += 1
        while end > start and (self.text[end - 1].isspace() or self.text[end - 1] in UNSEEN):
            end -= 1
        return start, end

    def font(self, index: int) -> str:
        """The name of a character's font."""
        length = pdfium.FPDFText_GetFontInfo(self.page, index, None, 0, None)
        name = ctypes.create_string_buffer(max(length, 1))
        pdfium.FPDFText_GetFontInfo(self.page, index, name, length, ctypes.byref(ctypes.c_int()))
        return name.value.decode("utf-8", "replace")

    def is_meant(self, index: int) -> bool:
        """Whether a space is one: printed, or made by PDFium between Latin words; beside Chinese a gap parts two stretches."""
        if not pdfium.FPDFText_IsGenerated(self.page, index):
            return True
        return not (WIDE.match(self.text[index - 1]) or WIDE.match(self.text[index + 1 : index + 2] or " "))


@dataclass
class Part:
    """A stretch while it is read: its words, the box of all of them, the last one's box, the cell it stands in."""

    text: str
    box: Box
    home: Home | None
    last: Box = NOWHERE

    def goes_on(self, box: Box) -> bool:
        """Whether a character stands beside the last one: not far to the right, not back, on its height."""
        if NOWHERE in (box, self.last):
            return True
        size = max(self.last[3] - self.last[2], 1.0)
        level = min(box[3], self.last[3]) - max(box[2], self.last[2])
        return -BACK * size < box[0] - self.last[1] < MEANT * size and level > 0.3 * min(size, box[3] - box[2])

    def take(self, character: str, box: Box) -> None:
        """Add a character."""
        self.text += character
        if box != NOWHERE:
            left, right, bottom, top = box if self.last == NOWHERE else self.box
            self.box = (min(left, box[0]), max(right, box[1]), min(bottom, box[2]), max(top, box[3]))
            self.last = box

    def closed(self) -> Iterator[tuple[PrintedLine, Home | None]]:
        """The finished stretch with its home, if it says anything."""
        text = folded(self.text.strip(" "))
        if text.strip():
            yield PrintedLine(text, *self.box), self.home


def middle(box: Box) -> float:
    """The middle of a box from left to right."""
    return (box[0] + box[1]) / 2


def quarter_of(angle: float) -> int | None:
    """How many quarter turns to the left put characters upright that stand at an angle; None for one between."""
    quarters = angle / (math.pi / 2)
    return round(quarters) % 4 if abs(quarters - round(quarters)) < 0.1 else None
