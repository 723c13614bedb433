"""A number of a workbook as its format shows it: days in words, rates with their sign, plain numbers without tails."""

import re
from datetime import date, timedelta

# Formats that are known by number alone. 27 to 36 and 50 to 58 are those of Chinese Excel and WPS.
DAYS = frozenset((14, 15, 16, 22, 28, 29, 30, 31, 36, 50, 51, 53, 54, 58))
MONTHS = frozenset((17, 27, 52, 57))
TIMES = frozenset((18, 19, 20, 21, 32, 33, 34, 35, 45, 46, 47, 55, 56))
RATES = frozenset((9, 10))
QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
FIRST_DAY_1900, FIRST_DAY_1904 = date(1899, 12, 30), date(1904, 1, 1)


def form_of_format(number: int, code: str | None) -> str:
    """What a number format shows: day, month, time, rate or number; `code` is the workbook's own, None for a known one."""
    if code is None:
        known = (("day", DAYS), ("month", MONTHS), ("time", TIMES), ("rate", RATES))
        return next((form for form, numbers in known if number in numbers), "number")
    letters = QUOTED.sub("", code.split(";")[0]).lower()
    if "general" in letters:
        return "number"
    if "y" in letters or "d" in letters:
        return "day" if "d" in letters or "m" not in letters else "month"
    if "h" in letters or "s" in letters:
        return "time"
    return "rate" if "%" in letters else "day" if "m" in letters else "number"


def shown(value: str, form: str, is_1904: bool) -> str:
    """A number in its form; what is no number stays as it stands."""
    try:
        number = float(value)
        if form in ("day", "month"):
            return day_words(number, form, is_1904)
        if form == "rate":
            return f"{round(number * 100, 4):.10g}%"
        if form == "time":
            minutes = round(number % 1 * 1440)
            return f"{minutes // 60 % 24}:{minutes % 60:02d}"
        return f"{number:.0f}" if number.is_integer() and abs(number) < 1e15 else f"{number:.12g}"
    except (ValueError, OverflowError):
        return value


def day_words(number: float, form: str, is_1904: bool) -> str:
    """A day in the words that every reader of dates knows: 2023年12月31日, or 2023年12月."""
    start = FIRST_DAY_1904 if is_1904 else FIRST_DAY_1900
    day = start + timedelta(days=int(number) + (1 if not is_1904 and number < 60 else 0))
    return f"{day.year}年{day.month}月" + (f"{day.day}日" if form == "day" else "")
