"""A scan in the browser: uploaded, read, checked beside its pictures, a line corrected, confirmed."""

from importer.scans.scanned import page_from_dict
from tests.base import Cast
from tests.browser.base import BrowserTestCase
from tests.importer.test_seeds import SEEDS
from tests.scanned_pages import as_file, as_pdf, pages_of, scanned, stamped
from workplans.models import ImportDraft, Plan, ScanReading


class ScanTest(Cast, BrowserTestCase):
    """A page of a seed plan, printed, stamped and scanned."""

    def setUp(self):
        super().setUp()
        type(self).cast()
        self.enter(self.supervisor)
        self.pages = pages_of((SEEDS / "hongkou-2022-annual-plan.txt").read_text("utf-8"), rows=22)

    def upload(self, *files):
        """Upload files by name and content."""
        self.visit("/imports/")
        kinds = {"pdf": "application/pdf", "jpg": "image/jpeg"}
        sent = [{"name": name, "mimeType": kinds[name[-3:]], "buffer": content} for name, content in files]
        self.page.set_input_files("input[name=file]", sent)
        with self.page.expect_navigation(timeout=180_000):
            self.page.click("text=上传并核对")

    def test_a_scan_is_read_corrected_beside_its_pictures_and_confirmed(self):
        self.upload(("工作要点.pdf", as_pdf([scanned(stamped(self.pages[0].drawn(), (1150, 480)))])))
        draft, reading = ImportDraft.objects.get(), ScanReading.objects.get()
        self.assertEqual(self.page.url, f"{self.live_server_url}/imports/{draft.pk}/")
        self.assertIn("由机器从 1 页图片识别", self.page.inner_text(".tally"))
        lines = page_from_dict(reading.pages.get().lines).lines
        self.assertEqual(self.page.locator(".strip").count(), len(lines))
        self.settle()
        self.screenshot("scan-import-page")
        self.page.click("#line-1 .line-words", force=True)
        self.page.fill("#line-1 input[name=text] >> nth=0", "虹口区教育局印发")
        self.page.click("#line-1 .scan-form button")
        self.page.wait_for_selector("text=撤销：改正识别的文字")
        self.assertIn("虹口区教育局印发", self.page.inner_text("#line-1"))
        self.screenshot("scan-corrected")
        self.page.click("text=确认导入…")
        with self.page.expect_navigation():
            self.page.click("button:has-text('确认导入')")
        plan = Plan.objects.get()
        self.assertIn("虹口区教育局印发", plan.source.text)
        self.assertEqual(plan.source.encoding, "scan")

    def test_photographs_are_put_in_order_first(self):
        files = [
            (f"照片{n}.jpg", as_file(scanned(page.drawn(), seed=n)))
            for n, page in ((10, self.pages[0]), (2, self.pages[1]))
        ]
        self.upload(*files)
        self.assertEqual(
            self.page.locator(".scan-files li p:not(.field):not(.buttons)").all_inner_texts(),
            ["照片2.jpg\n1 页", "照片10.jpg\n1 页"],
        )
        self.settle()
        self.screenshot("scan-order")
        with self.page.expect_navigation():
            self.page.click("button:has-text('下移')")
        self.assertEqual(self.page.locator(".scan-files img").first.get_attribute("alt"), "照片10.jpg")
        with self.page.expect_navigation(timeout=180_000):
            self.page.click("text=次序正确，开始识别")
        draft = ImportDraft.objects.get()
        self.assertLess(draft.text.index("一、落实") if "一、落实" in draft.text else 0, len(draft.text))
        self.assertEqual(draft.name, "照片2 等 2 张图片.zip")
