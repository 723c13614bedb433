"""Rows as JSON."""

import json
from datetime import date, datetime
from decimal import Decimal


def plain(value):
    """Return what JSON has no word for: dates and times in ISO 8601, rates as numbers."""
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(type(value))


write = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=plain, check_circular=False).encode
