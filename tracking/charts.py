"""Small pictures drawn as HTML and inline SVG: no script, no style attribute, the number always printed (DESIGN 11)."""

from decimal import Decimal
from functools import lru_cache

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from .lamps import Lamp
from .reports.percent import percent_text
from .reports.trends import Trend

_BAR = (
    '<span class="bar"><svg role="img" aria-label="{}" viewBox="0 0 100 10" preserveAspectRatio="none">'
    "{}{}</svg>"
    '<b class="{}">{}</b></span>'
)


def completion_bar(value: Decimal | None, expected: Decimal | None = None) -> SafeString:
    """Draw a completion rate as a bar with a mark where it is expected to be; None is 未填, not an empty 0."""
    sentence = "完成率" + percent_text(value) + (f"，应达{percent_text(expected)}" if expected is not None else "")
    fill = format_html('<rect class="bar-fill" width="{}"/>', value) if value else ""
    mark = format_html('<rect class="bar-mark" x="{}"/>', _mark(expected)) if expected else ""
    return format_html(_BAR, sentence, fill, mark, "missing" if value is None else "number", percent_text(value))


_TREND = (
    '<svg class="trend" role="img" aria-label="{}" viewBox="0 -2 64 20">'
    '<path d="{}"/><circle cx="{}" cy="{}" r="2"/></svg>'
)
TREND_PERIODS = 6


def trend_line(trend: Trend) -> SafeString:
    """Draw the completion rates of the last periods as a line, broken where a report was left blank."""
    values = trend.values[-TREND_PERIODS:]
    places = [(round(60 * n / max(len(values) - 1, 1)) + 2, v) for n, v in enumerate(values)]
    filled = [(x, _height(value)) for x, value in places if value is not None]
    if len(filled) < 2:
        return SafeString("")
    sentence = f"近{len(values)}期：" + "、".join(percent_text(value) for value in values)
    return format_html(_TREND, sentence, _path(places), *filled[-1])


def _height(value: Decimal) -> int:
    return round(16 - 16 * float(value) / 100)


def _path(places) -> str:
    """Return the path through the points; after a blank the pen is set down anew."""
    steps, pen = [], "M"
    for x, value in places:
        if value is None:
            pen = "M"
            continue
        steps.append(f"{pen}{x} {_height(value)}")
        pen = "L"
    return "".join(steps)


def _mark(expected: Decimal) -> Decimal:
    """Return where the mark begins, kept inside the bar."""
    return max(Decimal(0), min(Decimal(expected), Decimal(99)) - 1)


@lru_cache(maxsize=1024)
def lamp_tag(lamp: Lamp) -> SafeString:
    """Draw a lamp: shape and word; the name of its fact is there for screen readers and phones."""
    return format_html(
        '<span class="lamp lamp-{}"><i aria-hidden="true">{}</i>{}</span>', lamp.color, lamp.shape, lamp.word
    )


def status_tag(label: str, color: str = "grey") -> SafeString:
    """Draw a state (of a report, a plan, a period) as a quiet tag; `color` as a lamp's where it needs action."""
    return format_html('<span class="tag tag-{}">{}</span>', color, label)


# --- the line of one item over the year ------------------------------------------------------------------------

_WIDTH, _HIGH, _LEFT, _TOP = 720, 120, 40, 22
_CHART = (
    '<figure class="chart" tabindex="0"><svg role="img" aria-label="{}" viewBox="0 0 {} {}">{}'
    '<path class="chart-expected" d="{}"/><path class="chart-line" d="{}"/>{}</svg>'
    "<figcaption>实线为完成率，虚线为应达进度；没有填写的一期断开。</figcaption></figure>"
)
_GRID = '<path class="chart-grid" d="M{} {}H{}"/><text class="chart-axis" x="{}" y="{}" text-anchor="end">{}%</text>'
_POINT = '<circle cx="{}" cy="{}" r="3.5"/><text class="chart-value" x="{}" y="{}" text-anchor="middle">{}</text>'
_PERIOD = '<text class="chart-axis" x="{}" y="{}" text-anchor="middle">{}</text>'


def progress_chart(chapters) -> SafeString:
    """Draw completion over all periods beside what was expected; `chapters` are an item's, the newest first."""
    ordered = list(reversed(chapters))
    if len([one for one in ordered if one.report.completion_percent is not None]) < 2:
        return SafeString("")
    step = (_WIDTH - _LEFT - 40) / (len(ordered) - 1)
    places = [(round(_LEFT + 20 + step * number), one) for number, one in enumerate(ordered)]
    sentence = "；".join(
        f"{one.report.period}完成率{percent_text(one.report.completion_percent)}，应达{percent_text(one.expected)}"
        for one in ordered
    )
    expected = "M" + "L".join(f"{x} {_level(one.expected)}" for x, one in places)
    return format_html(
        _CHART, sentence, _WIDTH, _HIGH + _TOP + 26, _grid(), expected, _chart_line(places), _points(places)
    )


def _level(value: Decimal) -> int:
    return round(_TOP + _HIGH * (1 - float(value) / 100))


def _grid() -> SafeString:
    lines = [(_LEFT, _level(rate), _WIDTH, _LEFT - 6, _level(rate) + 4, rate) for rate in (0, 50, 100)]
    return format_html_join("", _GRID, lines)


def _chart_line(places) -> str:
    steps, pen = [], "M"
    for x, one in places:
        value = one.report.completion_percent
        if value is not None:
            steps.append(f"{pen}{x} {_level(value)}")
        pen = "L" if value is not None else "M"
    return "".join(steps)


def _points(places) -> SafeString:
    """Draw each point with its number, and under it the period; a long row names every other period."""
    filled = [(x, one.report.completion_percent) for x, one in places if one.report.completion_percent is not None]
    points = [(x, _level(value), x, _level(value) - 8, percent_text(value)) for x, value in filled]
    named = [(x, _TOP + _HIGH + 18, short_label(one.report.period)) for x, one in places]
    every = 1 if len(named) <= 12 else 2
    return format_html_join("", _POINT, points) + format_html_join("", _PERIOD, named[::-every])


def short_label(period) -> str:
    """Return a period's name without the year that stands beside it."""
    return period.label.removeprefix(f"{period.year}年") or period.label
