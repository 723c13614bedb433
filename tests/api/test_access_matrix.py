"""Every address of the API × every token × every method, against the table in access_matrix.txt.

The columns are those who ask: with no token, as an administrator signed in by cookie, with a token that was revoked, with
those that read, report for the office of the report asked for, or for another, and with one of another bureau.
"""

from pathlib import Path

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts import tokens
from tests.api.base import ApiTestCase
from tests.every_url import url_names

TABLE = Path(__file__).with_name("access_matrix.txt")
METHODS = ("get", "post", "patch")
PEOPLE = ("nothing", "cookie", "revoked", "reader", "moral", "finance", "foreign")


def read_table():
    """Return (url name, method) → the answers in the order of PEOPLE."""
    lines = [line.split() for line in TABLE.read_text(encoding="utf-8").splitlines()]
    return {(cells[0], cells[1]): cells[2:] for cells in lines if cells and cells[0].startswith("api:")}


class ApiMatrixTest(ApiTestCase):
    """No token gets further than the table says."""

    def rows(self):
        """Return the row each resource is asked for."""
        return {
            "organizations": self.bureau, "offices": self.moral, "plans": self.plan, "sections": self.plan.only_section,
            "items": self.item, "assignments": self.item.assignments.get(), "milestones": self.item.milestones.create(what="一季度", words="一季度"),
            "periods": self.period, "reports": self.report,
        }  # fmt: skip

    def path(self, name, made):
        """Return the address of a URL."""
        if not url_names()[name]:
            return reverse(name)
        resource = name.removeprefix("api:").partition("_")[0]
        return reverse(name, args=[made[resource].pk if resource in made else "nothing"])

    def answer(self, person, method, path):
        """Return the status `person` gets, leaving the database as it was."""
        self.client.logout()
        if person == "cookie":
            self.client.force_login(self.admin)
        sent = {"If-Match": '"0"'}
        if person in self.tokens:
            sent["Authorization"] = f"Bearer {self.tokens[person]}"
        with transaction.atomic():
            body = {} if method == "get" else {"data": "{}", "content_type": "application/json"}
            response = getattr(self.client, method)(path, headers=sent, **body)
            transaction.set_rollback(True)
        return str(response.status_code)

    def test_every_address_stands_in_the_table_and_nothing_else_does(self):
        names = [name for name in url_names() if name.startswith("api:")]
        self.assertEqual(set(read_table()), {(name, method) for name in names for method in METHODS})

    def test_every_token_gets_the_answer_of_the_table(self):
        made = self.rows()
        self.tokens = self.tokens | {"revoked": self.issue(self.bureau, "旧平台")}
        tokens.revoke(tokens.find(self.tokens["revoked"]), now=timezone.now())
        for (name, method), expected in read_table().items():
            path = self.path(name, made)
            actual = [self.answer(person, method, path) for person in PEOPLE]
            with self.subTest(url=name, method=method):
                self.assertEqual(actual, expected)
