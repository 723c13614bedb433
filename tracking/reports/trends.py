"""How items went over the periods: one query for all items, however many periods."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from tracking.models import Period, Report


class Point(NamedTuple):
    """What one report said of completion; None is 未填. There is no point where there is no report."""

    period: Period
    completion_percent: Decimal | None
    saved_at: datetime | None = None


@dataclass(frozen=True)
class Trend:
    """The points of one item, the oldest period first."""

    points: tuple[Point, ...] = ()

    @property
    def values(self) -> list[Decimal | None]:
        """The completion rates as reported."""
        return [point.completion_percent for point in self.points]

    @property
    def stalled(self) -> int:
        """For how many periods up to the last one the rate has not moved; a report left blank moves nothing."""
        carried: list[Decimal] = []
        for value in self.values:
            if value is not None:
                carried.append(value)
            elif carried:
                carried.append(carried[-1])
        same = 0
        while same + 1 < len(carried) and carried[-2 - same] == carried[-1]:
            same += 1
        return same

    @property
    def last_saved(self) -> datetime | None:
        """When something was saved last, in whichever period."""
        return max((point.saved_at for point in self.points if point.saved_at), default=None)

    def before(self, period: Period) -> Decimal | None:
        """Return the rate of the last point before `period`, None where there is none or it is blank."""
        earlier = [point for point in self.points if point.period.as_of < period.as_of]
        return earlier[-1].completion_percent if earlier else None


NO_TREND = Trend()


def trends(items, periods: Iterable[Period]) -> dict[int, Trend]:
    """Return item id → Trend over `periods` of an Item queryset; one query."""
    ordered = sorted(periods, key=lambda period: (period.as_of, period.pk))
    by_pk = {period.pk: period for period in ordered}
    if not by_pk:
        return {}
    rows = (
        Report.objects.filter(item__in=items.order_by().values("pk"), period__in=by_pk)
        .order_by("period__as_of", "period_id")
        .values_list("item_id", "period_id", "completion_percent", "saved_at")
    )
    points = defaultdict(list)
    for item, period, completion, saved_at in rows:
        points[item].append(Point(by_pk[period], completion, saved_at))
    return {item: Trend(tuple(found)) for item, found in points.items()}
