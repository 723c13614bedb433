"""What `manage.py check` says about settings of directories that cannot work."""

from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import Error
from django.core.exceptions import ImproperlyConfigured

from .posts import post_rules

LOOPBACK = {"127.0.0.1", "::1", "localhost"}


def check_directories(app_configs, **kwargs) -> list[Error]:
    """Return an error for each setting that lets nobody in, or anybody."""
    problems = []
    try:
        post_rules()
    except ImproperlyConfigured as problem:
        problems.append(Error(str(problem), id="accounts.E001"))
    if settings.DIRECTORY_MINUTES < 1:
        problems.append(Error("DIRECTORY_MINUTES 至少是 1。", id="accounts.E002"))
    if settings.OIDC_ISSUER and not settings.OIDC_CLIENT_ID:
        problems.append(Error("设置了 OIDC_ISSUER，还要设置 OIDC_CLIENT_ID。", id="accounts.E003"))
    address = urlsplit(settings.OIDC_ISSUER)
    if settings.OIDC_ISSUER and address.scheme != "https" and address.hostname not in LOOPBACK:
        problems.append(Error("OIDC_ISSUER 必须以 https:// 开头。", id="accounts.E004"))
    if bool(settings.LDAP_URL) != bool(settings.LDAP_USER_BASE):
        problems.append(Error("LDAP_URL 和 LDAP_USER_BASE 要一起设置。", id="accounts.E005"))
    if settings.LDAP_URL and "{username}" not in settings.LDAP_USER_FILTER:
        problems.append(Error("LDAP_USER_FILTER 中要有 {username}。", id="accounts.E006"))
    return problems
