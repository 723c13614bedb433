"""Columns over periods, each as wide as the time it covers: inline SVG, every number printed (DESIGN 11)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from .charts import short_label
from .models import Period
from .reports.percent import percent_text


@dataclass(frozen=True)
class PeriodColumn:
    """One period of a chart: its value (None is 未填) and what it is measured by, None where there is no measure."""

    period: Period
    value: Decimal | None
    mark: Decimal | None = None


@dataclass(frozen=True)
class PeriodChart:
    """A named series, the oldest period first; `unit` is % or what is counted (份, 项), `marked` names the marks."""

    name: str
    unit: str
    columns: tuple[PeriodColumn, ...]
    marked: str = ""

    def text(self, value: Decimal | int | None) -> str:
        """Return a value as printed: 12.5%, 3, 未填."""
        return percent_text(value) if self.unit == "%" else str(value)

    @property
    def sentence(self) -> str:
        """All numbers in words, for those who cannot see the picture."""
        unit = "" if self.unit == "%" else self.unit
        told = [
            f"{one.period}{self.text(one.value)}{unit}"
            + (f"（{self.marked}{percent_text(one.mark)}）" if one.mark is not None else "")
            for one in self.columns
        ]
        return f"{self.name}：" + "；".join(told)


WIDTH, LEFT, RIGHT, TOP, HIGH, LINE = 640, 34, 6, 30, 110, 14
LETTER, DIGIT = 12, 7  # how wide a Chinese character and a digit of the labels are
_FIGURE = (
    '<div class="time-chart" tabindex="0"><svg role="img" aria-label="{}" viewBox="0 0 {} {}">{}{}{}{}{}</svg></div>'
)
_GRID = '<path class="chart-grid" d="M{} {}H{}"/><text class="chart-axis" x="{}" y="{}" text-anchor="end">{}</text>'
_COLUMN = '<rect class="column" x="{}" y="{}" width="{}" height="{}"/>'
_MARK = '<path class="column-mark" d="M{} {}H{}"/>'
_VALUE = '<text class="chart-value" x="{}" y="{}" text-anchor="middle">{}</text>'
_NAME = '<text class="chart-axis" x="{}" y="{}" text-anchor="middle">{}</text>'


def period_columns(chart: PeriodChart) -> SafeString:
    """Draw a chart; "" for one without periods."""
    if not chart.columns:
        return SafeString("")
    places = spans([one.period for one in chart.columns])
    highest = Decimal(100) if chart.unit == "%" else max(max(one.value or 0 for one in chart.columns), Decimal(1))
    drawn = [
        (begin, _level(one.value, highest), end - begin, TOP + HIGH - _level(one.value, highest))
        for (begin, end), one in zip(places, chart.columns, strict=True)
        if one.value is not None
    ]
    marks = [
        (begin, _level(one.mark, highest), end)
        for (begin, end), one in zip(places, chart.columns, strict=True)
        if one.mark is not None
    ]
    names, rows = _names(places, [one.period for one in chart.columns])
    return format_html(
        _FIGURE,
        chart.sentence,
        WIDTH,
        TOP + HIGH + 4 + LINE * rows,
        _grid(chart, highest),
        format_html_join("", _COLUMN, drawn),
        format_html_join("", _MARK, marks),
        format_html_join("", _VALUE, _values(chart, places, highest)),
        format_html_join("", _NAME, names),
    )


def spans(periods: Sequence[Period]) -> list[tuple[float, float]]:
    """Return where each of `periods` (the oldest first) begins and ends on the picture, in proportion to its time.

    A period reaches from its first day, or the end of the one before where they overlap (1-3月, 1-6月), to `as_of`.
    """
    day = timedelta(days=1)
    days: list[tuple[int, int]] = []
    for n, period in enumerate(periods):
        begin = period.start_on if not n else max(period.start_on, periods[n - 1].as_of + day)
        days.append((min(begin, period.as_of).toordinal(), (period.as_of + day).toordinal()))
    first, last = days[0][0], days[-1][1]
    scale = (WIDTH - LEFT - RIGHT) / (last - first)
    return [
        (round(LEFT + scale * (begin - first) + 0.5, 1), round(LEFT + scale * (end - first) - 0.5, 1))
        for begin, end in days
    ]


def _level(value, highest) -> int:
    return round(TOP + HIGH * (1 - min(float(value) / float(highest), 1)))


def _grid(chart: PeriodChart, highest) -> SafeString:
    half = [highest / 2] if chart.unit == "%" or highest % 2 == 0 else []
    rates = [Decimal(0), *half, highest]
    lines = [
        (LEFT, _level(v, highest), WIDTH - RIGHT, LEFT - 4, _level(v, highest) + 4, chart.text(round(v))) for v in rates
    ]
    return format_html_join("", _GRID, lines)


def _values(chart: PeriodChart, places, highest) -> list[tuple]:
    """Place the numbers over their columns; in a narrow column one is rounded, and set higher where two would meet.

    None of them stands on its column's mark.
    """
    found: list[tuple] = []
    edge, above = -1.0, 0
    for (begin, end), one in zip(places, chart.columns, strict=True):
        text = chart.text(one.value)
        if len(text) * DIGIT > end - begin and one.value is not None:
            text = str(Decimal(one.value).quantize(Decimal(1), ROUND_HALF_UP))
        x, half = (begin + end) / 2, _wide(text) / 2
        y = _level(max(one.value or 0, one.mark or 0), highest) - 6
        if x - half < edge and abs(y - above) < 12:
            y = above - 12
        found.append((round(x, 1), y, text))
        edge, above = x + half, y
    return found


def _names(places, periods) -> tuple[list[tuple], int]:
    """Place the periods' names under their columns, in as many lines as keep them apart; return the number of lines."""
    edges: list[float] = []
    found = []
    for (begin, end), period in zip(places, periods, strict=True):
        text = _name(period, periods)
        half = _wide(text) / 2
        x = min(max((begin + end) / 2, half), WIDTH - half)  # kept whole at both ends
        line = next((n for n, edge in enumerate(edges) if x - half > edge + 4), len(edges))
        edges[line : line + 1] = [x + half]
        found.append((round(x, 1), TOP + HIGH + LINE * (line + 1), text))
    return found, len(edges)


def _name(period: Period, periods) -> str:
    """Return a period's name, with its year where that is another than the one before's."""
    place = periods.index(period)
    same = place and periods[place - 1].year == period.year
    return short_label(period) if same else str(period)


def _wide(text: str) -> int:
    return sum(DIGIT if char.isascii() else LETTER for char in text)
