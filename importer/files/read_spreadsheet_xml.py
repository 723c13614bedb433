"""A workbook of Excel 2003 XML (often named .xls) -> numbered lines and tables, as any other workbook."""

from collections.abc import Iterator
from datetime import datetime
from xml.etree.ElementTree import Element

from .excel_formats import format_of
from .excel_numbers import FIRST_DAY_1900, FIRST_DAY_1904, shown, shown_text
from .limits import damaged
from .ooxml import attributes, short
from .read_workbook import MAX_ROWS, WorkbookReader, Worksheet, whole
from .readers import SourceText
from .xml_files import WHOLE, alone

# Formats that Excel 2003 names in words.
NAMED = {
    "General Date": "yyyy/m/d h:mm", "Long Date": 'yyyy"年"m"月"d"日"', "Medium Date": "d-mmm-yy", "Short Date": "yyyy/m/d", "Long Time": "h:mm:ss",
    "Medium Time": "h:mm AM/PM", "Short Time": "h:mm", "General Number": "General", "Currency": "¥#,##0.00", "Fixed": "0.00",
    "Standard": "#,##0.00", "Percent": "0.00%", "Scientific": "0.00E+00", "Yes/No": '"是";"是";"否"', "True/False": '"TRUE";"TRUE";"FALSE"', "On/Off": '"开";"开";"关"',
}  # fmt: skip
DAY = "yyyy/m/d"


def read_spreadsheet_xml(content: bytes) -> SourceText:
    """Read an Excel 2003 XML; raise `UnreadableDocument` where it cannot be read."""
    return SpreadsheetXmlReader(alone(content)).read()


class SpreadsheetXmlReader(WorkbookReader):
    """Goes through the sheets of an Excel 2003 XML."""

    def sheets(self) -> Iterator[Worksheet]:
        """The visible sheets in order, with their cells."""
        self.codes: dict[str, str] = {}
        for element in self.package.stream(WHOLE, frozenset(("ss:Style", "ss:Worksheet", "x:Date1904"))):
            tag, given = short(element.tag), attributes(element)
            if tag == "x:Date1904":
                self.is_1904 = True
            elif tag == "ss:Style":
                self.add_style(element, given)
            elif any(short(inner.tag) == "x:Visible" for inner in element.iter()):  # SheetHidden, SheetVeryHidden
                self.hidden_sheets.append(given.get("ss:Name", ""))
            else:
                yield self.sheet_of(element, given.get("ss:Name", ""))

    def add_style(self, element: Element, given: dict[str, str]) -> None:
        """Keep the number format of a style, its parent's where it has none of its own."""
        own = next(
            (attributes(child).get("ss:Format") for child in element if short(child.tag) == "ss:NumberFormat"), None
        )
        code = own if own is not None else self.codes.get(given.get("ss:Parent", ""), "General")
        self.codes[given.get("ss:ID", "")] = NAMED.get(code, code)

    def read_strings(self) -> None:
        """There are none beside the cells."""

    def read_formats(self) -> None:
        """They stand in the styles that were read already."""

    def read_sheet(self, sheet: Worksheet) -> None:
        """Its cells were read with it."""

    def sheet_of(self, element: Element, name: str) -> Worksheet:
        """A sheet with its cells."""
        sheet, row = Worksheet(name, ""), 0
        for line in (
            row for table in element if short(table.tag) == "ss:Table" for row in table if short(row.tag) == "ss:Row"
        ):
            given = attributes(line)
            row = max(whole(given.get("ss:Index")), row + 1)
            if row > MAX_ROWS:
                raise damaged()
            if given.get("ss:Hidden") == "1":
                sheet.hidden_rows.add(row)
            column = 0
            for cell in line:
                if short(cell.tag) == "ss:Cell":
                    column = self.add_cell(sheet, row, column, cell)
        return sheet

    def add_cell(self, sheet: Worksheet, row: int, column: int, cell: Element) -> int:
        """Add a cell behind a column; return the last column it covers."""
        given = attributes(cell)
        column = max(whole(given.get("ss:Index")), column + 1)
        down, across = max(0, whole(given.get("ss:MergeDown"))), max(0, whole(given.get("ss:MergeAcross")))
        if down or across:
            sheet.merged[row, column] = (down + 1, across + 1)
        self.put(sheet, row, column, self.text_of_data(cell, given))
        return column + across

    def text_of_data(self, cell: Element, given: dict[str, str]) -> str:
        """The text of a cell as it is shown."""
        data = next((child for child in cell if short(child.tag) == "ss:Data"), None)
        if data is None:
            self.unsolved += "ss:Formula" in given
            return ""
        kind, value = attributes(data).get("ss:Type", "String"), "".join(data.itertext())
        code = self.codes.get(given.get("ss:StyleID", "Default"), "General")
        if kind == "DateTime":
            kind, value, code = "Number", self.serial(value), code if code != "General" else DAY
        text = shown(value, format_of(code), self.is_1904) if kind == "Number" else shown_text(value, format_of(code))
        self.unshown += not text and bool(value.strip("0. "))
        return {"1": "TRUE", "0": "FALSE"}.get(text, text) if kind == "Boolean" else text

    def serial(self, value: str) -> str:
        """The serial number of a day and time such as 2025-03-01T00:00:00.000; what is none stays."""
        try:
            moment = datetime.fromisoformat(value.strip().removesuffix("Z"))
        except ValueError:
            return value
        first = FIRST_DAY_1904 if self.is_1904 else FIRST_DAY_1900
        gone = moment.replace(tzinfo=None) - datetime(first.year, first.month, first.day)
        return repr(gone.total_seconds() / 86_400)
