"""Which tests need a database, and which run on both.

Every test runs on one database at least: those that touch none once, the others on SQLite. What can differ by database
runs on PostgreSQL too: the tests of BOTH, every module whose source speaks of databases, and whatever reaches SQL that
those do not (`tests/sql_places.py`, found anew in each run). `make test FULL=1` runs everything on both.
"""

import inspect
import re
import sys
from functools import cache

from django.test import TransactionTestCase

# Beginning of a test's name → what of it can differ by database.
BOTH = {
    "tests.accounts.test_sealing": "rows written anew in SQL",
    "tests.accounts.test_second_factor": "one code counts once, by a conditional UPDATE",
    "tests.accounts.test_signing_in": "the throttle counts under locks",
    "tests.audit": "the chain's lock and triggers, JSON, casts of dates",
    "tests.boards.test_assigning": "rows locked and bulk statements",
    "tests.boards.test_board_views": "unique names",
    "tests.boards.test_folding": "sums and counts in SQL against the same in Python",
    "tests.boards.test_planner": "the planner's choice of an index",
    "tests.boards.test_predecessors": "a constraint, and rows joined to themselves",
    "tests.boards.test_tables": "sums of decimals, which are floats on SQLite",
    "tests.browser.test_every_page": "one walk through every page",
    "tests.intake.test_import_document": "constraints while loading",
    "tests.intake.test_import_of_many": "bulk statements of many rows",
    "tests.operations": "backup and restore by each database's own tools, health, migrations",
    "tests.papers.test_feedback": "signed rows are frozen by triggers",
    "tests.papers.test_papers": "constraints of a paper",
    "tests.reliability.test_at_once": "many at once",
    "tests.reliability.test_backups": "a copy of a database that is written to",
    "tests.reliability.test_kill": "killed in the middle of a transaction",
    "tests.reliability.test_replica": "a replica",
    "tests.reliability.test_server": "restarted, many connections",
    "tests.sheets.test_layouts": "constraints of a layout",
    "tests.sheets.test_long_table": "a server-side cursor",
    "tests.test_access_matrix": "every URL by every person",
    "tests.test_bench": "made rows by bulk statements",
    "tests.tracking.test_import_export": "bulk statements with history",
    "tests.tracking.test_owing": "what is owed by SQL against the same in Python",
    "tests.tracking.test_periods": "opening by bulk statements, constraints",
    "tests.tracking.test_recording": "conditional UPDATEs",
    "tests.tracking.test_search": "two engines of full text",
    "tests.tracking.test_search_index": "two engines of full text",
    "tests.upgrades": "migrations of each release",
    "tests.workplans.test_append_only": "triggers",
    "tests.workplans.test_item_workbook": "bulk statements with history",
    "tests.workplans.test_reading_queue": "constraints, rows taken under locks",
    "tests.workplans.test_targets": "a constraint",
}
# What the source of a test module says that speaks of databases; a browser's test commits only for its server to see.
SPEAKS_OF_DATABASES = re.compile(
    r"\bIntegrityError\b|\bTransactionTestCase\b|\bLiveServerTestCase\b|\bAtOnceTestCase\b"
    r"|\.cursor\(|\.vendor\b|\bselect_for_update\b|@tag\(.*\"(?:sqlite|postgres|concurrent)\""
)


def needs_database(test):
    """Say whether a test touches a database: by Django's class for that, or as it declares (`databases`)."""
    return isinstance(test, TransactionTestCase) or bool(getattr(test, "databases", ()))


def on_both(test):
    """Say whether a test is one of BOTH or its module speaks of databases."""
    module = type(test).__module__
    return declared(test.id()) or (not module.startswith("tests.browser") and speaks_of_databases(module))


def declared(name):
    """Say whether the name of a test or module is one of BOTH or within it."""
    return any(name == beginning or name.startswith(f"{beginning}.") for beginning in BOTH)


@cache
def speaks_of_databases(module):
    """Say whether the source of a test module speaks of what can differ by database."""
    return bool(SPEAKS_OF_DATABASES.search(inspect.getsource(sys.modules[module])))
