"""PostgreSQL stands still for ten seconds: nobody hangs, /healthz answers, and all is well again at once."""

from django.test import SimpleTestCase, tag

from tests.reliability.frozen import run


@tag("postgres", "concurrent")
class FrozenTest(SimpleTestCase):
    """Two freezes, for what the first leaves hanging the second shows."""

    def test_a_frozen_database_hangs_nobody(self):
        self.assertEqual(run(2, tell=lambda line: print(line, flush=True)), [])
