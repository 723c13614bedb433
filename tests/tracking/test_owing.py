"""Which office owes a report: a move or a renaming changes what is open, and nothing that has closed."""

from datetime import date

from django.core.management import call_command
from django.db import connection
from django.test import TransactionTestCase
from django.urls import reverse

from audit.kinds import EventKind
from audit.models import SecurityEvent
from boards.reporting_map import reporting_map
from boards.rows import board_rows
from sheets.columns import answering_offices
from tests.base import NOW, TODAY, Cast, CastTestCase
from tests.page_forms import sent_by_browser
from tracking.models import Period, Report
from tracking.models.report import OWED_BY
from tracking.periods.missing import missing_reports, office_counts
from tracking.periods.owing import follow, hand_over, still_open
from tracking.periods.periods import advance, make_slots, move_period, open_period, owed_items
from tracking.reports.worklists import owed_reports
from workplans.history import write_history
from workplans.models import Assignment, Item, Office


class OwingCase(CastTestCase):
    """A closed period of January to March, and the open one of January to October."""

    def setUp(self):
        """One item, led by the 德育科, supported by the 计财科."""
        self.plan = self.make_plan()
        self.item = self.make_item(self.plan)
        Assignment.objects.create(item=self.item, office=self.finance, role="support", position=2)
        self.past = self.make_period(
            label="2024年1-3月", as_of=date(2024, 3, 31), opens_on=date(2024, 3, 20), due_on=date(2024, 4, 5)
        )
        make_slots(self.past, owed_items(self.past), by=self.supervisor, now=NOW)
        move_period(self.past, Period.Status.CLOSED, by=self.supervisor)
        self.period = self.make_period()
        make_slots(self.period, owed_items(self.period), by=self.supervisor, now=NOW)
        self.then, self.now = (Report.objects.get(period=period) for period in (self.past, self.period))

    def rename(self, name="德育与体卫艺科"):
        """Rename the office that owes."""
        Office.objects.filter(pk=self.moral.pk).update(name=name)

    def move(self):
        """Give the item to the 计财科, in the plan's words too."""
        Item.objects.filter(pk=self.item.pk).update(reporting_office=self.finance)
        self.item.assignments.all().delete()
        Assignment.objects.create(item=self.item, office=self.finance, role="lead", position=1)

    def row(self, period):
        """The board row of the item."""
        return board_rows({self.plan.pk: self.plan}, period, Item.objects.all(), TODAY)[0]


class PastTest(OwingCase):
    """What a closed period shows."""

    def shown(self, period):
        """(未报清单, counts, sheet, 配合, map, filter) of a period, the office by its name."""
        missing = missing_reports(period, Report.objects.all(), TODAY)
        row = self.row(period)
        lines = reporting_map(Item.objects.all(), [period], TODAY).offices
        return (
            [group.name for group in missing], [count.name for count in office_counts(period, TODAY)],
            answering_offices(row), "、".join(row.support_names), [line.name for line in lines], row.reporting_name,
        )  # fmt: skip

    def test_a_renaming_changes_only_what_is_open(self):
        self.rename()
        then, now = "德育科", "德育与体卫艺科"
        self.assertEqual(self.shown(self.past), ([then], [then], then, "计财科", [then], then))
        self.assertEqual(self.shown(self.period), ([now], [now], now, "计财科", [now], now))

    def test_a_move_changes_nothing_that_has_closed(self):
        self.move()
        hand_over(still_open(Item.objects.all()), by=self.supervisor, now=NOW)
        then, now = "德育科", "计财科"
        self.assertEqual(self.shown(self.past), ([then], [then], then, "计财科", [then], then))
        self.assertEqual(self.shown(self.period), ([now], [now], now, "", [now], now))

    def test_the_year_of_a_renamed_office_is_one_line_with_both_names(self):
        self.rename()
        lines = reporting_map(Item.objects.all(), [self.past, self.period], TODAY).offices
        self.assertEqual([line.name for line in lines], ["德育与体卫艺科（原德育科）"])

    def test_a_period_opened_again_goes_by_the_names_of_today(self):
        Period.objects.filter(pk=self.past.pk).update(due_on=date(2024, 12, 1))
        self.past.refresh_from_db()
        self.rename()
        open_period(self.past, by=self.supervisor, now=NOW)
        self.assertEqual(self.row(self.past).reporting_name, "德育与体卫艺科")
        advance(today=date(2024, 12, 20), now=NOW)
        self.rename("又一个名字")
        self.assertEqual(self.row(Period.objects.get(pk=self.past.pk)).reporting_name, "德育与体卫艺科")

    def test_the_name_in_python_and_in_sql_is_the_same(self):
        self.rename()
        for period in (self.past, self.period):
            for status in Period.Status:
                Period.objects.filter(pk=period.pk).update(status=status)
                report = Report.objects.annotate(told=OWED_BY).select_related("office", "period").get(period=period)
                with self.subTest(period=period, status=status):
                    self.assertEqual(report.owed_by, report.told)

    def test_who_may_write_is_who_owes(self):
        self.move()
        self.assertIn(self.now, owed_reports(self.reporter))
        hand_over(still_open(Item.objects.all()), by=self.supervisor, now=NOW)
        self.assertNotIn(self.now, owed_reports(self.reporter))
        self.assertIn(self.now, owed_reports(self.other_reporter))
        self.assertEqual(Report.objects.get(pk=self.then.pk).office, self.moral)

    def test_a_hand_over_leaves_history(self):
        self.move()
        hand_over(still_open(Item.objects.all()), by=self.supervisor, now=NOW)
        told = self.now.history.first()
        self.assertEqual((told.office_id, told.history_user), (self.finance.pk, self.supervisor))

    def test_what_has_begun_stays_where_nobody_could_be_asked(self):
        for changes, moves in (
            ({}, 1), ({"saved_at": NOW, "progress": "已部署。"}, 0), ({"status": "bureau_review"}, 0), ({"status": "approved"}, 0),
        ):  # fmt: skip
            with self.subTest(changes):
                fresh = {"office": self.moral, "saved_at": None, "status": "draft", "progress": ""}
                Report.objects.filter(pk=self.now.pk).update(**(fresh | changes))
                Item.objects.update(reporting_office=self.finance)
                self.assertEqual(follow(Item.objects.all(), by=self.supervisor, now=NOW), moves)


class PagesTest(OwingCase):
    """The same on the pages."""

    def setUp(self):
        """As the supervisor, after both."""
        super().setUp()
        self.rename()
        self.move()
        self.client.force_login(self.supervisor)

    def test_the_pages_of_the_closed_period_show_the_office_of_then(self):
        for name, args, query in (
            ("tracking:missing_reports", [self.past.pk], ""), ("tracking:urge_sheet", [self.past.pk], ""),
            ("tracking:period_page", [self.past.pk], ""), ("tracking:report_page", [self.then.pk], ""),
            ("boards:plan_board", [self.plan.pk], f"?period={self.past.pk}"),
            ("boards:overview", [], f"?period={self.past.pk}"),
        ):  # fmt: skip
            with self.subTest(name):
                response = self.client.get(reverse(name, args=args) + query)
                self.assertContains(response, "德育科")

    def test_the_board_finds_it_by_the_office_of_then(self):
        page = reverse("boards:plan_board", args=[self.plan.pk])
        for period, office, count in (
            (self.past, self.moral, 1),
            (self.period, self.moral, 1),
            (self.period, self.finance, 1),
        ):
            response = self.client.get(f"{page}?period={period.pk}&office={office.pk}")
            with self.subTest(period=period, office=office):
                self.assertEqual(len(response.context["board"].rows), count)


class AskingTest(OwingCase):
    """Giving an item to another office while a period is open."""

    def setUp(self):
        """The form, as the supervisor's browser holds it."""
        super().setUp()
        self.url = reverse("admin:workplans_item_change", args=[self.item.pk])
        self.client.force_login(self.supervisor)
        self.data = sent_by_browser(self.client.get(self.url), "item_form")

    def save(self, **kw):
        """Press 保存."""
        return self.client.post(self.url, self.data | {name: [value] for name, value in kw.items()})

    def test_the_form_asks_and_keeps_what_was_typed(self):
        response = self.save(reporting_office=self.finance.pk, body="改写的内容")
        self.assertContains(response, "请选择未结束的填报期由哪个科室报送")
        self.assertContains(response, "改写的内容")
        self.assertEqual(Item.objects.get().reporting_office, self.moral)

    def test_the_new_office_owes_it(self):
        self.assertEqual(self.save(reporting_office=self.finance.pk, who_owes="new").status_code, 302)
        self.assertEqual(Item.objects.get().reporting_office, self.finance)
        self.assertEqual(Report.objects.get(pk=self.now.pk).office, self.finance)
        self.assertEqual(Report.objects.get(pk=self.then.pk).office, self.moral)

    def test_the_old_office_still_owes_it_and_the_next_period_is_the_new_ones(self):
        self.assertEqual(self.save(reporting_office=self.finance.pk, who_owes="old").status_code, 302)
        self.assertEqual(Report.objects.get(pk=self.now.pk).office, self.moral)
        later = self.make_period(label="2024年1-11月", as_of=date(2024, 11, 30), due_on=date(2024, 12, 5))
        make_slots(later, owed_items(later), by=self.supervisor, now=NOW)
        self.assertEqual(Report.objects.get(period=later).office, self.finance)

    def test_nothing_is_asked_where_the_office_stays_or_nothing_is_open(self):
        self.assertEqual(self.save(body="别的内容").status_code, 302)
        Report.objects.filter(pk=self.now.pk).update(status="approved")
        self.assertNotContains(self.client.get(self.url), "who_owes")


class MigrationTest(Cast, TransactionTestCase):
    """Reports made before remember, by the history, which office had to report."""

    def test_the_fields_are_filled_from_history_and_taken_back(self):
        self.cast()
        plan = self.make_plan()
        item = self.make_item(plan)
        past = self.make_period(
            label="2024年1-3月",
            as_of=date(2024, 3, 31),
            opens_on=date(2024, 3, 20),
            due_on=date(2024, 4, 5),
            status="closed",
        )
        now = self.make_period()
        reports = [self.make_report(item, period) for period in (past, now)]
        at = {"moral": NOW.replace(month=1), "finance": NOW.replace(month=6)}
        write_history([item], by=None, now=at["moral"], created=True)
        write_history(list(item.assignments.all()), by=None, now=at["moral"], created=True)
        Item.objects.filter(pk=item.pk).update(reporting_office=self.finance)
        item.refresh_from_db()
        write_history([item], by=None, now=at["finance"])
        SecurityEvent.objects.create(
            at=at["moral"], kind=EventKind.SETTINGS, success=True, target=f"科室 {self.moral.pk} 德育科", detail="修改"
        )
        SecurityEvent.objects.create(
            at=at["finance"],
            kind=EventKind.SETTINGS,
            success=True,
            target=f"科室 {self.moral.pk} 德育处",
            detail="修改",
        )
        Office.objects.filter(pk=self.moral.pk).update(name="德育处")
        try:
            call_command("migrate", "tracking", "0016", verbosity=0)
            self.assertNotIn("office_id", [column.name for column in self.columns()])
        finally:
            call_command("migrate", verbosity=0)
        then, today = (Report.objects.get(pk=report.pk) for report in reports)
        self.assertEqual((then.office, then.owed_by, then.named_offices), (self.moral, "德育科", [["lead", "德育科"]]))
        self.assertEqual((today.office, today.owed_by, today.named_offices), (self.finance, "计财科", None))

    @staticmethod
    def columns():
        """The columns of the table of reports."""
        with connection.cursor() as cursor:
            return connection.introspection.get_table_description(cursor, "tracking_report")
