"""The dashboards in a real browser: three widths, on paper, without script, with the keyboard, under axe-core."""

from datetime import date
from io import BytesIO

import pypdfium2
from axe_playwright_python.sync_playwright import Axe
from django.test import override_settings
from django.urls import reverse

from tests.base import Cast
from tests.browser.base import BrowserTestCase

WIDTHS = ((1440, 900), (1024, 768), (390, 844))
SERIOUS = ("serious", "critical")
DIFFICULTIES = ["", "编制紧缺，部分学校尚未配齐。", "经费缺口较大，尚未列入预算。"]


@override_settings(OFFICE_COMPARISON=True)
class DashboardsTest(Cast, BrowserTestCase):
    """Every dashboard, filled with items in every state."""

    def setUp(self):
        super().setUp()
        type(self).cast()
        self.plan = self.make_plan()
        self.periods = [
            self.make_period(
                label=f"2024年1-{month}月",
                as_of=date(2024, month, 28),
                opens_on=date(2024, month, 20),
                due_on=date(2024, month, 28),
            )
            for month in (3, 6, 9, 10)
        ]
        for number in range(9):
            self.fill_item(number)
        self.enter(self.admin)
        self.pages = self.addresses()

    def fill_item(self, number):
        """Make an item and what its office says of it, each a little different."""
        status = "suspended" if number == 7 else "done" if number == 8 else "active"
        item = self.make_item(
            self.plan, lead=(self.moral, self.finance)[number % 2], title=f"推进第{number + 1}项双减工作", status=status,
            deadline=date(2024, 11, 1 + number),
        )  # fmt: skip
        for place, period in enumerate(self.periods):
            percent = None if number == 3 else min(100, number * 4 * (place + 1))
            self.make_report(
                item, period, completion_percent=percent, progress=f"已完成{place + 1}次双减调研。",
                difficulties=DIFFICULTIES[(number + place) % 3], next_steps="继续推进。",
                status="draft" if number == 4 else "approved",
            )  # fmt: skip

    def addresses(self):
        """Return the address of every dashboard by its name."""
        chosen = f"?organization={self.bureau.pk}"
        names = (
            "overview", "overview_rows", "reporting_map", "difficulties", "comparison", "over_time", "office_comparison",
        )  # fmt: skip
        return {
            **{name: reverse(f"boards:{name}") + chosen for name in names},
            "plan_list": reverse("boards:plan_list"),
            "plan_board": reverse("boards:plan_board", args=[self.plan.pk]),
            "item_page": reverse("boards:item_page", args=[self.plan.items.get(position=6).pk]),
            "office_page": reverse("boards:office_page", args=[self.moral.pk]),
            "search": reverse("boards:search") + "?q=双减",
            "topics": reverse("boards:topics") + "?q=双减",
        }

    def test_every_page_at_three_widths(self):
        for width in WIDTHS:
            self.page.set_viewport_size({"width": width[0], "height": width[1]})
            for name, path in self.pages.items():
                with self.subTest(page=name, width=width[0]):
                    self.visit(path)
                    self.assertFalse(self.scrolls_sideways())
                    self.assertGreater(self.page.locator("main").bounding_box()["height"], 200)

    def top(self, selector):
        """Return how far down the page the first match begins."""
        return self.page.locator(selector).first.bounding_box()["y"]

    def test_the_first_item_of_a_board_stands_on_the_first_screen(self):
        self.enter(self.supervisor)
        self.page.set_viewport_size({"width": 1440, "height": 900})
        self.visit(self.pages["plan_board"])
        self.assertLessEqual(self.top(".board-table tbody tr"), 400)
        self.assertEqual(self.page.locator("a.tile").count(), 4)

    def test_on_a_phone_the_first_number_stands_before_the_filters(self):
        self.page.set_viewport_size({"width": 390, "height": 844})
        numbers = {
            "plan_board": ".tile b", "overview": ".sentence", "office_page": ".sentence", "over_time": ".sentence",
            "comparison": ".kinds b", "difficulties": ".count",
        }  # fmt: skip
        for name, number in numbers.items():
            with self.subTest(page=name):
                self.visit(self.pages[name])
                self.assertLess(self.top(number), self.top("form.toolbar"))
                self.assertLess(self.top(number), 400)

    def test_the_titles_of_plans_keep_their_room_at_every_width(self):
        for width in WIDTHS:
            self.page.set_viewport_size({"width": width[0], "height": width[1]})
            self.visit(self.pages["plan_list"])
            with self.subTest(width=width[0]):
                self.assertGreater(self.page.locator(".list tbody th").first.bounding_box()["width"], 180)

    def test_each_tile_leads_to_as_many_rows(self):
        for tile in range(1, 4):
            self.visit(self.pages["plan_board"])
            link = self.page.locator("a.tile").nth(tile)
            count = int(link.locator("b").inner_text())
            link.click()
            with self.subTest(tile):
                self.assertEqual(self.page.locator(".board-table tbody tr").count(), count)
                self.assertEqual(self.page.locator("a.tile[aria-current]").count(), 1)
        self.visit(self.pages["plan_board"])
        self.page.locator("a.tile").first.click()
        self.assertEqual(self.page.locator("h1").inner_text(), "变化趋势")

    def test_more_filters_move_no_button(self):
        self.page.set_viewport_size({"width": 1440, "height": 900})
        self.visit(self.pages["plan_board"])
        buttons = ".toolbar .buttons > *"
        before = [box.bounding_box() for box in self.page.locator(buttons).all()]
        self.page.click(".more-fields > summary")
        self.assertTrue(self.page.locator("#id_order").is_visible())
        self.assertEqual([box.bounding_box() for box in self.page.locator(buttons).all()], before)

    def test_the_header_of_a_board_stays_in_sight(self):
        self.page.set_viewport_size({"width": 1440, "height": 900})
        self.visit(self.pages["plan_board"])
        self.page.locator(".board-table tbody tr").nth(4).evaluate("row => row.scrollIntoView({block: 'start'})")
        self.assertAlmostEqual(self.top(".board-table thead th"), 0, delta=1)

    def test_the_newest_period_is_in_sight_and_whole_at_every_width(self):
        for width in (*WIDTHS, (360, 740)):
            self.page.set_viewport_size({"width": width[0], "height": width[1]})
            self.visit(self.pages["over_time"])
            for box in [
                column.bounding_box() for column in self.page.locator(".time-chart .column:last-of-type").all()
            ]:
                with self.subTest(width=width[0]):
                    self.assertGreaterEqual(box["x"], 0)
                    self.assertLessEqual(box["x"] + box["width"], width[0])

    def serious(self):
        """Return what axe-core finds on the page that is serious or worse: rule and places."""
        found = Axe().run(self.page).response["violations"]
        return [(v["id"], [node["html"][:120] for node in v["nodes"][:3]]) for v in found if v["impact"] in SERIOUS]

    def test_axe_sees_what_is_wrong(self):
        self.visit(self.pages["overview"])
        self.page.evaluate("document.querySelectorAll('label').forEach(label => label.remove())")
        self.assertEqual([rule for rule, _places in self.serious()], ["select-name"])

    def test_axe_finds_nothing_serious(self):
        for scheme in ("light", "dark"):
            self.page.emulate_media(color_scheme=scheme)
            for name, path in self.pages.items():
                self.visit(path)
                with self.subTest(page=name, scheme=scheme):
                    self.assertEqual(self.serious(), [])

    def test_every_page_prints_on_landscape_paper(self):
        for name, path in self.pages.items():
            self.visit(path)
            document = pypdfium2.PdfDocument(BytesIO(self.page.pdf(prefer_css_page_size=True)))
            text = "".join(document[n].get_textpage().get_text_range() for n in range(len(document)))
            width, height = document[0].get_size()
            with self.subTest(page=name):
                self.assertEqual((round(width), round(height)), (842, 595))
                self.assertNotIn("查询", text)
                self.assertIn(
                    {"office_comparison": "德育科", "over_time": "平均完成率", "plan_list": "工作要点"}.get(
                        name, "双减"
                    ),
                    text,
                )

    def test_last_years_items_are_accepted_without_script(self):
        plan = self.make_plan(title="2025年工作要点", year=2025, start_on=date(2025, 1, 1), end_on=date(2025, 12, 31))
        item = self.make_item(plan, title="推进第3项双减工作")
        self.open(java_script_enabled=False)
        self.enter(self.supervisor)
        self.visit(reverse("boards:plan_predecessors", args=[plan.pk]))
        self.page.click("button:has-text('采纳全部 1 项')")
        self.visit(reverse("boards:item_page", args=[item.pk]))
        self.page.click(".neighbours a:has-text('上年事项')")
        self.assertIn("推进第3项双减工作", self.page.locator("h1").inner_text())

    def test_last_years_items_at_three_widths_and_under_axe(self):
        plan = self.make_plan(title="2025年工作要点", year=2025, start_on=date(2025, 1, 1), end_on=date(2025, 12, 31))
        self.make_item(plan, title="推进第3项双减工作")
        self.make_item(plan, title="修缮校舍", body="暑期完工。")
        self.enter(self.supervisor)
        for width in WIDTHS:
            self.page.set_viewport_size({"width": width[0], "height": width[1]})
            self.visit(reverse("boards:plan_predecessors", args=[plan.pk]))
            with self.subTest(width=width[0]):
                self.assertFalse(self.scrolls_sideways())
                self.assertEqual(self.serious(), [])

    def test_search_while_typing_by_keyboard(self):
        self.visit(reverse("boards:search"))
        self.page.focus("input[type=search]")
        self.page.keyboard.type("双减", delay=20)
        self.page.wait_for_selector(".hits h2 a mark")
        self.assertIn("找到 9 个事项", self.page.text_content(".said"))
        self.assertIn("q=%E5%8F%8C%E5%87%8F", self.page.url)
        self.assertEqual(self.page.evaluate("document.activeElement.name"), "q")
        self.page.keyboard.press("ArrowDown")
        self.page.keyboard.press("ArrowDown")
        self.assertEqual(
            self.page.evaluate("document.activeElement.textContent"),
            self.page.locator(".hits h2 a").nth(1).text_content(),
        )
        self.page.keyboard.press("Escape")
        self.page.keyboard.type("没有")
        self.page.wait_for_selector("#found .empty")
        self.assertIn("没有找到", self.page.text_content(".said"))

    def test_a_number_leads_to_as_many_rows(self):
        self.visit(self.pages["overview"])
        for color in ("red", "amber", "grey"):
            self.visit(self.pages["overview"])
            link = self.page.locator(f"dl.lamp-counts a.lamp-{color}").first
            count = int(link.locator("b").inner_text())
            link.click()
            with self.subTest(color):
                self.assertEqual(self.page.locator(".board-table tbody tr").count(), count)

    def test_without_script_filter_fold_and_saved_view_work(self):
        self.open(java_script_enabled=False)
        self.enter(self.supervisor)
        self.visit(self.pages["plan_board"])
        self.page.select_option("#id_progress", "red")
        self.page.click("text=查询")
        shown = self.page.locator(".board-table tbody tr").count()
        self.page.fill("#id_view_name", "滞后的")
        self.page.click(".saved-views button:has-text('保存')")
        self.page.click("text=重置")
        self.page.click("text=滞后的")
        self.assertEqual(self.page.locator(".board-table tbody tr").count(), shown)
        self.page.locator("details.section > summary").first.click()
        self.assertEqual(self.page.locator("details.section[open]").count(), 0)

    def test_the_keyboard_reaches_the_numbers_and_shows_where_it_is(self):
        self.visit(self.pages["overview"])
        self.page.locator(".sentence a").first.focus()
        self.page.keyboard.press("Tab")
        outline = self.page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        self.assertEqual(outline, "solid")
        self.page.keyboard.press("Enter")
        self.page.wait_for_url("**/overview/items/**")

    def test_the_map_can_be_scrolled_by_keyboard_on_a_phone(self):
        self.page.set_viewport_size({"width": 390, "height": 844})
        self.visit(self.pages["reporting_map"])
        self.assertEqual(self.page.locator(".map-scroll[tabindex='0']").count(), 2)
