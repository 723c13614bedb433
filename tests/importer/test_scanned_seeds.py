"""The four seed plans as scans of 200 dots an inch are read back to the same sections, items and offices as the text."""

import unittest

from django.test.utils import tag

from importer.parse import parse_document, parse_source
from importer.scans.document import document_of
from tests.importer.test_scans import read, words
from tests.importer.test_seeds import PLANS, SEEDS
from tests.scanned_pages import pages_of, right_share, scanned

ANGLES = (0.6, -0.8, 0.3, 1.1)


@tag("slow")
class ScannedSeedTests(unittest.TestCase):
    def test_seeds(self):
        for name in PLANS:
            with self.subTest(name):
                content = (SEEDS / name).read_bytes()
                printed = pages_of(content.decode("utf-8-sig"))
                pages = [
                    page
                    for n, sheet in enumerate(printed)
                    for page in read(scanned(sheet.drawn(), angle=ANGLES[n % len(ANGLES)], seed=n))
                ]
                wanted = "\n".join(f"{sheet.words}\n— {sheet.number} —" for sheet in printed)
                self.assertGreaterEqual(right_share(wanted, words(*pages)), 0.995)
                self.assert_same(parse_source(document_of(pages).source)[0], parse_document(name, content)[0])

    def assert_same(self, scan, text):
        for what in ("title", "document_number", "issuer", "issued_on", "year"):
            self.assertEqual(getattr(scan, what), getattr(text, what))
        self.assertEqual(
            [(s.ordinal, s.title, len(s.items)) for s in scan.sections],
            [(s.ordinal, s.title, len(s.items)) for s in text.sections],
        )
        for mine, other in zip(scan.items, text.items, strict=True):
            self.assertEqual(
                (mine.number, mine.title, mine.offices, mine.deadline),
                (other.number, other.title, other.offices, other.deadline),
            )
