"""A workbook -> every cell as it is shown, by row and column: for sheets of our own that come back filled in.

Nothing is understood here and nothing left out but hidden sheets, which are named: line ends, blank lines and blanks
inside a cell stay as they were typed. What Excel computed is taken as it shows it; a formula that shows an error or
was never computed is marked, so that the row can be refused by name.
"""

from collections.abc import Callable
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from .file_kinds import form_of
from .ooxml import short
from .read_workbook import WorkbookReader, opened
from .readers import UnreadableDocument

FAULT = "\0"  # begins what stands in place of a cell that cannot be read; XML knows no such character
UNSOLVED = f"{FAULT}这一格是公式，没有算出结果"
MAX_ELEMENTS = 4_000_000  # of XML: 20,000 rows of 40 columns; the limits of time and memory stay
FORMS = ("xlsx", "xls", "ods")


@dataclass(frozen=True)
class SheetCells:
    """One sheet: number of a row -> number of a column -> text; merged ranges as (top, left, rows, columns)."""

    name: str
    rows: dict[int, dict[int, str]]
    hidden_rows: frozenset[int] = frozenset()
    merged: tuple[tuple[int, int, int, int], ...] = ()
    is_hidden: bool = False


class CellReader(WorkbookReader):
    """Reads a large table: the limits of a document made of words do not fit it."""

    max_cells, max_characters = 1_000_000, 50_000_000

    def text_of_cell(self, cell: Element) -> str:
        """The text of a cell, or why it has none."""
        parts = {short(child.tag): child.text or "" for child in cell}
        if "s:f" in parts and not parts.get("s:v"):
            return UNSOLVED
        if cell.get("t") == "e":
            return f"{FAULT}这一格显示错误值 {parts.get('s:v', '')}"
        return super().text_of_cell(cell)

    def all_cells(self) -> tuple[SheetCells, ...]:
        """Every sheet of the workbook; of a hidden one only its name."""
        visible = list(self.sheets())
        self.read_strings()
        self.read_formats()
        found = []
        for sheet in visible:
            self.read_sheet(sheet)
            rows: dict[int, dict[int, str]] = {}
            for (row, column), text in sheet.texts.items():
                rows.setdefault(row, {})[column] = text
            merged = tuple((*place, *size) for place, size in sheet.merged.items())
            found.append(SheetCells(sheet.name, rows, frozenset(sheet.hidden_rows), merged))
            sheet.texts.clear()
        return (*found, *(SheetCells(name, {}, is_hidden=True) for name in self.hidden_sheets))


def open_workbook_file(
    name: str, content: bytes, convert: Callable[[bytes, str], tuple[str, bytes]]
) -> tuple[SheetCells, ...]:
    """Read a workbook of any form; raise `UnreadableDocument` where it is none or costs too much."""
    if not content.strip(b"\x00 \t\r\n"):
        raise UnreadableDocument("文件是空的。", "请确认选对了文件。")
    form = form_of(name, content)
    if form not in FORMS:
        raise UnreadableDocument("这不是 Excel 或 WPS 的表格文件。", "请选择下载的那份填报表；其他格式请另存为 .xlsx。")
    if form != "xlsx":
        form, content = convert(content, form)
    package = opened(content)
    package.max_elements = MAX_ELEMENTS
    return CellReader(package).all_cells()
