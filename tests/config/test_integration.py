"""集成: the page tells which connections are on; on a fresh system none is."""

from django.test import override_settings
from django.urls import reverse

from config.integration import CONNECTIONS
from tests.base import CastTestCase


class IntegrationPageTest(CastTestCase):
    """What an administrator reads there."""

    def setUp(self):
        """Sign in as an administrator."""
        self.client.force_login(self.admin)

    def test_a_fresh_system_has_nothing_turned_on_and_says_what_can_be(self):
        """Every connection stands there as not turned on, with the variables that would."""
        page = self.client.get(reverse("integration"))
        self.assertContains(page, "未开启", count=len(CONNECTIONS))
        self.assertNotContains(page, "已开启")
        for connection in CONNECTIONS:
            for variable in connection.variables:
                self.assertContains(page, variable)

    @override_settings(EMAIL_HOST="mail.example.gov.cn")
    def test_what_is_on_says_by_what(self):
        """A mail server that was set is named."""
        self.assertContains(self.client.get(reverse("integration")), "已开启：经 mail.example.gov.cn 发出")
