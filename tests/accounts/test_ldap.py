"""Sign-in by LDAP, against a real slapd on loopback."""

from datetime import timedelta

import pyotp
from django.conf import settings
from django.contrib.auth import get_user, get_user_model
from django.test import Client, override_settings
from django.utils import timezone
from ldap3 import MODIFY_REPLACE

from accounts import second_factor
from accounts.directory import ldap_search
from accounts.directory.people import DirectoryDown, DirectoryRefused
from accounts.directory.staying import UNTIL
from accounts.models import DirectoryIdentity, DirectorySession, SignInAttempts
from audit.models import SecurityEvent
from tests import slapd
from tests.base import PASSWORD, CastTestCase

THERE = "Password-Of-There-1"
POSTS = "deyu=虹口区教育局/德育科/填报人;jicai=虹口区教育局/计财科/科室负责人"


class DirectoryCase(CastTestCase):
    """A directory in which the reporter has an entry; everybody has a password here too."""

    def setUp(self):
        """Start it, and turn it on here."""
        context = slapd.running()
        self.directory = context.__enter__()
        self.addCleanup(context.__exit__, None, None, None)
        self.turn_on()
        self.entry = self.directory.add_person(
            "reporter", THERE, displayName="填报人", mail=["a@qu.example", "b@qu.example"]
        )

    def turn_on(self, **more):
        """Set what an administrator sets."""
        values = {
            "LDAP_URL": self.directory.url, "LDAP_CA_FILE": self.directory.ca_file, "LDAP_USER_BASE": slapd.PEOPLE,
            "LDAP_BIND_DN": slapd.SERVICE, "LDAP_BIND_PASSWORD": slapd.SERVICE_PASSWORD,
        }  # fmt: skip
        change = override_settings(**values | more)
        change.enable()
        self.addCleanup(change.disable)

    def sign_in(self, username="reporter", password=THERE):
        """Send the form from a fresh browser; return the answer."""
        self.client = Client()
        return self.client.post(settings.LOGIN_URL, {"username": username, "password": password})

    def gets_in(self, *arguments):
        """Say whether the user is signed in afterwards."""
        self.sign_in(*arguments)
        return get_user(self.client).is_authenticated

    def later(self):
        """Let the minutes pass after which the directory is asked again."""
        session = self.client.session
        session[UNTIL] = 0
        session.save()
        DirectorySession.objects.update(checked_at=timezone.now() - timedelta(minutes=6))

    def posts(self, user=None):
        """Return office and role of each, sorted."""
        rows = (user or self.reporter).memberships.all()
        return sorted((row.office.name if row.office else "", row.role) for row in rows)


class SignInTest(DirectoryCase):
    """By the password of there."""

    def test_the_password_of_there_lets_in_and_the_one_of_here_does_not_any_more(self):
        self.assertTrue(self.gets_in())
        event = SecurityEvent.objects.order_by("pk").last()
        self.assertEqual((event.kind, event.success, event.detail), ("sign_in", True, "统一身份目录"))
        self.assertFalse(SignInAttempts.objects.exists())
        self.assertFalse(self.gets_in("reporter", PASSWORD))

    def test_wrong_ones_are_counted(self):
        for password in ("wrong", "", "*", " "):
            self.assertFalse(self.gets_in("reporter", password))
        self.assertContains(self.sign_in("reporter", "wrong"), "还可以再试 1 次")
        self.sign_in("reporter", "wrong")
        self.assertContains(self.sign_in(), "请在 10 分钟后再试")

    def test_what_is_typed_is_no_filter(self):
        for name in ("*", "rep*", "reporter)(uid=*", "reporter)(|(uid=*", "\\", "re\x00porter"):
            with self.subTest(name):
                self.assertFalse(self.gets_in(name))

    def test_who_is_not_there_signs_in_here_unless_that_is_left_to_administrators(self):
        self.assertTrue(self.gets_in("head", PASSWORD))
        with override_settings(LOCAL_SIGN_IN_ADMINISTRATORS_ONLY=True):
            self.assertFalse(self.gets_in("head", PASSWORD))
            self.assertTrue(self.gets_in("root", PASSWORD))
            self.assertTrue(self.gets_in())

    def test_nobody_is_made_and_an_administrator_is_never_found(self):
        self.directory.add_person("stranger", THERE)
        self.assertContains(self.sign_in("stranger"), "在本系统没有对应的用户")
        self.assertFalse(get_user_model().objects.filter(username="stranger").exists())
        self.directory.add_person("root", THERE)
        self.assertFalse(self.gets_in("root", THERE))
        self.assertFalse(self.gets_in("ROOT", THERE))
        self.assertTrue(self.gets_in("root", PASSWORD))

    def test_the_entry_counts_and_not_its_name(self):
        self.assertTrue(self.gets_in())
        self.directory.delete(self.entry)
        self.directory.add_person("reporter", THERE)
        self.assertContains(self.sign_in(), "已与另一个账号关联")

    def test_two_entries_of_one_name_are_nobody(self):
        self.directory.add_person("second", THERE, displayName="填报人")
        with override_settings(LDAP_USER_FILTER="(displayName=填报人)"):
            self.assertFalse(self.gets_in())

    def test_the_code_of_the_phone_is_asked_for(self):
        secret, before = second_factor.new_secret(), timezone.now() - timedelta(minutes=5)
        second_factor.confirm(self.reporter, secret, pyotp.TOTP(secret).at(before.timestamp()), before)
        self.assertEqual(self.sign_in().url.partition("?")[0], "/accounts/login/code/")
        self.client.post("/accounts/login/code/", {"code": pyotp.TOTP(secret).now()})
        self.assertTrue(get_user(self.client).is_authenticated)
        self.assertIn(UNTIL, self.client.session)

    def test_leaving_stays_here(self):
        self.sign_in()
        self.assertEqual(self.client.post("/accounts/logout/").url, settings.LOGIN_URL)
        self.assertFalse(DirectorySession.objects.exists())


class StayingTest(DirectoryCase):
    """Removed there, out here."""

    def test_who_is_deleted_is_out_when_the_minutes_are_over(self):
        self.sign_in()
        self.directory.delete(self.entry)
        self.assertEqual(self.client.get("/plans/").status_code, 200)
        self.later()
        self.assertContains(self.client.get("/plans/", follow=True), "您的账号已停用或已移走")
        self.assertFalse(get_user(self.client).is_authenticated)
        self.assertFalse(self.gets_in())
        self.assertFalse(self.gets_in("reporter", PASSWORD))

    def test_who_no_longer_passes_the_filter_is_out(self):
        self.sign_in()
        self.later()
        self.assertEqual(self.client.get("/plans/").status_code, 200)
        self.directory.connection.modify(self.entry, {"employeeType": [(MODIFY_REPLACE, ["disabled"])]})
        with override_settings(LDAP_USER_FILTER="(&(uid={username})(!(employeeType=disabled)))"):
            self.later()
            self.assertEqual(self.client.get("/plans/").status_code, 302)
            self.assertFalse(self.gets_in())


class GroupTest(DirectoryCase):
    """Posts by group."""

    def setUp(self):
        """Two groups."""
        super().setUp()
        self.turn_on(LDAP_GROUP_BASE=slapd.GROUPS, DIRECTORY_POSTS=POSTS)
        self.new = self.directory.add_person(
            "zhangsan", THERE, displayName="张 三", mail=["a@qu.example", "b@qu.example"]
        )
        self.directory.add_group("deyu", self.new, self.entry)
        self.directory.add_group("jicai", self.new, self.entry)

    def test_a_person_in_two_offices_made_by_the_rule_and_one_taken_again(self):
        self.assertFalse(self.gets_in("zhangsan"))
        with override_settings(DIRECTORY_CREATE=True):
            self.assertTrue(self.gets_in("zhangsan"))
            user = get_user_model().objects.get(username="zhangsan")
            self.assertEqual((user.first_name, user.email), ("张三", "a@qu.example"))
            self.assertEqual(self.posts(user), [("德育科", "reporter"), ("计财科", "head")])
            self.directory.delete(f"cn=jicai,{slapd.GROUPS}")
            self.later()
            self.client.get("/plans/")
            self.assertEqual(self.posts(user), [("德育科", "reporter")])

    def test_what_was_entered_here_stays(self):
        self.sign_in()
        self.assertEqual(self.posts(), [("德育科", "reporter"), ("计财科", "head")])
        for name in ("deyu", "jicai"):
            self.directory.delete(f"cn={name},{slapd.GROUPS}")
        self.later()
        self.client.get("/plans/")
        self.assertEqual(self.posts(), [("德育科", "reporter")])


class AwayTest(DirectoryCase):
    """The directory does not answer, or cannot be trusted: nobody's password is sent, local sign-in works."""

    def test_a_sentence_says_so_and_local_sign_in_works(self):
        with slapd.running() as gone:
            pass
        self.sign_in()
        with override_settings(LDAP_URL=gone.url):
            self.assertContains(self.sign_in("reporter", THERE), "统一身份目录暂时无法连接")
            self.assertTrue(self.gets_in("head", PASSWORD))
            self.assertTrue(self.gets_in("root", PASSWORD))

    def test_who_is_in_stays_in(self):
        self.sign_in()
        with slapd.running() as gone:
            pass
        with override_settings(LDAP_URL=gone.url):
            self.later()
            with self.assertLogs("accounts.directory.staying", "WARNING"):
                self.assertEqual(self.client.get("/plans/").status_code, 200)

    def test_what_is_set_wrong_is_named(self):
        for values, word in (
            ({"LDAP_CA_FILE": ""}, "certificate|StartTLS|LDAPStartTLS"),
            ({"LDAP_URL": self.directory.url.replace("127.0.0.1", "localhost")}, "hostname|certificate|LDAP"),
            ({"LDAP_STARTTLS": False}, "confidentialityRequired"),
            ({"LDAP_BIND_PASSWORD": "wrong"}, "invalidCredentials"),
            ({"LDAP_USER_BASE": "ou=nowhere,dc=qu,dc=example"}, "noSuchObject"),
            ({"LDAP_ID_ATTRIBUTE": "employeeNumber"}, "employeeNumber"),
        ):
            with self.subTest(values), override_settings(**values), self.assertRaisesRegex(DirectoryDown, word):
                ldap_search.authenticate("ldap:", "reporter", THERE)

    def test_an_empty_password_is_never_sent(self):
        with override_settings(LDAP_URL="ldap://127.0.0.1:1"), self.assertRaises(DirectoryRefused):
            ldap_search.authenticate("ldap:", "reporter", "")

    def test_the_identity_is_the_entrys_own(self):
        self.sign_in()
        identity = DirectoryIdentity.objects.get()
        self.assertEqual((identity.issuer, len(identity.subject)), (f"ldap:{slapd.PEOPLE}", 36))
