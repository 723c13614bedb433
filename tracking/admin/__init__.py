"""Admin of how it goes."""

from . import cycle, item, period, report

__all__ = ["cycle", "item", "period", "report"]
