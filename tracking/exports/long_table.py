"""分析表: one row a report, with everything it is about beside it, for pivoting. Streams from the database.

The ids of the rows are read first and kept (8 bytes each): they give the order, the total, and a set that does not
move while the rows themselves are fetched, CHUNK at a time.
"""

from array import array
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils import timezone

from tracking import lamps
from tracking.models import Period, Report, TaskReport
from tracking.models.report import compiled_text, status_label
from tracking.recording import TEXT_FIELDS
from workplans.models import Assignment, Item, Plan, Task

from .columns import label

CHUNK = 2000
ORDER = ("item__plan__organization_id", "period__as_of", "item__plan_id", "item__position", "pk")


class Line(NamedTuple):
    """What the database tells of one report; the names are those of PATHS."""

    pk: int
    item_id: int
    organization: str
    year: int
    plan: str
    plan_start_on: date
    plan_end_on: date
    section_ordinal: str
    section_title: str
    number: str
    position: int
    title: str
    item_status: str
    deadline: date | None
    deadline_text: str
    office: str | None
    period: str
    as_of: date
    due_on: date
    grace_days: int
    completion: Decimal | None
    progress: str
    difficulties: str
    next_steps: str
    unchanged: bool
    unchanged_reason: str
    status: str
    on_behalf: bool
    saved_at: datetime | None
    writer_last: str | None
    writer_first: str | None
    writer_name: str | None
    submitted_at: datetime | None


PATHS = (
    "pk", "item_id", "item__plan__organization__name", "item__plan__year", "item__plan__title", "item__plan__start_on",
    "item__plan__end_on", "item__section__ordinal", "item__section__title", "item__number", "item__position", "item__title",
    "item__status", "item__deadline", "item__deadline_text", "item__reporting_office__name", "period__label",
    "period__as_of", "period__due_on", "period__grace_days", "completion_percent", "progress", "difficulties", "next_steps",
    "unchanged", "unchanged_reason", "status", "on_behalf", "saved_at", "saved_by__last_name", "saved_by__first_name",
    "saved_by__username", "submitted_at",
)  # fmt: skip


class Row:
    """A line with what is worked out from it, by the functions the dashboards use; `zone` is that of the clock on the wall."""

    __slots__ = ("expected", "line", "parts", "reporting", "support_names", "today", "zone")

    def __init__(self, line: Line, support_names, parts, today: date, zone):
        self.line, self.support_names, self.parts, self.today, self.zone = line, support_names, parts, today, zone
        self.expected = lamps.expected_percent(line.plan_start_on, line.plan_end_on, line.as_of)
        last_day = line.due_on + timedelta(days=line.grace_days)
        self.reporting = lamps.sent_lamp(line.status, line.submitted_at, line.item_status, line.due_on, last_day, today)

    @property
    def number(self):
        """The number as printed, as a number where it is one."""
        number = self.line.number or str(self.line.position)
        return int(number) if number.isascii() and number.isdigit() and number[0] != "0" else number

    @property
    def section(self) -> str:
        """The section with its number."""
        return "、".join(part for part in (self.line.section_ordinal, self.line.section_title) if part)

    @property
    def writer(self) -> str:
        """Who saved it last."""
        line = self.line
        return f"{line.writer_first or ''} {line.writer_last or ''}".strip() or line.writer_name or ""

    @property
    def deadline_lamp(self):
        """How near the item's deadline is."""
        return lamps.deadline_lamp(self.line.item_status, self.line.deadline, self.today, self.line.completion)

    @property
    def days_late(self) -> int | None:
        """Days since the due date, while the report is overdue."""
        return (self.today - self.line.due_on).days if self.reporting.color == lamps.Color.RED else None

    def local(self, moment):
        """Return a time as the clock on the wall showed it, None for none."""
        return moment and moment.astimezone(self.zone).replace(tzinfo=None)

    def text(self, field) -> str:
        """One of the three texts, those of the item's tasks with it."""
        own = getattr(self.line, field)
        return compiled_text(own, [(task, texts[field]) for task, texts in self.parts]) if self.parts else own


@dataclass(frozen=True)
class LongColumn:
    """One column: `kind` is text, number, rate, date or time; a rate of 80 is 80%."""

    heading: str
    source: Callable[[Row], Any]
    kind: str = "text"
    width: float = 12


LONG_TABLE = (
    LongColumn("系统编号", lambda row: row.line.pk, "number", 9),
    LongColumn(label(Plan, "organization"), lambda row: row.line.organization, width=18),
    LongColumn(label(Plan, "year"), lambda row: row.line.year, "number", 7),
    LongColumn(label(Item, "plan"), lambda row: row.line.plan, width=30),
    LongColumn(label(Item, "section"), lambda row: row.section, width=22),
    LongColumn(label(Item, "number"), lambda row: row.number, "number", 8),
    LongColumn(label(Report, "item"), lambda row: row.line.title, width=32),
    LongColumn("事项状态", lambda row: Item.Status(row.line.item_status).label, width=9),
    LongColumn(label(Item, "reporting_office"), lambda row: row.line.office, width=13),
    LongColumn("配合科室", lambda row: row.support_names, width=16),
    LongColumn(label(Item, "deadline"), lambda row: row.line.deadline, "date", 12),
    LongColumn("时限", lambda row: str(row.deadline_lamp), width=11),
    LongColumn(label(Report, "period"), lambda row: row.line.period, width=15),
    LongColumn(label(Period, "as_of"), lambda row: row.line.as_of, "date", 12),
    LongColumn(label(Period, "due_on"), lambda row: row.line.due_on, "date", 12),
    LongColumn("应达进度", lambda row: row.expected, "rate", 9),
    LongColumn(label(Report, "completion_percent"), lambda row: row.line.completion, "rate", 9),
    LongColumn(
        "进度", lambda row: str(lamps.progress_lamp(row.line.item_status, row.line.completion, row.expected)), width=9
    ),
    LongColumn(label(Report, "status"), lambda row: status_label(row.line.status, row.line.saved_at), width=12),
    LongColumn("报送", lambda row: str(row.reporting), width=11),
    LongColumn("逾期天数", lambda row: row.days_late, "number", 9),
    *(LongColumn(label(Report, field), lambda row, field=field: row.text(field), width=40) for field in TEXT_FIELDS),
    LongColumn(label(Report, "unchanged"), lambda row: "是" if row.line.unchanged else "", width=12),
    LongColumn(label(Report, "unchanged_reason"), lambda row: row.line.unchanged_reason, width=16),
    LongColumn(label(Report, "saved_by"), lambda row: row.writer, width=11),
    LongColumn(label(Report, "on_behalf"), lambda row: "是" if row.line.on_behalf else "", width=11),
    LongColumn(label(Report, "saved_at"), lambda row: row.local(row.line.saved_at), "time", 17),
    LongColumn(label(Report, "submitted_at"), lambda row: row.local(row.line.submitted_at), "time", 17),
)


def row_ids(reports) -> array:
    """Return the ids of the rows in the order of the table."""
    return array("q", reports.order_by(*ORDER).values_list("pk", flat=True).iterator(chunk_size=10_000))


def values(ids, today: date, columns=LONG_TABLE) -> Iterator[list]:
    """Yield the values of one report after the other, in the order of `ids`; three queries a chunk, however many tasks."""
    sources = [column.source for column in columns]
    for start in range(0, len(ids), CHUNK):
        for row in _rows(list(ids[start : start + CHUNK]), today):
            yield [source(row) for source in sources]


def _rows(ids, today):
    lines = {values[0]: Line._make(values) for values in Report.objects.filter(pk__in=ids).values_list(*PATHS)}
    zone = timezone.get_current_timezone()
    supports, parts = _supports({line.item_id for line in lines.values()}), _parts(ids)
    for pk in ids:
        if line := lines.get(pk):  # one deleted meanwhile is left out
            yield Row(line, supports.get(line.item_id, ""), parts.get(pk, ()), today, zone)


def _supports(item_ids) -> dict[int, str]:
    """Names of the offices that support, by item."""
    rows = Assignment.objects.filter(item__in=item_ids, role=Assignment.Role.SUPPORT).order_by("item_id", "position", "pk")
    found = {}
    for item_id, name in rows.values_list("item_id", "office__name"):
        found[item_id] = f"{found[item_id]}、{name}" if item_id in found else name
    return found


def _parts(ids) -> dict[int, list]:
    """The texts of tasks, by report."""
    rows = TaskReport.objects.filter(report__in=ids).order_by("report_id", "task__position", "pk")
    found, names = defaultdict(list), {}
    for report_id, group, title, *texts in rows.values_list("report_id", "task__group", "task__title", *TEXT_FIELDS):
        name = names.get((group, title)) or names.setdefault((group, title), str(Task(group=group, title=title)))
        found[report_id].append((name, dict(zip(TEXT_FIELDS, texts, strict=True))))
    return found


def rules() -> list[str]:
    """The rules of the three lamps, in words."""
    return [lamps.progress_rule(), lamps.reporting_rule(), lamps.deadline_rule()]


