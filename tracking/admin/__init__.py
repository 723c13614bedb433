"""Admin of how it goes."""

from . import cycle, holidays, item, office, period, report

__all__ = ["cycle", "holidays", "item", "office", "period", "report"]
