"""A closed period opened again for one office, with a reason and a last day."""

from datetime import date, timedelta

from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from tests.base import NOW, TODAY, CastTestCase
from tracking.models import Period, Reopening, Report
from tracking.periods.periods import WrongStatus, advance, reopen_for_office
from tracking.reports.recording import record
from workplans.models import Item

S = Period.Status
UNTIL = TODAY + timedelta(days=3)


class ClosedPeriodCase(CastTestCase):
    """A closed period with reports in every state."""

    def setUp(self):
        """A closed period: of the 德育科 one empty, one returned, one approved, one cancelled; of the 计财科 one empty."""
        self.plan = self.make_plan()
        self.period = self.make_period(status=S.CLOSED)
        make = self.make_report
        self.empty = make(self.make_item(self.plan), self.period)
        self.returned = make(self.make_item(self.plan), self.period, progress="已部署。", status="returned")
        self.approved = make(self.make_item(self.plan), self.period, progress="已完成。", status="approved")
        self.cancelled = make(self.make_item(self.plan, status=Item.Status.CANCELLED), self.period)
        self.other = make(self.make_item(self.plan, lead=self.finance), self.period)


class ReopeningTest(ClosedPeriodCase):
    """The verb."""

    def reopen(self, by=None, office=None, reason="负责人出差", until=UNTIL):
        """Reopen for the 德育科 as the supervisor."""
        return reopen_for_office(self.period, office or self.moral, until, reason, by=by or self.supervisor, now=NOW)

    def reopened(self):
        """Return the reports that are open again."""
        return set(Report.objects.filter(is_reopened=True))

    def test_only_that_offices_unfinished_reports_open_again_with_a_row_and_history(self):
        self.assertEqual(self.reopen(), 2)
        self.assertEqual(self.reopened(), {self.empty, self.returned})
        row = Reopening.objects.get()
        self.assertEqual(
            (row.office, row.until, row.reason, row.by), (self.moral, UNTIL, "负责人出差", self.supervisor)
        )
        entry = self.empty.history.latest("history_id")
        self.assertEqual((entry.history_user, entry.is_reopened), (self.supervisor, True))
        self.assertIn("负责人出差", entry.history_change_reason)

    def test_the_office_writes_and_others_do_not(self):
        with self.assertRaises(PermissionDenied):
            record(self.empty, {"progress": "补报。"}, by=self.reporter, now=NOW)
        self.reopen()
        self.empty.refresh_from_db()
        record(self.empty, {"progress": "补报。"}, by=self.reporter, now=NOW)
        with self.assertRaises(PermissionDenied):
            record(self.other, {"progress": "补报。"}, by=self.other_reporter, now=NOW)

    def test_it_ends_after_its_last_day_by_the_daily_command_once(self):
        self.reopen()
        self.assertEqual(advance(today=UNTIL, now=NOW).shut, 0)
        self.assertEqual(advance(today=UNTIL + timedelta(days=1), now=NOW).shut, 2)
        self.assertEqual(self.reopened(), set())
        self.assertEqual(self.empty.history.latest("history_id").history_change_reason, "重新开放到期")
        self.assertEqual(advance(today=UNTIL + timedelta(days=1), now=NOW).shut, 0)

    def test_a_longer_reopening_keeps_it_open(self):
        self.reopen()
        self.reopen(until=UNTIL + timedelta(days=7), reason="仍需补充材料")
        self.assertEqual(advance(today=UNTIL + timedelta(days=1), now=NOW).shut, 0)

    def test_a_period_that_is_not_closed_is_refused(self):
        for status in (S.UPCOMING, S.OPEN, S.ARCHIVED):
            Period.objects.update(status=status)
            with self.subTest(status=status), self.assertRaisesMessage(WrongStatus, status.label):
                self.reopen()
        self.assertEqual((Reopening.objects.count(), self.reopened()), (0, set()))

    def test_an_office_that_owes_nothing_is_refused(self):
        with self.assertRaisesMessage(WrongStatus, "不需要重新开放"):
            self.reopen(office=self.coordinating)

    def test_only_the_supervisor_of_the_bureau_reopens(self):
        for name, person in self.people().items():
            if name != "supervisor":
                with self.subTest(person=name), self.assertRaises(PermissionDenied):
                    self.reopen(by=person)


class ReopeningPageTest(ClosedPeriodCase):
    """The form."""

    def send(self, **kw):
        """Send the form as the supervisor."""
        self.client.force_login(self.supervisor)
        values = {
            "office": self.moral.pk, "reason": "负责人出差", "until": timezone.localdate() + timedelta(days=3)
        } | kw  # fmt: skip
        return self.client.post(reverse("tracking:period_reopen", args=[self.period.pk]), values, follow=True)

    def test_the_page_reopens_and_shows_the_record(self):
        response = self.send()
        self.assertContains(response, "已对德育科重新开放")
        self.assertContains(response, "负责人出差")
        self.assertContains(response, "开放到")

    def test_wrong_answers_are_told_in_chinese(self):
        table = [
            ({"until": date(2020, 1, 1)}, "已经过去"),
            ({"until": "明天"}, "请写成 2024-12-31 这样的日期"),
            ({"reason": " "}, "请填写这一项"),
            ({"office": self.foreign_office.pk}, "请重新选择"),
            ({"office": self.coordinating.pk}, "请重新选择"),
        ]
        for changes, sentence in table:
            with self.subTest(**{k: str(v) for k, v in changes.items()}):
                self.assertContains(self.send(**changes), sentence)
        Period.objects.update(status=S.ARCHIVED)
        self.assertContains(self.send(), "只有已截止、未归档的填报期可以")
        self.assertEqual(Reopening.objects.count(), 0)
