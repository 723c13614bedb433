"""Passwords: long, mixed, new, one's own."""

from datetime import timedelta
from itertools import pairwise

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone

from accounts.models import UsedPassword
from audit.models import SecurityEvent
from tests.base import PASSWORD, CastTestCase

PAGE = "/accounts/password/"
NEW = "Neuer-Weg-2024"


class PasswordCase(CastTestCase):
    """Helpers."""

    def change(self, old=PASSWORD, new=NEW, again=None):
        """Send the form."""
        return self.client.post(PAGE, {"old_password": old, "new_password1": new, "new_password2": again or new})

    def sign_in(self, name, password):
        """Sign in through the page, following where it leads."""
        return self.client.post(settings.LOGIN_URL, {"username": name, "password": password}, follow=True)


class RuleTest(PasswordCase):
    """What may be a password."""

    def test_the_table_of_rules(self):
        for password, sentence in {
            "Kurz-123": "10 个字符",
            "nur-kleine-buchstaben": "至少三类",
            "kleinundziffern123": "至少三类",
            "NURGROSSE12345": "至少三类",
            "Reporter-12": "相似",
            "Password123": "常见",
            "Neuer-Weg-2024": None,
            "密码Abc1234567": None,
            "abc-DEF-ghi": None,
        }.items():
            with self.subTest(password=password):
                try:
                    validate_password(password, self.reporter)
                except ValidationError as refused:
                    self.assertIn(sentence or "nothing", " ".join(refused.messages))
                else:
                    self.assertIsNone(sentence)

    def test_none_of_the_last_five_again(self):
        self.client.force_login(self.reporter)
        passwords = [PASSWORD, *(f"Neuer-Weg-{number}" for number in range(1, 6))]
        for old, new in pairwise(passwords):
            self.assertEqual(self.change(old, new).status_code, 302)
        for former in passwords[1:]:
            with self.subTest(former=former):
                self.assertContains(self.change(passwords[-1], former), "不能使用最近 5 次用过的密码")
        self.assertEqual(self.change(passwords[-1], passwords[0]).status_code, 302)  # the sixth may come back
        self.assertEqual(UsedPassword.objects.filter(user=self.reporter).count(), 5)

    def test_the_old_password_cannot_be_guessed_at_an_unlocked_machine(self):
        self.client.force_login(self.reporter)
        for _ in range(5):
            response = self.change("wrong")
        self.assertContains(response, "请在 10 分钟后再试")
        self.assertContains(self.change(), "请在 10 分钟后再试")
        kinds = SecurityEvent.objects.order_by("pk").values_list("kind", "success")
        self.assertEqual(list(kinds), [("password", False)] * 4 + [("lock", True)] + [("password", False)] * 2)


class FirstSignInTest(PasswordCase):
    """Who gets a password from the administrator changes it before anything else."""

    def setUp(self):
        """The administrator makes a user."""
        self.client.force_login(self.admin)
        data = {"username": "zhangsan", "password1": NEW, "password2": NEW}
        self.client.post(reverse("admin:auth_user_add"), data)
        self.user = get_user_model().objects.get(username="zhangsan")
        self.client.logout()

    def test_every_page_leads_to_the_password_page(self):
        response = self.sign_in("zhangsan", NEW)
        self.assertContains(response, "这是系统管理员为您设置的密码")
        for page in ("/", "/plans/", "/admin/", "/accounts/second-factor/"):
            self.assertRedirects(self.client.get(page), PAGE)
        self.assertContains(self.change(NEW, NEW), "不能使用最近 5 次用过的密码")
        self.change(NEW, "Mein-Eigenes-1")
        self.assertEqual(self.client.get("/plans/").status_code, 200)
        self.client.logout()
        self.assertNotContains(self.sign_in("zhangsan", "Mein-Eigenes-1"), "为您设置的密码")

    def test_so_does_a_password_set_anew(self):
        self.client.force_login(self.admin)
        address = reverse("admin:auth_user_password_change", args=[self.reporter.pk])
        self.client.post(address, {"password1": NEW, "password2": NEW})
        self.client.logout()
        self.assertContains(self.sign_in("reporter", NEW), "这是系统管理员为您设置的密码")

    def test_the_events(self):
        self.client.force_login(self.admin)
        self.client.post(
            reverse("admin:auth_user_password_change", args=[self.user.pk]),
            {"password1": NEW + "x", "password2": NEW + "x"},
        )
        kinds = SecurityEvent.objects.order_by("pk").values_list("kind", "username", "detail")
        self.assertEqual(list(kinds), [("account", "root", "新增"), ("password", "root", "修改")])

    def test_a_password_of_ones_own_choice_is_not_asked_for_again(self):
        self.assertNotContains(self.sign_in("reporter", PASSWORD), "为您设置的密码")


class AgeTest(PasswordCase):
    """Passwords expire where the setting says so."""

    def test_an_old_password_is_changed_at_sign_in(self):
        self.reporter.date_joined = timezone.now() - timedelta(days=91)
        self.reporter.save()
        self.assertNotContains(self.sign_in("reporter", PASSWORD), "请换一个新密码")
        self.client.logout()
        with override_settings(PASSWORD_MAX_AGE_DAYS=90):
            self.assertContains(self.sign_in("reporter", PASSWORD), "密码已经使用超过 90 天，请换一个新密码。")
            self.change()
            self.client.logout()
            self.assertNotContains(self.sign_in("reporter", NEW), "请换一个新密码")


class RoleEventTest(PasswordCase):
    """Memberships, users and settings changed in the admin leave one event each."""

    def setUp(self):
        """The administrator is signed in."""
        self.client.force_login(self.admin)

    def events(self):
        """Return kind, object and what was done."""
        return [(e.kind, e.detail) for e in SecurityEvent.objects.order_by("pk")]

    def test_a_membership_added_changed_and_deleted(self):
        data = {"user": self.nobody.pk, "organization": self.bureau.pk, "role": "reporter", "office": self.moral.pk}
        self.client.post(reverse("admin:workplans_membership_add"), data)
        key = self.nobody.memberships.get().pk
        self.client.post(reverse("admin:workplans_membership_change", args=[key]), data | {"role": "head"})
        self.client.post(reverse("admin:workplans_membership_change", args=[key]), data | {"role": "head"})
        self.client.post(reverse("admin:workplans_membership_delete", args=[key]), {"post": "yes"})
        self.assertEqual(self.events(), [("role", "新增"), ("role", "修改"), ("role", "删除")])

    def test_a_membership_given_on_the_page_of_its_user(self):
        data = {
            "username": "nobody", "first_name": "", "last_name": "", "email": "", "is_active": "on",
            "memberships-TOTAL_FORMS": 1, "memberships-INITIAL_FORMS": 0, "memberships-MIN_NUM_FORMS": 0,
            "memberships-MAX_NUM_FORMS": 1000, "memberships-0-organization": self.bureau.pk,
            "memberships-0-office": self.moral.pk, "memberships-0-role": "reporter", "memberships-0-user": self.nobody.pk,
        }  # fmt: skip
        self.client.post(reverse("admin:auth_user_change", args=[self.nobody.pk]), data)
        [(kind, detail)] = self.events()
        self.assertEqual(kind, "role")
        self.assertTrue(detail.startswith("新增任职："))

    def test_an_organization_renamed(self):
        address = reverse("admin:workplans_organization_change", args=[self.bureau.pk])
        self.client.post(address, {"name": "虹口区教育局（新）", "aliases": ""})
        self.assertEqual(self.events(), [("settings", "修改")])
