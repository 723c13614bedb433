"""The feed of changes: in one order, scoped, nothing missed and nothing twice, whoever writes at the same moment."""

import random
import threading

from django.db import connection, connections, transaction
from django.test import TransactionTestCase, tag
from django.test.utils import CaptureQueriesContext

from tests.base import Cast, CastTestCase
from tracking.changes import KINDS, changes
from workplans.models import Item, Milestone

WRITERS, TURNS = 8, 25


class FeedTest(CastTestCase):
    """What stands in the feed."""

    def setUp(self):
        """An item with a report, as it was made."""
        self.item = self.make_item(self.make_plan(), tasks=["高中"])
        self.report = self.make_report(self.item, self.make_period())

    def told(self, user=None, after=0, limit=500):
        """Return kind, row and change of what a person reads."""
        return [(one.kind, one.row_id, one.change) for one in changes(after, limit, user or self.supervisor)]

    def test_every_kind_stands_there_with_its_values(self):
        milestone = Milestone.objects.create(item=self.item, what="印发方案", words="年底")
        self.item.title = "改了"
        self.item.save()
        found = changes(0, 500, self.supervisor)
        self.assertEqual({one.kind for one in found}, {kind.name for kind in KINDS})
        self.assertIn(("milestone", milestone.pk, "created"), self.told())
        titles = [one.values["title"] for one in found if one.kind == "item"]
        self.assertEqual(titles, ["推进第1项重点工作", "改了"])
        positions = [one.position for one in found]
        self.assertEqual(positions, sorted(set(positions)))

    def test_it_goes_on_behind_the_last_position(self):
        whole = changes(0, 500, self.supervisor)
        first = changes(0, 2, self.supervisor)
        self.assertEqual(first + changes(first[-1].position, 500, self.supervisor), whole)
        self.assertEqual(changes(whole[-1].position, 500, self.supervisor), [])
        self.item.save()
        self.assertEqual(self.told(after=whole[-1].position), [("item", self.item.pk, "changed")])

    def test_other_bureaus_read_nothing_and_administrators_all(self):
        self.assertEqual(self.told(self.outsider), [])
        self.assertEqual(self.told(self.nobody), [])
        self.assertEqual(self.told(self.admin), self.told())

    def test_what_was_deleted_is_told_to_its_bureau(self):
        pk = self.item.pk
        self.report.delete()
        self.item.delete()
        told = self.told()
        for gone in (("item", pk, "deleted"), ("report", self.report.pk or told[-1][1], "deleted")):
            self.assertIn(gone[::2], [(kind, change) for kind, _, change in told])
        self.assertIn(("item", pk, "deleted"), told)
        self.assertEqual(self.told(self.outsider), [])

    def test_rows_cost_no_queries(self):
        counts = []
        for more in (2, 38):
            for _ in range(more):
                self.item.save()
            changes(0, 500, self.supervisor)
            with CaptureQueriesContext(connection) as queries:
                changes(0, 500, self.supervisor)
            counts.append(len(queries))
        self.assertEqual(*counts)


@tag("concurrent")
class WritersAtOnceTest(Cast, TransactionTestCase):
    """Transactions that commit in another order than they were begun."""

    def setUp(self):
        """An item for each writer."""
        type(self).cast()
        plan = self.make_plan()
        self.items = [self.make_item(plan) for _ in range(WRITERS)]

    def run_all(self, *targets):
        """Run functions at once, each in a thread of its own; what one raises fails the test."""
        raised = []

        def run(target):
            try:
                target()
            except Exception as problem:
                raised.append(problem)
            finally:
                connections.close_all()

        threads = [threading.Thread(target=run, args=[target]) for target in targets]
        for thread in threads:
            thread.start()
        return threads, raised

    def test_eight_writers_and_a_reader_miss_nothing_and_meet_nothing_twice(self):
        """Each turn changes one to three rows in one transaction; a third of them are rolled back."""

        def writer(number):
            chance = random.Random(number)
            for turn in range(TURNS):
                with transaction.atomic():
                    for step in range(chance.randint(1, 3)):
                        item = Item.objects.get(pk=self.items[number].pk)
                        item.body = f"{turn}.{step}"
                        item.save()
                    if chance.random() < 0.33:
                        transaction.set_rollback(True)

        threads, raised = self.run_all(*(lambda number=n: writer(number) for n in range(WRITERS)))
        read, after = [], 0
        while True:
            at_work = any(thread.is_alive() for thread in threads)
            got = changes(after, 7, self.supervisor)
            read += got
            after = got[-1].position if got else after
            if not got and not at_work:
                break
        self.assertEqual(raised, [])
        self.assertEqual([one.position for one in read], sorted({one.position for one in read}))
        for item in self.items:
            kept = list(item.history.order_by("history_id").values_list("body", flat=True))
            self.assertGreater(len(kept), TURNS // 2)
            told = [one.values["body"] for one in read if one.kind == "item" and one.row_id == item.pk]
            self.assertEqual(told, kept)

    @tag("postgres")
    def test_what_was_begun_first_and_committed_last_is_not_missed(self):
        """The lower history id appears after the higher one was read."""
        begun, go_on = threading.Event(), threading.Event()

        def slow():
            with transaction.atomic():
                Item.objects.get(pk=self.items[0].pk).save()
                begun.set()
                go_on.wait(60)

        last = changes(0, 500, self.supervisor)[-1].position
        (thread,), raised = self.run_all(slow)
        self.assertTrue(begun.wait(60))
        self.items[1].save()
        first = changes(last, 500, self.supervisor)
        self.assertEqual([one.row_id for one in first], [self.items[1].pk])
        go_on.set()
        thread.join()
        second = changes(first[-1].position, 500, self.supervisor)
        self.assertEqual(([one.row_id for one in second], raised), ([self.items[0].pk], []))
        ids = [self.items[n].history.latest("history_id").history_id for n in (0, 1)]
        self.assertLess(*ids)
