"""Dates move periods on, by one command that can be run as often as wanted."""

from datetime import date
from io import StringIO
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.base import NOW, TODAY, CastTestCase
from tracking.models import Period, Reopening, Report
from tracking.periods.periods import WrongStatus, advance, fill_open_periods, move_period, open_period
from workplans.models import Item, Plan

S = Period.Status


class AdvanceTest(CastTestCase):
    """未开放 → 填报中 → 已截止."""

    def setUp(self):
        """An issued plan of two items, a period from 20 October to 5 November with three days of grace."""
        self.plan = self.make_plan()
        for _ in range(2):
            self.make_item(self.plan)
        self.period = self.make_period(status=S.UPCOMING, grace_days=3)

    def advance(self, month, day):
        """Run on a day of 2024; return the period's status."""
        self.done = advance(today=date(2024, month, day), now=NOW)
        self.period.refresh_from_db()
        return self.period.status

    def test_a_period_opens_on_its_day_with_slots_and_closes_after_its_last_day_of_grace(self):
        self.assertEqual(self.advance(10, 19), S.UPCOMING)
        self.assertEqual(self.advance(10, 20), S.OPEN)
        self.assertEqual((self.done.slots, Report.objects.count()), (2, 2))
        self.assertEqual(self.advance(11, 8), S.OPEN)
        self.assertEqual(self.advance(11, 9), S.CLOSED)
        self.assertEqual(self.advance(12, 31), S.CLOSED)

    def test_a_second_run_of_the_day_changes_nothing(self):
        self.advance(10, 20)
        history = Report.history.count()
        self.advance(10, 20)
        self.assertEqual((self.done.opened, self.done.closed, self.done.slots, self.done.shut), ([], [], 0, 0))
        self.assertEqual(Report.history.count(), history)

    def test_after_weeks_without_a_run_a_period_is_opened_with_its_slots_and_closed_at_once(self):
        self.assertEqual(self.advance(12, 1), S.CLOSED)
        self.assertEqual(Report.objects.count(), 2)

    def test_archived_is_left_alone(self):
        Period.objects.update(status=S.ARCHIVED)
        self.make_item(self.plan)
        self.assertEqual(self.advance(12, 1), S.ARCHIVED)
        self.assertEqual(Report.objects.count(), 0)

    def test_newer_items_get_their_slots_while_the_period_is_open(self):
        self.advance(10, 20)
        self.make_item(self.plan, tasks=("高中",))
        self.advance(10, 21)
        self.assertEqual(self.done.slots, 1)
        self.assertEqual(Report.objects.get(item__position=3).task_reports.count(), 1)

    def test_the_command_tells_what_it_did(self):
        out = StringIO()
        call_command("advance_periods", today=date(2024, 10, 20), stdout=out)
        self.assertIn("开启：虹口区教育局 2024年1-10月", out.getvalue())
        self.assertIn("新建 2 份进展报告", out.getvalue())

    def test_the_queries_do_not_grow_with_the_items(self):
        def count():
            self.make_item(self.plan)
            with CaptureQueriesContext(connection) as queries:
                advance(today=date(2024, 10, 21), now=NOW)
            return len(queries)

        self.advance(10, 20)
        few = count()
        for _ in range(38):
            self.make_item(self.plan)
        self.assertEqual(count(), few)


class NewItemTest(CastTestCase):
    """Wherever items come in, open periods get their slots."""

    def setUp(self):
        """An open period, the supervisor signed in."""
        self.plan = self.make_plan()
        self.item = self.make_item(self.plan, status=Item.Status.SUSPENDED)
        self.period = self.make_period()
        self.client.force_login(self.supervisor)

    def test_fill_is_for_open_periods_of_the_organization_only(self):
        Item.objects.update(status=Item.Status.ACTIVE)
        self.assertEqual(fill_open_periods(self.other_bureau, by=None, now=NOW), 0)
        Period.objects.update(status=S.CLOSED)
        self.assertEqual(fill_open_periods(self.bureau, by=None, now=NOW), 0)
        Period.objects.update(status=S.OPEN)
        self.assertEqual(fill_open_periods(self.bureau, by=self.supervisor, now=NOW), 1)
        self.assertEqual(fill_open_periods(self.bureau, by=self.supervisor, now=NOW), 0)

    def test_an_item_added_in_the_admin_gets_its_slot_with_its_tasks(self):
        sent = {
            "plan": self.plan.pk, "section": self.plan.only_section.pk, "position": 9, "title": "新增事项",
            "status": "active", "reporting_office": self.moral.pk,
            "assignments-TOTAL_FORMS": 0, "assignments-INITIAL_FORMS": 0,
            "targets-TOTAL_FORMS": 0, "targets-INITIAL_FORMS": 0,
            "milestones-TOTAL_FORMS": 0, "milestones-INITIAL_FORMS": 0,
            "tasks-TOTAL_FORMS": 1, "tasks-INITIAL_FORMS": 0, "tasks-0-position": 1, "tasks-0-title": "高中",
        }  # fmt: skip
        response = self.client.post(reverse("admin:workplans_item_add"), sent)
        self.assertEqual(response.status_code, 302)
        report = Report.objects.get(item__title="新增事项", period=self.period)
        self.assertEqual(report.task_reports.count(), 1)

    def test_an_imported_plan_gets_its_slots(self):
        period = self.make_period(label="2022年1-10月", year=2022, start_on="2022-01-01", as_of="2022-10-31")
        seed = Path(settings.BASE_DIR, "seeds", "hongkou-2022-annual-plan.txt")
        call_command("import_document", str(seed), stdout=StringIO(), stderr=StringIO())
        self.assertEqual(Report.objects.filter(period=period).count(), 36)

    def test_a_plan_issued_in_the_admin_gets_its_slots(self):
        Plan.objects.update(status=Plan.Status.DRAFT)
        Item.objects.update(status=Item.Status.ACTIVE)
        form = self.client.get(reverse("admin:workplans_plan_change", args=[self.plan.pk])).context["adminform"].form
        sent = {name: value for name, value in form.initial.items() if value is not None} | {
            "status": "issued", "sections-TOTAL_FORMS": 0, "sections-INITIAL_FORMS": 0,
        }  # fmt: skip
        response = self.client.post(reverse("admin:workplans_plan_change", args=[self.plan.pk]), sent)
        self.assertEqual(response.status_code, 302)
        self.assertEqual(Report.objects.filter(period=self.period).count(), 1)


class ByHandTest(CastTestCase):
    """Opening, closing and archiving on the pages."""

    def setUp(self):
        """A closed period, the supervisor signed in."""
        self.period = self.make_period(status=S.CLOSED)
        self.client.force_login(self.supervisor)

    def post(self, name):
        """Press a button of the period."""
        response = self.client.post(reverse(f"tracking:{name}", args=[self.period.pk]), follow=True)
        self.period.refresh_from_db()
        return response

    def test_archiving_asks_first_and_cannot_be_undone(self):
        url = reverse("tracking:period_archive", args=[self.period.pk])
        self.assertContains(self.client.get(url), "归档不能撤销")
        self.period.refresh_from_db()
        self.assertEqual(self.period.status, S.CLOSED)
        self.post("period_archive")
        self.assertEqual(self.period.status, S.ARCHIVED)
        for name in ("period_open", "period_close", "period_archive"):
            self.post(name)
            self.assertEqual(self.period.status, S.ARCHIVED)
        change = reverse("admin:tracking_period_change", args=[self.period.pk])
        self.assertEqual(self.client.post(change, {"label": "x"}).status_code, 403)

    def test_the_admin_action_sends_to_the_same_question(self):
        sent = {"action": "archive_selected", "_selected_action": [self.period.pk]}
        response = self.client.post(reverse("admin:tracking_period_changelist"), sent)
        self.assertRedirects(response, reverse("tracking:period_archive", args=[self.period.pk]))

    def test_a_closed_period_opens_again_only_while_its_last_day_is_not_over(self):
        with self.assertRaisesMessage(WrongStatus, "重新开放"):
            open_period(self.period, by=self.supervisor, now=NOW.replace(month=11, day=6))
        open_period(self.period, by=self.supervisor, now=NOW)
        self.assertTrue(self.period.is_open())

    def test_a_move_made_from_an_old_page_is_refused(self):
        stale = Period.objects.get(pk=self.period.pk)
        move_period(self.period, S.ARCHIVED, by=self.supervisor)
        with self.assertRaisesMessage(WrongStatus, "已归档"):
            move_period(stale, S.ARCHIVED, by=self.supervisor)
        stale.status = S.CLOSED
        with self.assertRaises(WrongStatus):
            open_period(stale, by=self.supervisor, now=NOW)
        self.assertEqual(Period.objects.get().status, S.ARCHIVED)

    def test_the_list_counts_what_is_owed_reported_and_missing_in_one_number_of_queries(self):
        plan = self.make_plan()
        self.make_report(self.make_item(plan), self.period, status="approved")
        self.make_report(self.make_item(plan), self.period, status="returned")
        self.make_report(self.make_item(plan, status=Item.Status.CANCELLED), self.period)
        Reopening.objects.create(
            period=self.period, office=self.moral, until=TODAY, reason="补报", by=self.supervisor, at=NOW
        )
        url, page = reverse("tracking:period_list"), reverse("tracking:period_page", args=[self.period.pk])
        shown = self.client.get(url).context["periods"].get()
        self.assertEqual((shown.owed, shown.reported, shown.missing), (2, 1, 1))
        context = self.client.get(page).context
        self.assertEqual((context["owed"], context["reported"], context["missing"]), (2, 1, 1))

        def count():
            with CaptureQueriesContext(connection) as queries:
                self.client.get(url)
                self.client.get(page)
            return len(queries)

        few = count()
        for number in range(38):
            self.make_report(self.make_item(plan, lead=self.finance), self.period)
            self.make_period(label=f"第{number}期", status=S.UPCOMING)
        self.assertEqual(count(), few)
        self.assertLessEqual(few, 24)
