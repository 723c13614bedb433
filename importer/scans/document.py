"""Pages as scanned -> a document of numbered lines as any reader gives, and for each line where on the pages it stands."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from importer.drafts.drafts import Line, Problem, ProblemKind
from importer.files.pdf_layout import Paragraph, set_paragraphs
from importer.files.pdf_page import SAME_LINE, PrintedLine, joined, overlap
from importer.files.readers import SourceText, UnreadableDocument, is_ink

from .scanned import DOTS, ScannedPage

POINT = 72 / DOTS
# A scanned line ends with its ink, a printed one with the room of its last sign: half of that is blank.
OPENING, CLOSING, HALF = frozenset("“‘（《〔〈【「『"), frozenset("，。、；：！？）》”’〕〉】」』"), 0.55
READ_BY_MACHINE = "这份文件是扫描件或照片，文字由机器识别。"
COMPARE = "请对照左边每行的图片核对，识别错的字点行号改正。"
EMPTY = "图片里没有认出文字。"
CLEARER = "请确认页面清楚、光线均匀，用 200 点以上的分辨率重新扫描或拍照。"

Place = tuple[int, int]  # of a scanned line: page and line, both from 0


@dataclass
class PlacedLine(PrintedLine):
    """A printed line that knows of which scanned lines it was made, from left to right."""

    places: list[Place] = field(default_factory=list)


@dataclass(frozen=True)
class DocumentLine:
    """Where a line of the document stands on the pages, and which of its characters the reader was not sure of."""

    places: tuple[Place, ...]
    unsure: tuple[int, ...]


@dataclass(frozen=True)
class ScannedDocument:
    """A document read from pictures: as text, and line by line as scanned."""

    source: SourceText
    lines: tuple[DocumentLine, ...]


def document_of(pages: Sequence[ScannedPage]) -> ScannedDocument:
    """The document that pages make together; raise `UnreadableDocument` where nothing was read."""
    paragraphs = set_paragraphs([placed_lines(page, number) for number, page in enumerate(pages)])
    texts = [paragraph.text for paragraph, _ in paragraphs]
    if not any(is_ink(character) for text in texts for character in text):
        raise UnreadableDocument(EMPTY, CLEARER)
    lines = tuple(Line(number, text) for number, text in enumerate(texts, start=1))
    furniture = frozenset(number for number, (_, is_furniture) in enumerate(paragraphs, start=1) if is_furniture)
    # No tables: a picture's rules are not looked for.
    known = tuple(document_line(paragraph, pages) for paragraph, _ in paragraphs if isinstance(paragraph, Paragraph))
    source = SourceText("\n".join(texts), "scan", lines, furniture, notes=(note_of(pages, known),))
    return ScannedDocument(source, known)


def placed_lines(page: ScannedPage, number: int) -> list[PlacedLine]:
    """A page's lines as the layout of a PDF knows them: in points from the lower left, those at one height joined."""
    lines: list[PlacedLine] = []
    rows = sorted(range(len(page.lines)), key=lambda row: (page.lines[row].top, page.lines[row].left))
    for row in rows:
        line = page.lines[row]
        bottom, top = (page.height - line.bottom) * POINT, (page.height - line.top) * POINT
        before, behind = (HALF * (top - bottom) if sign in signs else 0 for sign, signs in ((line.text[:1], OPENING), (line.text[-1:], CLOSING)))
        left, right = line.left * POINT - before, line.right * POINT + behind
        stretch = PlacedLine(line.text, left, right, bottom, top, number, [(number, row)])
        if lines and overlap(lines[-1], stretch) > SAME_LINE:
            lines[-1] = beside(lines[-1], stretch)
        elif stretch.text:
            lines.append(stretch)
    return lines


def beside(line: PlacedLine, other: PlacedLine) -> PlacedLine:
    """Two stretches of one printed line."""
    first, second = (line, other) if line.left <= other.left else (other, line)
    return PlacedLine(**vars(joined(line, other)), places=first.places + second.places)


def document_line(paragraph: Paragraph, pages: Sequence[ScannedPage]) -> DocumentLine:
    """Where a paragraph stands, and where in its text the doubtful characters are: only blanks stand between its stretches, and a hyphen may have gone."""
    places = tuple(place for line in paragraph.lines if isinstance(line, PlacedLine) for place in line.places)
    inked = [n for n, character in enumerate(paragraph.text) if not character.isspace()]
    unsure, place = [], 0
    for line in (pages[page].lines[row] for page, row in places):
        for n, character in enumerate(line.text):
            if place < len(inked) and character == paragraph.text[inked[place]]:
                unsure += [inked[place]] if n in line.unsure else []
                place += 1  # else a blank, or a hyphen that only broke a word at the line's end
    return DocumentLine(places, tuple(unsure))


def note_of(pages: Sequence[ScannedPage], lines: Sequence[DocumentLine]) -> Problem:
    """What the person who imports is told first."""
    read = [number for number, page in enumerate(pages, start=1) if page.is_from_picture]
    which = "" if len(read) == len(pages) else f"（第 {'、'.join(map(str, read))} 页）"
    unsure = sum(len(line.unsure) for line in lines)
    doubts = f"其中 {unsure} 个字没有把握，已经标出。" if unsure else ""
    return Problem(None, "", f"{READ_BY_MACHINE.removesuffix('。')}{which}。{doubts}", COMPARE, kind=ProblemKind.READ_BY_MACHINE)
