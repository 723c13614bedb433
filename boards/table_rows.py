"""The bodies of the long tables, rendered by Jinja2: a row costs a fraction of what it does in Django's templates.

All else stays with Django's templates; where one stops and the other begins is told in docs/adr/0014.
"""

from collections.abc import Callable

from django.template import engines
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from jinja2 import Environment, StrictUndefined

from tracking import charts
from tracking.notices.digests import day_words
from tracking.reports.percent import percent_text

STAND_IN = 1234567890  # an id no object has


def table_rows(template: str, **context) -> SafeString:
    """Render `templates/boards/tables/<template>.jinja` with `context` alone: what a template needs, its caller names."""
    return SafeString(engines["tables"].get_template(f"{template}.jinja").render(context))


def environment(**options) -> Environment:
    """Return the environment of these templates, for settings.TEMPLATES; a misspelt name in one is an error."""
    made = Environment(**options | {"undefined": StrictUndefined}, trim_blocks=True, lstrip_blocks=True)
    made.globals |= {
        "page_of": page_of,
        "completion_bar": charts.completion_bar,
        "trend_line": charts.trend_line,
        "lamp": charts.lamp_tag,
    }
    made.filters |= {"percent": percent_text, "shortened": shortened, "day": day}
    return made


def page_of(name: str) -> Callable[[int], str]:
    """Return what makes the address of an object's page from its id: one `reverse` for a table, not one for each row."""
    before, after = reverse(name, args=[STAND_IN]).split(str(STAND_IN))
    return lambda pk: f"{before}{pk}{after}"


def shortened(text: str, length: int) -> str:
    """Return the text cut to `length` characters with an ellipsis, as Django's truncatechars."""
    return text if len(text) <= length else Truncator(text).chars(length)


def day(moment) -> str:
    """Return the local day of a moment as 3月5日; "" for None."""
    return day_words(timezone.localtime(moment)) if moment else ""
