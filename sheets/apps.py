"""App configuration."""

from django.apps import AppConfig


class SheetsConfig(AppConfig):
    """Tables out and back."""

    name = "sheets"
    verbose_name = "表格"

    def ready(self):
        """Say how a 填报表 is read."""
        from workplans.reading_queue import READERS

        from .filling.saving import READER

        READERS["fill"] = READER
