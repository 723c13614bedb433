"""数据管理: what is kept, by job; nobody meets a programmer's word."""

from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from config.index_cards import CARDS, OTHER
from tests.base import CastTestCase
from workplans.models import Office

INDEX = reverse("admin:index")


class IndexCardsTest(CastTestCase):
    """The first page of 数据管理."""

    def names(self, person):
        """The cards a person sees."""
        self.client.force_login(person)
        return [shown.card.name for shown in self.client.get(INDEX).context["cards"]]

    def test_every_model_of_the_admin_stands_in_one_card(self):
        listed = [label for card in (*CARDS, OTHER) for label in card.models]
        registered = [model._meta.label_lower for model in admin.site._registry]
        self.assertCountEqual(listed, registered)

    def test_who_runs_a_bureau_sees_four_jobs_and_an_office_its_own(self):
        for person in (self.supervisor, self.leader, self.admin):
            with self.subTest(person):
                self.assertEqual(self.names(person), ["人员与科室", "计划与事项", "填报", "记录"])
        self.assertEqual(self.names(self.reporter), ["填报"])

    def test_it_counts_and_says_what_waits_and_links_to_it(self):
        self.make_report(self.make_item(self.make_plan()), self.make_period())
        Office.objects.create(organization=self.bureau, name="新设科")
        self.client.force_login(self.supervisor)
        page = self.client.get(INDEX)
        self.assertContains(page, "1 份进展报告未报")
        self.assertContains(page, "个科室还没有人")
        shown = {model["name"]: model["count"] for card in page.context["cards"] for model in card.models}
        self.assertEqual(shown["科室"], Office.objects.visible_to(self.supervisor).count())
        self.assertEqual(shown["填报期"], 1)

    def test_no_programmers_words(self):
        self.client.force_login(self.admin)
        page = self.client.get(INDEX)
        for word in ("认证和授权", "进展跟踪", "账号安全"):
            self.assertNotContains(page, word)
        self.assertRedirects(self.client.get("/admin/auth/"), INDEX)

    def test_as_many_queries_for_two_items_as_for_forty(self):
        plan, period, counts = self.make_plan(), self.make_period(), []
        self.client.force_login(self.supervisor)
        for size in (2, 40):
            while plan.items.count() < size:
                self.make_report(self.make_item(plan), period)
            with CaptureQueriesContext(connection) as queries:
                self.client.get(INDEX)
            counts.append(len(queries))
        self.assertEqual(counts[0], counts[1])
