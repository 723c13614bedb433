"""Where forms of ours may lead besides us: for the Content-Security-Policy, so without Django's settings."""

from urllib.parse import urlsplit


def form_targets(issuer: str, more: list[str]) -> list[str]:
    """Return the origins of the provider `issuer` and of `more` addresses; none where there is no provider."""
    if not issuer:
        return []
    parts = [urlsplit(address) for address in (issuer, *more)]
    return list(dict.fromkeys(f"{part.scheme}://{part.netloc}" for part in parts if part.scheme and part.netloc))
