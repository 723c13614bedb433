"""Signing in: five failures of a user from an address close that pair for ten minutes, and nobody else."""

import threading
from datetime import timedelta

from django.conf import settings
from django.contrib.auth import get_user
from django.db import connections
from django.test import Client, TransactionTestCase, override_settings, tag
from django.utils import timezone

from accounts import throttle
from accounts.models import SignInAttempts
from audit.chain import problems
from audit.models import SecurityEvent
from tests.base import NOW, PASSWORD, Cast, CastTestCase

HERE, THERE = "10.1.2.3", "10.9.9.9"
MINUTE = timedelta(minutes=1)


class SignInCase(CastTestCase):
    """Helpers."""

    def sign_in(self, username="reporter", password="wrong", address=HERE, **headers):
        """Send the form; return the answer."""
        data = {"username": username, "password": password}
        return self.client.post(settings.LOGIN_URL, data, REMOTE_ADDR=address, **headers)

    def gets_in(self, *args, **kw):
        """Say whether the user is signed in afterwards; leave nobody signed in."""
        kw.setdefault("password", PASSWORD)
        self.client = Client()
        return self.sign_in(*args, **kw).status_code == 302 and get_user(self.client).is_authenticated

    def fail(self, times=throttle.LIMIT, **kw):
        """Fail so many times; return the last answer."""
        for _ in range(times):
            answer = self.sign_in(**kw)
        return answer


class ThrottleTest(SignInCase):
    """Who is kept out, who is not, and for how long."""

    def test_four_failures_keep_nobody_out(self):
        self.assertContains(self.fail(4), "用户名或密码不对。还可以再试 1 次。")
        self.assertTrue(self.gets_in())
        self.assertFalse(SignInAttempts.objects.exists())

    def test_the_fifth_closes_even_for_the_right_password(self):
        self.assertContains(self.fail(5), "请在 10 分钟后再试")
        self.assertFalse(self.gets_in())
        self.assertContains(self.sign_in(password=PASSWORD), "失败次数过多，请在 10 分钟后再试")

    def test_an_office_behind_one_address_is_not_locked_out_by_one_person(self):
        self.fail(9)
        for name in ("head", "other", "supervisor"):
            self.assertTrue(self.gets_in(name))
        self.assertTrue(self.gets_in("reporter", address=THERE))

    def test_writing_the_name_otherwise_is_no_way_around(self):
        self.fail(2, username="reporter")
        self.fail(3, username="ＲＥＰＯＲＴＥＲ")
        self.assertFalse(self.gets_in("reporter"))

    def test_a_forged_address_is_no_way_around(self):
        for number in range(6):
            self.sign_in(HTTP_X_FORWARDED_FOR=f"10.0.0.{number}")
        self.assertFalse(self.gets_in())

    def test_behind_the_proxy_the_forwarded_address_counts_and_its_forged_part_does_not(self):
        with override_settings(TRUSTED_PROXIES=["127.0.0.1"]):
            for number in range(6):
                self.sign_in(address="127.0.0.1", HTTP_X_FORWARDED_FOR=f"6.6.6.{number}, {HERE}")
            self.assertFalse(self.gets_in(address="127.0.0.1", HTTP_X_FORWARDED_FOR=HERE))
            self.assertTrue(self.gets_in(address="127.0.0.1", HTTP_X_FORWARDED_FOR=THERE))

    def test_a_name_nobody_has_is_answered_alike(self):
        known = [self.sign_in().context["form"].errors.as_text() for _ in range(6)]
        unknown = [self.sign_in(username="unknown").context["form"].errors.as_text() for _ in range(6)]
        self.assertEqual(known, unknown)

    def test_it_opens_again_after_ten_minutes(self):
        for second in range(5):
            throttle.admit("reporter", HERE, NOW + timedelta(seconds=second))
        last = NOW + timedelta(seconds=4)
        for after, is_open in ((MINUTE, False), (10 * MINUTE - timedelta(seconds=1), False), (10 * MINUTE, True)):
            with self.subTest(after=after):
                self.assertEqual(throttle.admit("reporter", HERE, last + after).wait is None, is_open)
        self.assertEqual(throttle.admit("reporter", HERE, last + 10 * MINUTE).left, 3)

    def test_failures_are_forgotten_after_ten_quiet_minutes(self):
        for _ in range(4):
            throttle.admit("reporter", HERE, NOW)
        self.assertEqual(throttle.admit("reporter", HERE, NOW + 11 * MINUTE).left, 4)

    def test_names_tried_long_ago_do_not_pile_up(self):
        for number in range(50):
            throttle.admit(f"name{number}", HERE, NOW)
        throttle.admit("reporter", HERE, NOW + timedelta(days=2))
        self.assertEqual(SignInAttempts.objects.count(), 1)

    def test_what_the_form_cannot_take_is_no_error(self):
        for name in ("x" * 151, "a\x00b", "𠮷" * 150, ""):
            with self.subTest(name=name):
                self.assertEqual(self.sign_in(username=name).status_code, 200)


class SignInEventTest(SignInCase):
    """Each leaves exactly one event."""

    def events(self):
        """Return kind, user, success of each, the oldest first."""
        return list(SecurityEvent.objects.order_by("pk").values_list("kind", "username", "success", "address"))

    def test_sign_in_and_sign_out(self):
        self.sign_in(password=PASSWORD)
        self.client.post("/accounts/logout/", REMOTE_ADDR=HERE)
        self.assertEqual(self.events(), [("sign_in", "reporter", True, HERE), ("sign_out", "reporter", True, HERE)])

    def test_failures_and_the_lock(self):
        self.fail(6)
        failed = ("sign_in", "reporter", False, HERE)
        self.assertEqual(self.events(), [failed] * 5 + [("lock", "reporter", True, HERE)] + [failed])

    def test_the_password_typed_is_nowhere_in_them(self):
        self.sign_in(password="Geheim-12345")
        self.assertNotIn("Geheim", str(list(SecurityEvent.objects.values())))


def run(threads):
    """Start all, wait for all."""
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@tag("postgres")
class AtOnceTest(Cast, TransactionTestCase):
    """Guesses at the same moment, on a database that lets them run at the same moment."""

    def test_no_more_than_five_of_twenty_are_looked_at(self):
        barrier, admitted = threading.Barrier(20), []

        def guess():
            try:
                barrier.wait()
                admitted.append(throttle.admit("reporter", HERE, NOW).wait is None)
            finally:
                connections.close_all()

        run([threading.Thread(target=guess) for _ in range(20)])
        self.assertEqual((len(admitted), sum(admitted)), (20, throttle.LIMIT))

    def setUp(self):
        """Put the cast on stage."""
        self.cast()

    def at_once(self, count, password):
        """Let so many sign in at the same moment with one name; return the status of each answer."""
        barrier, statuses = threading.Barrier(count), []

        def enter():
            try:
                barrier.wait()
                data = {"username": "reporter", "password": password}
                statuses.append(Client().post(settings.LOGIN_URL, data, REMOTE_ADDR=HERE).status_code)
            finally:
                connections.close_all()

        run([threading.Thread(target=enter) for _ in range(count)])
        return statuses

    def test_eight_right_passwords_at_once_all_get_in(self):
        self.assertEqual(self.at_once(8, PASSWORD), [302] * 8)
        self.assertFalse(SignInAttempts.objects.exists())

    def test_of_eight_wrong_ones_at_once_the_fifth_closes(self):
        self.assertEqual(self.at_once(8, "wrong"), [200] * 8)
        self.assertEqual(self.at_once(1, PASSWORD), [200])
        row = SignInAttempts.objects.get()
        self.assertEqual((row.failures, row.under_way), (throttle.LIMIT, 0))

    def test_the_chain_of_events_does_not_fork(self):
        """Ten people fail at once, four times each; every event has its place."""
        barrier = threading.Barrier(10)

        def fail(number):
            try:
                barrier.wait()
                for _ in range(4):
                    Client().post(settings.LOGIN_URL, {"username": f"name{number}", "password": "wrong"})
            finally:
                connections.close_all()

        run([threading.Thread(target=fail, args=(number,)) for number in range(10)])
        self.assertEqual(list(problems(timezone.now())), [])
        numbers = SecurityEvent.objects.order_by("sequence").values_list("sequence", flat=True)
        self.assertEqual(list(numbers), [*range(1, 41)])
