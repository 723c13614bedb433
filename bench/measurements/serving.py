"""The web server of `make run` under eight people who ask without a pause."""

import os
from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse

from bench.load import Load
from bench.registry import Case, Reach, measurement
from bench.server import running
from bench.shape import BUSY_ITEMS, ITEMS
from bench.stage import BUSY, REPORTERS, SUPERVISOR, Stage, insist

CLIENTS = 8


@dataclass(frozen=True)
class Page:
    """A page that is asked for, by whom, and what it has to show: so many addresses of a kind (`#` is an id)."""

    title: str
    place: int
    path: Callable[[Stage], str]
    what: str
    least: int


PAGES = {
    "my_reports": Page(
        f"我的填报 of a reporter with {BUSY_ITEMS} items",
        REPORTERS + BUSY,
        lambda stage: reverse("tracking:my_reports"),
        "/reports/#/",
        BUSY_ITEMS,
    ),
    "overview": Page("总览", SUPERVISOR, lambda stage: reverse("boards:overview"), "/items/#/", 1),
    "board": Page(
        f"plan board, {ITEMS} items",
        SUPERVISOR,
        lambda stage: reverse("boards:plan_board", args=[stage.plan.pk]),
        "/items/#/",
        ITEMS,
    ),
}


def case(stage: Stage, asked: Page) -> Case:
    """Ask for one page and for the empty one, in turn, each with the session of the same person."""
    client, path = stage.client(stage.user(asked.place)), asked.path(stage)
    insist(client, path, asked.what, asked.least)
    cookie = client.cookies["sessionid"].value
    server = stage.kept.enter_context(running(os.environ["DATABASE_URL"]))
    page, empty = (
        Load(stage, server, {"kind": "get", "clients": [{"path": one, "cookie": cookie}] * CLIENTS})
        for one in (path, "/bench/empty/")
    )
    return Case(page, empty, figures=lambda: page.figures() | empty.figures("floor's "))


def _register():
    for name, asked in PAGES.items():
        measurement(
            name=f"serving_{name}",
            title=f"`make run`'s server, 2 workers, 8 clients: {asked.title}, time for each request",
            floor="the base template with session, user and navigation, from the same server",
            reach=Reach(times_floor=1.67, limits={"errors": 0}),
            sizes=(960, 10_000),  # the tests' size, and the smallest of a run
        )(lambda stage, asked=asked: case(stage, asked))


_register()
