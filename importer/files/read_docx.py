"""A .docx file -> numbered lines, tables, and what a person should be told.

A paragraph is a line, a soft line break begins another, automatic numbers stand in front as Word prints them.
Inserted revisions are kept, deleted ones and hidden text left out with a note. Text boxes stand before the paragraph
that anchors them. Footnotes and tables of contents are furniture; headers, footers and comments are left out.
"""

from collections.abc import Callable, Iterator
from xml.etree.ElementTree import Element

from importer.drafts.drafts import Line, Problem

from .limits import MAX_CHARACTERS, MAX_COLUMNS, MAX_LINES, damaged, too_complex, too_many_lines
from .ooxml import Package, attributes, short
from .readers import SourceText, UnreadableDocument
from .tables import Cell, Table
from .word_numbers import Numbering, bullet_of, value_of, whole_number
from .word_styles import NO, Styles, child_of, is_hidden, number_in
from .word_text import letters_in, words_of
from .xml_files import word_2003

BLOCKS = ("w:p", "w:tbl", "w:altChunk")
TRANSPARENT = (
    "w:sdt",
    "w:sdtContent",
    "w:ins",
    "w:moveTo",
    "w:customXml",
    "w:smartTag",
    "aml:annotation",
    "aml:content",
)


Opener = Callable[[str, bytes], SourceText]


def not_opened(name: str, content: bytes) -> SourceText:
    """Refuse a document put in by reference where nobody reads it."""
    raise damaged()


def read_word_2003(content: bytes) -> SourceText:
    """Read a Word 2003 XML."""
    return WordReader(word_2003(content)).read()


def read_docx(content: bytes, open_embedded: Opener = not_opened) -> SourceText:
    """Read a Word document; raise `UnreadableDocument` where it has no text.

    `open_embedded` reads a document put in at a place of it (w:altChunk) by name and content.
    """
    package = Package(content)
    package.check_contents()
    if not package.main_part or not package.has(package.main_part):
        raise damaged()
    return WordReader(package, open_embedded).read()


class WordReader:
    """Goes through a document block by block and collects its lines."""

    def __init__(self, package: Package, open_embedded: Opener = not_opened):
        self.package = package
        self.open_embedded = open_embedded
        self.main = package.main_part or ""
        self.numbering = Numbering.of(package, self.main)
        self.styles = Styles.of(package, self.main, self.numbering)
        self.lines: list[str] = []
        self.furniture: set[int] = set()
        self.tables: list[Table] = []
        self.deleted = self.hidden = self.characters = 0
        self.left_out: list[str] = []  # why documents put in by reference were not read
        self.others: list[Problem] = []  # what is to be said of those that were
        self.own_notes: list[Element] = []  # footnotes of Word 2003, which stand in the text
        self.inside = 0  # cells that are open: their numbers stand without a text too, as in a column 序号
        self.carried = ""  # words of a paragraph whose end was deleted: they go on in the next

    def read(self) -> SourceText:
        """Read everything."""
        for block in self.package.stream(self.main, frozenset((*BLOCKS, "w:sectPr", "w:style"))):
            self.block(block)
        if self.carried:
            self.add_lines(self.carried)
        self.read_footnotes()
        if not any(line.strip() for line in self.lines) and any("/media/" in name for name in self.package.parts):
            raise UnreadableDocument(
                "文档里只有图片，没有文字（可能是扫描件）。", "请先做文字识别（OCR），或向发文单位索取电子版。"
            )
        lines = tuple(Line(number, text) for number, text in enumerate(self.lines, start=1))
        return SourceText(
            "\n".join(self.lines), "docx", lines, frozenset(self.furniture), tuple(self.tables), tuple(self.notes())
        )

    def notes(self) -> Iterator[Problem]:
        """What was left out."""
        if self.deleted:
            text = f"文件里有未接受的修订：删除的 {self.deleted} 个字没有读入，插入的文字已读入。"
            yield Problem(None, "", text, "如与定稿不符，请在 WPS 或 Word 中接受或拒绝修订后再导入。")
        if self.hidden:
            yield Problem(
                None,
                "",
                f"文件里有 {self.hidden} 个隐藏的字，没有读入。",
                "需要时请在 WPS 或 Word 中取消隐藏后再导入。",
            )
        for message in self.left_out:
            text = f"文件里嵌有另一份文件，没有读入：{message}"
            yield Problem(None, "", text, "请在 WPS 或 Word 中打开后另存一份 .docx，再导入。")
        yield from self.others

    def block(self, block: Element) -> None:
        """Read a paragraph or table of the text."""
        tag = short(block.tag)
        if tag == "w:tbl":
            self.table(block)
        elif tag == "w:altChunk":
            self.embedded(block)
        elif tag == "w:p":
            self.paragraph(block)

    def embedded(self, element: Element) -> range:
        """Read a document that Word would put in at this place (w:altChunk); return the numbers of its lines."""
        kind, name = self.package.relations(self.main).get(attributes(element).get("r:id", ""), ("", ""))
        try:
            if kind != "aFChunk" or not self.package.has(name):
                raise damaged()
            content = self.package.zip.read(self.package.parts[name])
            source = self.open_embedded(name, content)
        except UnreadableDocument as refused:
            self.left_out.append(refused.message)
            return range(0)
        before = len(self.lines)
        added = self.add_lines("\n".join(line.text for line in source.lines))
        self.furniture.update(number + before for number in source.furniture)
        if not self.inside:
            self.tables += [
                table.moved(len(self.tables) + place, before) for place, table in enumerate(source.tables, start=1)
            ]
        self.others += source.notes
        return added

    # --- paragraphs --------------------------------------------------------------------------------------

    def add_lines(self, text: str) -> range:
        """Add a text's lines; return their numbers."""
        first = len(self.lines) + 1
        self.lines.extend(text.split("\n"))
        self.characters += len(text)
        if len(self.lines) > MAX_LINES:
            raise too_many_lines()
        if self.characters > MAX_CHARACTERS:
            raise too_complex()
        return range(first, len(self.lines) + 1)

    def paragraph(self, element: Element) -> range:
        """Read one paragraph; return the numbers of its lines, those of its text boxes included."""
        first = len(self.lines) + 1
        properties = child_of(element, "w:pPr")
        words = words_of(element, properties, self.styles)
        self.deleted += words.deleted
        self.hidden += words.hidden
        self.own_notes += words.notes
        for box in words.boxes:
            for block in blocks_in(box):
                self.block(block)
        mark = child_of(properties, "w:rPr")
        if mark is not None and (child_of(mark, "w:del") is not None or child_of(mark, "w:moveFrom") is not None):
            self.carried += words.text
            return range(first, len(self.lines) + 1)
        text, self.carried = self.carried + words.text, ""
        if not text and is_hidden(mark):
            return range(first, len(self.lines) + 1)
        style = (value_of(properties, "w:pStyle") if properties is not None else None) or self.styles.default
        number = self.number_before(properties, style)
        if not text.strip():
            number = number.rstrip() if self.inside else ""
        added = self.add_lines(number + text)
        if self.styles.is_contents(style):
            self.furniture.update(added)
        return range(first, len(self.lines) + 1)

    def number_before(self, properties: Element | None, style: str | None) -> str:
        """The automatic number in front of a paragraph, by its own properties or its style's; it is counted on."""
        if properties is None and style is None:
            return ""
        if (shown := child_of(properties, "w:listPr", "wx:t")) is not None:  # Word 2003 wrote down what it counted
            return bullet_of(attributes(shown).get("wx:val", "")) + " "
        number, level = number_in(properties)
        from_style, style_level = self.styles.number_of(style, self.numbering)
        if number is None:
            number = from_style
        level = level if level is not None else style_level
        return self.numbering.next(number, level) if number and number != "0" else ""

    def read_footnotes(self) -> None:
        """Add the footnotes and endnotes behind the text, as furniture."""
        for note in self.own_notes:
            self.add_footnote(note)
        for kind in ("footnotes", "endnotes"):
            name = self.package.related(self.main, kind)
            for note in self.package.stream(name, frozenset(("w:footnote", "w:endnote"))) if name else ():
                if attributes(note).get("w:type", "normal") != "normal":
                    continue
                self.add_footnote(note)

    def add_footnote(self, note: Element) -> None:
        """Add the paragraphs of a footnote, as furniture."""
        for paragraph in blocks_in(note, "w:p"):
            if words := words_of(paragraph, child_of(paragraph, "w:pPr"), self.styles).text.strip():
                self.furniture.update(self.add_lines(words))

    # --- tables ------------------------------------------------------------------------------------------

    def table(self, element: Element) -> range:
        """Read a table: each paragraph of a cell that is not empty is a line; a table inside a cell is its text."""
        first = len(self.lines) + 1
        cells: list[Cell] = []
        merged: dict[int, int] = {}  # column -> index of the cell that is merged downwards there
        hidden_rows: set[int] = set()
        rows = [row for row in blocks_in(element, "w:tr") if not self.is_deleted(row, "w:trPr", "w:del")]
        for number, row in enumerate(rows, start=1):
            if (
                value_of(child, "w:hidden") not in (None, *NO)
                if (child := child_of(row, "w:trPr")) is not None
                else False
            ):
                hidden_rows.add(number)
            self.row(row, number, cells, merged)
        kept = tuple(cell for cell in cells if cell.lines)
        if kept:
            self.tables.append(Table("", len(self.tables) + 1, kept, frozenset(hidden_rows)))
        return range(first, len(self.lines) + 1)

    def row(self, row: Element, number: int, cells: list[Cell], merged: dict[int, int]) -> None:
        """Read one row of a table."""
        properties = child_of(row, "w:trPr")
        column = 1 + (whole_number(value_of(properties, "w:gridBefore"), 0) if properties is not None else 0)
        for element in blocks_in(row, "w:tc"):
            if self.is_deleted(element, "w:tcPr", "w:cellDel"):
                continue
            given = child_of(element, "w:tcPr")
            width = max(1, whole_number(value_of(given, "w:gridSpan"), 1) if given is not None else 1)
            merge = merge_of(given)
            lines = tuple(self.cell_lines(element))
            if column + width - 1 > MAX_COLUMNS:
                raise too_complex()
            if merge is not None and merge != "restart" and column in merged:
                above = cells[merged[column]]
                cells[merged[column]] = Cell(
                    above.row, above.column, above.lines + lines, number - above.row + 1, above.columns
                )
            else:
                merged.pop(column, None)
                if merge is not None:
                    merged[column] = len(cells)
                cells.append(Cell(number, column, lines, 1, width))
            column += width

    def cell_lines(self, element: Element) -> Iterator[Line]:
        """The lines of a cell that are not empty; they are added to the document's."""
        self.inside += 1
        for block in blocks_in(element):
            if short(block.tag) == "w:altChunk":
                numbers = list(self.embedded(block))
            elif short(block.tag) == "w:tbl":
                numbers = [
                    number
                    for row in blocks_in(block, "w:tr")
                    for cell in blocks_in(row, "w:tc")
                    for number in self.inner_lines(cell)
                ]
            else:
                numbers = list(self.paragraph(block))
            for number in numbers:
                if self.lines[number - 1].strip():
                    yield Line(number, self.lines[number - 1])
        self.inside -= 1

    def is_deleted(self, element: Element, properties: str, mark: str) -> bool:
        """Whether a row or cell is marked as deleted; its characters are then counted as left out."""
        if child_of(element, properties, mark) is None:
            return False
        self.deleted += letters_in(element)
        return True

    def inner_lines(self, element: Element) -> list[int]:
        """The numbers of the lines of a cell of a table inside a cell."""
        return [line.number for line in self.cell_lines(element)]


def merge_of(properties: Element | None) -> str | None:
    """What a cell says of being merged downwards; Word 2003 writes the name small."""
    if properties is None:
        return None
    merge = value_of(properties, "w:vMerge")
    return merge if merge is not None else value_of(properties, "w:vmerge")


def blocks_in(element: Element, *tags: str) -> Iterator[Element]:
    """The paragraphs and tables (or the children of other tags) of an element, through what only wraps them."""
    wanted = tags or BLOCKS
    for child in element:
        tag = short(child.tag)
        if tag in wanted:
            yield child
        elif tag in TRANSPARENT:
            yield from blocks_in(child, *tags)
