"""The board of a plan: its sections of rows with their totals; the page, the sheet and the letter share it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from itertools import groupby

from tracking.lamps import Color, LampKind
from tracking.models import Period
from workplans.models import Plan, Section

from .rows import BoardRow, board_rows
from .totals import BoardTotals, LampCount, board_totals, mean_expected


@dataclass(frozen=True)
class BoardSection:
    """One section of the plan with the rows shown."""

    section: Section
    rows: tuple[BoardRow, ...]

    @cached_property
    def totals(self) -> BoardTotals:
        """The totals of the rows shown."""
        return board_totals(self.rows, None)

    @property
    def lamps(self) -> list[LampCount]:
        """How many of them wear each progress lamp, the worst first; none that nobody wears."""
        return [lamp for lamp in self.totals.progress_counts if lamp.count]

    @property
    def behind(self) -> int:
        """How many of them wear the red progress lamp."""
        return self.totals.lamps[LampKind.PROGRESS].get(Color.RED, 0)


@dataclass(frozen=True)
class PlanBoard:
    """All of one plan in one period. `totals` are of every item handed in, `sections` of those shown."""

    plan: Plan
    period: Period | None
    expected_percent: Decimal | None
    sections: tuple[BoardSection, ...]
    totals: BoardTotals

    @property
    def rows(self) -> list[BoardRow]:
        """The rows shown, in the order of the plan."""
        return [row for section in self.sections for row in section.rows]

    @property
    def lagging(self) -> list[BoardRow]:
        """The rows shown whose progress lamp is red, the furthest behind first."""
        late = [row for row in self.rows if row.progress.color == Color.RED]
        return sorted(late, key=lambda row: row.completion_percent)

    def only(self, keep: Callable[[BoardRow], bool]) -> "PlanBoard":
        """Return the board showing the rows `keep` says yes to; the totals stay."""
        return replace(self, sections=by_section([row for row in self.rows if keep(row)]))

    def ordered(self, order: str) -> "PlanBoard":
        """Return the board as one list in one of `ORDERS`; in the plan's own order as it is."""
        if order not in ORDERS or not self.rows:
            return self
        heading, key = ORDERS[order]
        rows = sorted(self.rows, key=key)
        return replace(self, sections=(BoardSection(Section(title=heading), tuple(rows)),))


# What a list can be ordered by besides the plan's own order: heading and key; blanks come last.
ORDERS = {
    "gap": ("按落后程度", lambda row: (row.is_finished, row.gap is None, -(row.gap or 0))),
    "completion": ("按完成率从低到高", lambda row: (row.completion_percent is None, row.completion_percent or 0)),
    "deadline": ("按完成时限", lambda row: (row.is_finished, row.item.deadline or date.max)),
    "stalled": ("按停滞期数", lambda row: -row.stalled),
}


# --- building ----------------------------------------------------------------------------------------------


def plan_board(plan: Plan, period: Period | None, items, today: date, periods=(), *, offices=True) -> PlanBoard:
    """Build the board of `items` (an Item queryset of the plan, already scoped and filtered).

    With the plan's `periods` each row knows its trend up to `period`, for one query more.
    """
    rows = board_rows({plan.pk: plan}, period, items, today, periods, offices=offices)
    expected = mean_expected(rows)
    return PlanBoard(plan, period, expected, by_section(rows), board_totals(rows, expected))


def by_section(rows: list[BoardRow]) -> tuple[BoardSection, ...]:
    """Group rows by section, the plans one after another."""
    ordered = sorted(rows, key=lambda row: (row.item.plan_id, row.item.section.position, row.item.position))
    grouped = groupby(ordered, key=lambda row: row.item.section)
    return tuple(BoardSection(section, tuple(members)) for section, members in grouped)
