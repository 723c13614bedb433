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

from django.contrib.auth import get_user_model
from django.utils import timezone
from django.utils.functional import cached_property

from tracking import lamps
from tracking.expected import expected_percent, is_closed_by, points_by_item
from tracking.models import Period, Report, TaskReport
from tracking.models.report import OWED_BY, compiled_text, status_label
from tracking.reports.columns import label
from tracking.reports.recording import TEXT_FIELDS
from workplans.models import Assignment, Item, Plan, Task
from workplans.people import full_name

CHUNK = 2000
ORDER = ("item__plan__organization_id", "period__as_of", "item__plan_id", "item__position", "pk")


class LongLine(NamedTuple):
    """What the database tells of one report; the names are those of PATHS."""

    pk: int
    item_id: int
    period_id: int
    completion: Decimal | None
    progress: str
    difficulties: str
    next_steps: str
    unchanged: bool
    unchanged_reason: str
    status: str
    on_behalf: bool
    saved_at: datetime | None
    saved_by_id: int | None
    submitted_at: datetime | None
    owed_by: str | None
    named_offices: list | None


PATHS = (
    "pk", "item_id", "period_id", "completion_percent", "progress", "difficulties", "next_steps", "unchanged",
    "unchanged_reason", "status", "on_behalf", "saved_at", "saved_by_id", "submitted_at",
    "owed_by", "named_offices",
)  # fmt: skip


class Work:
    """What all reports of one item share, worked out once; made of the values of PATHS."""

    PATHS = (
        "plan__organization__name", "plan__year", "plan__title", "plan__start_on", "plan__end_on", "section__ordinal",
        "section__title", "number", "position", "title", "status", "deadline", "closed_on",
    )  # fmt: skip

    def __init__(self, support_names, points, *values):
        self.support_names, self.points = support_names, points
        self.organization, self.year, self.plan, self.start_on, self.end_on, *values = values
        ordinal, section, number, position, self.title, self.status, self.deadline, self.closed_on = values
        self.section = "、".join(part for part in (ordinal, section) if part)
        number = number or str(position)
        # The number as printed, as a number where it is one.
        self.number = int(number) if number.isascii() and number.isdigit() and number[0] != "0" else number
        self.status_label = Item.Status(self.status).label


class PeriodSpan(NamedTuple):
    """What all reports of one period share; the names are those of the model's fields."""

    label: str
    as_of: date
    due_on: date
    grace_days: int


class LongRow:
    """A report's line with its item and period, and what the functions the dashboards use make of them.

    `writer` is who saved it last, `parts` are the texts of its tasks, `zone` is that of the clock on the wall.
    """

    def __init__(self, line: LongLine, work: Work, span: PeriodSpan, writer: str, parts, today: date, zone):
        self.line, self.work, self.span, self.writer, self.parts = line, work, span, writer, parts
        self.today, self.zone = today, zone

    @property
    def expected(self) -> Decimal:
        """What is expected by the end of the period."""
        work, day = self.work, self.span.as_of
        points = () if is_closed_by(work.status, work.closed_on, day) else work.points
        return expected_percent(work.start_on, work.end_on, day, points)

    @property
    def progress_lamp(self):
        """What was done against what is expected."""
        return lamps.progress_lamp(self.work.status, self.line.completion, self.expected)

    @property
    def deadline_lamp(self):
        """How near the item's deadline is."""
        return lamps.deadline_lamp(self.work.status, self.work.deadline, self.today, self.line.completion)

    @cached_property
    def reporting(self):
        """Whether it was sent in time."""
        line, span = self.line, self.span
        last_day = span.due_on + timedelta(days=span.grace_days)
        return lamps.sent_lamp(line.status, line.submitted_at, self.work.status, span.due_on, last_day, self.today)

    @property
    def days_late(self) -> int | None:
        """Days since the due date, while the report is overdue."""
        return (self.today - self.span.due_on).days if self.reporting.color == lamps.Color.RED else None

    @property
    def support_names(self) -> str:
        """The offices called 配合; of a closed period, those of then."""
        if self.line.named_offices is None:
            return self.work.support_names
        return "、".join(name for role, name in self.line.named_offices if role == Assignment.Role.SUPPORT)

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
    source: Callable[[LongRow], Any]
    kind: str = "text"
    width: float = 12


LONG_TABLE = (
    LongColumn("系统编号", lambda row: row.line.pk, "number", 9),
    LongColumn(label(Plan, "organization"), lambda row: row.work.organization, width=18),
    LongColumn(label(Plan, "year"), lambda row: row.work.year, "number", 7),
    LongColumn(label(Item, "plan"), lambda row: row.work.plan, width=30),
    LongColumn(label(Item, "section"), lambda row: row.work.section, width=22),
    LongColumn(label(Item, "number"), lambda row: row.work.number, "number", 8),
    LongColumn(label(Report, "item"), lambda row: row.work.title, width=32),
    LongColumn("事项状态", lambda row: row.work.status_label, width=9),
    LongColumn(label(Item, "reporting_office"), lambda row: row.line.owed_by or "", width=13),
    LongColumn("配合科室", lambda row: row.support_names, width=16),
    LongColumn(label(Item, "deadline"), lambda row: row.work.deadline, "date", 12),
    LongColumn("时限", lambda row: str(row.deadline_lamp), width=11),
    LongColumn(label(Report, "period"), lambda row: row.span.label, width=15),
    LongColumn(label(Period, "as_of"), lambda row: row.span.as_of, "date", 12),
    LongColumn(label(Period, "due_on"), lambda row: row.span.due_on, "date", 12),
    LongColumn("应达进度", lambda row: row.expected, "rate", 9),
    LongColumn(label(Report, "completion_percent"), lambda row: row.line.completion, "rate", 9),
    LongColumn("进度", lambda row: str(row.progress_lamp), width=9),
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
    """Yield the values of one report after the other, in the order of `ids`; seven queries a chunk, however many tasks."""
    sources = [column.source for column in columns]
    for start in range(0, len(ids), CHUNK):
        for row in _rows(list(ids[start : start + CHUNK]), today):
            yield [source(row) for source in sources]


def _rows(ids, today):
    """Yield the rows of one chunk. Items and periods have few rows for many reports: each is read once and not joined."""
    lines = {
        values[0]: LongLine._make(values)
        for values in Report.objects.filter(pk__in=ids).annotate(owed_by=OWED_BY).values_list(*PATHS)
    }
    works = _works({line.item_id for line in lines.values()})
    periods = Period.objects.filter(pk__in={line.period_id for line in lines.values()})
    spans = {pk: PeriodSpan(*values) for pk, *values in periods.values_list("pk", *PeriodSpan._fields)}
    writers = _writers({line.saved_by_id for line in lines.values()})
    parts, zone = _parts(ids), timezone.get_current_timezone()
    for pk in ids:
        line = lines.get(pk)
        # One deleted meanwhile, alone or with its item or period, is left out.
        if line and line.item_id in works and line.period_id in spans:
            writer = writers.get(line.saved_by_id, "")
            yield LongRow(line, works[line.item_id], spans[line.period_id], writer, parts.get(pk, ()), today, zone)


def _works(item_ids) -> dict[int, Work]:
    """What the reports of an item share, by item."""
    rows = Assignment.objects.filter(item__in=item_ids, role=Assignment.Role.SUPPORT).order_by(
        "item_id", "position", "pk"
    )
    supports = defaultdict(list)
    for item_id, name in rows.values_list("item_id", "office__name"):
        supports[item_id].append(name)
    items = Item.objects.filter(pk__in=item_ids).values_list("pk", *Work.PATHS)
    points = points_by_item(item_ids)
    return {pk: Work("、".join(supports[pk]), points.get(pk, ()), *values) for pk, *values in items}


def _writers(user_ids) -> dict[int, str]:
    """Names of people, by user."""
    users = get_user_model().objects.filter(pk__in=user_ids).values_list("pk", "first_name", "last_name", "username")
    return {pk: full_name(first, last) or username for pk, first, last, username in users}


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
