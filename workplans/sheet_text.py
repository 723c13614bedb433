"""Text on its way into and out of spreadsheets: what people wrote stays what they wrote, and never runs.

A text cell is stored as text, so `=1+1` is shown as `=1+1` and computed by nobody.
"""

import re
from datetime import date, datetime
from decimal import Decimal

MAX_CELL = 32_767  # what one cell of a workbook holds, in UTF-16 units
SAFE_CELL = 32_000

CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
NOT_XML = re.compile("[\ud800-\udfff\ufffe\uffff]")
UNUSUAL = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")  # what `shown` changes
# Excel reads `_x0041_` in a cell as the letter A, and itself writes a carriage return as `_x000D_`.
ESCAPE_LIKE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
# Full-width signs run too where Excel is set to Chinese or Japanese.
FORMULA_START = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")


class Percent(Decimal):
    """A rate of 0–100 that a sheet shows as a percentage."""

    def __str__(self):
        return f"{Decimal(self).quantize(Decimal('0.1')).normalize():f}%"

    @property
    def share(self) -> float:
        """The number a cell holds: 0.8 for 80%."""
        return float(Decimal(self) / 100)

    @property
    def number_format(self) -> str:
        """80% without and 83.3% with a decimal place."""
        return "0%" if Decimal(self) == int(self) else "0.0%"


def shown(text: str) -> str:
    """Return `text` as a sheet shows it: one kind of line break, control characters as pictures such as ␀."""
    if text.isprintable() or not UNUSUAL.search(text):  # the first is the quicker, and false for line breaks
        return text
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = CONTROL.sub(lambda match: "␡" if match[0] == "\x7f" else chr(0x2400 + ord(match[0])), text)
    return NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)


def same_text(one: str, other: str) -> bool:
    """Say whether two texts look the same in a sheet, so that coming back unchanged is no change."""
    return shown(one or "").strip() == shown(other or "").strip()


def split_text(text: str, limit: int = SAFE_CELL) -> list[str]:
    """Divide `text` into parts a cell can hold; put together they are the text."""
    if any(character > "\uffff" for character in text):
        limit //= 2
    return [text[start : start + limit] for start in range(0, len(text), limit)] or [""]


def write_text(cell, text: str) -> None:
    """Store `text` in an openpyxl cell as text, whatever it begins with. Raises ValueError if it would be cut."""
    text = ESCAPE_LIKE.sub("_x005F_", shown(text))
    if len(text.encode("utf-16-le")) // 2 > MAX_CELL:
        raise ValueError("text is longer than a cell holds: split it first")
    cell.value = text
    cell.data_type = "s"
    if text.startswith(FORMULA_START):
        cell.quotePrefix = True  # typing Enter in the cell does not make it a formula either


def write_value(cell, value) -> None:
    """Store any value in an openpyxl cell with its kind: numbers, dates and rates as such, all else as text."""
    if value is None or value == "":
        return
    if isinstance(value, Percent):
        cell.value, cell.number_format = value.share, value.number_format
    elif isinstance(value, datetime):
        cell.value, cell.number_format = value.replace(tzinfo=None), "yyyy-mm-dd hh:mm"
    elif isinstance(value, date):
        cell.value, cell.number_format = value, "yyyy-mm-dd"
    elif isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        cell.value = value
    else:
        write_text(cell, str(value))


def as_text(value) -> str:
    """Return a cell's value as the text its reader saw: 7 for 7.0, a date without its midnight."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M").removesuffix(" 00:00")
    return str(value)


# --- CSV, which knows no kinds of cells ---------------------------------------------------------------------

GUARDED = re.compile(rf"^'+(?=[{re.escape(''.join(FORMULA_START))}])")


def guard(text: str) -> str:
    """Put Excel's own mark for text before what would run as a formula when a CSV file is opened."""
    return f"'{text}" if text.startswith(FORMULA_START) or GUARDED.match(text) else text


def unguard(text: str) -> str:
    """Take the mark away again."""
    return text[1:] if GUARDED.match(text) else text
