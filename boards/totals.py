"""The counts of the official sentence and of the lamps over any rows of a board."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from django.conf import settings

from tracking.lamps import CHOICES, KIND_LABELS, SHAPES, Color, LampKind, is_counted
from tracking.models import Period
from tracking.reports.percent import percent_text
from tracking.reports.trends import Point, Trend

from .rows import BoardRow, rate_of

# The four counts of the official sentence; each is what the progress lamp says, so that the two never disagree:
# 已完成 is ◆, 达序时进度 is ●正常, 未达序时进度 is ▲关注 and ■滞后, 未填 is ○. 未报 is another thing: a report not handed in.
STANDINGS = {"done": "已完成", "on_track": "达序时进度", "behind": "未达序时进度", "unreported": "未填"}


@dataclass(frozen=True)
class LampCount:
    """How many rows wear one colour of one lamp."""

    kind: LampKind
    color: Color
    count: int

    @property
    def shape(self) -> str:
        """The colour's sign."""
        return SHAPES[self.color]

    @property
    def word(self) -> str:
        """The colour's general word."""
        return CHOICES[self.kind][self.color]

    @property
    def label(self) -> str:
        """The name of the fact."""
        return KIND_LABELS[self.kind]


@dataclass(frozen=True)
class BoardTotals:
    """What the official sentence needs; `items` = done + on_track + behind + unreported.

    Suspended, cancelled and carried-over items are in `left_out` only.
    """

    items: int
    done: int
    on_track: int
    behind: int
    unreported: int
    left_out: int
    average_completion: Decimal | None
    expected: Decimal | None
    lamps: dict[LampKind, dict[Color, int]]

    @property
    def sentence(self) -> str:
        """The totals in the official wording."""
        parts = (
            f"共{self.items}项：已完成{self.done}，达序时进度{self.on_track}，"
            f"未达序时进度{self.behind}，未填{self.unreported}"
        )
        if self.average_completion is not None:
            parts += f"；平均完成率{percent_text(self.average_completion)}"
        if self.expected is not None:
            parts += f"{'，' if self.average_completion is not None else '；'}应达{percent_text(self.expected)}"
        left_out = f"另有暂缓、已取消或结转{self.left_out}项，不计入。" if self.left_out else ""
        return f"{parts}。{left_out}"

    def counts(self, kind: LampKind) -> list[LampCount]:
        """Return the counts of one lamp, the worst first, for the colours that lamp has."""
        return [LampCount(kind, color, self.lamps[kind].get(color, 0)) for color in CHOICES[kind]]

    @property
    def lagging(self) -> int:
        """How many wear ■滞后."""
        return self.lamps[LampKind.PROGRESS].get(Color.RED, 0)

    @property
    def watched(self) -> int:
        """How many wear ▲关注."""
        return self.lamps[LampKind.PROGRESS].get(Color.AMBER, 0)

    @property
    def progress_counts(self) -> list[LampCount]:
        """The counts of the progress lamp."""
        return self.counts(LampKind.PROGRESS)

    @property
    def reporting_counts(self) -> list[LampCount]:
        """The counts of the reporting lamp."""
        return self.counts(LampKind.REPORTING)

    @property
    def deadline_counts(self) -> list[LampCount]:
        """The counts of the deadline lamp."""
        return self.counts(LampKind.DEADLINE)


TOTALS_RULE = (
    f"达序时进度即进度灯为●正常（完成率比应达进度低不到{settings.PROGRESS_GAP_AMBER}个百分点），未达序时进度即▲关注和■滞后；"
    "已办结和完成率100%计入已完成；没有填完成率的计入未填，不按0计算；平均完成率只算已填的，已办结而未填的按100%计。"
)
STANDING_OF = {
    Color.BLUE: "done", Color.GREEN: "on_track", Color.AMBER: "behind", Color.RED: "behind", Color.GREY: "unreported",
}  # fmt: skip


def board_totals(rows: Iterable[BoardRow], expected: Decimal | None) -> BoardTotals:
    """Count `rows` for the official sentence and the lamps."""
    rows = list(rows)
    counted = [row for row in rows if is_counted(row.item.status)]
    filled = [row.completion_percent for row in counted if row.completion_percent is not None]
    standings = Counter(standing(row) for row in counted)
    return BoardTotals(
        items=len(counted),
        done=standings["done"],
        on_track=standings["on_track"],
        behind=standings["behind"],
        unreported=standings["unreported"],
        left_out=len(rows) - len(counted),
        average_completion=average(filled),
        expected=expected,
        lamps={kind: dict(Counter(getattr(row, kind.value).color for row in counted)) for kind in LampKind},
    )


@dataclass(frozen=True)
class Owing:
    """What is still to come: reports not handed in, those of them overdue, items due within 30 days and past their day."""

    missing: int
    overdue: int
    due_soon: int
    past_due: int


def owing(rows: Iterable[BoardRow], today: date) -> Owing:
    """Count what is still to come of `rows`."""
    rows = list(rows)
    missing = [row for row in rows if row.is_unreported]
    return Owing(
        missing=len(missing),
        overdue=sum(row.reporting.color == Color.RED for row in missing),
        due_soon=sum(row.is_due_soon(today) for row in rows),
        past_due=sum(row.deadline.color == Color.RED for row in rows if is_counted(row.item.status)),
    )


def mean_expected(rows: Iterable[BoardRow]) -> Decimal | None:
    """Return what is expected of `rows` together: the mean over those that count; None where there are none."""
    return average(
        [row.expected_percent for row in rows if row.expected_percent is not None and is_counted(row.item.status)]
    )


def mean_trend(rows: Iterable[BoardRow], periods: Iterable[Period]) -> Trend:
    """Return the mean completion of `rows` over `periods`, from their trends; each as `average_completion` says it."""
    counted = [row for row in rows if is_counted(row.item.status)]
    said = [{point.period.pk: point.completion_percent for point in row.trend.points} for row in counted]
    means = []
    for period in sorted(periods, key=lambda each: (each.as_of, each.pk)):
        rates = [rate_of(row.item, rates.get(period.pk)) for row, rates in zip(counted, said, strict=True)]
        means.append(Point(period, average([rate for rate in rates if rate is not None])))
    return Trend(tuple(means))


def standing(row: BoardRow) -> str:
    """Return which of the four counts of the official sentence a counted row belongs to."""
    return STANDING_OF[row.progress.color]


def average(values: list[Decimal]) -> Decimal | None:
    """Return the mean with one decimal; None of nothing."""
    if not values:
        return None
    return (sum(values) / len(values)).quantize(Decimal("0.1"), ROUND_HALF_UP)
