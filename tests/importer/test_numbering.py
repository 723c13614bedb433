"""Every form of numbering, each with a small document of its own in `samples/`: document, then what is read."""

import unittest
from pathlib import Path

from tests.importer.accounting import AccountingMixin
from tests.importer.outlines import outline, parse

SAMPLES = sorted((Path(__file__).parent / "samples").glob("*.txt"))
SEPARATOR = "==== is read as ====\n"


class NumberingTests(AccountingMixin, unittest.TestCase):
    maxDiff = None

    def test_samples_read_as_expected_and_lose_nothing(self):
        self.assertGreater(len(SAMPLES), 35)
        for path in SAMPLES:
            with self.subTest(path.stem):
                document, expected = path.read_text(encoding="utf-8").split(SEPARATOR)
                draft = parse(document)
                self.assertEqual(outline(draft), expected.rstrip("\n"))
                self.assert_accounted(document, [draft])
                self.assertEqual(draft.errors, [])
