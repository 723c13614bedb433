"""A saved web page, or a table that a program gave out as one -> numbered lines and tables.

A line for each block, without scripts, styles, forms and what is hidden; `<pre>` keeps its line ends; `<ol>` is
numbered as a browser shows it. The innermost tables are tables, those around them only set the page. What the site
puts around a document (`page_surroundings.py`) is furniture.
"""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from importer.drafts.drafts import Line, Problem

from .html_numbers import ListNumbers
from .limits import MAX_COLUMNS
from .page_surroundings import PageLine, surroundings_of, title_worth_reading
from .readers import SourceText, UnreadableDocument, candidate_encodings, decoded, is_ink
from .tables import Cell, Table
from .text_tables import with_text_tables

BLOCKS = frozenset(
    ["address", "article", "aside", "blockquote", "body", "br", "caption", "center", "dd", "div", "dl", "dt", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre", "section", "table", "tbody", "td", "tfoot", "th", "thead", "title", "tr", "ul"]
)  # fmt: skip
UNSEEN = frozenset(
    ["script", "style", "noscript", "template", "svg", "select", "button", "textarea", "iframe", "object"]
)
VOID = frozenset(["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"])
CLOSES_ITSELF = frozenset(
    ["p", "li", "td", "th", "tr", "dd", "dt", "option"]
)  # the next of its kind ends one that was not closed
SET_APART = frozenset(["nav", "header", "footer", "aside"])
HEADINGS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6"])
HIDDEN = re.compile(r"(?i)display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all")
CHARSET = re.compile(rb"(?i)charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]{2,20})")
CHINESE = ("gb2312", "gbk", "gb18030", "x-gbk")
SPACE = re.compile(r"[\s\u2028\u2029]*[\n\r\x85\u2028\u2029\x0b\x0c]\s*")
LINE_ENDS = re.compile(r"\r\n|[\n\r\x85\u2028\u2029\x0b\x0c]")


@dataclass
class HtmlBlock:
    """A line while its words come in."""

    parts: list[str] = field(default_factory=list)
    linked: int = 0  # characters that are links
    apart: str = ""  # the element around it that sets it apart from the text
    heading: str = ""  # h1, h2 …
    number: str = ""  # of a numbered list

    @property
    def text(self) -> str:
        """The words so far."""
        return "".join(self.parts).strip()


@dataclass
class OpenCell:
    """A cell while its blocks come in."""

    row: int
    column: int
    rows: int
    columns: int
    first: int  # index of its first block
    last: int = 0


@dataclass
class OpenTable:
    """A table while its rows come in: which places of the next rows are taken by cells from above."""

    row: int = 0
    column: int = 1
    cells: list[OpenCell] = field(default_factory=list)
    taken: dict[int, int] = field(default_factory=dict)  # column -> last row it is taken in
    open: OpenCell | None = None
    is_outer: bool = False

    def begin(self, rows: int, columns: int, first: int) -> None:
        """Begin a cell at the next free place of the row."""
        while self.taken.get(self.column, 0) >= self.row:
            self.column += 1
        self.open = OpenCell(self.row, self.column, rows, columns, first)
        self.cells.append(self.open)
        for column in range(self.column, self.column + columns):
            self.taken[column] = self.row + rows - 1
        self.column += columns

    def end(self, last: int) -> None:
        """End the open cell."""
        if self.open is not None:
            self.open.last, self.open = last, None


class PageReader(HTMLParser):
    """Collects the blocks of a page, its tables and its `<title>`."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[HtmlBlock] = [HtmlBlock()]
        self.title: list[str] = []
        self.tables: list[OpenTable] = []
        self.finished: list[OpenTable] = []
        self.lists = ListNumbers()
        self.unseen: list[str] = []  # the elements that hide what they hold, and those of the same kind inside
        self.apart: list[str] = []
        self.depths = dict.fromkeys(("pre", "a", "title"), 0)
        self.heading = self.number = ""
        self.hidden = 0

    def begin_block(self) -> None:
        """End the line and begin another."""
        if self.blocks[-1].parts:
            self.blocks.append(HtmlBlock())
        self.blocks[-1].apart = self.apart[-1] if self.apart else ""
        self.blocks[-1].heading = self.heading

    # --- what the parser calls ---------------------------------------------------------------------------

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a line at a block, a cell, a list."""
        given = {name: value or "" for name, value in attrs}
        if self.unseen and tag == self.unseen[-1] and tag in CLOSES_ITSELF:
            self.unseen.pop()
        if self.unseen:
            if tag == self.unseen[-1] and tag not in VOID:
                self.unseen.append(tag)
            return
        if tag in UNSEEN or "hidden" in given or HIDDEN.search(given.get("style", "")):
            if tag not in VOID:
                self.unseen.append(tag)
            return
        if tag in self.depths:
            self.depths[tag] += 1
        if tag in SET_APART:
            self.apart.append(tag)
        if tag in HEADINGS:
            self.heading = tag
        if tag in BLOCKS:
            self.begin_block()
        self.number = self.lists.begin(tag, given) or self.number
        self.table_part(tag, given)

    def handle_endtag(self, tag: str) -> None:
        """End a line behind a block."""
        if self.unseen:
            if tag == self.unseen[-1]:
                self.unseen.pop()
            return
        if self.depths.get(tag):
            self.depths[tag] -= 1
        if tag in SET_APART and tag in self.apart:
            del self.apart[len(self.apart) - 1 - self.apart[::-1].index(tag) :]
        if tag in HEADINGS:
            self.heading = ""
        self.lists.end(tag)
        if tag in BLOCKS:
            self.begin_block()
        if tag in ("td", "th", "tr") and self.tables:
            self.tables[-1].end(len(self.blocks) - 1)
        elif tag == "table" and self.tables:
            self.end_table()

    def handle_data(self, data: str) -> None:
        """Take text in; line ends in the source are white space, but in `<pre>`."""
        if self.unseen:
            self.hidden += sum(map(is_ink, data)) if self.unseen[0] not in UNSEEN else 0
        elif self.depths["title"]:
            self.title.append(data)
        elif self.depths["pre"]:
            for index, line in enumerate(LINE_ENDS.split(data)):
                if index:
                    self.begin_block()
                self.words(line)
        else:
            self.words(SPACE.sub(" ", data))

    def words(self, text: str) -> None:
        """Add words to the open line, the number of its list in front."""
        block = self.blocks[-1]
        if self.number and text.strip():
            block.number, self.number = self.number, ""
        block.parts.append(text)
        block.linked += len(text) if self.depths["a"] else 0

    # --- tables ------------------------------------------------------------------------------------------

    def table_part(self, tag: str, given: dict[str, str]) -> None:
        """Begin a table, a row or a cell."""
        if tag == "table":
            for table in self.tables:
                table.is_outer = True
            self.tables.append(OpenTable())
        elif tag == "tr" and self.tables:
            table = self.tables[-1]
            table.end(len(self.blocks) - 1)
            table.row, table.column = table.row + 1, 1
        elif tag in ("td", "th") and self.tables:
            table = self.tables[-1]
            table.end(len(self.blocks) - 1)
            table.row = max(1, table.row)
            if table.column <= MAX_COLUMNS:
                table.begin(span(given.get("rowspan"), 65_534), span(given.get("colspan"), 1000), len(self.blocks) - 1)

    def end_table(self) -> None:
        """End the innermost table."""
        self.begin_block()
        table = self.tables.pop()
        table.end(len(self.blocks) - 1)
        self.finished.append(table)


def span(given: str | None, most: int) -> int:
    """How many rows or columns a cell is merged over; 1 where nothing sensible is said."""
    digits = re.match(r"\s*(\d{1,6})", given or "")
    return max(1, min(int(digits[1]), most)) if digits else 1


def read_html(content: bytes) -> SourceText:
    """Read a web page; raise `UnreadableDocument` where its encoding is not known."""
    page = PageReader()
    page.feed(content.decode(encoding_of(content), errors="replace"))
    page.close()
    while page.tables:
        page.end_table()
    return source_of(page)


def source_of(page: PageReader) -> SourceText:
    """The lines and tables of a page that was gone through."""
    kept = [(index, block) for index, block in enumerate(page.blocks) if any(map(is_ink, block.text))]
    lines = [
        PageLine(
            block.number + block.text if needs_number(block) else block.text, block.heading, block.apart, block.linked
        )
        for _, block in kept
    ]
    title = "".join(page.title).strip()
    headline = title_worth_reading(title, [line.text for line in lines])
    if headline:
        lines.insert(0, PageLine(headline, "title"))
    numbered = tuple(Line(number, line.text) for number, line in enumerate(lines, start=1))
    places = {index: numbered[place + bool(headline)] for place, (index, _) in enumerate(kept)}
    tables = tuple(tables_of(page.finished, places))
    inside = {number for table in tables if is_wide(table, lines) for number in table.line_numbers}
    furniture = surroundings_of(lines, title, inside)
    note = Problem(
        None, "", f"网页里有 {page.hidden} 个隐藏的字，没有读入。", "需要时请把网页上的正文复制到 Word 文档中再导入。"
    )
    text = "\n".join(line.text for line in numbered)
    return with_text_tables(SourceText(text, "html", numbered, furniture, tables, (note,) if page.hidden else ()))


def needs_number(block: HtmlBlock) -> bool:
    """Whether the list's number is to be printed: not where the words bring one of their own."""
    return bool(block.number) and not re.match(
        r"\s*(?:\d{1,4}\s*[.、．)）]|[(（]?[一二三四五六七八九十\d]{1,3}[)）、.]|第.{1,3}[条章])", block.text
    )


def is_wide(table: Table, lines: list[PageLine]) -> bool:
    """Whether a table holds something: two rows and two columns at least, and not only links to other pages."""
    links = sum(1 for number in table.line_numbers if lines[number - 1].is_link)
    return (
        len(table.rows) > 1 and len({cell.column for cell in table.cells}) > 1 and links * 2 <= len(table.line_numbers)
    )


def tables_of(finished: list[OpenTable], places: dict[int, Line]) -> list[Table]:
    """The innermost tables in the order of their lines; a table around others only sets the page."""
    found = []
    for table in finished:
        if table.is_outer:
            continue
        cells = []
        for cell in table.cells:
            lines = tuple(places[index] for index in range(cell.first, cell.last) if index in places)
            if lines:
                cells.append(Cell(cell.row, cell.column, lines, cell.rows, cell.columns))
        if cells:
            found.append(tuple(cells))
    found.sort(key=lambda cells: cells[0].lines[0].number)
    return [Table("", number, cells) for number, cells in enumerate(found, start=1)]


def encoding_of(content: bytes) -> str:
    """The encoding a page declares where its bytes agree, else one they can be read in."""
    declared = CHARSET.search(content[:4096])
    names = [declared.group(1).decode("ascii").lower()] if declared else []
    names = ["gb18030" if name in CHINESE else name for name in names]
    for name in [*names, *candidate_encodings(content)]:
        try:
            if decoded(content, name) is not None:
                return name
        except LookupError:
            continue
    raise UnreadableDocument("认不出网页的文字编码。", "请把网页上的正文复制到 Word 文档中，存为 .docx，再导入。")
