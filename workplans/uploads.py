"""Reading an uploaded workbook or CSV file under limits, before anything can eat the server's memory.

Rows are found by a heading, not by position: title lines above the table and other sheets do no harm. Workbooks are read
in the importer's sandbox: what WPS says of their size is not asked, merged cells and formulas without a result are refused.
"""

import csv
import zipfile
from dataclasses import dataclass, replace
from io import BytesIO, StringIO
from itertools import islice

from importer.files.read_cells import FAULT, SheetCells
from importer.files.readers import UnreadableDocument
from importer.files.tables import column_letters
from importer.sandbox import cells_under_limits

from .reading_turns import SHORTLY, turn
from .sheet_text import unguard

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
class UploadedTable:
    """What a file holds: headings as printed, and rows as long as the headings."""

    headings: tuple[str, ...]
    rows: tuple[SheetRow, ...]
    sheet: str = ""
    not_read: tuple[str, ...] = ()  # the other sheets of the workbook, and whether they are hidden


def read_workbook(content: bytes, key: str) -> UploadedTable:
    """Read the sheet in which a column is headed `key`; without one, the first visible sheet."""
    check_archive(content)
    with turn(SHORTLY) as is_mine:
        if not is_mine:
            raise UploadError("服务器正在读取别人上传的文件，没有读取这一份。请过一分钟再上传。")
        try:
            every = cells_under_limits("upload.xlsx", content)
        except UnreadableDocument as problem:
            raise UploadError(str(problem)) from problem
    sheets = [sheet for sheet in every if not sheet.is_hidden]
    heads = {sheet.name: number for sheet in sheets if (number := _heading_row(sheet, key))}
    if len(heads) > 1:
        names = "、".join(f"“{name}”" for name in heads)
        raise UploadError(f"几个工作表都有“{key}”列：{names}，不知道导入哪一个。请只保留一个，或分成几个文件导入。")
    if not sheets:
        raise UploadError("工作簿里没有可见的工作表。")
    sheet = next((sheet for sheet in sheets if sheet.name in heads), sheets[0])
    _check_cells(sheet, heads.get(sheet.name, 0))
    others = tuple(f"{other.name}（隐藏）" if other.is_hidden else other.name for other in every if other is not sheet)
    return replace(_table(sheet.name, heads.get(sheet.name), _numbered(sheet)), not_read=others)


def _heading_row(sheet: SheetCells, key: str) -> int | None:
    for number in sorted(sheet.rows):
        if number <= HEADING_ROWS and key in map(str.strip, sheet.rows[number].values()):
            return number
    return None


def _check_cells(sheet: SheetCells, head: int) -> None:
    """Refuse what would be read as something else than its owner sees: merged cells, formulas without a result."""
    for top, left, rows, columns in sheet.merged:
        if head and top + rows - 1 > head and rows * columns > 1 and left <= MAX_COLUMNS:
            place = f"{column_letters(left)}{top}:{column_letters(left + columns - 1)}{top + rows - 1}"
            raise UploadError(
                f"工作表“{sheet.name}”里合并了单元格（{place}），不知道哪一行填的是什么。请取消合并，每行分别填写，再导入。"
            )
    for number, cells in sheet.rows.items():
        for column, text in cells.items():
            if text.startswith(FAULT):
                place = f"工作表“{sheet.name}”第 {number} 行 {column_letters(column)} 列"
                raise UploadError(f"{place}：{text.removeprefix(FAULT)}。请改成文字或数字，再导入。")


def _numbered(sheet: SheetCells):
    """Yield (row number, values), one column more than allowed at most."""
    for number in sorted(sheet.rows):
        cells = sheet.rows[number]
        last = min(max(cells), MAX_COLUMNS + 1)
        beyond = max(cells) > MAX_COLUMNS
        values = [cells.get(column) for column in range(1, last + 1)]
        yield number, tuple([*values[:MAX_COLUMNS], "…"] if beyond else values)


def check_archive(content: bytes) -> None:
    """Refuse what is too large or no workbook, by the sizes the archive itself declares."""
    if len(content) > MAX_BYTES:
        raise UploadError(f"文件超过 {MAX_BYTES >> 20} MB，请分成几个文件导入。")
    if content[:4] == b"\xd0\xcf\x11\xe0":
        raise UploadError("这是旧版 .xls 文件或加了密码的文件。请在 Excel 或 WPS 中去掉密码，另存为 .xlsx 再导入。")
    try:
        parts = zipfile.ZipFile(BytesIO(content)).infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as problem:
        raise UploadError("这不是 Excel 工作簿（.xlsx），或者文件没有传完整。") from problem
    others = [part for part in parts if not part.filename.startswith("xl/worksheets/")]
    if sum(part.file_size for part in parts) > MAX_UNZIPPED or any(part.file_size > MAX_PART for part in others):
        raise UploadError(f"工作簿解压后超过 {MAX_UNZIPPED >> 20} MB，不能导入。请只保留需要导入的行和列，另存后再试。")


def _is_blank(values) -> bool:
    return all(value is None or str(value).strip() == "" for value in values)


def _table(title, heading_number, numbered) -> UploadedTable:
    """Take the headings and the rows below them, counting."""
    headings, rows = None, []
    for number, values in numbered:
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
    return UploadedTable(headings, tuple(rows), title)


def _headings(values) -> tuple[str, ...]:
    headings = [str(value).strip() if value is not None else "" for value in values]
    while headings and not headings[-1]:
        headings.pop()
    for heading in headings:
        if heading and headings.count(heading) > 1:
            raise UploadError(f"有两列都叫“{heading}”，请删除或改名其中一列再导入。")
    return tuple(headings)


def read_csv(content: bytes, key: str) -> UploadedTable:
    """Read a CSV file, in UTF-8 or as Chinese Excel saves it (GB 18030)."""
    if len(content) > MAX_BYTES:
        raise UploadError(f"文件超过 {MAX_BYTES >> 20} MB，请分成几个文件导入。")
    try:
        lines = list(islice(csv.reader(StringIO(_decode(content), newline="")), MAX_ROWS + HEADING_ROWS + 2))
    except csv.Error as problem:
        raise UploadError("这不是 CSV 文件，或者文件已经损坏。请在 Excel 或 WPS 中另存为 .xlsx 再导入。") from problem
    first = next((n for n, line in enumerate(lines[:HEADING_ROWS], 1) if key in map(str.strip, line)), None)
    return _table("CSV", first, ((n, tuple(unguard(v) for v in line)) for n, line in enumerate(lines, 1)))


def _decode(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UploadError("认不出文件的文字编码。请在 Excel 或 WPS 中另存为 .xlsx 再导入。")
