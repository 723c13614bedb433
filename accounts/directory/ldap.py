"""LDAP and Active Directory as one of the directories; what speaks the protocol is imported only where one is set."""

from django.conf import settings

from .people import Answer, Directory

NAME = "统一身份目录"


def is_on() -> bool:
    """Say whether a directory is set."""
    return bool(settings.LDAP_URL and settings.LDAP_USER_BASE)


def issuer() -> str:
    """Return whose word counts, "" while it is off: the base, for servers come and go."""
    return f"ldap:{settings.LDAP_USER_BASE}" if is_on() else ""


def authenticate(username, password) -> Answer:
    """Return whose name and password these are. Raises DirectoryRefused or DirectoryDown."""
    from .ldap_search import authenticate

    return authenticate(issuer(), username, password)


def ask_again(identity, keepsake) -> Answer:
    """Ask whether somebody is still there. Raises DirectoryRefused or DirectoryDown."""
    from .ldap_search import look_up

    return look_up(issuer(), identity)


def sign_out_address(request, keepsake) -> str:
    """Return "": a directory has no session of its own."""
    return ""


LDAP = Directory(NAME, issuer, ask_again, sign_out_address)
