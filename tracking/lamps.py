"""Lamps (灯): three facts kept apart – 报送, 进度, 时限 – told by shape and word, colour second (DESIGN 5).

Pure functions: `today` is an argument, nothing is read from the database but what the caller hands in.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from django.conf import settings
from django.utils import timezone

from workplans.models import Item

from .expected import RULE as EXPECTED_RULE
from .models import Report


class Color(StrEnum):
    """What a lamp says; the value is the name used in style sheets and addresses."""

    RED = "red"
    AMBER = "amber"
    GREEN = "green"
    BLUE = "blue"
    GREY = "grey"


class LampKind(StrEnum):
    """Which of the three facts a lamp tells."""

    REPORTING = "reporting"
    PROGRESS = "progress"
    DEADLINE = "deadline"


SHAPES = {Color.GREEN: "●", Color.AMBER: "▲", Color.RED: "■", Color.BLUE: "◆", Color.GREY: "○"}
KIND_LABELS = {LampKind.REPORTING: "报送", LampKind.PROGRESS: "进度", LampKind.DEADLINE: "时限"}

# The general word of each colour, for filters and totals; a lamp itself may say it more precisely.
CHOICES = {
    LampKind.PROGRESS: {
        Color.RED: "滞后",
        Color.AMBER: "关注",
        Color.GREEN: "正常",
        Color.BLUE: "已办结",
        Color.GREY: "未填",
    },
    LampKind.REPORTING: {
        Color.RED: "逾期未报",
        Color.AMBER: "关注",
        Color.GREEN: "已按时报送",
        Color.GREY: "暂不需报",
    },
    LampKind.DEADLINE: {
        Color.RED: "已超期",
        Color.AMBER: "临近",
        Color.GREEN: "正常",
        Color.BLUE: "已办结",
        Color.GREY: "未定",
    },
}


@dataclass(frozen=True)
class Lamp:
    """One lamp: which fact, its colour, and the word printed beside the shape."""

    kind: LampKind
    color: Color
    word: str

    @property
    def shape(self) -> str:
        """The sign that tells the colour in black and white."""
        return SHAPES[self.color]

    @property
    def label(self) -> str:
        """The fact's name: 报送, 进度 or 时限."""
        return KIND_LABELS[self.kind]

    def __str__(self) -> str:
        return f"{self.shape}{self.word}"


# --- the three lamps ---------------------------------------------------------------------------------------


def is_finished(item_status: str, completion: Decimal | None = None) -> bool:
    """Say whether an item is done: closed, or reported at 100%."""
    return item_status == Item.Status.DONE or (item_status == Item.Status.ACTIVE and completion == 100)


def is_counted(item_status: str) -> bool:
    """Say whether an item counts in totals: suspended, cancelled and carried-over ones do not."""
    return item_status in (Item.Status.ACTIVE, Item.Status.DONE)


def progress_lamp(item_status: str, completion: Decimal | None, expected: Decimal | None) -> Lamp:
    """Compare completion with what is expected; only an item under way can be behind."""
    if is_finished(item_status, completion):
        word = "已办结" if item_status == Item.Status.DONE else "已完成"
        return Lamp(LampKind.PROGRESS, Color.BLUE, word)
    if item_status != Item.Status.ACTIVE:
        return Lamp(LampKind.PROGRESS, Color.GREY, str(Item.Status(item_status).label))
    if completion is None or expected is None:
        return Lamp(LampKind.PROGRESS, Color.GREY, "未填")
    gap = expected - completion
    if gap > settings.PROGRESS_GAP_RED:
        return Lamp(LampKind.PROGRESS, Color.RED, "滞后")
    if gap >= settings.PROGRESS_GAP_AMBER:
        return Lamp(LampKind.PROGRESS, Color.AMBER, "关注")
    return Lamp(LampKind.PROGRESS, Color.GREEN, "正常")


def reporting_lamp(report: Report | None, today: date) -> Lamp:
    """Say whether the report came in time; reads `report.period` and `report.item`. None: nothing is owed."""
    if report is None:
        return Lamp(LampKind.REPORTING, Color.GREY, "无需报送")
    period = report.period
    return sent_lamp(report.status, report.submitted_at, report.item.status, period.due_on, period.last_day, today)


def sent_lamp(
    status: str, submitted_at: datetime | None, item_status: str, due_on: date, last_day: date, today: date
) -> Lamp:
    """The reporting lamp from the values of a report, its item and its period."""
    if status == Report.Status.RETURNED:
        return Lamp(LampKind.REPORTING, Color.AMBER, "已退回")
    if status != Report.Status.DRAFT:
        sent = timezone.localdate(submitted_at) if submitted_at else due_on
        if sent <= due_on:
            return Lamp(LampKind.REPORTING, Color.GREEN, "按时报送")
        return Lamp(LampKind.REPORTING, Color.AMBER, "宽限报送" if sent <= last_day else "补报")
    if item_status != Item.Status.ACTIVE:
        return Lamp(LampKind.REPORTING, Color.GREY, "无需报送")
    if today <= due_on:
        return Lamp(LampKind.REPORTING, Color.GREY, "未到期")
    if today <= last_day:
        return Lamp(LampKind.REPORTING, Color.AMBER, "宽限期内")
    return Lamp(LampKind.REPORTING, Color.RED, "逾期未报")


def deadline_lamp(item_status: str, deadline: date | None, today: date, completion: Decimal | None = None) -> Lamp:
    """Say how near the item's deadline is; a finished item cannot pass it any more."""
    if is_finished(item_status, completion):
        return Lamp(LampKind.DEADLINE, Color.BLUE, "已办结" if item_status == Item.Status.DONE else "已完成")
    if item_status != Item.Status.ACTIVE:
        return Lamp(LampKind.DEADLINE, Color.GREY, str(Item.Status(item_status).label))
    if deadline is None:
        return Lamp(LampKind.DEADLINE, Color.GREY, "未定")
    left = (deadline - today).days
    if left < 0:
        return Lamp(LampKind.DEADLINE, Color.RED, f"超期{-left}天")
    if left <= settings.DEADLINE_AMBER_DAYS:
        return Lamp(LampKind.DEADLINE, Color.AMBER, f"剩{left}天" if left else "今天到期")
    return Lamp(LampKind.DEADLINE, Color.GREEN, "正常")


# --- the rules in words ------------------------------------------------------------------------------------


def progress_rule() -> str:
    """Return the rule of the progress lamp as printed under a table."""
    amber, red = settings.PROGRESS_GAP_AMBER, settings.PROGRESS_GAP_RED
    return (
        f"{EXPECTED_RULE}"
        f"进度灯：完成率比应达进度低不到{amber}个百分点为●正常，低{amber}至{red}个百分点为▲关注，"
        f"低{red}个百分点以上为■滞后；已办结或完成率100%为◆，未填、暂缓、已取消、结转为○。"
    )


def reporting_rule() -> str:
    """Return the rule of the reporting lamp as printed under a table."""
    return (
        "报送灯：截止日前报送为●按时报送；宽限期内、逾期后补报、已退回未改好为▲；"
        "过了宽限期仍未报为■逾期未报；未到截止日或无需报送为○。"
    )


def deadline_rule() -> str:
    """Return the rule of the deadline lamp as printed under a table."""
    days = settings.DEADLINE_AMBER_DAYS
    return f"时限灯：离完成时限超过{days}天为●正常，{days}天以内为▲，已过时限未办结为■；没有写明时限为○未定。"
