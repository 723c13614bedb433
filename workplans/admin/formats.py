"""The two formats of the admin's import and export: .xlsx with real numbers and text that is text, and CSV."""

import csv
import re
from io import BytesIO, StringIO

import tablib
from import_export.formats import base_formats
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from workplans.sheet_resources import ID_HEADING, ROW_HEADING
from workplans.sheet_text import guard, shown, split_text, write_text, write_value
from workplans.uploads import UploadedTable, UploadError, read_csv, read_workbook

CONTINUATION = re.compile(r"(?P<heading>.+)（续(?P<number>\d+)）")
WIDE = 40  # characters of a text from which its column is wide


def to_dataset(table: UploadedTable) -> tablib.Dataset:
    """Return the table as a data set: continued columns joined, each row carrying its number in the file.

    Raises UploadError where there is no row.
    """
    if not table.rows:
        raise UploadError("表头下面没有数据，没有可以导入的内容。")
    joined = {}
    for index, heading in enumerate(table.headings):
        match = CONTINUATION.fullmatch(heading)
        if match and match["heading"] in table.headings:
            joined.setdefault(match["heading"], []).append((int(match["number"]), index))
    extra = {index for parts in joined.values() for _, index in parts}
    kept = [index for index, heading in enumerate(table.headings) if heading and index not in extra]
    dataset = tablib.Dataset(headers=[*(table.headings[index] for index in kept), ROW_HEADING])
    dataset.sheets_not_read = table.not_read
    for row in table.rows:
        values = [_whole(row.values, index, joined.get(table.headings[index], ())) for index in kept]
        dataset.append([*values, row.number])
    return dataset


def _whole(values, index, parts):
    rest = [values[part] for _, part in sorted(parts) if values[part] is not None]
    return "".join(map(str, [values[index], *rest])) if rest else values[index]


def continued(dataset) -> tuple[list, list]:
    """Return headings and rows in which what one cell cannot hold goes on in a further column."""
    headings = list(dataset.headers)
    rows = [[split_text(shown(value)) if type(value) is str else [value] for value in row] for row in dataset]
    counts = [max((len(row[i]) for row in rows), default=1) for i in range(len(headings))]
    wide = [
        heading if number == 0 else f"{heading}（续{number}）"
        for heading, count in zip(headings, counts, strict=True)
        for number in range(count)
    ]
    filled = [
        [value for parts, count in zip(row, counts, strict=True) for value in [*parts, *[None] * (count - len(parts))]]
        for row in rows
    ]
    return wide, filled


class XlsxFormat(base_formats.XLSX):
    """Excel workbook."""

    def get_title(self):
        """Return the name on the form."""
        return "Excel 工作簿（.xlsx）"

    def get_extension(self):
        """Return the file name's ending."""
        return "xlsx"

    def create_dataset(self, in_stream):
        """Read a workbook under limits. Raises UploadError."""
        return to_dataset(read_workbook(in_stream, ID_HEADING))

    def export_data(self, dataset, **kwargs):
        """Write one sheet: headings frozen, wide columns wrapped, each value with its kind."""
        headings, rows = continued(dataset)
        book = Workbook()
        sheet = book.active
        sheet.title = re.sub(r"[\\/*?:\[\]]", "－", dataset.title or "数据")[:31]
        for number, heading in enumerate(headings, start=1):
            self._heading(sheet, number, heading, rows)
        for index, row in enumerate(rows, start=2):
            for number, value in enumerate(row, start=1):
                cell = sheet.cell(index, number)
                write_value(cell, value)
                cell.alignment = Alignment(vertical="top", wrap_text=True)
        sheet.freeze_panes = "B2"
        sheet.auto_filter.ref = sheet.dimensions
        content = BytesIO()
        book.save(content)
        return content.getvalue()

    def _heading(self, sheet, number, heading, rows):
        cell = sheet.cell(1, number)
        write_text(cell, heading)
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="EDEDED")
        longest = max((len(str(row[number - 1] or "")) for row in rows), default=0)
        width = 50 if longest > WIDE else max(2 * len(heading), min(2 * longest, 30)) + 3
        sheet.column_dimensions[get_column_letter(number)].width = width


class CsvFormat(base_formats.CSV):
    """CSV file that Excel opens in Chinese, whatever begins with = marked as text in Excel's own manner."""

    def get_title(self):
        """Return the name on the form."""
        return "CSV 文件（.csv）"

    def get_extension(self):
        """Return the file name's ending."""
        return "csv"

    def is_binary(self):
        """Say that the bytes are read here: the encoding is found out, not given."""
        return True

    def get_read_mode(self):
        """Open uploads as bytes."""
        return "rb"

    def create_dataset(self, in_stream, **kwargs):
        """Read a CSV file under limits. Raises UploadError."""
        return to_dataset(read_csv(in_stream, ID_HEADING))

    def export_data(self, dataset, **kwargs):
        """Write UTF-8 with the mark by which Excel knows it."""
        lines = StringIO()
        writer = csv.writer(lines)
        writer.writerow(dataset.headers)
        writer.writerows([guard(shown(str(value))) if value is not None else "" for value in row] for row in dataset)
        return lines.getvalue().encode("utf-8-sig")


# Numbers and dates stay such only in formats listed there.
base_formats.BINARY_FORMATS.append(XlsxFormat)
FORMATS = [XlsxFormat, CsvFormat]
