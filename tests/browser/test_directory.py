"""The district's sign-in in a browser: the policy lets the button and 退出 lead to the provider, and nowhere else."""

import re

from django.conf import settings
from django.test import override_settings

from accounts.directory.origins import form_targets
from tests import oidc_provider
from tests.base import Cast
from tests.browser.base import BrowserTestCase


class DirectoryTest(Cast, BrowserTestCase):
    """A provider on loopback that knows the reporter."""

    def setUp(self):
        """Start it, and turn it on here."""
        super().setUp()
        self.cast()
        context = oidc_provider.running()
        self.provider = context.__enter__()
        self.addCleanup(context.__exit__, None, None, None)
        self.provider.put_user("1001", preferred_username="reporter")
        directives = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
        self.own = directives["form-action"]
        self.set(self.own + form_targets(self.provider.address, []))
        self.allow(re.escape(self.provider.address))
        self.allow("cdn.jsdelivr.net")  # the provider's own pages ask for it, in vain

    def set(self, form_action):
        """Set what an administrator sets, with this directive."""
        directives = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"] | {"form-action": form_action}
        change = override_settings(
            OIDC_ISSUER=self.provider.address,
            OIDC_CLIENT_ID="ledger",
            OIDC_CLIENT_SECRET="secret",
            CONTENT_SECURITY_POLICY={"DIRECTIVES": directives},
        )
        change.enable()
        self.addCleanup(change.disable)

    def test_in_and_out(self):
        self.open()
        self.visit(settings.LOGIN_URL)
        self.screenshot("oidc-sign-in")
        self.page.get_by_role("button", name="统一身份认证登录").click()
        self.page.wait_for_url(f"{self.provider.address}/**")
        self.page.fill("input[name=sub]", "1001")
        self.page.locator("button, input[type=submit]").filter(has_text="Authorize").first.click()
        self.page.wait_for_url(f"{self.live_server_url}/**")
        self.assertIn("填报人", self.page.locator("body").inner_text())
        self.page.locator("form[action$='/logout/'] button").first.evaluate("button => button.click()")
        self.page.wait_for_url(f"{self.provider.address}/oauth2/end_session**")

    def test_without_the_directive_the_browser_would_not_go(self):
        self.set(self.own)
        self.allow("form-action")
        self.allow("Refused to send form data|violates the following Content Security Policy")
        self.open()
        self.visit(settings.LOGIN_URL)
        self.page.get_by_role("button", name="统一身份认证登录").click()
        self.settle()
        self.assertEqual(self.page.url, f"{self.live_server_url}{settings.LOGIN_URL}")
