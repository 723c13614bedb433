"""Addresses of 数据管理 written by hand, of old bookmarks or by attackers: a page or a refusal, never a fault."""

from django.contrib import admin
from django.test import TestCase
from django.urls import NoReverseMatch, reverse

from tests.every_url import EveryUrl

PAGES = ("changelist", "export", "import", "add")
QUERIES = (
    "?x=1", "?plan=1", "?plan__id__exact=x", "?organization=１", "?id__in=x", "?status=zz", "?pk=1", "?_to_field=zz", "?o=x",
    "?o=99999999999", "?p=x", "?e=1", "?all=", "?q=%00", "?_popup=1&_to_field=password", "?action=1", "?saved_at__gte=2024-13-45",
)  # fmt: skip
POSTED = {"format": "99", "resource": "99", "export_items": ["x"], "action": "zz", "_selected_action": ["zz"]}


class AdminAddressTest(EveryUrl, TestCase):
    """Every list and its export, import and adding, with what nobody would ask for."""

    @classmethod
    def setUpTestData(cls):
        """A row of everything."""
        cls.cast()
        cls.make_rows()

    def pages(self):
        """Yield each page's address, a person signed in whom it shows something."""
        for model in admin.site._registry:
            for page in PAGES:
                try:
                    address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}")
                except NoReverseMatch:
                    continue
                for user in (self.supervisor, self.admin):
                    self.client.force_login(user)
                    if self.client.get(address).status_code == 200:
                        yield address, QUERIES if page in ("changelist", "export") else QUERIES[:2]
                        break

    def test_no_address_is_a_fault(self):
        self.client.raise_request_exception = False
        faults, asked = [], 0
        for address, queries in self.pages():
            for query in queries:
                asked += 1
                if self.client.get(address + query).status_code >= 500:
                    faults.append(("GET", address + query))
            if self.client.post(f"{address}?x=1", POSTED).status_code >= 500:
                faults.append(("POST", address))
        self.assertEqual(faults, [])
        self.assertGreater(asked, 200)

    def test_the_export_leads_back_to_the_list_and_says_why(self):
        self.client.force_login(self.supervisor)
        address = reverse("admin:workplans_item_export")
        self.assertContains(self.client.get(f"{address}?x=1", follow=True), "网址中的筛选条件不对")
