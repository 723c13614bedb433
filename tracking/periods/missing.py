"""Who has not reported (未报清单): counts of a period, and office × item of what is missing.

Late is reckoned from dates, never stored. What counts as 未报 is `ReportQuerySet.unreported`.
"""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Max, Q
from django.shortcuts import get_object_or_404

from tracking.lamps import Lamp, reporting_lamp
from tracking.models import Period, Reopening, Report
from tracking.models.report import OWED_BY, unreported
from workplans.ids import id_of
from workplans.models import Item, Office
from workplans.people import name_of

RULES = (
    "未报：没有提交，或被退回、撤回后还没有重新提交的进展报告；暂缓、取消、结转和已办结的事项不列入。",
    "逾期天数从报送截止的次日算起，按今天的日期计算。",
)
HANDED_IN = ~Q(reports__status__in=Report.EDITABLE)
STILL_OWED = unreported("reports__")


def with_counts(periods):
    """Annotate a Period queryset with 应报 `owed`, 已报 `reported` and 未报 `missing`."""
    has_report = Q(reports__isnull=False)
    return periods.annotate(
        reported=Count("reports", filter=HANDED_IN & has_report),
        missing=Count("reports", filter=STILL_OWED),
        owed=Count("reports", filter=has_report & (HANDED_IN | STILL_OWED)),
    )


@dataclass(frozen=True)
class MissingRow:
    """One report that is missing: since when, and how often its office was urged."""

    report: Report
    due_on: date
    days_late: int
    lamp: Lamp
    urged: int
    last_urged: date | None


@dataclass(frozen=True)
class MissingOffice:
    """What one office has not reported, and who answers for it there."""

    office: Office
    contacts: list[str]
    phones: list[str]
    rows: list[MissingRow]
    reopened_until: date | None

    @property
    def name(self) -> str:
        """What the office is called; in a closed period, what it was called then."""
        return self.rows[0].report.owed_by

    @property
    def plan_titles(self) -> list[str]:
        """The plans the missing items belong to, each once."""
        return list(dict.fromkeys(row.report.item.plan.title for row in self.rows))


def asked_office(params, period: Period, user) -> Office | None:
    """Return the office asked for by `office` in the GET parameters, None for all; another organization's answers 404."""
    wanted = params.get("office", "")
    if not wanted:
        return None
    offices = Office.objects.visible_to(user).filter(organization_id=period.organization_id)
    return get_object_or_404(offices, pk=id_of(wanted))


def missing_reports(period, reports, today) -> list[MissingOffice]:
    """Group the missing ones among `reports` (a scoped Report queryset) by office; four queries however many."""
    rows = (
        reports.unreported()
        .filter(period=period)
        .select_related("item__plan", "item__section", "office")
        .annotate(urged=Count("urges"), last_urged=Max("urges__at"))
        .order_by("office__position", "office_id", "item__plan_id", "item__position")
    )
    by_office: dict[int, list[MissingRow]] = {}
    for report in rows:
        report.period = period
        by_office.setdefault(report.office_id, []).append(_row(report, today))
    until = running_reopenings(period, today)
    return [
        MissingOffice(office, contacts_of(office), phones_of(office), by_office[office.pk], until.get(office.pk))
        for office in Office.objects.filter(pk__in=by_office).with_members().order_by("position", "pk")
    ]


def _row(report, today) -> MissingRow:
    due_on = report.period.due_on
    late = max((today - due_on).days, 0)
    return MissingRow(report, due_on, late, reporting_lamp(report, today), report.urged, report.last_urged)


def running_reopenings(period, today) -> dict[int, date]:
    """Return office id → the day up to which the period is open again for it."""
    rows = Reopening.objects.filter(period=period, until__gte=today).order_by("until")
    return {row.office_id: row.until for row in rows}


def contacts_of(office) -> list[str]:
    """Return the names of an office's people (`with_members`), each once."""
    names = [name_of(member.user) for member in office.members]
    return list(dict.fromkeys(names))


def phones_of(office) -> list[str]:
    """Return the names of an office's people who have a telephone, each with the number (`with_members`)."""
    numbers = [f"{name_of(member.user)} {member.phone}" for member in office.members if member.phone]
    return list(dict.fromkeys(numbers))


@dataclass(frozen=True)
class OfficeCount:
    """How far one office is in a period."""

    office: Office
    name: str
    owed: int
    reported: int
    missing: int
    reopened_until: date | None


def office_counts(period: Period, today: date) -> list[OfficeCount]:
    """Return 应报, 已报 and 未报 of each office in `period`; two queries however many."""
    handed_in, owed = ~Q(status__in=Report.EDITABLE), Q(item__status=Item.Status.ACTIVE)
    rows = (
        Report.objects.filter(handed_in | owed, period=period)
        .values("office")
        .annotate(owed=Count("pk"), name=Max(OWED_BY), reported=Count("pk", filter=handed_in))
        .order_by()
    )
    numbers = {row["office"]: row for row in rows}
    until = running_reopenings(period, today)
    return [
        OfficeCount(o, n["name"], n["owed"], n["reported"], n["owed"] - n["reported"], until.get(o.pk))
        for o in Office.objects.filter(pk__in=numbers).order_by("position", "pk")
        for n in [numbers[o.pk]]
    ]
