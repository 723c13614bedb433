"""Dates and spans in words: issue dates, the year planned, reporting periods, deadlines."""

import calendar
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from importer.text.numerals import number_of

from .office_words import SURE_TIME, TIME_LABEL

FULL_DATE = re.compile(r"(20\d\d)\s?[年./-]\s?(\d{1,2})\s?[月./-]\s?(\d{1,2})")
CHINESE_DATE = re.compile(
    r"(二[〇○零Ｏ0].{2})\s?年\s?([一二三四五六七八九十]{1,2})\s?月\s?([一二三四五六七八九十]{1,3})\s?日"
)
YEAR = re.compile(r"(20\d\d)\s?(?:[—–~～至到-]{1,2}\s?20\d\d\s?)?(?:学?年|年度)")
CHINESE_YEAR = re.compile(r"(二[〇○零Ｏ0][〇○零一二三四五六七八九Ｏ0]{2})\s?学?年")
YEARS = re.compile(r"(?<!\d)(20\d\d)\s?年?\s?[—–~～至到-]{1,2}\s?(20\d\d)(?!\d)")
BARE_YEAR = re.compile(r"(?<![\d〔\[【(])(20\d\d)(?=[\u4e00-\u9fff])(?!届)|^[〔\[【(（](20\d\d)(?=[〕\]】)）])")
MONTH_SPAN = re.compile(r"(?:(20\d\d)\s?年\s?)?(\d{1,2})\s?月?\s?[-—–~～至到]{1,2}\s?(\d{1,2})\s?月")
ONE_MONTH = re.compile(r"(?:^|年度?|关于)\s?(\d{1,2})\s?月份?(?![\d日底前])")
QUARTERS = {"一": 1, "二": 2, "三": 3, "四": 4, "1": 1, "2": 2, "3": 3, "4": 4}


@dataclass(frozen=True)
class DateSpan:
    """A span of days and the words it was read from."""

    words: str
    start_on: date
    end_on: date


@dataclass(frozen=True)
class Deadline:
    """A deadline: the day, None where the words name none (长期坚持), and the words."""

    day: date | None
    words: str
    wrong: str = ""  # words that name a day there is not (6月31日)
    unread: bool = False  # nobody understands the words


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


def span_in(text: str, year: int | None) -> DateSpan | None:
    """The span a title names: months, a quarter, a half-year, a school year, else the whole year."""
    year = year_of_title(text) or year
    if year is None:
        return None
    if (match := YEARS.search(text)) and "学年" not in text and match[1] < match[2]:
        return DateSpan(f"{match[1]}-{match[2]}年", date(int(match[1]), 1, 1), date(int(match[2]), 12, 31))
    if match := MONTH_SPAN.search(text):
        first, last = int(match.group(2)), int(match.group(3))
        if 1 <= first <= last <= 12:
            return DateSpan(f"{year}年{first}-{last}月", date(year, first, 1), month_end(year, last))
    if match := re.search(r"第?([一二三四1-4])季度", text):
        quarter = QUARTERS[match.group(1)]
        return DateSpan(
            f"{year}年第{'一二三四'[quarter - 1]}季度", date(year, quarter * 3 - 2, 1), month_end(year, quarter * 3)
        )
    if (match := ONE_MONTH.search(text)) and 1 <= int(match.group(1)) <= 12:
        month = int(match.group(1))
        return DateSpan(f"{year}年{month}月", date(year, month, 1), month_end(year, month))
    for words, first, last in (("上半年", 1, 6), ("下半年", 7, 12)):
        if words in text:
            return DateSpan(f"{year}年{words}", date(year, first, 1), month_end(year, last))
    if re.search(r"学年", text):
        return DateSpan(f"{year}学年", date(year, 9, 1), date(year + 1, 8, 31))
    return DateSpan(f"{year}年", date(year, 1, 1), date(year, 12, 31))


BEFORE = r"(?:之?前|以前|底前|底之前|底以前|底|末|末前)"
NUMERAL = re.compile(r"[一二三四五六七八九十]{1,3}(?=月|日|号)")
TENTHS = {"初": 10, "上旬": 10, "中旬": 20, "下旬": 31}

# The day words mean, given their match and the year planned; nothing where they need a year and there is none.
Meaning = Callable[[re.Match[str], int | None], date | int | None]
# (words, what they mean); the first row that matches at a place wins.
DEADLINES: tuple[tuple[str, Meaning], ...] = (
    (r"(20\d\d)年\d{1,2}月?[-—–~至到]{1,2}(\d{1,2})月(?!\d)", lambda m, y: safe_month_end(int(m[1]), int(m[2]))),
    (r"\d{1,2}月?[-—–~至到]{1,2}(\d{1,2})月(?!\d)", lambda m, y: y and safe_month_end(y, int(m[1]))),
    (rf"(20\d\d)年(\d{{1,2}})月(\d{{1,2}})[日号]{BEFORE}?", lambda m, y: day_of(int(m[1]), int(m[2]), int(m[3]))),
    (r"^(\d\d)[./-](\d{1,2})[./-](\d{1,2})$", lambda m, y: day_of(2000 + int(m[1]), int(m[2]), int(m[3]))),
    (r"(20\d\d)[./-](\d{1,2})[./-](\d{1,2})(?!\d)", lambda m, y: day_of(int(m[1]), int(m[2]), int(m[3]))),
    (r"(20\d\d)年(\d{1,2})月(初|上旬|中旬|下旬)", lambda m, y: tenth_of(int(m[1]), int(m[2]), m[3])),
    (r"(20\d\d)年(\d{1,2})月(?:份)?之?(?:以)?前", lambda m, y: before_month(int(m[1]), int(m[2]))),
    (rf"(20\d\d)年(\d{{1,2}})月(?:份)?{BEFORE}?", lambda m, y: safe_month_end(int(m[1]), int(m[2]))),
    (
        r"(?:明|次|下一)年(\d{1,2})月(?:份)?(?:底|末)?(?:之前|以前|前)?",
        lambda m, y: y and safe_month_end(y + 1, int(m[1])),
    ),
    (r"20\d\d[-—–~至到]{1,2}(20\d\d)年", lambda m, y: date(int(m[1]), 12, 31)),
    (r"(20\d\d)年(?:年)?(?:底|末)(?:前|之前|以前)?", lambda m, y: date(int(m[1]), 12, 31)),
    (r"(20\d\d)年上半年", lambda m, y: date(int(m[1]), 6, 30)),
    (
        r"(20\d\d)年第?([一二三四1-4])季度(?:末|底)?(?:之前|以前|前)?",
        lambda m, y: month_end(int(m[1]), QUARTERS[m[2]] * 3),
    ),
    (r"(20\d\d)年(?:下半年|全年|度)?(?:内|前)?(?![\d年])", lambda m, y: date(int(m[1]), 12, 31)),
    (r"(\d{1,2})月(\d{1,2})[日号]", lambda m, y: y and day_of(y, int(m[1]), int(m[2]))),
    (r"(\d{1,2})月(初|上旬|中旬|下旬)", lambda m, y: y and tenth_of(y, int(m[1]), m[2])),
    (r"(\d{1,2})月(?:份)?(?:底|末)(?:之前|以前|前)?", lambda m, y: y and safe_month_end(y, int(m[1]))),
    (r"(\d{1,2})月(?:份)?(?:之前|以前|前)", lambda m, y: y and before_month(y, int(m[1]))),
    (r"(\d{1,2})月(?:份)?", lambda m, y: y and safe_month_end(y, int(m[1]))),
    (r"(20\d\d)[./-](\d{1,2})(?![./\d])", lambda m, y: safe_month_end(int(m[1]), int(m[2]))),
    (r"(\d{1,2})\.(\d{1,2})(?:日|号)?(?:前|止)?$", lambda m, y: y and day_of(y, int(m[1]), int(m[2]))),
    (r"(?:每|各)(?:个)?季度(?:末|底)?(?:前)?", lambda m, y: y and date(y, 12, 31)),
    (r"第?([一二三四1-4])季度(?:末|底)?(?:之前|以前|前)?", lambda m, y: y and month_end(y, QUARTERS[m[1]] * 3)),
    (r"上半年(?:底|末)?(?:前)?", lambda m, y: y and date(y, 6, 30)),
    (r"(?:下半年|今年|本年|年|全年)(?:度|底|末|内)?(?:之前|以前|前)?", lambda m, y: y and date(y, 12, 31)),
)
DEADLINE_ROWS = tuple((re.compile(pattern), meaning) for pattern, meaning in DEADLINES)
FIRST_SIGN = re.compile(r"\d|[每各第一二三四上下今本年全明次]")
# Words that name no day and are understood all the same.
LASTING = re.compile(r"长期(?:坚持|推进|执行)?|持续(?:推进|实施)?|常态化(?:推进)?|贯穿全年|按(?:时间)?节点推进")
NO_DAY = re.compile(
    r"长期|持续|常态|贯穿|常年|立行立改|立即|即知即改|按(?:时间)?(?:节点|计划|要求|进度|时序|序时)|每(?:月|周|天|日|学期|年)|随时|适时|即时|及时|经常|日常|按时|待定|不定期|定期"
)
SAID_WORDS = 60
LABELLED = re.compile(TIME_LABEL.pattern + r"\s?([^()（）。【】\[\]\n]{1,80})")
MONTH = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})月"
IN_TEXT = re.compile(
    rf"(?:20\d\d年)?(?:{MONTH}(?:(?:\d{{1,2}}|[一二三四五六七八九十]{{1,3}})[日号]|(?:上|中|下)旬)?(?:底|末)?(?:之前|以前|前)|(?:今|本)?年(?:底|末)(?:之前|以前|前)|(?:每|第[一二三四])季度末(?:前)?)"
)

# What an item begins with: `4月中旬，举办运动会。` is when it is done.
FIRST_WORDS = re.compile(
    rf"\s*((?:(20\d\d)年)?(?:(?:{MONTH}?[-—–~至到]{{1,2}})?{MONTH}(?:(?:\d{{1,2}}|[一二三四五六七八九十]{{1,3}})[日号]|[上中下]旬|[初底末份])?|第?[一二三四]季度|[上下]半年))[，,]"
)


def tenth_of(year: int, month: int, words: str) -> date | None:
    """The last day of a month's first, second or third ten days."""
    end = safe_month_end(year, month)
    return end and end.replace(day=min(TENTHS[words], end.day))


def safe_month_end(year: int, month: int) -> date | None:
    """The last day of a month, None where there is no such month."""
    return month_end(year, month) if 1 <= month <= 12 else None


def before_month(year: int, month: int) -> date | None:
    """The day before a month begins: 9月前 is the end of August, 9月底前 the end of September."""
    return date(year, month, 1) - timedelta(days=1) if 1 <= month <= 12 else None


def compact(words: str) -> str:
    """Words without white space but for that between digits: a day and a time of a cell stay apart, 2025/3/1 12:00."""
    return re.sub(r"(?<!\d)\s+|\s+(?!\d)", "", words)


@lru_cache(maxsize=4096)
def deadline_from(words: str, year: int | None, keeps_month: bool = False) -> Deadline | None:
    """The deadline a few words name: of several days the last, of a range its end; None where they name none.

    `keeps_month`: 2025年8月前 behind a label means in August at the latest, in a sentence before August.
    """
    plain = NUMERAL.sub(lambda match: str(number_of(match.group(0)) or match.group(0)), digits_of(compact(words)))
    if explicit := re.search(r"20\d\d", plain):
        year = int(explicit.group(0))
    days: list[date] = []
    wrong = ""
    position = 0
    found = False
    while first := FIRST_SIGN.search(plain, position):
        position = first.start()
        row, match = row_at(plain, position)
        if row is None or match is None:
            digits = DIGITS.match(plain, position)
            position = digits.end() if digits else position + 1
            continue
        if keeps_month and re.fullmatch(r"20\d\d年\d{1,2}月(?:份)?之?(?:以)?前", match.group(0)):
            day = safe_month_end(*(int(part) for part in re.findall(r"\d+", match.group(0))))
        else:
            meant = row(match, year)
            day = meant if isinstance(meant, date) else None
        found = True
        if explicit := re.match(r"20\d\d", match.group(0)):
            year = int(explicit.group(0))
        if day:
            days.append(day)
        elif year and re.search(r"\d月", match.group(0)):
            wrong = match.group(0)
        position = match.end()
    if not found:
        return Deadline(None, words.strip()) if LASTING.search(plain) else None
    return Deadline(max(days, default=None), words.strip(), wrong)


def digits_of(words: str) -> str:
    """Words with full-width digits and 二〇三一年 in digits."""
    words = words.translate(WIDE_DIGITS)
    return CHINESE_YEAR.sub(lambda match: f"{number_of(match.group(1))}年", words)


def row_at(words: str, position: int) -> tuple[Meaning, re.Match[str]] | tuple[None, None]:
    """The meaning of the first row that matches at a place, and the match."""
    return next(
        ((meaning, match) for row, meaning in DEADLINE_ROWS if (match := row.match(words, position))), (None, None)
    )


def labelled_words(text: str) -> str | None:
    """The words behind a deadline's label, up to the next label or a clause that names no time; None without a label."""
    match = LABELLED.search(text)
    if not match:
        return None
    words = match.group(1)
    if other := OTHER_LABEL.search(words):
        words = words[: other.start()]
    kept, end = "", 0
    for part in re.finditer(r"[^，,；;]+[，,；;]?", words):
        if kept and not (deadline_from(part.group(0), 2000) or NO_DAY.search(part.group(0))):
            break
        kept, end = words[: part.end()], part.end()
    return words[:end].strip(" ，,；;、")


SURE_LABEL = re.compile(rf"{SURE_TIME}|进度(?:要求|安排)?\s?[:：]")
OTHER_LABEL = re.compile(r"[、，,；;\s]\s?[^、，,；;\s:：]{2,10}[:：]")
WIDE_DIGITS = str.maketrans("０１２３４５６７８９．／", "0123456789./")
DIGITS = re.compile(r"\d+")


def deadline_in(text: str, year: int | None) -> Deadline | None:
    """The deadline of an item's whole text: a labelled one first, else the latest 「…前」 it names.

    A labelled one that names no day has none; its words are kept, and `unread` says so where nobody understands them.
    """
    if words := labelled_words(text):
        found = deadline_from(words, year, keeps_month=True)
        if (found and (found.day or found.wrong)) or not SURE_LABEL.search(text):
            return found if found and (found.day or found.wrong) else None
        return found or Deadline(None, words[:SAID_WORDS], unread=not NO_DAY.search(words))
    inside = [match.group(0) for match in IN_TEXT.finditer(text)]
    if not inside and (first := FIRST_WORDS.match(text)) and int(first.group(2) or year or 0) >= (year or 0):
        inside = [first.group(1)]
    named = [deadline_from(some, year) for some in inside]
    dated = [(found.day, found) for found in named if found and found.day]
    return max(dated, key=lambda pair: pair[0])[1] if dated else None


def year_of_plan(title: str, preamble: str, issued_on: date | None, number: str | None, *others: str) -> int | None:
    """The year planned: as the title names it, else another title of the head (`others`), the date of issue, the
    document number, and only then the preamble, whose quoted titles are other documents'."""
    in_number = re.search(r"20\d\d", number or "")
    titles = (year for text in (title, *others) if (year := year_of_title(text)))
    return (
        next(titles, None)
        or (issued_on.year if issued_on else None)
        or (int(in_number.group(0)) if in_number else None)
        or year_in(QUOTED.sub("", preamble))
    )


QUOTED = re.compile(r"《[^《》]*》")
DATED = re.compile(r"(20\d\d)\s?年\s?\d{1,2}\s?月")


def only_year_in(texts: Iterable[str]) -> int | None:
    """The year of the dates a text names, where they are all of one year and no other document's."""
    years = {int(match.group(1)) for text in texts for match in DATED.finditer(QUOTED.sub("", text))}
    return years.pop() if len(years) == 1 else None


def year_of_title(title: str) -> int | None:
    """The year a title names, also without 年 (`（2024-2026）`, `2024工作计划`)."""
    if year := year_in(title):
        return year
    match = YEARS.search(title) or BARE_YEAR.search(title)
    return int(match[1] or match[2]) if match else None
