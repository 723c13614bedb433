"""The harness itself: it must see what it claims to see, or every green browser test would mean nothing."""

import re

from django.http import HttpResponse
from django.test import override_settings
from django.urls import include, path

from tests.browser.base import PHONE, BrowserTestCase

CLEAN = "<!doctype html><html lang=zh><title>好</title><body>{}</body>"
PAGES = {
    "clean": "一切正常",
    "inline": "<script>window.ran = true</script><p style='color: red'>红</p>",
    "elsewhere": "<img src='https://example.org/picture.png' alt=''>",
    "missing": "<img src='/nothing.png' alt=''>",
    "words": (
        "可见 <b>Visible</b> Excel 导出 <span hidden>Unseen</span><input placeholder='Type here'>"
        "<button aria-label='Close'>×</button><select><option>Choice</option></select>"
        "<input type=submit value='Save'><img alt='Picture' src='/favicon.ico'><details><summary>更多</summary>Folded</details>"
        "<p>user_zhang 德育科</p>"
    ),
    "wide": "<table width=900><tr><td>宽</table>",
}


def page(name):
    """Make a view that answers one of the pages above, open to everybody."""

    def view(request):
        return HttpResponse(CLEAN.format(PAGES[name]))

    view.login_required = False
    return path(f"{name}/", view)


def bare(request):
    """Answer a page without a policy."""
    response = HttpResponse(CLEAN.format("无策略"))
    response._csp_exempt = True
    return response


def picture(request):
    """Answer an empty picture, also for the icon that every browser asks for."""
    return HttpResponse("<svg xmlns='http://www.w3.org/2000/svg'/>", content_type="image/svg+xml")


bare.login_required = picture.login_required = False
urlpatterns = [*map(page, PAGES), path("bare/", bare), path("favicon.ico", picture)]
urlpatterns += [path("", include("config.urls"))]  # the error pages link to the application


@override_settings(ROOT_URLCONF=__name__)
class HarnessTests(BrowserTestCase):
    def assertSees(self, *patterns):  # noqa: N802 (beside unittest's own)
        """Assert that each pattern was seen and nothing else; what was expected no longer fails the test."""
        self.settle()
        for _turn in range(250):  # a script's error reaches us a moment after the page is still: five seconds at most
            seen = self.violations()
            if all(re.search(pattern, "\n".join(seen)) for pattern in patterns):
                break
            self.page.wait_for_timeout(20)
        for pattern in patterns:
            self.assertRegex("\n".join(seen), pattern)
            self.allow(pattern)
        self.assertEqual(self.violations(), [])

    def test_a_clean_page_shows_nothing(self):
        self.visit("/clean/")
        self.settle()
        self.assertEqual(self.violations(), [])
        self.assertEqual(self.page.inner_text("body"), "一切正常")

    def test_inline_script_and_style_are_seen(self):
        self.visit("/inline/")
        self.assertIsNone(self.page.evaluate("window.ran ?? null"))
        self.assertSees("policy: script-src-elem: inline", "policy: style-src-attr: inline", "console: .*violates")

    def test_another_host_is_seen_and_not_reached(self):
        self.visit("/elsewhere/")
        self.assertSees("other host: https://example.org", "policy: .*example.org", "console: .*example.org")

    def test_a_missing_file_is_seen(self):
        self.visit("/missing/")
        self.assertSees("console: .*404.*nothing.png")

    def test_a_script_error_is_seen(self):
        self.visit("/clean/")
        self.page.evaluate("setTimeout(() => { throw new Error('broken') })")
        self.assertSees("script: broken")

    def test_a_page_without_policy_is_seen(self):
        self.visit("/bare/")
        self.assertSees("policy: none sent")

    def test_an_expected_refusal_is_no_violation(self):
        self.visit("/nowhere/", status=404)

    def test_latin_words_are_found_wherever_a_reader_meets_them(self):
        self.visit("/words/")
        expected = ["Visible", "Type", "here", "Picture", "Close", "Choice", "Folded", "Save"]
        self.assertCountEqual(self.english_words(ignore=["user_zhang"]), expected)

    def test_a_phone_is_a_phone(self):
        self.open(PHONE)
        self.visit("/wide/")
        self.assertTrue(self.scrolls_sideways())
        self.visit("/clean/")
        self.assertFalse(self.scrolls_sideways())
        self.assertEqual(self.page.evaluate("navigator.language"), "zh-CN")
