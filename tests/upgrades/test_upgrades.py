"""Every release's database comes to the newest state with nothing lost, and every migration goes back and forth."""

import io
import unittest

from django.core.management import call_command
from django.db import connection as default
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.state import ProjectState

from tests.reliability.tables import digest, tables
from tests.upgrades.stored import VERSIONS, stored

# Django's own bookkeeping, which grows with each new model.
BOOKKEEPING = {"django_migrations", "django_content_type", "auth_permission", "sqlite_sequence"}
# What a migration changes on purpose: (table, column or None for the whole table) → why. Rows are counted all the same.
CHANGED = {}
APPS = ("audit", "accounts", "workplans", "tracking", "operations")


def snapshot(connection, columns):
    """Return table → (rows, checksum) of these columns, those changed on purpose left out."""
    return {
        table: digest(connection, table, [name for name in names if (table, name) not in CHANGED])
        for table, names in columns.items()
        if table not in BOOKKEEPING and (table, None) not in CHANGED
    }


def migrate(connection, *target):
    """Bring a database to the newest migrations, or to the target, without a word to the default database."""
    with default.execute_wrapper(refuse):
        call_command(
            "migrate", *target, database=connection.alias, interactive=False, verbosity=0, stdout=io.StringIO()
        )


def refuse(_execute, sql, *_rest):
    """Refuse what a migration sends to another database than the one it migrates."""
    raise AssertionError(f"A migration asked the default database: {sql}")


class UpgradeTest(unittest.TestCase):
    """With the data of people who run that version; Django's own test cases know no alias made later."""

    databases = {"default"}
    maxDiff = None

    def test_there_is_a_database_with_thousands_of_rows_and_history(self):
        self.assertTrue(VERSIONS)
        for version in VERSIONS:
            with self.subTest(version=version), stored(version) as connection:
                counts = {name: rows for name, (rows, _) in snapshot(connection, tables(connection)).items()}
                self.assertGreater(sum(counts.values()), 2500)
                self.assertGreater(counts["tracking_historicalreport"], 1000)
                empty = {
                    name for name, rows in counts.items() if not rows and name.startswith(("workplans_", "tracking_"))
                }
                self.assertEqual(empty, set())

    def test_each_comes_to_the_newest_state_with_equal_counts_and_checksums(self):
        for version in VERSIONS:
            with self.subTest(version=version), stored(version) as connection:
                columns = tables(connection)
                before = snapshot(connection, columns)
                migrate(connection)
                self.assertEqual(snapshot(connection, self.left(connection, columns)), before)
                with connection.cursor() as cursor:
                    cursor.execute("SELECT count(*) FROM tracking_historicalreport")
                    self.assertTrue(cursor.fetchone()[0])

    def left(self, connection, columns):
        """Return the columns as they were, less those whose end is written down in CHANGED."""
        now = tables(connection)
        gone = [
            (table, name)
            for table, names in columns.items()
            for name in names
            if name not in now.get(table, ()) and not {(table, name), (table, None)} & CHANGED.keys()
        ]
        self.assertEqual(gone, [], "columns went away without a reason in CHANGED")
        return columns

    def test_every_migration_goes_back_and_forth_with_data(self):
        """From the newest to the first: back, forth, and back again for the one before it."""
        with stored(VERSIONS[0]) as connection:
            migrate(connection)
            newest, executor = tables(connection), MigrationExecutor(connection)
            plan = executor.migration_plan(executor.loader.graph.leaf_nodes(), clean_start=True)
            states = states_before([migration for migration, _ in plan])
            for migration, state in reversed(states.items()):
                with self.subTest(migration=str(migration)), default.execute_wrapper(refuse):
                    executor.unapply_migration(state.clone(), migration)
                    columns = tables(connection)
                    left = snapshot(connection, columns)
                    executor.apply_migration(state.clone(), migration)
                    self.assertEqual(snapshot(connection, columns), left)
                    executor.unapply_migration(state.clone(), migration)
                    self.assertEqual(snapshot(connection, columns), left)
            migrate(connection)
            self.assertEqual(tables(connection), newest)


def states_before(migrations):
    """Return migration of ours → the models as they were before it, in the order they are applied."""
    states, state = {}, ProjectState()
    for migration in migrations:
        if migration.app_label in APPS:
            states[migration] = state.clone()
        state = migration.mutate_state(state, preserve=False)
    return states
