"""App configuration."""

from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate


class TrackingConfig(AppConfig):
    """How it goes."""

    name = "tracking"
    verbose_name = "进展跟踪"

    def ready(self):
        """Keep the index of texts whatever a migration did to its tables."""
        from .search.normal_form import register
        from .search.search_index import after_migrate

        connection_created.connect(register)
        post_migrate.connect(after_migrate, sender=self)
