"""What a sheet is of: a plan, a period, an office, or the filter on screen – and what a page offers."""

import re
from datetime import date
from urllib.parse import unquote

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from sheets.selection import PAGES, select
from tests.boards.test_board_page import OF_THE_SESSION
from tracking.models import SheetKind, Urge
from workplans.models import ItemRequest

from .sheet_case import SheetsCase

LINKS = re.compile(r'href="(/sheets/[^"]+|/plans/\d+/progress\.xlsx[^"]*)"')


class ScopesTest(SheetsCase):
    """Each page's export lists what the page lists."""

    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.second_plan = cls.make_plan(title="虹口区教育局2024年实事项目")
        cls.other = cls.make_item(cls.second_plan, cls.finance, title="新建校舍")
        cls.make_report(cls.other, cls.period, completion_percent=20, difficulties="土地未批")

    def titles(self, page, **query):
        """Return the items a sheet lists, by id."""
        return [row["事项系统编号"] for row in self.rows(self.book(page, **query))]

    def test_a_plan(self):
        self.assertEqual(
            self.titles("plan", sheet="progress"), [self.first.pk, self.silent.pk, self.done.pk, self.late.pk]
        )

    def test_a_plan_as_filtered(self):
        for kind in ("progress", "breakdown", "ledger"):
            book = self.book("plan", sheet=kind, office=self.finance.pk, status="active")
            with self.subTest(kind):
                self.assertEqual([row["事项系统编号"] for row in self.rows(book)], [self.first.pk, self.silent.pk])
                self.assertIn("筛选的结果——科室：计财科；事项状态：推进中。列出 2 项。", self.words(book))

    def test_an_order_is_no_filter(self):
        book = self.book("plan", sheet="progress", order="completion")
        self.assertIn("本表按所选顺序列出——排序：按完成率从低到高。共 4 项。", self.words(book))

    def test_the_filter_narrows_difficulties_missing_and_pairs_too(self):
        query = {"section": self.plan.only_section.pk}
        self.assertEqual(self.titles("plan", sheet="difficulties", **query), [self.first.pk])
        self.assertEqual(
            self.titles("plan", sheet="missing", office=self.finance.pk, progress="grey"), [self.silent.pk]
        )
        self.assertEqual(self.titles("plan", sheet="comparison", **query), [self.first.pk, self.silent.pk])

    def test_a_filter_that_finds_nothing(self):
        for kind in SheetKind:
            book = self.book("plan", sheet=kind, q="没有这样的字")
            with self.subTest(kind):
                self.assertEqual(self.rows(book), [])
                self.assertIn("没有", self.words(book))

    def test_a_period_is_all_plans_of_the_bureau(self):
        book = self.book("overview", sheet="progress", period=self.period.pk)
        self.assertEqual(len(self.rows(book)), 5)
        words = self.words(book)
        self.assertIn("虹口区教育局2024年重点工作推进情况表", words)
        self.assertIn(f"{self.second_plan.title}　一、落实立德树人根本任务", words)
        self.assertIn("合计：共5项", words)

    def test_the_rows_behind_a_number(self):
        book = self.book("overview", sheet="progress", standing="unreported", plan=self.plan.pk)
        self.assertEqual([row["事项系统编号"] for row in self.rows(book)], [self.silent.pk])
        self.assertIn(f"筛选的结果——完成情况：未填；计划：{self.plan.title}。列出 1 项。合计包括", self.words(book))

    def test_an_office(self):
        book = self.book("office", of=self.finance.pk, sheet="ledger")
        self.assertEqual([row["事项系统编号"] for row in self.rows(book)], [self.silent.pk, self.other.pk])
        self.assertIn("填报科室：计财科", self.words(book))
        self.assertEqual({row["责任领导"] for row in self.rows(book)}, {None})

    def test_who_has_not_reported_as_the_page_shows_it(self):
        book = self.book("missing", of=self.period.pk, office=self.moral.pk)
        self.assertEqual([row["科室"] for row in self.rows(book)], ["德育科"])
        self.assertIn("筛选的结果——科室：德育科。列出 1 项。", self.words(book))
        self.assertEqual(len(self.rows(self.book("missing", of=self.period.pk))), 3)

    def test_difficulties_as_the_page_shows_them(self):
        book = self.book("difficulties", age="new")
        self.assertEqual([row["事项系统编号"] for row in self.rows(book)], [self.other.pk])
        self.assertIn("筛选的结果——期数：本期新提。列出 1 项。", self.words(book))
        self.assertEqual(self.titles("difficulties", q="场地"), [self.first.pk])
        self.assertEqual(self.titles("difficulties", office=self.finance.pk), [self.other.pk])

    def test_pairs_as_the_page_shows_them(self):
        book = self.book("comparison", kind="still")
        self.assertEqual([row["事项系统编号"] for row in self.rows(book)], [self.late.pk])
        self.assertIn("筛选的结果——变化：原地未动。列出 1 项。", self.words(book))
        self.assertEqual(len(self.titles("comparison", before=self.before.pk)), 5)

    def test_no_two_places_disagree(self):
        """The page's sentence, and the same sentence over each sheet that counts."""
        self.client.force_login(self.leader)
        page = self.client.get(reverse("boards:plan_board", args=[self.plan.pk]))
        sentence = page.context["board"].totals.sentence
        for kind in ("progress", "ledger"):
            self.assertIn(sentence, self.words(self.book("plan", sheet=kind)))

    def test_names_of_the_files(self):
        for page, query, name in (
            ("plan", {"sheet": "breakdown"}, f"{self.plan.title}_任务分解表_2024年1-10月.xlsx"),
            ("missing", {"of": self.period.pk}, "虹口区教育局_未报清单_2024年1-10月.xlsx"),
            ("overview", {"format": "csv"}, "虹口区教育局2024年重点工作_推进情况表_2024年1-10月.csv"),
        ):
            with self.subTest(page):
                self.assertIn(name, unquote(self.get(page, **query).headers["Content-Disposition"]))


class RefusedTest(SheetsCase):
    """What there is not answers 404, a stranger's included."""

    def test_another_bureaus_rows(self):
        asked = {"plan": self.plan, "office": self.moral, "missing": self.period}
        for page, row in asked.items():
            with self.subTest(page):
                self.assertEqual(self.get(page, self.outsider, of=row.pk).status_code, 404)
        for page in ("overview", "difficulties", "comparison"):
            with self.subTest(page):
                query = {"organization": self.bureau.pk, "period": self.period.pk}
                self.assertEqual(self.get(page, self.outsider, **query).status_code, 404)

    def test_what_there_is_not(self):
        for page, query in (
            ("plan", {"of": "0"}),
            ("plan", {"of": "x"}),
            ("plan", {"of": "9" * 30}),
            ("plan", {"sheet": "unheard-of"}),
            ("missing", {"of": self.period.pk, "sheet": "progress"}),
            ("missing", {"of": self.period.pk, "office": self.foreign_office.pk}),
            ("plan", {"period": "999999"}),
            ("everything", {}),
            ("comparison", {"period": self.before.pk}),
        ):
            with self.subTest(page=page, query=str(query)):
                self.assertEqual(self.get(page, **query).status_code, 404)

    def test_without_a_period_there_are_the_sheets_that_need_none(self):
        plan = self.make_plan(start_on=date(2020, 1, 1), end_on=date(2020, 12, 31), year=2020)
        self.make_item(plan)
        _selection, kinds = select("plan", {"of": str(plan.pk)}, self.supervisor, date(2024, 11, 1))
        self.assertEqual(kinds, ["progress", "breakdown", "ledger"])
        for kind in kinds:
            self.assertEqual(len(self.rows(self.book(of=plan.pk, sheet=kind))), 1)

    def test_a_layout_that_is_gone_leads_back_to_the_choice(self):
        response = self.get(sheet="progress", layout="999", progress="red")
        self.assertRedirects(response, f"/sheets/plan/?of={self.plan.pk}&progress=red")


class ButtonsTest(SheetsCase):
    """Every page that shows the data offers it, and what it offers is there."""

    def links(self, address):
        """Return the exports a page links to."""
        page = self.client.get(address)
        self.assertEqual(page.status_code, 200)
        return [link.replace("&amp;", "&") for link in LINKS.findall(page.content.decode())]

    def test_every_button_leads_to_its_sheet(self):
        self.client.force_login(self.leader)
        for address, count in (
            (f"/plans/{self.plan.pk}/?progress=red", 2),
            (f"/overview/?period={self.period.pk}", 2),
            (f"/overview/items/?period={self.period.pk}&progress=red", 2),
            (f"/offices/{self.moral.pk}/", 2),
            (f"/periods/{self.period.pk}/missing/?office={self.moral.pk}", 2),
            ("/overview/difficulties/?age=old", 2),
            (f"/overview/comparison/?period={self.period.pk}&kind=still", 2),
            (f"/periods/{self.period.pk}/", 1),
        ):
            with self.subTest(address):
                links = self.links(address)
                self.assertEqual(len(links), count)
                for link in links:
                    self.assertEqual(self.client.get(link).status_code, 200, link)

    def test_the_choice_says_the_filter_and_carries_it(self):
        self.client.force_login(self.reporter)
        [_direct, more] = self.links(f"/plans/{self.plan.pk}/?progress=red")
        page = self.client.get(more)
        self.assertContains(page, "只导出筛选的结果——<b>进度灯：■滞后</b>")
        self.assertContains(page, '<input type="hidden" name="progress" value="red">', count=6)
        self.assertContains(page, f'href="/plans/{self.plan.pk}/?progress=red"')


class QueriesTest(SheetsCase):
    """As many queries for 2 items as for 40."""

    def count(self, page, query):
        """Return how many queries an export needs, those of the session aside."""
        with CaptureQueriesContext(connection) as queries:
            self.assertEqual(self.get(page, **query).status_code, 200)
        return len([q for q in queries if not any(f'FROM "{table}"' in q["sql"] for table in OF_THE_SESSION)])

    def exports(self):
        """Return every sheet of every page, the plan's in every form."""
        forms = ({}, {"format": "csv"}, {"divided": "on", "charts": "on"})
        of = {"plan": self.plan.pk, "office": self.moral.pk, "missing": self.period.pk}
        for page, (_read, kinds) in PAGES.items():
            for kind in kinds:
                for form in forms if page == "plan" else forms[:1]:
                    yield page, {"sheet": kind} | form | ({"of": of[page]} if page in of else {})

    def test_queries_do_not_grow_with_rows(self):
        asked = list(self.exports())
        self.get(sheet="progress")  # what a process asks once
        before = [self.count(page, query) for page, query in asked]
        for number in range(36):
            item = self.make_item(self.plan, tasks=["高中", "初中"])
            self.make_report(item, self.before, completion_percent=10, difficulties="缺人", progress="甲")
            report = self.make_report(item, self.period, completion_percent=20 + number, difficulties="缺人")
            Urge.objects.create(report=report, by=self.supervisor, at=report.saved_at)
            ItemRequest.objects.create(
                item=item, kind="extend", reason="工期", new_deadline=date(2025, 1, 1), requested_by=self.reporter,
                requested_at=report.saved_at,
            )  # fmt: skip
        for (page, query), count in zip(asked, before, strict=True):
            with self.subTest(page=page, query=str(query)):
                self.assertEqual(self.count(page, query), count)
