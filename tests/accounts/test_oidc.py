"""Sign-in by OpenID Connect, against a real provider on loopback: who gets in, who does not, who is out again."""

import json
import os
import subprocess
import sys
import time
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pyotp
from django.conf import settings
from django.contrib.auth import get_user, get_user_model
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.test import Client, SimpleTestCase, override_settings
from django.urls import reverse
from django.utils import timezone
from joserfc.jwk import RSAKey

from accounts import second_factor
from accounts.directory.checks import check_directories
from accounts.directory.posts import PostRule, post_rules
from accounts.directory.staying import UNTIL
from accounts.models import DirectoryIdentity, DirectorySession
from accounts.passwords import mark_temporary, reason_to_change
from audit.models import SecurityEvent
from tests import oidc_provider
from tests.base import PASSWORD, CastTestCase
from workplans.models import Membership

BEGIN = "/accounts/login/oidc/"
POSTS = "duban=虹口区教育局/督办员; deyu = 虹口区教育局/德育科/填报人;jicai=虹口区教育局/计财科/科室负责人"


class ProviderCase(CastTestCase):
    """A provider that knows the reporter as sub 1001."""

    def setUp(self):
        """Start it, and turn it on here."""
        context = oidc_provider.running()
        self.provider = context.__enter__()
        self.addCleanup(context.__exit__, None, None, None)
        self.turn_on()
        self.provider.put_user("1001", preferred_username="reporter", name="填报人")

    def turn_on(self, **more):
        """Set what an administrator sets."""
        values = {"OIDC_ISSUER": self.provider.address, "OIDC_CLIENT_ID": "ledger", "OIDC_CLIENT_SECRET": "secret"}
        change = override_settings(**values | more)
        change.enable()
        self.addCleanup(change.disable)

    def go(self, client=None, **data):
        """Press the button; return the address the browser is sent to."""
        response = (client or self.client).post(BEGIN, data)
        self.assertEqual(response.status_code, 302)
        return response.url

    def come_back(self, sub="1001", client=None, **data):
        """Sign in there and come back; return our answer."""
        back = self.provider.allow(self.go(client, **data), sub)
        return (client or self.client).get(back.partition("testserver")[2])

    def who(self, client=None):
        """Return the user name of whoever is signed in, "" for nobody."""
        return get_user(client or self.client).get_username()

    def events(self, *kinds):
        """Return kind, success and detail, the oldest first."""
        rows = SecurityEvent.objects.order_by("pk").values_list("kind", "success", "detail")
        return [row for row in rows if not kinds or row[0] in kinds]

    def later(self):
        """Let the minutes pass after which the directory is asked again."""
        session = self.client.session
        session[UNTIL] = 0
        session.save()
        DirectorySession.objects.update(checked_at=timezone.now() - timedelta(minutes=6))


class SignInTest(ProviderCase):
    """There and back."""

    def test_the_right_one_gets_in_where_he_wanted_to_go(self):
        self.assertContains(self.client.get(settings.LOGIN_URL), "统一身份认证登录")
        response = self.come_back(next="/plans/")
        self.assertRedirects(response, "/plans/")
        self.assertEqual(self.who(), "reporter")
        identity = DirectoryIdentity.objects.get()
        self.assertEqual((identity.user, identity.subject), (self.reporter, "1001"))
        self.assertEqual(self.events()[-1], ("sign_in", True, "统一身份认证"))

    def test_pkce_state_and_nonce_are_sent(self):
        asked = parse_qs(urlsplit(self.go()).query)
        self.assertEqual(asked["code_challenge_method"], ["S256"])
        self.assertTrue({"code_challenge", "state", "nonce"} <= asked.keys())
        self.assertEqual(asked["redirect_uri"], ["http://testserver/accounts/login/oidc/back/"])

    def test_a_foreign_address_is_not_gone_to(self):
        self.assertEqual(self.come_back(next="https://evil.example/").url, "/")

    def test_it_is_the_sub_that_counts_from_the_second_time_on(self):
        self.come_back()
        self.provider.put_user("1001", preferred_username="head", name="换了用户名")
        self.provider.put_user("2002", preferred_username="reporter")
        self.come_back(client=(other := Client()))
        self.assertEqual(self.who(other), "reporter")
        self.come_back("2002", client=(thief := Client()))
        self.assertEqual(self.who(thief), "")
        self.assertContains(thief.get(settings.LOGIN_URL), "已与另一个账号关联")

    def test_nobody_is_made_without_a_rule(self):
        for claims in ({"preferred_username": "stranger"}, {}, {"email": "reporter"}):
            self.provider.put_user("3003", **claims)
            self.come_back("3003")
            with self.subTest(claims=claims):
                self.assertEqual(self.who(), "")
                self.assertContains(self.client.get(settings.LOGIN_URL), "在本系统没有对应的用户")
        self.assertFalse(get_user_model().objects.filter(username="stranger").exists())

    def test_an_administrator_is_never_found(self):
        self.provider.put_user("9", preferred_username="root")
        self.come_back("9")
        self.assertEqual(self.who(), "")
        self.assertContains(self.client.get(settings.LOGIN_URL), "系统管理员请用本系统的用户名和密码登录")
        self.client.post(settings.LOGIN_URL, {"username": "root", "password": PASSWORD})
        self.assertEqual(self.who(), "root")

    def test_who_is_inactive_here_does_not_get_in(self):
        self.reporter.is_active = False
        self.reporter.save()
        self.come_back()
        self.assertEqual(self.who(), "")
        self.assertEqual(self.events("sign_in")[-1][1], False)

    def test_a_first_password_of_ours_need_not_be_changed(self):
        reason_to_change(self.reporter, timezone.now())
        mark_temporary(self.reporter)
        self.come_back()
        self.assertEqual(self.client.get("/plans/").status_code, 200)

    def test_saying_no_there(self):
        asked = parse_qs(urlsplit(self.go()).query)
        response = self.client.get(
            reverse("oidc_back"), {"error": "access_denied", "state": asked["state"][0]}, follow=True
        )
        self.assertContains(response, "统一身份认证没有同意登录")


class WrongTest(ProviderCase):
    """What the provider must not say."""

    def assert_refused(self, **lies):
        """Nobody is signed in, a sentence and an event say so."""
        self.provider.lies = lies
        response = self.come_back()
        self.assertRedirects(response, settings.LOGIN_URL, fetch_redirect_response=False)
        self.assertEqual(self.who(), "")
        self.assertFalse(DirectoryIdentity.objects.exists())
        self.assertContains(self.client.get(settings.LOGIN_URL), "统一身份认证没有通过")
        self.assertEqual(self.events("sign_in")[-1][:2], ("sign_in", False))

    def test_lies(self):
        past = int(time.time()) - 600
        for name, lies in {
            "wrong audience": {"aud": ["other"]},
            "wrong audience, ours as its agent": {"aud": "other", "azp": "ledger"},
            "others beside us": {"aud": ["ledger", "other"], "azp": "ledger"},
            "wrong nonce": {"nonce": "stolen"},
            "no nonce": {"nonce": None},
            "wrong issuer": {"iss": "http://127.0.0.1:1"},
            "expired": {"exp": past},
            "of tomorrow": {"iat": past + 90000, "nbf": past + 90000},
            "no subject": {"sub": None},
            "another subject than its userinfo": {"sub": "666"},
        }.items():
            with self.subTest(name), self.assertLogs("accounts.directory.oidc_flow", "WARNING"):
                self.assert_refused(**lies)
        self.provider.lies = {}
        self.come_back()
        self.assertEqual(self.who(), "reporter")

    def test_keys_change_without_anybody_noticing_and_a_key_taken_back_is_worth_nothing(self):
        self.come_back()
        former = self.provider.rotate()
        self.come_back(client=(second := Client()))
        self.assertEqual(self.who(second), "reporter")
        self.provider.key = former
        with self.assertLogs("accounts.directory.oidc_flow", "WARNING"):
            self.come_back(client=(third := Client()))
        self.assertEqual(self.who(third), "")

    def test_a_key_of_the_same_name_that_was_never_published(self):
        self.provider.key = RSAKey.generate_key(2048, {"kid": self.provider.key.kid})
        with self.assertLogs("accounts.directory.oidc_flow", "WARNING"):
            self.assert_refused()

    def test_a_code_is_good_once_and_in_one_browser(self):
        back = self.provider.allow(self.go(), "1001").partition("testserver")[2]
        with self.assertLogs("accounts.directory.oidc_flow", "WARNING"):
            (thief := Client()).get(back)
        self.assertEqual(self.who(thief), "")
        self.client.get(back)
        self.assertEqual(self.who(), "reporter")
        self.client.logout()
        with self.assertLogs("accounts.directory.oidc_flow", "WARNING"):
            self.client.get(back)
        self.assertEqual(self.who(), "")

    def test_a_stolen_code_with_ones_own_state_fails_at_pkce(self):
        stolen = parse_qs(urlsplit(self.provider.allow(self.go(), "1001")).query)["code"][0]
        thief = Client()
        state = parse_qs(urlsplit(self.go(thief)).query)["state"][0]
        with self.assertLogs("accounts.directory.oidc_flow", "WARNING") as log:
            thief.get(reverse("oidc_back"), {"code": stolen, "state": state})
        self.assertIn("invalid_grant", log.output[0])
        self.assertEqual(self.who(thief), "")

    def test_metadata_of_another_issuer(self):
        with override_settings(OIDC_ISSUER=self.provider.address.replace("127.0.0.1", "localhost") + "/realm"):
            self.assertEqual(self.go(), settings.LOGIN_URL)


class AwayTest(ProviderCase):
    """The provider does not answer."""

    def test_a_sentence_says_so_and_local_sign_in_works(self):
        with oidc_provider.running() as gone:
            pass
        with override_settings(OIDC_ISSUER=gone.address):
            self.assertEqual(self.go(), settings.LOGIN_URL)
            self.assertContains(self.client.get(settings.LOGIN_URL), "统一身份认证暂时无法连接")
            self.assertEqual(self.events("sign_in")[-1][1], False)
            self.client.post(settings.LOGIN_URL, {"username": "reporter", "password": PASSWORD})
        self.assertEqual(self.who(), "reporter")

    def test_who_is_in_stays_in_and_can_leave(self):
        self.come_back()
        with oidc_provider.running() as gone:
            pass
        DirectoryIdentity.objects.update(issuer=gone.address)
        with override_settings(OIDC_ISSUER=gone.address):
            self.later()
            with self.assertLogs("accounts.directory.staying", "WARNING"):
                self.assertEqual(self.client.get("/plans/").status_code, 200)
            self.assertRedirects(self.client.post("/accounts/logout/"), settings.LOGIN_URL)
        self.assertEqual(self.who(), "")


class StayingTest(ProviderCase):
    """Asked again every few minutes, not at each request."""

    def test_who_is_removed_there_is_out_here_when_the_minutes_are_over(self):
        self.come_back()
        self.provider.remove("1001")
        self.assertEqual(self.client.get("/plans/").status_code, 200)
        self.later()
        response = self.client.get("/plans/", follow=True)
        self.assertContains(response, "您的登录已失效或账号已停用")
        self.assertEqual(self.who(), "")
        self.assertFalse(DirectorySession.objects.exists())
        self.assertEqual(self.events()[-1][0], "sign_out")

    def test_who_is_still_there_goes_on_and_the_provider_is_asked_once(self):
        self.come_back()
        self.later()
        self.provider.asked.clear()
        for _ in range(3):
            self.assertEqual(self.client.get("/plans/").status_code, 200)
        self.assertEqual(self.provider.asked.count("/oauth2/token"), 1)
        self.assertEqual(self.provider.asked.count("/userinfo"), 1)

    def test_a_request_beside_one_that_asks_goes_on(self):
        self.come_back()
        self.later()
        DirectorySession.objects.update(checked_at=timezone.now())
        self.provider.remove("1001")
        self.assertEqual(self.client.get("/plans/").status_code, 200)

    def test_tokens_stand_sealed_and_not_in_the_session(self):
        self.come_back()
        token = json.loads(DirectorySession.objects.get().keepsake)["refresh_token"]
        self.assertNotIn(token, str(dict(self.client.session)))
        with connection.cursor() as cursor:
            cursor.execute("SELECT keepsake FROM accounts_directorysession")
            self.assertNotIn(token, cursor.fetchone()[0])

    def test_turned_off_here_ends_the_sessions_of_there(self):
        self.come_back()
        self.later()
        with override_settings(OIDC_ISSUER=""):
            self.assertEqual(self.client.get("/plans/").status_code, 302)

    def test_an_administrator_lets_an_identity_go(self):
        self.come_back()
        root = Client()
        root.force_login(self.admin)
        page = root.get(reverse("admin:auth_user_change", args=[self.reporter.pk]))
        address = reverse("directory_unlink", args=[self.reporter.pk])
        self.assertContains(page, f'formaction="{address}"')
        root.post(address)
        self.assertFalse(DirectoryIdentity.objects.exists())
        self.later()
        self.assertEqual(self.client.get("/plans/").status_code, 302)


class SignOutTest(ProviderCase):
    """Single sign-out."""

    def test_leaving_here_leads_to_the_end_of_the_session_there(self):
        self.come_back()
        asked = urlsplit(self.client.post("/accounts/logout/").url)
        self.assertEqual(f"{asked.scheme}://{asked.netloc}{asked.path}", f"{self.provider.address}/oauth2/end_session")
        query = parse_qs(asked.query)
        self.assertEqual(query["post_logout_redirect_uri"], ["http://testserver/accounts/login/"])
        self.assertEqual(query["client_id"], ["ledger"])
        self.assertEqual(len(query["id_token_hint"][0].split(".")), 3)
        self.assertEqual((self.who(), DirectorySession.objects.count()), ("", 0))

    def test_who_came_by_password_stays_here(self):
        self.client.post(settings.LOGIN_URL, {"username": "reporter", "password": PASSWORD})
        self.assertEqual(self.client.post("/accounts/logout/").url, settings.LOGIN_URL)


class GroupTest(ProviderCase):
    """Posts by group."""

    def setUp(self):
        """Groups are told and mean something."""
        super().setUp()
        self.turn_on(OIDC_GROUPS_CLAIM="groups", DIRECTORY_POSTS=POSTS)

    def posts(self, user=None):
        """Return office and role of each, sorted."""
        rows = (user or self.reporter).memberships.all()
        return sorted((row.office.name if row.office else "", row.role) for row in rows)

    def test_a_person_in_two_offices_and_the_post_entered_here_stays(self):
        self.provider.put_user("1001", preferred_username="reporter", groups=["deyu", "jicai", "unknown"])
        self.come_back()
        self.assertEqual(self.posts(), [("德育科", "reporter"), ("计财科", "head")])
        self.assertEqual(self.events("role"), [("role", True, self.events("role")[0][2])])
        self.provider.put_user("1001", preferred_username="reporter", groups=[])
        self.later()
        self.client.get("/plans/")
        self.assertEqual(self.posts(), [("德育科", "reporter")])
        self.assertEqual(len(self.events("role")), 2)

    def test_no_groups_told_at_all_are_none(self):
        self.provider.put_user("1001", preferred_username="reporter", groups=["jicai"])
        self.come_back()
        self.provider.put_user("1001", preferred_username="reporter")
        self.come_back(client=Client())
        self.assertEqual(self.posts(), [("德育科", "reporter")])

    def test_a_rule_makes_the_user(self):
        self.provider.put_user("7", preferred_username="zhangsan", name="张 三", groups=["deyu", "jicai"])
        self.come_back("7")
        self.assertEqual(self.who(), "")
        self.turn_on(OIDC_GROUPS_CLAIM="groups", DIRECTORY_POSTS=POSTS, DIRECTORY_CREATE=True)
        self.come_back("7")
        user = get_user_model().objects.get(username="zhangsan")
        self.assertEqual((self.who(), user.first_name, user.has_usable_password()), ("zhangsan", "张三", False))
        self.assertEqual(self.posts(user), [("德育科", "reporter"), ("计财科", "head")])

    def test_the_rule_makes_nobody_without_a_post_nor_with_an_impossible_name(self):
        self.turn_on(OIDC_GROUPS_CLAIM="groups", DIRECTORY_POSTS=POSTS, DIRECTORY_CREATE=True)
        before = get_user_model().objects.count()
        self.provider.put_user("7", preferred_username="zhangsan", groups=["unknown"])
        self.provider.put_user("8", preferred_username="张·三", groups=["deyu"])
        for sub in ("7", "8"):
            self.come_back(sub)
            self.assertEqual(self.who(), "")
        self.assertEqual(get_user_model().objects.count(), before)

    def test_an_office_that_is_not_there_gives_nothing(self):
        self.turn_on(OIDC_GROUPS_CLAIM="groups", DIRECTORY_POSTS="deyu=虹口区教育局/体卫艺科/填报人")
        self.provider.put_user("1001", preferred_username="reporter", groups=["deyu"])
        with self.assertLogs("accounts.directory.posts", "ERROR"):
            self.come_back()
        self.assertEqual(Membership.objects.filter(user=self.reporter).count(), 1)


class SecondFactorTest(ProviderCase):
    """TOTP is asked for unless the provider asked for more than a password itself."""

    def setUp(self):
        """The reporter has a phone."""
        super().setUp()
        self.secret = second_factor.new_secret()
        before = timezone.now() - timedelta(minutes=5)
        code = pyotp.TOTP(self.secret).at(before.timestamp())
        self.assertTrue(second_factor.confirm(self.reporter, self.secret, code, before))

    def test_without_amr_the_code_is_asked_for_and_lets_in(self):
        for amr in (None, [], ["pwd"]):
            self.provider.lies = {"amr": amr} if amr is not None else {}
            response = self.come_back(client=(browser := Client()), next="/plans/")
            with self.subTest(amr=amr):
                self.assertEqual(urlsplit(response.url).path, "/accounts/login/code/")
                self.assertEqual(self.who(browser), "")
        code = pyotp.TOTP(self.secret).now()
        response = browser.post("/accounts/login/code/", {"code": code, "next": "/plans/"})
        self.assertRedirects(response, "/plans/", fetch_redirect_response=False)
        self.assertEqual(self.who(browser), "reporter")
        self.assertIn(UNTIL, browser.session)

    def test_with_amr_it_is_not(self):
        self.provider.lies = {"amr": ["pwd", "otp"]}
        self.come_back()
        self.assertEqual(self.who(), "reporter")


class OffTest(CastTestCase):
    """Off by default."""

    def test_nothing_of_it_is_there(self):
        self.assertNotContains(self.client.get(settings.LOGIN_URL), "统一身份认证")
        self.assertEqual(self.client.post(BEGIN).status_code, 404)
        self.assertEqual(self.client.get(reverse("oidc_back")).status_code, 404)
        policy = self.client.get(settings.LOGIN_URL)["Content-Security-Policy"]
        self.assertIn("form-action 'self';", policy + ";")

    @override_settings(LOCAL_SIGN_IN_ADMINISTRATORS_ONLY=True)
    def test_local_sign_in_can_be_left_to_administrators(self):
        for name, is_in in (("reporter", False), ("root", True)):
            self.client.post(settings.LOGIN_URL, {"username": name, "password": PASSWORD})
            self.assertEqual(get_user(self.client).is_authenticated, is_in)


class CheckTest(SimpleTestCase):
    """`manage.py check` names what cannot work."""

    def test_each_problem(self):
        for identifier, values in {
            "accounts.E001": {"DIRECTORY_POSTS": "deyu=虹口区教育局/填报人"},
            "accounts.E002": {"DIRECTORY_MINUTES": 0},
            "accounts.E003": {"OIDC_ISSUER": "https://id.example"},
            "accounts.E005": {"LDAP_URL": "ldaps://ldap.example"},
            "accounts.E006": {"LDAP_URL": "ldap://x", "LDAP_USER_BASE": "dc=x", "LDAP_USER_FILTER": "(uid=*)"},
            "accounts.E004": {"OIDC_ISSUER": "http://id.example", "OIDC_CLIENT_ID": "ledger"},
        }.items():
            with self.subTest(identifier), override_settings(**values):
                self.assertEqual([each.id for each in check_directories(None)], [identifier])

    def test_entries_of_posts(self):
        for entry in (
            "deyu",
            "=虹口区教育局/督办员",
            "a=/督办员",
            "a=虹口区教育局/德育科/督办员",
            "a=虹口区教育局/德育科/局长",
            "a=b/c/d/填报人",
        ):
            with self.subTest(entry), override_settings(DIRECTORY_POSTS=entry), self.assertRaises(ImproperlyConfigured):
                post_rules()
        with override_settings(DIRECTORY_POSTS="cn=a,dc=b=虹口区教育局/德育科/科长;;"):
            self.assertEqual(post_rules(), [PostRule("cn=a,dc=b", "虹口区教育局", "德育科", "head")])

    def test_all_is_well_by_default_and_where_it_is_set_right(self):
        self.assertEqual(check_directories(None), [])
        with override_settings(OIDC_ISSUER="https://id.example", OIDC_CLIENT_ID="ledger", DIRECTORY_POSTS=POSTS):
            self.assertEqual(check_directories(None), [])


class PolicyTest(SimpleTestCase):
    """Forms may lead to the provider, and only where there is one."""

    def form_action(self, **variables):
        """Return the directive with these environment variables."""
        program = "from config import settings; print(*settings.CONTENT_SECURITY_POLICY['DIRECTIVES']['form-action'])"
        surroundings = os.environ | {"DJANGO_SECRET_KEY": "x" * 60} | variables
        done = subprocess.run(
            [sys.executable, "-c", program],
            env=surroundings,
            capture_output=True,
            text=True,
            check=True,
            cwd=settings.BASE_DIR,
        )
        return done.stdout.split()

    def test_form_action(self):
        self.assertEqual(self.form_action(OIDC_ISSUER="", OIDC_ORIGINS="https://else.example"), ["'self'"])
        self.assertEqual(
            self.form_action(OIDC_ISSUER="https://id.example:8443/realms/qu", OIDC_ORIGINS="https://cas.example/login"),
            ["'self'", "https://id.example:8443", "https://cas.example"],
        )
