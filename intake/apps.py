"""App configuration."""

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    """A document comes in."""

    name = "intake"
    verbose_name = "文件导入"

    def ready(self):
        """Say how a document is read."""
        from workplans.reading_queue import READERS

        from .scanning import READER

        READERS["document"] = READER
