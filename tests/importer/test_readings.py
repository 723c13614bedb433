"""Every case is read right, in every form of file."""

import unittest

from django.test import tag

from tests.importer.accounting import AccountingMixin
from tests.importer.reading import cases, differences, tables


class ReadingTests(AccountingMixin, unittest.TestCase):
    @tag("slow")
    def test_every_case_is_read_right(self):
        for table in tables():
            for case in cases(table):
                with self.subTest(f"{table}: {case.name}"):
                    self.assertEqual([], [str(difference) for difference in differences(case)])
