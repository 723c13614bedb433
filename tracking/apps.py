"""App configuration."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class TrackingConfig(AppConfig):
    """How it goes."""

    name = "tracking"
    verbose_name = "进展跟踪"

    def ready(self):
        """Keep the index of texts whatever a migration did to its tables."""
        from .search.search_index import after_migrate

        post_migrate.connect(after_migrate, sender=self)
