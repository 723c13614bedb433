"""Django's test runner with four additions: a summary that counts, no skipped tests, settings made for tests, and
history tables that can be emptied between tests though the database lets nobody do it."""

import json
import logging
import tempfile
from pathlib import Path
from unittest import TextTestResult

from django.db import connections, transaction
from django.db.backends.base.operations import BaseDatabaseOperations
from django.test.runner import DiscoverRunner
from django.test.utils import override_settings

from audit.append_only import protect_all, unprotect_all
from audit.models import ChainHead

TEST_SETTINGS = {
    # The hashed names of production need collectstatic first; `make test` proves that by a step of its own.
    "STORAGES": {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    },
    # A process of its own would look for its work in another database than the test's.
    "EXPORTS_IN_OWN_PROCESS": False,
    # Signing in is no place to spend the suite's time.
    "PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"],
}


EXECUTE_SQL_FLUSH = BaseDatabaseOperations.execute_sql_flush


def flush_history_too(operations, statements):
    """Empty the tables between tests, which the database refuses (`audit.append_only`) everywhere else."""
    alias = operations.connection.alias
    with transaction.atomic(using=alias):
        unprotect_all(alias)
        EXECUTE_SQL_FLUSH(operations, statements)
        protect_all(alias)
        ChainHead.objects.using(alias).get_or_create(pk=1)  # made by a migration, missed by the next test


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
    """

    def __init__(self, summary=None, database_file=False, **kwargs):
        super().__init__(**kwargs)
        self.summary = summary
        self.database_file = database_file
        self.overridden = override_settings(**TEST_SETTINGS)
        self.planned = 0

    @classmethod
    def add_arguments(cls, parser):
        """Add our options to Django's."""
        super().add_arguments(parser)
        parser.add_argument("--summary", help="Write the counts as JSON into this file.")
        parser.add_argument("--database-file", action="store_true", help="Keep SQLite's test database in a file.")

    def setup_test_environment(self, **kwargs):
        """Put the settings of tests on top."""
        super().setup_test_environment(**kwargs)
        self.overridden.enable()
        BaseDatabaseOperations.execute_sql_flush = flush_history_too
        logging.getLogger("django.request").setLevel("ERROR")  # 403 and 404 are what many tests ask for

    def teardown_test_environment(self, **kwargs):
        """Take the settings of tests off again."""
        self.overridden.disable()
        BaseDatabaseOperations.execute_sql_flush = EXECUTE_SQL_FLUSH
        super().teardown_test_environment(**kwargs)

    def setup_databases(self, **kwargs):
        """Create the test databases, SQLite's in a file where asked."""
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
        getattr(test, "test_case", test).id()
        for test, _reason in [*result.failures, *result.errors, *result.skipped]
    } | {test.id() for test in result.unexpectedSuccesses}
    passed = sum(name not in bad for name in result.started)
    return passed, max(planned - passed, len(bad))
