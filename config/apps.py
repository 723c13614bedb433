"""The admin site's configuration."""

from django.contrib.admin.apps import AdminConfig


def boolean_in_words(value):
    """Say a switch as 是 or 否; Django's icon carries the English words True and False for screen readers."""
    return {True: "是", False: "否", None: "未知"}[value]


class SiteAdminConfig(AdminConfig):
    """Django's admin under our skin and our access rules."""

    default_site = "config.site.BureauAdminSite"

    def ready(self):
        """Put words in the place of Django's icons: it offers no setting for them."""
        from django.contrib.admin.templatetags import admin_list

        from . import production  # noqa: F401 (registers its check)

        admin_list._boolean_icon = boolean_in_words
        super().ready()
