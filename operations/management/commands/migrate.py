"""Django's `migrate`, each migration and its note in one transaction (`operations/migrating.py`)."""

from django.core.management.commands import migrate
from django.db import connections

from operations.migrating import OneTransactionExecutor
from operations.sqlite import make_private, path_of


class Command(migrate.Command):
    """The same words, options and output."""

    def handle(self, *args, **options):
        """Let Django's command work with our executor; it offers no other way to name one.

        A file of SQLite is its owner's alone before anything is written into it.
        """
        chosen = connections[options["database"]]
        if chosen.vendor == "sqlite" and not chosen.is_in_memory_db():
            make_private(path_of(chosen))
        original, migrate.MigrationExecutor = migrate.MigrationExecutor, OneTransactionExecutor
        try:
            return super().handle(*args, **options)
        finally:
            migrate.MigrationExecutor = original
