"""The printed lines of a PDF page: their words and where they stand. PDFium reads the page; here lines are put in order."""

import ctypes
import re
from dataclasses import dataclass

import pypdfium2.raw as pdfium

from importer.text.folding import folded

UNMAPPED = re.compile("[\x00-\x08\x0e-\x1f\ufffd\ue000-\uf8ff]")
WIDE = re.compile("[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f“”‘’—…·〔〕]")
NOWHERE = (0.0, 0.0, 0.0, 0.0)
FARTHEST = 1e6  # points from the corner; a broken page may place characters anywhere, or at no number at all
SAME_LINE = 0.5  # two stretches that overlap by this share of their height stand on one line
MEANT = 0.4  # a gap of this many characters is a space; programs that set Chinese put a quarter beside Latin words


@dataclass
class PrintedLine:
    """A line as it stands on a page, in points from the lower left corner."""

    text: str
    left: float
    right: float
    bottom: float
    top: float
    page: int = 0

    @property
    def size(self) -> float:
        """Its height, near enough the size of its characters."""
        return max(self.top - self.bottom, 1.0)


def lines_of_page(page, number: int) -> list[PrintedLine]:
    """The lines of a page from top to bottom."""
    text_page = page.get_textpage()
    try:
        stretches = stretches_of(text_page)
    finally:
        text_page.close()
    lines: list[PrintedLine] = []
    for stretch in sorted(stretches, key=lambda line: (-line.top, line.left)):
        stretch.page = number
        if lines and overlap(lines[-1], stretch) > SAME_LINE:
            lines[-1] = joined(lines[-1], stretch)
        else:
            lines.append(stretch)
    return lines


def stretches_of(text_page) -> list[PrintedLine]:
    """The page's runs of text between the line ends PDFium puts."""
    count = text_page.count_chars()
    text = text_page.get_text_range(0, count) if count > 0 else ""
    if len(text) != count:
        text = "".join(chr(min(pdfium.FPDFText_GetUnicode(text_page, index), 0x10FFFF)) for index in range(count))
    stretches = []
    for match in re.finditer(r"[^\r\n]+", text):
        first, last = inked(text, match.start(), match.end())
        if first is not None:
            boxes = [box_of(text_page, first), box_of(text_page, last)]
            words = spaced(text_page, text, first, last + 1)
            stretches.append(
                PrintedLine(words, boxes[0][0], boxes[1][1], min(b[2] for b in boxes), max(b[3] for b in boxes))
            )
    return stretches


def inked(text: str, start: int, end: int) -> tuple[int | None, int]:
    """The first and last character of a run that is not blank; (None, …) where all are."""
    while start < end and (text[start].isspace() or text[start] in "\x00\ufffe\uffff"):
        start += 1
    while end > start and (text[end - 1].isspace() or text[end - 1] in "\x00\ufffe\uffff"):
        end -= 1
    return (start, end - 1) if start < end else (None, 0)


def box_of(text_page, index: int) -> tuple[float, float, float, float]:
    """Left, right, bottom and top of a character with the space its font gives it."""
    rectangle = pdfium.FS_RECTF()
    if pdfium.FPDFText_GetLooseCharBox(text_page, index, ctypes.byref(rectangle)):
        box = (rectangle.left, rectangle.right, rectangle.bottom, rectangle.top)
        return box if all(abs(value) < FARTHEST for value in box) else NOWHERE
    return NOWHERE


def spaced(text_page, text: str, start: int, end: int) -> str:
    """The characters of a run, without the spaces PDFium sees where Chinese characters are only set apart."""
    kept = []
    for index in range(start, end):
        character = text[index]
        if character == " " and is_spurious(text_page, text, index):
            continue
        if character not in "\ufffe\uffff":
            kept.append(character)
    return folded("".join(kept))


def is_spurious(text_page, text: str, index: int) -> bool:
    """Whether a space beside a Chinese character is none: PDFium made it of a gap too narrow to be meant."""
    is_beside_chinese = WIDE.match(text[index - 1]) or WIDE.match(text[index + 1])
    if not is_beside_chinese or not pdfium.FPDFText_IsGenerated(text_page, index):
        return False
    before, after = box_of(text_page, index - 1), box_of(text_page, index + 1)
    return after[0] - before[1] < MEANT * max(before[3] - before[2], 1.0)


def overlap(line: PrintedLine, other: PrintedLine) -> float:
    """How much two stretches overlap vertically, as a share of the smaller height."""
    shared = min(line.top, other.top) - max(line.bottom, other.bottom)
    return shared / min(line.size, other.size)


def joined(line: PrintedLine, other: PrintedLine) -> PrintedLine:
    """Two stretches of one line, from left to right."""
    first, second = (line, other) if line.left <= other.left else (other, line)
    gap = "" if second.left - first.right < 0.3 * first.size else "  " if second.left - first.right > 1.5 * first.size else " "
    return PrintedLine(
        first.text + gap + second.text, first.left, max(first.right, second.right),
        min(line.bottom, other.bottom), max(line.top, other.top), line.page,
    )  # fmt: skip
