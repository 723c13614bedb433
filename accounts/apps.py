"""App configuration."""

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in
from django.core.checks import register


class AccountsConfig(AppConfig):
    """Who gets in, and for how long."""

    name = "accounts"
    verbose_name = "账号安全"

    def ready(self):
        """Note when a session began (Django's signal is the one place every way of signing in passes); check settings."""
        from .directory.checks import check_directories
        from .sessions import begin

        register(check_directories)
        user_logged_in.connect(begin)
