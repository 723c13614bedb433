"""What is told, to whom, by which channels: written in the transaction of the event, once, without growing queries."""

from datetime import date, timedelta
from io import StringIO

from django.core.management import call_command
from django.db import connection, transaction
from django.test import override_settings
from django.test.utils import CaptureQueriesContext

from tests.base import NOW, CastTestCase, make_user
from tracking.models import Channel, ChannelKind, Message, MessageChoice, MessageEvent, Report, ReportStep
from tracking.notices.outgoing import Happening, tell
from tracking.notices.outgoing_daily import tell_of_day
from tracking.periods.urging import urge
from tracking.reports.instructing import instruct
from tracking.reports.workflow import perform
from workplans.access import Role

DUE = date(2024, 11, 5)


@override_settings(OUTGOING_CHANNELS=True)
class OutgoingCase(CastTestCase):
    """A period with two missing reports of the 德育科, a group and a webhook."""

    def setUp(self):
        """Make them."""
        self.plan = self.make_plan()
        self.period = self.make_period(due_on=DUE)
        self.reports = [self.make_report(self.make_item(self.plan), self.period) for _ in range(2)]
        self.group = self.channel(ChannelKind.WECOM)
        self.each = self.channel(ChannelKind.WEBHOOK)

    def channel(self, kind, **kw):
        """Make a channel for everything."""
        values = {"organization": self.bureau, "kind": kind, "name": f"{kind}{Channel.objects.count()}"}
        return Channel.objects.create(**(values | {"events": MessageEvent.values, "address": "https://x/"} | kw))

    def told(self, event=None):
        """Who was told of it: user names, None for a group."""
        rows = Message.objects.filter(kind=event) if event else Message.objects.all()
        return sorted(rows.values_list("recipient__username", flat=True), key=str)

    def urge(self, note="请尽快报送。"):
        """Urge all that is missing."""
        return urge(Report.objects.filter(period=self.period), by=self.supervisor, now=NOW, note=note)


class EventsTest(OutgoingCase):
    """Each event tells whom it concerns."""

    def test_urging_tells_the_office_once(self):
        self.urge()
        self.assertEqual(self.told(), [None, "head", "reporter"])
        row = Message.objects.get(channel=self.group)
        self.assertEqual((row.title, row.office_name, row.on), ("“2024年1-10月”2 项进展报告", "德育科", DUE))
        self.assertEqual((row.path, row.text), ("/my/", ""))

    def test_the_note_is_kept_only_for_a_channel_that_may_carry_it(self):
        Channel.objects.filter(pk=self.each.pk).update(texts_leave=True)
        self.urge()
        self.assertEqual(
            set(Message.objects.values_list("channel", "text")),
            {(self.group.pk, ""), (self.each.pk, "请尽快报送。")},
        )

    def test_a_return_tells_the_office(self):
        report = self.reports[0]
        Report.objects.filter(pk=report.pk).update(
            status=Report.Status.BUREAU_REVIEW, progress="甲", completion_percent=1
        )
        report.refresh_from_db()
        perform(report, ReportStep.RETURN, by=self.supervisor, now=NOW, note="缺少数据")
        self.assertEqual(self.told(MessageEvent.RETURNED), [None, "head", "reporter"])
        self.assertEqual(set(Message.objects.values_list("path", flat=True)), {f"/reports/{report.pk}/"})

    def test_no_other_step_tells_anybody(self):
        report = self.reports[0]
        Report.objects.filter(pk=report.pk).update(progress="甲", completion_percent=1)
        report.refresh_from_db()
        report = perform(report, ReportStep.SUBMIT, by=self.reporter, now=NOW)
        perform(report, ReportStep.ENDORSE, by=self.head, now=NOW)
        self.assertEqual(self.told(), [])

    def test_an_instruction_tells_each_office_it_is_addressed_to(self):
        item = self.reports[0].item
        instruct(item, [self.moral, self.finance], text="请加快。", by=self.leader, now=NOW, due_on=DUE)
        self.assertEqual(self.told(MessageEvent.INSTRUCTED), [None, None, "head", "other", "reporter"])
        self.assertEqual(set(Message.objects.values_list("text", "on")), {("", DUE)})

    def test_what_is_due_and_overdue_is_told_on_its_days_once(self):
        for day, event in (
            (DUE - timedelta(days=3), MessageEvent.DUE),
            (DUE + timedelta(days=3), MessageEvent.OVERDUE),
        ):
            with self.subTest(event=event):
                self.assertGreater(tell_of_day(today=day, now=NOW), 0)
                self.assertEqual(self.told(event), [None, "head", "reporter"])
                before = Message.objects.count()
                tell_of_day(today=day, now=NOW)
                self.assertEqual(Message.objects.count(), before)
        before = Message.objects.exclude(kind=MessageEvent.DAILY).count()
        tell_of_day(today=DUE - timedelta(days=4), now=NOW)
        self.assertEqual(Message.objects.exclude(kind=MessageEvent.DAILY).count(), before)

    def test_the_day_is_told_to_groups_in_numbers_and_to_people_of_their_own(self):
        out = StringIO()
        call_command("send_digests", "--today", "2024-11-08", stdout=out)
        self.assertIn("条消息等待按消息渠道发出", out.getvalue())
        group = Message.objects.get(kind=MessageEvent.DAILY, channel=self.group)
        self.assertEqual(group.title, "待报送 2 项，其中已逾期 2 项")
        own = Message.objects.filter(kind=MessageEvent.DAILY, channel=self.each)
        self.assertEqual({row.recipient for row in own}, {self.reporter, self.head})
        self.assertEqual({(row.title, row.text) for row in own}, {("今天有 1 件事请登录查看", "")})


class WhomTest(OutgoingCase):
    """Who is told nothing."""

    def test_off_nothing_is_written(self):
        with override_settings(OUTGOING_CHANNELS=False):
            self.urge()
            tell_of_day(today=DUE + timedelta(days=3), now=NOW)
        self.assertEqual(self.told(), [])

    def test_what_is_rolled_back_is_not_told(self):
        with transaction.atomic():
            self.urge()
            transaction.set_rollback(True)
        self.assertEqual(self.told(), [])

    def test_a_channel_tells_only_what_it_is_for(self):
        Channel.objects.filter(pk=self.each.pk).update(events=[MessageEvent.RETURNED])
        Channel.objects.filter(pk=self.group.pk).update(is_active=False)
        self.channel(ChannelKind.WECOM, organization=self.other_bureau)
        self.urge()
        self.assertEqual(self.told(), [])

    def test_who_does_not_want_it_or_has_left(self):
        MessageChoice.objects.create(user=self.head, muted=[MessageEvent.URGED])
        make_user("gone", self.bureau, Role.REPORTER, self.moral, is_active=False)
        self.urge()
        self.assertEqual(self.told(), [None, "reporter"])

    def test_by_mail_only_who_has_an_address_and_no_second_digest(self):
        Channel.objects.exclude(pk=self.channel(ChannelKind.MAIL).pk).update(is_active=False)
        type(self.head).objects.filter(pk=self.head.pk).update(email="h@example.gov.cn")
        self.urge()
        call_command("send_digests", "--today", "2024-11-08", stdout=StringIO())
        self.assertEqual(self.told(MessageEvent.URGED), ["head"])
        self.assertEqual(self.told(MessageEvent.DAILY), [])

    def test_the_queries_do_not_grow(self):
        def happening(number):
            return Happening(
                key=str(number), organization=self.bureau.pk, title="项", path="/my/", office=self.moral.pk
            )

        def count(happenings):
            with CaptureQueriesContext(connection) as queries:
                tell(MessageEvent.URGED, happenings, now=NOW)
            return len(
                [each for each in queries if not each["sql"].startswith("INSERT")]
            )  # rows an INSERT: by database

        few = count([happening(0), happening(1)])
        for number in range(20):
            make_user(f"colleague{number}", self.bureau, Role.REPORTER, self.moral)
        self.assertEqual(count([happening(n) for n in range(2, 12)]), few)
