"""One digest a person a day, in the application and – by a real SMTP server on loopback – as one mail."""

import email
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from email.policy import default
from io import StringIO

from aiosmtpd.controller import Controller
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import SimpleTestCase, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.base import NOW, CastTestCase, make_user
from tracking.models import Digest, Period, Report, ReportEvent, Urge
from tracking.notices.digests import is_reminder_day, make_digests, reminder_due
from tracking.notices.leading import lines_of
from tracking.notices.mailing import send_pending
from tracking.notices.notices import mark_read, unread
from workplans.access import Role

DUE = date(2024, 11, 5)  # a Tuesday


def at(day, hour=9) -> datetime:
    """Return a moment of a day."""
    return NOW.replace(year=day.year, month=day.month, day=day.day, hour=hour)


class ReminderTest(SimpleTestCase):
    """On which days a person is reminded."""

    def test_the_days_before_and_after(self):
        days = [n for n in range(-20, 80) if is_reminder_day(DUE, DUE + timedelta(days=n))]
        self.assertEqual(days, [-7, -3, -1, 1, 3, 7, 14, 21, 28, 35, 42, 49, 56])

    def test_the_setting_says_the_days_before(self):
        with override_settings(REMIND_DAYS_BEFORE=[5, 0]):
            days = [n for n in range(-9, 1) if is_reminder_day(DUE, DUE + timedelta(days=n))]
        self.assertEqual(days, [-5, 0])

    def test_a_missed_day_is_made_up_for_and_none_is_told_twice(self):
        def due(since, today):
            return reminder_due(DUE, DUE + timedelta(days=since), DUE + timedelta(days=today))

        self.assertTrue(due(-8, -7))
        self.assertFalse(due(-7, -6))
        self.assertTrue(due(-6, -2))  # the third day before was a day without a run
        self.assertFalse(due(-3, -3))


class DigestCase(CastTestCase):
    """An open period due on 5 November with two missing reports of the 德育科."""

    def setUp(self):
        """Make the plan, the period and the reports."""
        self.plan = self.make_plan()
        self.period = self.make_period(due_on=DUE)
        self.first, self.second = (self.make_report(self.make_item(self.plan), self.period) for _ in range(2))

    def told(self, user, on):
        """Make the digests of a day; return what a person is told."""
        make_digests(on)
        digest = Digest.objects.filter(user=user, on=on).first()
        return digest.body if digest else ""

    def urge(self, report, when, note="请尽快报送。"):
        """Urge as the supervisor."""
        return Urge.objects.create(report=report, by=self.supervisor, at=when, note=note)

    def give_back(self, report, when, note="缺少数据"):
        """Return as the supervisor."""
        Report.objects.filter(pk=report.pk).update(status="returned")
        ReportEvent.objects.create(
            report=report, actor=self.supervisor, at=when, action="return", from_status="bureau_review",
            to_status="returned", note=note,
        )  # fmt: skip


class ContentsTest(DigestCase):
    """What is told to whom."""

    def test_the_office_is_told_what_it_owes_some_days_before(self):
        body = self.told(self.reporter, DUE - timedelta(days=3))
        self.assertIn("【待报送】“2024年1-10月”报送截止11月5日，还有 3 天，共 2 项：", body)
        self.assertIn("  · 1 推进第1项重点工作", body)
        everybody = set(Digest.objects.values_list("user__username", flat=True))
        self.assertEqual(everybody, {"reporter", "head"})

    def test_after_the_due_date_and_after_closing(self):
        self.assertIn("已逾期 1 天", self.told(self.reporter, DUE + timedelta(days=1)))
        Period.objects.update(status="closed")
        self.assertIn("请联系督办员对本科室重新开放", self.told(self.reporter, DUE + timedelta(days=3)))
        Period.objects.update(status="archived")
        self.assertEqual(self.told(self.reporter, DUE + timedelta(days=7)), "")

    def test_nothing_is_told_on_other_days_and_to_those_who_owe_nothing(self):
        self.told(self.reporter, DUE - timedelta(days=3))
        self.assertEqual(self.told(self.reporter, DUE - timedelta(days=2)), "")
        self.assertEqual(self.told(self.other_reporter, DUE - timedelta(days=1)), "")

    def test_an_urge_is_told_the_next_day_and_once(self):
        day = DUE - timedelta(days=6)
        self.told(self.reporter, day - timedelta(days=1))
        self.urge(self.first, at(day, 8))
        self.urge(self.second, at(day, 8))
        self.assertEqual(self.told(self.reporter, day), "")
        body = self.told(self.reporter, day + timedelta(days=1))
        self.assertIn("【催办】10月30日，督办员催办 2 项：请尽快报送。", body)
        self.assertNotIn("【催办】", self.told(self.reporter, day + timedelta(days=3)))

    def test_an_urge_of_the_day_of_a_digest_is_told_by_the_next_one(self):
        day = DUE - timedelta(days=3)
        self.told(self.reporter, day)
        self.urge(self.first, at(day, 17))
        self.assertIn("【催办】11月2日", self.told(self.reporter, day + timedelta(days=1)))

    def test_what_was_reported_meanwhile_is_not_urged_any_more(self):
        self.urge(self.first, at(DUE - timedelta(days=6)))
        Report.objects.update(status="office_review")
        self.assertNotIn("【催办】", self.told(self.reporter, DUE - timedelta(days=5)))

    def test_a_returned_report_is_told_with_its_reason(self):
        self.give_back(self.first, at(DUE - timedelta(days=6)))
        body = self.told(self.reporter, DUE - timedelta(days=5))
        self.assertIn("【已退回】1 项，请修改后重新报送：\n  · 1 推进第1项重点工作：缺少数据", body)

    def test_heads_and_supervisors_are_told_what_waits_for_them(self):
        Report.objects.filter(pk=self.first.pk).update(status="office_review", submitted_at=at(date(2024, 10, 30)))
        Report.objects.filter(pk=self.second.pk).update(status="bureau_review", submitted_at=at(date(2024, 10, 29)))
        friday = date(2024, 11, 1)
        self.assertIn("1 份进展报告等待科室审核，最早的于10月30日提交", self.told(self.head, friday))
        self.assertIn("1 份进展报告等待办公室审核，最早的于10月29日提交", self.told(self.supervisor, friday))
        for person in (self.leader, self.outsider, self.other_reporter, self.admin):
            self.assertEqual(self.told(person, friday), "")
        self.assertEqual(self.told(self.supervisor, date(2024, 11, 2)), "")  # a Saturday

    def test_who_has_left_is_told_nothing(self):
        self.reporter.is_active = False
        self.reporter.save()
        self.assertEqual(self.told(self.reporter, DUE - timedelta(days=3)), "")

    def test_a_second_run_of_the_day_makes_nothing_new(self):
        day = DUE - timedelta(days=3)
        self.assertEqual((make_digests(day), make_digests(day)), (2, 0))
        self.assertEqual(Digest.objects.count(), 2)

    def test_the_queries_do_not_grow_with_reports_and_people(self):
        def count(day):
            with CaptureQueriesContext(connection) as queries:
                make_digests(day)
            return len(queries)

        few = count(DUE - timedelta(days=3))
        for number in range(38):
            report = self.make_report(self.make_item(self.plan), self.period)
            self.urge(report, at(DUE - timedelta(days=2)))
            make_user(f"colleague{number}", self.bureau, Role.REPORTER, self.moral)
        self.assertEqual(count(DUE - timedelta(days=1)), few)
        self.assertLessEqual(few, 14)


class Inbox:
    """What the server on loopback received; `refuse` makes it turn everybody (or one address) away."""

    def __init__(self):
        self.messages, self.refuse = [], ()

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802 (aiosmtpd's name)
        """Take or refuse an address."""
        if address in self.refuse or "*" in self.refuse:
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        """Keep a message."""
        self.messages.append(email.message_from_bytes(envelope.content, policy=default))
        return "250 OK"


class Loopback(Controller):
    """A server on whatever port is free."""

    def _trigger_server(self):
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def smtp_server():
    """Run a server on a free port of loopback and point the settings at it."""
    inbox = Inbox()
    server = Loopback(inbox, hostname="127.0.0.1", port=0)
    server.start()
    try:
        with mail_by(server.port):
            yield inbox
    finally:
        server.stop()


def mail_by(port):
    """Settings that send by SMTP on loopback."""
    return override_settings(
        EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend", EMAIL_HOST="127.0.0.1", EMAIL_PORT=port,
        EMAIL_TIMEOUT=5, DEFAULT_FROM_EMAIL="台账 <taizhang@hongkou.example>",
    )  # fmt: skip


class MailTest(DigestCase):
    """Mail."""

    today = DUE - timedelta(days=3)

    def setUp(self):
        """The reporter and the head have an address; of the other people nobody is told anything."""
        super().setUp()
        for user in (self.reporter, self.head):
            user.email = f"{user.username}@hongkou.example"
            user.save()

    def run_command(self, today=None):
        """Run the command; return what it says."""
        out = StringIO()
        call_command("send_digests", today=today or self.today, stdout=out)
        return out.getvalue()

    def test_each_person_gets_one_plain_text_mail_and_a_second_run_sends_none(self):
        with smtp_server() as inbox:
            self.assertIn("发出 2 封邮件", self.run_command())
            self.assertIn("发出 0 封邮件", self.run_command())
        self.assertEqual([m["To"] for m in inbox.messages], ["reporter@hongkou.example", "head@hongkou.example"])
        message = inbox.messages[0]
        self.assertEqual(message.get_content_type(), "text/plain")
        self.assertEqual(message["Subject"].strip(), "教育工作推进台账通知（11月2日）")
        self.assertIn("还有 3 天，共 2 项", message.get_content())
        self.assertIn("digest-", message["Message-ID"])
        self.assertEqual(Digest.objects.filter(mailed_at=None).count(), 0)

    def test_without_a_server_the_notices_are_there_all_the_same(self):
        self.assertIn("通知只在系统内显示", self.run_command())
        self.assertEqual(Digest.objects.filter(mailed_at=None).count(), 2)
        self.assertEqual(unread(self.reporter).count(), 1)

    def test_a_person_without_an_address_gets_the_notice_only(self):
        type(self.reporter).objects.update(email="")
        with smtp_server() as inbox:
            self.run_command()
        self.assertEqual((inbox.messages, Digest.objects.count()), ([], 2))

    def test_a_refused_address_is_told_tried_again_and_holds_up_nobody(self):
        with smtp_server() as inbox:
            inbox.refuse = ("reporter@hongkou.example",)
            with self.assertRaisesMessage(CommandError, "reporter 的邮件没有发出"):
                self.run_command()
            self.assertEqual([m["To"] for m in inbox.messages], ["head@hongkou.example"])
            self.assertEqual(Digest.objects.get(mailed_at=None).user, self.reporter)
            inbox.refuse = ()
            self.run_command()
            self.run_command()
        self.assertEqual([m["To"] for m in inbox.messages], ["head@hongkou.example", "reporter@hongkou.example"])

    def test_a_server_that_is_down_loses_nothing(self):
        with smtp_server():
            pass
        with mail_by(1), self.assertRaisesMessage(CommandError, "邮件服务器连接失败"):
            self.run_command()
        self.assertEqual(Digest.objects.filter(mailed_at=None).count(), 2)
        with smtp_server() as inbox:
            self.run_command()
        self.assertEqual(len(inbox.messages), 2)

    def test_what_failed_yesterday_comes_with_todays_in_one_mail_unless_it_was_read(self):
        self.run_command()
        mark_read(Digest.objects.filter(user=self.head), now=NOW)
        with smtp_server() as inbox:
            self.run_command(DUE - timedelta(days=1))
        texts = {message["To"]: message.get_content() for message in inbox.messages}
        self.assertEqual(len(inbox.messages), 2)
        self.assertIn("还有 3 天", texts["reporter@hongkou.example"])
        self.assertIn("还有 1 天", texts["reporter@hongkou.example"])
        self.assertNotIn("还有 3 天", texts["head@hongkou.example"])

    def test_old_notices_are_not_mailed_when_a_server_is_set_at_last(self):
        make_digests(self.today)
        with smtp_server() as inbox:
            send_pending(today=self.today + timedelta(days=7), now=NOW)
        self.assertEqual(inbox.messages, [])

    def test_a_notice_claimed_by_another_run_is_not_sent_again(self):
        make_digests(self.today)
        with smtp_server() as inbox:
            Digest.objects.filter(user=self.head).update(mailed_at=NOW)
            send_pending(today=self.today, now=NOW)
        self.assertEqual([m["To"] for m in inbox.messages], ["reporter@hongkou.example"])


class LeadingTest(DigestCase):
    """Each line leads to what it tells of."""

    def links(self, user, on):
        """Make the digests of a day; return text → address as the person's page shows them."""
        make_digests(on)
        return {text.strip(): address for text, address in lines_of(Digest.objects.get(user=user, on=on)) if address}

    def test_what_is_owed_leads_to_the_report_and_to_the_list(self):
        links = self.links(self.reporter, DUE - timedelta(days=1))
        headline = next(text for text in links if text.startswith("【待报送】"))
        self.assertEqual(links[headline], reverse("tracking:my_reports"))
        self.assertEqual(links[f"· {self.first.item}"], reverse("tracking:report_page", args=[self.first.pk]))

    def test_what_was_returned_leads_to_its_report(self):
        self.give_back(self.second, at(DUE - timedelta(days=2)))
        links = self.links(self.reporter, DUE - timedelta(days=1))
        self.assertEqual(
            links[f"· {self.second.item}：缺少数据"], reverse("tracking:report_page", args=[self.second.pk])
        )

    def test_what_waits_leads_to_the_review(self):
        Report.objects.filter(pk=self.first.pk).update(
            status="bureau_review", submitted_at=NOW, submitted_by=self.reporter
        )
        links = self.links(self.supervisor, DUE - timedelta(days=1))
        self.assertEqual(list(links.values()), [reverse("tracking:review")])

    def test_every_link_opens_for_who_was_told(self):
        self.give_back(self.second, at(DUE - timedelta(days=2)))
        self.urge(self.first, at(DUE - timedelta(days=2)))
        for person in (self.reporter, self.head):
            self.client.force_login(person)
            for text, address in self.links(person, DUE - timedelta(days=1)).items():
                with self.subTest(person=person, text=text):
                    self.assertEqual(self.client.get(address).status_code, 200)
        self.assertContains(
            self.client.get("/notices/"), f'<a href="{reverse("tracking:report_page", args=[self.first.pk])}">'
        )

    def test_an_older_notice_without_links_reads_as_before(self):
        notice = Digest(user=self.reporter, on=DUE, body="【待报送】一项：\n  · 事项")
        self.assertEqual(lines_of(notice), [("【待报送】一项：", ""), ("  · 事项", "")])


class NoticesPageTest(DigestCase):
    """通知, the page."""

    url = "/notices/"

    def setUp(self):
        """Two notices of the reporter."""
        super().setUp()
        for days in (3, 1):
            make_digests(DUE - timedelta(days=days))
        self.client.force_login(self.reporter)

    def test_a_person_reads_the_own_notices_and_marks_one_or_all_read(self):
        self.assertEqual(reverse("tracking:notices"), self.url)
        response = self.client.get(self.url)
        self.assertContains(response, "共 2 条，未读 2 条")
        self.assertContains(response, "还有 3 天")
        newest = Digest.objects.filter(user=self.reporter).first()
        self.client.post(self.url, {"notice": newest.pk})
        self.assertEqual(unread(self.reporter).count(), 1)
        self.client.post(self.url)
        self.assertEqual((unread(self.reporter).count(), unread(self.head).count()), (0, 2))

    def test_nobody_marks_or_reads_another_persons(self):
        foreign = Digest.objects.filter(user=self.head).first()
        self.client.post(self.url, {"notice": foreign.pk})
        self.assertEqual(unread(self.head).count(), 2)
        self.client.force_login(self.admin)
        self.assertContains(self.client.get(self.url), "还没有通知")
        self.assertEqual(self.client.get(reverse("admin:tracking_digest_change", args=[foreign.pk])).status_code, 404)

    def test_the_page_takes_the_same_number_of_queries_for_two_notices_and_forty(self):
        def count():
            with CaptureQueriesContext(connection) as queries:
                self.client.get(self.url)
            return len(queries)

        few = count()
        Digest.objects.bulk_create(
            [Digest(user=self.reporter, on=DUE + timedelta(days=n), body="【待报送】") for n in range(1, 39)]
        )
        self.assertEqual(count(), few)
        self.assertContains(self.client.get(self.url), "第 1 页，共 2 页")
