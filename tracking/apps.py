"""App configuration."""

from django.apps import AppConfig


class TrackingConfig(AppConfig):
    """How it goes."""

    name = "tracking"
    verbose_name = "进展跟踪"
