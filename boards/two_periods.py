"""两期对比: any two periods side by side, item by item."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.http import Http404
from django.utils.safestring import SafeString

from tracking.models import Period, Report
from tracking.reports.beside_last_period import marked
from tracking.reports.percent import percent_text

from .filters import STALLED_FOR
from .overview import CHANGES, Before, ChangedRow
from .rows import BoardRow, board_rows
from .scope import Vantage

COPIED, STALLED = "copied", "stalled"
COPIED_RULE = "照抄上期指“目前进展情况”与对比的一期一字不差，又没有选“本期无新进展”。"


@dataclass(frozen=True)
class ItemInTwoPeriods:
    """One item in both periods; `before` is None where it had no report in the earlier one."""

    row: BoardRow
    before: Report | None

    @cached_property
    def changed(self) -> ChangedRow:
        """The change in short."""
        if self.before is None:
            return ChangedRow(self.row, None)
        return ChangedRow(self.row, Before(self.before.completion_percent, self.before.has_difficulties))

    @property
    def is_written(self) -> bool:
        """Say whether anything was saved in the later period: a blank report takes nothing back."""
        return bool(self.row.report and self.row.report.saved_at)

    @property
    def step_text(self) -> str:
        """By how many points completion moved, without its sign."""
        return percent_text(abs(self.changed.step)).removesuffix("%") if self.changed.step is not None else ""

    @property
    def is_copied(self) -> bool:
        """Say whether the progress was copied: the same words in both periods, and not said to be unchanged."""
        now = self.row.progress_text
        return bool(now and self.before and now == self.before.compiled("progress") and not self.row.report.unchanged)

    def kinds(self, stalled_for: int) -> frozenset[str]:
        """Return which of CHANGES, COPIED and STALLED (for so many periods) hold."""
        found = set(self.changed.kinds)
        found |= {COPIED} if self.is_copied else set()
        found |= {STALLED} if self.row.stalled >= stalled_for else set()
        return frozenset(found)

    def difference(self, field: str) -> SafeString:
        """Return the later text of `field` with the differences from the earlier one marked."""
        return marked(self.before.compiled(field) if self.before else "", self.row.text(field))

    @cached_property
    def progress_difference(self) -> SafeString:
        """目前进展情况."""
        return self.difference("progress")

    @cached_property
    def difficulties_difference(self) -> SafeString:
        """存在的困难."""
        return self.difference("difficulties")


@dataclass(frozen=True)
class PeriodComparison:
    """All items of the later period beside the earlier one."""

    before: Period
    after: Period
    pairs: tuple[ItemInTwoPeriods, ...]
    stalled_for: int

    @property
    def labels(self) -> dict[str, str]:
        """What can be asked for, with its label."""
        return CHANGES | {COPIED: "照抄上期", STALLED: f"连续{self.stalled_for}期未动"}

    @property
    def counts(self) -> list[tuple[str, str, int]]:
        """How many pairs each of them has."""
        return [(kind, label, len(self.only(kind))) for kind, label in self.labels.items()]

    def only(self, kind: str) -> list[ItemInTwoPeriods]:
        """Return the pairs of one kind; all of them for any other word."""
        if kind not in self.labels:
            return list(self.pairs)
        return [pair for pair in self.pairs if kind in pair.kinds(self.stalled_for)]


def compare(plans, items, before: Period, after: Period, periods, stalled_for: int, today: date) -> PeriodComparison:
    """Compare two periods over `items` (an Item queryset, scoped) of `plans` (by id); four queries."""
    rows = board_rows(plans, after, items, today, periods, offices=False, beside=before)
    return PeriodComparison(
        before, after, tuple(ItemInTwoPeriods(row, row.report_in(before)) for row in rows), stalled_for
    )


def comparison_for(params, place: Vantage, today: date) -> PeriodComparison | None:
    """Return the comparison the GET parameters `params` ask for; None where there is no period to compare with.

    A period that is none of the organization's answers 404.
    """
    before = _before(place, params.get("before", ""))
    if before is None:
        return None
    asked = params.get("stalled", "")
    stalled = int(asked) if asked in map(str, STALLED_FOR) else 2
    return compare(place.plans, place.items(), before, place.period, place.every, stalled, today)


def _before(place: Vantage, value: str) -> Period | None:
    """Return the earlier period: the one asked for, else the one before; None where there is none."""
    if not value:
        return place.previous
    found = next((period for period in place.every if str(period.pk) == value), None)
    if found is None:
        raise Http404("没有这个填报期。")
    return found if place.period else None
