"""Importing in a real browser: upload, look, correct, confirm, find the plan; with and without script, by keyboard."""

from pathlib import Path

from django.conf import settings

from tests.base import Cast
from tests.browser.base import PHONE, BrowserTestCase
from workplans.models import ImportDraft, Plan

HONGKOU = Path(settings.BASE_DIR, "seeds", "hongkou-2022-annual-plan.txt")

TAKE_BACK = "button:has-text('撤销：换成')"
TWO_WAYS = """白溪区教育局2026年工作要点
一、办好学前教育。新建幼儿园3所，新增学位900个。
（一）建园。幼儿园6月底前开工。
（二）招生。9月底前招生。
二、办好义务教育。新建学校2所。
三、办好高中教育。改造高中1所。
"""


class ImportPageTest(Cast, BrowserTestCase):
    """The Hongkou plan on its way in."""

    def setUp(self):
        super().setUp()
        type(self).cast()
        self.enter(self.supervisor)

    def upload(self):
        """Upload the seed; return the draft."""
        self.visit("/imports/")
        self.page.set_input_files("input[name=file]", HONGKOU)
        with self.page.expect_navigation():
            self.page.click("text=上传并核对")
        return ImportDraft.objects.get()

    def set_office(self, number, name, role):
        """Fill one row of the offices of the open item."""
        self.page.locator(".offices-form input[name=office]").nth(number).fill(name)
        self.page.locator(".offices-form select[name=role]").nth(number).select_option(label=role)

    def test_upload_correct_confirm_and_find_the_plan(self):
        draft = self.upload()
        self.assertIn("36", self.page.inner_text(".tally-numbers"))
        self.page.click("#item-3 >> text=修改")
        self.page.wait_for_selector("#item-3 .offices-form")
        self.set_office(0, "德育科", "牵头")
        self.set_office(1, "计财科", "配合")
        self.page.click("#item-3 button.primary")
        self.page.wait_for_selector("text=撤销：修改事项")
        self.assertIn("牵头德育科", self.page.inner_text("#item-3").replace("\n", ""))
        self.assertEqual(self.page.url.partition("#")[0], f"{self.live_server_url}/imports/{draft.pk}/")
        self.page.click("text=确认导入…")
        with self.page.expect_navigation():
            self.page.click("button:has-text('确认导入')")
        plan = Plan.objects.get()
        self.assertIn(f"/plans/{plan.pk}/", self.page.url)
        roles = dict(plan.items.all()[3].assignments.values_list("office__name", "role"))
        self.assertEqual((roles["德育科"], roles["计财科"]), ("lead", "support"))
        self.visit("/plans/")
        self.assertTrue(self.page.is_visible("text=虹口区教育局2022年工作要点"))

    def test_without_script_everything_works_too(self):
        self.open(java_script_enabled=False)
        self.enter(self.supervisor)
        draft = self.upload()
        self.page.click("#item-3 >> text=修改")
        self.set_office(0, "德育科", "牵头")
        self.page.click("#item-3 button.primary")
        self.assertIn("牵头德育科", self.page.inner_text("#item-3").replace("\n", ""))
        self.page.click("text=撤销：修改事项")
        draft.refresh_from_db()
        self.assertEqual(draft.version, 3)

    def test_a_line_shows_its_item_and_an_item_its_lines_by_keyboard(self):
        self.upload()
        self.page.focus("#line-20 a.line-number")
        self.page.keyboard.press("Enter")
        self.assertEqual(self.page.eval_on_selector_all(".node.lit", "nodes => nodes.map(n => n.id)"), ["item-4"])
        self.assertIn("item-4", self.page.evaluate("document.activeElement.closest('.node').id"))
        self.page.focus("#item-20 a[href^='#line-']")
        self.page.keyboard.press("Enter")
        lit = self.page.eval_on_selector_all(".doc-line.lit", "rows => rows.map(r => r.id)")
        self.assertEqual(len(lit), 1)
        box = self.page.locator(f"#{lit[0]}").bounding_box()
        self.assertLess(box["y"], 800)

    def test_a_mistake_is_said_in_place_and_the_rest_kept(self):
        self.upload()
        self.page.click("#item-0 >> text=修改")
        self.page.fill("#item-0 textarea[name=title]", "")
        self.page.click("#item-0 button.primary")
        self.page.wait_for_selector("#item-0 .field-error")
        self.assertIn("请填写标题", self.page.inner_text("#item-0 .field-error"))

    def test_a_file_that_is_too_large_is_told_before_it_is_sent(self):
        self.visit("/imports/")
        self.page.evaluate("document.querySelector('.upload').dataset.max = 10")
        self.page.set_input_files("input[name=file]", HONGKOU)
        self.assertTrue(self.page.is_visible("[data-size-error]"))
        self.assertTrue(self.page.is_disabled(".upload [type=submit]"))

    def test_a_dropped_file(self):
        self.visit("/imports/")
        self.page.evaluate(
            """() => {
                const data = new DataTransfer();
                data.items.add(new File(["虹口区教育局2024年工作要点\\n1.推进甲。\\n2.推进乙。\\n"], "要点.txt"));
                document.querySelector(".drop").dispatchEvent(new DragEvent("drop", {dataTransfer: data, bubbles: true}));
            }"""
        )
        with self.page.expect_navigation():
            self.page.click("text=上传并核对")
        self.assertIn("要点.txt", self.page.inner_text(".crumbs"))

    def test_on_the_phone(self):
        draft = self.upload()
        self.open(PHONE)
        self.enter(self.supervisor)
        for path in ("", "?open=item-3", "?open=plan", "?open=offices", "confirm/", "revision/", "drop/"):
            with self.subTest(path=path):
                self.visit(f"/imports/{draft.pk}/{path}")
                self.assertFalse(self.scrolls_sideways())
        self.visit(f"/imports/{draft.pk}/")
        self.assertFalse(self.page.is_visible(".pane-document"))
        self.page.click("#item-3 a[href^='#line-']")
        self.assertTrue(self.page.is_visible(".pane-document"))
        self.assertFalse(self.page.is_visible(".pane-tree"))

    def test_the_other_reading_is_chosen_and_taken_back(self):
        draft = self.upload_text(TWO_WAYS)
        items = self.page.inner_text(".tally-numbers")
        self.assertTrue(self.page.is_visible("text=也可以这样读"))
        self.page.click("text=先看没把握的")
        self.assertTrue(self.page.is_visible(".unsure-items .confidence >> nth=0"))
        self.page.click("text=换成这种读法")
        self.page.wait_for_selector(TAKE_BACK)
        self.assertNotEqual(self.page.inner_text(".tally-numbers"), items)
        self.page.click(TAKE_BACK)
        self.page.wait_for_selector(TAKE_BACK, state="detached")
        self.assertEqual(self.page.inner_text(".tally-numbers"), items)
        self.open(PHONE)
        self.enter(self.supervisor)
        self.visit(f"/imports/{draft.pk}/?order=line")
        self.assertFalse(self.scrolls_sideways())

    def upload_text(self, text):
        """Upload a text; return the draft."""
        self.visit("/imports/")
        self.page.set_input_files(
            "input[name=file]", {"name": "要点.txt", "mimeType": "text/plain", "buffer": text.encode()}
        )
        with self.page.expect_navigation():
            self.page.click("text=上传并核对")
        return ImportDraft.objects.get()
