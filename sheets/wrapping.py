"""How much room text takes in a cell: spreadsheets do not measure Chinese text for a file they did not write.

Excel shows no row higher than 409 points, so what needs more is continued in the next row instead of hidden.
"""

from unicodedata import east_asian_width

POINT_SIZE = 10  # of the table's text
LINE_HEIGHT = 14.6  # points; enough for 宋体 and for the fonts that stand in for it
PADDING = 5
MAX_LINES = 26  # with a line break at the end 27 lines, which are 399 points
PIXELS_PER_UNIT = 7  # of a column's width
HALF_WIDTH = POINT_SIZE * 96 / 72 / 2  # pixels of one half-width character
OPENING = "（《“‘【〔「"
CLOSING = "，。、；：？！）》”’】〕」…—%％"


def capacity(width: float, size: float = POINT_SIZE) -> int:
    """Return how many half-width characters fit on one line of a column."""
    return max(2, int(width * PIXELS_PER_UNIT / (HALF_WIDTH * size / POINT_SIZE)))


def text_lines(text: str, width: float, size: float = POINT_SIZE) -> list[str]:
    """Divide `text` as a column of `width` wraps it; put together the lines are the text, line breaks included."""
    room = capacity(width, size)
    lines, line, used = [], "", 0
    for character in text:
        cells = 2 if east_asian_width(character) in "WFA" else 1
        if character == "\n":
            lines.append(line + character)
            line, used = "", 0
            continue
        if used + cells > room:
            kept = _pushed_down(line, character)
            lines.append(line[: len(line) - len(kept)])
            line, used = kept, sum(2 if east_asian_width(c) in "WFA" else 1 for c in kept)
        line, used = line + character, used + cells
    return [*lines, line]


def _pushed_down(line: str, following: str) -> str:
    """Return the end of a full line that moves down because of what may not begin or end a line."""
    if following in CLOSING or line[-1:] in OPENING:
        return line[-1:] if len(line) > 1 else ""
    return ""


def pieces(text: str, width: float, limit: int = MAX_LINES) -> list[str]:
    """Divide `text` into parts of at most `limit` lines; put together they are the text."""
    lines = text_lines(text, width)
    return ["".join(lines[start : start + limit]) for start in range(0, len(lines), limit)]


def row_height(lines: int, size: float = POINT_SIZE) -> float:
    """Return the height of a row that holds so many lines."""
    return round(max(1, lines) * LINE_HEIGHT * size / POINT_SIZE + PADDING, 1)
