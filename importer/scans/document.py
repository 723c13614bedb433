"""Pages as scanned -> a document of numbered lines as any reader gives, and for each line where on the pages it stands."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from importer.drafts.drafts import Problem, ProblemKind
from importer.files.aligned_tables import blocks_of
from importer.files.drawn_tables import PrintedTable, Rule, grids_of, home_of
from importer.files.pdf_layout import PrintedParagraph, document_of_pages, set_paragraphs
from importer.files.printed_page import PrintedLine
from importer.files.readers import SourceText, UnreadableDocument, is_ink

from .scanned import DOTS, ScannedLine, ScannedPage

POINT = 72 / DOTS
# A scanned line ends with its ink, a printed one with the room of its last sign: half of that is blank.
OPENING, CLOSING, HALF = frozenset("“‘（《〔〈【「『"), frozenset("，。、；：！？）》”’〕〉】」』"), 0.55
READ_BY_MACHINE = "这份文件是扫描件或照片，文字由机器识别。"
COMPARE = "请对照左边每行下面的图片核对，识别错的点“改文字”改正。"
EMPTY = "图片里没有认出文字。"
CLEARER = "请确认页面清楚、光线均匀，用 200 点以上的分辨率重新扫描或拍照。"

Place = tuple[int, int]  # of a scanned line: page and line, both from 0


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
    source = document_of_pages(blocks_of_pages(pages), "scan")
    if not any(is_ink(character) for character in source.text):
        raise UnreadableDocument(EMPTY, CLEARER)
    # Putting a table together over pages changes its parts: who asks where lines stand looks at parts of their own.
    made = [one for block, _ in set_paragraphs(blocks_of_pages(pages)) for one in lines_of(block)]
    lines = tuple(document_line(line.text, printed, pages) for line, printed in zip(source.lines, made, strict=True))
    return ScannedDocument(replace(source, notes=(note_of(pages, lines),)), lines)


def blocks_of_pages(pages: Sequence[ScannedPage]) -> list[list[PrintedLine | PrintedTable]]:
    """What the pages print, as the layout of a PDF knows it: lines in points from the lower left, and tables."""
    return [blocks_of_page(page, number) for number, page in enumerate(pages)]


def blocks_of_page(page: ScannedPage, number: int) -> list[PrintedLine | PrintedTable]:
    """The lines and tables of a page in the order they are read."""
    grids = grids_of([rule_of(rule, page.height) for rule in page.rules])
    free: list[PrintedLine] = []
    inside: list[dict[tuple[int, int], list[PrintedLine]]] = [defaultdict(list) for _ in grids]
    for line in page.lines:
        stretch = printed_line(line, page.height, number)
        home = home_of((stretch.left, stretch.right, stretch.bottom, stretch.top), grids)
        if home is None:
            free.append(stretch)
        else:
            inside[home[0]][home[1]].append(stretch)
    return blocks_of(
        free, [grid.table(cells, number) for grid, cells in zip(grids, inside, strict=True) if cells], number
    )


def rule_of(rule: tuple[int, int, int, int], height: int) -> Rule:
    """A drawn rule in points from the lower left."""
    left, top, right, bottom = rule
    if right - left >= bottom - top:
        return Rule(True, (height - (top + bottom) / 2) * POINT, left * POINT, right * POINT)
    return Rule(False, (left + right) / 2 * POINT, (height - bottom) * POINT, (height - top) * POINT)


def printed_line(line: ScannedLine, height: int, number: int) -> PrintedLine:
    """A scanned line in points from the lower left, with the room its first and last sign have in print."""
    bottom, top = (height - line.bottom) * POINT, (height - line.top) * POINT
    before = HALF * (top - bottom) if line.text[:1] in OPENING else 0
    behind = HALF * (top - bottom) if line.text[-1:] in CLOSING else 0
    return PrintedLine(line.text, line.left * POINT - before, line.right * POINT + behind, bottom, top, number)


def lines_of(block: PrintedParagraph | PrintedTable) -> Iterator[list[PrintedLine]]:
    """For each line of the document that a block makes, the printed lines it was made of."""
    if isinstance(block, PrintedParagraph):
        yield block.lines
        return
    for cell in sorted(block.cells, key=lambda cell: (cell.row, cell.column)):
        printed = list(cell.lines)
        for text in cell.paragraphs:
            own: list[PrintedLine] = []
            wanted = len("".join(text.split()))
            while printed and sum(len("".join(line.text.split())) for line in own) < wanted:
                own.append(printed.pop(0))
            yield own
    yield from ([] for _ in block.repeated)


def document_line(text: str, printed: Sequence[PrintedLine], pages: Sequence[ScannedPage]) -> DocumentLine:
    """Where a line of the document stands, and where in it the doubtful characters are: only blanks stand between its
    stretches, and a hyphen may have gone."""
    places = tuple(place for line in printed for place in places_of(line, pages[line.page]))
    inked = [n for n, character in enumerate(text) if not character.isspace()]
    unsure, place = [], 0
    for line in (pages[page].lines[row] for page, row in places):
        for n, character in enumerate(line.text):
            if place < len(inked) and character == text[inked[place]]:
                unsure += [inked[place]] if n in line.unsure else []
                place += 1  # else a blank, or a hyphen that only broke a word at the line's end
    return DocumentLine(places, tuple(unsure))


def places_of(line: PrintedLine, page: ScannedPage) -> list[Place]:
    """The scanned lines whose middle lies in a printed one, from left to right."""
    found = []
    for row, scanned in enumerate(page.lines):
        across, up = (
            (scanned.left + scanned.right) / 2 * POINT,
            (page.height - (scanned.top + scanned.bottom) / 2) * POINT,
        )
        if line.left <= across <= line.right and line.bottom <= up <= line.top:
            found.append((scanned.left, (line.page, row)))
    return [place for _, place in sorted(found)]


def note_of(pages: Sequence[ScannedPage], lines: Sequence[DocumentLine]) -> Problem:
    """What the person who imports is told first."""
    read = [number for number, page in enumerate(pages, start=1) if page.is_from_picture]
    which = "" if len(read) == len(pages) else f"（第 {'、'.join(map(str, read))} 页）"
    unsure = sum(len(line.unsure) for line in lines)
    doubts = f"其中 {unsure} 个字没有把握，已经标出。" if unsure else ""
    return Problem(
        None, "", f"{READ_BY_MACHINE.removesuffix('。')}{which}。{doubts}", COMPARE, kind=ProblemKind.READ_BY_MACHINE
    )
