"""App configuration."""

from django.apps import AppConfig


class SheetsConfig(AppConfig):
    """Tables out and back."""

    name = "sheets"
    verbose_name = "表格"
