"""应达进度: what should be done of an item by a day. One rule, for every page, sheet and letter.

The share of the plan's span that has gone, unless the item has milestones that name a rate: then the line from 0 at the
plan's start through each of them, and from the last one on to 100 at the plan's end. A milestone without a rate only
reminds of its day (docs/adr/0018-milestones.md says why). Once an item is closed its milestones ask for nothing more.

Pure functions: nothing is read from the database but what the caller hands in.
"""

from calendar import monthrange
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import lru_cache

from workplans.models import Item, Milestone

from .models import Period

Points = tuple[tuple[date, Decimal], ...]  # (day, rate) of each milestone that names one
WHOLE = Fraction(100)
CLOSED = (Item.Status.DONE, Item.Status.CANCELLED, Item.Status.CARRIED_OVER)
TOMORROW = timedelta(days=1)


def _months(day: date) -> Fraction:
    """Return the moment before `day` begins in months, a part month by its days."""
    return day.year * 12 + day.month + Fraction(day.day - 1, monthrange(day.year, day.month)[1])


def _tenths(rate: Fraction) -> Decimal:
    """Return a rate with one decimal."""
    thousandths = Decimal(int(max(Fraction(0), min(WHOLE, rate)) * 1000)) / 1000
    return thousandths.quantize(Decimal("0.1"), ROUND_HALF_UP)


@lru_cache(maxsize=10_000)
def expected_percent(start_on: date, end_on: date, as_of: date, points: Points = ()) -> Decimal:
    """Return what is expected by the end of `as_of`, 0 to 100: 1–10月 of a year without milestones is 83.3."""
    now = _months(as_of + TOMORROW)
    line = _line(_months(start_on), _months(end_on + TOMORROW), points)
    before = [each for each in line if each[0] <= now]
    after = [each for each in line if each[0] > now]
    if not before or not after:
        return _tenths(before[-1][1] if before else Fraction(0))
    (begin, low), (end, high) = before[-1], after[0]
    return _tenths(low + (high - low) * (now - begin) / (end - begin))


def _line(begin: Fraction, end: Fraction, points: Points) -> list[tuple[Fraction, Fraction]]:
    """Return the corners of the line that is expected, by time; it never falls."""
    named = [(_months(day + TOMORROW), Fraction(rate)) for day, rate in points]
    if not named or max(moment for moment, _rate in named) < end:
        named.append((end, WHOLE))
    corners, reached = [], Fraction(0)
    for moment, rate in sorted([(begin, Fraction(0)), *named]):
        reached = max(reached, rate)
        corners.append((moment, reached))
    return corners


def points_of(milestones) -> Points:
    """Return those of `milestones` that name a rate and a day."""
    return tuple((each.due_on, each.expected_percent) for each in milestones if each.expected_percent is not None)


def is_closed_by(status: str, closed_on: date | None, day: date) -> bool:
    """Say whether an item was closed by the end of `day`; closed without a date, it always was."""
    return status in CLOSED and (closed_on is None or closed_on <= day)


def row_expected(item: Item, period: Period) -> Decimal:
    """Return what is expected of `item` (its plan and milestones fetched along) by the end of `period`."""
    closed = is_closed_by(item.status, item.closed_on, period.as_of)
    points = () if closed else points_of(item.known_milestones)
    return expected_percent(item.plan.start_on, item.plan.end_on, period.as_of, points)


def points_by_item(item_ids) -> dict[int, Points]:
    """Return the points of each of many items that has any; one query, for tables that build no items."""
    rated = Milestone.objects.filter(item__in=item_ids, expected_percent__isnull=False).order_by("item_id", "due_on")
    found: dict[int, Points] = {}
    for item_id, day, rate in rated.values_list("item_id", "due_on", "expected_percent"):
        found[item_id] = (*found.get(item_id, ()), (day, rate))
    return found


RULE = (
    "应达进度按计划期已过的月份占全部月份的比例计算；事项的里程碑写明应达进度的，从计划开始日的0%起依次连到各个里程碑，"
    "最后一个里程碑之后连到计划结束日的100%；没有写应达进度的里程碑只提醒日期；事项办结后不再按里程碑计算。"
)
