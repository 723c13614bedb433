"""The reporting cycle in a real browser: filled in, endorsed, returned, mended, approved; and nothing typed is lost."""

import re
from datetime import timedelta

from django.contrib.sessions.models import Session
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from tests.base import NOW, PASSWORD, Cast
from tests.browser.base import PHONE, BrowserTestCase
from tests.every_url import PIXEL
from tests.tracking.test_previewing import pdf_of
from tracking.models import Evidence, Report, Urge

MY, REVIEW = "/my/", "/review/"
LONG = "已完成三所学校的现场验收，形成问题清单并逐项整改。"
MENDED = "已完成三所学校的现场验收，覆盖师生 1200 人，形成问题清单。"


class CycleTestCase(Cast, BrowserTestCase):
    """A report of the 德育科 with a task, and last period's."""

    def setUp(self):
        """Everything the walk needs."""
        super().setUp()
        type(self).cast()
        today = timezone.localdate()
        plan = self.make_plan()
        item = self.make_item(plan, tasks=("高中",))
        before = self.make_period(label="2024年1-9月", as_of=NOW.date() - timedelta(days=28), status="closed")
        self.make_report(
            item, before, completion_percent=50, progress="已完成两所学校的现场验收。", next_steps="继续验收。"
        )
        period = self.make_period(opens_on=today - timedelta(days=3), due_on=today + timedelta(days=3))
        self.report = self.make_report(item, period)
        Urge.objects.create(report=self.report, by=self.supervisor, at=NOW, note="请尽快报送。")
        self.path = reverse("tracking:report_page", args=[self.report.pk])

    def stored(self):
        """The report as it is now."""
        return Report.objects.get(pk=self.report.pk)

    def be(self, user):
        """Go on as somebody else, in a fresh context; the former stays open."""
        page = self.open()
        self.client = self.client_class()  # or signing in would end the former's session
        self.enter(user)
        return page

    def field(self, name):
        """Return the box of a field."""
        return self.page.locator(f".entry-form [name={name}]")

    def wait_saved(self):
        """Wait until the page says so."""
        self.wait_for(".save-state", re.compile("^已保存"))

    def wait_for(self, selector, text):
        """Wait until an element holds a text (Playwright's own wait_for_function needs eval)."""
        expect(self.page.locator(selector)).to_contain_text(text)


class WalkTest(CycleTestCase):
    """One report from the first word to 已通过."""

    def test_the_whole_way(self):
        self.fill_in_and_submit()
        self.review(self.head, "待科室审核", "bureau_review")
        self.send_back()
        self.mend()
        self.review(self.head, "待科室审核", "bureau_review")
        self.review(self.supervisor, "待办公室审核", "approved")

    def fill_in_and_submit(self):
        """The row opens in place; the draft saves itself; the counter and the slider follow."""
        self.be(self.reporter)
        self.visit(MY)
        self.assertIn("请尽快报送。", self.page.inner_text(".urges"))
        self.page.click(".work summary")
        self.page.wait_for_selector(".entry-form")
        self.field("completion_percent").fill("７0％")
        self.assertEqual(self.page.input_value(".slider"), "70")
        self.field("progress").fill(LONG)
        self.assertIn(f"{len(LONG)} 字", self.page.inner_text(".box-progress"))
        self.wait_saved()
        self.assertEqual(self.stored().progress, LONG)
        self.page.click(".box-next_steps .carry")
        self.assertEqual(self.field("next_steps").input_value(), "继续验收。")
        self.wait_for(".box-next_steps >> nth=0", "与上期文字相同")
        self.assertEqual(self.english_words(), [])
        self.page.click("[data-step=submit]")
        self.page.wait_for_url(f"**{MY}")
        self.assertIn("已提交 1", self.page.inner_text(".counter"))
        self.assertFalse(self.page.is_visible("text=有未保存的内容"))
        self.assertEqual(self.stored().status, "office_review")

    def review(self, person, state, target):
        """Approve by keyboard."""
        self.be(person)
        self.visit(REVIEW)
        self.assertEqual(self.stored().status_label, state)
        self.assertEqual(self.english_words(), [])
        before = self.stored().status
        for no in ("Escape", "j"):
            self.page.keyboard.press("j")
            self.page.keyboard.press("a")
            self.page.wait_for_selector(".ask")
            self.page.keyboard.press(no)
            self.assertEqual(self.page.locator(".ask").count(), 0)
        self.page.keyboard.press("a")
        self.page.keyboard.press("a")  # twice the same key is no answer
        self.assertEqual((self.page.locator(".ask").count(), self.stored().status), (0, before))
        self.page.keyboard.press("a")
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        self.assertEqual(self.stored().status, target)

    def send_back(self):
        """Return with a ready reason and a word of one's own, by keyboard and mouse."""
        self.be(self.supervisor)
        self.visit(REVIEW)
        self.page.keyboard.press("j")
        self.page.keyboard.press("r")
        row = self.page.locator(".review-row.current")
        row.get_by_label("缺少数据").check()
        row.locator("[name=note]").fill("请写明人数。")
        with self.page.expect_navigation():
            row.locator(".return-form button").click()
        self.assertEqual(self.stored().status, "returned")

    def test_buttons_stay_where_they_are_when_the_box_opens(self):
        self.make_waiting()
        self.be(self.supervisor)
        for path, place in (
            (REVIEW, ".review-row .entry-buttons"),
            (REVIEW, ".review-bar"),
            (self.path, ".steps-form .entry-buttons"),
        ):
            self.visit(path)
            buttons = self.page.locator(
                f"{place} > .button, {place} > .buttons > .button, {place} > .return-box > summary"
            )
            places = [button.bounding_box() for button in buttons.all()]
            self.page.click(f"{place} .return-box > summary")
            with self.subTest(path=path, place=place):
                self.assertTrue(self.page.is_visible(f"{place} > .return-form"))
                self.assertEqual([button.bounding_box() for button in buttons.all()], places)

    def make_waiting(self):
        """Let the report wait for the bureau."""
        fields = {
            "status": "bureau_review",
            "submitted_by": self.reporter,
            "submitted_at": NOW,
            "saved_by": self.reporter,
        }
        Report.objects.filter(pk=self.report.pk).update(completion_percent=70, progress=LONG, saved_at=NOW, **fields)

    def mend(self):
        """The reason stands on top; the phone does as well."""
        self.open(PHONE)
        self.enter(self.reporter)
        self.visit(MY)
        self.assertFalse(self.scrolls_sideways())
        self.page.click(".work summary")
        self.page.wait_for_selector(".entry-form")
        self.assertIn("退回原因：缺少数据：请写明人数。", self.page.inner_text(".notice.returned"))
        self.assertFalse(self.scrolls_sideways())
        self.field("progress").fill(MENDED)
        self.page.click("[data-step=submit]")
        self.page.wait_for_url(f"**{MY}")
        self.assertEqual((self.stored().status, self.stored().progress), ("office_review", MENDED))

    def test_it_goes_without_script(self):
        self.open(java_script_enabled=False)
        self.enter(self.reporter)
        self.visit(MY)
        self.page.click(".work summary")
        self.page.click(".work-open a")
        self.field("completion_percent").fill("70")
        self.field("progress").fill(LONG)
        with self.page.expect_navigation():
            self.page.click(".save")
        self.assertIn("还没有提交", self.page.inner_text(".messages"))
        with self.page.expect_navigation():
            self.page.click("[data-step=submit]")
        self.assertEqual(self.stored().status, "office_review")

    def test_a_file_is_laid_beside_without_leaving_the_page(self):
        self.be(self.reporter)
        self.visit(self.path)
        self.field("progress").fill("还没有写完")
        for name, content, shown in (("验收单.pdf", b"%PDF-1.7", "验收单.pdf"), ("页面.pdf", b"<html>", "可以上传")):
            file = {"name": name, "mimeType": "application/pdf", "buffer": content}
            self.page.set_input_files(".upload [name=file]", file)
            self.page.click(".upload button")
            self.wait_for(".evidence", shown)
        self.assertEqual(self.field("progress").input_value(), "还没有写完")
        name, path = self.download(".evidence li a")
        self.assertEqual((name, path.read_bytes()), ("验收单.pdf", b"%PDF-1.7"))
        self.page.click(".evidence li button")
        self.page.wait_for_selector(".evidence li", state="detached")
        self.assertFalse(Evidence.objects.exists())
        self.wait_saved()

    def test_pictures_and_pdf_are_looked_at_in_the_page(self):
        self.be(self.reporter)
        self.visit(self.path)
        for name, content in (("现场.png", PIXEL), ("验收单.pdf", pdf_of(2))):
            self.page.set_input_files(".upload [name=file]", {"name": name, "mimeType": "x/y", "buffer": content})
            self.page.click(".upload button")
            self.wait_for(".evidence", name)
        for place, width in ((0, 1), (1, 1100)):
            self.page.locator(".preview summary").nth(place).click()
            picture = self.page.locator(".preview img").nth(place)
            picture.scroll_into_view_if_needed()
            expect(picture).to_have_js_property("naturalWidth", width)
        self.page.locator(".preview a").nth(1).click()
        self.page.click("text=下一页")
        expect(self.page.locator(".sheet-picture img")).to_have_js_property("naturalWidth", 1100)
        self.assertIn("第 2 页，共 2 页", self.page.inner_text(".pages"))
        self.assertEqual(self.english_words(), [])

    def test_no_difficulty_and_nothing_new_are_one_click(self):
        self.be(self.reporter)
        self.visit(self.path)
        self.assertFalse(self.field("difficulties").is_visible())
        self.page.click("text=有困难")
        self.field("difficulties").fill("缺少师资。")
        self.page.click("text=无困难")
        self.assertEqual(self.field("difficulties").input_value(), "")
        self.page.click("text=等待上级批复")
        self.wait_saved()
        self.assertEqual((self.stored().unchanged, self.stored().unchanged_reason), (True, "等待上级批复"))


class NothingLostTest(CycleTestCase):
    """A session that ends, a line that breaks, a second writer."""

    def sign_in_again(self):
        """Follow the link of the message and sign in."""
        self.page.click(".save-state a")
        self.page.fill("input[name=username]", "reporter")
        self.page.fill("input[name=password]", PASSWORD)
        with self.page.expect_navigation():
            self.page.click("form:has(input[name=password]) [type=submit]")

    def test_a_session_that_ends_in_mid_typing_loses_nothing(self):
        self.be(self.reporter)
        self.visit(self.path)
        self.field("progress").fill("第一段。")
        self.wait_saved()
        Session.objects.all().delete()
        self.field("progress").fill("第一段。第二段还没有保存。")
        self.page.wait_for_selector(".save-state.bad")
        self.assertIn("未能保存，已暂存在本机：登录已过期", self.page.inner_text(".save-state"))
        self.sign_in_again()
        self.assertEqual(self.stored().progress, "第一段。")
        self.assertEqual(self.field("progress").input_value(), "第一段。")
        self.page.click("text=恢复未保存的内容")
        self.wait_saved()
        self.assertEqual(self.stored().progress, "第一段。第二段还没有保存。")

    def test_another_user_of_the_same_computer_is_offered_nothing(self):
        self.be(self.reporter)
        self.visit(self.path)
        Session.objects.all().delete()
        self.field("progress").fill("只有本人看得到的话")
        self.page.wait_for_selector(".save-state.bad")
        self.enter(self.head)
        self.visit(self.path)
        self.assertFalse(self.page.is_visible(".restore"))

    def test_a_broken_line_is_told_and_mended(self):
        self.allow("ERR_INTERNET_DISCONNECTED")
        self.be(self.reporter)
        self.visit(self.path)
        self.page.context.set_offline(True)
        self.field("progress").fill(LONG)
        self.page.wait_for_selector(".save-state.bad")
        self.assertIn("连接已中断", self.page.inner_text(".save-state"))
        self.page.context.set_offline(False)
        self.wait_saved()
        self.assertEqual(self.stored().progress, LONG)

    def test_the_second_of_two_browsers_gets_both_texts(self):
        self.allow("status of 409")
        second = self.be(self.head)
        self.visit(self.path)
        self.be(self.reporter)
        self.visit(self.path)
        self.field("progress").fill("填报人写的一段话。")
        self.wait_saved()
        self.page = second
        self.field("progress").fill("科长写的另一段话。")
        self.page.wait_for_selector(".save-state.bad")
        with self.page.expect_navigation():
            self.page.click("text=查看两份内容")
        self.assertIn("填报人写的一段话。", self.page.inner_text(".box-progress .beside-text"))
        self.assertEqual(self.field("progress").input_value(), "科长写的另一段话。")
        self.assertEqual(self.english_words(), [])
        with self.page.expect_navigation():
            self.page.click("text=用我填写的内容保存")
        self.assertEqual(self.stored().progress, "科长写的另一段话。")
