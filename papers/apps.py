"""App configuration."""

from django.apps import AppConfig


class PapersConfig(AppConfig):
    """What is signed."""

    name = "papers"
    verbose_name = "文书"
