"""Admin of how it goes."""

from . import cycle, item, office, period, report

__all__ = ["cycle", "item", "office", "period", "report"]
