"""App configuration."""

from django.apps import AppConfig


class BoardsConfig(AppConfig):
    """What supervisors look at."""

    name = "boards"
    verbose_name = "看板"
