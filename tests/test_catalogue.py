"""The catalogue of what stays English in zh-hans: compiled as written, complete, and used."""

from pathlib import Path

import polib
from django.test import SimpleTestCase
from django.utils.translation import gettext, ngettext

CATALOGUES = sorted((Path(__file__).resolve().parent.parent / "locale").glob("*/LC_MESSAGES/*.po"))


class CatalogueTests(SimpleTestCase):
    """locale/zh_Hans."""

    def test_the_compiled_file_says_what_the_source_says(self):
        self.assertEqual([path.name for path in CATALOGUES], ["django.po", "djangojs.po"])
        for path in CATALOGUES:
            with self.subTest(path.name):
                self.assertEqual(polib.pofile(path).to_binary(), path.with_suffix(".mo").read_bytes())

    def test_every_entry_is_translated_and_keeps_its_placeholders(self):
        for path in CATALOGUES:
            for entry in polib.pofile(path):
                with self.subTest(entry.msgid):
                    self.assertTrue(entry.translated())
                    for text in [entry.msgstr, *entry.msgstr_plural.values()]:
                        for sign in ("%s", "%d", "%(name)s", "%(verbose_name)s", "%(resource_name)s"):
                            self.assertLessEqual(text.count(sign), entry.msgid.count(sign))

    def test_strings_of_every_package_come_out_chinese(self):
        for english in ("Model name", "Resource", "is in range", "Changes", "Value could not be parsed."):
            with self.subTest(english):
                self.assertRegex(gettext(english), r"[\u4e00-\u9fff]")
        self.assertEqual(ngettext("entry", "entries", 2), "条")


if __name__ == "__main__":
    for source in CATALOGUES:
        polib.pofile(source).save_as_mofile(source.with_suffix(".mo"))
