"""Every request has a number, and only a proxy of ours may choose it."""

from django.test import SimpleTestCase, override_settings

NUMBER = r"^\d{4}-\d{4}-\d{4}$"
GIVEN = "4f1c2b7a-from-the-proxy"


class RequestNumberTest(SimpleTestCase):
    """Seen on the answer of the shortest page there is."""

    def number(self, given=None, address="127.0.0.1"):
        """Return the number an answer carries."""
        headers = {"X-Request-ID": given} if given else {}
        return self.client.get("/healthz", headers=headers, REMOTE_ADDR=address)["X-Request-ID"]

    def test_each_request_has_its_own(self):
        numbers = {self.number() for _ in range(50)}
        self.assertEqual(len(numbers), 50)
        for number in numbers:
            self.assertRegex(number, NUMBER)

    def test_a_number_from_anywhere_is_ignored(self):
        self.assertRegex(self.number(GIVEN), NUMBER)

    @override_settings(TRUSTED_PROXIES=["10.1.2.0/24", "127.0.0.1"])
    def test_a_trusted_proxy_s_is_kept(self):
        for address, kept in (
            ("127.0.0.1", True),
            ("10.1.2.77", True),
            ("10.1.3.1", False),
            ("::1", False),
            ("", False),
        ):
            with self.subTest(address=address):
                self.assertEqual(self.number(GIVEN, address) == GIVEN, kept)

    @override_settings(TRUSTED_PROXIES=["unix"])
    def test_a_unix_socket_can_be_trusted(self):
        self.assertEqual(self.number(GIVEN, ""), GIVEN)
        self.assertRegex(self.number(GIVEN, "127.0.0.1"), NUMBER)

    @override_settings(TRUSTED_PROXIES=["127.0.0.1"])
    def test_what_could_forge_a_line_of_the_log_is_not_kept(self):
        for given in ("short", "x" * 65, '12345678", "level": "INFO', "编号编号编号编号", "1234 5678"):
            with self.subTest(given=given):
                self.assertRegex(self.number(given), NUMBER)
