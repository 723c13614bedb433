"""Every request has a number: on its answer, on the page of a fault, in each line of the log.

Digits in groups of four, because people read it out over the telephone. A number of a proxy of ours is kept
(TRUSTED_PROXIES), so that one number leads through both logs; anybody else's is ignored.
"""

import logging
import re
import secrets
import time
from contextvars import ContextVar

from django.conf import settings

from audit.addresses import client_address, is_trusted

CURRENT = ContextVar("request", default=None)
HEADER = "X-Request-ID"
PLAUSIBLE = re.compile(r"[0-9A-Za-z-]{8,64}")
access_log = logging.getLogger("access")


class RequestNumberMiddleware:
    """The outermost middleware: number the request, say the number in the answer, log one line where asked to."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        """Answer `request`."""
        request.number = number_of(request)
        token, begun = CURRENT.set(request), time.monotonic()
        try:
            response = self.get_response(request)
            response[HEADER] = request.number
            if settings.LOG_REQUESTS:
                log_access(request, response, time.monotonic() - begun)
            return response
        finally:
            CURRENT.reset(token)


def number_of(request):
    """Return the number a trusted proxy gave, else a new one."""
    given = request.headers.get(HEADER, "")
    if PLAUSIBLE.fullmatch(given) and is_trusted(request.META.get("REMOTE_ADDR", "")):
        return given
    return new_number()


def new_number():
    """Return twelve random digits, such as 4821-9930-1275."""
    digits = f"{secrets.randbelow(10**12):012}"
    return "-".join((digits[:4], digits[4:8], digits[8:]))


def log_access(request, response, seconds):
    """Log one line: no query, for it holds what people search for, and no body."""
    what = f"{request.method} {request.path} {response.status_code}"
    access_log.info("%s %.0f ms %s", what, seconds * 1000, client_address(request))
