"""催办: recorded, all or none, by supervisors only."""

from django.core.exceptions import PermissionDenied
from django.urls import reverse

from tests.base import NOW, CastTestCase
from tracking.models import Period, Report, Urge
from tracking.periods.urging import NotOwed, default_note, urge


class UrgingTest(CastTestCase):
    """The verb and the button."""

    def setUp(self):
        """Two missing reports of the 德育科, one of the 计财科, one already sent."""
        plan = self.make_plan()
        self.period = self.make_period()
        self.first, self.second = (self.make_report(self.make_item(plan), self.period) for _ in range(2))
        self.third = self.make_report(self.make_item(plan, lead=self.finance), self.period)
        self.sent = self.make_report(self.make_item(plan), self.period, progress="已报。", status="bureau_review")
        self.client.force_login(self.supervisor)

    def urge(self, *reports, by=None):
        """Urge these reports."""
        chosen = Report.objects.filter(pk__in=[report.pk for report in reports])
        return urge(chosen, by=by or self.supervisor, now=NOW, note=" 请尽快报送。 ")

    def press(self, **kw):
        """Send the form of the list; return the messages shown."""
        values = {"note": default_note(self.period)} | kw
        url = reverse("tracking:urge_reports", args=[self.period.pk])
        return [str(message) for message in self.client.post(url, values, follow=True).context["messages"]]

    def urged(self):
        """Return the reports urged."""
        return {row.report for row in Urge.objects.all()}

    def test_each_asking_is_a_row(self):
        self.assertEqual(self.urge(self.first, self.third), 2)
        self.urge(self.first)
        row = self.first.urges.first()
        self.assertEqual((row.by, row.at, row.note), (self.supervisor, NOW, "请尽快报送。"))
        self.assertEqual((self.first.urges.count(), self.third.urges.count()), (2, 1))

    def test_one_that_is_not_owed_stops_all(self):
        with self.assertRaisesMessage(NotOwed, "待办公室审核，不需要催办。没有催办任何一项。"):
            self.urge(self.first, self.sent)
        with self.assertRaisesMessage(NotOwed, "没有选中"):
            self.urge()
        self.first.item.status = "suspended"
        self.first.item.save()
        with self.assertRaisesMessage(NotOwed, "暂缓"):
            self.urge(self.first)
        Period.objects.update(status="archived")
        with self.assertRaisesMessage(NotOwed, "已归档"):
            self.urge(self.second)
        self.assertEqual(Urge.objects.count(), 0)

    def test_only_the_supervisor_of_the_bureau_urges(self):
        for name, person in self.people().items():
            if name != "supervisor":
                with self.subTest(person=name), self.assertRaises(PermissionDenied):
                    self.urge(self.first, by=person)

    def test_one_report_of_another_bureau_stops_all(self):
        period = self.make_period(organization=self.other_bureau)
        plan = self.make_plan(organization=self.other_bureau)
        foreign = self.make_report(self.make_item(plan, lead=self.foreign_office), period)
        with self.assertRaises(PermissionDenied):
            self.urge(self.first, foreign)
        self.assertEqual(Urge.objects.count(), 0)

    def test_the_button_urges_what_is_ticked_an_office_or_all(self):
        self.assertIn("已催办 1 项", self.press(reports=[self.second.pk])[0])
        self.assertEqual(self.urged(), {self.second})
        self.assertIn("已催办 1 项", self.press(scope=f"office-{self.finance.pk}")[0])
        self.assertEqual(self.urged(), {self.second, self.third})
        self.assertIn("已催办 3 项", self.press(scope="all")[0])
        self.assertEqual(self.first.urges.get().note, default_note(self.period))

    def test_what_was_ticked_and_reported_meanwhile_is_told_and_nothing_recorded(self):
        self.assertIn("已经报送", self.press(reports=[self.first.pk, self.sent.pk])[0])
        self.assertIn("没有选中", self.press()[0])
        self.assertIn("没有选中", self.press(scope=f"office-{self.foreign_office.pk}")[0])
        self.assertTrue(self.press(scope="x"))
        self.assertTrue(self.press(scope="all", note=" "))
        self.assertEqual(Urge.objects.count(), 0)

    def test_urging_forty_takes_as_many_queries_as_two(self):
        self.urge(self.first)
        with self.assertNumQueries(4):
            self.urge(self.first, self.second)
        more = [self.make_report(self.make_item(self.first.item.plan), self.period) for _ in range(38)]
        with self.assertNumQueries(4):
            self.urge(self.first, self.second, *more)
