"""Whose address it is: what a browser writes into X-Forwarded-For is not believed."""

from django.test import RequestFactory, SimpleTestCase, override_settings

from audit.addresses import client_address

# REMOTE_ADDR, X-Forwarded-For, trusted proxies, the address believed.
CASES = (
    ("10.1.2.3", None, [], "10.1.2.3"),
    ("10.1.2.3", "1.1.1.1", [], "10.1.2.3"),
    ("127.0.0.1", "1.1.1.1", [], "127.0.0.1"),
    ("127.0.0.1", "10.1.2.3", ["127.0.0.1"], "10.1.2.3"),
    ("127.0.0.1", "1.1.1.1, 10.1.2.3", ["127.0.0.1"], "10.1.2.3"),
    ("127.0.0.1", "1.1.1.1, 127.0.0.1", ["127.0.0.1"], "1.1.1.1"),
    ("172.16.0.2", "6.6.6.6, 10.1.2.3, 172.16.0.9", ["172.16.0.0/12"], "10.1.2.3"),
    ("127.0.0.1", "6.6.6.6, nonsense", ["127.0.0.1"], "127.0.0.1"),
    ("127.0.0.1", "", ["127.0.0.1"], "127.0.0.1"),
    ("", "6.6.6.6, 10.1.2.3", ["unix"], "10.1.2.3"),
    ("", "6.6.6.6", [], ""),
    ("::1", "2001:db8::7", ["::1"], "2001:db8::7"),
)


class AddressTest(SimpleTestCase):
    """The table above."""

    def test_the_address_believed(self):
        for remote, forwarded, proxies, expected in CASES:
            headers = {} if forwarded is None else {"HTTP_X_FORWARDED_FOR": forwarded}
            request = RequestFactory().get("/", REMOTE_ADDR=remote, **headers)
            with self.subTest(remote=remote, forwarded=forwarded), override_settings(TRUSTED_PROXIES=proxies):
                self.assertEqual(client_address(request), expected)
