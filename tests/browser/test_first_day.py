"""The first day: from an empty database, one administrator, to a whole bureau reporting, by pages alone."""

import tempfile
from pathlib import Path

import openpyxl
from django.conf import settings
from django.contrib.auth import get_user_model
from django.test import override_settings
from django.utils import timezone

from importer.parse import parse_document
from tests.browser.base import BrowserTestCase
from tracking.models import Period, Report
from workplans.access import Role
from workplans.models import Item, Membership, Office

SEED = Path(settings.BASE_DIR, "seeds", "hongkou-2022-annual-plan.txt")
MOST_LOADS = 15
PASSWORD = "Spring-rain-over-Hongkou-7"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂文辉力玲华健世广志义兴良海山仁波宁贵福生龙元全国胜学祥才"


class FirstDayTest(BrowserTestCase):
    """25 offices, 50 people, a plan of 36 items, the periods of the year."""

    viewport = (1440, 900)

    def setUp(self):
        super().setUp()
        folder = self.enterContext(tempfile.TemporaryDirectory())
        self.enterContext(override_settings(MEDIA_ROOT=folder))
        today = timezone.localdate()
        # In November the next year is prepared: the periods offered are its own.
        self.folder, self.year = Path(folder), today.year + (today.month >= 11)
        self.text = SEED.read_text(encoding="utf-8").replace("2022", str(self.year))
        (draft,) = parse_document(SEED.name, self.text.encode())
        named = dict.fromkeys(office for item in draft.items for office in item.offices if not office.startswith("各"))
        self.offices = [*named][:24]
        self.offices += [f"第{number}教育署" for number in range(1, 26 - len(self.offices))]
        self.loads = 0

    def count(self):
        """Begin to count page loads."""
        self.page.on("framenavigated", self.loaded)

    def loaded(self, frame):
        """Count one."""
        self.loads += frame == self.page.main_frame

    def press(self, selector):
        """Press what leads to another page."""
        with self.page.expect_navigation():
            self.page.locator(selector).first.click()

    def workbook(self):
        """The people as an office types them: a reporter and a head for each office."""
        book = openpyxl.Workbook()
        book.active.append(["姓名", "用户名", "科室", "角色", "手机", "邮箱"])
        for number, office in enumerate(self.offices):
            for role, surname in (("填报人", "王"), ("科室负责人", "李")):
                book.active.append([surname + GIVEN[number], "", office, role, f"138000{number:05}", ""])
        path = self.folder / "人员.xlsx"
        book.save(path)
        return path

    def test_one_person_has_the_bureau_reporting_in_fifteen_pages(self):
        root = get_user_model().objects.create_superuser("root", password=PASSWORD, first_name="管理员")
        self.enter(root)
        self.count()
        self.visit("/")
        self.page.fill("input[name=name]", "虹口区教育局")
        self.press("button:has-text('建立单位')")
        self.page.fill("textarea[name=names]", "\n".join(self.offices))
        self.press("button:has-text('添加这些科室')")
        self.assertEqual(Office.objects.count(), 25)
        self.press("a:has-text('添加人员')")
        self.page.set_input_files("input[name=file]", self.workbook())
        self.press("button:has-text('上传并核对')")
        self.press("button.primary:has-text('导入')")
        printed = self.page.locator(".slip dd b").all_inner_texts()
        passwords = dict(zip(printed[::2], printed[1::2], strict=True))
        self.assertEqual((len(passwords), Membership.objects.count()), (50, 50))
        self.press("a:has-text('继续下一步')")
        self.press("button:has-text('由我兼任督办员')")
        self.press("a:has-text('导入文件') >> nth=-1")
        file = {"name": "工作要点.txt", "mimeType": "text/plain", "buffer": self.text.encode()}
        self.page.set_input_files("input[name=file]", file)
        self.press("button:has-text('上传并核对')")
        self.press("a:has-text('确认导入')")
        self.press("button:has-text('确认导入')")
        self.make_periods()
        self.assertLessEqual(self.loads, MOST_LOADS, self.loads)
        office = Item.objects.exclude(reporting_office=None).first().reporting_office
        username = office.memberships.get(role=Role.REPORTER).user.username
        self.report(username, passwords[username])

    def make_periods(self):
        """Make the periods of the year as they are offered."""
        self.visit("/setup/")
        self.press("a:has-text('建立全年的填报期')")
        self.press("form[method=post] button.primary")
        self.assertEqual({period.year for period in Period.objects.all()}, {self.year})
        self.assertTrue(Period.objects.exists())

    def report(self, username, password):
        """Open the first period, sign in with a slip, choose a password, hand in one report."""
        period = Period.objects.order_by("as_of").first()
        self.visit(f"/periods/{period.pk}/")
        self.press("button:has-text('现在开启')")
        self.open()
        self.sign_in(username, password)
        self.page.fill("input[name=old_password]", password)
        for name in ("new_password1", "new_password2"):
            self.page.fill(f"input[name={name}]", PASSWORD)
        self.press("form:has(input[name=new_password1]) [type=submit]")
        self.visit("/my/table/")
        row = self.page.locator(".entry-row").first
        row.locator("[name$=completion_percent]").fill("10")
        row.locator("[name$='-progress']").fill("已召开启动会，印发实施方案，明确了时间表和责任人。")
        row.locator(".submit-row").click()
        self.page.locator(".entry-row.sent").wait_for()
        self.assertEqual(Report.objects.filter(status=Report.Status.OFFICE_REVIEW).count(), 1)
