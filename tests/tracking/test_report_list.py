"""The admin's list of reports where there are many: counted no further than needed, searched by the index."""

from django.contrib import admin
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.base import CastTestCase, make_user
from tracking.counting import counted
from tracking.models import Period, Report, TaskReport
from tracking.reports.worklists import duties
from tracking.search.search import reports_about
from workplans.access import MANY, Role
from workplans.admin import paging
from workplans.models import Item, Membership, Organization, Plan

LIST = reverse("admin:tracking_report_changelist")


class ReportListTest(CastTestCase):
    """Two bureaus with a report each in two periods."""

    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.plan = cls.make_plan()
        cls.there = cls.make_plan(organization=cls.other_bureau, title="静安")
        cls.earlier = cls.make_period(label="2024年1-9月", status=Period.Status.CLOSED)
        cls.later = cls.make_period()
        cls.period_there = cls.make_period(organization=cls.other_bureau)
        cls.first, cls.second = cls.make_item(cls.plan, title="双减提质"), cls.make_item(cls.plan, title="劳动教育")
        cls.foreign = cls.make_item(cls.there, title="体育场地", lead=cls.foreign_office)
        for item in (cls.first, cls.second):
            for period in (cls.earlier, cls.later):
                cls.make_report(item, period, progress=f"{period}完成调研。", completion_percent=10)
        cls.report_there = cls.make_report(cls.foreign, cls.period_there, progress="双减完成。")

    def rows(self, user, **params):
        """Return (item, period) of the rows listed."""
        self.client.force_login(user)
        listed = self.client.get(LIST, params).context["cl"]
        return [(row.item, row.period) for row in listed.result_list]

    def test_the_latest_period_comes_first_in_the_order_of_the_plan(self):
        expected = [(item, period) for period in (self.later, self.earlier) for item in (self.first, self.second)]
        self.assertEqual(self.rows(self.supervisor), expected)

    def test_a_search_finds_texts_and_items_of_the_readers_organizations(self):
        later, earlier = (self.first, self.later), (self.first, self.earlier)
        there = (self.foreign, self.period_there)
        cases = [
            (self.supervisor, {"q": "双减"}, [later, earlier]),
            (self.admin, {"q": "双减"}, [there, later, earlier]),
            (self.admin, {"q": "双减 提质"}, [later, earlier]),
            (self.admin, {"q": "双减", "period__id__exact": self.earlier.pk}, [earlier]),
            (self.admin, {"q": "1-9月完成"}, [earlier, (self.second, self.earlier)]),
            (self.admin, {"q": "没有的"}, []),
            (self.supervisor, {"q": "2"}, [(self.second, self.later), (self.second, self.earlier)]),
        ]
        for user, params, expected in cases:
            with self.subTest(user=user, params=params):
                self.assertEqual(self.rows(user, **params), expected)

    def test_words_are_found_with_and_without_the_index(self):
        for is_narrow in (False, True):
            found = reports_about(Report.objects.visible_to(self.admin), self.admin, "调研", is_narrow=is_narrow)
            self.assertEqual(found.count(), 4)

    def test_filters_offer_what_is_of_the_chosen_organization(self):
        self.client.force_login(self.admin)
        for params, expected in (({}, 3), ({"period__organization__id__exact": self.bureau.pk}, 2)):
            filters = self.client.get(LIST, params).context["cl"].filter_specs
            periods = next(spec for spec in filters if spec.field_path == "period")
            with self.subTest(params):
                self.assertEqual(len(periods.lookup_choices), expected)
        self.client.force_login(self.supervisor)
        paths = [spec.field_path for spec in self.client.get(LIST).context["cl"].filter_specs]
        self.assertNotIn("period__organization", paths)

    def test_the_list_does_not_count_all_there_is(self):
        request = RequestFactory().get(LIST)
        listing = admin.site.get_model_admin(Report)
        for most, count, is_capped in ((3, 3, True), (5, 5, False), (9, 5, False)):
            pages = listing.get_paginator(request, Report.objects.order_by("pk"), 2)
            pages.most = most
            with self.subTest(most=most), CaptureQueriesContext(connection) as queries:
                self.assertEqual((pages.count, pages.is_capped), (count, is_capped))
                self.assertEqual(len(queries), 1)
                self.assertIn(f"LIMIT {most + 1}", queries[0]["sql"])

    def test_every_page_can_be_reached(self):
        """However far: what is counted grows with the page that is asked for."""
        request = RequestFactory().get(LIST, {"p": "500"})
        pages = admin.site.get_model_admin(Item).get_paginator(request, Item.objects.order_by("pk"), 50)
        self.assertEqual(pages.most, (500 + paging.PAGES_AHEAD) * 50)


class DutiesTest(CastTestCase):
    """The numbers of the navigation."""

    def test_each_person_counts_the_own_duties(self):
        plan, open_, closed = self.make_plan(), self.make_period(), self.make_period(label="旧", status="closed")
        owed, sent, waiting, returned = (self.make_item(plan) for _number in range(4))
        self.make_report(owed, open_)
        self.make_report(owed, closed)
        self.make_report(sent, open_, status=Report.Status.OFFICE_REVIEW)
        self.make_report(waiting, open_, status=Report.Status.BUREAU_REVIEW, submitted_by=self.reporter)
        self.make_report(returned, closed, status=Report.Status.RETURNED)
        both = make_user("both", self.bureau, Role.SUPERVISOR)
        self.make_report(waiting, closed, status=Report.Status.BUREAU_REVIEW, submitted_by=both)
        cases = [
            (self.reporter, {"owed": 2}),
            (self.head, {"owed": 2, "waiting": 1}),
            (self.supervisor, {"waiting": 2}),
            (both, {"waiting": 1}),
            (self.leader, {}),
            (self.outsider, {"waiting": 0}),
        ]
        for user, expected in cases:
            with self.subTest(user=user):
                self.assertEqual(counted(duties(user)), expected)


class ManyOrganizationsTest(CastTestCase):
    """Who reads many organizations is asked for row by row, and reads what their memberships say."""

    def test_the_rows_are_those_of_the_memberships(self):
        reader = make_user("city")
        for number in range(MANY + 1):
            organization = self.bureau if number == 0 else Organization.objects.create(name=f"第{number}区教育局")
            Membership.objects.create(user=reader, organization=organization, role=Role.LEADER)
        period, period_there = self.make_period(), self.make_period(organization=self.other_bureau)
        own, foreign = self.make_plan(), self.make_plan(organization=self.other_bureau)
        item = self.make_item(own, tasks=("高中",))
        report = self.make_report(item, period, progress="完成调研")
        self.make_report(self.make_item(foreign, lead=self.foreign_office), period_there, progress="完成调研")
        for model, expected in ((Report, [report]), (Item, [item]), (Period, [period]), (Plan, [own])):
            with self.subTest(model=model.__name__):
                self.assertEqual(list(model.objects.visible_to(reader)), expected)
        self.assertEqual(list(TaskReport.objects.visible_to(reader)), list(report.task_reports.all()))
        self.client.force_login(reader)
        self.assertEqual([row.pk for row in self.client.get(LIST).context["cl"].result_list], [report.pk])
