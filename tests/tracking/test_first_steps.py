"""开始使用: the steps of an empty bureau, what each person may do, and what empty pages say to whom."""

from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from audit.kinds import EventKind
from audit.models import SecurityEvent
from tests.base import CastTestCase, make_user
from tracking.models import Period
from tracking.setting_up.first_steps import first_steps, is_unbegun, unready
from workplans.access import Role
from workplans.models import Membership, Office, Organization

SETUP = reverse("tracking:setup")
TODAY = timezone.localdate()


class FirstStepsTest(CastTestCase):
    """A bureau with nothing, beside the cast's."""

    @classmethod
    def setUpTestData(cls):
        """Make the empty bureau and its supervisor."""
        super().setUpTestData()
        cls.empty = Organization.objects.create(name="长宁区教育局")
        cls.newcomer = make_user("newcomer", cls.empty, Role.SUPERVISOR, first_name="新督办")

    def page(self, user, organization=None):
        """Return the page."""
        self.client.force_login(user)
        return self.client.get(SETUP, {"organization": organization.pk} if organization else {})

    def states(self, user=None, organization=None):
        """Return how far each step is."""
        organization = Organization.objects.get(pk=(organization or self.empty).pk)
        return [step.state for step in first_steps(user or self.newcomer, organization, TODAY).steps]

    def labels(self, path="/notices/"):
        """Return the words of the navigation."""
        return [entry.label for entry in self.client.get(path).context["navigation"]]

    def finish(self):
        """Make one thing of each step."""
        office = Office.objects.create(organization=self.empty, name="德育科")
        make_user("first", self.empty, Role.REPORTER, office)
        self.make_plan(organization=self.empty)
        self.make_period(organization=self.empty)

    def test_the_next_step_follows_what_there_is(self):
        self.assertEqual(self.states(), ["next", "later", "later", "later"])
        office = Office.objects.create(organization=self.empty, name="德育科")
        self.assertEqual(self.states(), ["done", "next", "later", "later"])
        make_user("first", self.empty, Role.REPORTER, office)
        self.make_period(organization=self.empty)
        self.assertEqual(self.states(), ["done", "done", "next", "done"])
        self.assertContains(self.page(self.newcomer, self.empty), "1 个科室")

    def test_a_step_is_skipped_and_taken_up_again(self):
        self.client.force_login(self.newcomer)
        path = reverse("tracking:setup_skip", args=[self.empty.pk])
        self.assertRedirects(self.client.post(path, {"step": "offices"}), f"{SETUP}?organization={self.empty.pk}")
        self.assertEqual(self.states(), ["skipped", "next", "later", "later"])
        self.client.post(path, {"step": "offices"})
        self.client.post(path, {"step": "nonsense"})
        self.assertEqual(self.states(), ["next", "later", "later", "later"])

    def test_it_is_gone_when_all_is_done_or_skipped(self):
        self.client.force_login(self.newcomer)
        self.assertIn("开始使用", self.labels())
        self.assertRedirects(self.client.get("/"), SETUP)
        self.finish()
        self.assertNotIn("开始使用", self.labels())
        self.assertRedirects(self.client.get("/"), reverse("boards:overview"))
        Period.objects.filter(organization=self.empty).delete()
        self.assertIn("开始使用", self.labels())
        self.client.post(reverse("tracking:setup_skip", args=[self.empty.pk]), {"step": "periods"})
        self.assertNotIn("开始使用", self.labels())

    def test_only_who_keeps_the_bureau_sees_it(self):
        for person in (self.reporter, self.head, self.leader):
            with self.subTest(person.username):
                self.assertEqual(self.page(person).status_code, 403)
                self.assertNotIn("开始使用", self.labels())
        self.assertEqual(self.page(self.newcomer, self.bureau).status_code, 404)
        self.assertEqual(self.page(self.admin, self.empty).status_code, 200)

    def test_unready_says_the_same_as_the_steps(self):
        self.assertIn(self.empty, unready(Organization.objects.all()))
        self.assertTrue(is_unbegun(self.newcomer))
        self.finish()
        self.assertNotIn(self.empty, unready(Organization.objects.all()))
        self.assertNotIn("next", self.states())
        self.assertFalse(is_unbegun(self.newcomer))

    def test_the_administrator_of_an_empty_database_begins_with_the_bureau(self):
        Membership.objects.all().delete()
        Office.objects.all().delete()
        Organization.objects.all().delete()
        self.client.force_login(self.admin)
        self.assertRedirects(self.client.get("/"), SETUP)
        self.assertContains(self.client.get(SETUP), "建立单位")
        self.assertIn("开始使用", self.labels(SETUP))
        answer = self.client.post(reverse("tracking:setup_organization"), {"name": "杨浦区教育局"})
        made = Organization.objects.get()
        self.assertRedirects(answer, f"{SETUP}?organization={made.pk}")
        self.assertTrue(SecurityEvent.objects.filter(kind=EventKind.SETTINGS).exists())
        again = self.client.post(reverse("tracking:setup_organization"), {"name": "杨浦区教育局"})
        self.assertContains(again, "已有同名的单位")

    def test_offices_are_pasted_at_once_and_never_twice(self):
        self.client.force_login(self.newcomer)
        path = reverse("tracking:setup_offices", args=[self.empty.pk])
        self.client.post(path, {"names": "1. 办公室\r\n德育科、计财科\r\n\r\n　德育科　\r\n3、人事科"})
        offices = Office.objects.filter(organization=self.empty)
        self.assertEqual([office.name for office in offices], ["办公室", "德育科", "计财科", "人事科"])
        self.assertEqual(offices.get(name="办公室").kind, Office.Kind.COORDINATING)
        self.client.post(path, {"names": "德育科\n体卫艺科"})
        self.assertEqual(offices.all().count(), 5)
        for wrong, told in (("", "请填写科室名称"), ("、、", "请填写科室名称"), ("科" * 61, "超过 60 个字")):
            with self.subTest(wrong[:3]):
                answer = self.client.post(path, {"names": wrong})
                self.assertContains(answer, told)
                self.assertContains(answer, wrong) if wrong else None

    def test_the_administrator_alone_may_join_as_supervisor(self):
        path = reverse("tracking:setup_supervise", args=[self.empty.pk])
        self.client.force_login(self.newcomer)
        self.assertEqual(self.client.post(path).status_code, 403)
        self.client.force_login(self.admin)
        for _ in range(2):
            self.assertEqual(self.client.post(path).status_code, 302)
        self.assertEqual(Membership.objects.filter(user=self.admin, organization=self.empty).count(), 1)
        self.assertEqual(SecurityEvent.objects.filter(kind=EventKind.ROLE).count(), 1)

    def test_a_bureau_is_made_with_oneself_as_supervisor_where_that_is_ticked(self):
        self.client.force_login(self.admin)
        for name, ticked in (("杨浦区教育局", {"supervises": "on"}), ("普陀区教育局", {})):
            self.client.post(reverse("tracking:setup_organization"), {"name": name} | ticked)
            rows = Membership.objects.filter(user=self.admin, organization__name=name)
            self.assertEqual(rows.count(), len(ticked))

    def test_the_first_period_is_opened_from_the_list_by_who_supervises(self):
        self.finish()
        later = {"as_of": TODAY + timedelta(days=60), "due_on": TODAY + timedelta(days=70)}
        Period.objects.filter(organization=self.empty).update(
            status=Period.Status.UPCOMING, opens_on=TODAY + timedelta(days=9), due_on=TODAY + timedelta(days=19)
        )
        second = self.make_period(organization=self.empty, label="第二期", status=Period.Status.UPCOMING, **later)
        first = Period.objects.filter(organization=self.empty).exclude(pk=second.pk).get()
        path = reverse("tracking:period_list")
        self.client.force_login(self.newcomer)
        self.assertEqual(self.client.get(path).context["to_open"], first)
        self.client.force_login(self.admin)
        self.assertIsNone(self.client.get(path).context["to_open"])
        Period.objects.filter(pk=first.pk).update(status=Period.Status.OPEN)
        self.client.force_login(self.newcomer)
        self.assertIsNone(self.client.get(path).context["to_open"])

    def test_who_cannot_take_a_step_reads_who_does(self):
        Office.objects.create(organization=self.empty, name="德育科")
        self.assertContains(self.page(self.newcomer, self.empty), "人员由系统管理员管理")
        Organization.objects.filter(pk=self.empty.pk).update(steps_skipped=["people"])
        self.assertContains(self.page(self.admin, self.empty), "由本单位的督办员（新督办）来做")
        self.assertContains(self.page(self.admin, self.empty), "由我兼任督办员")

    def test_the_link_to_the_periods_shows_a_year_to_be_confirmed(self):
        Organization.objects.filter(pk=self.empty.pk).update(steps_skipped=["offices", "people", "plans"])
        step = self.page(self.newcomer, self.empty).context["first"].next
        page = self.client.get(step.url)
        self.assertEqual(page.context["rows"].total_form_count(), 12)

    def test_empty_pages_say_to_each_what_comes_next_and_who_does_it(self):
        office = Office.objects.create(organization=self.empty, name="德育科")
        clerk = make_user("clerk", self.empty, Role.REPORTER, office)
        chief = make_user("chief", self.empty, Role.LEADER)
        pages = ("boards:overview", "boards:plan_list", "boards:difficulties", "boards:reporting_map")
        for person, told, link in (
            (self.newcomer, "下一步：导入印发的工作要点。", True),
            (clerk, "下一步由督办员（新督办）导入工作要点，您现在不用做什么。", False),
            (chief, "下一步由督办员（新督办）导入工作要点，您现在不用做什么。", False),
        ):
            self.client.force_login(person)
            for name in pages:
                with self.subTest(person=person.username, page=name):
                    page = self.client.get(reverse(name)).content.decode()
                    self.assertIn(told, page)
                    self.assertEqual(f'class="button primary" href="{reverse("intake:import_list")}"' in page, link)
        self.make_plan(organization=self.empty)
        self.client.force_login(self.newcomer)
        page = self.client.get(reverse("boards:overview"))
        self.assertContains(page, "下一步：建立填报期。")
        self.assertNotContains(page, "督办员开启")

    def test_a_period_that_is_to_open_is_named(self):
        self.finish()
        day = TODAY + timedelta(days=9)
        Period.objects.filter(organization=self.empty).update(
            status=Period.Status.UPCOMING, opens_on=day, due_on=day + timedelta(days=9)
        )
        self.client.force_login(self.newcomer)
        page = self.client.get(reverse("boards:overview"))
        self.assertContains(page, f"填报期“2024年1-10月”将于{day.year}年{day.month}月{day.day}日自动开启")

    def test_nothing_is_red_before_there_is_a_period(self):
        plan = self.make_plan()
        self.make_item(plan)
        self.client.force_login(self.supervisor)
        page = self.client.get(reverse("boards:plan_board", args=[plan.pk])).content.decode()
        self.assertNotRegex(page, r'class="bad"[^>]*>\d')

    def test_the_page_asks_no_more_for_more_rows(self):
        counts = []
        for number in (2, 40):
            offices = [Office(organization=self.empty, name=f"科室{number}-{n}") for n in range(number)]
            Office.objects.bulk_create(offices)
            self.client.force_login(self.newcomer)
            with CaptureQueriesContext(connection) as caught:
                self.client.get(SETUP)
            counts.append(len(caught))
        self.assertEqual(*counts)
        self.assertLessEqual(counts[0], 12)
