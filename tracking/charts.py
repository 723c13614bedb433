"""Small pictures drawn as HTML and inline SVG: no script, no style attribute, the number always printed (DESIGN 11)."""

from decimal import Decimal

from django.utils.html import format_html
from django.utils.safestring import SafeString

from .lamps import Lamp
from .percent import percent_text

_BAR = (
    '<span class="bar"><svg role="img" aria-label="{}" viewBox="0 0 100 10" width="84" height="10" '
    'preserveAspectRatio="none"><rect class="bar-track" width="100" height="10"/>{}{}</svg>'
    '<b class="{}">{}</b></span>'
)


def completion_bar(value: Decimal | None, expected: Decimal | None = None) -> SafeString:
    """Draw a completion rate as a bar with a mark where it is expected to be; None is 未填, not an empty 0."""
    sentence = (
        "完成率" + percent_text(value) + (f"，应达{percent_text(expected)}" if expected is not None else "")
    )
    fill = format_html('<rect class="bar-fill" width="{}" height="10"/>', value) if value else ""
    mark = (
        format_html('<rect class="bar-mark" x="{}" y="-3" width="2" height="16"/>', _mark(expected))
        if expected
        else ""
    )
    return format_html(
        _BAR, sentence, fill, mark, "missing" if value is None else "number", percent_text(value)
    )


def _mark(expected: Decimal) -> Decimal:
    """Return where the mark begins, kept inside the bar."""
    return max(Decimal(0), min(Decimal(expected), Decimal(99)) - 1)


def lamp_tag(lamp: Lamp) -> SafeString:
    """Draw a lamp: shape and word; the name of its fact is there for screen readers and phones."""
    return format_html(
        '<span class="lamp lamp-{}"><i aria-hidden="true">{}</i>{}</span>', lamp.color, lamp.shape, lamp.word
    )


def status_tag(label: str, color: str = "grey") -> SafeString:
    """Draw a state (of a report, a plan, a period) as a quiet tag; `color` as a lamp's where it needs action."""
    return format_html('<span class="tag tag-{}">{}</span>', color, label)
