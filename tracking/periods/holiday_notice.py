"""国务院办公厅关于…年部分节假日安排的通知: its text → which days are off, and which weekends are worked in exchange. Pure.

Each festival is a paragraph of sentences; a sentence says days and a verb. What is said twice (weekday, 共几天) is checked, so
that a slip of the pen is told with its line and not taken for a calendar.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from .workdays import named_by_law

FESTIVALS = ("元旦", "春节", "清明节", "劳动节", "端午节", "中秋节", "国庆节")

# What is read, each with an example that is its test.
YEAR = re.compile(r"(?P<year>20\d{2})\s*年(?=[^。]{0,12}(?:节假日|放假))")  # 关于2027年部分节假日安排的通知
FESTIVAL = re.compile(
    r"^\s*(?:[一二三四五六七八九十]+、|[（(][一二三四五六七八九十]+[）)]|\d+[.．、])?\s*"
    r"(?P<names>(?:元旦|春节|清明节?|劳动节|“?五一”?(?:劳动)?节?|端午节?|中秋节?|国庆节?)(?:[、和及](?:中秋节?|国庆节?))?)\s*[:：]\s*(?P<rest>.*)$"
)  # 七、国庆节：10月1日（周五）至7日（周四）放假调休，共7天。
DAY = r"(?:(?:(?P<y{0}>\d{{4}})年)?(?P<m{0}>\d{{1,2}})月)?(?P<d{0}>\d{{1,2}})日(?:[（(](?P<w{0}>[^）)]*)[）)])?"
SPAN = re.compile(
    DAY.format(1) + r"(?:\s*(?:至|到|—+|–|－|-|～|~)\s*" + DAY.format(2) + r")?"
)  # 2月14日（周六）至23日（周一）
OFF = re.compile(r"放假|补休|调休|连休")  # 放假调休
ADVICE = re.compile(r"鼓励")  # 鼓励各单位安排职工在除夕（2月9日）休息
ON = re.compile(r"上班")  # 2月14日（周六）上班
COUNT = re.compile(r"共\s*(?P<count>\d{1,2})\s*天|放假\s*(?P<other>\d{1,2})\s*天")  # 共9天
WEEKDAY = re.compile(r"(?:星期|周)(?P<day>[一二三四五六日天])")  # 农历除夕、星期一
SENTENCE = re.compile(r"[^。；;]+")
WEEKDAYS = "一二三四五六日"
MOST_DAYS = 31

EXAMPLES = {
    "YEAR": "国务院办公厅关于2027年部分节假日安排的通知", "FESTIVAL": "七、国庆节：10月1日（周五）至7日（周四）放假调休，共7天。",
    "SPAN": "2月14日（周六）至23日（周一）", "OFF": "放假调休", "ON": "2月14日（周六）上班", "ADVICE": "鼓励各单位安排职工在除夕（2月9日）休息", "COUNT": "共9天", "WEEKDAY": "农历除夕、星期一",
}  # fmt: skip


@dataclass(frozen=True)
class NoticeProblem:
    """What cannot be believed of a notice: the line (0 for the whole), and a sentence that says what to look at."""

    line: int
    message: str

    def __str__(self):
        return f"第 {self.line} 行：{self.message}" if self.line else self.message


@dataclass
class ReadNotice:
    """What a notice says: the year it is of, days off (weekends among them), weekends worked in exchange."""

    year: int = 0
    off: set[date] = field(default_factory=set)
    worked: set[date] = field(default_factory=set)
    problems: list[NoticeProblem] = field(default_factory=list)
    festivals: set[str] = field(default_factory=set)

    def wrong(self, line: int, message: str):
        """Write down a problem."""
        self.problems.append(NoticeProblem(line, message))


def read_notice(text: str) -> ReadNotice:
    """Read the text of a notice; nothing of it is to be used while it has problems."""
    found = ReadNotice()
    if not (match := YEAR.search(text)):
        found.wrong(0, "没有找到年份。请粘贴通知全文，包括“关于2027年部分节假日安排的通知”这一行。")
        return found
    found.year = int(match["year"])
    for number, line in enumerate(text.splitlines(), start=1):
        if festival := FESTIVAL.match(line):
            found.festivals |= _names(festival["names"])
            _read_paragraph(found, number, festival["rest"])
        elif SPAN.search(line) and (ON.search(line) or OFF.search(line)):
            found.wrong(number, f"“{line.strip()[:40]}”不知道说的是哪个节日。每个节日应另起一行，写成“一、元旦：…”。")
    _check_whole(found)
    return found


def _names(text: str) -> set[str]:
    plain = {"五一": "劳动节", "“五一”": "劳动节"}
    return {full for full in FESTIVALS if full.removesuffix("节") in text} | {
        to for word, to in plain.items() if word in text
    }


def _read_paragraph(found: ReadNotice, number: int, text: str):
    for sentence in SENTENCE.findall(text):
        if not SPAN.search(sentence) or ADVICE.search(sentence):
            continue
        pieces = [piece for piece in re.split(r"[，,]", sentence) if piece.strip()]
        waiting: list[date] = []
        for piece in pieces:
            waiting += _days(found, number, piece)
            if waiting and ON.search(piece):
                found.worked |= set(waiting)
                waiting = []
            elif waiting and OFF.search(piece):
                found.off |= set(waiting)
                _check_count(found, number, sentence, waiting)
                waiting = []
        if waiting:
            found.wrong(number, f"“{sentence.strip()}”没有写明是放假还是上班。")


def _days(found: ReadNotice, number: int, piece: str) -> list[date]:
    """Return the days of a piece, every one of its spans."""
    days, last = [], None
    for match in SPAN.finditer(piece):
        first = _day(found, number, match, "1", last)
        until = _day(found, number, match, "2", first) if match["d2"] else first
        if first is None or until is None:
            continue
        last = until
        length = (until - first).days
        if not 0 <= length < MOST_DAYS:
            found.wrong(number, f"“{match[0]}”的起止日期不对。")
            continue
        days += [first + timedelta(days=n) for n in range(length + 1)]
    return days


def _day(found: ReadNotice, number: int, match, place: str, before: date | None) -> date | None:
    """Return one end of a span; what is not written is as in the day before it. A festival of January may begin in December."""
    month = int(match[f"m{place}"]) if match[f"m{place}"] else before.month if before else 0
    year = int(match[f"y{place}"]) if match[f"y{place}"] else before.year if before else found.year
    if before and not match[f"y{place}"] and month < before.month:
        year += 1
    try:
        day = date(year, month, int(match[f"d{place}"]))
    except ValueError:
        found.wrong(number, f"“{match[0]}”不是一个日期。")
        return None
    said = WEEKDAY.search(match[f"w{place}"] or "")
    if said and WEEKDAYS[day.weekday()] != said["day"].replace("天", "日"):
        found.wrong(
            number, f"{day.year}年{day.month}月{day.day}日是星期{WEEKDAYS[day.weekday()]}，文中写的是“{said[0]}”。"
        )
    return day


def _check_count(found: ReadNotice, number: int, sentence: str, days: list[date]):
    """Compare 共几天 with the days, where the sentence speaks of one stretch."""
    said = COUNT.search(sentence)
    if said and len(list(SPAN.finditer(sentence))) == 1 and int(said["count"] or said["other"]) != len(days):
        found.wrong(number, f"写的是“{said[0]}”，从日期数出来是 {len(days)} 天。")


def _check_whole(found: ReadNotice):
    """Look whether every festival is there, and nothing is off that is worked, or the other way round."""
    if missing := [name for name in FESTIVALS if name not in found.festivals]:
        found.wrong(0, f"没有找到{'、'.join(missing)}。请粘贴通知全文，每个节日一行。")
        return
    for day in sorted(found.off & found.worked):
        found.wrong(0, f"{_said(day)}既写了放假，又写了上班。")
    for day in sorted(found.worked):
        if day.weekday() < 5 and day not in found.off:
            found.wrong(0, f"{_said(day)}本来就是工作日，不应写“上班”。")
    for day in _outside(found):
        found.wrong(0, f"{_said(day)}不在{found.year}年前后，请核对年份。")
    for day in sorted(set(named_by_law(found.year)) - found.off):
        found.wrong(0, f"{_said(day)}是法定节假日，却没有列在放假的日期里。")


def _outside(found: ReadNotice) -> Iterator[date]:
    """Yield the days that lie beyond the year and the last week of the one before."""
    first, last = date(found.year - 1, 12, 20), date(found.year, 12, 31)
    yield from sorted(day for day in found.off | found.worked if not first <= day <= last)


def _said(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
