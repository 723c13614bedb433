"""Nobody ends on a bare 405: steps lead to their pages, before and after signing in, and refusals have the house's page."""

from urllib.parse import parse_qs, urlsplit

from django.conf import settings
from django.test import Client, SimpleTestCase, override_settings
from django.urls import resolve, reverse

from config.kept_forms import COOKIE
from tests.base import PASSWORD, CastTestCase
from tests.every_url import EveryUrl, url_names
from workplans.steps import is_step, page_above

# Step → the page it is pressed on, both with the id 7.
PAGES = {
    "/reports/7/submit/": "/reports/7/", "/reports/7/draft/": "/reports/7/", "/reports/7/evidence/": "/reports/7/",
    "/items/7/requests/": "/items/7/", "/items/7/suspend/": "/items/7/", "/requests/7/decide/": "/requests/",
    "/plans/7/views/": "/plans/7/", "/saved-views/7/delete/": "/", "/evidence/7/delete/": "/", "/periods/7/open/": "/periods/7/",
    "/imports/7/correct/": "/imports/7/", "/imports/7/undo/": "/imports/7/", "/feedbacks/7/delete/": "/feedbacks/7/",
    "/uploads/7/drop/": "/uploads/7/", "/accounts/logout/": "/", "/admin/workplans/item/process_import/": "/admin/workplans/item/",
}  # fmt: skip


class PageAboveTest(SimpleTestCase):
    """Where a step belongs."""

    def test_each_step_has_its_page(self):
        for step, page in PAGES.items():
            with self.subTest(step=step):
                self.assertTrue(is_step(resolve(step)))
                self.assertEqual(page_above(step), page)


@override_settings(OUTGOING_CHANNELS=True)
class StepTest(EveryUrl, CastTestCase):
    """All steps there are."""

    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.make_rows()

    def steps(self):
        """Yield the address of every step."""
        for name in url_names():
            path = self.path(name)
            if is_step(resolve(path)):
                yield path

    def test_after_signing_in_anew_everybody_comes_to_a_page(self):
        """From every step that is only for those who are signed in."""
        steps = [path for path in self.steps() if getattr(resolve(path).func, "login_required", True)]
        self.assertGreater(len(steps), 25)
        for path in steps:
            with self.subTest(step=path):
                response = Client().post(path, {"progress": "写了很久的话"})
                following = parse_qs(urlsplit(response.url).query)["next"][0]
                self.assertFalse(is_step(resolve(following)))
                self.client.force_login(self.supervisor)
                self.assertIn(self.client.get(following).status_code, (200, 302, 403))

    def test_signing_in_again_leads_to_the_report_and_says_that_the_text_is_kept(self):
        report, client = self.rows["report"], Client()
        page = client.post(f"/reports/{report.pk}/submit/", {"progress": "写了很久的话"}, follow=True)
        self.assertContains(page, "已留在这台电脑的浏览器里")
        data = {"username": "reporter", "password": PASSWORD, "next": page.context["next"]}
        self.assertRedirects(client.post(settings.LOGIN_URL, data), f"/reports/{report.pk}/")

    def test_a_draft_that_saves_itself_leaves_no_message(self):
        client = Client(headers={"X-Requested-With": "fetch"})
        client.post(f"/reports/{self.rows['report'].pk}/draft/", {"progress": "x"})
        self.assertNotContains(client.get(settings.LOGIN_URL), "已留在这台电脑")

    def test_opened_by_its_address_a_step_leads_to_its_page(self):
        self.client.force_login(self.supervisor)
        for path in self.steps():
            with self.subTest(step=path):
                self.assertRedirects(self.client.get(path), page_above(path), fetch_redirect_response=False)

    def test_other_wrong_methods_and_bad_requests_have_a_page_in_chinese(self):
        self.client.force_login(self.supervisor)
        for method, path, status, words in (
            ("post", "/plans/", 405, "这个网址不能这样打开"),
            ("put", f"/reports/{self.rows['report'].pk}/submit/", 405, "已留在这台电脑"),
        ):
            with self.subTest(path=path):
                page = getattr(self.client, method)(path)
                self.assertContains(page, words, status_code=status)
                self.assertContains(page, "教育工作推进台账", status_code=status)
                self.assertTrue(page.headers["Allow"])
        strict = Client(enforce_csrf_checks=True)
        strict.force_login(self.supervisor)
        self.assertContains(
            strict.post(f"/reports/{self.rows['report'].pk}/submit/"), "已留在这台电脑的浏览器里", status_code=403
        )


class TakenFormTest(EveryUrl, CastTestCase):
    """The browser may forget what was taken in, and only that."""

    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.make_rows()

    def marked(self, path, **data):
        """Send a form with a mark; return the cookie's value."""
        response = self.client.post(path, data | {"kept-form": "mark12345678"})
        return response.cookies[COOKIE].value if COOKIE in response.cookies else None

    def test_a_form_that_was_taken_in_is_named_and_one_shown_again_is_not(self):
        self.client.force_login(self.reporter)
        report = self.make_report(self.make_item(self.rows["plan"]), self.rows["period"])
        path, tasks = f"/reports/{report.pk}/", {"task_reports-TOTAL_FORMS": 0, "task_reports-INITIAL_FORMS": 0}
        data = {"seen_version": report.version, "progress": "写了很久的话", "completion_percent": "70"} | tasks
        self.assertIsNone(self.marked(path, **data | {"completion_percent": "许多"}))
        self.assertEqual(self.marked(path, **data), "mark12345678")

    def test_one_sent_by_nobody_is_not(self):
        self.assertIsNone(self.marked(reverse("admin:workplans_office_add"), name="督导室"))

    def test_a_mark_that_is_none_of_ours_is_not_sent_back(self):
        self.client.force_login(self.supervisor)
        response = self.client.post("/accounts/logout/", {"kept-form": "x; path=/evil"})
        self.assertNotIn(COOKIE, response.cookies)
