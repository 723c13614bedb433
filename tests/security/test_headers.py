"""Every response carries the headers, whatever it is: page, refusal, error, file, script's answer, static file."""

from django.conf import settings
from django.test import Client, override_settings
from django.urls import reverse

from tests.base import PASSWORD, CastTestCase
from tests.every_url import EveryUrl

STATIC = {"WHITENOISE_USE_FINDERS": True, "WHITENOISE_AUTOREFRESH": True}


class HeaderTest(EveryUrl, CastTestCase):
    """One response of each sort."""

    @classmethod
    def setUpTestData(cls):
        """One row of everything."""
        super().setUpTestData()
        cls.make_rows()

    def setUp(self):
        """The supervisor is signed in."""
        self.client.force_login(self.supervisor)

    def assert_headers(self, response, status):
        """All that stand on every response."""
        self.assertEqual(response.status_code, status)
        policy = response.headers["Content-Security-Policy"]
        for part in (
            "default-src 'self'",
            "frame-ancestors 'none'",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
        ):
            self.assertIn(part, policy)
        self.assertNotIn("unsafe", policy)
        self.assertEqual(response.headers["X-Content-Type-Options"], "nosniff")
        self.assertEqual(response.headers["X-Frame-Options"], "DENY")
        self.assertEqual(response.headers["Referrer-Policy"], "same-origin")

    def responses(self):
        """Yield what is asked for and the status expected."""
        report, get = self.rows["report"], self.client.get
        yield "page", get("/plans/"), 200
        yield "admin", get("/admin/"), 200
        yield "missing", get("/no-such-page/"), 404
        yield "refused", get(reverse("admin:auth_user_changelist")), 403
        yield "wrong method", self.client.post("/plans/"), 405
        yield "file", get(reverse("tracking:evidence_download", args=[self.rows["evidence"].pk])), 200
        yield "sheet", get(reverse("sheets:plan_progress_xlsx", args=[self.rows["plan"].pk])), 200
        yield "redirect", get("/"), 302
        yield (
            "script",
            self.client.post(reverse("tracking:report_draft", args=[report.pk]), {"seen_version": 0, "progress": "x"}),
            200,
        )
        yield "too large", self.client.generic("POST", "/imports/", b"", CONTENT_LENGTH=str(30 << 20)), 413
        yield "no CSRF token", Client(enforce_csrf_checks=True).post(settings.LOGIN_URL), 403
        yield "sign-in", Client().get(settings.LOGIN_URL), 200
        with override_settings(ROOT_URLCONF="tests.security.broken_urls"), self.assertLogs(level="ERROR"):
            yield "error", Client(raise_request_exception=False).get("/broken/"), 500

    def test_every_response_has_them_and_is_not_stored(self):
        for name, response, status in self.responses():
            with self.subTest(name):
                self.assert_headers(response, status)
                self.assertIn("no-store", response.headers["Cache-Control"])

    def test_static_files_have_them_and_may_be_stored(self):
        with override_settings(**STATIC):
            response = Client().get("/static/css/base.css")
            self.assert_headers(response, 200)
            self.assertNotIn("no-store", response.headers["Cache-Control"])

    def test_cookies_are_not_for_scripts_nor_for_other_sites(self):
        response = Client().post(settings.LOGIN_URL, {"username": "reporter", "password": PASSWORD})
        cookie = response.cookies[settings.SESSION_COOKIE_NAME]
        self.assertTrue(cookie["httponly"])
        self.assertEqual((cookie["samesite"], cookie["max-age"]), ("Lax", ""))  # gone with the browser

    def test_files_are_saved_not_shown(self):
        for name in ("tracking:evidence_download", "workplans:source_download", "intake:import_file"):
            with self.subTest(name):
                response = self.client.get(self.path(name))
                self.assertTrue(response.headers["Content-Disposition"].startswith("attachment"))
                self.assertEqual(response.headers["Content-Type"], "application/octet-stream")
