"""The document of the API: served, committed, shown on a page, and what it says of every address."""

import re
from pathlib import Path

from django.conf import settings
from django.urls import reverse

from api import document
from api.problems import KINDS
from tests.api.base import ApiTestCase
from tests.every_url import url_names


class DocumentTest(ApiTestCase):
    """OpenAPI 3.1."""

    def test_what_is_committed_is_what_is_served(self):
        served = self.call("openapi.json", who=None)
        self.assertEqual(served.headers["Content-Type"], "application/json; charset=utf-8")
        committed = Path(settings.BASE_DIR, "docs", "api.json").read_text(encoding="utf-8")
        self.assertEqual(served.content.decode(), committed, "run `make docs`")
        self.assertEqual(served.json()["openapi"], "3.1.0")

    def test_every_address_is_in_it_and_asks_for_a_token(self):
        names = {name for name in url_names() if name.startswith("api:")}
        operations = [one for methods in document.document()["paths"].values() for one in methods.values()]
        told = {f"api:{operation['operationId']}" for operation in operations}
        self.assertEqual(names - told, {"api:api-root", "api:openapi", "api:missing"})
        for operation in operations:
            self.assertEqual(operation["security"], [{"Token": []}])

    def test_everything_in_it_is_said_in_chinese(self):
        made = document.document()
        for form in made["components"]["schemas"].values():
            for name, field in form["properties"].items():
                if name not in ("type", "title", "status", "detail"):
                    self.assertRegex(field.get("description", ""), "[一-龥]", f"{form['title']}.{name}")
        for methods in made["paths"].values():
            for operation in methods.values():
                for parameter in operation["parameters"]:
                    self.assertRegex(parameter["description"], "[一-龥]", operation["operationId"])

    def test_the_page_shows_every_operation_and_every_code(self):
        self.client.force_login(self.reporter)
        page = self.client.get(reverse("api:api-root"))
        for path, methods in document.document()["paths"].items():
            for method in methods:
                self.assertContains(page, f"{method.upper()} {path}")
        for kind in KINDS.values():
            self.assertContains(page, kind.title)
        shown = re.sub(r'(?s)<head>.*?</head>|<code translate="no">.*?</code>|<[^>]*>', "", page.content.decode())
        self.assertEqual(set(re.findall("[A-Za-z]{2,}", shown)) - {self.reporter.username}, set())
