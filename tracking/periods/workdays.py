"""Working days by China's official calendar (国务院办公厅放假安排), make-up working days included. Pure functions.

Three sources, the first that knows a day wins: notices the administrator has uploaded, the library `chinesecalendar`,
and for a year not announced yet the days off fixed by law (全国年节及纪念日放假办法, with 补休 where one falls on a weekend),
reckoned by the library `holidays`. What is only reckoned is said to be so: 暂按法定节假日推算.
"""

import re
from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache

import chinese_calendar
from chinese_calendar.constants import holidays
from holidays.countries.china import China

# 每月倒数第5个工作日, 每月第3个工作日, 次月第5个工作日: month after the one reported on, counted from the end, which.
RULE = re.compile(r"^(?P<month>每月|当月|本月|次月|下月)(?P<from_end>倒数)?第(?P<number>\d{1,2})个工作日$")
# 每月25日遇节假日顺延, 次月5日，遇休息日顺延: a day of the month, or the first working day after it.
DAY_RULE = re.compile(
    r"^(?P<month>每月|当月|本月|次月|下月)(?P<number>\d{1,2})[日号][，,（(]?遇(?:法定)?(?:节假日|休息日|周末)(?:和周末)?(?:的)?顺延[）)]?$"
)
NEXT_MONTH = ("次月", "下月")
HINT = "写法如“每月倒数第5个工作日”“每月第3个工作日”“次月第5个工作日”“次月5日，遇休息日顺延”。"
RECKONED = "暂按法定节假日推算"
ONE = timedelta(days=1)


class UnknownRule(ValueError):
    """The words are no rule for a working day; the text is a Chinese sentence with a hint."""


class NoSuchDay(ValueError):
    """The month has fewer working days than the rule counts; the text is a Chinese sentence."""


@dataclass(frozen=True)
class WorkCalendar:
    """What is known of working days: `announced` holds the days named in uploaded notices, `years` those they are of."""

    announced: Mapping[date, bool] = field(default_factory=dict)
    years: frozenset[int] = frozenset()

    def is_announced(self, year: int) -> bool:
        """Say whether the State Council's calendar of `year` is known."""
        return year in self.years or min(holidays).year <= year <= max(holidays).year

    def is_workday(self, day: date) -> bool:
        """Say whether offices work on `day`."""
        if day in self.announced:
            return self.announced[day]
        if day.year in self.years:
            return day.weekday() < 5
        if self.is_announced(day.year):
            return chinese_calendar.is_workday(day)
        return day.weekday() < 5 and day not in days_off_by_law(day.year)

    def workdays_of_month(self, year: int, month: int) -> list[date]:
        """Return the working days of a month in order."""
        first = date(year, month, 1)
        days = (first + timedelta(days=n) for n in range(monthrange(year, month)[1]))
        return [day for day in days if self.is_workday(day)]

    def workday_after(self, day: date) -> date:
        """Return the first working day after `day`: of a Saturday it is Monday, where that is one."""
        day += ONE
        while not self.is_workday(day):
            day += ONE
        return day

    def gap(self, days: Iterable[date]) -> str:
        """Say which years of `days` are only reckoned; "" where none is."""
        years = sorted({day.year for day in days if not self.is_announced(day.year)})
        if not years:
            return ""
        named = "、".join(f"{year}年" for year in years)
        return (
            f"国务院办公厅{named}的放假安排尚未收入本系统的日历，工作日{RECKONED}（没有调休），公布后会提示核对日期。"
        )


BUILT_IN = WorkCalendar()


@cache
def days_off_by_law(year: int) -> frozenset[date]:
    """Return the days off of a year fixed by law, and the weekdays given instead of those on a weekend."""
    return frozenset(China(years=year))


@cache
def named_by_law(year: int) -> Mapping[date, str]:
    """Return the holidays of a year fixed by law by their day, without those given instead."""
    by_law = China(years=year, observed=False)
    return {day: name for day, name in by_law.items() if not name.startswith("Day off") and "Extended" not in name}


@dataclass(frozen=True)
class WorkdayRule:
    """The n-th working day of the month reported on or of the one after, counted from its beginning or its end."""

    number: int
    from_end: bool = False
    next_month: bool = False

    def __str__(self):
        return f"{'次月' if self.next_month else '每月'}{'倒数' if self.from_end else ''}第{self.number}个工作日"

    def day(self, as_of: date, calendar: WorkCalendar = BUILT_IN) -> date:
        """Return the day for a period that ends on `as_of`. Raises NoSuchDay."""
        year, month = _month(as_of, self.next_month)
        days = calendar.workdays_of_month(year, month)
        if not 1 <= self.number <= len(days):
            raise NoSuchDay(f"{year}年{month}月只有 {len(days)} 个工作日，没有“{self}”。")
        return days[-self.number] if self.from_end else days[self.number - 1]


@dataclass(frozen=True)
class DayRule:
    """A day of the month reported on or of the one after; where it is no working day, the first one after it."""

    number: int
    next_month: bool = False

    def __str__(self):
        return f"{'次月' if self.next_month else '每月'}{self.number}日，遇休息日顺延"

    def day(self, as_of: date, calendar: WorkCalendar = BUILT_IN) -> date:
        """Return the day for a period that ends on `as_of`. Raises NoSuchDay."""
        year, month = _month(as_of, self.next_month)
        try:
            day = date(year, month, self.number)
        except ValueError:
            raise NoSuchDay(f"{year}年{month}月没有{self.number}日。") from None
        return calendar.workday_after(day - ONE)


def _month(as_of: date, is_next: bool) -> tuple[int, int]:
    if not is_next:
        return as_of.year, as_of.month
    return (as_of.year, as_of.month + 1) if as_of.month < 12 else (as_of.year + 1, 1)


def same_day(due_on: date, as_of: date) -> DayRule | None:
    """Return the rule by which a period that ends on `as_of` is due on `due_on`; None but for its month and the next."""
    for next_month in (False, True):
        if (due_on.year, due_on.month) == _month(as_of, next_month):
            return DayRule(due_on.day, next_month)
    return None


def parse_rule(text: str) -> WorkdayRule | DayRule:
    """Read a rule said in words. Raises UnknownRule."""
    plain = re.sub(r"\s", "", text)
    if (match := RULE.match(plain)) and int(match["number"]):
        return WorkdayRule(int(match["number"]), bool(match["from_end"]), match["month"] in NEXT_MONTH)
    if (match := DAY_RULE.match(plain)) and 1 <= int(match["number"]) <= 31:
        return DayRule(int(match["number"]), match["month"] in NEXT_MONTH)
    raise UnknownRule(f"看不懂“{text}”。{HINT}")


def is_published(year: int) -> bool:
    """Say whether the libraries know the official calendar of `year`."""
    return BUILT_IN.is_announced(year)


def is_workday(day: date, calendar: WorkCalendar = BUILT_IN) -> bool:
    """Say whether offices work on `day`."""
    return calendar.is_workday(day)


def workdays_of_month(year: int, month: int, calendar: WorkCalendar = BUILT_IN) -> list[date]:
    """Return the working days of a month in order."""
    return calendar.workdays_of_month(year, month)


def calendar_gap(days, calendar: WorkCalendar = BUILT_IN) -> str:
    """Say which years of `days` are only reckoned; "" where none is."""
    return calendar.gap(days)
