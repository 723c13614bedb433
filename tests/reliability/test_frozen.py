"""PostgreSQL stands still for ten seconds: nobody hangs, /healthz answers, and all is well again at once."""

from django.test import SimpleTestCase, tag

from tests.reliability.frozen import run


@tag("postgres", "concurrent")
class FrozenTest(SimpleTestCase):
    """One freeze; `python -m tests.reliability.frozen` makes more."""

    def test_a_frozen_database_hangs_nobody(self):
        self.assertEqual(run(1, tell=lambda line: print(line, flush=True)), [])
