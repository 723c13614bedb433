"""The tables in docs/ are those of the code: the workflow, the columns, the fields of templates, the licences."""

from django.test import SimpleTestCase

from scripts.docs import BLOCK, BLOCKS, DOCS, written


class DocsTest(SimpleTestCase):
    """What is written is what runs."""

    maxDiff = None

    def test_every_table_is_written_down_once(self):
        names = [
            block["name"] for path in DOCS.rglob("*.md") for block in BLOCK.finditer(path.read_text(encoding="utf-8"))
        ]
        self.assertEqual(sorted(names), sorted(BLOCKS))

    def test_what_is_written_is_what_the_code_says(self):
        for path in sorted(DOCS.rglob("*.md")):
            with self.subTest(path.name):
                text = path.read_text(encoding="utf-8")
                self.assertEqual(text, written(text), "run `make docs`")
