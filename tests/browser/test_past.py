"""The past stays, nobody's words are lost: the pages of it as a supervisor meets them, in a real browser."""

from datetime import date

from django.urls import reverse
from django.utils import timezone

from papers.compiling import compile_feedback
from papers.kinds.feedback import compilable
from tests.base import NOW, TODAY, Cast
from tests.browser.base import PHONE, BrowserTestCase
from tests.tracking.test_holiday_notice import OF_2027
from tracking.models import Feedback, Period, Report
from tracking.periods.periods import make_slots, owed_items
from workplans.models import Office


class PastTest(Cast, BrowserTestCase):
    """As people do it."""

    def setUp(self):
        """An item of the 德育科, an open period."""
        super().setUp()
        type(self).cast()
        self.plan = self.make_plan()
        self.item = self.make_item(self.plan, tasks=("高中",))
        self.period = self.make_period()
        make_slots(self.period, owed_items(self.period), by=self.supervisor, now=NOW)

    def save(self):
        """Press the form's own 保存."""
        with self.page.expect_navigation():
            self.page.click("input[name=_save]")

    def looks_right(self, name, ignore=()):
        """No English, nothing wider than the window; a picture for whoever wants to see it."""
        self.screenshot(name)
        self.assertEqual(self.english_words([*ignore, "supervisor", "reporter", "head", "root"]), [])
        self.assertFalse(self.scrolls_sideways())

    def test_giving_an_item_to_another_office_asks_who_owes_the_open_period(self):
        self.enter(self.supervisor)
        self.visit(reverse("admin:workplans_item_change", args=[self.item.pk]))
        self.page.select_option("select[name=reporting_office]", str(self.finance.pk))
        self.save()
        self.assertIn("请选择未结束的填报期由哪个科室报送", self.page.inner_text("#content"))
        self.looks_right("past-who-owes")
        self.page.check("input[name=who_owes][value=new]")
        self.save()
        self.assertEqual(Report.objects.get().office, self.finance)

    def test_the_second_of_two_saves_shows_both_texts(self):
        for viewport in (None, PHONE):
            self.open(viewport)
            self.enter(self.supervisor)
            self.visit(reverse("admin:workplans_item_change", args=[self.item.pk]))
            type(self.item).objects.filter(pk=self.item.pk).update(
                body=f"他人改写的内容{viewport}", leader="张局长"
            )  # on another computer
            self.page.fill("textarea[name=body]", f"我改写的内容{viewport}")
            self.page.fill("input[name=tasks-0-title]", "我改写的分项")
            self.save()
            text = self.page.inner_text(".both-texts")
            self.assertIn(f"他人改写的内容{viewport}", text)
            self.assertIn(f"我改写的内容{viewport}", text)
            self.assertEqual(self.page.input_value("textarea[name=body]"), f"我改写的内容{viewport}")
            self.assertEqual(self.page.input_value("input[name=leader]"), "张局长")
            self.looks_right(f"past-both-texts-{viewport and 'phone'}", ["None"])
            self.save()
            self.item.refresh_from_db()
            self.assertEqual(
                (self.item.body, self.item.leader, self.item.tasks.get().title),
                (f"我改写的内容{viewport}", "张局长", "我改写的分项"),
            )

    def test_deactivating_an_office(self):
        self.enter(self.supervisor)
        self.visit(reverse("admin:workplans_office_change", args=[self.moral.pk]))
        self.page.uncheck("input[name=is_active]")
        self.save()
        self.assertIn("1 个未办结的事项由它填报", self.page.inner_text("#content"))
        self.looks_right("past-deactivate")
        self.page.select_option("select[name=successor]", str(self.finance.pk))
        self.page.check("input[name=is_confirmed]")
        self.save()
        self.assertFalse(Office.objects.get(pk=self.moral.pk).is_active)
        self.assertEqual(Report.objects.get().office, self.finance)

    def test_a_letter_with_words_of_another_period(self):
        Report.objects.update(status="approved", progress="1-9月已开展两次调研。", completion_percent=80)
        self.make_report(self.make_item(self.plan), self.period, progress="已部署。")
        letter = Feedback(
            organization=self.bureau,
            period=self.period,
            title="关于重点工作推进情况的反馈",
            recipient="区府办",
            basis="现将2024年1-9月情况反馈如下：",
            dated_on=TODAY,
        )
        compile_feedback(letter, compilable(self.period, self.supervisor), by=self.supervisor, now=NOW)
        self.enter(self.leader)
        self.visit(reverse("papers:feedback_sign", args=[letter.pk]))
        self.assertEqual(self.page.locator("mark.elsewhere").count(), 4)
        self.looks_right("past-letter-marks", ["Word", "leader"])

    def test_due_dates_and_the_notice(self):
        year = timezone.localdate().year
        Period.objects.create(
            organization=self.bureau, label=f"{max(year, 2027)}年试算", year=max(year, 2027), start_on=date(max(year, 2027), 1, 1), as_of=date(max(year, 2027), 5, 31),
            opens_on=date(max(year, 2027), 5, 8), due_on=date(max(year, 2027), 5, 18), due_rule="每月第10个工作日",
        )  # fmt: skip
        self.enter(self.admin)
        self.visit(reverse("admin:tracking_holidaynotice_add"))
        self.page.fill("textarea[name=text]", OF_2027.replace("10月1日（周五）", "10月1日（周六）"))
        self.save()
        self.assertIn("第 10 行：2027年10月1日是星期五", self.page.inner_text("#content"))
        self.looks_right("past-notice-wrong")
        self.page.fill("textarea[name=text]", OF_2027)
        self.save()
        if year > 2027:
            return
        self.page.context.clear_cookies()
        self.enter(self.supervisor)
        self.visit(reverse("tracking:period_list"))
        self.assertIn("1 个填报期的报送截止", self.page.inner_text("main"))
        self.looks_right("past-period-list")
        self.page.click("text=核对截止日期")
        self.page.wait_for_url("**/periods/dates/")
        self.looks_right("past-due-dates")
        with self.page.expect_navigation():
            self.page.click("text=调整勾选的")
        self.assertEqual(Period.objects.get(label__contains="试算").due_on, date(2027, 5, 19))
