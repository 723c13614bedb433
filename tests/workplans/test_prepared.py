"""What the navigation counts by a query built once is what the same query counts when it is built for the person."""

from random import Random

from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.base import CastTestCase, make_user
from tracking.models import Digest, Report
from tracking.navigation import _counts
from workplans import access, prepared
from workplans.access import Role
from workplans.models import Membership, Office, Organization

STATES = tuple(Report.Status)


class PreparedTest(CastTestCase):
    """Everybody of the cast, and people who hold this and that by lot."""

    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        plan, period, dice = cls.make_plan(), cls.make_period(), Random(19)
        for _number in range(24):
            item = cls.make_item(plan, lead=dice.choice([cls.moral, cls.finance]))
            people = [None, cls.reporter, cls.supervisor]
            cls.make_report(
                item, period, status=dice.choice(STATES), office=item.reporting_office, saved_by=dice.choice(people),
                submitted_by=dice.choice(people),
            )  # fmt: skip
        for number in range(14):
            office = Office.objects.create(organization=Organization.objects.create(name=f"第{number}区"), name="科室")
            Digest.objects.create(user=cls.reporter, on=f"2024-10-{number + 1:02}", body="一份")
            cls.make_plan(organization=office.organization, title=f"计划{number}")
        cls.scattered = [cls._by_lot(dice, number) for number in range(40)]

    @classmethod
    def _by_lot(cls, dice, number):
        user = make_user(f"lot{number}", is_superuser=number % 13 == 0)
        offices = list(Office.objects.all())
        for office in dice.sample(offices, dice.choice([1, 1, 2, 3, 12])):
            role = dice.choice(tuple(Role))
            own = office if role in access.OFFICE_ROLES else None
            Membership.objects.get_or_create(user=user, organization=office.organization, office=own, role=role)
        return user

    def everybody(self):
        """Return the people anew, as a request has them: nothing kept on them."""
        return get_user_model().objects.order_by("pk")

    def test_it_counts_as_the_query_built_for_the_person(self):
        seen = set()
        for user in self.everybody():
            with self.subTest(user.username):
                told = dict(prepared.rows_for(user, _counts))
                self.assertEqual(told, dict(_counts(user)))
                seen |= {(name, bool(number)) for name, number in told.items()}
        for name in ("owed", "waiting", "unread", "unready"):
            self.assertIn((name, True), seen)
            self.assertIn((name, False), seen)

    def test_who_holds_alike_shares_one_text_and_it_is_built_once(self):
        prepared._built.cache_clear()
        for user in (self.reporter, self.other_reporter, self.reporter):
            prepared.rows_for(get_user_model().objects.get(pk=user.pk), _counts)
        self.assertEqual(prepared._built.cache_info().misses, 1)
        self.assertEqual(prepared._built.cache_info().hits, 2)

    def test_no_stand_in_reaches_the_database(self):
        with CaptureQueriesContext(connection) as queries:
            for user in self.everybody():
                prepared.rows_for(user, _counts)
        for query in queries.captured_queries:
            self.assertNotIn(str(prepared.USER)[:6], query["sql"])

    def test_rights_withdrawn_are_not_counted_by_at_the_next_request(self):
        self.assertIn("waiting", dict(prepared.rows_for(self.everybody().get(pk=self.supervisor.pk), _counts)))
        self.supervisor.memberships.all().delete()
        self.assertNotIn("waiting", dict(prepared.rows_for(self.everybody().get(pk=self.supervisor.pk), _counts)))
