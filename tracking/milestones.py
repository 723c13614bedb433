"""里程碑 on a day: which are reached, which are late, which comes next; told by shape and word, colour second."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.conf import settings

from workplans import access
from workplans.models import Item, Milestone

from .expected import CLOSED
from .lamps import Color

SHAPES = {Color.BLUE: "◆", Color.RED: "■", Color.AMBER: "▲", Color.GREEN: "◇", Color.GREY: "○"}
RULE = (
    "里程碑：◆已完成，■逾期未完成，▲{days}天内到期，◇未到期，○没有日期或事项不再推进。"
    "完成由填报科室在填报页面或事项页面登记。"
)


@dataclass(frozen=True)
class MilestoneState:
    """One milestone as it stands on a day: a colour and the word printed beside the shape, as a lamp has them."""

    milestone: Milestone
    color: Color
    word: str
    year: int = 0  # the plan's: a day of another year is named with it

    @property
    def shape(self) -> str:
        """The sign that tells the colour in black and white."""
        return SHAPES[self.color]

    @property
    def is_open(self) -> bool:
        """Say whether it is still to be reached."""
        return self.color in (Color.RED, Color.AMBER, Color.GREEN) or (
            self.color == Color.GREY and self.milestone.due_on is None and self.milestone.done_on is None
        )

    @property
    def is_overdue(self) -> bool:
        """Say whether its day has passed and nobody has said that it is reached."""
        return self.color == Color.RED

    @property
    def when(self) -> str:
        """Its day as it is said, 3月31日, with the year where it is not the plan's; else the words of the document."""
        day = self.milestone.due_on
        if day is None:
            return str(self.milestone.words)
        return f"{'' if day.year == self.year else f'{day.year}年'}{day.month}月{day.day}日"

    @property
    def sentence(self) -> str:
        """It in one line: 3月31日 制定方案（逾期5天）."""
        return f"{self.when} {self.milestone.what}（{self.word}）"


def state_of(milestone: Milestone, item_status: str, today: date) -> MilestoneState:
    """Return how a milestone of an item stands on `today`."""
    if milestone.done_on:
        return MilestoneState(milestone, Color.BLUE, _done_words(milestone))
    if item_status in CLOSED or item_status == Item.Status.SUSPENDED:
        return MilestoneState(milestone, Color.GREY, f"事项{Item.Status(item_status).label}")
    if milestone.due_on is None:
        return MilestoneState(milestone, Color.GREY, "没有日期")
    left = (milestone.due_on - today).days
    if left < 0:
        return MilestoneState(milestone, Color.RED, f"逾期{-left}天")
    if left <= settings.DEADLINE_AMBER_DAYS:
        return MilestoneState(milestone, Color.AMBER, f"剩{left}天" if left else "今天到期")
    return MilestoneState(milestone, Color.GREEN, "未到期")


def _done_words(milestone: Milestone) -> str:
    done = milestone.done_on
    said = f"{done.month}月{done.day}日完成"
    late = (done - milestone.due_on).days if milestone.due_on else 0
    return f"{said}，迟{late}天" if late > 0 else said


def states(item: Item, today: date) -> tuple[MilestoneState, ...]:
    """Return the item's milestones (fetched along) as they stand on `today`, in their order."""
    year = item.plan.year
    return tuple(replace(state_of(each, item.status, today), year=year) for each in item.known_milestones)


def next_of(found: Iterable[MilestoneState]) -> MilestoneState | None:
    """Return the one to be reached next: the earliest that is open, an overdue one before all; undated ones last."""
    waiting = [each for each in found if each.is_open]
    return min(waiting, key=lambda each: each.milestone.due_on or date.max, default=None)


def may_mark(user, item: Item) -> bool:
    """Say whether the user may note that milestones of an item under way were reached."""
    return item.status == Item.Status.ACTIVE and access.marks_milestone(user, Milestone(item=item)) is None


def listed(found: Iterable[MilestoneState]) -> str:
    """Return all of them for a cell, one a line."""
    return "\n".join(f"{each.shape}{each.sentence}" for each in found)


def rule() -> str:
    """Return what the signs mean, as printed under a page."""
    return RULE.format(days=settings.DEADLINE_AMBER_DAYS)


def due_soon(today: date, days: int):
    """Return the open milestones (a queryset) of active items that are overdue or fall due within `days`."""
    return Milestone.objects.filter(
        item__in=Item.objects.active(), done_on=None, due_on__lte=today + timedelta(days=days)
    ).order_by("due_on", "item__plan_id", "item__position", "position")
