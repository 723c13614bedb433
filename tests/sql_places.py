"""Which lines of the house send SQL: what only one database has answered is run on the other too.

`make test` runs most tests on SQLite alone. So that no query is silently left to it, each run writes down every place
that sends SQL, which is the innermost line of the house on the stack with the statement's verb and table, and the
test that came there first. For each place that the tests of both databases (`tests/databases.py`) did not reach on
PostgreSQL, the test that reached it on SQLite is run there as well: `complement`.
"""

import json
import re
import sys
import unittest
from pathlib import Path

ROOT = str(Path(__file__).resolve().parent.parent)
# The tests themselves, what starts them and what is installed belong to no room.
OUTSIDE = tuple(f"{ROOT}/{name}" for name in ("tests/", ".venv/", "manage.py"))
# Both databases quote names alike. A statement without a table is told by its verb.
VERB = re.compile(r"\w+")
TABLE = re.compile(r'\b(?:FROM|INTO|UPDATE)\s+"(\w+)"')
BOOKKEEPING = ("SAVEPOINT", "RELEASE SAVEPOINT", "ROLLBACK TO SAVEPOINT")


def place(sql, frame):
    """Return the place a statement comes from, such as `boards/rows.py:40 SELECT tracking_report`, or None."""
    while frame is not None:
        name = frame.f_code.co_filename
        if name.startswith(ROOT) and not name.startswith(OUTSIDE):
            words = [found[found.re.groups] for found in (VERB.search(sql), TABLE.search(sql)) if found]
            return f"{name[len(ROOT) + 1 :]}:{frame.f_lineno} {' '.join(words)}"
        frame = frame.f_back
    return None


def running_test(frame):
    """Return the name of the test being run, of its class where the class is being made ready, or None."""
    label = None
    while frame is not None:
        own, made = frame.f_locals.get("self"), frame.f_locals.get("cls")
        # By `type`: to ask a lazy object for its class would send SQL.
        if issubclass(type(own), unittest.TestCase):
            label = own.id()
        elif issubclass(type(made), type) and issubclass(made, unittest.TestCase):
            label = f"{made.__module__}.{made.__qualname__}"
        frame = frame.f_back
    return label


class Recorder:
    """Appends [place, test] to a file for each place met for the first time in this process."""

    def __init__(self, path):
        self.path = path
        self.known = set()

    def start(self):
        """Listen to every connection that is made from now on."""
        # Not above: `tests/run.py` reads the rest of this module where nothing is installed yet.
        from django.db.backends.signals import connection_created

        connection_created.connect(self.listen, weak=False)

    def listen(self, connection, **_kw):
        """Wrap what a new connection executes."""
        if self not in connection.execute_wrappers:
            connection.execute_wrappers.append(self)

    def __call__(self, execute, sql, params, many, context):
        """Note where a statement comes from, and run it (Django's `execute_wrappers`)."""
        if isinstance(sql, str) and not sql.startswith(BOOKKEEPING):
            self.note(sql, sys._getframe(1))
        return execute(sql, params, many, context)

    def note(self, sql, frame):
        """Write the place down where it is new and a test is running."""
        where = place(sql, frame)
        if where is None or where in self.known:
            return
        if test := running_test(frame):
            self.known.add(where)
            with open(self.path, "ab", buffering=0) as file:  # two processes append whole lines
                file.write(json.dumps([where, test]).encode() + b"\n")


def places(path):
    """Return place → tests that reached it first, one a process."""
    found = {}
    if Path(path).exists():
        for line in Path(path).read_text().splitlines():
            where, test = json.loads(line)
            found.setdefault(where, []).append(test)
    return found


def complement(seen, answered):
    """Return the tests that reach what `seen` has and `answered` has not, as few as one look can tell, sorted."""
    chosen = set()
    for where, tests in seen.items():
        if where not in answered and not chosen.intersection(tests):
            chosen.add(tests[0])
    return sorted(chosen)
