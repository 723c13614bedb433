"""督查台账: what the register of one item says besides its board row – handed on, heard from, urged, given more time."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Max, Min
from django.utils import timezone

from boards.rows import BoardRow
from tracking.models import Instruction, Period, Report, Urge
from tracking.reports.instructing import with_answers
from workplans.models import Item, ItemRequest
from workplans.people import name_of

LEDGER_RULES = (
    "立项日期为来源文件的印发日期；交办日期为事项第一次进入填报期、交到科室的日期，系统没有签收环节，签收日期留待手填。",
    "最近反馈日期为科室最近一次填写进展的日期，催办次数为到本期为止的累计次数；已办结的事项为已销号。",
)
CLOSED = {Item.Status.DONE: "是", Item.Status.ACTIVE: "否", Item.Status.SUSPENDED: "否"}


@dataclass(frozen=True)
class LedgerRow:
    """One item in the register."""

    row: BoardRow
    handed_on: date | None
    last_feedback: date | None
    urged: int
    extensions: str
    instructions: str

    @property
    def is_closed(self) -> str:
        """是 or 否; what is neither open nor done says what it is."""
        return CLOSED.get(self.row.item.status) or self.row.item.get_status_display()


def ledger(rows: list[BoardRow], period: Period | None) -> list[LedgerRow]:
    """Return the register of `rows` up to `period`; six queries however many."""
    items = [row.item.pk for row in rows]
    reports, urges = Report.objects.filter(item__in=items), Urge.objects.filter(report__item__in=items)
    if period:
        reports = reports.filter(period__as_of__lte=period.as_of)
        urges = urges.filter(report__period__as_of__lte=period.as_of)
    dates = reports.order_by().values("item").annotate(first=Min("period__opens_on"), last=Max("saved_at"))
    found = {each["item"]: each for each in dates}
    counts = dict(urges.order_by().values("report__item").annotate(n=Count("pk")).values_list("report__item", "n"))
    extended, instructed = _extensions(items), _instructions(items)
    return [
        LedgerRow(
            row,
            handed_on=found.get(row.item.pk, {}).get("first"),
            last_feedback=_day(found.get(row.item.pk, {}).get("last")),
            urged=counts.get(row.item.pk, 0),
            extensions="\n".join(extended[row.item.pk]),
            instructions="\n".join(instructed[row.item.pk]),
        )
        for row in rows
    ]


def _day(moment) -> date | None:
    return timezone.localdate(moment) if moment else None


def _extensions(items) -> dict[int, list[str]]:
    """Return item → what was asked for and answered about its deadline, the oldest first."""
    asked = ItemRequest.objects.filter(item__in=items, kind=ItemRequest.Kind.EXTEND)
    told = defaultdict(list)
    for request in asked.exclude(status=ItemRequest.Status.WITHDRAWN).order_by("requested_at", "pk"):
        told[request.item_id].append(_extension(request))
    return told


def _instructions(items) -> dict[int, list[str]]:
    """Return item → its 批示 with what was answered, the oldest first."""
    told = defaultdict(list)
    for said in with_answers(Instruction.objects.filter(item__in=items)).order_by("at", "pk"):
        told[said.item_id].append(f"{name_of(said.by)}（{_day(said.at):%Y-%m-%d}）：{said.text}")
        for one in said.addressed.all():
            answers = [answer.text for answer in one.answers.all()] or ["待回复"]
            told[said.item_id] += [f"{one.office_name}：{text}" for text in answers]
    return told


def _extension(request) -> str:
    until = f"{request.new_deadline:%Y-%m-%d}"
    if request.status == ItemRequest.Status.GRANTED:
        return f"延期至{until}\n（{_day(request.decided_at):%Y-%m-%d}同意）"
    return f"申请延期至{until}\n（{request.get_status_display()}）"
