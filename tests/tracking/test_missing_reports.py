"""未报清单: who has not reported, and the sheet printed from it."""

from datetime import date, timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.base import NOW, TODAY, CastTestCase, make_user
from tracking.models import Period, Reopening, Report, Urge
from tracking.periods.missing import missing_reports
from workplans.access import Role
from workplans.models import Item


class MissingCase(CastTestCase):
    """A period in which some have not reported."""

    def setUp(self):
        """Of the 德育科 an empty and a returned report, of the 计财科 a withdrawn one; the rest is not missing."""
        self.plan = self.make_plan()
        self.period = self.make_period(due_on=date(2024, 10, 25), grace_days=1)
        make = self.make_report
        self.empty = make(self.make_item(self.plan), self.period)
        self.returned = make(self.make_item(self.plan), self.period, progress="已部署。", status="returned")
        self.withdrawn = make(
            self.make_item(self.plan, lead=self.finance), self.period, progress="已部署。", submitted_at=NOW
        )
        for status in ("office_review", "bureau_review", "approved"):
            make(self.make_item(self.plan), self.period, progress="已报。", status=status)
        for status in (Item.Status.SUSPENDED, Item.Status.CANCELLED, Item.Status.CARRIED_OVER, Item.Status.DONE):
            make(self.make_item(self.plan, status=status), self.period)


class MissingTest(MissingCase):
    """Office × item."""

    def missing(self, today=TODAY):
        """Read the list as the supervisor."""
        return missing_reports(self.period, Report.objects.visible_to(self.supervisor), today)

    def test_what_lies_with_the_offices_is_missing_and_nothing_else(self):
        found = {str(group.office): [row.report for row in group.rows] for group in self.missing()}
        self.assertEqual(found, {"德育科": [self.empty, self.returned], "计财科": [self.withdrawn]})

    def test_late_is_reckoned_from_the_due_date(self):
        for day, late, word in ((25, 0, "未到期"), (26, 1, "宽限期内"), (28, 3, "逾期未报")):
            row = self.missing(date(2024, 10, day))[0].rows[0]
            with self.subTest(day=day):
                self.assertEqual((row.days_late, row.lamp.word), (late, word))

    def test_urges_are_counted_with_the_last(self):
        for days in (3, 1):
            Urge.objects.create(report=self.empty, by=self.supervisor, at=NOW - timedelta(days=days))
        rows = self.missing()[0].rows
        self.assertEqual([(row.urged, row.last_urged) for row in rows], [(2, NOW - timedelta(days=1)), (0, None)])

    def test_the_contacts_are_the_people_who_serve_in_the_office_now(self):
        make_user("left", self.bureau, Role.REPORTER, self.moral, first_name="已调离", is_active=False)
        self.assertEqual(self.missing()[0].contacts, ["科长", "填报人"])

    def test_a_reopening_shows_its_last_day(self):
        Reopening.objects.create(
            period=self.period, office=self.moral, until=TODAY, reason="补报", by=self.supervisor, at=NOW
        )
        self.assertEqual([group.reopened_until for group in self.missing()], [TODAY, None])


class MissingPagesTest(MissingCase):
    """The page and the 催办单."""

    def setUp(self):
        """The supervisor is signed in."""
        super().setUp()
        self.client.force_login(self.supervisor)

    def get(self, name="missing_reports", **query):
        """Open a page of the period."""
        return self.client.get(reverse(f"tracking:{name}", args=[self.period.pk]), query)

    def test_the_page_shows_the_list_and_filters_by_office(self):
        response = self.get()
        self.assertContains(response, "共 2 个科室 3 项")
        self.assertContains(response, "联系人：科长、填报人")
        self.assertContains(response, "催办全部 3 项")
        response = self.get(office=self.finance.pk)
        self.assertContains(response, "共 1 个科室 1 项")
        self.assertNotContains(response, "催办全部")
        for wrong in (self.foreign_office.pk, "x", "9" * 30):
            self.assertEqual(self.get(office=wrong).status_code, 404)

    def test_others_read_it_without_buttons(self):
        for person in (self.reporter, self.leader, self.admin):
            self.client.force_login(person)
            self.assertNotContains(self.get(), "催办勾选的")

    def test_an_archived_period_offers_no_urging(self):
        Period.objects.update(status=Period.Status.ARCHIVED)
        self.assertNotContains(self.get(), "催办勾选的")

    def test_the_sheet_has_a_page_for_each_office_or_for_one(self):
        response = self.get("urge_sheet")
        self.assertContains(response, '<article class="sheet">', count=2)
        for words in (
            "德育科：",
            "计财科：",
            "现予催办",
            "虹口区教育局办公室",
            "以下 2 项未报送",
            "2024年10月25日前报送",
        ):
            self.assertContains(response, words)
        self.assertContains(self.get("urge_sheet", office=self.moral.pk), '<article class="sheet">', count=1)
        Report.objects.update(status="approved")
        self.assertContains(self.get("urge_sheet"), "不需要催办")

    def test_the_pages_take_the_same_number_of_queries_for_few_reports_and_for_forty(self):
        def count():
            with CaptureQueriesContext(connection) as queries:
                self.get()
                self.get("urge_sheet")
            return len(queries)

        few = count()
        for _ in range(37):
            report = self.make_report(self.make_item(self.plan), self.period)
            Urge.objects.create(report=report, by=self.supervisor, at=NOW)
        self.assertEqual(count(), few)
        self.assertLessEqual(few, 24)
