"""The admin site's configuration."""

from django.contrib.admin.apps import AdminConfig


class SiteAdminConfig(AdminConfig):
    """Django's admin under our skin and our access rules."""

    default_site = "config.site.BureauAdminSite"
