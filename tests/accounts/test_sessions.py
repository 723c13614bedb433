"""Sessions end after 30 minutes without work and after 12 hours whatever happens."""

from django.conf import settings
from django.contrib.auth import get_user
from django.urls import reverse

from accounts import sessions
from audit.models import SecurityEvent
from tests.base import CastTestCase

MINUTE = 60


class SessionTest(CastTestCase):
    """Time passes by setting back what the session noted."""

    def setUp(self):
        """The reporter is signed in and has a report."""
        self.report = self.make_report(self.make_item(self.make_plan()), self.make_period())
        self.client.force_login(self.reporter)

    def pass_time(self, seconds):
        """Let the session grow older."""
        session = self.client.session
        for name in (sessions.BEGUN, sessions.ACTIVE):
            session[name] -= seconds
        session.save()

    def is_signed_in(self):
        """Say whether the session still stands."""
        return get_user(self.client).is_authenticated

    def visit(self):
        """Open a page."""
        return self.client.get(reverse("tracking:my_reports"))

    def test_a_page_within_half_an_hour_keeps_it(self):
        for _ in range(5):
            self.pass_time(29 * MINUTE)
            self.assertEqual(self.visit().status_code, 200)

    def test_half_an_hour_without_one_ends_it_and_says_so(self):
        self.pass_time(30 * MINUTE)
        response = self.client.get(reverse("tracking:my_reports"), follow=True)
        self.assertRedirects(response, f"{settings.LOGIN_URL}?next={reverse('tracking:my_reports')}")
        self.assertContains(response, "您已超过 30 分钟没有操作，请重新登录。")
        self.assertFalse(self.is_signed_in())
        event = SecurityEvent.objects.get()
        self.assertEqual((event.kind, event.username), ("sign_out", "reporter"))

    def test_twelve_hours_end_it_however_busy(self):
        for _ in range(28):
            self.pass_time(25 * MINUTE)
            self.visit()
        self.assertTrue(self.is_signed_in())
        self.pass_time(25 * MINUTE)
        self.assertEqual(self.visit().status_code, 302)
        self.assertFalse(self.is_signed_in())

    def test_a_page_that_only_tries_to_save_in_vain_does_not_keep_it(self):
        """As a page left open does every few seconds once the report is no longer the user's to write."""
        draft = reverse("tracking:report_draft", args=[self.report.pk])
        self.report.status = "approved"
        self.report.save()
        for _ in range(2):
            self.pass_time(20 * MINUTE)
            response = self.client.post(draft, {"progress": "乙"}, headers={"X-Requested-With": "fetch"})
        self.assertEqual(response.status_code, 302)
        self.assertFalse(self.is_signed_in())

    def test_typing_that_is_saved_keeps_it(self):
        draft, version = reverse("tracking:report_draft", args=[self.report.pk]), self.report.version
        for number in range(3):
            self.pass_time(20 * MINUTE)
            data = {"progress": f"第{number}次", "seen_version": version}
            version = self.client.post(draft, data, headers={"X-Requested-With": "fetch"}).json()["version"]
        self.assertTrue(self.is_signed_in())

    def test_a_session_that_does_not_know_its_age_is_over(self):
        session = self.client.session
        del session[sessions.BEGUN]
        session.save()
        self.visit()
        self.assertFalse(self.is_signed_in())

    def test_activity_is_written_once_a_minute_at_most(self):
        self.visit()
        before = self.client.session[sessions.ACTIVE]
        self.assertEqual(before, self.client.session[sessions.BEGUN])
        self.pass_time(61)
        self.visit()
        self.assertGreaterEqual(self.client.session[sessions.ACTIVE], before)

    def test_an_ended_session_stores_nothing_and_the_answer_is_the_one_the_page_knows(self):
        """The script of the page takes a redirect for 登录已过期 and keeps the text in the browser."""
        self.pass_time(31 * MINUTE)
        draft = reverse("tracking:report_draft", args=[self.report.pk])
        response = self.client.post(draft, {"progress": "乙"}, headers={"X-Requested-With": "fetch"})
        self.assertEqual(response.status_code, 302)
        self.report.refresh_from_db()
        self.assertEqual(self.report.progress, "")
