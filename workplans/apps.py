"""App configuration."""

from django.apps import AppConfig


class WorkplansConfig(AppConfig):
    """What is to be done."""

    name = "workplans"
    verbose_name = "工作计划"
