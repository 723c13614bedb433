"""The web server of `make run` under eight people who ask without a pause."""

import os

from django.urls import reverse

from bench.load import Load
from bench.registry import Case, Reach, measurement
from bench.server import running
from bench.stage import REPORTERS, SUPERVISOR, Stage

CLIENTS = 8
PAGES = {
    "my_reports": ("我的填报", REPORTERS, lambda stage: reverse("tracking:my_reports")),
    "overview": ("总览", SUPERVISOR, lambda stage: reverse("boards:overview")),
    "board": ("plan board, 40 items", SUPERVISOR, lambda stage: reverse("boards:plan_board", args=[stage.plan.pk])),
}


def case(stage: Stage, place, path) -> Case:
    """Ask for one page and for the empty one, in turn, each with the session of the same person."""
    cookie = stage.client(stage.user(place)).cookies["sessionid"].value
    server = stage.kept.enter_context(running(os.environ["DATABASE_URL"]))
    page, empty = (
        Load(stage, server, {"kind": "get", "clients": [{"path": one, "cookie": cookie}] * CLIENTS})
        for one in (path, "/bench/empty/")
    )
    return Case(page, empty, figures=lambda: page.figures() | empty.figures("floor's "))


def _register():
    for name, (title, place, path) in PAGES.items():
        measurement(
            name=f"serving_{name}",
            title=f"`make run`'s server, 2 workers, 8 clients: {title}, time for each request",
            floor="the base template with session, user and navigation, from the same server",
            reach=Reach(times_floor=1.67, limits={"errors": 0}),
            sizes=(960, 10_000),  # the tests' size, and the smallest of a run
        )(lambda stage, place=place, path=path: case(stage, place, path(stage)))


_register()
