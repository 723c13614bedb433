"""Every URL × every person × GET and POST, against the table in access_matrix.txt.

A URL that is missing from the table fails the suite, and so does a row whose URL is gone. A POST sends an empty
form: 200 is a form shown again, 302 a step done or a sign-in asked for, 403 refused, 404 not there for this
person, 405 no such method.
"""

from pathlib import Path

from django.db import transaction
from django.urls import URLResolver, get_resolver, reverse

from tests.base import NOW, CastTestCase, make_user
from tracking.models import ReportEvent
from workplans.models import SourceDocument

TABLE = Path(__file__).with_name("access_matrix.txt")
METHODS = ("GET", "POST")


def url_names():
    """Return every named URL with the number of its arguments, namespaces included."""
    found = {}

    def walk(resolver, prefix, arguments):
        for entry in resolver.url_patterns:
            taken = arguments + entry.pattern.regex.groups
            if isinstance(entry, URLResolver):
                walk(entry, f"{prefix}{entry.namespace}:" if entry.namespace else prefix, taken)
            elif entry.name:
                found[f"{prefix}{entry.name}"] = taken

    walk(get_resolver(), "", 0)
    return found


def read_table():
    """Return the people of the heading line, and (url name, method) → the answers in their order."""
    lines = [line.split() for line in TABLE.read_text(encoding="utf-8").splitlines()]
    lines = [cells for cells in lines if cells and not cells[0].startswith("#")]
    people = lines[0][2:]
    return people, {(cells[0], cells[1]): cells[2:] for cells in lines[1:]}


class AccessMatrixTest(CastTestCase):
    """Nobody gets further than the table says."""

    @classmethod
    def setUpTestData(cls):
        """One row of every model, in the cast's bureau."""
        super().setUpTestData()
        plan = cls.make_plan()
        item = cls.make_item(plan, tasks=["高中"])
        report = cls.make_report(item, cls.make_period())
        event = ReportEvent.objects.create(
            report=report, actor=cls.supervisor, at=NOW, action="提交", from_status="draft", to_status="draft"
        )
        source = SourceDocument.objects.create(
            organization=cls.bureau, name="工作要点.txt", kind="plan", content=b"x", sha256="0" * 64, text="x"
        )
        rows = [
            cls.bureau, cls.moral, cls.reporter.memberships.get(), source, plan, plan.only_section, item,
            item.assignments.get(), item.tasks.get(), report.period, report, report.task_reports.get(), event,
            make_user("somebody"),
        ]  # fmt: skip
        cls.rows = {row._meta.model_name: row for row in rows}

    def arguments(self, name, count):
        """Return what a URL is asked with: the key of the row its name speaks of, and for a version its history row."""
        if not count:
            return []
        words = {"app_list": "tracking", "source_download": "sourcedocument", "plan": "plan", "item": "item"}
        last = name.rpartition(":")[2]
        if last == "app_list":
            return ["tracking"]
        if last == "view_on_site":
            return [1, 1]
        model = next((m for part, m in words.items() if last.startswith(part)), None) or last.split("_")[1]
        row = self.rows[model]
        if last.endswith("simple_history"):
            return [row.pk, row.history.first().history_id if row.history.exists() else 1]
        return [row.pk]

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
        counts = url_names()
        for (name, method), expected in table.items():
            path = reverse(name, args=self.arguments(name, counts[name]))
            actual = [self.answer(person, method, path) for person in people]
            with self.subTest(url=name, method=method):
                self.assertEqual(dict(zip(people, actual, strict=True)), dict(zip(people, expected, strict=True)))
