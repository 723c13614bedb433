"""变化趋势: the numbers of a bureau, a plan, a section or an office over the last twelve periods."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from django.shortcuts import get_object_or_404

from tracking.models import Period, ReportEvent
from tracking.models.report import ReportStep
from tracking.time_charts import PeriodChart, PeriodColumn
from workplans.ids import id_of
from workplans.models import Item, Office, Plan, Section

from . import reporting_map
from .rows import HUNDRED, BoardRow, rows_by_period
from .scope import Vantage
from .totals import BoardTotals, average, board_totals, mean_expected

LONGEST = 12
OVER_TIME_RULES = (
    "每期的完成率、应达进度与该期看板一致：完成率只算已填的，已办结而未填的按100%计；暂缓、已取消、结转的事项不计入。",
    "按时报送率为截止日前报送的份数占应报份数的比例；退回为该期被退回过的报告份数；原地未动为完成率与前一期相同、尚未完成的事项数。",
    "选择科室时，各期只算当期由该科室填报的事项，以后改由别的科室填报的不变。图中每一期的宽度按它所占的时间长短画出。",
)


@dataclass(frozen=True)
class PeriodFigures:
    """The numbers of one period: completion against 应达, reported in time, returned, standing still."""

    period: Period
    totals: BoardTotals
    sent: reporting_map.Count
    returned: int
    still: int

    @property
    def completion(self) -> Decimal | None:
        """The mean completion rate."""
        return self.totals.average_completion

    @property
    def expected(self) -> Decimal | None:
        """What was expected by the end of the period."""
        return self.totals.expected

    @property
    def on_time_percent(self) -> Decimal | None:
        """The share of the owed reports that came in time; None where none was owed."""
        return average([HUNDRED * self.sent.on_time / self.sent.owed]) if self.sent.owed else None

    @property
    def behind(self) -> int:
        """How many items wear the red progress lamp."""
        return self.totals.lagging


# The pictures: name, unit, what is drawn of a period's figures, what it is measured by and how that is called.
CHARTS = (
    ("平均完成率", "%", lambda each: each.completion, lambda each: each.expected, "应达"),
    ("按时报送率", "%", lambda each: each.on_time_percent, None, ""),
    ("退回", "份", lambda each: each.returned, None, ""),
    ("原地未动", "项", lambda each: each.still, None, ""),
)


def _chart(figures, name, unit, value, mark, marked) -> PeriodChart:
    columns = (PeriodColumn(each.period, value(each), mark(each) if mark else None) for each in figures)
    return PeriodChart(name, unit, tuple(columns), marked)


@dataclass(frozen=True)
class Scope:
    """What the numbers are of: the plans and sections there are to choose from, and the choice."""

    plans: dict[int, Plan]
    sections: list[Section]
    plan: Plan | None = None
    section: Section | None = None
    office: Office | None = None

    @property
    def words(self) -> str:
        """The choice in words, "" where it is the whole bureau."""
        return "　".join(str(each) for each in (self.section or self.plan, self.office) if each)

    @property
    def value(self) -> str:
        """The chosen plan or section as its address names it, "" for none."""
        return f"section-{self.section.pk}" if self.section else f"plan-{self.plan.pk}" if self.plan else ""

    @cached_property
    def choices(self) -> list[tuple[Plan, list[Section]]]:
        """Each plan, the latest first, with its sections."""
        by_plan = {
            plan.pk: (plan, [each for each in self.sections if each.plan_id == plan.pk]) for plan in self.plans.values()
        }
        return sorted(by_plan.values(), key=lambda pair: (-pair[0].year, pair[0].pk))

    def items(self, user):
        """Return the Item queryset it is about, but for the office: that is another one in each period."""
        found = Item.objects.visible_to(user).filter(plan__in=list(self.plans))
        if self.section:
            return found.filter(section=self.section)
        return found.filter(plan=self.plan) if self.plan else found


@dataclass(frozen=True)
class OverTime:
    """The figures of each period, the oldest first, and the offices that can be chosen: id and name."""

    figures: tuple[PeriodFigures, ...]
    offices: list[tuple[int, str]]

    @property
    def charts(self) -> list[PeriodChart]:
        """The pictures of the page."""
        return [_chart(self.figures, *each) for each in CHARTS]

    @property
    def latest(self) -> PeriodFigures:
        """The figures of the newest period."""
        return self.figures[-1]

    @property
    def newest_first(self) -> list[PeriodFigures]:
        """The figures as the table lists them."""
        return list(reversed(self.figures))


def last_periods(place: Vantage) -> list[Period]:
    """Return the last twelve periods up to the chosen one that have been opened, the oldest first."""
    opened = [each for each in place.every if each.status != Period.Status.UPCOMING]
    return [each for each in opened if place.period and each.as_of <= place.period.as_of][-LONGEST:]


def scope_of(place: Vantage, params) -> Scope:
    """Read plan, section and office from GET parameters; one query, one more for an office. An office of another bureau answers 404."""
    plans = (
        Plan.objects.visible_to(place.user).filter(organization=place.organization).exclude(status=Plan.Status.DRAFT)
    )
    sections = list(Section.objects.filter(plan__in=plans).select_related("plan").order_by("plan_id", "position"))
    known = {section.plan_id: section.plan for section in sections}
    kind, _, pk = params.get("of", "").partition("-")
    office = None
    if asked := params.get("office", ""):
        own = Office.objects.visible_to(place.user).filter(organization=place.organization)
        office = get_object_or_404(own, pk=id_of(asked))
    return Scope(
        known,
        sections,
        next((plan for plan in known.values() if kind == "plan" and str(plan.pk) == pk), None),
        next((each for each in sections if kind == "section" and str(each.pk) == pk), None),
        office,
    )


def over_time(scope: Scope, items, periods: list[Period], today: date) -> OverTime:
    """Return the figures of `items` (an Item queryset, scoped) in each of `periods`; three queries, however many."""
    by_period = rows_by_period(scope.plans, periods, items, today)
    events = ReportEvent.objects.filter(action=ReportStep.RETURN, report__period__in=periods)
    returned = set(events.filter(report__item__in=items.order_by().values("pk")).values_list("report_id", flat=True))
    offices: dict[int, Office] = {}
    figures = []
    for period in periods:
        rows = by_period[period.pk]
        offices |= {row.reporting_office_id: row.reporting_office for row in rows if row.reporting_office}
        own = [row for row in rows if scope.office is None or row.reporting_office_id == scope.office.pk]
        figures.append(_figures(period, own, returned, today))
    ordered = sorted(offices.values(), key=lambda office: (office.position, office.pk))
    # Periods before the first plan, or the office's first report, have nothing to show.
    first = next((n for n, each in enumerate(figures) if each.totals.items or each.sent.owed), len(figures))
    return OverTime(tuple(figures[first:]), [(office.pk, office.name) for office in ordered])


def _figures(period: Period, rows: list[BoardRow], returned: set[int], today: date) -> PeriodFigures:
    reports = [row.report for row in rows if row.report]
    cells = [
        reporting_map.cell_of(
            period, row.reporting_office, row.report.pk, row.reporting_name, row.report.status,
            row.report.submitted_at, row.item.status, today,
        )
        for row in rows if row.report
    ]  # fmt: skip
    return PeriodFigures(
        period=period,
        totals=board_totals(rows, mean_expected(rows)),
        sent=reporting_map.count_of(cells, period),
        returned=sum(report.pk in returned for report in reports),
        still=sum(row.stalled > 0 for row in rows),
    )
