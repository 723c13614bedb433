"""Printed lines -> paragraphs: running heads and page numbers set aside, lines that were only broken by the page joined.

A line goes on in the next where the next's first word would not have fitted behind it, and the next stands where the
rest of a paragraph stands: at the margin where paragraphs are indented, under its own text where numbers hang out.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from importer.drafts.drafts import Line, Problem
from importer.text.paragraphs import TERMINAL, read_marker
from importer.text.passages import whole

from .drawn_tables import PrintedTable
from .printed_page import PrintedLine, first_word_width, together
from .readers import SourceText
from .tables import Cell, Table

HYPHENATED = re.compile(r"[A-Za-z]-$")
AS_SET = 20  # characters: a line that alone reaches the margin and is shorter is a title
EDGE_LINES = 3  # running heads and feet stand among the first and last lines of a page
PLACE = 4.0  # points two lines may differ in height on their pages to stand at the same place
PAGE_NUMBER = re.compile(r"[-—–―－_~·\s第共页/,，#]*#[-—–―－_~·\s第共页/,，#]*")


@dataclass(frozen=True)
class Setting:
    """How the text is set: its margins, the distance of its lines, whether first lines are indented."""

    left: float
    right: float
    pitch: float
    indented: bool
    is_sure: bool = True  # whether more than one line reaches the right margin, or one as long as text is set


@dataclass
class PrintedParagraph:
    """Lines that belong together."""

    lines: list[PrintedLine]

    @property
    def text(self) -> str:
        """Its words; a space stands where two Latin words meet."""
        text = self.lines[0].text
        for line in self.lines[1:]:
            text = together(text, line.text)
        return text


Block = PrintedLine | PrintedTable


def paragraphs_of_pages(pages: Sequence[Sequence[PrintedLine]]) -> list[tuple[str, bool]]:
    """The document's paragraphs in order, each with whether it is furniture."""
    return [(paragraph.text, is_furniture) for paragraph, is_furniture in set_paragraphs(pages)]


def set_paragraphs(pages: Sequence[Sequence[Block]]) -> list[tuple[PrintedParagraph | PrintedTable, bool]]:
    """The same, each paragraph with its printed lines; a table stands between them as a whole."""
    edges = running_lines(pages)
    pages = tables_joined(pages, edges)
    setting = setting_of(
        [line for page in pages for line in page if isinstance(line, PrintedLine) and id(line) not in edges]
    )
    found: list[tuple[PrintedParagraph | PrintedTable, bool]] = []
    waiting: list[PrintedLine] = []  # furniture met inside a paragraph: it follows it
    paragraph: PrintedParagraph | None = None
    for page in pages:
        for line in page:
            if isinstance(line, PrintedTable):
                found += [(paragraph, False)] if paragraph else []
                found += [(PrintedParagraph([one]), True) for one in waiting]
                paragraph, waiting = None, []
                found.append((line, False))
            elif id(line) in edges:
                waiting.append(line)
            elif paragraph and continues(paragraph, line, setting):
                paragraph.lines.append(line)
            else:
                found += [(paragraph, False)] if paragraph else []
                found += [(PrintedParagraph([one]), True) for one in waiting]
                paragraph, waiting = PrintedParagraph([line]), []
    found += [(paragraph, False)] if paragraph else []
    return found + [(PrintedParagraph([one]), True) for one in waiting]


def tables_joined(pages: Sequence[Sequence[Block]], edges: set[int]) -> list[list[Block]]:
    """The pages with a table that goes on over a page put together on the first of them."""
    found: list[list[Block]] = []
    open_table: PrintedTable | None = None  # the last thing printed so far
    for page in pages:
        kept = list(page)
        first = next((block for block in page if id(block) not in edges), None)
        if open_table is not None and isinstance(first, PrintedTable) and open_table.goes_on(first):
            open_table.take(first)
            kept.remove(first)
        last = next((block for block in reversed(kept) if id(block) not in edges), open_table)
        open_table = last if isinstance(last, PrintedTable) else None
        found.append(kept)
    return found


def document_of_pages(pages: Sequence[Sequence[Block]], form: str, notes: tuple[Problem, ...] = ()) -> SourceText:
    """The document that printed pages make: a line for each paragraph, and for each paragraph of a table's cell."""
    lines: list[Line] = []
    furniture: set[int] = set()
    tables: list[Table] = []

    def add(text: str) -> Line:
        lines.append(Line(len(lines) + 1, text))
        return lines[-1]

    for block, is_furniture in set_paragraphs(pages):
        if isinstance(block, PrintedParagraph):
            line = add(block.text)
            furniture |= {line.number} if is_furniture else set()
            continue
        ordered = sorted(block.cells, key=lambda cell: (cell.row, cell.column))
        cells = [Cell(c.row, c.column, tuple(add(text) for text in c.paragraphs), c.rows, c.columns) for c in ordered]
        if kept := tuple(cell for cell in cells if cell.lines):
            tables.append(Table("", len(tables) + 1, kept))
        furniture |= {add(text).number for text in block.repeated}
    return SourceText(
        "\n".join(line.text for line in lines), form, tuple(lines), frozenset(furniture), tuple(tables), notes
    )


def running_lines(pages: Sequence[Sequence[Block]]) -> set[int]:
    """The lines (by id) that stand at the same place on several pages with the same words but for numbers."""
    places: dict[str, list[PrintedLine]] = defaultdict(list)
    for page in ([block for block in page if isinstance(block, PrintedLine)] for page in pages):
        for line in {id(line): line for line in [*page[:EDGE_LINES], *page[-EDGE_LINES:]]}.values():
            places[re.sub(r"\s+", "", re.sub(r"\d+", "#", line.text))].append(line)
    needed = 2 if len(pages) <= 4 else 3
    found = {id(block) for page in pages for block in page if isinstance(block, PrintedLine) and block.is_furniture}
    for words, lines in places.items():
        for line in lines:
            same = {other.page for other in lines if abs(other.bottom - line.bottom) <= PLACE}
            if len(same) >= needed and (len(same) * 3 >= len(pages) or PAGE_NUMBER.fullmatch(words)):
                found.add(id(line))
    return found


def setting_of(lines: Sequence[PrintedLine]) -> Setting:
    """How the text is set, from its lines together."""
    widths = sorted(line.right - line.left for line in lines)
    widest = widths[-1 - len(widths) // 20] if widths else 0.0  # titles may run over two columns of text
    if widest <= 0:  # no text, or none with a width
        return Setting(0, 0, 0, False)
    long_lines = [line for line in lines if line.right - line.left > 0.6 * widest]
    left = Counter(round(line.left) for line in long_lines).most_common(1)[0][0]
    rights = Counter(round(line.right / 3) * 3 for line in long_lines if line.right - line.left > 0.85 * widest)
    gaps = [above.bottom - below.bottom for above, below in pairwise(lines) if above.page == below.page]
    gaps = [gap for gap in gaps if gap > 1]
    starts = sum(1 for line in lines if 1.2 <= (line.left - left) / line.size <= 3.2)
    right = float(rights.most_common(1)[0][0])  # not the farthest: a full stop may hang out behind the margin
    reaching = [line for line in lines if right - line.right < 1.2 * line.size]
    is_sure = len(reaching) > 1 or any(line.right - line.left >= AS_SET * line.size for line in reaching)
    return Setting(left, right, median(gaps) if gaps else 0.0, starts * 6 >= len(lines), is_sure)


def continues(paragraph: PrintedParagraph, line: PrintedLine, setting: Setting) -> bool:
    """Whether a line is the rest of the paragraph above it."""
    last, first = paragraph.lines[-1], paragraph.lines[0]
    if not is_full(last, line, setting) or not 0.75 < line.size / last.size < 1.33:
        return False
    if last.page == line.page and last.bottom - line.bottom > 1.5 * setting.pitch:
        return False
    marker = read_marker(whole(Line(1, line.text)))
    step = (line.left - first.left) / line.size
    if setting.indented and step < -0.8 and abs(line.left - setting.left) < line.size:
        return marker is None or marker.kind == "bullet" or not TERMINAL.search(last.text)
    if marker:
        return False
    if len(paragraph.lines) > 1:
        return abs(line.left - last.left) < 0.6 * line.size
    if abs(step) <= 0.6:
        return not (setting.indented and line.left - setting.left > 0.8 * line.size)
    return step < 0 or (step < 4.5 and read_marker(whole(Line(1, first.text))) is not None)


def is_full(line: PrintedLine, following: PrintedLine, setting: Setting) -> bool:
    """Whether the first word of the following line would not have fitted behind a line."""
    if HYPHENATED.search(line.text) and following.text[:1].isascii() and following.text[:1].isalnum():
        return True
    return setting.is_sure and line.right + first_word_width(following) + 0.35 * line.size > setting.right
