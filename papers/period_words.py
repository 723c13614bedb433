"""Periods, years and days named in the words of a letter: made anew from those of the last letter, or told to be others'. Pure.

`remade` carries a text from one period to the next; `elsewhere` finds what names another period than the letter's own.
Each pattern stands with an example, which is its test.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

BY_HAND, BY_OFFICE = "by_hand", "by_office"

SPAN = re.compile(
    r"(?:(?P<year>\d{4})(?P<unit>\s*年(?:度)?\s*))?(?<!\d)(?P<first>\d{1,2})(?P<between>\s*月?\s*[-－‐–—~～至到]{1,2}\s*)(?P<last>\d{1,2})(?P<end>\s*月份?)(?!\d*\s*日)"
)  # 2024年1-9月
QUARTERS = re.compile(r"(?:(?P<year>\d{4})\s*年)?(?P<name>上半年|前三季度|第?[一二三四]季度)")  # 2024年前三季度
UNTIL = re.compile(r"截至?到?\s*(?:(?P<year>\d{4})\s*年)?(?P<month>\d{1,2})月(?P<end>底|末)")  # 截至9月底
DAY = re.compile(r"(?:(?P<year>\d{4})\s*年)?(?<!\d)(?P<month>\d{1,2})\s*月\s*(?P<day>\d{1,2})\s*日")  # 2024年9月30日
YEAR = re.compile(r"(?<!\d)(?P<year>(?:19|20)\d{2})\s*年")  # 2023年
EXAMPLES = {
    "SPAN": "2024年1-9月", "QUARTERS": "2024年前三季度", "UNTIL": "截至9月底", "DAY": "2024年9月30日", "YEAR": "2023年",
}  # fmt: skip
NAMED = {
    "上半年": (1, 6), "前三季度": (1, 9), "一季度": (1, 3), "二季度": (4, 6), "三季度": (7, 9), "四季度": (10, 12),
}  # fmt: skip


@dataclass(frozen=True)
class Times:
    """What of a period its letter may name: the span, and the days that belong to it."""

    label: str
    start_on: date
    as_of: date
    due_on: date | None = None
    others: tuple[date, ...] = ()

    @property
    def span(self) -> tuple[int, int]:
        """First and last month."""
        return self.start_on.month, self.as_of.month

    @property
    def days(self) -> set[date]:
        """The days it may name."""
        return {day for day in (self.start_on, self.as_of, self.due_on, *self.others) if day}

    @property
    def years(self) -> set[int]:
        """The years it may name."""
        return {day.year for day in self.days}


def of_period(period, *others: date) -> Times:
    """Return the times of a stored period; `others` are further days its letter may name, such as its own date."""
    days = tuple(day for day in (period.opens_on, period.last_day, *others) if day)
    return Times(period.label, period.start_on, period.as_of, period.due_on, days)


# --- the last letter's words for this one ------------------------------------------------------------------


def remade(text: str, last: Times, now: Times) -> str:
    """Return the words of the last letter with its period, and the days that follow from it, made those of now."""
    if last.span == now.span and last.as_of.year == now.as_of.year:
        return text
    mark = "\x00"
    text = text.replace(last.label, mark)
    text = SPAN.sub(lambda match: _span(match, last, now), text)
    text = QUARTERS.sub(lambda match: _quarters(match, last, now), text)
    text = UNTIL.sub(lambda match: _until(match, last, now), text)
    return DAY.sub(lambda match: _day(match, last, now), text).replace(mark, now.label)


def _is_last(match, last: Times) -> bool:
    return match["year"] in (None, str(last.as_of.year))


def _span(match, last: Times, now: Times) -> str:
    if not _is_last(match, last) or (int(match["first"]), int(match["last"])) != last.span:
        return match[0]
    year = f"{now.as_of.year}{match['unit']}" if match["year"] else ""
    first, until = now.span
    between = f"{first}{match['between']}" if first != until else ""
    return f"{year}{between}{until}{match['end']}"


def _quarters(match, last: Times, now: Times) -> str:
    if not _is_last(match, last) or NAMED[match["name"].removeprefix("第")] != last.span:
        return match[0]
    same = next((name for name, span in NAMED.items() if span == now.span), None)
    year = f"{now.as_of.year}年" if match["year"] else ""
    first, until = now.span
    return year + (same or (f"{first}-{until}月" if first != until else f"{until}月"))


def _until(match, last: Times, now: Times) -> str:
    if not _is_last(match, last) or int(match["month"]) != last.as_of.month:
        return match[0]
    year = f"{now.as_of.year}年" if match["year"] else ""
    return f"截至{year}{now.as_of.month}月{match['end']}"


def _day(match, last: Times, now: Times) -> str:
    for old, new in ((last.as_of, now.as_of), (last.due_on, now.due_on)):
        if old and new and _is_last(match, last) and (int(match["month"]), int(match["day"])) == (old.month, old.day):
            return f"{f'{new.year}年' if match['year'] else ''}{new.month}月{new.day}日"
    return match[0]


# --- what is another period's ------------------------------------------------------------------------------


def elsewhere(text: str, now: Times, by: str = BY_HAND) -> list[str]:
    """Return the parts of `text` that name another period, year or day than the letter's, each once, in their order.

    What offices wrote (BY_OFFICE) tells of many days; there only a span that begins as the letter's and ends otherwise
    is meant, and what stands behind 截至.
    """
    found = [*_spans(text, now, by), *_untils(text, now)]
    if by == BY_HAND:
        found += [*_names(text, now), *_days(text, now), *_years(text, now)]
    chosen: list[tuple[int, int]] = []
    for start, end in sorted(found, key=lambda place: (place[0], -place[1])):
        if not chosen or start >= chosen[-1][1]:
            chosen.append((start, end))
    return list(dict.fromkeys(text[start:end] for start, end in chosen))


def _is_now(match, now: Times) -> bool:
    return match["year"] is None or int(match["year"]) in now.years


def _spans(text: str, now: Times, by: str) -> Iterator[tuple[int, int]]:
    for match in SPAN.finditer(text):
        first, last = int(match["first"]), int(match["last"])
        if by == BY_OFFICE and first != now.span[0]:
            continue
        if (first, last) != now.span or not _is_now(match, now):
            yield match.span()


def _names(text: str, now: Times) -> Iterator[tuple[int, int]]:
    for match in QUARTERS.finditer(text):
        if NAMED[match["name"].removeprefix("第")] != now.span or not _is_now(match, now):
            yield match.span()


def _untils(text: str, now: Times) -> Iterator[tuple[int, int]]:
    for match in UNTIL.finditer(text):
        if int(match["month"]) != now.as_of.month or not _is_now(match, now):
            yield match.span()


def _days(text: str, now: Times) -> Iterator[tuple[int, int]]:
    own = {(day.month, day.day) for day in now.days}
    for match in DAY.finditer(text):
        if (int(match["month"]), int(match["day"])) not in own or not _is_now(match, now):
            yield match.span()


def _years(text: str, now: Times) -> Iterator[tuple[int, int]]:
    for match in YEAR.finditer(text):
        if not _is_now(match, now):
            yield match.span()
