"""Users: made, given a membership and a new password by the system administrator."""

from django.contrib.auth import get_user_model
from django.urls import reverse

from tests.base import CastTestCase


class UserAdminTest(CastTestCase):
    """What the system administrator does on a first day."""

    def setUp(self):
        """The administrator is signed in."""
        self.client.force_login(self.admin)

    def test_a_user_is_made_and_given_a_membership(self):
        data = {"username": "zhangsan", "password1": "Neuer-Weg-2024", "password2": "Neuer-Weg-2024"}
        self.client.post(reverse("admin:auth_user_add"), data)
        user = get_user_model().objects.get(username="zhangsan")
        self.assertTrue(user.check_password("Neuer-Weg-2024"))
        data = {
            "username": "zhangsan", "first_name": "张三", "last_name": "", "email": "", "is_active": "on",
            "memberships-TOTAL_FORMS": 1, "memberships-INITIAL_FORMS": 0, "memberships-MIN_NUM_FORMS": 0,
            "memberships-MAX_NUM_FORMS": 1000, "memberships-0-organization": self.bureau.pk,
            "memberships-0-office": self.moral.pk, "memberships-0-role": "reporter", "memberships-0-user": user.pk,
        }  # fmt: skip
        response = self.client.post(reverse("admin:auth_user_change", args=[user.pk]), data)
        self.assertEqual(response.status_code, 302)
        self.assertEqual(user.memberships.get().office, self.moral)

    def test_a_password_is_set_and_never_shown(self):
        address = reverse("admin:auth_user_password_change", args=[self.reporter.pk])
        page = self.client.get(reverse("admin:auth_user_change", args=[self.reporter.pk]))
        self.assertNotContains(page, self.reporter.password)
        self.client.post(address, {"password1": "Neuer-Weg-2024", "password2": "Neuer-Weg-2024"})
        self.reporter.refresh_from_db()
        self.assertTrue(self.reporter.check_password("Neuer-Weg-2024"))

    def test_a_membership_that_contradicts_its_role_is_refused_in_chinese(self):
        data = {"user": self.reporter.pk, "organization": self.bureau.pk, "role": "supervisor", "office": self.moral.pk}
        response = self.client.post(reverse("admin:workplans_membership_add"), data)
        self.assertContains(response, "督办员和局领导不选科室")
        data |= {"role": "reporter", "office": self.foreign_office.pk}
        response = self.client.post(reverse("admin:workplans_membership_add"), data)
        self.assertContains(response, "所选科室不属于所选单位")
