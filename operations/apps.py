"""The application that keeps the others running."""

from django.apps import AppConfig


class OperationsConfig(AppConfig):
    """No models: whatever it keeps must be there when the database is not."""

    name = "operations"
    verbose_name = "运行维护"
