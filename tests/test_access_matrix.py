"""Every URL × every person × GET and POST, against the table in access_matrix.txt.

A URL that is missing from the table fails the suite, and so does a row whose URL is gone. A POST sends an empty
form: 200 is a form shown again, 302 a step done or a sign-in asked for, 403 refused, 404 not there for this
person, 405 no such method.
"""

from pathlib import Path

from django.db import transaction
from django.test import override_settings

from tests.base import CastTestCase
from tests.every_url import EveryUrl, url_names

TABLE = Path(__file__).with_name("access_matrix.txt")
METHODS = ("GET", "POST")


def read_table():
    """Return the people of the heading line, and (url name, method) → the answers in their order."""
    lines = [line.split() for line in TABLE.read_text(encoding="utf-8").splitlines()]
    lines = [cells for cells in lines if cells and not cells[0].startswith("#")]
    people = lines[0][2:]
    return people, {(cells[0], cells[1]): cells[2:] for cells in lines[1:]}


@override_settings(CALENDAR_LINKS=True)
class AccessMatrixTest(EveryUrl, CastTestCase):
    """Nobody gets further than the table says."""

    @classmethod
    def setUpTestData(cls):
        """One row of every model, in the cast's bureau."""
        super().setUpTestData()
        cls.make_rows()

    def answer(self, person, method, path):
        """Return the status a person gets, leaving the database as it was."""
        user = None if person == "anonymous" else getattr(self, person)
        self.client.logout()
        if user:
            self.client.force_login(user)
        with transaction.atomic():
            response = getattr(self.client, method.lower())(path)
            transaction.set_rollback(True)
        return str(response.status_code)

    def test_every_url_stands_in_the_table_and_nothing_else_does(self):
        """A new URL needs its two rows."""
        expected = {(name, method) for name in url_names() for method in METHODS}
        self.assertEqual(set(read_table()[1]), expected)

    def test_everybody_gets_the_answer_of_the_table(self):
        """All URLs, all people, both methods."""
        people, table = read_table()
        for (name, method), expected in table.items():
            actual = [self.answer(person, method, self.path(name)) for person in people]
            with self.subTest(url=name, method=method):
                self.assertEqual(dict(zip(people, actual, strict=True)), dict(zip(people, expected, strict=True)))
