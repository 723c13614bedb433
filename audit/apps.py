"""App configuration."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AuditConfig(AppConfig):
    """What must not be forgotten or rewritten."""

    name = "audit"
    verbose_name = "安全审计"

    def ready(self):
        """Keep history append-only in the database whatever a migration did to its tables."""
        from .append_only import protect_all

        post_migrate.connect(protect_all, sender=self)
