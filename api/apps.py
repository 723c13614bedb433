"""App configuration."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """The API of other systems."""

    name = "api"
    verbose_name = "接口"
