"""The catalogue of what stays English in zh-hans: compiled as written, complete, and used."""

from pathlib import Path

import polib
from django import forms
from django.core.exceptions import ValidationError
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

    def test_forms_speak_as_an_official_does(self):
        """No 字段, 变量, 选项, 有效: a box left empty, a wrong day, a number too large, a choice that is gone."""
        number = forms.IntegerField(max_value=5)
        for field, value, sentence in (
            (number, "", "请填写这一项。"), (number, "x", "请填写整数。"), (number, "6", "不能大于 5。"),
            (forms.DateField(), "明天", "请写成 2024-12-31 这样的日期。"),
            (forms.ChoiceField(choices=[("a", "甲")]), "乙", "“乙”不在可选的范围内，请重新选择。"),
            (forms.CharField(max_length=2), "教育局", "最多写 2 字，已写 3 字。"),
        ):  # fmt: skip
            with self.subTest(sentence), self.assertRaisesMessage(ValidationError, sentence):
                field.clean(value)


if __name__ == "__main__":
    for source in CATALOGUES:
        polib.pofile(source).save_as_mofile(source.with_suffix(".mo"))
