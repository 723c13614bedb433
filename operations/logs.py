"""Log lines: JSON with the number of the request, without any secret.

One object a line on the standard error output, for journald or whatever collects it. Only the fields below are
written: what code passes in `extra` (Django passes the whole request) stays out.
"""

import json
import logging
from datetime import datetime

from django.conf import settings
from django.http import HttpRequest

from .request_numbers import CURRENT

HIDDEN = "***"
SHORTEST_SECRET = 4  # replacing shorter ones would tear words apart and hide nothing
SECRET_FIELDS = ("password", "token", "secret", "code", "otp")


def configuration(level, is_json):
    """Return what LOGGING and the web server's own log are set to."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {"()": "operations.logs.JsonFormatter"},
            "text": {"()": "operations.logs.TextFormatter", "format": "%(levelname)s %(name)s: %(message)s"},
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json" if is_json else "text"}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {"access": {"level": "INFO"}},
    }


class TextFormatter(logging.Formatter):
    """Lines for a person at the terminal."""

    def format(self, record):
        """Return the line, the number of the request behind it."""
        request = request_of(record)
        number = getattr(request, "number", "")
        line = hide_secrets(super().format(record), request)
        return f"{line} [{number}]" if number else line


class JsonFormatter(logging.Formatter):
    """Lines for a program."""

    def format(self, record):
        """Return one JSON object."""
        request = request_of(record)
        line = {
            "time": datetime.fromtimestamp(record.created).astimezone().isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "request": getattr(request, "number", None),
            "message": hide_secrets(record.getMessage(), request),
        }
        if record.exc_info:
            line["error"] = hide_secrets(self.formatException(record.exc_info), request)
        return json.dumps({name: value for name, value in line.items() if value is not None}, ensure_ascii=False)


def request_of(record):
    """Return the request a line speaks of: the current one, else the one Django hands over after its end."""
    return CURRENT.get() or getattr(record, "request", None)


def hide_secrets(text, request):
    """Return `text` with everything blotted out that the process or the request keeps secret."""
    for secret in sorted({*own_secrets(), *secrets_of(request)}, key=len, reverse=True):
        text = text.replace(secret, HIDDEN)
    return text


def own_secrets():
    """Yield the passwords and keys of the settings."""
    if not settings.configured:  # the web server's log, before the application is loaded
        return
    values = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS, settings.EMAIL_HOST_PASSWORD]
    values += [database.get("PASSWORD") for database in settings.DATABASES.values()]
    yield from (value for value in values if is_secret(value))


def secrets_of(request):
    """Yield the cookies of a request, secrets in its address, and what was typed into secret fields, as far as it was read."""
    if not isinstance(request, HttpRequest):
        return
    values = [*request.COOKIES.values(), request.headers.get("Authorization"), request.headers.get("X-CSRFToken")]
    # Not request.POST: reading a body for the log's sake can fail in turn.
    match = request.resolver_match
    for name, typed in (*getattr(request, "_post", {}).items(), *(match.kwargs.items() if match else ())):
        if any(word in name.lower() for word in SECRET_FIELDS):
            values.append(typed)
    yield from (value for value in values if is_secret(value))


def is_secret(value):
    """Say whether a value is long enough to be looked for."""
    return isinstance(value, str) and len(value) >= SHORTEST_SECRET
