"""Admin of how it goes."""

from . import period, report

__all__ = ["period", "report"]
