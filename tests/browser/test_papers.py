"""通报, 催办单, 任务交办单 and the templates in a real browser: compiled, read, signed, downloaded; on a phone too."""

import hashlib
import zipfile
from io import BytesIO

from docx import Document

from papers.templating.standard import standard_template
from tests.base import Cast
from tests.browser.base import PHONE, BrowserTestCase
from tracking.models import Feedback, LetterTemplate, PaperKind


class PapersTest(Cast, BrowserTestCase):
    """The way of each kind."""

    def setUp(self):
        """A report far behind with difficulties, and one missing of each of two offices."""
        super().setUp()
        type(self).cast()
        self.plan, self.period = self.make_plan(), self.make_period()
        late = {
            "status": "approved",
            "completion_percent": 30,
            "progress": "已开展调研。",
            "difficulties": "专任教师不足。\n场地没有落实。",
        }
        self.make_report(self.make_item(self.plan), self.period, **late)
        for office in (self.moral, self.finance):
            self.make_report(self.make_item(self.plan, lead=office), self.period)

    def compile(self, kind):
        """Compile a kind of paper from the list's buttons, all that is offered."""
        self.visit("/feedbacks/")
        self.page.click(f"text=汇编{PaperKind(kind).label}")
        self.page.click("text=选这")
        self.page.click("button:has-text('汇编')")

    def test_a_bulletin_from_numbers_to_the_signed_file(self):
        self.enter(self.supervisor)
        self.compile("bulletin")
        self.assertIn("未报送的科室和事项", self.page.inner_text(".letter"))
        self.assertIn("存在的困难：专任教师不足。", self.page.inner_text(".letter"))
        self.screenshot("bulletin")
        self.open()
        self.enter(self.leader)
        self.visit("/feedbacks/")
        self.page.click("th a.title")
        self.page.click("text=确认并签名…")
        self.page.click("button:has-text('确认并签名')")
        self.assertIn("签发人：leader", self.page.inner_text(".letter"))
        _name, path = self.download("text=下载 Word 文件")
        paper = Feedback.objects.get()
        self.assertEqual(hashlib.sha256(path.read_bytes()).hexdigest(), paper.sha256)
        self.assertIn(paper.sha256, self.page.inner_text(".notice"))

    def test_urgings_for_all_offices_issued_in_one_go_and_downloaded_together(self):
        self.enter(self.supervisor)
        self.compile("urging")
        self.assertEqual(Feedback.objects.count(), 2)
        self.screenshot("paper-list")
        self.page.click("text=一并签 2 份…")
        self.screenshot("sign-all")
        self.page.click("button:has-text('确认并签 2 份')")
        self.assertEqual(self.page.locator("td:has-text('已签发')").count(), 2)
        _name, path = self.download("text=合成一个 Word 文件")
        self.assertEqual([p.text for p in Document(BytesIO(path.read_bytes())).paragraphs].count("德育科："), 1)
        _name, path = self.download("text=打包下载")
        with zipfile.ZipFile(BytesIO(path.read_bytes())) as archive:
            found = {hashlib.sha256(archive.read(name)).hexdigest() for name in archive.namelist()}
        self.assertEqual(found, set(Feedback.objects.values_list("sha256", flat=True)))

    def test_a_handover_from_the_plans_page(self):
        self.enter(self.supervisor)
        self.visit(f"/plans/{self.plan.pk}/")
        self.page.click("text=任务交办单")
        self.screenshot("handover-form")
        self.page.uncheck("input[name=items] >> nth=2")
        self.page.click("button:has-text('汇编')")
        self.assertIn("签收人：", self.page.inner_text(".letter"))
        self.assertEqual(self.page.locator(".letter tbody tr").count(), 2)
        self.screenshot("handover")

    def test_a_template_is_mended_by_what_the_page_says(self):
        self.enter(self.supervisor)
        self.visit("/letter-templates/")
        self.page.click("th a.title:has-text('通报')")
        wrong = Document(BytesIO(standard_template("bulletin")))
        next(p for p in wrong.paragraphs if p.text == "{{ 主送 }}：").text = "{{ 主送机关 }}："
        stream = BytesIO()
        wrong.save(stream)
        self.page.set_input_files(
            "input[type=file]", {"name": "通报.docx", "mimeType": "", "buffer": stream.getvalue()}
        )
        self.page.click("text=检查并启用")
        self.assertIn("没有“主送机关”这个字段，最接近的是“主送”。", self.page.inner_text(".problems"))
        self.screenshot("template-problems")
        _name, path = self.download("a.button:has-text('下载标准模板')")
        self.page.set_input_files(
            "input[type=file]", {"name": "通报.docx", "mimeType": "", "buffer": path.read_bytes()}
        )
        self.page.click("text=检查并启用")
        self.assertIn("已经检查并启用", self.page.inner_text("main"))
        self.screenshot("template")
        self.compile("bulletin")
        self.assertEqual(Feedback.objects.get().template, LetterTemplate.objects.get())
        _name, path = self.download("text=下载 Word 文件")
        self.assertIn("各科室：", [p.text for p in Document(BytesIO(path.read_bytes())).paragraphs])

    def test_on_a_phone_nothing_scrolls_sideways(self):
        self.open(PHONE)
        self.enter(self.supervisor)
        for kind in PaperKind.values:
            self.compile(kind)
            with self.subTest(kind):
                self.assertFalse(self.scrolls_sideways())
        subjects = (f"kind=urging&period={self.period.pk}", f"kind=handover&plan={self.plan.pk}", "kind=handover")
        addresses = [
            "/feedbacks/",
            "/feedbacks/sign/",
            "/letter-templates/",
            f"/letter-templates/{self.bureau.pk}/urging/",
        ]
        for address in [*addresses, *(f"/feedbacks/new/?{subject}" for subject in subjects)]:
            with self.subTest(address):
                self.visit(address)
                self.assertFalse(self.scrolls_sideways())
                self.screenshot(f"phone-{address}")
