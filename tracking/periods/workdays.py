"""Working days by China's official calendar (国务院办公厅放假安排), make-up working days included. Pure functions.

The calendar is that of the library `chinesecalendar`. A year the State Council has not yet published is in no
library: there Monday to Friday count, and `calendar_gap` says so.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

import chinese_calendar
from chinese_calendar.constants import holidays

# 每月倒数第5个工作日, 每月第3个工作日, 次月第5个工作日: month after the one reported on, counted from the end, which.
RULE = re.compile(r"^(?P<month>每月|当月|本月|次月|下月)(?P<from_end>倒数)?第(?P<number>\d{1,2})个工作日$")
NEXT_MONTH = ("次月", "下月")
HINT = "写法如“每月倒数第5个工作日”“每月第3个工作日”“次月第5个工作日”。"


class UnknownRule(ValueError):
    """The words are no rule for a working day; the text is a Chinese sentence with a hint."""


class NoSuchDay(ValueError):
    """The month has fewer working days than the rule counts; the text is a Chinese sentence."""


@dataclass(frozen=True)
class WorkdayRule:
    """The n-th working day of the month reported on or of the one after, counted from its beginning or its end."""

    number: int
    from_end: bool = False
    next_month: bool = False

    def __str__(self):
        return f"{'次月' if self.next_month else '每月'}{'倒数' if self.from_end else ''}第{self.number}个工作日"

    def day(self, as_of: date) -> date:
        """Return the day for a period that ends on `as_of`. Raises NoSuchDay."""
        year, month = as_of.year, as_of.month
        if self.next_month:
            year, month = (year, month + 1) if month < 12 else (year + 1, 1)
        days = workdays_of_month(year, month)
        if not 1 <= self.number <= len(days):
            raise NoSuchDay(f"{year}年{month}月只有 {len(days)} 个工作日，没有“{self}”。")
        return days[-self.number] if self.from_end else days[self.number - 1]


def parse_rule(text: str) -> WorkdayRule:
    """Read a rule said in words. Raises UnknownRule."""
    match = RULE.match(re.sub(r"\s", "", text))
    if not match or not int(match["number"]):
        raise UnknownRule(f"看不懂“{text}”。{HINT}")
    return WorkdayRule(int(match["number"]), bool(match["from_end"]), match["month"] in NEXT_MONTH)


def is_published(year: int) -> bool:
    """Say whether the official calendar of `year` is known."""
    return min(holidays).year <= year <= max(holidays).year


def is_workday(day: date) -> bool:
    """Say whether offices work on `day`: by the official calendar, else Monday to Friday."""
    if is_published(day.year):
        return chinese_calendar.is_workday(day)
    return day.weekday() < 5


def workdays_of_month(year: int, month: int) -> list[date]:
    """Return the working days of a month in order."""
    first = date(year, month, 1)
    days = (first + timedelta(days=n) for n in range(monthrange(year, month)[1]))
    return [day for day in days if is_workday(day)]


def calendar_gap(days) -> str:
    """Say which years of `days` are reckoned without the official calendar; "" where none is."""
    years = sorted({day.year for day in days if not is_published(day.year)})
    if not years:
        return ""
    named = "、".join(f"{year}年" for year in years)
    return f"国务院办公厅{named}的放假安排尚未收入本系统的日历，工作日暂按周一至周五推算，请在公布后核对日期。"
