"""Django's `migrate`, each migration and its note in one transaction (`operations/migrating.py`)."""

from django.core.management.commands import migrate

from operations.migrating import OneTransactionExecutor


class Command(migrate.Command):
    """The same words, options and output."""

    def handle(self, *args, **options):
        """Let Django's command work with our executor; it offers no other way to name one."""
        original, migrate.MigrationExecutor = migrate.MigrationExecutor, OneTransactionExecutor
        try:
            return super().handle(*args, **options)
        finally:
            migrate.MigrationExecutor = original
