"""Payloads leave in files and forms as the text they are: no formula, no template, no markup of their own."""

from io import BytesIO

import openpyxl
from django.urls import reverse
from docx import Document

from tests.base import CastTestCase
from tests.every_url import url_names
from tests.payloads import PAYLOADS, Poisoned


class FileTest(Poisoned, CastTestCase):
    """Workbook and letter, opened again."""

    @classmethod
    def setUpTestData(cls):
        """Payloads wherever text can stand."""
        super().setUpTestData()
        cls.make_rows()
        cls.poison()

    def setUp(self):
        """The supervisor is signed in."""
        self.client.force_login(self.supervisor)

    def test_a_workbook_holds_texts_and_no_formula(self):
        content = self.client.get(reverse("sheets:plan_progress_xlsx", args=[self.rows["plan"].pk])).content
        cells = [
            cell for sheet in openpyxl.load_workbook(BytesIO(content)) for row in sheet.iter_rows() for cell in row
        ]
        self.assertEqual([cell.coordinate for cell in cells if cell.data_type == "f" or cell.hyperlink], [])
        text = "\n".join(str(cell.value) for cell in cells if cell.value is not None)
        for payload in PAYLOADS:
            with self.subTest(payload=payload):
                self.assertIn(payload, text)

    def test_a_letter_holds_them_as_they_were_typed(self):
        content = self.client.get(reverse("papers:feedback_docx", args=[self.rows["feedback"].pk])).content
        text = "\n".join(paragraph.text for paragraph in Document(BytesIO(content)).paragraphs)
        for payload in PAYLOADS:
            with self.subTest(payload=payload):
                self.assertIn(payload, text)

    def test_a_form_of_the_admin_prints_them_as_text(self):
        """Its help texts are printed as HTML; browsers are asked in tests/browser/test_payloads.py."""
        shown = 0
        for name in sorted(url_names()):
            if name.startswith("admin:") and name.endswith(("_change", "_add")):
                page = self.client.get(self.path(name))
                shown += page.status_code == 200
                for markup in (b"<svg onload", b"<img src=x", b"<b data-pwned", b"<script>pwned"):
                    with self.subTest(page=name, markup=markup):
                        self.assertNotIn(markup, page.content)
        self.assertGreater(shown, 8)
