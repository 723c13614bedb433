"""How it goes: periods, reports and what happened to them (DESIGN 3)."""

from .period import Period
from .report import Report, ReportEvent, TaskReport

__all__ = ["Period", "Report", "ReportEvent", "TaskReport"]
