"""The counts in the closing line of `make test`: each way a test can fail to pass is one failure."""

import io
import unittest

from tests.runner import CountingResult, count


class Mixed(unittest.TestCase):
    """One test of each fate; not collected by itself, see `load_tests`."""

    def test_passes(self):
        pass

    def test_fails(self):
        self.fail()

    def test_breaks(self):
        raise ZeroDivisionError

    @unittest.skip("never")
    def test_is_skipped(self):
        self.fail()

    def test_fails_in_two_parts(self):
        for number in range(3):
            with self.subTest(number=number):
                self.assertEqual(number, 1)

    @unittest.expectedFailure
    def test_passes_unexpectedly(self):
        pass


class Unready(unittest.TestCase):
    """Its two tests never start."""

    @classmethod
    def setUpClass(cls):
        raise ZeroDivisionError

    def test_one(self):
        pass

    def test_two(self):
        pass


class Untidy(unittest.TestCase):
    """Its test passes, what comes after does not."""

    @classmethod
    def tearDownClass(cls):
        raise ZeroDivisionError

    def test_passes(self):
        pass


class CountTests(unittest.TestCase):
    def test_each_fate_is_counted_once(self):
        for case, expected in ((Mixed, (1, 5)), (Unready, (0, 2)), (Untidy, (1, 1))):
            with self.subTest(case=case.__name__):
                suite = unittest.defaultTestLoader.loadTestsFromTestCase(case)
                planned = suite.countTestCases()
                result = CountingResult(unittest.runner._WritelnDecorator(io.StringIO()), True, 0)
                suite.run(result)
                self.assertEqual(count(result, planned), expected)


def load_tests(loader, _standard, _pattern):
    """Collect only the test of the counting, not its specimens."""
    return loader.loadTestsFromTestCase(CountTests)
