"""A 填报表 that came back -> its rows: found by headings and hidden keys, never by where columns or rows stand.

Pure: what is read is kept as JSON between preview and confirmation, and compared with the reports in `preview.py`.
"""

import re
from dataclasses import asdict, dataclass, field

from importer.files.read_cells import FAULT, SheetCells
from importer.files.readers import UnreadableDocument
from importer.files.tables import column_letters

from .columns import COLUMNS, CONTENTS, KEY, plain

GUIDE_TITLE = "填报表怎样填写"
HEADING_ROWS = 20  # the headings stand among the first rows
MAX_ROWS = 20_000
MAX_MERGED = 2_000
CONTINUED = re.compile(r"(?P<heading>.+?)\(续(?P<part>\d{1,3})\)")
KNOWN = {name: column for column in COLUMNS for name in column.names}
DOWNLOAD_AGAIN = "请重新下载填报表，把内容填在新的表里再上传。"


@dataclass
class ReadRow:
    """A row as it was read; `faults` says which of its cells could not be, and why."""

    sheet: str
    number: int
    key: str
    values: dict[str, str]  # name of a column -> text; a column that the sheet does not have is not there
    faults: dict[str, str] = field(default_factory=dict)
    is_hidden: bool = False


@dataclass
class FilledSheet:
    """What a file holds: rows to be compared, and what was not read and why (Chinese sentences)."""

    rows: list[ReadRow] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    letters: dict[str, dict[str, str]] = field(default_factory=dict)  # sheet -> column name -> letters

    def to_json(self) -> dict:
        """The reading as plain data."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict) -> "FilledSheet":
        """The reading that `to_json` gave."""
        return cls([ReadRow(**row) for row in data["rows"]], data["notes"], data["letters"])


def reading_of(sheets: tuple[SheetCells, ...]) -> FilledSheet:
    """Read all sheets that are a 填报表; raise `UnreadableDocument` where none is."""
    reading, found = FilledSheet(), False
    for cells in sheets:
        head = None if cells.is_hidden else heading_row(cells)
        if cells.is_hidden:
            reading.notes.append(f"隐藏的工作表“{cells.name}”没有读取；需要时请取消隐藏后再上传。")
        elif head is None and not is_guide(cells):
            reading.notes.append(f"工作表“{cells.name}”里没有填报表的表头，没有读取。")
        elif head is not None:
            found = True
            SheetReader(reading, cells, head).read()
    if not found:
        raise UnreadableDocument(
            f"文件里没有填报表：前 {HEADING_ROWS} 行里找不到写有“{KEY.heading}”的表头。",
            f"请上传从本系统下载的填报表，不要删去最右边隐藏的列。{DOWNLOAD_AGAIN}",
        )
    if len(reading.rows) > MAX_ROWS:
        raise UnreadableDocument(f"填报表超过 {MAX_ROWS:,} 行，没有读取。", "请分成几个文件上传。")
    return reading


def is_guide(cells: SheetCells) -> bool:
    """Whether it is the page on how to fill in, of which there is nothing to tell."""
    return cells.rows.get(1, {}).get(1) == GUIDE_TITLE


def heading_row(cells: SheetCells) -> int | None:
    """The row with the headings: the first that has the key's and that of a column to be filled in."""
    for number in sorted(cells.rows)[:HEADING_ROWS]:
        columns = {KNOWN.get(plain(text)) for text in cells.rows[number].values()}
        if KEY in columns and columns.intersection(CONTENTS):
            return number
    return None


class SheetReader:
    """Takes one sheet's rows into the reading."""

    def __init__(self, reading: FilledSheet, cells: SheetCells, head: int):
        self.reading, self.cells, self.head = reading, cells, head
        self.places: dict[str, list[int]] = {}  # name of a column -> where it stands, where its text goes on

    def read(self) -> None:
        """Find the columns, then take the rows."""
        self._find_columns()
        letters = {name: column_letters(places[0]) for name, places in self.places.items()}
        self.reading.letters[self.cells.name] = letters
        merged = self._merged()
        skipped = []
        for number in sorted(self.cells.rows):
            if number <= self.head:
                continue
            row = self._row(number, merged)
            if row:
                self.reading.rows.append(row)
            elif any(text.strip() for text in self.cells.rows[number].values()):
                skipped.append(str(number))
        if skipped:
            named = "、".join(skipped[:10]) + ("等" if len(skipped) > 10 else "")
            self._note(f"第 {named} 行没有系统编号，也没有填写内容，当作说明文字，没有读取。")

    def _note(self, sentence) -> None:
        self.reading.notes.append(f"工作表“{self.cells.name}”：{sentence}")

    def _find_columns(self) -> None:
        parts: dict[str, dict[int, int]] = {}
        unknown = []
        for place, text in sorted(self.cells.rows[self.head].items()):
            heading, part = plain(text), 0
            if match := CONTINUED.fullmatch(heading):
                heading, part = match["heading"], int(match["part"])
            column = KNOWN.get(heading)
            if column is None:
                unknown.append(text.strip())
            elif part in parts.setdefault(column.name, {}):
                raise UnreadableDocument(
                    f"工作表“{self.cells.name}”里有两列都叫“{text.strip()}”，不知道该读哪一列。",
                    "请删去或改名其中一列再上传。",
                )
            else:
                parts[column.name][part] = place
        self.places = {name: [place for _, place in sorted(found.items())] for name, found in parts.items()}
        if unknown:
            self._note(f"这些列不认识，没有读取：{'、'.join(unknown)}。")
        if missing := [column.heading for column in CONTENTS if column.name not in self.places]:
            self._note(f"没有“{'”“'.join(missing)}”列，这些内容保持不变。")

    def _merged(self) -> dict[tuple[int, int], str]:
        """The cells to be filled in, or with a key, that are part of a merged range: place -> which range."""
        if len(self.cells.merged) > MAX_MERGED:
            raise UnreadableDocument(f"工作表“{self.cells.name}”里合并的单元格太多，没有读取。", "请取消合并后再上传。")
        columns = {place for name in self._names() for place in self.places[name]}
        found: dict[tuple[int, int], str] = {}
        for top, left, rows, width in self.cells.merged:
            if rows * width > 1 and top + rows - 1 > self.head:
                told = f"{column_letters(left)}{top}:{column_letters(left + width - 1)}{top + rows - 1}"
                inside = columns.intersection(range(left, left + width))
                for row in range(max(top, self.head + 1), min(top + rows, top + MAX_ROWS)):
                    found |= {(row, column): told for column in inside}
        return found

    def _names(self) -> list[str]:
        return [column.name for column in (KEY, *CONTENTS) if column.name in self.places]

    def _row(self, number, merged) -> ReadRow | None:
        cells = self.cells.rows[number]
        values = {name: "".join(cells.get(place, "") for place in places) for name, places in self.places.items()}
        key = values.pop(KEY.name, "")
        names = [name for name in self._names() if name != KEY.name]
        if not key.strip() and not any(values[name].strip() for name in names):
            return None
        faults = {}
        for name in (KEY.name, *names):
            for place in self.places[name]:
                if told := merged.get((number, place)):
                    faults[name] = f"合并了单元格（{told}），不知道哪一行填的是什么。请取消合并，每行分别填写。"
                elif cells.get(place, "").startswith(FAULT):
                    faults[name] = f"{cells[place].removeprefix(FAULT)}。请直接填写文字或数字。"
        kept = {name: values[name].replace(FAULT, "") for name in (*names, "title", "number") if name in values}
        return ReadRow(
            self.cells.name, number, key.replace(FAULT, "").strip(), kept, faults, number in self.cells.hidden_rows
        )


def heading_of(name: str) -> str:
    """The heading of a column."""
    return next(column.heading for column in COLUMNS if column.name == name)
