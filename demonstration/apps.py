"""App configuration."""

from django.apps import AppConfig


class DemonstrationConfig(AppConfig):
    """The played year of make run."""

    name = "demonstration"
    verbose_name = "演示"
