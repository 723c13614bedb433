"""Dates and spans in words: issue dates, the year planned, reporting periods, deadlines."""

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta

from importer.text.numerals import number_of

FULL_DATE = re.compile(r"(20\d\d)\s?[年./-]\s?(\d{1,2})\s?[月./-]\s?(\d{1,2})")
CHINESE_DATE = re.compile(r"(二[〇○零Ｏ0].{2})\s?年\s?([一二三四五六七八九十]{1,2})\s?月\s?([一二三四五六七八九十]{1,3})\s?日")
YEAR = re.compile(r"(20\d\d)\s?(?:[—–-]\s?20\d\d\s?)?(?:学?年|年度)")
CHINESE_YEAR = re.compile(r"(二[〇○零Ｏ0][〇○零一二三四五六七八九Ｏ0]{2})\s?学?年")
MONTH_SPAN = re.compile(r"(?:(20\d\d)\s?年\s?)?(\d{1,2})\s?月?\s?[-—–~～至到]{1,2}\s?(\d{1,2})\s?月")
CHINESE_NUMBER = re.compile(r"二[〇○零0][〇○零一二三四五六七八九]{2}(?=年)|[一二三四五六七八九十]{1,3}(?=[月日])(?!月份?个)")
QUARTERS = {"一": 1, "二": 2, "三": 3, "四": 4, "1": 1, "2": 2, "3": 3, "4": 4}


@dataclass(frozen=True)
class Span:
    """A span of days and the words it was read from."""

    words: str
    start_on: date
    end_on: date


@dataclass(frozen=True)
class Deadline:
    """A deadline: the day, None where the words name none (长期坚持), and the words."""

    day: date | None
    words: str


def day_of(year: int, month: int, day: int) -> date | None:
    """The date, None where there is no such day."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def date_in(text: str) -> date | None:
    """The first full date of a text, with digits or Chinese numerals."""
    if match := FULL_DATE.search(text):
        return day_of(*(int(group) for group in match.groups()))
    if match := CHINESE_DATE.search(text):
        year, month, day = (number_of(group) for group in match.groups())
        return day_of(year, month, day) if year and month and day else None
    return None


def year_in(text: str) -> int | None:
    """The first year a text names (`2023年`, `2023学年`, `二〇二三年`)."""
    if match := YEAR.search(text):
        return int(match.group(1))
    if match := CHINESE_YEAR.search(text):
        return number_of(match.group(1))
    return None


def month_end(year: int, month: int) -> date:
    """The last day of a month."""
    return date(year, month, calendar.monthrange(year, month)[1])


def span_in(text: str, year: int | None) -> Span | None:
    """The span a title names: months, a quarter, a half-year, a school year, else the whole year."""
    year = year_in(text) or year
    if year is None:
        return None
    if match := MONTH_SPAN.search(text):
        first, last = int(match.group(2)), int(match.group(3))
        if 1 <= first <= last <= 12:
            return Span(f"{year}年{first}-{last}月", date(year, first, 1), month_end(year, last))
    if match := re.search(r"第?([一二三四1-4])季度", text):
        quarter = QUARTERS[match.group(1)]
        return Span(f"{year}年第{'一二三四'[quarter - 1]}季度", date(year, quarter * 3 - 2, 1), month_end(year, quarter * 3))
    for words, first, last in (("上半年", 1, 6), ("下半年", 7, 12)):
        if words in text:
            return Span(f"{year}年{words}", date(year, first, 1), month_end(year, last))
    if re.search(r"学年", text):
        return Span(f"{year}学年", date(year, 9, 1), date(year + 1, 8, 31))
    return Span(f"{year}年", date(year, 1, 1), date(year, 12, 31))


DEADLINE_LABEL = r"(?:完成|办结|落实|推进|工作|时间)?(?:时限|期限|时间|节点|时间节点|进度)(?:要求|安排)?\s?[:：]\s?"
BEFORE = r"(?:之?前|以前|底前|底之前|底以前|底|末|末前)"

# (words, the day they mean, given the match and the year planned); the first row that matches wins.
DEADLINES = (
    (r"(20\d\d)年\d{1,2}月?[-—–~至到]{1,2}(\d{1,2})月", lambda m, y: safe_month_end(int(m[1]), int(m[2]))),
    (r"\d{1,2}月?[-—–~至到]{1,2}(\d{1,2})月", lambda m, y: y and safe_month_end(y, int(m[1]))),
    (rf"(20\d\d)年(\d{{1,2}})月(\d{{1,2}})日{BEFORE}?", lambda m, y: day_of(int(m[1]), int(m[2]), int(m[3]))),
    (r"(20\d\d)[./-](\d{1,2})[./-](\d{1,2})(?!\d)", lambda m, y: day_of(int(m[1]), int(m[2]), int(m[3]))),
    (r"^(\d\d)[./-](\d{1,2})[./-](\d{1,2})$", lambda m, y: day_of(2000 + int(m[1]), int(m[2]), int(m[3]))),
    (r"^(\d{1,2})月(\d{1,2})日$", lambda m, y: y and day_of(y, int(m[1]), int(m[2]))),
    (r"(20\d\d)年(\d{1,2})月前", lambda m, y: before_month(int(m[1]), int(m[2]))),
    (rf"(20\d\d)年(\d{{1,2}})月(?:份)?{BEFORE}?", lambda m, y: safe_month_end(int(m[1]), int(m[2]))),
    (r"(20\d\d)年(?:年)?(?:底|末)(?:前|之前|以前)?", lambda m, y: date(int(m[1]), 12, 31)),
    (r"(20\d\d)年上半年", lambda m, y: date(int(m[1]), 6, 30)),
    (rf"(\d{{1,2}})月(\d{{1,2}})日{BEFORE}", lambda m, y: y and day_of(y, int(m[1]), int(m[2]))),
    (r"(\d{1,2})月(?:份)?(?:底|末)(?:之前|以前|前)?", lambda m, y: y and safe_month_end(y, int(m[1]))),
    (r"(\d{1,2})月(?:份)?(?:之前|以前|前)", lambda m, y: y and before_month(y, int(m[1]))),
    (r"(20\d\d)[./-](\d{1,2})(?![./\d])", lambda m, y: safe_month_end(int(m[1]), int(m[2]))),
    (r"(?:每|各)(?:个)?季度(?:末|底)?(?:前)?", lambda m, y: y and date(y, 12, 31)),
    (r"第?([一二三四1-4])季度(?:末|底)?(?:之前|以前|前)?", lambda m, y: y and month_end(y, QUARTERS[m[1]] * 3)),
    (r"^(\d{1,2})月(?:份)?$", lambda m, y: y and safe_month_end(y, int(m[1]))),
    (r"上半年(?:底|末)?(?:前)?", lambda m, y: y and date(y, 6, 30)),
    (r"(?:下半年|今年|本年|年|全年)(?:底|末|内)?(?:之前|以前|前)?", lambda m, y: y and date(y, 12, 31)),
    (r"(?:长期(?:坚持|推进|执行)?|持续(?:推进|实施)?|常态化(?:推进)?|贯穿全年|按(?:时间)?节点推进)", lambda m, y: None),
)
LABELLED = re.compile(DEADLINE_LABEL + r"([^()（），,；;。【】\[\]]{1,30})")
IN_TEXT = re.compile(
    r"(?:20\d\d年)?(?:\d{1,2}月(?:\d{1,2}日)?(?:底|末)?(?:之前|以前|前)|(?:今|本)?年(?:底|末)(?:之前|以前|前)|(?:每|第[一二三四])季度末(?:前)?)"
)


def safe_month_end(year: int, month: int) -> date | None:
    """The last day of a month, None where there is no such month."""
    return month_end(year, month) if 1 <= month <= 12 else None


def before_month(year: int, month: int) -> date | None:
    """The day before a month begins: 9月前 is the end of August, 9月底前 the end of September."""
    return date(year, month, 1) - timedelta(days=1) if 1 <= month <= 12 else None


def compact(words: str) -> str:
    """Words without white space but for that between digits: a day and a time of a cell stay apart, 2025/3/1 12:00."""
    return re.sub(r"(?<!\d)\s+|\s+(?!\d)", "", words)


def deadline_from(words: str, year: int | None) -> Deadline | None:
    """The deadline that a few words name; None where they name none."""
    plain = CHINESE_NUMBER.sub(lambda match: str(number_of(match[0]) or match[0]), compact(words))
    for pattern, meaning in DEADLINES:
        if match := re.search(pattern, plain):
            return Deadline(meaning(match, year) or None, words.strip())
    return None


def deadline_in(text: str, year: int | None) -> Deadline | None:
    """The deadline of an item's whole text: a labelled one first, else the latest 「…前」 it names."""
    if match := LABELLED.search(text):
        return deadline_from(match.group(1), year)
    found = [deadline for match in IN_TEXT.finditer(text) if (deadline := deadline_from(match.group(0), year))]
    return max((deadline for deadline in found if deadline.day), key=lambda deadline: deadline.day, default=None)


def year_of_plan(title: str, preamble: str, issued_on: date | None, number: str | None) -> int | None:
    """The year planned: as the title names it, else the preamble, the date of issue, the document number."""
    in_number = re.search(r"20\d\d", number or "")
    return (
        year_in(title)
        or year_in(preamble)
        or (issued_on.year if issued_on else None)
        or (int(in_number.group(0)) if in_number else None)
    )
