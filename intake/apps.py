"""App configuration."""

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    """A document comes in."""

    name = "intake"
    verbose_name = "文件导入"
