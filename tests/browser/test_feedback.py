"""A letter's way in a real browser: compiled by the supervisor, signed by the leader, downloaded as signed."""

import hashlib

from tests.base import Cast
from tests.browser.base import PHONE, BrowserTestCase
from tracking.models import Feedback


class FeedbackTest(Cast, BrowserTestCase):
    """Compile, read, sign, download."""

    def setUp(self):
        """Three approved reports."""
        super().setUp()
        type(self).cast()
        plan, period = self.make_plan(), self.make_period()
        for _ in range(3):
            self.make_report(
                self.make_item(plan), period, status="approved", completion_percent=60, progress="已开展调研。"
            )

    def test_from_reports_to_the_signed_file(self):
        self.enter(self.supervisor)
        self.visit("/feedbacks/new/")
        self.page.click("text=选这一期")
        self.page.fill("input[name=recipient]", "区府办")
        self.page.uncheck("input[name=reports] >> nth=2")
        self.page.click("button:has-text('汇编')")
        self.assertIn("区府办：", self.page.inner_text(".letter"))
        self.assertNotIn("三、", self.page.inner_text(".letter"))
        feedback = Feedback.objects.get()
        self.open()
        self.enter(self.leader)
        self.visit("/feedbacks/")
        self.page.click(f"text={feedback.plain_title}")
        self.page.click("text=确认并签名…")
        self.page.click("button:has-text('确认并签名')")
        self.assertIn("主要领导确认并签名：leader", self.page.inner_text(".letter"))
        self.assertEqual(self.page.locator("text=重新汇编").count(), 0)
        name, path = self.download("text=下载 Word 文件")
        feedback.refresh_from_db()
        self.assertEqual(name, f"{feedback.plain_title}.docx")
        self.assertEqual(hashlib.sha256(path.read_bytes()).hexdigest(), feedback.sha256)
        self.assertEqual(self.english_words(["leader", feedback.sha256, feedback.digest, "SHA-256"]), [])

    def test_the_letter_on_a_phone(self):
        self.enter(self.supervisor)
        self.visit("/feedbacks/new/")
        self.page.click("text=选这一期")
        self.page.fill("input[name=recipient]", "区府办")
        self.page.click("button:has-text('汇编')")
        path = self.page.url.removeprefix(self.live_server_url)
        self.open(PHONE)
        self.enter(self.supervisor)
        for address in (path, f"{path}change/", "/feedbacks/", "/feedbacks/new/"):
            with self.subTest(address):
                self.visit(address)
                self.assertFalse(self.scrolls_sideways())
