"""The log: one JSON object a line, with the number of the request, never with a secret."""

import logging

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.test import SimpleTestCase, TestCase, override_settings
from django.urls import include, path

from config.urls import handler400, handler500  # noqa: F401 (Django looks for them in the module of the URLs)
from operations.logs import JsonFormatter, TextFormatter, configuration
from tests.base import PASSWORD, Cast
from tests.operations.listening import Listener

TYPED = {
    "password": "Very-Secret-1!",
    "new_password1": "Very-Secret-2!",
    "otp_token": "918273",
    "username": "somebody",
}


def careless(request):
    """Put everything there is into the log, as a thoughtless line or a traceback might, and break."""
    everything = [request.POST.dict(), request.COOKIES, dict(request.headers), settings.SECRET_KEY, settings.DATABASES]
    logging.getLogger("careless").error("seen %s", everything, extra={"request": request, "everything": everything})
    raise ValueError(f"broken with {everything}")


@login_not_required
def quiet(request):
    """Do nothing worth a line."""
    return HttpResponse("done")


urlpatterns = [
    path("careless/", careless),
    path("quiet/", quiet),
    path("", include("config.urls")),
]


@override_settings(ROOT_URLCONF=__name__)
class SecretsTest(Cast, TestCase):
    """Passwords, session keys and tokens stay out, whatever code logs."""

    @classmethod
    def setUpTestData(cls):
        cls.cast()

    def break_carelessly(self, formatter):
        """Send secrets to the careless view, signed in; return the log and what must not be in it."""
        self.client.raise_request_exception = False
        self.client.force_login(self.supervisor)
        secrets = {cookie.value for cookie in self.client.cookies.values()} | {settings.SECRET_KEY}
        secrets |= {value for name, value in TYPED.items() if name != "username"} | {"bearer-0123456789"}
        with Listener(formatter) as listener:
            self.response = self.client.post("/careless/", TYPED, headers={"Authorization": "bearer-0123456789"})
        return listener, secrets

    def test_no_secret_in_json_text_or_page(self):
        for formatter in (JsonFormatter(), TextFormatter()):
            listener, secrets = self.break_carelessly(formatter)
            self.assertEqual(self.response.status_code, 500)
            for text in (listener.text, self.response.content.decode()):
                for secret in secrets:
                    self.assertNotIn(secret, text)
            self.assertIn("broken with", listener.text)  # the traceback is there, blotted
            self.assertIn("somebody", listener.text)

    def test_signing_in_wrongly_and_rightly_logs_no_password(self):
        with Listener(JsonFormatter()) as listener, self.settings(LOG_REQUESTS=True):
            for password in ("Wrong-Horse-123", PASSWORD):
                self.client.post("/accounts/login/?next=/", {"username": "supervisor", "password": password})
        self.assertIn("POST /accounts/login/ 302", listener.text)
        for secret in ("Wrong-Horse-123", PASSWORD, self.client.session.session_key):
            self.assertNotIn(secret, listener.text)

    def test_the_number_on_the_page_is_the_one_in_the_log(self):
        listener, _ = self.break_carelessly(JsonFormatter())
        number = self.response["X-Request-ID"]
        self.assertContains(self.response, number, status_code=500)
        broken = [line for line in listener.lines if "error" in line]
        self.assertEqual([line["request"] for line in broken], [number])
        self.assertIn("ValueError", broken[0]["error"])
        self.assertNotIn("ValueError", self.response.content.decode())
        self.assertNotIn("Traceback", self.response.content.decode())


@override_settings(ROOT_URLCONF=__name__)
class LinesTest(SimpleTestCase):
    """What a line holds."""

    def test_one_object_of_known_fields_a_line(self):
        with Listener(JsonFormatter()) as listener:
            logging.getLogger("tracking").error("第一行\n第二行", extra={"request": "left out"})
        (line,) = listener.lines
        self.assertEqual(set(line), {"time", "level", "logger", "message"})
        self.assertEqual((line["level"], line["logger"], line["message"]), ("ERROR", "tracking", "第一行\n第二行"))
        self.assertIn("第一行", listener.text)  # readable in the file too

    def test_a_line_a_request_where_asked_for(self):
        with Listener(JsonFormatter()) as listener:
            self.client.get("/quiet/?q=心理健康")
            self.assertEqual(listener.lines, [])
            with self.settings(LOG_REQUESTS=True):
                response = self.client.get("/quiet/?q=心理健康")
        (line,) = listener.lines
        self.assertRegex(line["message"], r"^GET /quiet/ 200 \d+ ms 127\.0\.0\.1$")
        self.assertEqual((line["logger"], line["request"]), ("access", response["X-Request-ID"]))

    def test_a_refusal_after_the_view_carries_the_number_too(self):
        logger = logging.getLogger("django.request")
        self.addCleanup(logger.setLevel, logger.level)
        logger.setLevel("WARNING")
        with Listener() as listener:
            response = self.client.post("/healthz")
        self.assertIn(response["X-Request-ID"], [line.get("request") for line in listener.lines])

    def test_level_and_form_are_settings(self):
        made = configuration("ERROR", is_json=False)
        self.assertEqual((made["root"]["level"], made["handlers"]["console"]["formatter"]), ("ERROR", "text"))
        self.assertEqual(configuration("INFO", is_json=True)["handlers"]["console"]["formatter"], "json")
