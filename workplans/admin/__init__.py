"""Admin of what is to be done."""

from . import organization, plan

__all__ = ["organization", "plan"]
