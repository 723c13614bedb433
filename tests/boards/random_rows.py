"""A bureau's year made up at random, and the same year as plain Python: for the tests that recompute numbers."""

import random
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from tests.base import CastTestCase
from tracking.models import Report, TaskReport
from workplans.models import Item

SETS = 50
COUNTED = ("active", "done")
MONTHS = {3: 31, 6: 30, 8: 31, 10: 31}
PERCENTS = [None, None, 0, 0, 10, 40, 50, 75, 83, Decimal("83.3"), 90, 100]
TEXTS = ["", "", "缺编制", "缺经费，改造工程未列入预算", " \n"]
SHANGHAI = ZoneInfo("Asia/Shanghai")


@dataclass
class Said:
    """What one report says, as plain values."""

    percent: Decimal | None
    status: str
    difficulties: str
    task_difficulties: str
    progress: str
    sent: date | None
    saved_at: datetime | None

    @property
    def troubled(self):
        return bool((self.difficulties + self.task_difficulties).strip())


@dataclass
class Row:
    """One item and what it said, by month."""

    pk: int
    status: str
    deadline: date | None
    office: int
    section: int
    plan: int
    starts: int
    said: dict[int, Said] = field(default_factory=dict)

    def expected(self, month):
        return (Decimal(month - self.starts + 1) * 100 / (13 - self.starts)).quantize(Decimal("0.1"))

    def percent(self, month):
        value = self.said[month].percent if month in self.said else None
        return Decimal(100) if value is None and self.status == "done" else value

    def finished(self, month):
        return self.status == "done" or (self.status == "active" and self.percent(month) == 100)


class RandomYear(CastTestCase):
    """Two plans (one of half a year), four periods, an item added in mid-year, one with tasks; `shuffle` deals."""

    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.plan = cls.make_plan()
        cls.half = cls.make_plan(title="下半年工作计划", start_on=date(2024, 7, 1), kind="half_year")
        cls.periods = {
            month: cls.make_period(
                label=f"2024年1-{month}月",
                as_of=date(2024, month, day),
                opens_on=date(2024, month, 20),
                due_on=date(2024, month, day) + timedelta(days=5),
                grace_days=3,
            )
            for month, day in MONTHS.items()
        }
        offices = [cls.moral, cls.finance]
        cls.items = [
            cls.make_item(cls.plan, lead=offices[n % 2], tasks=["高中"] if n == 0 else []) for n in range(9)
        ] + [cls.make_item(cls.half, lead=offices[n % 2]) for n in range(4)]
        # The last item of the year's plan came in the summer; the half-year plan has no reports before August.
        cls.reports = [
            cls.make_report(item, period)
            for n, item in enumerate(cls.items)
            for month, period in cls.periods.items()
            if month >= (8 if n >= 8 else 3)
        ]

    def shuffle(self, seed):
        """Deal new values to every row; return the rows as plain Python."""
        dice = random.Random(seed)
        rows = {}
        for item in self.items:
            item.status = dice.choice(["active"] * 6 + ["done", "suspended", "cancelled", "carried_over"])
            item.deadline = dice.choice([None, date(2024, 10, 1) + timedelta(days=dice.randint(0, 80))])
            rows[item.pk] = Row(
                item.pk, item.status, item.deadline, item.reporting_office_id, item.section_id, item.plan_id,
                7 if item.plan_id == self.half.pk else 1,
            )  # fmt: skip
        parts = {part.report_id: part for part in TaskReport.objects.all()}
        for report in self.reports:
            said = self._deal(dice, report, parts.get(report.pk))
            rows[report.item_id].said[report.period.as_of.month] = said
        Item.objects.bulk_update(self.items, ["status", "deadline"])
        fields = ["completion_percent", "status", "difficulties", "progress", "submitted_at", "saved_at"]
        Report.objects.bulk_update(self.reports, fields)
        TaskReport.objects.bulk_update(parts.values(), ["difficulties"])
        return list(rows.values())

    def _deal(self, dice, report, part):
        report.completion_percent = dice.choice(PERCENTS)
        report.status = dice.choice(Report.Status.values)
        report.difficulties, report.progress = dice.choice(TEXTS), dice.choice(["已完成调研", "正在推进", ""])
        saved = None
        if report.completion_percent is not None or report.status != "draft":
            day = report.period.due_on + timedelta(days=dice.randint(-6, 9))
            saved = datetime(day.year, day.month, day.day, 9, tzinfo=SHANGHAI)
        report.saved_at = saved
        report.submitted_at = saved if report.status != "draft" else None
        if part:
            part.difficulties = dice.choice(TEXTS)
        return Said(
            report.completion_percent if report.completion_percent is None else Decimal(report.completion_percent),
            report.status, report.difficulties, part.difficulties if part else "", report.progress,
            saved.date() if report.submitted_at else None, saved,
        )  # fmt: skip
