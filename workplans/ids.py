"""Whole numbers as a browser or a workbook sends them: ids, versions, years, pages. The one reader of them.

`str.isdigit` lets ² in and `str.isdecimal` ٣; a number of 30 digits makes SQLite answer OverflowError. What is none of
ours reads as None, so that it is simply not found.
"""

import re

WHOLE = re.compile(r"[0-9]{1,18}\Z")  # 18 digits always fit into a BIGINT of either database


def whole_number(text) -> int | None:
    """Return the number `text` is, 0 to 10**18 - 1, as ASCII digits alone; None for anything else, None included."""
    text = str(text) if text is not None else ""
    return int(text) if WHOLE.match(text) else None


def id_of(text) -> int:
    """Return the id `text` names, 0, which no row has, for what is none."""
    return whole_number(text) or 0


def ids_of(texts) -> list[int]:
    """Return the ids among `texts`, in their order; what is none is left out."""
    return [number for number in map(whole_number, texts) if number]


NEVER_SEEN = -1  # no version: whoever sends none has seen none


def seen_version(data, name: str = "seen_version") -> int:
    """Return the version of a row the page in `data` (a POST) was made from, NEVER_SEEN where it does not say."""
    number = whole_number(data.get(name))
    return NEVER_SEEN if number is None else number
