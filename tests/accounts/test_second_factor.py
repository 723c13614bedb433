"""动态口令: switched on with a phone, asked for at sign-in, each code good once."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pyotp
from django.conf import settings
from django.contrib.auth import get_user
from django.urls import reverse
from django.utils import timezone

from accounts import second_factor
from accounts.models import RecoveryCode, SecondFactor
from audit.models import SecurityEvent
from tests.base import NOW, PASSWORD, CastTestCase

PAGE = "/accounts/second-factor/"
CODE = "/accounts/login/code/"


class FactorCase(CastTestCase):
    """The supervisor has a phone."""

    def switch_on(self, user=None):
        """Switch the second factor on, some time ago; return the recovery codes."""
        self.secret = second_factor.new_secret()
        before = timezone.now() - timedelta(minutes=5)
        return second_factor.confirm(user or self.supervisor, self.secret, self.code(before), before)

    def code(self, at=None):
        """Return what the phone shows."""
        return pyotp.TOTP(self.secret).at((at or timezone.now()).timestamp())

    def password(self, name="supervisor"):
        """Send name and password."""
        return self.client.post(settings.LOGIN_URL, {"username": name, "password": PASSWORD, "next": "/plans/"})

    def is_signed_in(self):
        """Say whether somebody is."""
        return get_user(self.client).is_authenticated

    def events(self):
        """Return kind and success, the oldest first."""
        return list(SecurityEvent.objects.order_by("pk").values_list("kind", "success"))


class CodeTest(FactorCase):
    """RFC 6238 with its edges."""

    def test_the_vectors_of_the_standard(self):
        """RFC 6238, appendix B (SHA-1, the last six of eight digits)."""
        secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
        for second, code in ((59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")):
            at = datetime.fromtimestamp(second, tz=ZoneInfo("UTC"))
            SecondFactor.objects.all().delete()
            with self.subTest(second=second):
                self.assertTrue(second_factor.confirm(self.supervisor, secret, code, at))

    def test_a_code_is_good_once(self):
        self.switch_on()
        now = timezone.now()
        self.assertTrue(second_factor.accepts(self.supervisor, self.code(now), now))
        self.assertFalse(second_factor.accepts(self.supervisor, self.code(now), now))

    def test_a_clock_may_be_off_by_one_step_not_two(self):
        for seconds, expected in ((-60, False), (-30, True), (0, True), (30, True), (60, False)):
            self.secret = second_factor.new_secret()
            SecondFactor.objects.update_or_create(
                user=self.supervisor, defaults={"secret": self.secret, "confirmed_at": NOW, "last_step": 0}
            )
            with self.subTest(seconds=seconds):
                code = self.code(NOW + timedelta(seconds=seconds))
                self.assertEqual(second_factor.accepts(self.supervisor, code, NOW), expected)

    def test_a_recovery_code_is_good_once_and_stored_as_a_hash(self):
        codes = self.switch_on()
        self.assertEqual(len(set(codes)), 10)
        self.assertFalse(set(RecoveryCode.objects.values_list("digest", flat=True)) & set(codes))
        self.assertTrue(second_factor.accepts(self.supervisor, f" {codes[0][:5]}-{codes[0][5:].upper()} ", NOW))
        self.assertFalse(second_factor.accepts(self.supervisor, codes[0], NOW))
        self.assertEqual(second_factor.codes_left(self.supervisor), 9)

    def test_anothers_code_is_not_good(self):
        codes = self.switch_on(self.leader)
        self.switch_on(self.supervisor)
        self.assertFalse(second_factor.accepts(self.supervisor, codes[0], NOW))


class SignInTest(FactorCase):
    """The password alone is not enough."""

    def test_the_password_leads_to_the_code_and_no_further(self):
        self.switch_on()
        response = self.password()
        self.assertEqual(response.url.partition("?")[0], CODE)
        self.assertFalse(self.is_signed_in())
        self.assertEqual(self.client.get("/plans/").status_code, 302)
        response = self.client.post(CODE, {"code": self.code(), "next": "/plans/"})
        self.assertRedirects(response, "/plans/")
        self.assertEqual(self.events(), [("sign_in", True)])

    def test_a_foreign_address_is_not_gone_to(self):
        self.switch_on()
        self.password()
        response = self.client.post(CODE, {"code": self.code(), "next": "https://evil.example/"})
        self.assertEqual(response.url, "/")

    def test_guessing_codes_is_throttled_and_the_password_again_does_not_reopen(self):
        self.switch_on()
        for _ in range(4):
            self.password()
            response = self.client.post(CODE, {"code": "000000"})
        self.assertContains(response, "还可以再试 1 次")
        self.password()
        self.assertContains(self.client.post(CODE, {"code": "000000"}), "请在 10 分钟后再试")
        self.assertContains(self.client.post(CODE, {"code": self.code()}), "请在 10 分钟后再试")
        self.assertContains(self.password(), "请在 10 分钟后再试")
        self.assertFalse(self.is_signed_in())
        self.assertEqual(self.events(), [("sign_in", False)] * 5 + [("lock", True)] + [("sign_in", False)] * 2)

    def test_without_a_password_there_is_no_code_page(self):
        self.assertRedirects(self.client.get(CODE), settings.LOGIN_URL)

    def test_it_takes_no_longer_than_five_minutes(self):
        self.switch_on()
        self.password()
        session = self.client.session
        session["half_signed_in"] = session["half_signed_in"] | {"at": timezone.now().timestamp() - 301}
        session.save()
        self.assertRedirects(self.client.post(CODE, {"code": self.code()}), settings.LOGIN_URL)

    def test_a_password_changed_meanwhile_counts(self):
        self.switch_on()
        self.password()
        self.supervisor.set_password("Neuer-Weg-2024")
        self.supervisor.save()
        self.assertRedirects(self.client.post(CODE, {"code": self.code()}), settings.LOGIN_URL)

    def test_somebody_without_a_phone_signs_in_as_ever(self):
        self.assertEqual(self.password().url, "/plans/")


class SwitchTest(FactorCase):
    """On and off, on one's own page."""

    def setUp(self):
        """The supervisor is signed in."""
        self.client.force_login(self.supervisor)

    def test_switching_on_shows_a_picture_asks_for_a_code_and_gives_ten_more(self):
        page = self.client.get(PAGE)
        self.assertContains(page, "<svg")
        self.assertNotIn("style=", page.content.decode())
        self.secret = page.context["secret"]
        self.assertContains(self.client.post(PAGE, {"code": "000000"}), "这个口令不正确")
        self.assertFalse(SecondFactor.objects.exists())
        page = self.client.post(PAGE, {"code": self.code()})
        self.assertEqual(len(page.context["codes"]), 10)
        self.assertEqual(self.events(), [("second_factor", False), ("second_factor", True)])

    def test_switching_off_asks_for_a_code(self):
        codes = self.switch_on()
        self.assertContains(self.client.post(PAGE, {"code": "000000"}), "没有停用")
        self.assertTrue(SecondFactor.objects.exists())
        self.client.post(PAGE, {"code": codes[3]})
        self.assertFalse(SecondFactor.objects.exists())

    def test_the_administrator_switches_it_off_for_a_lost_phone(self):
        self.switch_on()
        address = reverse("second_factor_reset", args=[self.supervisor.pk])
        self.assertEqual(self.client.post(address).status_code, 403)
        self.client.force_login(self.admin)
        page = self.client.get(reverse("admin:auth_user_change", args=[self.supervisor.pk]))
        self.assertContains(page, f'formaction="{address}"')
        self.client.post(address)
        self.assertFalse(SecondFactor.objects.exists())
        event = SecurityEvent.objects.order_by("pk").last()
        self.assertEqual((event.kind, event.username, event.detail), ("second_factor", "root", "管理员重置"))

    def test_the_secret_stands_in_no_page_once_it_is_on(self):
        self.switch_on()
        for user, page in (
            (self.supervisor, PAGE),
            (self.admin, reverse("admin:auth_user_change", args=[self.supervisor.pk])),
        ):
            self.client.force_login(user)
            self.assertNotContains(self.client.get(page), self.secret)
