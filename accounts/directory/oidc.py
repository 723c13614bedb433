"""OpenID Connect as one of the directories. What speaks the protocol is imported only where a provider is set: Authlib
and requests take 25 MB of a process.
"""

from django.conf import settings

from .people import Answer, Directory

NAME = "统一身份认证"


def is_on() -> bool:
    """Say whether a provider is set."""
    return bool(settings.OIDC_ISSUER and settings.OIDC_CLIENT_ID)


def issuer() -> str:
    """Return whose word counts, "" while it is off."""
    return settings.OIDC_ISSUER if is_on() else ""


def begin(request):
    """Return the redirect to the provider. Raises DirectoryDown."""
    from .oidc_flow import begin

    return begin(request)


def finish(request) -> tuple[Answer, bool]:
    """Return who came back, and whether the provider asked for more than a password.

    Raises DirectoryRefused or DirectoryDown.
    """
    from .oidc_flow import finish

    return finish(request)


def ask_again(identity, keepsake) -> Answer:
    """Ask whether somebody is still there. Raises DirectoryRefused or DirectoryDown."""
    from .oidc_flow import ask_again

    return ask_again(identity, keepsake)


def sign_out_address(request, keepsake) -> str:
    """Return where to end the provider's session too, "" where it offers nothing or is away."""
    from .oidc_flow import sign_out_address

    return sign_out_address(request, keepsake)


OIDC = Directory(NAME, issuer, ask_again, sign_out_address)
