"""A number no row can have, wherever an id is read: in a path, a query, a form, a list's filter. Nothing answers 500."""

import re

from django.conf import settings
from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db import transaction
from django.test import SimpleTestCase
from django.urls import NoReverseMatch, reverse

from tests.base import CastTestCase
from tests.every_url import EveryUrl, url_names
from tests.test_architecture import ROOMS, modules
from workplans.ids import NEVER_SEEN, id_of, ids_of, seen_version, whole_number

LONG = "9" * 30
ASKED = re.compile(r"""\.(?:get|getlist)\(\s*["']([a-z_]+)["']|(?:GET|POST|params|data)\[["']([a-z_]+)["']\]""")
DECLARED = re.compile(
    r"^    ([a-z_]+) = (?:forms|django_filters)\.\w+\(|^    ([a-z_]+) = \w+(?:Field|Choices|Filter)\(", re.M
)


def parameter_names() -> set[str]:
    """Return every name the code reads out of a request, form fields and filters included."""
    names = set()
    for room in ROOMS:
        for path in modules(room):
            text = path.read_text(encoding="utf-8")
            names |= {first or second for first, second in ASKED.findall(text)}
            names |= {first or second for first, second in DECLARED.findall(text)}
    return names


class WholeNumberTest(SimpleTestCase):
    """The one reader of numbers."""

    def test_what_is_a_number(self):
        for text, number in (("0", 0), ("42", 42), ("007", 7), ("9" * 18, 10**18 - 1), (5, 5)):
            with self.subTest(text):
                self.assertEqual(whole_number(text), number)

    def test_what_is_none(self):
        for text in ("", None, "-1", "+1", "1.0", " 1", "1 ", "1\n", "²", "٣", "３", "1e3", "9" * 19, LONG, "一"):
            with self.subTest(text):
                self.assertIsNone(whole_number(text))
                self.assertEqual(id_of(text), 0)
                self.assertEqual(seen_version({"seen_version": text}), NEVER_SEEN)

    def test_ids_keep_their_order(self):
        self.assertEqual(ids_of(["3", "x", LONG, "0", "1"]), [3, 1])

    def test_nobody_reads_numbers_by_hand(self):
        """What stands in the code besides is no id: letters of passwords, printed numbers, cells."""
        allowed = {
            "accounts/validators.py", "audit/chain.py", "config/request_size.py", "operations/restore.py", "papers/kinds/feedback_chapters.py",
            "sheets/long/long_table.py", "sheets/columns.py", "workplans/office_resources.py",
        }  # fmt: skip
        reading = re.compile(r"\.is(?:digit|decimal|numeric)\(")
        found = {
            str(path.relative_to(settings.BASE_DIR))
            for room in ROOMS.keys() - {"importer"}
            for path in modules(room)
            if reading.search(path.read_text(encoding="utf-8"))
        }
        self.assertEqual(found, allowed)


class LongDigitsTest(EveryUrl, CastTestCase):
    """Every address, as the people who may do most."""

    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.make_rows()

    def ask(self, method, path, data):
        """Ask, and leave the database as it was."""
        with transaction.atomic():
            response = getattr(self.client, method)(path, data)
            transaction.set_rollback(True)
        self.assertLess(response.status_code, 500, f"{method} {path} {data}")

    def test_in_the_path(self):
        self.client.force_login(self.admin)
        for name, arguments in url_names().items():
            try:
                path = reverse(name, args=[LONG] * arguments)
            except NoReverseMatch:
                continue
            if arguments and "serve" not in name:
                for method in ("get", "post"):
                    with self.subTest(name=name, method=method):
                        self.ask(method, path, {})

    def test_in_every_parameter(self):
        names = parameter_names()
        self.assertLessEqual(
            {"office", "period", "organization", "report", "reports", "items", "seen_version", "page", "of", "plan"},
            names,
        )
        data = dict.fromkeys(sorted(names), LONG) | {ACTION_CHECKBOX_NAME: LONG, "action": "perform_approve"}
        for person in (self.supervisor, self.admin, self.reporter):
            self.client.force_login(person)
            for name in url_names():
                if name == "logout" or name.startswith("admin:logout"):
                    continue
                path = self.path(name)
                for method in ("get", "post"):
                    with self.subTest(person=str(person), name=name, method=method):
                        self.ask(method, path, data)
                        if not name.startswith("admin:"):
                            continue
                        self.ask(method, path, {ACTION_CHECKBOX_NAME: LONG, "action": "perform_approve"})

    def test_in_every_filter_of_a_list(self):
        self.client.force_login(self.admin)
        for model, model_admin in admin.site._registry.items():
            path = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
            for field in model_admin.list_filter:
                name = field if isinstance(field, str) else field[0] if isinstance(field, tuple) else ""
                for suffix in ("", "__exact", "__id__exact", "__in", "__id__in"):
                    with self.subTest(model=model.__name__, filter=f"{name}{suffix}"):
                        self.ask("get", path, {f"{name}{suffix}": LONG})
            for data in ({"p": LONG}, {"id__in": LONG}, {"pk__in": f"1,{LONG}"}, {"o": LONG}, {"e": LONG}, {"q": LONG}):
                with self.subTest(model=model.__name__, data=data):
                    self.ask("get", path, data)
