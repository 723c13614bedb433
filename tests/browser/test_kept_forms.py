"""Nothing typed is lost: a session ends while somebody writes, in forms of every kind; the page offers the text again."""

from django.contrib.sessions.models import Session
from django.urls import reverse
from playwright.sync_api import expect

from tests.base import PASSWORD, Cast
from tests.browser.base import BrowserTestCase
from tracking.models import Report
from workplans.models import Office

WORDS = "写了很久的一段话，不能丢。"


class KeptFormTest(Cast, BrowserTestCase):
    """As people do it."""

    def setUp(self):
        """A report and an item."""
        super().setUp()
        type(self).cast()
        self.item = self.make_item(self.make_plan())
        self.report = self.make_report(self.item, self.make_period())
        self.open()

    def sign_in_again(self, name):
        """Fill in the page one was led to."""
        expect(self.page.locator(".notice, .messages").first).to_contain_text("已留在这台电脑的浏览器里")
        self.page.fill("input[name=username]", name)
        self.page.fill("input[name=password]", PASSWORD)
        with self.page.expect_navigation():
            self.page.click("button[type=submit]")

    def press(self, selector):
        """Press a button that leads on."""
        with self.page.expect_navigation():
            self.page.click(selector)

    def test_a_report_sent_after_the_session_ended(self):
        self.sign_in("reporter", PASSWORD)
        self.visit(f"/reports/{self.report.pk}/")
        self.page.fill("textarea[name=progress]", WORDS)
        self.page.fill("input[name=completion_percent]", "70")
        Session.objects.all().delete()
        self.press("button[formaction$='/submit/']")
        self.sign_in_again("reporter")
        self.assertEqual(self.page.url.rpartition("/reports/")[2], f"{self.report.pk}/")
        self.page.click(".restore-yes")
        self.assertEqual(self.page.input_value("textarea[name=progress]"), WORDS)
        self.press("button[formaction$='/submit/']")
        self.assertEqual(Report.objects.get(pk=self.report.pk).progress, WORDS)

    def test_a_form_of_the_admin(self):
        self.sign_in("supervisor", PASSWORD)
        address = reverse("admin:workplans_office_change", args=[self.finance.pk])
        self.visit(address)
        self.page.fill("input[name=name]", "计划财务科")
        Session.objects.all().delete()
        self.press("input[name=_save]")
        self.sign_in_again("supervisor")
        expect(self.page.locator(".restore-form")).to_contain_text("填写而没有保存的内容")
        self.screenshot("kept-form-admin")
        self.page.click(".restore-form button:first-of-type")
        self.assertEqual(self.page.input_value("input[name=name]"), "计划财务科")
        self.press("input[name=_save]")
        self.assertEqual(Office.objects.get(pk=self.finance.pk).name, "计划财务科")
        self.visit(address)
        self.assertEqual(self.page.locator(".restore-form").count(), 0)

    def test_what_is_not_wanted_any_more_is_forgotten(self):
        self.sign_in("supervisor", PASSWORD)
        address = reverse("admin:workplans_office_change", args=[self.finance.pk])
        self.visit(address)
        self.page.fill("input[name=name]", "计划财务科")
        self.page.wait_for_timeout(600)
        self.visit("/plans/")
        self.visit(address)
        self.page.click(".restore-form button:last-of-type")
        self.visit(address)
        self.assertEqual(self.page.locator(".restore-form").count(), 0)

    def test_another_person_at_the_same_computer_is_offered_nothing(self):
        address = reverse("admin:workplans_office_change", args=[self.finance.pk])
        self.sign_in("supervisor", PASSWORD)
        self.visit(address)
        self.page.fill("input[name=name]", "计划财务科")
        self.page.wait_for_timeout(600)
        self.page.context.clear_cookies()
        self.sign_in("root", PASSWORD)
        self.visit(address)
        self.assertEqual(self.page.locator(".restore-form").count(), 0)
