"""Thirty payloads in every text field, every page in a real browser: nothing runs, nothing becomes an element."""

import re
from urllib.parse import urlencode

from django.test import override_settings
from django.urls import reverse

from tests.browser.base import BrowserTestCase
from tests.browser.test_every_page import FILES
from tests.payloads import PAYLOADS, Poisoned
from tests.test_access_matrix import read_table

# What must not be there: elements made of a payload, and links that run a script.
FOUND = """() => [...document.querySelectorAll(
    "[data-pwned], [onload], [onerror], [onfocus], [ontoggle], base, meta[http-equiv], iframe, object, "
    + "a[href^='javascript:' i], form[action^='javascript:' i]")].map(element => element.outerHTML.slice(0, 200))"""
WHERE = ("q", "text", "search")


@override_settings(CALENDAR_LINKS=True)
class PayloadTest(Poisoned, BrowserTestCase):
    """Supervisor and administrator go through all there is to see."""

    def setUp(self):
        """Payloads wherever text can stand."""
        super().setUp()
        type(self).cast()
        type(self).make_rows()
        type(self).poison()
        self.ran = []

    def enter_watched(self, person):
        """Sign in in a fresh browser that notes whatever runs."""
        self.open()
        self.page.context.expose_binding("pwned", lambda source: self.ran.append(source["page"].url))
        self.page.on("dialog", lambda dialog: self.ran.append(dialog.message))
        self.enter(person)

    def look(self, path):
        """Open a page, unfold what is folded, and look for what must not be."""
        response = self.page.goto(path)
        self.assertLess(response.status, 500, path)
        self.page.evaluate("document.querySelectorAll('details').forEach(part => { part.open = true; })")
        self.assertEqual(self.page.evaluate(FOUND), [], path)

    def walk(self, person, skip=()):
        """Open every page of a person; return their names."""
        people, table = read_table()
        column = people.index(person)
        names = [n for (n, method), row in table.items() if method == "GET" and row[column] == "200" and n not in FILES]
        self.enter_watched(getattr(self, person))
        for name in names:
            if name not in skip:
                with self.subTest(person=person, page=name):
                    self.look(self.path(name))
        return names

    def test_nothing_runs_on_any_page(self):
        seen = self.walk("supervisor")
        self.walk("admin", skip=[name for name in seen if not name.startswith("admin:")])
        self.settle()
        self.assertEqual(self.ran, [])
        self.assertEqual([v for v in self.violations() if not re.search(r" 40[34] ", v)], [])

    def test_nothing_typed_into_an_address_runs(self):
        self.enter_watched(self.supervisor)
        pages = [
            reverse("boards:search"),
            reverse("boards:plan_board", args=[self.rows["plan"].pk]),
            "/admin/workplans/item/",
        ]
        for turn, payload in enumerate(PAYLOADS):
            page = pages[turn % len(pages)]
            with self.subTest(page=page, payload=payload):
                self.look(f"{page}?{urlencode(dict.fromkeys(WHERE, payload))}")
        self.assertEqual(self.ran, [])
