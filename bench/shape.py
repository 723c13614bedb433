"""How large the made-up city is: plans × 40 items × 12 periods, ten years, an organization for each ten plans."""

from dataclasses import dataclass
from functools import cached_property

VERSION = 3  # of the data made: databases of another version are made anew
LAST_YEAR = 2025
MOST_YEARS = 10
ITEMS, PERIODS, OFFICES = 40, 12, 8
TASKS, ITEMS_WITH_TASKS = 3, 10  # every tenth item has three tasks
BUSY_ITEMS = 12  # what one of the offices has to report each period


@dataclass(frozen=True)
class Shape:
    """What follows from the number of reports asked for, rounded up to whole plans."""

    asked: int

    @cached_property
    def plans(self) -> int:
        """How many plans, at least one for each of two organizations."""
        return max(2, -(-self.asked // (ITEMS * PERIODS)))

    @property
    def reports(self) -> int:
        """How many reports that makes."""
        return self.plans * ITEMS * PERIODS

    @property
    def organizations(self) -> int:
        """How many organizations: two or more."""
        return max(2, -(-self.plans // MOST_YEARS))

    def years_of(self, organization: int) -> range:
        """Return the years an organization (counted from 0) has a plan for; all end with LAST_YEAR."""
        count = self.plans // self.organizations + (organization < self.plans % self.organizations)
        return range(LAST_YEAR - count + 1, LAST_YEAR + 1)

    def having(self, year: int) -> list[int]:
        """Return the organizations with a plan of `year`."""
        return [number for number in range(self.organizations) if year in self.years_of(number)]


def parse(text: str) -> int:
    """Read 960, 10k, 1m as a number of reports."""
    text = text.strip().lower()
    factor = {"k": 1000, "m": 1_000_000}.get(text[-1:], 1)
    return int(float(text.rstrip("km")) * factor)


def short(number: int) -> str:
    """Write 10000 as 10k."""
    for factor, letter in ((1_000_000, "M"), (1000, "k")):
        if number % factor == 0:
            return f"{number // factor}{letter}"
    return str(number)
