"""Working days, against the notices of the State Council (国务院办公厅关于部分节假日安排的通知) of 2023 to 2026."""

from datetime import date, timedelta

from django.test import SimpleTestCase

from tracking.periods.workdays import (
    DayRule,
    NoSuchDay,
    UnknownRule,
    WorkCalendar,
    WorkdayRule,
    calendar_gap,
    is_published,
    is_workday,
    parse_rule,
    workdays_of_month,
)

# Year → (first, last) of each holiday, and the weekends on which offices work in exchange.
OFFICIAL = {
    2023: (
        ("1-1 1-2", "1-21 1-27", "4-5 4-5", "4-29 5-3", "6-22 6-24", "9-29 10-6"),
        "1-28 1-29 4-23 5-6 6-25 10-7 10-8",
    ),
    2024: (
        ("1-1 1-1", "2-10 2-17", "4-4 4-6", "5-1 5-5", "6-10 6-10", "9-15 9-17", "10-1 10-7"),
        "2-4 2-18 4-7 4-28 5-11 9-14 9-29 10-12",
    ),
    2025: (
        ("1-1 1-1", "1-28 2-4", "4-4 4-6", "5-1 5-5", "5-31 6-2", "10-1 10-8"),
        "1-26 2-8 4-27 9-28 10-11",
    ),
    2026: (
        ("1-1 1-3", "2-15 2-23", "4-4 4-6", "5-1 5-5", "6-19 6-21", "9-25 9-27", "10-1 10-7"),
        "1-4 2-14 2-28 5-9 9-20 10-10",
    ),
}


def on(year, text):
    """Read 2-18 as a day of the year."""
    month, day = map(int, text.split("-"))
    return date(year, month, day)


def official_workday(day):
    """Say by the notices above whether offices work."""
    spans, exchanged = OFFICIAL[day.year]
    if day in [on(day.year, text) for text in exchanged.split()]:
        return True
    resting = any(on(day.year, a) <= day <= on(day.year, b) for a, b in (span.split() for span in spans))
    return not resting and day.weekday() < 5


class WorkdayTest(SimpleTestCase):
    """The calendar."""

    def test_every_day_of_four_years_is_as_the_state_council_announced(self):
        for year in OFFICIAL:
            days = [date(year, 1, 1) + timedelta(days=n) for n in range((date(year + 1, 1, 1) - date(year, 1, 1)).days)]
            with self.subTest(year=year):
                wrong = [str(day) for day in days if is_workday(day) != official_workday(day)]
                self.assertEqual(wrong, [])

    def test_a_year_not_yet_published_is_reckoned_by_law_and_says_so(self):
        self.assertFalse(is_published(2090))
        self.assertFalse(is_workday(date(2090, 10, 2)))  # a Monday of the National Day
        self.assertTrue(is_workday(date(2090, 10, 9)))
        self.assertFalse(is_workday(date(2090, 10, 7)))  # a Saturday
        self.assertIn("2090年", calendar_gap([date(2024, 1, 2), date(2090, 10, 2)]))
        self.assertIn("暂按法定节假日推算", calendar_gap([date(2090, 10, 2)]))
        self.assertEqual(calendar_gap([date(2024, 1, 2)]), "")

    def test_the_first_workday_of_a_month_to_come_is_no_holiday(self):
        firsts = [parse_rule("每月第1个工作日").day(date(2027, month, 28)) for month in range(1, 13)]
        days = [4, 1, 1, 1, 5, 1, 1, 2, 1, 6, 1, 1]
        self.assertEqual(firsts, [date(2027, month, day) for month, day in enumerate(days, start=1)])

    def test_the_first_workday_after_a_day_off_is_what_a_person_means(self):
        after = WorkCalendar().workday_after
        table = [
            (date(2024, 10, 19), date(2024, 10, 21)),  # Saturday → Monday
            (date(2024, 10, 20), date(2024, 10, 21)),
            (date(2024, 9, 28), date(2024, 9, 29)),  # Saturday → the Sunday worked in exchange
            (date(2024, 10, 1), date(2024, 10, 8)),
            (date(2026, 12, 31), date(2027, 1, 4)),
            (date(2027, 9, 30), date(2027, 10, 6)),
            (date(2024, 10, 22), date(2024, 10, 23)),
        ]
        for day, expected in table:
            with self.subTest(day=day):
                self.assertEqual(after(day), expected)

    def test_an_uploaded_notice_wins(self):
        notice = {date(2027, 1, 4): False, date(2027, 1, 9): True}
        calendar = WorkCalendar(notice, frozenset({2027}))
        self.assertEqual(WorkdayRule(1).day(date(2027, 1, 31), calendar), date(2027, 1, 1))
        self.assertTrue(calendar.is_workday(date(2027, 1, 9)))
        self.assertFalse(calendar.is_workday(date(2027, 1, 4)))
        self.assertEqual(calendar.gap([date(2027, 1, 4)]), "")

    def test_october_2024_has_nineteen_working_days_with_the_saturday_worked_in_exchange(self):
        days = workdays_of_month(2024, 10)
        self.assertEqual(len(days), 19)
        self.assertEqual(days[0], date(2024, 10, 8))
        self.assertIn(date(2024, 10, 12), days)


class RuleTest(SimpleTestCase):
    """Days said in words."""

    def test_rules_give_the_day(self):
        table = [
            ("每月倒数第5个工作日", date(2024, 10, 31), date(2024, 10, 25)),
            ("每月倒数第5个工作日", date(2024, 9, 30), date(2024, 9, 25)),  # Sunday 29 is worked
            ("每月第3个工作日", date(2024, 10, 31), date(2024, 10, 10)),
            ("当月 第 3 个工作日", date(2024, 10, 31), date(2024, 10, 10)),
            ("次月第5个工作日", date(2024, 9, 30), date(2024, 10, 12)),
            ("下月第5个工作日", date(2024, 12, 31), date(2025, 1, 8)),
            ("次月倒数第1个工作日", date(2024, 1, 31), date(2024, 2, 29)),
            ("每月第1个工作日", date(2026, 1, 31), date(2026, 1, 4)),
            ("每月25日，遇休息日顺延", date(2024, 8, 31), date(2024, 8, 26)),
            ("次月5日遇节假日顺延", date(2024, 9, 30), date(2024, 10, 8)),
            ("次月5日（遇法定节假日顺延）", date(2024, 10, 31), date(2024, 11, 5)),
        ]
        for words, as_of, due in table:
            with self.subTest(rule=words, as_of=as_of):
                self.assertEqual(parse_rule(words).day(as_of), due)

    def test_a_rule_says_itself_in_the_words_it_is_read_from(self):
        for rule in (
            WorkdayRule(5, from_end=True),
            WorkdayRule(3),
            WorkdayRule(5, next_month=True),
            DayRule(5),
            DayRule(25, True),
        ):
            self.assertEqual(parse_rule(str(rule)), rule)

    def test_words_that_are_no_rule_are_refused_with_a_hint(self):
        for words in ("", "每月5日", "每月第0个工作日", "每周第1个工作日", "第5个工作日前"):
            with self.subTest(words=words), self.assertRaisesMessage(UnknownRule, "写法如"):
                parse_rule(words)

    def test_a_month_with_fewer_working_days_is_told(self):
        with self.assertRaisesMessage(NoSuchDay, "2024年2月只有 18 个工作日"):
            parse_rule("每月第19个工作日").day(date(2024, 2, 29))
        with self.assertRaisesMessage(NoSuchDay, "2024年2月没有30日"):
            parse_rule("每月30日，遇休息日顺延").day(date(2024, 2, 29))
