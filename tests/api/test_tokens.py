"""Tokens: shown once, kept as a digest, asked for in one header, counted, throttled, revoked, told of."""

from django.contrib.auth import authenticate
from django.core.cache import cache
from django.test import Client, override_settings
from django.urls import reverse

from accounts import tokens
from accounts.models import AccessToken, Application
from audit.models import SecurityEvent
from tests.api.base import ApiTestCase
from tests.base import PASSWORD


class TokenTest(ApiTestCase):
    """Who gets in."""

    def row(self, who="reader"):
        """Return the row of a token."""
        return AccessToken.objects.get(digest=tokens.digest_of(self.tokens[who]))

    def test_only_a_token_in_force_in_the_header_opens(self):
        self.assertEqual(self.call("items").status_code, 200)
        self.client.force_login(self.admin)
        for path, headers in (
            ("items", {}),
            ("items", {"Authorization": "Bearer nothing"}),
            ("items", {"Authorization": f"Bearer {'x' * 5000}"}),
            ("items", {"Authorization": f"Basic {self.tokens['reader']}"}),
            ("items", {"Cookie": f"token={self.tokens['reader']}"}),
        ):
            with self.subTest(headers=headers):
                response = self.client.get(f"/api/v1/{path}", headers=headers)
                self.assert_problem(response, 401, "unauthorized")
                self.assertTrue(response.headers["WWW-Authenticate"].startswith("Bearer"))

    def test_no_answer_sets_a_cookie(self):
        client = Client()
        response = client.get("/api/v1/items", headers={"Authorization": f"Bearer {self.tokens['reader']}"})
        self.assertEqual((response.status_code, dict(response.cookies)), (200, {}))
        self.assertIn("no-store", response.headers["Cache-Control"])

    def test_a_token_is_nowhere_in_the_database(self):
        row, token = self.row(), self.tokens["reader"]
        self.assertNotIn(token, [str(value) for value in vars(row).values()])
        self.assertEqual(row.digest, tokens.digest_of(token))

    def test_nobody_signs_in_with_the_account_of_an_application(self):
        account = Application.objects.get(name="德育系统").account
        self.assertFalse(account.is_active or account.has_usable_password() or account.memberships.exists())
        account.set_password(PASSWORD)
        account.save()
        self.assertIsNone(authenticate(username=account.username, password=PASSWORD))

    def test_a_revoked_token_is_refused_at_the_next_request(self):
        self.client.force_login(self.admin)
        row = self.row()
        page = self.client.post(reverse("application_token_revoke", args=[row.application_id, row.pk]), follow=True)
        self.assertContains(page, "已停用令牌")
        self.assert_problem(self.call("items"), 401, "unauthorized")
        self.assertEqual(self.call("items", "moral").status_code, 200)

    @override_settings(API_PER_MINUTE=2)
    def test_a_token_may_ask_so_often_in_a_minute(self):
        # The minute may turn in between, so it is a few more than the limit.
        answers = [self.call("items") for _ in range(6)]
        self.assertEqual(answers[0].status_code, 200)
        refused = [answer for answer in answers if answer.status_code == 429]
        self.assertTrue(refused)
        self.assert_problem(refused[0], 429, "too-many-requests")
        self.assertLessEqual(int(refused[0].headers["Retry-After"]), 60)
        self.assertEqual(self.call("items", "moral").status_code, 200)

    def test_each_minute_of_use_leaves_one_event_that_counts_the_last(self):
        row = self.row()
        now = row.issued_at.replace(second=5, microsecond=0)
        for second in (0, 1, 2, 60, 61):
            moment = now.replace(minute=now.minute + second // 60, second=second % 60)
            tokens.count(tokens.find(self.tokens["reader"]), self.request(), now=moment)
        told = SecurityEvent.objects.filter(kind="api", target__startswith="数据平台").order_by("pk")
        self.assertEqual(
            [event.detail for event in told], ["GET /api/v1/items", "GET /api/v1/items；上一次记录的那一分钟共 3 次"]
        )
        self.assertEqual({event.user_key for event in told}, {row.application.account_id})
        self.assertEqual(self.row().used, 2)

    def request(self):
        """Return a request."""
        return self.client.get("/api/v1/items").wsgi_request

    def test_refused_tokens_leave_an_event_a_minute_and_address(self):
        cache.clear()
        self.addCleanup(cache.clear)
        for _ in range(5):
            self.client.get("/api/v1/items", headers={"Authorization": "Bearer wrong"})
        self.assertEqual(SecurityEvent.objects.filter(kind="api", success=False).count(), 1)

    def test_an_administrator_makes_an_application_and_sees_its_token_once(self):
        self.client.force_login(self.admin)
        made = {"organization": self.bureau.pk, "name": "新平台", "scope": "report", "office": self.moral.pk}
        self.client.post(reverse("admin:accounts_application_add"), made)
        application = Application.objects.get(name="新平台")
        page = self.client.post(reverse("application_token_issue", args=[application.pk]))
        token = page.context["token"]
        self.assertContains(page, token)
        self.assertIn("no-store", page.headers["Cache-Control"])
        change = self.client.get(reverse("admin:accounts_application_change", args=[application.pk]))
        self.assertContains(change, token[: tokens.SHOWN])
        self.assertNotContains(change, token)
        self.tokens["new"] = token
        self.assertEqual(self.call("items", "new").status_code, 200)
        self.assertTrue(SecurityEvent.objects.filter(kind="api", detail="发放令牌", user_key=self.admin.pk).exists())

    def test_the_scope_and_the_office_go_together(self):
        self.client.force_login(self.admin)
        for scope, office in (("report", ""), ("read", self.moral.pk), ("report", self.foreign_office.pk)):
            with self.subTest(scope=scope, office=office):
                made = {"organization": self.bureau.pk, "name": "新平台", "scope": scope, "office": office}
                page = self.client.post(reverse("admin:accounts_application_add"), made)
                self.assertContains(page, "科室")
                self.assertFalse(Application.objects.filter(name="新平台").exists())
