"""A letter speaks of its own period: words carried from the last one are made anew, what is another period's is marked."""

from datetime import date

from django.test import SimpleTestCase
from django.urls import reverse

from papers import period_words
from papers.compiling import compile_feedback, letter_of
from papers.kinds.feedback import compilable, left_out, offered
from papers.marking import marked, marks_of
from papers.period_words import BY_OFFICE, EXAMPLES, Times, elsewhere, remade
from papers.signing import sign
from tests.base import NOW, TODAY, CastTestCase
from tracking.models import Feedback, Period, Report

SEPTEMBER = Times("2024年1-9月", date(2024, 1, 1), date(2024, 9, 30), date(2024, 10, 10))
OCTOBER = Times("2024年1-10月", date(2024, 1, 1), date(2024, 10, 31), date(2024, 11, 5))
JANUARY = Times("2025年1月", date(2025, 1, 1), date(2025, 1, 31), date(2025, 2, 8))
JUNE = Times("2025年1-6月", date(2025, 1, 1), date(2025, 6, 30), date(2025, 7, 4))


class RemadeTest(SimpleTestCase):
    """From the last letter to this one."""

    def test_every_pattern_reads_its_example(self):
        for name, example in EXAMPLES.items():
            with self.subTest(name):
                self.assertTrue(getattr(period_words, name).search(example))

    def test_the_period_of_the_last_letter_becomes_this_ones(self):
        table = [
            ("现将2024年1-9月重点工作推进情况反馈如下：", OCTOBER, "现将2024年1-10月重点工作推进情况反馈如下："),
            ("现将1-9月推进情况反馈如下：", OCTOBER, "现将1-10月推进情况反馈如下："),
            ("现将1—9月份推进情况反馈如下：", OCTOBER, "现将1—10月份推进情况反馈如下："),
            ("现将1月至9月情况反馈如下：", OCTOBER, "现将1月至10月情况反馈如下："),
            ("截至9月底，各项工作", OCTOBER, "截至10月底，各项工作"),
            ("截至2024年9月30日，各项工作", OCTOBER, "截至2024年10月31日，各项工作"),
            ("请于10月10日前报送", OCTOBER, "请于11月5日前报送"),
            ("现将前三季度情况反馈如下：", OCTOBER, "现将1-10月情况反馈如下："),
            ("现将2024年前三季度情况反馈如下：", JUNE, "现将2025年上半年情况反馈如下："),
            ("现将2024年1-9月情况反馈如下：", JANUARY, "现将2025年1月情况反馈如下："),
            ("现将1-9月情况反馈如下：", JANUARY, "现将1月情况反馈如下："),
        ]
        for old, now, new in table:
            with self.subTest(old):
                self.assertEqual(remade(old, SEPTEMBER, now), new)

    def test_what_is_not_the_last_letters_period_stays_as_it_is(self):
        for text in (
            "根据9月8日会议的要求，",
            "按照2023年1-9月的做法，",
            "3-5月开展的调研",
            "根据虹府办〔2024〕9号文的要求，",
            "",
        ):
            with self.subTest(text):
                self.assertEqual(remade(text, SEPTEMBER, OCTOBER), text)

    def test_the_same_period_again_changes_nothing(self):
        self.assertEqual(remade("现将2024年1-9月情况", SEPTEMBER, SEPTEMBER), "现将2024年1-9月情况")


class ElsewhereTest(SimpleTestCase):
    """What is marked."""

    def test_what_names_another_period_year_or_day(self):
        table = [
            ("现将2024年1-9月情况反馈如下：", ["2024年1-9月"]),
            ("现将2023年1-10月情况反馈如下：", ["2023年1-10月"]),
            ("现将1至9月份情况反馈如下：", ["1至9月份"]),
            ("根据2023年工作要点，现将1-10月情况", ["2023年"]),
            ("截至9月底，截至2024年9月30日", ["截至9月底", "2024年9月30日"]),
            ("现将上半年情况反馈如下：", ["上半年"]),
            ("根据10月8日会议的要求，", ["10月8日"]),
            ("现将2024年1-10月情况反馈如下：", []),
            ("截至2024年10月31日；截至10月底；11月5日前报送", []),
            ("根据虹府办〔2023〕9号文和督查通知的要求，共12项，完成率83.3%：", []),
        ]
        for text, expected in table:
            with self.subTest(text):
                self.assertEqual(elsewhere(text, OCTOBER), expected)

    def test_what_offices_wrote_tells_of_many_days_and_is_marked_less(self):
        table = [
            ("1-9月已完成两次调研。", ["1-9月"]), ("截至9月底，已完成。", ["截至9月底"]),
            ("3-5月开展调研，9月8日召开推进会，2023年启动，上半年完成。", []), ("1-10月共开展20次。", []),
        ]  # fmt: skip
        for text, expected in table:
            with self.subTest(text):
                self.assertEqual(elsewhere(text, OCTOBER, BY_OFFICE), expected)


class LetterTest(CastTestCase):
    """From the last letter to the signature."""

    def setUp(self):
        """A signed letter on 1-9月 and the period 1-10月, of which one report of three is approved."""
        self.plan = self.make_plan()
        self.items = [self.make_item(self.plan) for _ in range(3)]
        other = self.make_item(self.make_plan(title="另一份计划"))
        self.last = self.make_period(
            label="2024年1-9月", as_of=date(2024, 9, 30), due_on=date(2024, 10, 20), status="closed"
        )
        self.period = self.make_period()
        approved = {"status": Report.Status.APPROVED, "progress": "1-9月已开展两次调研。", "completion_percent": 80}
        self.make_report(self.items[0], self.last, **approved)
        self.make_report(self.items[0], self.period, **approved)
        self.make_report(self.items[1], self.period, progress="已部署。", status="bureau_review")
        self.make_report(self.items[2], self.period)
        self.make_report(other, self.period)
        self.before = self.letter(self.last, "现将2024年1-9月重点工作推进情况反馈如下：")
        sign(self.before, by=self.leader, now=NOW, digest=self.before.digest)

    def letter(self, period, basis):
        """Compile a letter."""
        letter = Feedback(
            organization=self.bureau, period=period, title=f"关于{period}推进情况的反馈", recipient="区府办", basis=basis,
            dated_on=TODAY,
        )  # fmt: skip
        return compile_feedback(letter, compilable(period, self.supervisor), by=self.supervisor, now=NOW)

    def test_the_opening_offered_is_of_this_period(self):
        paper = Feedback(organization=self.bureau, period=self.period)
        self.assertEqual(offered(paper, self.supervisor, TODAY)["basis"], "现将2024年1-10月重点工作推进情况反馈如下：")
        self.client.force_login(self.supervisor)
        page = self.client.get(reverse("papers:feedback_new"), {"kind": "feedback", "period": self.period.pk})
        self.assertContains(page, "现将2024年1-10月重点工作推进情况反馈如下：")
        self.assertNotContains(page, "1-9月重点")

    def test_what_is_another_periods_is_marked_for_who_signs_and_for_who_compiles(self):
        letter = self.letter(self.period, "根据10月8日会议要求，现将2024年1-9月情况反馈如下：")
        for person, name in (
            (self.supervisor, "papers:feedback_page"),
            (self.leader, "papers:feedback_sign"),
            (self.leader, "papers:feedback_sign_all"),
        ):
            self.client.force_login(person)
            args = [] if name.endswith("all") else [letter.pk]
            page = self.client.get(reverse(name, args=args))
            with self.subTest(name):
                self.assertContains(page, '正文第一段：<mark class="elsewhere">2024年1-9月</mark>')
                self.assertContains(page, '<mark class="elsewhere">10月8日</mark>')
                self.assertContains(page, '<mark class="elsewhere">1-9月</mark>已开展两次调研')

    def test_a_letter_of_its_own_period_and_a_signed_one_have_no_marks(self):
        Report.objects.filter(period=self.period).update(progress="已开展两次调研。")
        letter = self.letter(self.period, "现将2024年1-10月情况反馈如下：")
        self.assertEqual(marks_of(letter, letter_of(letter)), [])
        self.before.refresh_from_db()
        self.assertEqual(marks_of(self.before, letter_of(self.before)), [])

    def test_what_is_not_approved_is_listed_and_noted(self):
        letter = self.letter(self.period, "现反馈如下：")
        self.assertEqual([report.item for report in left_out(letter, self.supervisor)], self.items[1:])
        self.client.force_login(self.supervisor)
        new = reverse("papers:feedback_new") + f"?kind=feedback&period={self.period.pk}"
        for address in (new, reverse("papers:feedback_page", args=[letter.pk])):
            page = self.client.get(address)
            with self.subTest(address):
                self.assertContains(page, "另有 2 项未通过审核，未列入")
                self.assertContains(page, self.items[1].title)
                self.assertContains(page, "待办公室审核")
        self.assertContains(page, "<p>另有2项未通过审核，未列入。</p>")

    def test_nothing_is_noted_where_all_are_approved(self):
        Report.objects.filter(period=self.period).update(status=Report.Status.APPROVED)
        letter = self.letter(self.period, "现反馈如下：")
        self.assertNotIn("未列入", str(letter.snapshot))

    def test_marking_escapes(self):
        letter = self.letter(self.period, "<b>1-9月</b>&：")
        self.client.force_login(self.supervisor)
        page = self.client.get(reverse("papers:feedback_page", args=[letter.pk]))
        self.assertContains(page, '&lt;b&gt;<mark class="elsewhere">1-9月</mark>&lt;/b&gt;&amp;：')
        self.assertEqual(marked("<i>", []), "&lt;i&gt;")

    def test_periods_are_told_apart_by_their_status_no_more_than_by_their_days(self):
        Period.objects.filter(pk=self.last.pk).update(status="archived")
        self.assertIn(
            "2024年1-10月",
            offered(Feedback(organization=self.bureau, period=self.period), self.supervisor, TODAY)["basis"],
        )
