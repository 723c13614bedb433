"""Where a request comes from, as far as it can be believed."""

from ipaddress import ip_address, ip_network

from django.conf import settings

UNIX_SOCKET = "unix"  # a proxy on the same machine that speaks through a socket file, which has no address


def client_address(request) -> str:
    """Return the address of who asks, "" where there is none.

    X-Forwarded-For counts only when it comes from a proxy of TRUSTED_PROXIES, and is read from the right: the first
    address that is not such a proxy's own. What a browser itself wrote there stands further left.
    """
    address = request.META.get("REMOTE_ADDR", "")
    if not is_trusted(address):
        return address[:45]
    for hop in reversed(request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")):
        hop = hop.strip()
        if not _is_address(hop):
            break
        address = hop
        if not is_trusted(hop):
            break
    return address[:45]


def _is_address(text) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def is_trusted(address) -> bool:
    """Say whether `address` is a proxy of ours, whose headers are believed."""
    if not address:
        return UNIX_SOCKET in settings.TRUSTED_PROXIES
    if not _is_address(address):
        return False
    networks = [ip_network(proxy, strict=False) for proxy in settings.TRUSTED_PROXIES if proxy != UNIX_SOCKET]
    return any(ip_address(address) in network for network in networks)
