"""The sign-in page, as the first thing anybody sees."""

from tests.base import PASSWORD, make_user
from tests.browser.base import PHONE, BrowserTestCase

LOGIN = "/accounts/login/"


class SignInTests(BrowserTestCase):
    def setUp(self):
        super().setUp()
        self.user = make_user("zhang", is_superuser=True, is_staff=True)

    def test_the_page_speaks_chinese(self):
        for viewport in (None, PHONE):
            with self.subTest(viewport=viewport):
                self.open(viewport)
                self.visit(LOGIN)
                self.assertTrue(self.page.is_visible("input[name=username]"))
                self.assertEqual(self.english_words(), [])
                self.assertFalse(self.scrolls_sideways())

    def test_a_wrong_password_is_refused_in_chinese(self):
        self.sign_in("zhang", "wrong")
        self.assertIn("密码", self.page.inner_text("[role=alert], .errorlist, .errornote"))
        self.assertEqual(self.english_words(), [])

    def test_the_right_password_leads_on(self):
        self.sign_in("zhang", PASSWORD)
        self.assertNotIn(LOGIN, self.page.url)
