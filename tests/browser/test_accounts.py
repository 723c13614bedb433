"""An account's pages in a real browser: second factor, first sign-in, lock, a session that ends while one types."""

import time

import pyotp
from django.contrib.sessions.models import Session
from django.urls import reverse
from playwright.sync_api import expect

from accounts.models import SecondFactor
from accounts.passwords import mark_temporary
from accounts.sessions import ACTIVE
from audit.kinds import EventKind
from audit.recording import record
from tests.base import PASSWORD, Cast, make_user
from tests.browser.base import PHONE, BrowserTestCase
from tracking.models import Report

NEW = "Mein-Eigenes-1"


class AccountTest(Cast, BrowserTestCase):
    """As people do it."""

    def setUp(self):
        """The cast."""
        super().setUp()
        type(self).cast()

    def submit(self):
        """Press the page's own button."""
        with self.page.expect_navigation():
            self.page.click("main form button[type=submit]")

    def looks_right(self, name, ignore=()):
        """No English, nothing wider than the window; a picture for whoever wants to see it."""
        self.screenshot(name)
        self.assertEqual(self.english_words([*ignore, "supervisor", "reporter"]), [])
        self.assertFalse(self.scrolls_sideways())

    def test_the_second_factor_from_the_picture_to_the_sign_in(self):
        for viewport in (None, PHONE):
            with self.subTest(viewport=viewport):
                self.open(viewport)
                SecondFactor.objects.all().delete()
                self.sign_in("supervisor", PASSWORD)
                self.visit(reverse("second_factor"))
                self.page.wait_for_selector(".qr svg")
                self.looks_right(f"second-factor-{viewport}")
                secret = self.page.inner_text(".hint code")
                self.page.fill("input[name=code]", pyotp.TOTP(secret).at(time.time() - 30))
                self.submit()
                self.assertEqual(self.page.locator(".codes li").count(), 10)
                self.looks_right(f"recovery-codes-{viewport}")
                self.page.goto(reverse("second_factor"))
                self.looks_right(f"second-factor-on-{viewport}")
                self.open(viewport)
                self.sign_in("supervisor", PASSWORD)
                self.page.fill("input[name=code]", "000000")
                self.submit()
                self.looks_right(f"sign-in-code-{viewport}")
                self.assertIn("还可以再试", self.page.inner_text(".field-error"))
                self.page.fill("input[name=code]", pyotp.TOTP(secret).now())
                self.submit()
                self.assertNotIn("/accounts/", self.page.url)

    def test_a_first_sign_in_leads_to_the_password_and_on(self):
        user = make_user("zhang", is_superuser=True)
        user.set_password(PASSWORD)
        user.save()
        mark_temporary(user)
        self.sign_in("zhang", PASSWORD)
        self.looks_right("password-first", ["zhang"])
        self.page.fill("input[name=old_password]", PASSWORD)
        for name in ("new_password1", "new_password2"):
            self.page.fill(f"input[name={name}]", "kurz")
        self.submit()
        self.looks_right("password-refused", ["zhang"])
        self.page.fill("input[name=old_password]", PASSWORD)
        for name in ("new_password1", "new_password2"):
            self.page.fill(f"input[name={name}]", NEW)
        self.submit()
        self.assertIn("密码已修改", self.page.inner_text(".messages"))

    def test_the_lock_says_how_long(self):
        for _ in range(5):
            self.sign_in("reporter", "wrong")
        self.assertIn("请在 10 分钟后再试", self.page.inner_text("[role=alert]"))
        self.looks_right("sign-in-locked")

    def test_a_session_that_ends_while_one_types_loses_nothing(self):
        report = self.make_report(self.make_item(self.make_plan()), self.make_period())
        self.sign_in("reporter", PASSWORD)
        page = reverse("tracking:report_page", args=[report.pk])
        self.visit(page)
        self.end_session()
        self.page.fill("textarea[name=progress]", "写到一半的话")
        self.page.wait_for_selector(".save-state a")
        self.assertIn("登录已过期", self.page.inner_text(".save-state"))
        with self.page.expect_navigation():
            self.page.click(".save-state a")
        self.assertIn("您已超过 30 分钟没有操作", self.page.inner_text(".messages"))
        self.looks_right("session-ended")
        self.page.fill("input[name=username]", "reporter")
        self.page.fill("input[name=password]", PASSWORD)
        with self.page.expect_navigation():
            self.page.click("form:has(input[name=password]) [type=submit]")
        self.assertIn(page, self.page.url)
        self.page.click(".restore-yes")
        expect(self.page.locator(".save-state")).to_contain_text("已保存")
        self.assertEqual(Report.objects.get(pk=report.pk).progress, "写到一半的话")

    def end_session(self):
        """Let half an hour pass for whoever is signed in."""
        cookie = next(c["value"] for c in self.page.context.cookies() if c["name"] == "sessionid")
        store = Session.get_session_store_class()(cookie)
        store[ACTIVE] -= 31 * 60
        store.save()

    def test_the_list_of_events_can_be_read_and_filtered(self):
        for number in range(30):
            record(
                EventKind.EXPORT, user=self.reporter, target=f"/plans/{number}/progress.xlsx", detail="推进情况表.xlsx"
            )
        record(EventKind.SIGN_IN, user=self.head, success=False, detail="用户名或密码不对。")
        self.enter(self.admin)
        self.visit(reverse("admin:audit_securityevent_changelist"))
        self.looks_right("events", [*(u.username for u in self.people().values()), "plans", "progress"])
        self.visit(reverse("admin:audit_securityevent_changelist") + "?kind__exact=sign_in&success__exact=0")
        self.assertEqual(self.page.locator("#result_list tbody tr").count(), 1)
        self.page.click("#result_list tbody tr a")
        self.page.wait_for_selector("form, .readonly")
        self.screenshot("event")
        self.assertEqual(self.page.locator("input[type=submit]").count(), 0)
        self.visit(reverse("admin:auth_user_change", args=[self.supervisor.pk]))
        self.screenshot("user")
