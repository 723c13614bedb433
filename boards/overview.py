"""总览: the numbers of all plans of a bureau in one period, and the rows behind each number."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from itertools import groupby

from tracking.lamps import CHOICES, KIND_LABELS, Color, LampKind, is_counted
from tracking.models import Period, Report
from workplans.models import Office, Plan, Section

from .rows import DAYS_AHEAD, BoardRow, board_rows
from .totals import STANDINGS, BoardTotals, board_totals, mean_expected, standing

MOVED, STILL, FELL, TROUBLED, EASED = "moved", "still", "fell", "troubled", "eased"
# What can have happened to an item since the period before, in the order of the page.
CHANGES = {
    MOVED: "有进展",
    STILL: "原地未动",
    FELL: "完成率回落",
    TROUBLED: "新增困难",
    EASED: "困难已解除",
}
CHANGE_RULE = "与上期比较只看两期都有报告的事项：完成率都已填写的才比较升降；已完成的不算原地未动。"


@dataclass(frozen=True)
class Before:
    """What the report of the period before said, in short."""

    completion_percent: Decimal | None
    has_difficulties: bool


@dataclass(frozen=True)
class ChangedRow:
    """One item beside what it said in the period before."""

    row: BoardRow
    before: Before | None

    @property
    def before_percent(self) -> Decimal | None:
        """The completion of the period before."""
        return self.before.completion_percent if self.before else None

    @property
    def step(self) -> Decimal | None:
        """By how many points completion moved; None where either period has none."""
        reported = self.row.report.completion_percent if self.row.report else None
        if reported is None or self.before_percent is None:
            return None
        return reported - self.before_percent

    @property
    def kinds(self) -> frozenset[str]:
        """Which of `CHANGES` happened; none to an item that does not count or has no two reports to compare."""
        if not is_counted(self.row.item.status) or self.before is None or self.row.report is None:
            return frozenset()
        found = set()
        if self.step is not None:
            found |= {MOVED} if self.step > 0 else {FELL} if self.step < 0 else set()
            found |= {STILL} if self.step == 0 and not self.row.is_finished else set()
        had, has = self.before.has_difficulties, self.row.has_difficulties
        if has and not had:
            found.add(TROUBLED)
        if had and not has and self.row.report.saved_at:
            found.add(EASED)
        return frozenset(found)


@dataclass(frozen=True)
class GroupBar:
    """A plan, or a section of one: how far its counted items are on average, and how many lag."""

    plan: Plan
    section: Section | None
    items: int
    average_completion: Decimal | None
    expected_percent: Decimal | None
    behind: int
    unreported: int


@dataclass(frozen=True)
class OfficeDebt:
    """How many reports of the period lie with one office."""

    office: Office | None
    name: str
    missing: int
    overdue: int


@dataclass(frozen=True)
class Overview:
    """All numbers of the page; each list holds every row, the page shows the first few."""

    period: Period | None
    previous: Period | None
    today: date
    rows: tuple[BoardRow, ...]
    changed: tuple[ChangedRow, ...]

    @cached_property
    def totals(self) -> BoardTotals:
        """The official sentence and the lamps; 应达 is the mean over the counted items of all plans."""
        return board_totals(self.rows, mean_expected(self.rows))

    @cached_property
    def counted(self) -> list[BoardRow]:
        """The rows that count in totals."""
        return [row for row in self.rows if is_counted(row.item.status)]

    @cached_property
    def bars(self) -> list[tuple[GroupBar, list[GroupBar]]]:
        """Each plan with its sections."""
        found = []
        for _pk, rows in groupby(self.rows, key=lambda row: row.item.plan_id):
            rows = list(rows)
            by_place = sorted(rows, key=lambda row: row.item.section.position)
            sections = groupby(by_place, key=lambda row: row.item.section)
            found.append((_bar(rows, None), [_bar(list(members), section) for section, members in sections]))
        return found

    @cached_property
    def changes(self) -> list[tuple[str, str, list[ChangedRow]]]:
        """Each of `CHANGES` with its rows, the largest step first."""

        def largest_step(one):
            return -abs(one.step or 0)

        return [
            (kind, label, sorted((one for one in self.changed if kind in one.kinds), key=largest_step))
            for kind, label in CHANGES.items()
        ]

    @cached_property
    def missing(self) -> list[OfficeDebt]:
        """The offices that have not reported, the one that owes most first."""
        owed = [row for row in self.rows if row.is_unreported]
        overdue = Counter(row.reporting_office_id for row in owed if row.reporting.color == Color.RED)
        offices = {row.reporting_office_id: row for row in owed}
        counts = Counter(row.reporting_office_id for row in owed).most_common()
        return [
            OfficeDebt(offices[pk].reporting_office, offices[pk].reporting_name, count, overdue[pk])
            for pk, count in counts
        ]

    @property
    def missing_total(self) -> int:
        """How many reports are missing."""
        return sum(debt.missing for debt in self.missing)

    @property
    def overdue_total(self) -> int:
        """How many of them are past the days of grace."""
        return sum(debt.overdue for debt in self.missing)

    @cached_property
    def lagging(self) -> list[BoardRow]:
        """The items far behind, the furthest first."""
        return sorted((row for row in self.rows if row.progress.color == Color.RED), key=lambda row: -row.gap)

    @cached_property
    def difficulties(self) -> list[BoardRow]:
        """The counted items with difficulties, the newest first."""
        told = [row for row in self.counted if row.has_difficulties]
        return sorted(told, key=lambda row: row.report.saved_at.timestamp() if row.report.saved_at else 0, reverse=True)

    @cached_property
    def deadlines(self) -> list[BoardRow]:
        """The items under way that are due within the next 30 days, the nearest first."""
        near = [row for row in self.rows if row.is_due_soon(self.today)]
        return sorted(near, key=lambda row: (row.item.deadline, row.item.position))

    def behind(self, asked: dict[str, str]) -> tuple[list[BoardRow], list[str]]:
        """Return the rows behind a number and the filter in words; what is not known in `asked` is left out."""
        rows, words = self.rows, []
        for name, (label, choices, test) in self._tests().items():
            value = asked.get(name, "")
            if value in choices:
                rows = [row for row in rows if test(row, value)]
                words.append(f"{label}：{choices[value]}")
        return list(rows), words

    def _tests(self) -> dict[str, tuple[str, dict[str, str], Callable[[BoardRow, str], bool]]]:
        """Return, by parameter: label, choices and the test of a row."""
        kinds = {one.row.item.pk: one.kinds for one in self.changed}
        near = {row.item.pk for row in self.deadlines}
        return {
            **{kind.value: self._lamp_test(kind) for kind in LampKind},
            "standing": (
                "完成情况",
                STANDINGS,
                lambda row, value: is_counted(row.item.status) and standing(row) == value,
            ),
            "change": ("比上期", CHANGES, lambda row, value: value in kinds[row.item.pk]),
            "plan": ("计划", {str(row.item.plan_id): row.item.plan.title for row in self.rows}, _of_plan),
            "section": ("板块", {str(row.item.section_id): str(row.item.section) for row in self.rows}, _of_section),
            "due": ("时限", {"soon": f"{DAYS_AHEAD}天内到期"}, lambda row, value: row.item.pk in near),
            "left_out": ("状态", {"1": "暂缓、已取消或结转"}, lambda row, value: not is_counted(row.item.status)),
        }

    @staticmethod
    def _lamp_test(kind):
        words = {color.value: word for color, word in CHOICES[kind].items()}
        return (
            f"{KIND_LABELS[kind]}灯",
            words,
            lambda row, value: is_counted(row.item.status) and getattr(row, kind.value).color == value,
        )


def _of_plan(row, value):
    return str(row.item.plan_id) == value


def _of_section(row, value):
    return str(row.item.section_id) == value


def _bar(rows: list[BoardRow], section: Section | None) -> GroupBar:
    totals = board_totals(rows, None)
    return GroupBar(
        plan=rows[0].item.plan,
        section=section,
        items=totals.items,
        average_completion=totals.average_completion,
        expected_percent=mean_expected(rows),
        behind=totals.lamps[LampKind.PROGRESS].get(Color.RED, 0),
        unreported=totals.unreported,
    )


def overview(plans, items, period: Period | None, previous: Period | None, today: date) -> Overview:
    """Build the overview of `items` (an Item queryset, scoped) of `plans` (by id); four queries at most."""
    rows = board_rows(plans, period, items, today, offices=False)
    return Overview(period, previous, today, tuple(rows), changed_rows(rows, items, previous))


def changed_rows(rows, items, previous: Period | None) -> tuple[ChangedRow, ...]:
    """Return each row beside its report of the period before; one query."""
    before = {}
    if previous:
        reports = Report.objects.filter(period=previous, item__in=items.order_by().values("pk"))
        told = (
            reports.with_difficulties_named()
            .order_by()
            .values_list("item_id", "completion_percent", "names_difficulty")
        )
        before = {item: Before(completion, bool(named)) for item, completion, named in told}
    return tuple(ChangedRow(row, before.get(row.item.pk)) for row in rows)
