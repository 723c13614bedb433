"""Django's test runner with additions: a summary that counts, no skipped tests, settings made for tests, a migrated
database that is kept (`kept_database`), parts of the suite, and a record of the places of SQL (`sql_places`)."""

import json
import logging
import tempfile
from pathlib import Path
from unittest import TextTestResult

from django.db import connections
from django.db.backends.base.creation import BaseDatabaseCreation
from django.test import TransactionTestCase
from django.test.runner import DiscoverRunner
from django.test.utils import iter_test_cases, override_settings

from tests import kept_database
from tests.databases import needs_database, on_both
from tests.sql_places import Recorder

TEST_SETTINGS = {
    # The hashed names of production need collectstatic first; `make test` proves that by a step of its own.
    "STORAGES": {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    },
    # A process of its own would look for its work in another database than the test's.
    "EXPORTS_IN_OWN_PROCESS": False,
    # Test processes side by side are no people who wait for each other.
    "PARSERS": 64,
    # Signing in is no place to spend the suite's time.
    "PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"],
}


FIXTURE_TEARDOWN = TransactionTestCase._fixture_teardown
# The part of the suite → whether a test is one of it.
PARTS = {
    "files": lambda test: not needs_database(test),
    "database": needs_database,
    "both": lambda test: needs_database(test) and on_both(test),
}


class CountingResult(TextTestResult):
    """Remembers which tests were started, so that those which never ran can be told."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.started = []

    def startTest(self, test):  # noqa: N802 (unittest's name)
        """Note the test and let unittest go on."""
        super().startTest(test)
        self.started.append(test.id())


class Runner(DiscoverRunner):
    """Run tests as Django does; a skipped test or one that never ran counts as failed.

    --summary FILE   write {"passed": n, "failed": m} there
    --database-file  on SQLite, keep the test database in a file, so that each thread of the live server has its
                     own connection as in production (in memory all threads share one)
    --part PART      run the tests without a database (files), with one (database), or those of both databases (both)
    --places FILE    write down there which lines of the house send SQL
    """

    def __init__(self, summary=None, database_file=False, part=None, places=None, **kwargs):
        super().__init__(**kwargs)
        self.summary = summary
        self.part = part
        self.places = places
        self.database_file = database_file
        self.overridden = override_settings(**TEST_SETTINGS)
        self.planned = 0

    @classmethod
    def add_arguments(cls, parser):
        """Add our options to Django's."""
        super().add_arguments(parser)
        parser.add_argument("--summary", help="Write the counts as JSON into this file.")
        parser.add_argument("--database-file", action="store_true", help="Keep SQLite's test database in a file.")
        parser.add_argument("--part", choices=PARTS, help="Run these tests only; see tests/databases.py.")
        parser.add_argument("--places", help="Write down in this file which lines of the house send SQL.")

    def setup_test_environment(self, **kwargs):
        """Put the settings of tests on top."""
        super().setup_test_environment(**kwargs)
        self.overridden.enable()
        BaseDatabaseCreation.create_test_db = kept_database.create
        TransactionTestCase._fixture_teardown = kept_database.put_back
        logging.getLogger("django.request").setLevel("ERROR")  # 403 and 404 are what many tests ask for

    def teardown_test_environment(self, **kwargs):
        """Take the settings of tests off again."""
        self.overridden.disable()
        BaseDatabaseCreation.create_test_db = kept_database.CREATE
        TransactionTestCase._fixture_teardown = FIXTURE_TEARDOWN
        super().teardown_test_environment(**kwargs)

    def setup_databases(self, **kwargs):
        """Create the test databases, SQLite's in a file where asked."""
        if self.places:
            Recorder(self.places).start()
        connection = connections["default"]
        if not (self.database_file and connection.vendor == "sqlite"):
            return super().setup_databases(**kwargs)
        self.folder = tempfile.TemporaryDirectory(prefix="test-sqlite-")
        connection.settings_dict["TEST"]["NAME"] = str(Path(self.folder.name) / "test.sqlite3")
        return super().setup_databases(**kwargs)

    def teardown_databases(self, old_config, **kwargs):
        """Remove the test databases and the folder of the file."""
        super().teardown_databases(old_config, **kwargs)
        if hasattr(self, "folder"):
            self.folder.cleanup()

    def build_suite(self, *args, **kwargs):
        """Count the tests before they run."""
        suite = super().build_suite(*args, **kwargs)
        self.planned = suite.countTestCases()
        return suite

    def load_tests_for_label(self, label, discover_kwargs):
        """Load what a label names, of the part that was asked for."""
        tests = super().load_tests_for_label(label, discover_kwargs)
        if not self.part:
            return tests
        return self.test_suite(filter(PARTS[self.part], iter_test_cases(tests)))

    def get_resultclass(self):
        """Use the counting result unless a debugging one was asked for."""
        return super().get_resultclass() or CountingResult

    def suite_result(self, suite, result, **kwargs):
        """Write the summary; return the number of failures, which is the exit code of `manage.py test`."""
        failed = super().suite_result(suite, result, **kwargs)
        if isinstance(result, CountingResult):
            passed, failed = count(result, self.planned)
            for test, reason in result.skipped:
                self.log(f"Skipped, which counts as failed: {test} ({reason})")
            if self.summary:
                Path(self.summary).write_text(json.dumps({"passed": passed, "failed": failed}))
        return failed


def count(result, planned):
    """Return (passed, failed): a test fails once however many of its parts do, and when it is skipped or left out."""
    bad = {
        getattr(test, "test_case", test).id() for test, _reason in [*result.failures, *result.errors, *result.skipped]
    } | {test.id() for test in result.unexpectedSuccesses}
    passed = sum(name not in bad for name in result.started)
    return passed, max(planned - passed, len(bad))
