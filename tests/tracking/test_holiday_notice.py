"""放假安排: the notices of seven years as the State Council worded them, and slips of the pen in one that is to come."""

from datetime import date, timedelta
from pathlib import Path

import chinese_calendar
from django.test import SimpleTestCase

from tests.tracking.test_workdays import OFFICIAL, official_workday
from tracking.periods import holiday_notice
from tracking.periods.holiday_notice import EXAMPLES, read_notice
from tracking.periods.workdays import days_off_by_law, named_by_law

NOTICES = Path(__file__).with_name("notices")
# 国办发明电〔2020〕1号 lengthened the Spring Festival after the notice.
LENGTHENED = {date(2020, 1, 31), date(2020, 2, 1)}
# In the words of the notices; no such notice has been issued yet.
OF_2027 = """国务院办公厅关于2027年部分节假日安排的通知
各省、自治区、直辖市人民政府，国务院各部委、各直属机构：
经国务院批准，现将2027年元旦、春节等节日放假调休日期的具体安排通知如下。
一、元旦：1月1日（周五）至3日（周日）放假，共3天。
二、春节：2月5日（农历除夕、周五）至11日（农历正月初六、周四）放假调休，共7天。1月31日（周日）、2月14日（周日）上班。
三、清明节：4月3日（周六）至5日（周一）放假，共3天。
四、劳动节：5月1日（周六）至5日（周三）放假调休，共5天。4月25日（周日）上班。
五、端午节：6月9日（周三）放假1天，不调休。
六、中秋节：9月15日（周三）放假1天，不调休。
七、国庆节：10月1日（周五）至7日（周四）放假调休，共7天。9月26日（周日）、10月9日（周六）上班。
国务院办公厅
2026年11月30日
"""


def days_of(year):
    """All days of a year."""
    return [date(year, 1, 1) + timedelta(days=n) for n in range((date(year + 1, 1, 1) - date(year, 1, 1)).days)]


class NoticeTest(SimpleTestCase):
    """From the text to the days."""

    def test_every_pattern_reads_its_example(self):
        for name, example in EXAMPLES.items():
            with self.subTest(name):
                self.assertTrue(getattr(holiday_notice, name).search(example))

    def test_the_notices_of_seven_years_say_what_the_library_says(self):
        for year in range(2020, 2027):
            notice = read_notice((NOTICES / f"{year}.txt").read_text(encoding="utf-8"))
            with self.subTest(year=year):
                self.assertEqual((notice.year, notice.problems), (year, []))
                read = {
                    day: day in notice.worked or (day.weekday() < 5 and day not in notice.off) for day in days_of(year)
                }
                differing = {day for day in days_of(year) if read[day] != chinese_calendar.is_workday(day)}
                self.assertEqual(differing - LENGTHENED, set())
                if year in OFFICIAL:
                    self.assertEqual([day for day in days_of(year) if read[day] != official_workday(day)], [])

    def test_a_festival_may_begin_in_the_december_before(self):
        notice = read_notice((NOTICES / "2023.txt").read_text(encoding="utf-8"))
        self.assertIn(date(2022, 12, 31), notice.off)

    def test_forms_of_the_same(self):
        table = [
            ("一、元旦：1月1日（周五）至3日（周日）放假", "一、元旦：2027年1月1日—1月3日放假"),
            ("4月25日（周日）上班", "4月25日（星期天）上班"),
            ("1月31日（周日）、2月14日（周日）上班", "1月31日(周日)上班，2月14日(周日)上班"),
            ("三、清明节：4月3日（周六）至5日（周一）放假，共3天。", "3、清明：4月5日放假，与周末连休。"),
            ("四、劳动节", "四、“五一”劳动节"),
        ]
        whole = read_notice(OF_2027)
        self.assertEqual(whole.problems, [])
        for old, new in table:
            with self.subTest(new):
                notice = read_notice(OF_2027.replace(old, new))
                self.assertEqual(notice.problems, [])
                self.assertEqual(notice.worked, whole.worked)
                self.assertEqual({d for d in notice.off if d.weekday() < 5}, {d for d in whole.off if d.weekday() < 5})

    def test_a_slip_of_the_pen_is_told_with_its_line(self):
        table = [
            ("10月1日（周五）", "10月1日（周六）", "第 10 行", "是星期五"),
            ("放假调休，共5天", "放假调休，共6天", "第 7 行", "数出来是 5 天"),
            ("2月14日（周日）上班", "2月30日上班", "第 5 行", "不是一个日期"),
            ("9月26日（周日）、", "9月27日（周一）、", "", "本来就是工作日"),
            ("六、中秋节", "六、中元节", "第 9 行", "不知道说的是哪个节日"),
            ("五、端午节：6月9日（周三）放假1天，不调休。\n", "", "", "没有找到端午节"),
            ("6月9日（周三）放假", "6月10日（周四）放假", "", "6月9日是法定节假日"),
            ("关于2027年部分节假日安排的通知", "通知", "", "没有找到年份"),
            ("5月1日（周六）至5日（周三）放假调休", "5月5日至1日放假调休", "第 7 行", "起止日期不对"),
        ]
        for old, new, line, message in table:
            with self.subTest(message):
                self.assertIn(old, OF_2027)
                text = (
                    OF_2027.replace(old, new).replace("现将2027年元旦、春节等节日放假", "现将放假")
                    if "年份" in message
                    else OF_2027.replace(old, new)
                )
                told = "\n".join(map(str, read_notice(text).problems))
                self.assertIn(message, told)
                self.assertIn(line, told)


class LawTest(SimpleTestCase):
    """What is reckoned for years not announced, against what was announced."""

    def test_every_day_fixed_by_law_was_off_in_all_seven_years(self):
        for year in range(2020, 2027):
            with self.subTest(year=year):
                self.assertEqual([day for day in named_by_law(year) if chinese_calendar.is_workday(day)], [])

    def test_the_library_knows_the_exchanged_days_of_the_years_announced(self):
        for year in range(2020, 2027):
            reckoned = days_off_by_law(year)
            off = [day for day in days_of(year) if day.weekday() < 5 and not chinese_calendar.is_workday(day)]
            with self.subTest(year=year):
                self.assertEqual([day for day in off if day not in reckoned], [])

    def test_the_days_of_a_year_to_come(self):
        off = days_off_by_law(2027)
        for month, first, last in ((1, 1, 1), (2, 5, 10), (4, 5, 5), (5, 1, 4), (6, 9, 9), (9, 15, 15), (10, 1, 5)):
            for number in range(first, last + 1):
                with self.subTest(month=month, day=number):
                    self.assertIn(date(2027, month, number), off)
        self.assertEqual(len(off), 19)
