"""An item over the year: who may ask, decide and steer, from where, and what it leaves behind."""

from datetime import date, timedelta

from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from boards.board import plan_board
from tests.base import NOW, TODAY, CastTestCase, make_user
from tracking.lamps import reporting_lamp
from tracking.models import Report
from tracking.periods.periods import make_slots, owed_items
from workplans import lifecycle
from workplans.access import Role
from workplans.lifecycle import ItemStepImpossible
from workplans.models import Item, ItemRequest, Plan

DEADLINE = date(2024, 11, 30)
LATER = date(2024, 12, 20)
SOURCES = {
    "suspend": ("active",),
    "resume": ("suspended", "cancelled", "done"),
    "cancel": ("active", "suspended"),
    "carry_over": ("active", "suspended"),
}
TARGETS = {"suspend": "suspended", "resume": "active", "cancel": "cancelled", "carry_over": "carried_over"}


class LifecycleTestCase(CastTestCase):
    """One item with a deadline, next year's plan, and a second supervisor."""

    @classmethod
    def setUpTestData(cls):
        """Put them on stage."""
        super().setUpTestData()
        cls.second = make_user("second", cls.bureau, Role.SUPERVISOR)
        cls.plan = cls.make_plan()
        cls.next_plan = cls.make_plan(year=2025, start_on=date(2025, 1, 1), end_on=date(2025, 12, 31))
        cls.item = cls.make_item(cls.plan, tasks=["高中"], deadline=DEADLINE)

    def put(self, status):
        """Set the item's status."""
        Item.objects.filter(pk=self.item.pk).update(status=status)
        self.item = Item.objects.get(pk=self.item.pk)

    def stored(self):
        """Return the item as stored."""
        return Item.objects.get(pk=self.item.pk)

    def ask(self, by=None, new_deadline=None, now=NOW):
        """Ask to close, or for `new_deadline`."""
        by = by or self.reporter
        if new_deadline:
            return lifecycle.request_extension(self.item, "等待批复", new_deadline, by=by, now=now)
        return lifecycle.request_closing(self.item, "已完成验收", by=by, now=now)

    def take(self, name, by=None):
        """Take a step."""
        by = by or self.supervisor
        if name == "carry_over":
            return lifecycle.carry_over(self.item, self.next_plan, "跨年工作", by=by, now=NOW)
        return getattr(lifecycle, name)(self.item, "上级调整", by=by, now=NOW)


class RequestTest(LifecycleTestCase):
    """申请办结, 申请延期 and what becomes of them."""

    def test_granted_closing_closes_the_item_with_the_day(self):
        request = self.ask()
        lifecycle.decide(request, True, "材料齐全", by=self.supervisor, now=NOW)
        item = self.stored()
        self.assertEqual((item.status, item.closed_on), ("done", TODAY))
        row = item.history.latest("history_id")
        self.assertEqual((row.status, row.history_user), ("done", self.supervisor))
        self.assertIn("材料齐全", row.history_change_reason)
        self.assertIn("已完成验收", row.history_change_reason)

    def test_granted_extension_moves_the_deadline(self):
        lifecycle.decide(self.ask(new_deadline=LATER), True, by=self.supervisor, now=NOW)
        self.assertEqual((self.stored().deadline, self.stored().status), (LATER, "active"))

    def test_refused_changes_nothing_and_needs_its_reason(self):
        request = self.ask()
        with self.assertRaisesMessage(ItemStepImpossible, "理由"):
            lifecycle.decide(request, False, " ", by=self.supervisor, now=NOW)
        lifecycle.decide(request, False, "佐证不足", by=self.supervisor, now=NOW)
        self.assertEqual(self.stored().status, "active")
        self.assertEqual(ItemRequest.objects.get().status, "refused")

    def test_who_asked_does_not_decide(self):
        request = self.ask(by=self.supervisor)
        with self.assertRaisesMessage(PermissionDenied, "自己"):
            lifecycle.decide(request, True, by=self.supervisor, now=NOW)
        lifecycle.decide(request, True, by=self.second, now=NOW)

    def test_who_may_ask_and_who_may_decide(self):
        for name, person in self.people().items():
            with self.subTest(person=name):
                if name in ("reporter", "head", "supervisor"):
                    self.ask(by=person)
                else:
                    with self.assertRaises(PermissionDenied):
                        self.ask(by=person)
                    request = ItemRequest.objects.filter(status="pending").first() or self.ask()
                    with self.assertRaises(PermissionDenied):
                        lifecycle.decide(request, True, by=person, now=NOW)
                ItemRequest.objects.filter(status="pending").update(status="withdrawn")

    def test_an_extension_is_asked_for_before_the_deadline_and_moves_it_back(self):
        for day, passes in ((DEADLINE, True), (DEADLINE + timedelta(days=1), False)):
            now = NOW.replace(month=day.month, day=day.day)
            with self.subTest(day=day):
                if passes:
                    self.ask(new_deadline=LATER, now=now)
                    ItemRequest.objects.update(status="withdrawn")
                else:
                    with self.assertRaisesMessage(ItemStepImpossible, "已过完成时限"):
                        self.ask(new_deadline=LATER, now=now)

    def test_an_extension_names_a_later_day_than_the_present_one(self):
        for day in (DEADLINE, DEADLINE - timedelta(days=1)):
            with self.assertRaisesMessage(ItemStepImpossible, "晚于"):
                self.ask(new_deadline=day)
        Item.objects.update(deadline=None)
        with self.assertRaisesMessage(ItemStepImpossible, "没有完成时限"):
            self.ask(new_deadline=LATER)

    def test_asked_once_decided_once(self):
        request = self.ask()
        with self.assertRaisesMessage(ItemStepImpossible, "同样的申请"):
            self.ask()
        self.ask(new_deadline=LATER)  # the other kind is another matter
        lifecycle.decide(request, False, "不足", by=self.supervisor, now=NOW)
        for again in (
            lambda: lifecycle.decide(request, True, by=self.second, now=NOW),
            lambda: lifecycle.withdraw_request(request, by=self.reporter, now=NOW),
        ):
            with self.assertRaisesMessage(ItemStepImpossible, "不同意"):
                again()
        self.assertEqual(self.stored().status, "active")

    def test_only_who_asked_withdraws(self):
        request = self.ask()
        with self.assertRaises(PermissionDenied):
            lifecycle.withdraw_request(request, by=self.head, now=NOW)
        lifecycle.withdraw_request(request, by=self.reporter, now=NOW)
        self.assertEqual(ItemRequest.objects.get().status, "withdrawn")

    def test_a_request_on_an_item_not_under_way_cannot_be_made_nor_granted(self):
        request = self.ask()
        for status in set(Item.Status.values) - {"active"}:
            self.put(status)
            with self.subTest(status=status):
                with self.assertRaises(ItemStepImpossible):
                    self.ask(new_deadline=LATER)
                with self.assertRaises(ItemStepImpossible):
                    lifecycle.decide(request, True, by=self.supervisor, now=NOW)
                self.assertEqual(ItemRequest.objects.get().status, "pending")


class StepTest(LifecycleTestCase):
    """暂缓, 恢复, 取消, 结转."""

    def test_every_status_and_step(self):
        for status in Item.Status.values:
            for name in lifecycle.STEPS:
                self.put(status)
                shown = [step.name for step in lifecycle.available(self.item, self.supervisor)]
                may = status in SOURCES[name]
                with self.subTest(status=status, step=name):
                    self.assertEqual(name in shown, may)
                    if may:
                        self.take(name)
                        self.assertEqual(self.stored().status, TARGETS[name])
                    else:
                        with self.assertRaises(ItemStepImpossible):
                            self.take(name)
                        self.assertEqual(self.stored().status, status)

    def test_only_the_supervisor_of_the_bureau(self):
        for name, person in self.people().items():
            if name == "supervisor":
                continue
            for step in lifecycle.STEPS:
                self.put(SOURCES[step][0])
                with self.subTest(person=name, step=step), self.assertRaises(PermissionDenied):
                    self.take(step, by=person)
            self.assertEqual(lifecycle.available(self.item, person), [])

    def test_each_needs_its_reason_and_leaves_one_history_row(self):
        for name in ("suspend", "resume", "cancel"):
            self.put(SOURCES[name][0])
            with self.assertRaisesMessage(ItemStepImpossible, "原因"):
                getattr(lifecycle, name)(self.item, " ", by=self.supervisor, now=NOW)
            rows = self.item.history.count()
            self.take(name)
            with self.subTest(step=name):
                self.assertEqual(self.item.history.count(), rows + 1)
                self.assertIn("上级调整", self.item.history.latest("history_id").history_change_reason)

    def test_resuming_takes_the_closing_day_back(self):
        lifecycle.decide(self.ask(), True, by=self.supervisor, now=NOW)
        self.take("resume")
        self.assertIsNone(self.stored().closed_on)

    def test_cancelling_settles_what_waits(self):
        self.ask()
        self.take("cancel")
        self.assertEqual(ItemRequest.objects.get().status, "refused")

    def test_carried_over_the_item_stands_in_both_plans_linked_both_ways(self):
        new = self.take("carry_over")
        self.assertEqual((new.plan, new.predecessor, new.status), (self.next_plan, self.item, "active"))
        self.assertEqual(list(self.item.successors.all()), [new])
        self.assertEqual((new.title, new.reporting_office), (self.item.title, self.moral))
        self.assertEqual([a.office for a in new.assignments.all()], [self.moral])
        self.assertEqual([t.title for t in new.tasks.all()], ["高中"])
        self.assertIsNone(new.deadline)
        self.assertEqual(new.history.get().history_type, "+")
        self.assertEqual(new.assignments.get().history.count(), 1)
        with self.assertRaises(ItemStepImpossible):
            self.take("carry_over")
        self.assertEqual(self.next_plan.items.count(), 1)

    def test_carrying_over_goes_into_a_later_plan_of_the_same_bureau(self):
        foreign = self.make_plan(
            organization=self.other_bureau, year=2025, start_on=date(2025, 1, 1), end_on=date(2025, 12, 31)
        )
        archived = self.make_plan(
            year=2026, start_on=date(2026, 1, 1), end_on=date(2026, 12, 31), status=Plan.Status.ARCHIVED
        )
        for plan in (self.plan, foreign, archived):
            with self.subTest(plan=plan), self.assertRaises((ItemStepImpossible, PermissionDenied)):
                lifecycle.carry_over(self.item, plan, "跨年", by=self.supervisor, now=NOW)
        self.assertEqual(self.stored().status, "active")
        self.assertEqual(list(lifecycle.plans_after(self.item, self.supervisor)), [self.next_plan])


class PeriodTest(LifecycleTestCase):
    """What is closed, suspended, cancelled or carried over owes nothing any more."""

    def test_it_drops_out_of_later_periods_and_its_empty_slot_counts_as_not_owed(self):
        period = self.make_period()
        make_slots(period, owed_items(period), by=self.supervisor, now=NOW)
        later = self.make_period(label="2024年1-11月", as_of=date(2024, 11, 30))
        overdue = period.due_on + timedelta(days=30)
        for status in Item.Status.values:
            self.put(status)
            report = Report.objects.select_related("item", "period").get()
            row = plan_board(self.plan, period, self.plan.items.all(), overdue).sections[0].rows[0]
            with self.subTest(status=status):
                self.assertEqual(owed_items(later).exists(), status == "active")
                word = "逾期未报" if status == "active" else "无需报送"
                self.assertEqual(reporting_lamp(report, overdue).word, word)
                self.assertEqual(row.reporting.word, word)


class PageTest(LifecycleTestCase):
    """The same on the pages."""

    def post(self, name, person, key=None, **data):
        """Send a form."""
        self.client.force_login(person)
        return self.client.post(reverse(f"workplans:{name}", args=[key or self.item.pk]), data)

    def page(self, person):
        """Open the item's page."""
        self.client.force_login(person)
        return self.client.get(reverse("boards:item_page", args=[self.item.pk]))

    def test_an_office_asks_and_a_supervisor_decides(self):
        self.assertContains(self.page(self.reporter), "申请办结")
        self.post("item_request", self.reporter, kind="close", reason="已完成验收")
        request = ItemRequest.objects.get()
        self.client.force_login(self.supervisor)
        self.assertContains(self.client.get(reverse("workplans:request_list")), "已完成验收")
        self.assertContains(self.page(self.supervisor), "不同意")
        self.post("request_decide", self.supervisor, request.pk, granted="yes", note="齐全")
        self.assertEqual(self.stored().status, "done")
        self.assertNotContains(self.page(self.reporter), "申请延期…")

    def test_what_cannot_be_stored_comes_back_with_what_was_typed(self):
        Item.objects.update(deadline=timezone.localdate() + timedelta(days=9))
        page = self.post("item_request", self.reporter, kind="extend", reason="打了很久的字", new_deadline="2024-01-01")
        self.assertContains(page, "打了很久的字")
        self.assertContains(page, "应晚于")
        page = self.post("item_suspend", self.supervisor, reason="")
        self.assertContains(page, "请写明原因。")
        self.assertEqual(self.stored().status, "active")

    def test_carrying_over_offers_the_later_plans(self):
        self.assertContains(self.page(self.supervisor), str(self.next_plan))
        self.post("item_carry_over", self.supervisor, into_plan=self.next_plan.pk, reason="跨年")
        new = self.next_plan.items.get()
        self.assertContains(self.page(self.supervisor), reverse("boards:item_page", args=[new.pk]))
        self.item = new
        self.assertContains(self.page(self.supervisor), "结转而来")

    def test_no_right_is_403_and_a_foreign_item_404(self):
        self.assertEqual(self.post("item_suspend", self.reporter, reason="不想做").status_code, 403)
        self.assertEqual(self.post("item_request", self.other_reporter, kind="close", reason="x").status_code, 403)
        self.assertEqual(self.post("item_suspend", self.outsider, reason="x").status_code, 404)
        request = self.ask()
        self.assertEqual(self.post("request_decide", self.head, request.pk, granted="yes").status_code, 403)
        self.assertEqual(self.post("request_decide", self.outsider, request.pk, granted="yes").status_code, 404)

    def test_the_admin_shows_the_status_and_does_not_change_it(self):
        self.client.force_login(self.supervisor)
        url = reverse("admin:workplans_item_change", args=[self.item.pk])
        form = self.client.get(url).context["adminform"].form
        data = {name: value for name, value in form.initial.items() if value is not None}
        for prefix in ("assignments", "tasks", "targets", "milestones"):
            data |= {f"{prefix}-TOTAL_FORMS": 0, f"{prefix}-INITIAL_FORMS": 0}
        self.client.post(url, data | {"status": "done", "closed_on": "2024-10-28", "title": "改过"})
        self.assertEqual((self.stored().status, self.stored().closed_on, self.stored().title), ("active", None, "改过"))

    def test_the_page_asks_as_many_queries_for_two_requests_as_for_twenty(self):
        def asked(count):
            for number in range(count):
                ItemRequest.objects.create(
                    item=self.item, kind="close", reason=f"第{number}次", status="refused",
                    requested_by=self.reporter, requested_at=NOW, decided_by=self.supervisor, decided_at=NOW,
                )  # fmt: skip
            with CaptureQueriesContext(connection) as queries:
                self.client.get(reverse("boards:item_page", args=[self.item.pk]))
            return len(queries)

        self.client.force_login(self.supervisor)
        few, many = asked(2), asked(18)
        self.assertEqual(few, many)
