"""Column widths from the texts of a table: the room is shared out so that its rows come out as low as they can."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from math import ceil
from typing import Any
from unicodedata import east_asian_width

from tracking.reports.columns import Column
from workplans.sheet_text import shown

from .wrapping import capacity

WORDS_FROM = 12  # a column declared as wide holds running text and gives and takes room; narrower ones keep their width
NARROWEST, STEP = 10.0, 1.0
ROOMIER = (
    1.12  # a page of a wider table holds more rows and its rows fewer lines; 10 points print as 六号 (7.5), no smaller
)


def fitted(columns: Sequence[Column], rows: Iterable[Any]) -> tuple[Column, ...]:
    """Return the columns, those of running text as wide as makes the rows lowest, and a little wider together."""
    flexible = [number for number, column in enumerate(columns) if column.width >= WORDS_FROM]
    sizes = [[_size(columns[number].source(row)) for number in flexible] for row in rows]
    if len(flexible) < 2 or not sizes:
        return tuple(columns)
    widths = [NARROWEST] * len(flexible)
    left = sum(columns[number].width for number in flexible) - sum(widths)
    left += (ROOMIER - 1) * sum(column.width for column in columns)
    while left >= STEP:
        widths[_best(sizes, widths)] += STEP
        left -= STEP
    new = dict(zip(flexible, widths, strict=True))
    return tuple(replace(column, width=new.get(number, column.width)) for number, column in enumerate(columns))


def _size(value) -> tuple[int, ...]:
    """The length of each paragraph of a cell, in half-width characters."""
    if not isinstance(value, str):
        return (0,)
    return tuple(sum(2 if east_asian_width(c) in "WFA" else 1 for c in line) for line in shown(value).split("\n"))


def _lines(size, width) -> int:
    room = capacity(width)
    return sum(max(1, ceil(length / room)) for length in size)


def _best(sizes, widths) -> int:
    """The column that most lines are saved by, a little wider; of those that save none, the one that rows hang on."""
    saved = [0.0] * len(widths)
    for row in sizes:
        lines = [_lines(size, width) for size, width in zip(row, widths, strict=True)]
        highest = max(lines)
        tallest = [number for number, count in enumerate(lines) if count == highest]
        for number in tallest:
            saved[number] += (highest - _lines(row[number], widths[number] + STEP)) / len(tallest) + highest / 1000
    return max(range(len(widths)), key=lambda number: saved[number])
