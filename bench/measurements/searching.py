"""The search page over all reports, for someone who reads everything and for someone of one organization."""

import random
import time

from django.urls import reverse

from bench.registry import Case, Reach, measurement
from bench.stage import CITY, SUPERVISOR, Stage, insist, page_figures
from bench.texts import Writer, sentences
from tracking.models import Report
from tracking.search.search import LIMIT

WORDS = 40


def words(length: int) -> list[str]:
    """Return words of so many characters: three in four out of the sentences, the rest rare names."""
    dice, writer = random.Random(length), Writer(length)
    pool = [text for text in sentences() if text.isalpha() and len(text) > 2 * length]
    found = []
    for number in range(WORDS):
        text = (writer.name() if length < 4 else writer.school()) if number % 4 == 0 else dice.choice(pool)
        start = 0 if number % 4 == 0 else dice.randrange(len(text) - length)
        found.append(text[start : start + length])
    return found


def asked(client, asked_for, **headers):
    """Return a callable that asks for the page of each word and returns the seconds of each."""
    path = reverse("boards:search")

    def ask():
        seconds = []
        for word in asked_for:
            begun = time.perf_counter()
            response = client.get(path, {"q": word}, headers=headers)
            seconds.append(time.perf_counter() - begun)
            assert response.status_code == 200
        return seconds

    return ask


def case(stage: Stage, length: int, person: int, **headers: str) -> Case:
    """Measure the page; the floor reads as many reports as a page can have found, by primary key."""
    client, asked_for = stage.client(stage.user(person)), words(length)
    dice, highest = random.Random(1), stage.shape.reports

    def floor():
        samples = []
        for _word in asked_for:
            keys = [dice.randint(1, highest) for _hit in range(LIMIT)]
            begun = time.perf_counter()
            list(Report.objects.filter(pk__in=keys).select_related("item__plan__organization", "period"))
            samples.append(time.perf_counter() - begun)
        return samples

    path = f"{reverse('boards:search')}?q={asked_for[1]}"
    insist(client, path, "/items/#/", 1)
    return Case(asked(client, asked_for, **headers), floor, figures=lambda: page_figures(client, path), rounds=3)


FLOOR = f"reading {LIMIT} reports by primary key through Django"
REACH = Reach(p95_milliseconds=150)


@measurement(title=f"search page, {WORDS} words of 2 characters, reader of everything", floor=FLOOR, reach=REACH)
def search_two(stage):
    """Two characters."""
    return case(stage, 2, CITY)


@measurement(title=f"search page, {WORDS} words of 4 characters, reader of everything", floor=FLOOR, reach=REACH)
def search_four(stage):
    """Four characters."""
    return case(stage, 4, CITY)


@measurement(title=f"search page, {WORDS} words of 2 characters, one organization", floor=FLOOR, reach=REACH)
def search_own(stage):
    """Two characters, by a supervisor."""
    return case(stage, 2, SUPERVISOR)


@measurement(
    title=f"search while typing, {WORDS} words of 2 characters, reader of everything", floor=FLOOR, reach=REACH
)
def search_typing(stage):
    """Two characters, as the script asks while somebody types: only what was found."""
    return case(stage, 2, CITY, **{"X-Requested-With": "fetch"})
