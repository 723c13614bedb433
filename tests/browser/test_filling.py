"""离线填报 in a real browser: download, fill in as a person with Excel does, upload, look, confirm; on a screen and a phone."""

import tempfile
from datetime import date
from io import BytesIO

import openpyxl
from django.test import override_settings

from tests.base import Cast
from tests.browser.base import PHONE, BrowserTestCase
from tests.filling import Filled
from tests.workbooks import saved
from tracking.models import Period, Report
from workplans.models import Office

S = Report.Status
LONG = "召开家校社协同育人联席会议两次，印发《家庭教育指导手册》三千册，开设家长课堂十二期，参加家长四千余人次。"


class OfflineFillingTest(Cast, BrowserTestCase):
    """The 德育科 fills in five rows in Excel."""

    viewport = (1440, 900)

    def setUp(self):
        super().setUp()
        uploads = self.enterContext(tempfile.TemporaryDirectory())
        self.enterContext(override_settings(MEDIA_ROOT=uploads))
        kind = type(self)
        kind.cast()
        plan, self.period = kind.make_plan(), kind.make_period()
        earlier = kind.make_period(label="2024年1-9月", as_of=date(2024, 9, 30), status=Period.Status.CLOSED)
        items = [
            kind.make_item(plan, title="健全家庭学校社会协同育人机制"),
            kind.make_item(plan, title="优质均衡发展", tasks=["高中", "初中"]),
            kind.make_item(plan, title="推进体教融合"),
        ]
        for item in items:
            kind.make_report(
                item, earlier, completion_percent=50, progress=LONG, difficulties="场地不足", next_steps="十月验收"
            )
        self.reports = [kind.make_report(item, self.period) for item in items]
        Report.objects.filter(pk=self.reports[2].pk).update(
            status=S.APPROVED, progress="已完成", completion_percent=100
        )
        self.enter(self.reporter)

    def downloaded(self):
        """The sheet as the browser saves it."""
        self.visit("/my/")
        self.page.click("text=离线填报")
        name, path = self.download("a:has-text('德育科')")
        self.assertEqual(name, "填报表_德育科_2024年1-10月.xlsx")
        return Filled(path.read_bytes())

    def upload(self, sheet, name="十月填报表.xlsx"):
        """Choose the file and press the button."""
        self.visit("/my/sheets/")
        file = {"name": name, "mimeType": "application/octet-stream", "buffer": sheet.content}
        self.page.set_input_files("input[name=file]", files=[file])
        with self.page.expect_navigation():
            self.page.click("text=上传并核对")

    def test_the_whole_way(self):
        sheet = self.downloaded()
        self.screenshot("filling-1440-upload")
        sheet.write("协同育人机制", rate=80, progress=LONG + "\n\n下一步继续推进。", steps="年底前验收")
        sheet.write("优质均衡发展", rate="八成", progress="总体顺利").write(
            "分解任务：高中", progress="高中特色多样化发展"
        )
        self.upload(sheet)
        self.assertIn("读到 5 行：修改 2，没有变化 2，不能写入 1。", self.page.inner_text(".sentence"))
        self.screenshot("filling-1440-preview")
        self.assertEqual(self.english_words(), [])
        with self.page.expect_navigation():
            self.page.click("text=保存为草稿")
        self.assertIn("什么也没有写入", self.page.inner_text(".notice.bad"))
        self.assertEqual(Report.objects.filter(version__gt=0).count(), 0)
        self.upload(sheet.write("优质均衡发展", rate=70))
        with self.page.expect_navigation():
            self.page.click("text=保存并提交")
        self.assertIn("写入 2 份进展报告，提交 2 份。", self.page.inner_text(".messages"))
        self.reports[0].refresh_from_db()
        self.assertEqual(self.reports[0].progress, LONG + "\n\n下一步继续推进。")
        self.assertEqual(self.reports[0].status, S.OFFICE_REVIEW)
        self.screenshot("filling-1440-done")

    def test_on_a_phone_and_without_script(self):
        self.open(PHONE, java_script_enabled=False)
        self.enter(self.reporter)
        sheet = self.downloaded()
        self.screenshot("filling-390-upload")
        self.assertEqual(self.english_words(), [])
        sheet.write("协同育人机制", rate=80, progress=LONG).write("优质均衡发展", rate=300)
        self.upload(sheet)
        self.assertFalse(self.scrolls_sideways())
        self.screenshot("filling-390-preview")
        self.page.check("text=跳过不能写入的")
        with self.page.expect_navigation():
            self.page.click("text=保存为草稿")
        self.assertIn("写入 1 份进展报告", self.page.inner_text(".messages"))

    def test_a_supervisor_downloads_any_offices_sheet_from_the_period(self):
        self.open((1440, 900))
        self.enter(self.supervisor)
        self.visit(f"/periods/{self.period.pk}/")
        self.screenshot("filling-1440-period")
        name, path = self.download("td[data-label=填报表] a")
        self.assertEqual(name, "填报表_德育科_2024年1-10月.xlsx")
        sheet = Filled(path.read_bytes()).write("协同育人机制", rate=45)
        self.upload(sheet)
        with self.page.expect_navigation():
            self.page.click("text=保存为草稿")
        self.reports[0].refresh_from_db()
        self.assertEqual((self.reports[0].completion_percent, self.reports[0].on_behalf), (45, True))

    def test_offices_by_workbook_in_the_admin(self):
        self.open((1440, 900))
        self.enter(self.supervisor)
        self.visit("/admin/workplans/office/export/")
        _name, path = self.download("#content form [type=submit]")
        book = openpyxl.load_workbook(BytesIO(path.read_bytes()))
        headings = [cell.value for cell in book.active[1]]
        book.active.cell(3, headings.index("别名") + 1).value = "德育、思政"
        book.active.append([None, None, "保卫科", None, "普通科室", 9, "是"])
        self.visit("/admin/workplans/office/import/")
        file = {"name": "科室.xlsx", "mimeType": "application/octet-stream", "buffer": saved(book)}
        self.page.set_input_files("input[name=import_file]", files=[file])
        with self.page.expect_navigation():
            self.page.click("#content form [type=submit]")
        self.assertEqual(self.english_words(), [])
        self.screenshot("filling-1440-offices")
        with self.page.expect_navigation():
            self.page.click("form:has(input[name=import_file_name]) [type=submit]")
        self.assertEqual(Office.objects.get(name="德育科", organization=self.bureau).aliases, ["德育", "思政"])
        self.assertTrue(Office.objects.filter(name="保卫科", organization=self.bureau).exists())
