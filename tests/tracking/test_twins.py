"""Rules said in Python of one report and in SQL of many: over every combination of states both say the same."""

from itertools import product

from tests.base import TODAY, CastTestCase, make_user
from tracking.models import Period, Report
from tracking.models.report import unreported
from tracking.periods.missing import missing_reports, with_counts
from tracking.reports.workflow import waits_for
from tracking.reports.worklists import duties, owed_reports, waiting_reports
from workplans.access import Role
from workplans.models import Item


class TwinsTest(CastTestCase):
    """Each combination of period, item and report stands once."""

    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.second = make_user("second", cls.bureau, Role.SUPERVISOR)
        plan = cls.make_plan()
        periods = [cls.make_period(label=str(status.label), status=status) for status in Period.Status]
        writers = (None, cls.supervisor, cls.reporter)
        rows = []
        for status, report_status, is_reopened, writer in product(Item.Status, Report.Status, (False, True), writers):
            item = cls.make_item(plan, status=status)
            rows += [
                Report(
                    item=item, period=period, status=report_status, is_reopened=is_reopened, saved_by=writer, submitted_by=writer
                )
                for period in periods
            ]  # fmt: skip
        Report.objects.bulk_create(rows)
        cls.people = (cls.reporter, cls.head, cls.other_reporter, cls.supervisor, cls.second, cls.leader, cls.outsider)

    def setUp(self):
        related = "item__plan", "item__reporting_office", "period"
        self.reports = list(Report.objects.select_related(*related))

    def assert_same(self, queryset, says_yes):
        """The queryset holds just the reports of which `says_yes` is true, and that is neither none nor all."""
        expected = {report.pk for report in self.reports if says_yes(report)}
        self.assertEqual(set(queryset.values_list("pk", flat=True)), expected)
        self.assertTrue(0 < len(expected) < len(self.reports))

    def test_writable_periods(self):
        self.assert_same(Report.objects.writable(), lambda report: report.period_refusal() is None)

    def test_reports_that_can_be_edited(self):
        editable = Report.objects.writable().filter(status__in=Report.EDITABLE)
        self.assert_same(editable, lambda report: report.editing_refusal() is None)

    def test_unreported(self):
        self.assert_same(
            Report.objects.unreported(),
            lambda report: report.item.status == Item.Status.ACTIVE and report.status in Report.EDITABLE,
        )
        counted = Period.objects.filter(unreported("reports__")).values_list("reports")
        self.assertEqual(counted.count(), Report.objects.unreported().count())

    def test_who_waits_for_whom(self):
        for person in self.people:
            mine = set(waiting_reports(person).values_list("pk", flat=True))
            with self.subTest(person.username):
                self.assertEqual(mine, {report.pk for report in self.reports if waits_for(person, report)})
        self.assertTrue(
            waiting_reports(self.head) and waiting_reports(self.supervisor) and waiting_reports(self.second)
        )

    def test_what_is_owed_is_one_number(self):
        """The navigation, 我的填报, 未报清单 and the counts of a period; a closed item's returned report is in none."""
        owed = duties(self.reporter)["owed"]
        mine = owed_reports(self.reporter).filter(status__in=Report.EDITABLE)
        self.assertEqual(set(owed.values_list("pk", flat=True)), set(mine.values_list("pk", flat=True)))
        period = Period.objects.get(status=Period.Status.OPEN)
        listed = sum(
            len(group.rows) for group in missing_reports(period, Report.objects.visible_to(self.supervisor), TODAY)
        )
        self.assertEqual(with_counts(Period.objects.filter(pk=period.pk)).get().missing, listed)
        self.assertEqual(owed.filter(period=period).count(), listed)
        self.assertFalse(owed.exclude(item__status=Item.Status.ACTIVE).exists())
