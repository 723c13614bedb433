"""Where the lines of a notice lead: to the page on which what they tell of is done."""

from django.urls import reverse

from tracking.models import Digest

# Place as digests keep it → the name of its address; those with a row take its id.
PLACES = {
    "notices": "tracking:notices",
    "my": "tracking:my_reports",
    "review": "tracking:review",
    "report": "tracking:report_page",
    "period": "tracking:period_page",
    "item": "boards:item_page",
    "paper": "papers:feedback_page",
}


def lines_of(notice: Digest) -> list[tuple[str, str]]:
    """Return the lines of a notice, each with the address it leads to, "" for those that lead nowhere."""
    links = {line: (place, pk) for line, place, pk in notice.links if place in PLACES}
    return [(text, address(*links[n]) if n in links else "") for n, text in enumerate(notice.body.split("\n"))]


def address(place: str, pk: int | None = None) -> str:
    """Return the address of a place of PLACES, of its row where it has one."""
    return reverse(PLACES[place], args=[pk] if pk else [])
