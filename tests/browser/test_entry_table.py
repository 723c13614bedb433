"""整表填报 in a real browser: a block pasted from a workbook, errors in their rows, twelve reports in one page."""

from django.utils import timezone

from tests.base import Cast
from tests.browser.base import PHONE, BrowserTestCase
from tests.tracking.test_entry_table import LONG
from tracking.models import Report
from tracking.reports.recording import record

PASTE = """([selector, text]) => {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  document.querySelector(selector).dispatchEvent(
    new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
}"""


class EntryTableTest(Cast, BrowserTestCase):
    """The 德育科 owes twelve items."""

    viewport = (1440, 900)

    def setUp(self):
        super().setUp()
        kind = type(self)
        kind.cast()
        plan, period = kind.make_plan(), kind.make_period()
        self.reports = [kind.make_report(kind.make_item(plan, title=f"第{n}项工作"), period) for n in range(1, 13)]
        self.enter(self.reporter)
        self.loads = 0
        self.page.on("framenavigated", self.loaded)

    def loaded(self, _frame):
        """Count a page load."""
        self.loads += 1

    def box(self, number, name):
        """The selector of a cell's box, rows counted from 0."""
        return f"[name=r{self.reports[number].pk}-{name}]"

    def paste(self, number, name, text):
        """Paste what a workbook's block puts on the clipboard."""
        self.page.click(self.box(number, name))
        self.page.evaluate(PASTE, [self.box(number, name), text])

    def test_twelve_reports_are_pasted_and_handed_in_on_one_page(self):
        """24 clicks and 12 page loads, an item at a time; here 5 clicks and one load."""
        self.visit("/my/table/")
        rows = [f'{60 + n}\t"{LONG}\n第{n}行，“联席”会议 ""两次""。"\t\t十二月完成验收。' for n in range(12)]
        self.paste(0, "completion_percent", "\n".join(rows) + "\n")
        self.page.wait_for_selector(".paste-preview:not([hidden])")
        self.assertIn("48 格", self.page.inner_text(".paste-preview h2"))
        self.page.click(".paste-yes")
        self.page.click(".submit-all")
        self.page.wait_for_selector(".submit-preview:not([hidden])")
        self.assertIn("提交 12 项", self.page.inner_text(".submit-preview h2"))
        self.page.click(".submit-yes")
        self.page.locator(".entry-row.sent").nth(11).wait_for()
        self.assertEqual(self.loads, 1)
        self.assertEqual(set(Report.objects.values_list("status", flat=True)), {"office_review"})
        last = Report.objects.get(pk=self.reports[11].pk)
        self.assertEqual((last.completion_percent, last.next_steps), (71, "十二月完成验收。"))
        self.assertEqual(last.progress.replace("\r", ""), f'{LONG}\n第11行，“联席”会议 "两次"。')

    def test_a_block_that_does_not_fit_is_named_cell_by_cell_and_can_be_taken_back(self):
        self.visit("/my/table/")
        self.page.fill(self.box(10, "progress"), "原来写的进展，已经报过。")
        self.paste(10, "completion_percent", "八成\t进展一\n120\t进展二\n50\t进展三\n")
        text = self.page.inner_text(".paste-preview")
        self.assertIn("粘贴到这里：2 格，另有 4 格放不进去", text)
        self.assertIn("不是 0 到 100 的数", text)
        self.assertIn("下面没有这么多行了", text)
        self.page.click(".paste-yes")
        self.assertEqual(self.page.input_value(self.box(10, "progress")), "进展一")
        self.page.click(".undo")
        self.assertEqual(self.page.input_value(self.box(10, "progress")), "原来写的进展，已经报过。")
        self.settle()

    def test_cells_save_themselves_and_keys_move(self):
        self.visit("/my/table/")
        self.page.click(self.box(0, "completion_percent"))
        self.page.keyboard.type("40")
        self.page.keyboard.press("ArrowDown")
        self.page.keyboard.type("50")
        self.page.keyboard.press("Enter")
        self.page.keyboard.press("Control+d")
        self.page.keyboard.press("Tab")
        self.page.keyboard.type("召开协调会两次。")
        self.page.keyboard.press("Tab")
        self.page.locator(".row-state", has_text="已保存").nth(2).wait_for()
        stored = list(Report.objects.order_by("pk").values_list("completion_percent", "progress")[:3])
        self.assertEqual(stored, [(40, ""), (50, ""), (50, "召开协调会两次。")])
        self.assertEqual(self.loads, 1)

    def test_what_is_lacking_is_said_in_the_rows_before_anything_is_handed_in(self):
        self.visit("/my/table/")
        self.page.fill(self.box(0, "completion_percent"), "40")
        self.page.fill(self.box(1, "progress"), LONG)
        self.page.fill(self.box(2, "completion_percent"), "0.8")
        self.page.fill(self.box(2, "progress"), LONG)
        self.page.click(".submit-all")
        self.page.wait_for_selector(".submit-preview:not([hidden])")
        self.assertIn("提交 1 项", self.page.inner_text(".submit-preview h2"))
        self.assertIn("另有 2 项还要改", self.page.inner_text(".submit-preview"))
        self.page.click(".submit-no")
        self.assertIn("请填写目前进展情况", self.page.inner_text(f"#row-{self.reports[0].pk}"))
        self.assertIn("请填写完成率", self.page.inner_text(f"#row-{self.reports[1].pk}"))
        self.page.click(f"#row-{self.reports[2].pk} .cell-completion_percent button")
        self.assertEqual(self.page.input_value(self.box(2, "completion_percent")), "80")
        self.settle()
        self.assertEqual(set(Report.objects.values_list("status", flat=True)), {"draft"})

    def test_somebody_elses_words_stand_in_the_row(self):
        self.visit("/my/table/")
        record(self.reports[0], {"progress": LONG}, by=self.head, now=timezone.now())
        self.page.fill(self.box(0, "progress"), "我写的另一段进展。")
        self.page.keyboard.press("Tab")
        row = f"#row-{self.reports[0].pk}"
        self.page.wait_for_selector(f"{row} .take-mine")
        self.assertIn(f"已保存的：{LONG}", self.page.inner_text(row))
        self.page.click(f"{row} .take-mine")
        self.page.locator(".row-state", has_text="已保存").first.wait_for()
        self.assertEqual(Report.objects.get(pk=self.reports[0].pk).progress, "我写的另一段进展。")

    def test_on_a_phone_each_row_is_a_card(self):
        self.open(PHONE)
        self.enter(self.reporter)
        self.visit("/my/table/")
        self.assertFalse(self.scrolls_sideways())
        self.page.fill(self.box(0, "progress"), LONG)
        self.page.locator(self.box(1, "progress")).focus()
        self.page.locator(".row-state", has_text="已保存").first.wait_for()
        self.assertEqual(Report.objects.get(pk=self.reports[0].pk).progress, LONG)
