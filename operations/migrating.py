"""A migration and the note that it was made, in one transaction.

Django stores that note in a transaction of its own where a migration leaves statements for its end (foreign keys,
indexes). A process killed between the two leaves a database in which the migration is made and not noted, and every
further `migrate` stops at the column that is there already.
"""

from contextlib import contextmanager

from django.db import transaction
from django.db.migrations.executor import MigrationExecutor


class OneTransactionExecutor(MigrationExecutor):
    """Applies and takes back each migration all or none; one that says `atomic = False` as Django does."""

    def apply_migration(self, state, migration, fake=False, fake_initial=False):
        """Apply and note."""
        with self._whole(migration):
            return super().apply_migration(state, migration, fake=fake, fake_initial=fake_initial)

    def unapply_migration(self, state, migration, fake=False):
        """Take back and strike the note."""
        with self._whole(migration):
            return super().unapply_migration(state, migration, fake=fake)

    @contextmanager
    def _whole(self, migration):
        if not (migration.atomic and self.connection.features.can_rollback_ddl):
            yield
            return
        # SQLite's tables are made anew, for which its checks must be off before the transaction begins.
        is_checking = self.connection.vendor == "sqlite" and not self.connection.in_atomic_block
        if is_checking:
            self.connection.disable_constraint_checking()
        try:
            with transaction.atomic(using=self.connection.alias):
                yield
        finally:
            if is_checking:
                self.connection.enable_constraint_checking()
