"""Tables of tasks: every case is read the same from a workbook, a Word document, a web page and a pasted text."""

import os
import tomllib
import unittest
from pathlib import Path

from importer.files.file_kinds import open_document_file
from importer.parse import parse_source
from tests.importer.accounting import AccountingMixin
from tests.importer.drawn_tables import drawn
from tests.importer.grids import FORMS
from tests.importer.reading import compared, plain

FOLDER = Path(__file__).parent / "table_cases"
SEED = int(os.environ.get("TABLE_SEED", "20320301"))
DRAWN = 60  # tables drawn at random, each in one form of file


def cases():
    """The cases of all files: (file, case)."""
    for path in sorted(FOLDER.glob("*.toml")):
        for right in tomllib.loads(path.read_text(encoding="utf-8"))["case"]:
            yield path.stem, right


def grids_of(right):
    """The grids of a case: one, or several with the name of the sheet (or the line above the table) in front."""
    if "grid" in right:
        return [(right.get("above", ""), right["grid"])]
    return [(part.get("name", ""), part["grid"]) for part in right["grids"]]


def written(right):
    """The files a case is written as: (name, bytes, what is right of it)."""
    if "file" in right:
        yield right["file"], (FOLDER / right["file"]).read_bytes(), right
        return
    for form in right.get("forms", list(FORMS)):
        grids = grids_of(right)
        if form == "xlsx" and "above" in right:
            continue
        yield f"文件.{form}", FORMS[form](grids), right | right.get(form.replace(".", "_"), {})


class TablesTests(AccountingMixin, unittest.TestCase):
    maxDiff = None

    def test_every_case_is_read_right_in_every_form(self):
        for kind, case in cases():
            for name, content, right in written(case):
                with self.subTest(f"{kind}: {case.get('name', name)} ({name})"):
                    self.assert_read_right(name, content, right)

    def test_tables_drawn_at_random_are_read_right(self):
        forms = list(FORMS)
        for seed in range(SEED, SEED + DRAWN):
            form = forms[seed % len(forms)]
            table = drawn(seed)
            with self.subTest(f"TABLE_SEED={seed} ({form})"):
                self.assert_read_right(f"文件.{form}", FORMS[form]([("", table.grid)]), table.right)

    def assert_read_right(self, name, content, right):
        """Every character is accounted for, and what is said of the table is read so."""
        source = open_document_file(name, content)
        drafts = parse_source(source, "文件")
        self.assert_pieces(source.text, drafts)
        found = [
            f"{field}: {read!r}, right is {wanted!r}"
            for field, wanted, read in compared(right, drafts[0])
            if plain(wanted) != plain(read)
        ]
        self.assertEqual([], found)  # what is read otherwise than is right
