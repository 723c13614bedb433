"""App configuration."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class WorkplansConfig(AppConfig):
    """What is to be done."""

    name = "workplans"
    verbose_name = "工作计划"

    def ready(self):
        """Keep history append-only in the database whatever a migration did to its tables."""
        from .append_only import protect_all

        post_migrate.connect(protect_all, sender=self)
