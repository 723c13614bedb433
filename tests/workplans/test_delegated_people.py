"""人员由督办员管理: what a supervisor may do with the people of the own organization, and never with anybody else's."""

from django.urls import reverse

from audit.kinds import EventKind
from audit.models import SecurityEvent
from tests.base import CastTestCase, make_user
from workplans import access
from workplans.access import Role
from workplans.models import Membership, Organization

ADD = reverse("admin:workplans_membership_add")


class DelegatedPeopleTest(CastTestCase):
    """任职 in the hands of a supervisor."""

    @classmethod
    def setUpTestData(cls):
        """Delegate the people of the cast's bureau."""
        super().setUpTestData()
        Organization.objects.filter(pk=cls.bureau.pk).update(people_by_supervisor=True)
        cls.bureau.refresh_from_db()
        cls.elsewhere = make_user("elsewhere", cls.other_bureau, Role.REPORTER, cls.foreign_office)
        cls.chief = make_user("chief", cls.bureau, Role.LEADER, is_superuser=True)

    def setUp(self):
        """Sign in."""
        self.client.force_login(self.supervisor)

    def give(self, user, role=Role.HEAD, office=None, organization=None):
        """Send the form of a new 任职."""
        office = self.finance if office is None else office
        sent = {"user": user.pk, "organization": (organization or self.bureau).pk, "role": role}
        return self.client.post(ADD, sent | ({"office": office.pk} if role in access.OFFICE_ROLES else {}))

    def test_a_supervisor_gives_a_role_to_the_own_people_and_leaves_an_event(self):
        self.assertEqual(self.give(self.reporter).status_code, 302)
        self.assertTrue(Membership.objects.filter(user=self.reporter, office=self.finance, role=Role.HEAD).exists())
        event = SecurityEvent.objects.get(kind=EventKind.ROLE)
        self.assertEqual((event.username, event.detail), ("supervisor", "新增"))

    def test_nobody_of_another_bureau_or_of_none_and_no_administrator_is_given_a_role(self):
        before = Membership.objects.count()
        for person in (self.elsewhere, self.nobody, self.admin, self.outsider, self.chief, self.supervisor):
            with self.subTest(person.username):
                self.assertIn(self.give(person).status_code, (200, 403))
        self.assertEqual(self.give(self.reporter, office=self.foreign_office).status_code, 200)
        self.assertEqual(
            self.give(self.reporter, office=self.foreign_office, organization=self.other_bureau).status_code, 200
        )
        self.assertEqual(Membership.objects.count(), before)

    def test_another_bureaus_rows_and_those_of_administrators_stay(self):
        for membership, status in (
            (self.elsewhere.memberships.get(), 404),
            (self.chief.memberships.get(), 403),
            (self.supervisor.memberships.get(), 403),
        ):
            with self.subTest(str(membership)):
                path = reverse("admin:workplans_membership_delete", args=[membership.pk])
                self.assertEqual(self.client.post(path, {"post": "yes"}).status_code, status)
                self.assertTrue(Membership.objects.filter(pk=membership.pk).exists())

    def test_a_row_is_not_handed_to_somebody_else(self):
        membership = self.reporter.memberships.get()
        path = reverse("admin:workplans_membership_change", args=[membership.pk])
        sent = {"user": self.elsewhere.pk, "organization": self.bureau.pk, "office": self.moral.pk, "role": "reporter"}
        self.assertIn(self.client.post(path, sent).status_code, (200, 403))
        membership.refresh_from_db()
        self.assertEqual(membership.user, self.reporter)

    def test_users_and_the_delegation_itself_stay_the_administrators(self):
        for path in (
            reverse("admin:auth_user_changelist"),
            reverse("admin:auth_user_change", args=[self.reporter.pk]),
            reverse("admin:auth_user_password_change", args=[self.leader.pk]),
        ):
            with self.subTest(path):
                self.assertEqual(self.client.get(path).status_code, 403)
        path = reverse("admin:workplans_organization_change", args=[self.bureau.pk])
        self.assertEqual(self.client.post(path, {"name": "虹口", "people_by_supervisor": "on"}).status_code, 403)

    def test_without_the_delegation_a_supervisor_keeps_nobody(self):
        Organization.objects.update(people_by_supervisor=False)
        self.assertEqual(self.give(self.reporter).status_code, 403)

    def test_only_supervisors_are_meant(self):
        for person in (self.reporter, self.head, self.leader, self.outsider):
            with self.subTest(person.username):
                self.client.force_login(person)
                self.assertEqual(self.give(self.other_reporter).status_code, 403)

    def test_passwords_of_leaders_and_supervisors_are_the_administrators(self):
        colleague = make_user("colleague", self.bureau, Role.SUPERVISOR)
        for person, is_given in ((self.reporter, True), (self.head, True), (self.leader, False), (colleague, False)):
            with self.subTest(person.username):
                refused = access.resets_password(self.supervisor, person, self.bureau)
                self.assertEqual(refused is None, is_given)
                self.assertIsNone(access.resets_password(self.admin, person, self.bureau))
