"""时间轴: the items of a board on one line of time – bars, milestones, today, and what moved since the period before."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property

from django.utils import timezone

from tracking.milestones import MilestoneState
from tracking.models import Period
from tracking.notices.digests import day_words
from tracking.reports.percent import percent_text
from workplans.models import Item, Milestone, Plan

from .rows import BoardRow

SPOKEN = 12  # characters of a milestone in the sentence of a picture
MOST_LABELS = 13  # months a page of this width can name
TOMORROW = timedelta(days=1)
ROOM = timedelta(days=100)  # before and after a plan's span
RULE = (
    "时间轴：横条从计划开始到事项的完成时限，没有时限的到计划结束，深色部分为完成率；菱形为里程碑；竖线为今天；远在计划期以外的日期画在边上；"
    "空心虚线菱形为变动前的日期。变动指与上一个填报期的截至日期相比，里程碑或完成时限提前、推迟了多少天。"
)


@dataclass(frozen=True)
class Axis:
    """The stretch of time drawn, in whole months."""

    start: date
    end: date

    def at(self, day: date) -> float:
        """Return where a day begins, in percent of the width; days outside stand at the edge."""
        share = (day - self.start).days / ((self.end - self.start).days + 1)
        return round(max(0.0, min(1.0, share)) * 100, 1)

    def holds(self, day: date) -> bool:
        """Say whether a day lies on it."""
        return self.start <= day <= self.end

    @cached_property
    def months(self) -> list[tuple[float, str]]:
        """The months that are named: where each begins, and its name; a new year is named with its first month."""
        firsts, day = [], self.start
        while day <= self.end:
            firsts.append(day)
            day = (day + timedelta(days=31)).replace(day=1)
        step = next(each for each in (1, 2, 3, 6, 12, 24, 60, 120, 1200) if len(firsts) / each <= MOST_LABELS)
        return [
            (self.at(first), f"{first.year}年{first.month}月" if n and first.month == 1 else f"{first.month}月")
            for n, first in enumerate(firsts[::step])
        ]


@dataclass(frozen=True)
class Diamond:
    """A milestone on the line: where it is, and where it was, if it moved."""

    state: MilestoneState
    at: float
    was: float | None


@dataclass(frozen=True)
class TimelineRow:
    """One item: its board row, where its bar ends, its milestones, and what moved, in words."""

    row: BoardRow
    bar: float
    done: float
    diamonds: tuple[Diamond, ...]
    was: float | None
    moved: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """What the picture shows, for a screen reader."""
        item = self.row.item
        end = f"完成时限{item.deadline:%Y-%m-%d}" if item.deadline else "没有完成时限"
        parts = [f"完成率{percent_text(self.row.completion_percent)}", end]
        parts += [f"{each.when} {_begun(each.milestone.what)}（{each.word}）" for each in self.row.milestones]
        return "；".join([*parts, *self.moved])


@dataclass(frozen=True)
class Before:
    """How deadlines and milestones stood at the end of a former period; what was not there yet is left out."""

    period: Period | None
    deadlines: dict[int, date | None]
    milestones: dict[int, date | None]


NOTHING_BEFORE = Before(None, {}, {})


def before_of(plan: Plan, period: Period | None, periods: Iterable[Period]) -> Before:
    """Return how the plan stood as the period before `period` ended, from history; two queries, none without one."""
    earlier = [each for each in periods if period and each.as_of < period.as_of]
    if not earlier:
        return NOTHING_BEFORE
    last = max(earlier, key=lambda each: each.as_of)
    moment = timezone.make_aware(datetime.combine(last.as_of + TOMORROW, time.min))
    items = Item.history.filter(plan=plan, history_date__lt=moment)
    of_plan = Item.objects.filter(plan=plan).order_by().values("pk")
    milestones = Milestone.history.filter(item__in=of_plan, history_date__lt=moment)
    return Before(last, _latest(items, "deadline"), _latest(milestones, "due_on"))


def _latest(history, name) -> dict[int, date | None]:
    """Return the latest value of each row in `history`."""
    return dict(history.order_by("history_date", "history_id").values_list("id", name))


def axis_of(plan: Plan, rows: Iterable[BoardRow], before: Before) -> Axis:
    """Return the axis of the plan, with room for what lies a little outside; what lies far away stands at its edge."""
    days = [plan.start_on, plan.end_on]
    for row in rows:
        days += [row.item.deadline, *(each.milestone.due_on for each in row.milestones)]
        days += [before.milestones.get(each.milestone.pk) for each in row.milestones]
        days.append(before.deadlines.get(row.item.pk))
    known = [day for day in days if day and plan.start_on - ROOM <= day <= plan.end_on + ROOM]
    last = max(known).replace(day=1) + timedelta(days=31)
    return Axis(min(known).replace(day=1), last.replace(day=1) - TOMORROW)


def timeline_row(row: BoardRow, axis: Axis, plan: Plan, before: Before) -> TimelineRow:
    """Return how one item is drawn."""
    item = row.item
    begin, bar = axis.at(plan.start_on), axis.at((item.deadline or plan.end_on) + TOMORROW)
    done = (bar - begin) * float(row.completion_percent or 0) / 100
    dated = [each for each in row.milestones if each.milestone.due_on]
    was = {each: before.milestones.get(each.milestone.pk) for each in dated}
    moved = [_moved(each.milestone.what, was[each], each.milestone.due_on) for each in dated]
    former = before.deadlines.get(item.pk)
    moved.append(_moved("完成时限", former, item.deadline))
    return TimelineRow(
        row,
        bar=round(bar - begin, 1),
        done=round(done, 1),
        diamonds=tuple(
            Diamond(each, axis.at(each.milestone.due_on), _former(axis, was[each], each.milestone.due_on))
            for each in dated
        ),
        was=_former(axis, former and former + TOMORROW, item.deadline and item.deadline + TOMORROW),
        moved=tuple(filter(None, moved)),
    )


def _begun(text: str) -> str:
    """Return the beginning of a text: the whole stands on the item's page."""
    return text if len(text) <= SPOKEN else f"{text[:SPOKEN]}…"


def _former(axis: Axis, was: date | None, now: date | None) -> float | None:
    return axis.at(was) if was and now and was != now else None


def _moved(what: str, was: date | None, now: date | None) -> str:
    """Return how far a day moved, "" where it did not or was not set before."""
    if was is None or now is None or was == now:
        return ""
    days = (now - was).days
    return f"{_begun(what)}{'推迟' if days > 0 else '提前'}{abs(days)}天（原{day_words(was)}）"


@dataclass(frozen=True)
class Timeline:
    """Everything on the page: the axis, how to draw each row, and the period compared with."""

    plan: Plan
    axis: Axis
    before: Before
    today: date

    @property
    def begin(self) -> float:
        """Where the bars begin."""
        return self.axis.at(self.plan.start_on)

    @property
    def now(self) -> float | None:
        """Where today is, if it lies on the axis."""
        return self.axis.at(self.today) if self.axis.holds(self.today) else None

    def drawn(self, rows: Iterable[BoardRow]) -> list[TimelineRow]:
        """Return how each of `rows` is drawn."""
        return [timeline_row(row, self.axis, self.plan, self.before) for row in rows]


def timeline(plan: Plan, rows: Iterable[BoardRow], period: Period | None, periods, today: date) -> Timeline:
    """Build the time of `rows` (all rows shown, on whatever page); two queries at most."""
    before = before_of(plan, period, periods)
    return Timeline(plan, axis_of(plan, rows, before), before, today)
