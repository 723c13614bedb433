"""Opening, closing and archiving periods."""

from django.core.exceptions import PermissionDenied

from tests.base import NOW, CastTestCase
from tracking.models import Period, Report, TaskReport
from tracking.periods.periods import WrongStatus, make_slots, move_period, open_period, owed_items
from workplans.models import Item, Plan


class PeriodTest(CastTestCase):
    """Who owes a report."""

    def setUp(self):
        """An issued plan with three items and a period not yet open."""
        self.plan = self.make_plan()
        self.items = [self.make_item(self.plan) for _ in range(3)]
        self.period = self.make_period(status=Period.Status.UPCOMING)

    def open(self):
        """Open the period as the supervisor."""
        return open_period(self.period, by=self.supervisor, now=NOW)

    def test_opening_makes_one_empty_slot_for_each_item_with_its_tasks_and_history(self):
        self.make_item(self.plan, tasks=("高中", "初中"))
        self.assertEqual(self.open(), 4)
        report = Report.objects.get(item__position=4)
        self.assertEqual((report.status, report.completion_percent, report.saved_at), ("draft", None, None))
        self.assertEqual([str(t) for t in report.task_reports.all()], ["高中", "初中"])
        self.assertEqual(report.history.get().history_type, "+")

    def test_opening_again_adds_slots_for_newer_items_only(self):
        self.open()
        self.make_item(self.plan)
        self.assertEqual(self.open(), 1)
        self.assertEqual(self.open(), 0)
        self.assertEqual(Report.objects.count(), 4)

    def test_only_active_items_of_issued_plans_in_whose_span_the_period_lies_owe_a_report(self):
        for status in Item.Status:
            self.make_item(self.plan, status=status)
        drawn_up = self.make_plan(status=Plan.Status.DRAFT)
        last_year = self.make_plan(year=2023, start_on="2023-01-01", end_on="2023-12-31")
        foreign = self.make_plan(organization=self.other_bureau)
        for plan in (drawn_up, last_year, foreign):
            self.make_item(plan)
        owed = set(owed_items(self.period))
        self.assertEqual(owed, {*self.items, self.plan.items.filter(status="active").last()})

    def test_opening_takes_the_same_number_of_queries_for_two_items_and_forty(self):
        def count():
            with self.assertNumQueries(5):
                make_slots(self.period, self.plan.items.all(), by=self.supervisor, now=NOW)
            Report.objects.all().delete()

        tasks = ("高中", "初中")
        self.make_item(self.plan, tasks=tasks)
        count()
        for _ in range(37):
            self.make_item(self.plan, tasks=tasks)
        count()

    def test_a_slot_is_what_an_empty_report_is_and_its_history_says_the_same(self):
        item = self.make_item(self.plan, tasks=("高中", "初中"))
        make_slots(self.period, self.plan.items.all(), by=self.supervisor, now=NOW)
        report = Report.objects.get(item=item)
        parts = list(report.task_reports.all())
        self.assertEqual([part.task.title for part in parts], ["高中", "初中"])
        owing = {"office": self.moral, "office_name": "德育科"}
        blank = [
            Report(item=item, period=self.period, **owing),
            *(TaskReport(report=report, task=part.task) for part in parts),
        ]
        for row, expected in zip([report, *parts], blank, strict=True):
            told = row.history.get()
            for column in row._meta.concrete_fields:
                if not column.primary_key:
                    with self.subTest(model=type(row).__name__, field=column.name):
                        self.assertEqual(getattr(row, column.attname), getattr(expected, column.attname))
                        if hasattr(told, column.attname):
                            self.assertEqual(getattr(told, column.attname), getattr(row, column.attname))
            self.assertEqual(
                (
                    told.history_type,
                    told.history_date,
                    told.history_user,
                    told.history_origin,
                    told.history_change_reason,
                ),
                ("+", NOW, self.supervisor, "command", None),
            )

    def test_a_period_moves_forward_one_step_at_a_time(self):
        self.open()
        with self.assertRaises(WrongStatus):
            move_period(self.period, Period.Status.ARCHIVED, by=self.supervisor)
        move_period(self.period, Period.Status.CLOSED, by=self.supervisor)
        move_period(self.period, Period.Status.ARCHIVED, by=self.supervisor)
        with self.assertRaises(WrongStatus):
            self.open()

    def test_only_the_supervisor_of_the_bureau_opens_and_moves_it(self):
        for name, person in self.people().items():
            if name == "supervisor":
                continue
            with self.subTest(person=name):
                with self.assertRaises(PermissionDenied):
                    open_period(self.period, by=person, now=NOW)
                with self.assertRaises(PermissionDenied):
                    move_period(self.period, Period.Status.OPEN, by=person)
