"""Every form of numbering, each with a small document of its own."""

import unittest

from tests.importer.accounting import AccountingMixin
from tests.importer.numbering_samples import SAMPLES
from tests.importer.outlines import outline, parse, written


class NumberingTests(AccountingMixin, unittest.TestCase):
    maxDiff = None

    def test_samples_read_as_expected_and_lose_nothing(self):
        for name, (document, expected) in SAMPLES.items():
            with self.subTest(name):
                draft = parse(document)
                self.assertEqual(outline(draft), written(expected))
                self.assert_accounted(document, [draft])
