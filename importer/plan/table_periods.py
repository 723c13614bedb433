"""Columns of quarters, half-years and months (一季度目标, 1-3月计划): what is to be reached by when, as milestones."""

import re
from collections.abc import Callable
from datetime import date

from importer.text.numerals import number_of

from .dates import QUARTERS, day_of, month_end

MONTHS = "(1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])"
LAST_DAY = 31

# (words of a heading, the month and day by which it is meant); the first row that matches counts.
PERIODS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], tuple[int, int]]], ...] = (
    (re.compile(r"第?([一二三四1-4])季"), lambda m: (QUARTERS[m[1]] * 3, LAST_DAY)),
    (re.compile(r"Q([1-4])"), lambda m: (int(m[1]) * 3, LAST_DAY)),
    (re.compile(r"上半年"), lambda m: (6, LAST_DAY)),
    (re.compile(r"下半年|年底|年末|全年"), lambda m: (12, LAST_DAY)),
    (re.compile(rf"[-—–~～至到]{MONTHS}月"), lambda m: (month_of(m[1]), LAST_DAY)),
    (re.compile(rf"{MONTHS}月(?:份)?上旬"), lambda m: (month_of(m[1]), 10)),
    (re.compile(rf"{MONTHS}月(?:份)?中旬"), lambda m: (month_of(m[1]), 20)),
    (re.compile(rf"{MONTHS}月"), lambda m: (month_of(m[1]), LAST_DAY)),
)


def month_of(words: str) -> int:
    """A month in digits or Chinese numerals."""
    return number_of(words) or 12


def due_on(heading: str, year: int | None) -> date | None:
    """The day by which what stands under a heading is to be reached; None without a year or a known period."""
    compact = re.sub(r"\s", "", heading)
    if explicit := re.search(r"20\d\d", compact):
        year = int(explicit[0])
    if year is None:
        return None
    for words, meaning in PERIODS:
        if match := words.search(compact):
            month, day = meaning(match)
            return month_end(year, month) if day == LAST_DAY else day_of(year, month, day)
    return None
