"""The board, the list of plans and the item page, as browsers ask for them."""

import re
from datetime import date

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from boards.totals import STANDINGS
from tests.base import PASSWORD, CastTestCase
from workplans.models import Assignment, Section

BUDGET_QUERIES, BUDGET_BYTES = 10, 60 * 1024  # a dashboard (DESIGN 11)
OF_THE_SESSION = ("django_session", "auth_user")
INLINE = re.compile(r"<script(?![^>]*\ssrc=)|<style|\sstyle=|\son[a-z]+=|javascript:|data:", re.IGNORECASE)


class PageTestCase(CastTestCase):
    """Four items of one plan, one of them behind with a difficulty."""

    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.plan, cls.period = cls.make_plan(), cls.make_period()
        cls.second = Section.objects.create(plan=cls.plan, position=2, ordinal="二", title="提升教育质量")
        cls.behind = cls.item("双减提质", 10, difficulties="缺少编制")
        cls.on_track = cls.item("劳动教育", 90)
        cls.unreported = cls.item("体育场地开放", None, lead=cls.finance, section=cls.second)
        cls.url = reverse("boards:plan_board", args=[cls.plan.pk])

    @classmethod
    def item(cls, title, percent, difficulties="", **kw):
        item = cls.make_item(cls.plan, title=title, **kw)
        cls.make_report(item, cls.period, completion_percent=percent, difficulties=difficulties)
        return item

    def setUp(self):
        self.client.force_login(self.supervisor)

    def titles(self, **params):
        """Return the titles the board shows for `params`."""
        board = self.client.get(self.url, params).context["board"]
        return [row.item.title for row in board.rows]


class BoardFilterTests(PageTestCase):
    """One plain GET form."""

    def test_office_section_lamp_and_text_choose_rows(self):
        Assignment.objects.create(item=self.on_track, office=self.finance, role="support", position=2)
        cases = [
            ({}, ["双减提质", "劳动教育", "体育场地开放"]),
            ({"office": self.finance.pk}, ["劳动教育", "体育场地开放"]),
            ({"section": self.second.pk}, ["体育场地开放"]),
            ({"progress": "red"}, ["双减提质"]),
            ({"progress": "grey"}, ["体育场地开放"]),
            ({"q": "编制"}, ["双减提质"]),
            ({"q": "劳动 思政课"}, ["劳动教育"]),
            ({"q": "无此内容"}, []),
            ({"reporting": "red"}, ["双减提质", "劳动教育", "体育场地开放"]),
            ({"progress": "red", "office": self.finance.pk}, []),
        ]
        for params, titles in cases:
            with self.subTest(params=params):
                self.assertEqual(self.titles(**params), titles)

    def test_the_totals_are_of_office_section_and_text_but_not_of_the_lamp(self):
        sentence = self.client.get(self.url, {"progress": "red"}).context["board"].totals.sentence
        self.assertIn("共3项", sentence)
        sentence = self.client.get(self.url, {"section": self.second.pk}).context["board"].totals.sentence
        self.assertIn("共1项", sentence)

    def test_each_count_is_what_its_link_shows(self):
        self.item("暂缓的事项", 5, status="suspended")
        board = self.client.get(self.url).context["board"]
        for name, counts in (
            ("progress", board.totals.progress_counts),
            ("reporting", board.totals.reporting_counts),
            ("deadline", board.totals.deadline_counts),
        ):
            for lamp in counts:
                with self.subTest(name=name, color=lamp.color):
                    self.assertEqual(len(self.titles(**{name: lamp.color.value})), lamp.count)
        for standing in STANDINGS:
            with self.subTest(standing=standing):
                self.assertEqual(len(self.titles(standing=standing)), getattr(board.totals, standing))

    def test_a_choice_that_does_not_exist_is_marked_and_not_applied(self):
        response = self.client.get(self.url, {"office": self.foreign_office.pk})
        self.assertEqual(response.status_code, 200)
        self.assertContains(response, "field-error")
        self.assertEqual(len(response.context["board"].rows), 3)

    def test_an_empty_result_says_what_to_do(self):
        self.assertContains(self.client.get(self.url, {"q": "无此内容"}), "重置筛选")

    def test_another_period_can_be_chosen_and_a_foreign_one_cannot(self):
        june = self.make_period(label="2024年1-6月", as_of=date(2024, 6, 30))
        foreign = self.make_period(organization=self.other_bureau)
        self.assertEqual(self.client.get(self.url, {"period": june.pk}).context["board"].period, june)
        for value in (foreign.pk, "abc", "999999"):
            with self.subTest(value):
                self.assertEqual(self.client.get(self.url, {"period": value}).status_code, 404)


class BoardPageTests(PageTestCase):
    """What the page says, to whom, and at what cost."""

    def test_number_lamps_and_rules_are_printed(self):
        response = self.client.get(self.url)
        for text in (">3</a>项：已完成", "10%", "■", "滞后", "缺少编制", "进度灯：", "报送灯：", "时限灯：", "德育科"):
            with self.subTest(text):
                self.assertContains(response, text)

    def test_everyone_of_the_bureau_reads_it_and_nobody_else(self):
        for name, user in self.people().items():
            self.client.force_login(user)
            with self.subTest(name):
                found = name not in ("outsider", "nobody")
                self.assertEqual(self.client.get(self.url).status_code, 200 if found else 404)

    def test_the_link_to_fill_in_is_only_for_those_who_may(self):
        edit = reverse("tracking:report_page", args=[self.behind.reports.get().pk])
        for user, shown in ((self.reporter, True), (self.other_reporter, False), (self.leader, False)):
            self.client.force_login(user)
            with self.subTest(user=user):
                self.assertEqual(edit in self.client.get(self.url).content.decode(), shown)

    def test_a_plan_without_period_and_one_without_items_say_what_to_do(self):
        plan = self.make_plan(title="空计划", year=2025, start_on=date(2025, 1, 1), end_on=date(2025, 12, 31))
        response = self.client.get(reverse("boards:plan_board", args=[plan.pk]))
        self.assertContains(response, "还没有开放的填报期")
        self.assertContains(response, "这份计划还没有事项")

    def test_queries_and_size_keep_to_the_budget_and_do_not_grow(self):
        counts = []
        for size in (3, 40):
            while self.plan.items.count() < size:
                self.item(
                    "推进义务教育优质均衡发展" * 3,
                    40,
                    difficulties="编制紧缺，专职教师招聘进度慢于预期。" * 3,
                )
            with CaptureQueriesContext(
                connection,
            ) as queries:
                response = self.client.get(self.url)
            own = [q["sql"] for q in queries if not any(f'FROM "{t}"' in q["sql"] for t in OF_THE_SESSION)]
            counts.append(len(own))
        self.assertEqual(counts[0], counts[1])
        self.assertLessEqual(counts[1], BUDGET_QUERIES)
        self.assertLessEqual(len(response.content), BUDGET_BYTES)

    def test_no_page_holds_anything_inline(self):
        report = self.behind.reports.get()
        pages = [
            self.url,
            reverse("boards:plan_list"),
            reverse("boards:item_page", args=[self.behind.pk]),
            reverse("admin:index"),
            reverse("admin:tracking_report_changelist"),
            reverse("admin:tracking_report_change", args=[report.pk]),
            reverse("admin:tracking_report_history", args=[report.pk]),
            reverse("admin:workplans_item_change", args=[self.behind.pk]),
            reverse("password_change"),
        ]
        for page in pages:
            with self.subTest(page):
                response = self.client.get(page)
                self.assertEqual(response.status_code, 200)
                self.assertIsNone(INLINE.search(response.content.decode()))


class OtherPageTests(PageTestCase):
    """The list of plans, the item page, the sign-in page and the pages of refusal."""

    def test_the_list_of_plans_leads_to_boards_of_the_own_bureau(self):
        foreign = self.make_plan(organization=self.other_bureau, title="静安工作要点")
        response = self.client.get(reverse("boards:plan_list"))
        self.assertContains(response, self.url)
        self.assertNotContains(response, foreign.title)
        self.client.force_login(self.outsider)
        self.assertContains(self.client.get(reverse("boards:plan_list")), foreign.title)

    def test_an_empty_list_of_plans_says_what_to_do(self):
        self.client.force_login(self.outsider)
        self.assertContains(self.client.get(reverse("boards:plan_list")), "还没有工作计划")

    def test_the_item_page_shows_every_period_and_404_to_strangers(self):
        url = reverse("boards:item_page", args=[self.behind.pk])
        for text in ("双减提质", "2024年1-10月", "缺少编制", "德育科"):
            self.assertContains(self.client.get(url), text)
        self.client.force_login(self.outsider)
        self.assertEqual(self.client.get(url).status_code, 404)

    def test_the_item_page_costs_the_same_for_one_and_six_periods(self):
        url = reverse("boards:item_page", args=[self.behind.pk])
        counts = []
        for months in (range(0), range(1, 6)):
            for month in months:
                period = self.make_period(label=f"2024年1-{month}月", as_of=date(2024, month, 28))
                self.make_report(self.behind, period, completion_percent=month)
            with CaptureQueriesContext(connection) as queries:
                self.client.get(url)
            counts.append(len(queries))
        self.assertEqual(counts[0], counts[1])

    def test_a_wrong_password_is_told_in_chinese_and_the_right_one_leads_on(self):
        self.client.logout()
        wrong = self.client.post(reverse("login"), {"username": "supervisor", "password": "x"})
        self.assertContains(wrong, "用户名或密码不对")
        right = self.client.post(reverse("login"), {"username": "supervisor", "password": PASSWORD, "next": self.url})
        self.assertRedirects(right, self.url)

    def test_a_missing_page_is_told_in_chinese(self):
        self.assertContains(self.client.get("/plans/999999/"), "没有这一页", status_code=404)
