"""日历订阅: a secret link hands a person's calendar to a calendar program, and to nobody once it is revoked."""

import re
from datetime import timedelta

from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from accounts import calendar_links, throttle
from accounts.models import CalendarLink
from audit.models import SecurityEvent
from operations.logs import TextFormatter
from tests.base import NOW, CastTestCase
from tests.operations.listening import Listener
from workplans.models import Membership

PAGE = "/accounts/calendar/"


@override_settings(CALENDAR_LINKS=True)
class CalendarCase(CastTestCase):
    """The reporter has a link, and one period to report in."""

    def setUp(self):
        """Make the link as the page does."""
        self.make_period(due_on=timezone.localdate() + timedelta(days=9))
        self.client.force_login(self.reporter)
        page = self.client.post(PAGE)
        self.link = re.search(r'value="http://testserver(/calendar/[^"]+\.ics)"', page.content.decode())[1]
        self.client.logout()

    def read(self, link=None, **headers):
        """Return what a calendar program gets, which is signed in nowhere."""
        return self.client.get(link or self.link, **headers)


class LinkTest(CalendarCase):
    """Who gets the calendar, and who does not."""

    def test_the_link_hands_out_the_calendar_without_signing_in(self):
        answer = self.read()
        self.assertEqual((answer.status_code, answer["Content-Type"]), (200, "text/calendar; charset=utf-8"))
        self.assertEqual([str(event["summary"]) for event in Calendar.from_ical(answer.content).events],
                         ["报送截止：2024年1-10月"])  # fmt: skip
        self.assertNotIn("sessionid", answer.cookies)

    def test_the_database_does_not_hold_the_secret(self):
        secret = self.link.removesuffix(".ics").partition("-")[2]
        self.assertGreaterEqual(len(secret), 43)
        self.assertNotIn(secret, str(CalendarLink.objects.values().get()))

    def test_the_address_is_shown_once_and_its_making_is_a_security_event(self):
        self.client.force_login(self.reporter)
        page = self.client.get(PAGE)
        self.assertNotContains(page, "/calendar/1")
        self.assertContains(page, "还没有被读取过")
        event = SecurityEvent.objects.latest("pk")
        self.assertEqual((event.username, event.detail), ("reporter", "生成日历订阅地址"))

    def test_a_new_link_ends_the_former_one(self):
        new = calendar_links.renew(self.reporter, timezone.now())
        self.assertEqual(self.read().status_code, 404)
        self.assertEqual(self.read(f"/calendar/{new}.ics").status_code, 200)

    def test_a_revoked_link_is_not_there(self):
        self.client.force_login(self.reporter)
        self.assertRedirects(self.client.post(PAGE, {"revoke": "1"}), PAGE)
        self.client.logout()
        self.assertEqual(self.read().status_code, 404)

    def test_a_person_who_left_is_not_there(self):
        """Inactive, or without any 任职."""
        self.reporter.is_active = False
        self.reporter.save()
        self.assertEqual(self.read().status_code, 404)
        self.reporter.is_active = True
        self.reporter.save()
        self.assertEqual(self.read().status_code, 200)
        Membership.objects.filter(user=self.reporter).delete()
        self.assertEqual(self.read().status_code, 404)

    def test_what_is_no_token_is_not_there(self):
        for token in ("1", "-", "1-", "x-y", "²-x", f"{'9' * 40}-x", "1-\u0000", "999999-secret"):
            with self.subTest(token):
                self.assertEqual(self.read(reverse("calendar_file", args=[token])).status_code, 404)

    def test_off_nothing_is_there(self):
        with override_settings(CALENDAR_LINKS=False):
            self.assertEqual(self.read().status_code, 404)
            self.client.force_login(self.reporter)
            self.assertEqual(self.client.get(PAGE).status_code, 404)
            self.assertNotContains(self.client.get("/accounts/password/"), "日历订阅")
        self.assertContains(self.client.get("/accounts/password/"), "日历订阅")

    def test_the_log_does_not_tell_the_secret(self):
        with Listener(TextFormatter("%(message)s")) as listener, self.settings(LOG_REQUESTS=True):
            self.read()
        self.assertIn("/calendar/", listener.text)
        self.assertNotIn(self.link.partition("-")[2].removesuffix(".ics"), listener.text)


class GuessTest(CalendarCase):
    """Guesses close one link for one address."""

    def guess(self, **headers):
        """Return the status of a wrong secret for the reporter's link."""
        return self.read(f"{self.link.partition('-')[0]}-wrong.ics", **headers).status_code

    def test_five_guesses_close_the_link_for_their_address(self):
        """Even the right secret waits then; from elsewhere, and for other links, it stays open."""
        self.assertEqual([self.guess() for _ in range(6)], [404] * 5 + [429])
        closed = self.read()
        self.assertEqual(closed.status_code, 429)
        self.assertGreater(int(closed["Retry-After"]), 500)
        self.assertEqual(self.read(REMOTE_ADDR="10.0.0.9").status_code, 200)
        other = calendar_links.renew(self.head, timezone.now())
        self.assertEqual(self.read(f"/calendar/{other}.ics").status_code, 200)

    def test_it_opens_again(self):
        for _ in range(5):
            self.guess()
        token = self.link.removeprefix("/calendar/").removesuffix(".ics")
        self.assertIsNotNone(calendar_links.reader(token, "127.0.0.1", timezone.now()).wait)
        later = timezone.now() + throttle.CLOSED_FOR + timedelta(seconds=1)
        self.assertEqual(calendar_links.reader(token, "127.0.0.1", later).link.user, self.reporter)

    def test_programs_that_read_often_are_never_taken_for_guesses(self):
        self.assertEqual({self.read().status_code for _ in range(12)}, {200})

    def test_it_is_noted_at_most_once_an_hour_that_it_was_read(self):
        token = self.link.removeprefix("/calendar/").removesuffix(".ics")
        noted = []
        for minutes in (0, 30, 90):
            calendar_links.reader(token, "", NOW + timedelta(minutes=minutes))
            noted.append(CalendarLink.objects.get().read_at)
        self.assertEqual(noted, [NOW, NOW, NOW + timedelta(minutes=90)])


class ConditionTest(CalendarCase):
    """A program that has it already is told so."""

    def test_the_same_calendar_is_not_sent_twice(self):
        first = self.read()
        second = self.read(headers={"If-None-Match": first["ETag"]})
        self.assertEqual((second.status_code, second.content), (304, b""))
        self.assertEqual(second["ETag"], first["ETag"])

    def test_a_changed_one_is(self):
        first = self.read()
        item = self.make_item(self.make_plan(), deadline=timezone.localdate() + timedelta(days=30))
        second = self.read(headers={"If-None-Match": first["ETag"]})
        self.assertEqual(second.status_code, 200)
        self.assertIn(f"item-{item.pk}@", second.content.decode())

    def test_rows_cost_no_queries(self):
        """As many for two of each as for forty, the link, its guard and the rights included."""
        self.read()  # notes that it was read
        counts = []
        plan, day = self.make_plan(), timezone.localdate() + timedelta(days=30)
        for more in (2, 38):
            for _ in range(more):
                self.make_item(plan, deadline=day).milestones.create(what="印发方案", due_on=day)
                self.make_period(label=f"第{plan.items.count()}期", due_on=day)
            with CaptureQueriesContext(connection) as queries:
                self.assertEqual(self.read().content.count(b"BEGIN:VEVENT"), 1 + 3 * plan.items.count())
            counts.append(len(queries))
        self.assertEqual(*counts)
