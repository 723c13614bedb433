"""The bodies of long tables: what their templates are given, and what they do with it."""

from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.template import Context, Template, engines
from django.template.defaultfilters import truncatechars
from django.test import SimpleTestCase
from django.urls import reverse
from django.utils.safestring import SafeString
from jinja2 import UndefinedError

from boards.table_rows import day, page_of, shortened, table_rows

FOLDER = Path(settings.BASE_DIR, "templates", "boards", "tables")


class TableRowsTest(SimpleTestCase):
    """The engine and the functions it is given."""

    def test_every_template_compiles(self):
        names = [path.name for path in FOLDER.glob("*.jinja")]
        self.assertGreaterEqual(len(names), 4)
        for name in names:
            engines["tables"].get_template(name)

    def test_a_name_nobody_gave_is_an_error(self):
        with self.assertRaises(UndefinedError):
            table_rows("board", rows=[object()])

    def test_text_is_escaped_and_markup_of_ours_is_not(self):
        made = engines["tables"].from_string("{{ text }}|{{ markup }}")
        self.assertEqual(
            made.render({"text": "<b>甲&乙</b>", "markup": SafeString("<i>丙</i>")}),
            "&lt;b&gt;甲&amp;乙&lt;/b&gt;|<i>丙</i>",
        )

    def test_the_tag_puts_rows_into_a_page(self):
        page = Template('{% load tables %}<table>{% table_rows "board" rows=rows editable=rows %}</table>')
        self.assertHTMLEqual(page.render(Context({"rows": []})), "<table></table>")

    def test_addresses_are_those_of_reverse(self):
        address = page_of("boards:item_page")
        for pk in (1, 42, 1_000_320):
            self.assertEqual(address(pk), reverse("boards:item_page", args=[pk]))

    def test_texts_are_cut_as_in_other_templates(self):
        for text in ("", "短", "一" * 23, "一" * 24, "一" * 25, "甲乙" * 40, "e\u0301" * 30):
            self.assertEqual(shortened(text, 24), truncatechars(text, 24))

    def test_days_are_local(self):
        self.assertEqual(day(datetime(2024, 3, 4, 17, 0, tzinfo=UTC)), "3月5日")
        self.assertEqual(day(None), "")
