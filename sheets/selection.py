"""What a page shows, for every sheet of it: read from the page's own address, by the page's own functions."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse

from boards.board import BoardSection, by_section
from boards.difficulties import Difficulty, asked_for, difficulties
from boards.filters import board_for
from boards.offices import office_year
from boards.overview import overview
from boards.rows import BoardRow, board_rows, completed
from boards.scope import vantage
from boards.totals import BoardTotals, board_totals
from boards.two_periods import PeriodComparison, compare, comparison_for
from tracking.models import Period, Report, SheetKind
from tracking.periods.missing import MissingOffice, asked_office, missing_reports
from workplans.ids import id_of
from workplans.models import Item, Office, Organization, Plan

STALLED_FOR = 2  # periods, where the page does not ask


@dataclass(frozen=True)
class Selection:
    """Items of one organization in one period as a page shows them; `words` is the page's filter, "" for none.

    Not `narrowed` says that the filter only puts them in order. `subject` begins a title. What only some sheets need is read when they ask for it: `listing` and `comparing` are
    the page's own way to it, where it has one.
    """

    user: object
    today: date
    organization: Organization
    subject: str
    plans: dict[int, Plan]
    period: Period | None
    periods: list[Period]
    page: str
    sections: tuple[BoardSection, ...] = ()
    totals: BoardTotals | None = None
    words: str = ""
    narrowed: bool = True
    params: dict = field(default_factory=dict)
    listing: Callable[[], list[MissingOffice]] | None = None
    comparing: Callable[[], PeriodComparison | None] | None = None

    @property
    def rows(self) -> list[BoardRow]:
        """The rows shown, in the order of the page."""
        return [row for section in self.sections for row in section.rows]

    @property
    def previous(self) -> Period | None:
        """The period of the year before the chosen one."""
        now = self.period
        earlier = [each for each in self.periods if now and each.year == now.year and each.as_of < now.as_of]
        return earlier[-1] if earlier else None

    @cached_property
    def items(self):
        """The Item queryset of the rows."""
        return Item.objects.visible_to(self.user).filter(pk__in=[row.item.pk for row in self.rows])

    @cached_property
    def missing(self) -> list[MissingOffice]:
        """Who has not reported: on these items, or as the page of it shows."""
        if self.listing:
            return self.listing()
        reports = Report.objects.visible_to(self.user).filter(item__in=self.items)
        return missing_reports(self.period, reports, self.today)

    @cached_property
    def difficulties(self) -> tuple[list[Difficulty], str]:
        """The difficulties asked for, and what was asked for in words."""
        return asked_for(difficulties(self.rows, self.period, self.periods), self.params)

    @cached_property
    def comparison(self) -> PeriodComparison | None:
        """These items beside the period before, or beside the one asked for."""
        if self.comparing:
            return self.comparing()
        if self.previous is None:
            return None
        return compare(self.plans, self.items, self.previous, self.period, self.periods, STALLED_FOR, self.today)

    def offers(self, sheet: str) -> bool:
        """Say whether there can be such a sheet: some need a period, or one to compare with."""
        if sheet in (SheetKind.MISSING, SheetKind.DIFFICULTIES):
            return self.period is not None
        if sheet == SheetKind.COMPARISON:
            return (self.comparison if self.comparing else self.previous) is not None
        return True


# --- one function for each kind of page -----------------------------------------------------------------------


def of_plan(params, user, today: date) -> Selection:
    """Return what the board of a plan shows."""
    plans = Plan.objects.visible_to(user).select_related("organization")
    plan = get_object_or_404(plans, pk=id_of(params.get("of", "")))
    asked = board_for(params, plan, user, today)
    return Selection(
        user, today, plan.organization, plan.title, {plan.pk: plan}, asked.board.period, asked.periods,
        reverse("boards:plan_board", args=[plan.pk]), asked.board.sections, asked.board.totals, asked.filter.sentence,
        narrowed=asked.filter.chosen.keys() != {"order"},
    )  # fmt: skip


def of_overview(params, user, today: date) -> Selection:
    """Return the rows behind a number of 总览; all of them where no number is asked for."""
    place = _place(params, user, today)
    found = overview(place.plans, place.items(), place.period, place.previous, today)
    rows, words = found.behind(params)
    page = reverse("boards:overview_rows" if words else "boards:overview")
    rows = by_section(completed(rows, place.period, place.periods))
    return _of_place(place, page, user, today, rows, found.totals, "；".join(words))


def of_office(params, user, today: date) -> Selection:
    """Return the items an office reports on."""
    office = get_object_or_404(Office.objects.visible_to(user), pk=id_of(params.get("of", "")))
    place = _place({**params, "organization": str(office.organization_id)}, user, today)
    found = office_year(office, place.plans, place.items(), place.period, [], today)
    page = reverse("boards:office_page", args=[office.pk])
    return _of_place(place, page, user, today, by_section(found.reports_on), found.totals, f"填报科室：{office}")


def of_missing(params, user, today: date) -> Selection:
    """Return who has not reported in a period."""
    periods = Period.objects.visible_to(user).select_related("organization")
    period = get_object_or_404(periods, pk=id_of(params.get("of", "")))
    office = asked_office(params, period, user)

    def listing():
        groups = missing_reports(period, Report.objects.visible_to(user), today)
        return [group for group in groups if office is None or group.office == office]

    return Selection(
        user, today, period.organization, str(period.organization), {}, period, [period],
        reverse("tracking:missing_reports", args=[period.pk]), words=f"科室：{office}" if office else "", listing=listing,
    )  # fmt: skip


def of_difficulties(params, user, today: date) -> Selection:
    """Return the difficulties of a period as the page of them shows them."""
    place = _place(params, user, today)
    rows = board_rows(place.plans, place.period, place.items(), today)
    page, totals = reverse("boards:difficulties"), board_totals(rows, None)
    return _of_place(place, page, user, today, by_section(rows), totals, "", params=params)


def of_comparison(params, user, today: date) -> Selection:
    """Return two periods side by side as the page of them shows them."""
    place = _place(params, user, today)
    page = reverse("boards:comparison")
    return _of_place(
        place, page, user, today, (), None, "", params=params, comparing=lambda: comparison_for(params, place, today)
    )


def _of_place(place, page, user, today, sections, totals, words, **kw) -> Selection:
    titles = [plan.title for plan in place.plans.values()]
    subject = titles[0] if len(titles) == 1 else f"{place.organization}{place.year}年重点工作"
    every = place.every
    return Selection(
        user, today, place.organization, subject, place.plans, place.period, every, page, sections, totals, words, **kw
    )


def _place(params, user, today):
    place = vantage(params, user, today)
    if place.organization is None:
        raise Http404("没有这个单位。")
    return place


ROWS = (
    SheetKind.PROGRESS,
    SheetKind.BREAKDOWN,
    SheetKind.LEDGER,
    SheetKind.DIFFICULTIES,
    SheetKind.MISSING,
    SheetKind.COMPARISON,
)
# Kind of page → how its address is read, which sheets it has, the one it is for first.
PAGES = {
    "plan": (of_plan, ROWS),
    "overview": (of_overview, ROWS),
    "office": (of_office, ROWS),
    "missing": (of_missing, (SheetKind.MISSING,)),
    "difficulties": (of_difficulties, (SheetKind.DIFFICULTIES,)),
    "comparison": (of_comparison, (SheetKind.COMPARISON,)),
}


def select(page: str, params: dict, user, today: date) -> tuple[Selection, list[SheetKind]]:
    """Return what the page shows and the sheets there are of it. An unknown page answers 404."""
    if page not in PAGES:
        raise Http404("没有这种导出。")
    read, kinds = PAGES[page]
    selection = read(params, user, today)
    return selection, [kind for kind in kinds if selection.offers(kind)]
