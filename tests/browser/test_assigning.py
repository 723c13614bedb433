"""责任科室 of many items in a real browser: how many loads it takes, by mouse, by keyboard, without script, kept when left."""

from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse

from tests.base import Cast
from tests.boards.test_assigning import bare_item
from tests.browser.base import PHONE, BrowserTestCase
from tests.browser.test_dashboards import SERIOUS
from workplans.models import Assignment, Item, Office

NAMES = (
    "组织科", "宣传科", "小幼教科", "中教科", "成职教科", "体卫艺科", "督导室", "人事科", "基建科", "审计科", "信息中心", "教育学院",
    "未保中心", "语委办", "校外联", "事务中心", "安全科", "监察室", "工会", "团工委", "考试院", "招生办",
)  # fmt: skip


class AssigningTest(Cast, BrowserTestCase):
    """A plan of 37 items that names no office, in a bureau of 25."""

    def setUp(self):
        super().setUp()
        type(self).cast()
        for position, name in enumerate(NAMES, start=4):
            Office.objects.create(organization=self.bureau, name=name, position=position)
        self.plan = self.make_plan()
        self.items = [bare_item(self, self.plan, f"校舍修缮第{n}批") for n in range(37)]
        self.offices = list(Office.objects.filter(organization=self.bureau))
        self.path = reverse("boards:plan_offices", args=[self.plan.pk])
        self.loads = []

    def begin(self, **how):
        """Open the page, and count the documents loaded from here on, this one included."""
        if how:
            self.open(**how)
        self.enter(self.supervisor)
        self.page.on(
            "request", lambda r: self.loads.append(r) if r.is_navigation_request() and r.method == "GET" else None
        )
        self.visit(self.path)

    def cell(self, item, office):
        """The place where an item and an office meet."""
        return self.page.locator(f'#row-{item.pk} .cell[data-office="{office.pk}"]')

    def save(self):
        """Store what was chosen."""
        with self.page.expect_navigation():
            self.page.click("button[value=save]")

    def serious(self):
        """What axe-core finds that is serious or worse."""

        found = Axe().run(self.page).response["violations"]
        return [(v["id"], [n["html"][:120] for n in v["nodes"][:3]]) for v in found if v["impact"] in SERIOUS]

    def test_37_items_to_25_offices_in_one_page_load(self):
        self.assertEqual(len(self.offices), 25)
        self.begin()
        for number, item in enumerate(self.items):
            self.cell(item, self.offices[number % 25]).click()
        self.assertEqual(self.page.inner_text(".changed").strip(), "37 项改动")
        self.assertEqual(len(self.loads), 1)
        self.save()
        self.assertIn("已保存 37 个事项的责任科室", self.page.inner_text(".messages"))
        self.assertEqual(len(self.loads), 2)  # the answer to what was sent
        stored = Assignment.objects.filter(item__plan=self.plan, role="lead").order_by("item__position")
        self.assertEqual([row.office for row in stored], [self.offices[n % 25] for n in range(37)])
        reporting = Item.objects.filter(plan=self.plan).order_by("position").values_list("reporting_office", flat=True)
        self.assertEqual(list(reporting), [self.offices[n % 25].pk for n in range(37)])

    def test_by_keyboard_arrows_space_and_letters(self):
        self.begin()
        press = self.page.keyboard.press
        self.page.focus(".cell[tabindex='0']")
        press("ArrowDown")
        for letter in "twy":
            press(letter)
        press("Space")
        self.assertEqual(self.cell(self.items[1], Office.objects.get(name="体卫艺科")).inner_text(), "牵")
        press("Shift+ArrowDown")
        press("Shift+ArrowDown")
        self.assertEqual(self.page.inner_text(".ticked"), "已勾选 3 项")
        self.page.wait_for_timeout(1000)  # a new name begins
        press("d")
        press("y")
        press("3")
        for item in self.items[1:4]:
            self.assertEqual(self.cell(item, self.moral).inner_text(), "配")
        self.assertIn("德育科：配合", self.cell(self.items[1], self.moral).get_attribute("aria-label"))
        press("Control+z")
        self.assertEqual(self.cell(self.items[1], self.moral).inner_text(), "")
        press("Control+z")
        self.assertEqual(self.page.inner_text(".changed").strip(), "")

    def test_many_ticked_get_one_office_from_its_heading(self):
        self.begin()
        self.page.locator(".tick").nth(0).click()
        self.page.locator(".tick").nth(9).click(modifiers=["Shift"])
        self.page.select_option("select[name=role]", label="责任")
        self.page.click(".office-head button:has-text('计财科')")
        self.assertEqual(self.page.inner_text(".changed").strip(), "10 项改动")
        self.save()
        self.assertEqual(Assignment.objects.filter(office=self.finance, role="responsible").count(), 10)

    def test_without_script_every_office_is_one_choice(self):
        self.begin(java_script_enabled=False)
        for item in self.items[:3]:
            self.page.check(f"#row-{item.pk} .tick")
        self.page.select_option("select[name=office]", label="德育科")
        with self.page.expect_navigation():
            self.page.click("button[value=apply]")
        self.assertIn("已保存 3 个事项的责任科室", self.page.inner_text(".messages"))
        self.assertEqual(Assignment.objects.filter(item__plan=self.plan, office=self.moral, role="lead").count(), 3)

    def test_what_was_chosen_and_not_saved_is_offered_again(self):
        self.begin()
        self.cell(self.items[0], self.moral).click()
        self.page.wait_for_timeout(700)
        self.visit("/plans/")
        self.visit(self.path)
        self.page.click("button:has-text('恢复')")
        self.assertEqual(self.cell(self.items[0], self.moral).inner_text(), "牵")
        self.save()
        self.assertEqual(Assignment.objects.get(item=self.items[0]).office, self.moral)

    def test_at_three_widths_in_the_dark_and_under_axe(self):
        self.begin()
        for scheme, size in (("light", (1440, 900)), ("dark", (1440, 900)), ("light", (1024, 768)), ("light", PHONE)):
            self.page.emulate_media(color_scheme=scheme)
            self.page.set_viewport_size({"width": size[0], "height": size[1]})
            self.visit(self.path)
            self.cell(self.items[0], self.moral).evaluate("cell => cell.click()")
            with self.subTest(scheme=scheme, size=size):
                self.assertFalse(self.scrolls_sideways())
                self.assertEqual(self.serious(), [])
                self.assertEqual(self.page.locator(".cell").first.is_visible(), size[0] > 999)
