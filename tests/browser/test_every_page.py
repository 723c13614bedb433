"""Every page, signed in as every role, in a real browser: no violation, no error, no other host, no English."""

from django.test import override_settings

from tests.browser.base import DESKTOP, PHONE, BrowserTestCase
from tests.every_url import EveryUrl
from tests.test_access_matrix import read_table

ROLES = ("reporter", "head", "supervisor", "leader", "admin")
# What people write into a Word template.
TAGS = (
    "p for 段 in 正文", "p for 段 in 要求", "tr for 行 in 事项", "p endfor", "tr endfor", "p if 段", "p if 联系人", "p endif", "elif、 else",
    "elif", "else",
)  # fmt: skip
# What is data on a page: names the cast signs in with, and units of files.
DATA = ("other_reporter", "sha256", "SHA-256", "SHA", *TAGS)
# Answers that are no pages.
FILES = (
    "tracking:evidence_download",
    "sheets:period_sheet",
    "sheets:plan_progress_xlsx",
    "sheets:export_file",
    "papers:feedback_docx",
    "papers:feedback_pdf",
    "papers:feedback_book",
    "papers:feedback_zip",
    "papers:template_file",
    "papers:template_standard",
    "papers:template_sample",
    "sheets:table_export_file",
    "sheets:over_time_file",
    "people_template",
    "workplans:source_download",
    "intake:import_file",
    "intake:scan_file",
    "intake:scan_picture",
    "admin:jsi18n",
    "healthz",
    "readyz",
)


@override_settings(CALENDAR_LINKS=True)
class EveryPageTest(EveryUrl, BrowserTestCase):
    """A walk through the whole application."""

    def setUp(self):
        """The cast, and one row of everything."""
        super().setUp()
        type(self).cast()
        type(self).make_rows()

    def pages(self, person):
        """Return the names of the pages the table says this person may open."""
        people, table = read_table()
        column = people.index(person)
        return [
            name
            for (name, method), answers in table.items()
            if method == "GET" and answers[column] == "200" and name not in FILES
        ]

    def walk(self, person, viewport):
        """Open every page of a person."""
        self.open(viewport)
        self.enter(getattr(self, person))
        people = [user.username for user in self.people().values()] + ["somebody"]
        for name in self.pages(person):
            with self.subTest(person=person, page=name):
                self.visit(self.path(name))
                self.assertEqual(self.english_words([*DATA, *people]), [])
                if viewport == PHONE and not name.startswith("admin:"):
                    self.assertFalse(self.scrolls_sideways())

    def test_every_role_on_the_desktop(self):
        for person in ROLES:
            self.walk(person, DESKTOP)

    def test_the_supervisor_on_the_phone(self):
        self.walk("supervisor", PHONE)
