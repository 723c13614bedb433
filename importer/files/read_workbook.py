"""A .xlsx file -> numbered lines and tables: each paragraph of each cell that is not empty is a line.

The sheets are streamed. What they say of their own size (`<dimension>`, wrong in files of WPS) is not asked; cells
are taken as they come, so that a cell at the far end costs no more than any other. Hidden sheets are left out with a
note; hidden rows are read and said to be hidden.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from importer.drafts.drafts import Line, Problem

from .excel_formats import NumberFormat, format_of, known_format
from .excel_numbers import shown, shown_text
from .limits import MAX_CHARACTERS, MAX_COLUMNS, MAX_LINES, SPLIT, damaged, too_complex, too_many_lines
from .ooxml import Package, attributes, short
from .readers import LINE_END, SourceText, UnreadableDocument, is_ink
from .tables import Cell, Table, column_letters

MAX_ROWS = 1_048_576
REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})")
ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
RANGE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7}):\$?([A-Z]{1,3})\$?(\d{1,7})")
YES = ("1", "true")
GENERAL = format_of("General")


def read_workbook(content: bytes) -> SourceText:
    """Read a workbook; raise `UnreadableDocument` where it cannot be read."""
    return WorkbookReader(opened(content)).read()


def opened(content: bytes) -> Package:
    """A workbook's package, looked through; raise `UnreadableDocument` where it cannot be read."""
    package = Package(content)
    package.check_contents()
    if not package.main_part or not package.has(package.main_part):
        raise damaged()
    return package


def column_number(letters: str) -> int:
    """The number of a column: A is 1, AB is 28."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def whole(text: str | None) -> int:
    """A whole number of the file, -1 where it is none."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else -1


def text_of(element: Element) -> str:
    """The text of a string item or inline string, without its phonetic guide."""
    parts = []
    for child in element:
        tag = short(child.tag)
        if tag == "s:t":
            parts.append(child.text or "")
        elif tag == "s:r":
            parts.extend(inner.text or "" for inner in child if short(inner.tag) == "s:t")
    return unescaped("".join(parts))


def unescaped(text: str) -> str:
    """A text with Excel's `_x000D_` turned into the characters they stand for."""
    return ESCAPED.sub(lambda match: legible(int(match[1], 16)), text) if "_x" in text else text


def legible(code: int) -> str:
    """The character of a code point, nothing for half a pair."""
    return "" if 0xD800 <= code <= 0xDFFF else chr(code)


@dataclass
class Worksheet:
    """A sheet while its rows come in: cells by place, merged ranges, hidden rows."""

    name: str
    part: str
    texts: dict[tuple[int, int], str] = field(default_factory=dict)
    merged: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)  # first cell -> rows, columns
    hidden_rows: set[int] = field(default_factory=set)


class WorkbookReader:
    """Goes through a workbook sheet by sheet."""

    max_cells, max_characters = MAX_LINES, MAX_CHARACTERS

    def __init__(self, package: Package):
        self.package = package
        self.main = package.main_part or ""
        self.is_1904 = False
        self.hidden_sheets: list[str] = []
        self.strings: list[str] = []
        self.formats: list[NumberFormat] = []
        self.lines: list[Line] = []
        self.cells = self.characters = self.unsolved = self.unshown = 0

    def read(self) -> SourceText:
        """Read every visible sheet."""
        sheets = list(self.sheets())
        if not sheets:
            raise UnreadableDocument("工作簿里没有可读的工作表。", "请确认选对了文件；隐藏的工作表请先取消隐藏。")
        self.read_strings()
        self.read_formats()
        for sheet in sheets:
            self.read_sheet(sheet)
        filled = [sheet for sheet in sheets if sheet.texts]
        tables = tuple(self.table(sheet, number, len(filled) > 1) for number, sheet in enumerate(filled, start=1))
        text = "\n".join(line.text for line in self.lines)
        return SourceText(text, "xlsx", tuple(self.lines), tables=tables, notes=tuple(self.notes()))

    def notes(self) -> Iterator[Problem]:
        """What was left out."""
        if self.hidden_sheets:
            names = "、".join(f"“{name}”" for name in self.hidden_sheets[:5])
            yield Problem(None, "", f"隐藏的工作表{names}没有读入。", "需要时请取消隐藏后再导入。")
        if self.unsolved:
            text = f"有 {self.unsolved} 个公式没有算出结果，没有读入。"
            yield Problem(None, "", text, "请在 WPS 或 Excel 中打开并保存一次，再导入。")
        if self.unshown:
            text = f"有 {self.unshown} 个单元格设了不显示内容的格式（如 ;;;），没有读入。"
            yield Problem(None, "", text, "需要时请把这些单元格的数字格式改为“常规”，再导入。")

    # --- what stands around the sheets -------------------------------------------------------------------

    def sheets(self) -> Iterator[Worksheet]:
        """The visible sheets in order."""
        relations = self.package.relations(self.main)
        for element in self.package.stream(self.main, frozenset(("s:sheet", "s:workbookPr"))):
            given = attributes(element)
            if short(element.tag) == "s:workbookPr":
                self.is_1904 = given.get("date1904") in YES
                continue
            kind, part = relations.get(given.get("r:id", ""), ("", ""))
            if kind != "worksheet" or not self.package.has(part):
                continue
            if given.get("state", "visible") != "visible":
                self.hidden_sheets.append(given.get("name", ""))
            else:
                yield Worksheet(given.get("name", ""), part)

    def read_strings(self) -> None:
        """Read the strings the cells share."""
        if name := self.package.related(self.main, "sharedStrings"):
            self.strings = [text_of(element) for element in self.package.stream(name, frozenset(("s:si",)))]

    def read_formats(self) -> None:
        """Read what the number format of each cell style shows."""
        name = self.package.related(self.main, "styles")
        own: dict[int, str] = {}
        for element in self.package.stream(name, frozenset(("s:numFmt", "s:cellXfs"))) if name else ():
            if short(element.tag) == "s:numFmt":
                own[whole(element.get("numFmtId"))] = element.get("formatCode", "")
            else:
                ids = [whole(style.get("numFmtId")) for style in element]
                self.formats = [format_of(own.get(number) or known_format(number)) for number in ids]

    # --- sheets ------------------------------------------------------------------------------------------

    def read_sheet(self, sheet: Worksheet) -> None:
        """Read the rows and merged ranges of a sheet."""
        row = 0
        for element in self.package.stream(sheet.part, frozenset(("s:row", "s:mergeCell"))):
            if short(element.tag) == "s:mergeCell":
                if match := RANGE.fullmatch(element.get("ref", "")):
                    top, left = int(match[2]), column_number(match[1])
                    size = (int(match[4]) - top + 1, column_number(match[3]) - left + 1)
                    sheet.merged[top, left] = (max(1, size[0]), max(1, size[1]))
                continue
            given = whole(element.get("r"))
            row = given if given > 0 else row + 1
            if row > MAX_ROWS:
                raise damaged()
            if element.get("hidden") in YES:
                sheet.hidden_rows.add(row)
            if len(element):
                self.read_row(sheet, row, element)

    def read_row(self, sheet: Worksheet, row: int, element: Element) -> None:
        """Read the cells of one row."""
        column = 0
        for cell in element:
            if short(cell.tag) != "s:c":
                continue
            match = REFERENCE.fullmatch(cell.get("r", ""))
            column = column_number(match[1]) if match else column + 1
            self.put(sheet, row, column, self.text_of_cell(cell))

    def put(self, sheet: Worksheet, row: int, column: int, text: str) -> None:
        """Take in the text of a cell, unless it is blank."""
        if column > MAX_COLUMNS:
            raise UnreadableDocument(f"表格的一行超过 {MAX_COLUMNS:,} 格，没有读取。", SPLIT)
        if any(is_ink(character) for character in text):
            sheet.texts[row, column] = text
            self.cells += 1
            self.characters += len(text)
            if self.cells > self.max_cells:
                raise too_many_lines()
            if self.characters > self.max_characters:
                raise too_complex()

    def text_of_cell(self, cell: Element) -> str:
        """A cell's text as it is shown."""
        value, formula, inline = "", False, ""
        for child in cell:
            tag = short(child.tag)
            if tag == "s:v":
                value = child.text or ""
            elif tag == "s:is":
                inline = text_of(child)
            elif tag == "s:f":
                formula = True
        if formula and not value:
            self.unsolved += 1
        kind, style = cell.get("t", "n"), whole(cell.get("s"))
        if kind == "n":
            return self.as_shown(value, style, shown, self.is_1904)
        if kind == "inlineStr":
            return self.as_shown(inline, style, shown_text)
        if kind == "s":
            number = whole(value.strip())
            return self.as_shown(self.strings[number] if 0 <= number < len(self.strings) else "", style, shown_text)
        if kind == "b":
            return {"1": "TRUE", "0": "FALSE"}.get(value, value)
        return unescaped(value) if kind == "e" else self.as_shown(unescaped(value), style, shown_text)

    def as_shown(self, value: str, style: int, show: Callable[..., str], *more: bool) -> str:
        """A number or text as its format shows it; one that is not shown at all is counted, but for a zero."""
        if not value or not 0 <= style < len(self.formats):
            return show(value, GENERAL, *more) if value else ""
        text = show(value, self.formats[style], *more)
        self.unshown += not text and bool(value.strip("0. "))
        return text

    def table(self, sheet: Worksheet, number: int, with_name: bool) -> Table:
        """The sheet as a table, its lines numbered; among several sheets its name is the first line, as row 0."""
        cells = [self.cell(0, 1, sheet.name, (1, 1))] if with_name and sheet.name.strip() else []
        for (row, column), text in sorted(sheet.texts.items()):
            cells.append(self.cell(row, column, text, sheet.merged.get((row, column), (1, 1))))
        return Table(sheet.name or column_letters(number), number, tuple(cells), frozenset(sheet.hidden_rows))

    def cell(self, row: int, column: int, text: str, size: tuple[int, int]) -> Cell:
        """A cell whose paragraphs become the next lines."""
        lines = []
        for paragraph in LINE_END.split(text):
            if any(is_ink(character) for character in paragraph):
                lines.append(Line(len(self.lines) + 1, paragraph.replace("\x0b", " ").replace("\x0c", " ")))
                self.lines.append(lines[-1])
        if len(self.lines) > MAX_LINES:
            raise too_many_lines()
        return Cell(row, column, tuple(lines), *size)
