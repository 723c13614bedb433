"""Many at once on PostgreSQL: the chain does not fork, and a long transaction keeps nobody waiting."""

import threading

from django.db import connections, transaction
from django.test import TransactionTestCase, tag
from django.utils import timezone

from audit.chain import problems
from audit.kinds import EventKind
from audit.models import SecurityEvent
from audit.recording import record


@tag("postgres")
class AtOnceTest(TransactionTestCase):
    """SQLite lets one write at a time anyway."""

    def order(self):
        """Return the targets in the order of the chain, those outside it last."""
        return list(SecurityEvent.objects.order_by("sequence").values_list("target", "sequence"))

    def test_a_long_import_keeps_nobody_from_signing_in(self):
        written, told = threading.Event(), threading.Event()

        def import_slowly():
            try:
                with transaction.atomic():
                    record(EventKind.IMPORT, target="long")
                    written.set()
                    told.wait(60)
            finally:
                connections.close_all()

        thread = threading.Thread(target=import_slowly)
        thread.start()
        self.assertTrue(written.wait(60))
        record(EventKind.SIGN_IN, target="short")  # would wait for ever if the import held the chain
        self.assertEqual(self.order(), [("short", 1)])
        told.set()
        thread.join()
        self.assertEqual(self.order(), [("short", 1), ("long", 2)])
        self.assertEqual(list(problems(timezone.now())), [])

    def test_twenty_writers_make_one_chain(self):
        barrier = threading.Barrier(20)

        def write(number):
            try:
                barrier.wait()
                for turn in range(10):
                    record(EventKind.EXPORT, target=f"{number}-{turn}")
            finally:
                connections.close_all()

        threads = [threading.Thread(target=write, args=(number,)) for number in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual([sequence for _target, sequence in self.order()], [*range(1, 201)])
        self.assertEqual(list(problems(timezone.now())), [])
