"""The board's filter: one plain GET form for the page and every export of it."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from urllib.parse import parse_qsl, urlencode

import django_filters
from django import forms
from django.db.models import Exists, F, OuterRef, Q, TextField, Value
from django.db.models.functions import Cast
from django.forms.renderers import Jinja2
from django.http import Http404

from tracking import lamps
from tracking.lamps import LampKind
from tracking.models import Period, Report, SavedView
from tracking.periods.periods import latest_opened
from tracking.reports.trends import NO_TREND, Trend
from workplans.models import Assignment, Item, Office, Plan, Section

from .board import ORDERS, PlanBoard, plan_board
from .rows import DAYS_AHEAD, BoardRow, past
from .totals import STANDINGS, Owing, mean_trend, owing, standing

STALLED_FOR = (1, 2, 3, 6)
FURTHER = ("status", "standing", "missing", "deadline", "due", "difficulties", "stalled", "order")
OF_TILES = ("missing", "due", "order")  # what the tiles over a board choose
STALLED_RULE = "未动指完成率与前几期相同，期间没有填的一期不算变动；已办结和已完成的事项不算。"
TREND_RULE = "折线为最近各期的完成率。"


def lamp_choices(kind: LampKind) -> list[tuple[str, str]]:
    """Return the colours of one lamp as choices, shape and word."""
    return [(color.value, f"{lamps.SHAPES[color]}{word}") for color, word in lamps.CHOICES[kind].items()]


class LightForm(forms.Form):
    """A form whose boxes Jinja2 renders: the board's lists of choices took more time than its forty rows."""

    default_renderer = Jinja2()  # one for all forms: it keeps the compiled templates


class BoardFilter(django_filters.FilterSet):
    """Which items of a plan the board shows.

    Office, section and text narrow the queryset. The lamps are computed, so `keeps` decides on them row by row,
    after the totals are counted: the counts beside the lamps stay what one click would show.
    """

    q = django_filters.CharFilter(
        label="文字",
        method="by_text",
        widget=forms.TextInput(attrs={"type": "search", "placeholder": "编号、标题、内容、困难"}),
    )
    office = django_filters.ChoiceFilter(label="科室", method="by_office", empty_label="全部科室")
    section = django_filters.ChoiceFilter(label="板块", empty_label="全部板块")
    status = django_filters.ChoiceFilter(label="事项状态", empty_label="全部状态", choices=Item.Status.choices)
    progress = django_filters.ChoiceFilter(
        label="进度灯", method="by_row", empty_label="全部", choices=lamp_choices(LampKind.PROGRESS)
    )
    reporting = django_filters.ChoiceFilter(
        label="报送灯", method="by_row", empty_label="全部", choices=lamp_choices(LampKind.REPORTING)
    )
    missing = django_filters.ChoiceFilter(
        label="报送", method="by_row", empty_label="全部", choices=[("1", "未报"), ("0", "已报")]
    )
    deadline = django_filters.ChoiceFilter(
        label="时限灯", method="by_row", empty_label="全部", choices=lamp_choices(LampKind.DEADLINE)
    )
    due = django_filters.ChoiceFilter(
        label="到期", method="by_row", empty_label="全部", choices=[("soon", f"{DAYS_AHEAD}天内到期")]
    )
    standing = django_filters.ChoiceFilter(
        label="完成情况", method="by_row", empty_label="全部", choices=list(STANDINGS.items())
    )
    difficulties = django_filters.ChoiceFilter(
        label="困难", method="by_row", empty_label="全部", choices=[("1", "有困难"), ("0", "没有困难")]
    )
    stalled = django_filters.ChoiceFilter(
        label="完成率未动",
        method="by_row",
        empty_label="全部",
        choices=[(str(n), f"连续{n}期及以上") for n in STALLED_FOR],
    )
    order = django_filters.ChoiceFilter(
        label="排序",
        method="by_row",
        empty_label="按计划顺序",
        choices=[(name, heading) for name, (heading, _key) in ORDERS.items()],
    )

    class Meta:
        model = Item
        form = LightForm
        fields: list[str] = []

    def __init__(self, data, queryset, *, plan: Plan, period: Period | None, user, today: date):
        super().__init__(data, queryset)
        self.plan, self.period, self.today = plan, period, today
        offered = offered_on(plan, user)
        self.filters["office"].extra["choices"] = [(pk, name) for pk, name, _ordinal in offered["office"]]
        sections = [Section(pk=pk, title=title, ordinal=ordinal) for pk, title, ordinal in offered["section"]]
        self.filters["section"].extra["choices"] = [(section.pk, str(section)) for section in sections]
        self.saved_views = [SavedView(pk=pk, name=name, query=query) for pk, name, query in offered["view"]]

    def by_office(self, queryset, name, value):
        """Keep the items an office leads, answers for, supports or reports, in the period if it has a report there."""
        reports = Report.objects.filter(item=OuterRef("pk"), period=self.period)
        return queryset.filter(
            Exists(reports.filter(office=value))
            | (Q(reporting_office=value) & ~Exists(reports))
            | Exists(Office.objects.filter(pk=value, assignments__item=OuterRef("pk")))
        )

    def by_text(self, queryset, name, value):
        """Keep the items in which every word occurs: number, title, body, or the difficulties of the period."""
        for word in value.split():
            own = Q(number__icontains=word) | Q(title__icontains=word) | Q(body__icontains=word)
            queryset = queryset.filter(own | Exists(self._difficulties(word)))
        return queryset

    def _difficulties(self, word):
        told = Q(difficulties__icontains=word) | Q(task_reports__difficulties__icontains=word)
        return Report.objects.filter(told, item=OuterRef("pk"), period=self.period)

    def by_row(self, queryset, name, value):
        """Leave a computed value to `keeps`."""
        return queryset

    def keeps(self, row: BoardRow) -> bool:
        """Say whether `row` is as asked for: its lamps (as in the totals, suspended items have none), its
        difficulties, and for how long its completion has not moved."""
        asked = {kind.value: self.chosen[kind.value] for kind in LampKind if kind.value in self.chosen}
        wanted = self.chosen.get("standing")
        if (asked or wanted) and not lamps.is_counted(row.item.status):
            return False
        if wanted and standing(row) != wanted:
            return False
        if not self._keeps_owed(row):
            return False
        if self.chosen.get("difficulties") not in (None, "1" if row.has_difficulties else "0"):
            return False
        if row.stalled < int(self.chosen.get("stalled", 0)):
            return False
        return all(getattr(row, name).color == color for name, color in asked.items())

    @property
    def needs_trends(self) -> bool:
        """Say whether rows are chosen or ordered by how they went over the periods."""
        return "stalled" in self.chosen or self.chosen.get("order") == "stalled"

    def _keeps_owed(self, row: BoardRow) -> bool:
        """Say whether `row` is as the boxes of what is owed ask: its report, and what is due soon."""
        missing = self.chosen.get("missing")
        if missing and (row.report is None or row.is_unreported != (missing == "1")):
            return False
        return self.chosen.get("due") != "soon" or row.is_due_soon(self.today)

    @property
    def first_fields(self):
        """The fields everybody uses."""
        return [field for field in self.form if field.name not in FURTHER]

    @property
    def further_fields(self):
        """The others, which a page can fold away."""
        return [self.form[name] for name in FURTHER]

    @property
    def has_further(self) -> bool:
        """Say whether one of the others is wrong, or in use beyond what a tile asks for: the sentence tells what is chosen."""
        return any(name in self.form.errors or (name in self.chosen and name not in OF_TILES) for name in FURTHER)

    @cached_property
    def chosen(self) -> dict[str, str]:
        """What the user asked for, by name; what is not among the choices is left out."""
        self.form.is_valid()
        return {name: value for name, value in self.form.cleaned_data.items() if value}

    @property
    def sentence(self) -> str:
        """The filter in words, for print and for the sheet; "" where nothing is chosen."""
        words = []
        for name, value in self.chosen.items():
            field = self.form.fields[name]
            labels = {str(key): label for key, label in getattr(field, "choices", [])}
            words.append(f"{field.label}：{labels.get(value, value)}")
        return "；".join(words)


def offered_on(plan: Plan, user) -> dict[str, list[tuple[int, str, str]]]:
    """Return what a board's toolbar offers, in one query: offices named in the plan, its sections, the user's views.

    Each is id, name, and the section's ordinal or the view's query.
    """
    # Two lists of ids: joining both would set every assignment of ten years beside every item of an office.
    assigned = Assignment.objects.filter(item__plan=plan).order_by().values("office")
    reported = Item.objects.filter(plan=plan).order_by().values("reporting_office")
    owed = Report.objects.filter(item__plan=plan).order_by().values("office")
    named = Q(pk__in=assigned) | Q(pk__in=reported) | Q(pk__in=owed)
    parts = [
        _choices(
            "office", Office.objects.filter(named, organization_id=plan.organization_id), "name", Value(""), "position"
        ),
        _choices("section", Section.objects.filter(plan=plan), "title", F("ordinal"), "position"),
        _choices("view", SavedView.objects.visible_to(user).filter(plan=plan), "name", F("query"), "pk"),
    ]
    found: dict[str, list] = {"office": [], "section": [], "view": []}
    for kind, _position, pk, name, more in sorted(parts[0].union(*parts[1:])):
        found[kind].append((pk, name, more))
    return found


def _choices(kind, queryset, name, more, position):
    """Return rows of (kind, position, id, name, more), alike for every model so that they can be joined."""
    return queryset.order_by().values_list(
        Value(kind), F(position), F("pk"), Cast(name, TextField()), Cast(more, TextField())
    )


@dataclass(frozen=True)
class FilteredBoard:
    """A board as asked for, with the filter and the periods it was asked through."""

    board: PlanBoard
    filter: BoardFilter
    periods: list[Period]
    owing: Owing
    trend: Trend


def board_for(params, plan: Plan, user, today: date, *, whole=True, with_trend=True) -> FilteredBoard:
    """Build the board the GET parameters `params` ask for; the page and the exports of it call this.

    `plan` is one the user may read. A period that is none of the plan's answers 404. A page that draws only some of
    the rows asks for less than the `whole`, without offices, and adds them to those it draws; one that draws no trend asks
    for none (`with_trend`).
    """
    periods = list(Period.objects.visible_to(user).covering(plan))
    period = chosen_period(periods, params.get("period", ""), today)
    items = Item.objects.visible_to(user).filter(plan=plan)
    asked = BoardFilter(params, items, plan=plan, period=period, user=user, today=today)
    through = periods if with_trend or asked.needs_trends else ()
    board = plan_board(plan, period, asked.qs, today, through, offices=whole)
    shown = board.only(asked.keeps).ordered(asked.chosen.get("order", ""))
    trend = mean_trend(board.rows, past(period, periods)) if with_trend else NO_TREND
    return FilteredBoard(shown, asked, periods, owing(board.rows, today), trend)


def kept_query(query: str) -> str:
    """Return a board's query string as a saved view keeps it: the filter alone, not the period nor the page."""
    known = [(name, value) for name, value in parse_qsl(query) if name in BoardFilter.base_filters]
    return urlencode(known)


def chosen_period(periods: list[Period], value: str, today: date) -> Period | None:
    """Return the period with the id `value`, the default one where none is named."""
    if not value:
        return latest_opened(periods, today)
    found = next((period for period in periods if str(period.pk) == value), None)
    if found is None:
        raise Http404("没有这个填报期。")
    return found
