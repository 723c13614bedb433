"""Reading an uploaded workbook or CSV file under limits, before anything can eat the server's memory.

Rows are found by a heading, not by position: title lines above the table and other sheets do no harm.
"""

import csv
import zipfile
from dataclasses import dataclass
from io import BytesIO, StringIO
from itertools import islice

import openpyxl

from .cells import read_value, unguard

MAX_BYTES = 20 * 1024 * 1024
MAX_UNZIPPED = 200 * 1024 * 1024
MAX_PART = 100 * 1024 * 1024  # what is not a sheet is read into memory whole
MAX_ROWS = 20_000
MAX_COLUMNS = 100
HEADING_ROWS = 20  # the headings stand among the first rows


class UploadError(Exception):
    """The file cannot be read; the text is a Chinese sentence that says how to mend it."""


@dataclass(frozen=True)
class SheetRow:
    """One row that is not blank, with its number as the user sees it."""

    number: int
    values: tuple


@dataclass(frozen=True)
class Table:
    """What a file holds: headings as printed, and rows as long as the headings."""

    headings: tuple[str, ...]
    rows: tuple[SheetRow, ...]
    sheet: str = ""


def read_workbook(content: bytes, key: str) -> Table:
    """Read the sheet in which a column is headed `key`; without one, the first visible sheet."""
    check_archive(content)
    try:
        book = openpyxl.load_workbook(BytesIO(content), read_only=True, data_only=True)
        sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
        found = None
        for sheet in sheets:
            sheet.reset_dimensions()  # WPS writes wrong ones
            found = _heading_row(sheet, key)
            if found:
                return _table(sheet.title, found, _numbered(sheet))
        if not sheets:
            raise UploadError("工作簿里没有可见的工作表。")
        return _table(sheets[0].title, None, _numbered(sheets[0]))
    except UploadError:
        raise
    except Exception as problem:  # a damaged file fails in many ways, all of which mean the same to its owner
        raise UploadError(
            "无法读取这个文件，它可能已经损坏。请用 Excel 或 WPS 打开后另存为 .xlsx，再导入一次。"
        ) from problem


def check_archive(content: bytes) -> None:
    """Refuse what is too large or no workbook, by the sizes the archive itself declares."""
    if len(content) > MAX_BYTES:
        raise UploadError(f"文件超过 {MAX_BYTES >> 20} MB，请分成几个文件导入。")
    if content[:4] == b"\xd0\xcf\x11\xe0":
        raise UploadError(
            "这是旧版 .xls 文件或加了密码的文件。请在 Excel 或 WPS 中去掉密码，另存为 .xlsx 再导入。"
        )
    try:
        parts = zipfile.ZipFile(BytesIO(content)).infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as problem:
        raise UploadError("这不是 Excel 工作簿（.xlsx），或者文件没有传完整。") from problem
    others = [part for part in parts if not part.filename.startswith("xl/worksheets/")]
    if sum(part.file_size for part in parts) > MAX_UNZIPPED or any(
        part.file_size > MAX_PART for part in others
    ):
        raise UploadError(
            f"工作簿解压后超过 {MAX_UNZIPPED >> 20} MB，不能导入。请只保留需要导入的行和列，另存后再试。"
        )


def _numbered(sheet):
    """Yield (row number, values), one column more than allowed at most."""
    before, values = None, ()
    for number, cells in enumerate(sheet.iter_rows(max_col=MAX_COLUMNS + 1), start=1):
        if cells is not before:  # openpyxl fills a gap of a million rows with one and the same row
            before, values = cells, tuple(read_value(cell) for cell in cells)
        yield number, values


def _heading_row(sheet, key):
    for number, values in islice(_numbered(sheet), HEADING_ROWS):
        if key in (str(value).strip() for value in values if value is not None):
            return number
    return None


def _is_blank(values) -> bool:
    return all(value is None or str(value).strip() == "" for value in values)


def _table(title, heading_number, numbered) -> Table:
    """Take the headings and the rows below them, counting."""
    headings, rows = None, []
    for number, values in numbered:
        if number > MAX_ROWS * 5:
            raise UploadError(
                f"工作表“{title}”太长，第 {number} 行以后还有单元格。请删除表格下面的空行，另存后再导入。"
            )
        if _is_blank(values) or (heading_number and number < heading_number):
            continue
        if len(values) > MAX_COLUMNS and values[MAX_COLUMNS] not in (None, ""):
            raise UploadError(f"工作表“{title}”第 {number} 行超过 {MAX_COLUMNS} 列，请删除多余的列再导入。")
        if headings is None:
            headings = _headings(values)
            continue
        if len(rows) == MAX_ROWS:
            raise UploadError(f"工作表“{title}”超过 {MAX_ROWS:,} 行，请分成几个文件导入。")
        rows.append(SheetRow(number, (values + (None,) * len(headings))[: len(headings)]))
    if headings is None:
        raise UploadError("文件是空的，没有可以导入的内容。")
    return Table(headings, tuple(rows), title)


def _headings(values) -> tuple[str, ...]:
    headings = [str(value).strip() if value is not None else "" for value in values]
    while headings and not headings[-1]:
        headings.pop()
    for heading in headings:
        if heading and headings.count(heading) > 1:
            raise UploadError(f"有两列都叫“{heading}”，请删除或改名其中一列再导入。")
    return tuple(headings)


def read_csv(content: bytes, key: str) -> Table:
    """Read a CSV file, in UTF-8 or as Chinese Excel saves it (GB 18030)."""
    if len(content) > MAX_BYTES:
        raise UploadError(f"文件超过 {MAX_BYTES >> 20} MB，请分成几个文件导入。")
    try:
        lines = list(islice(csv.reader(StringIO(_decode(content), newline="")), MAX_ROWS + HEADING_ROWS + 2))
    except csv.Error as problem:
        raise UploadError(
            "这不是 CSV 文件，或者文件已经损坏。请在 Excel 或 WPS 中另存为 .xlsx 再导入。"
        ) from problem
    first = next((n for n, line in enumerate(lines[:HEADING_ROWS], 1) if key in map(str.strip, line)), None)
    return _table("CSV", first, ((n, tuple(unguard(v) for v in line)) for n, line in enumerate(lines, 1)))


def _decode(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UploadError("认不出文件的文字编码。请在 Excel 或 WPS 中另存为 .xlsx 再导入。")
