"""From an empty database to a submitted report, walked by one person in a browser and counted: pages loaded and clicks.

An administrator makes a bureau of 25 offices and 50 people, takes in a plan of seeds/, and a year of periods; then a
reporter signs in with the password of a slip and submits a report.
"""

import re
import tempfile
from io import BytesIO
from pathlib import Path

from django.conf import settings
from django.utils import timezone
from openpyxl import load_workbook

from tests.base import PASSWORD, make_user
from tests.browser.base import BrowserTestCase
from tracking.models import Period, Report
from workplans.models import Item, Membership, Office

SEED = Path(settings.BASE_DIR, "seeds", "hongkou-2022-annual-plan.txt")
MOST_PAGES = 15  # until people can report
# The offices of the seed that are named in it come first; the rest are those of any bureau.
OFFICES = [
    "办公室",
    "组织科",
    "宣传科",
    "德育科",
    "中教科",
    "小教科",
    "幼教科",
    "职成教科",
    "体卫艺科",
    "计财科",
    "人事科",
    "督导室",
    "监察室",
    "审计科",
    "基建科",
    "安全科",
    "信访科",
    "法规科",
    "语委办",
    "招生办",
    "信息科",
    "工会",
    "团工委",
    "老干部科",
    "档案室",
]
SURNAMES, GIVEN = "王李张刘陈杨黄赵周吴", ("伟", "芳", "敏", "静", "强")
NEW_PASSWORD = "Lantern-Bridge-7"


class TenMinuteBureauTest(BrowserTestCase):
    """An empty database, but for its administrator."""

    def setUp(self):
        """Count what the browser loads and what is clicked."""
        super().setUp()
        self.year = timezone.localdate().year + (timezone.localdate().month == 12)
        make_user("root", is_superuser=True)
        self.pages, self.clicks = [], 0
        self.count()

    def count(self):
        """Count the documents of the page that is open; a redirect is part of the page it leads to."""
        self.page.on("response", self.note)

    def note(self, response):
        """Note a page."""
        is_page = response.request.resource_type == "document" and response.status == 200
        if is_page and "attachment" not in response.headers.get("content-disposition", ""):
            self.pages.append(response.url.removeprefix(self.live_server_url))

    def go(self, selector):
        """Click what leads to another page."""
        self.clicks += 1
        with self.page.expect_navigation():
            self.page.click(selector)

    def sign(self, username, password):
        """Sign in as a person does: one page, one click."""
        self.clicks += 1
        self.sign_in(username, password)

    def filled(self, path):
        """Fill the workbook that was downloaded, below the administrator: two people an office; the bytes."""
        book = load_workbook(BytesIO(path.read_bytes()))
        sheet = book["人员"]
        names = [surname + given for surname in SURNAMES for given in GIVEN]
        for number, name in enumerate(names):
            row, role = number + 3, "科室负责人" if number % 2 else "填报人"
            for column, value in ((1, name), (3, OFFICES[number // 2]), (4, role), (5, f"138000{number:05d}")):
                sheet.cell(row, column).value = value
        content = BytesIO()
        book.save(content)
        return content.getvalue()

    def attach(self, name, content):
        """Choose a file in the form: one click."""
        self.clicks += 1
        path = Path(self.enterContext(tempfile.TemporaryDirectory()), name)
        path.write_bytes(content)
        self.page.set_input_files("input[name=file]", path)

    def test_a_bureau_begins_within_fifteen_pages(self):
        slips = self.set_up()
        self.assertEqual(Office.objects.reporting().filter(name__in=OFFICES).count(), 25)
        self.assertEqual(Membership.objects.exclude(office=None).count(), 50)
        self.assertEqual(Period.objects.filter(year=self.year).count(), 12)
        self.assertEqual(Report.objects.count(), Item.objects.count())
        self.assertEqual(Item.objects.count(), 36)
        pages, clicks = len(self.pages), self.clicks
        self.assertLessEqual(pages, MOST_PAGES, self.pages)
        self.assertLessEqual(clicks, 20)
        self.report(slips)

    def set_up(self):
        """Walk the five steps and open the first period; return user name → first password."""
        self.sign("root", PASSWORD)
        self.assertTrue(self.page.url.endswith("/setup/"))
        self.page.fill("input[name=name]", "虹口区教育局")
        self.clicks += 1
        self.page.check("text=由我兼任督办员")
        self.go("text=建立单位")
        self.page.fill("textarea[name=names]", "\n".join(OFFICES))
        self.go("text=添加这些科室")
        self.assertIn("25 个科室", self.page.inner_text("#step-offices"))
        self.go(".setup-step.next >> text=添加人员")
        self.clicks += 1
        _name, path = self.download("a:has-text('下载人员表')")
        self.attach("人员.xlsx", self.filled(path))
        self.go("text=上传并核对")
        self.assertIn("新增 50", self.page.inner_text(".sentence"))
        self.go("text=确认导入")
        texts = self.page.locator(".slip").all_inner_texts()
        self.screenshot("first-steps-slips")
        slips = dict(re.search(r"用户名\s+(\S+)\s+一次性密码\s+(\S+)", text).groups() for text in texts)
        self.assertEqual(len(slips), 50)
        self.go("text=继续下一步")
        self.screenshot("first-steps-plan")
        self.go(".setup-step.next >> text=导入文件")
        text = SEED.read_text(encoding="utf-8").replace("2022", str(self.year))
        self.attach("工作要点.txt", text.encode())
        self.go("text=上传并核对")
        self.go("text=确认导入…")
        self.go("button:has-text('确认导入')")
        self.go(".notice >> text=建立填报期")
        self.go("text=建立勾选的填报期")
        self.go("text=现在就开启")
        return slips

    def report(self, slips):
        """Sign in with a slip, choose a password, fill in the first report and submit it."""
        reporters = Membership.objects.filter(role="reporter", user__username__in=slips)
        owed = Report.objects.filter(office__in=reporters.values("office")).order_by("item__position").first()
        login = reporters.get(office=owed.office).user
        self.open()
        self.sign_in(login.username, slips[login.username])
        self.assertIn("/accounts/password/", self.page.url)
        self.page.fill("input[name=old_password]", slips[login.username])
        self.page.fill("input[name=new_password1]", NEW_PASSWORD)
        self.page.fill("input[name=new_password2]", NEW_PASSWORD)
        with self.page.expect_navigation():
            self.page.click("main button[type=submit]")
        self.visit(f"/reports/{owed.pk}/")
        self.page.fill(".entry-form [name=completion_percent]", "8")
        self.page.fill(".entry-form [name=progress]", "已制定实施方案，召开部署会。")
        with self.page.expect_navigation():
            self.page.click("button[data-step=submit]")
        owed.refresh_from_db()
        self.assertIn(owed.status, (Report.Status.OFFICE_REVIEW, Report.Status.BUREAU_REVIEW))
