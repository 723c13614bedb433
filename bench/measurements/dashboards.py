"""总览 and the pages beside it: of one organization and period, and for someone who reads every organization."""

from django.urls import reverse

from bench.registry import Case, Reach, measurement
from bench.shape import BUSY_ITEMS, ITEMS
from bench.stage import BUSY, CITY, REPORTERS, Stage, get, page_figures

from .board import BOARD_ROWS, FLOOR, OFFICES, PARTS, TRENDS

REACH = Reach(times_floor=3, growth=1.3, limits={"KiB": 60})
BEFORE = """
    SELECT r.item_id, r.completion_percent, r.difficulties FROM tracking_report r
    WHERE r.period_id = (SELECT max(id) FROM tracking_period WHERE organization_id = 1 AND id < %s)"""
MAP_ROWS = """
    SELECT i.id, i.number, i.title, o.name, r.period_id, r.status, r.submitted_at FROM workplans_item i
    JOIN workplans_office o ON o.id = i.reporting_office_id JOIN tracking_report r ON r.item_id = i.id
    WHERE i.plan_id = %s ORDER BY i.position"""
SAID = """
    SELECT r.item_id, r.period_id, r.difficulties FROM tracking_report r
    WHERE r.item_id IN (SELECT id FROM workplans_item WHERE plan_id = %s)"""
TWO = """
    SELECT r.item_id, r.progress, r.difficulties, r.next_steps, r.completion_percent FROM tracking_report r
    WHERE r.period_id = (SELECT max(id) FROM tracking_period WHERE organization_id = 1 AND id < %s)"""


def page(stage: Stage, name: str, statements, least: int) -> Case:
    """Measure a page of the first organization, which names `least` items or more, for its supervisor against (sql,
    parameters) and an empty page."""
    client, path = stage.client(stage.user()), reverse(f"boards:{name}")
    empty = get(client, "/bench/empty/")

    def floor():
        for sql, value in statements:
            stage.fetch(sql, value)
        empty()

    return Case(get(client, path, "/items/#/", least), floor, figures=lambda: page_figures(client, path))


@measurement(title="总览, one organization and period", floor=FLOOR, reach=REACH)
def overview(stage):
    """Totals, changes, who is late, difficulties."""
    plan, period = stage.plan.pk, stage.period.pk
    board = (BOARD_ROWS, [period, plan])
    return page(stage, "overview", [board, (OFFICES, [plan]), (PARTS, [period]), (BEFORE, [period])], 1)


@measurement(title="填报情况, one organization and year", floor=FLOOR, reach=REACH)
def reporting_map(stage):
    """Office × period, item × period."""
    return page(stage, "reporting_map", [(MAP_ROWS, [stage.plan.pk])], ITEMS)


@measurement(title="困难清单, one organization and period", floor=FLOOR, reach=REACH)
def difficulties(stage):
    """Every difficulty and since when."""
    plan, period = stage.plan.pk, stage.period.pk
    return page(stage, "difficulties", [(BOARD_ROWS, [period, plan]), (PARTS, [period]), (SAID, [plan])], 1)


@measurement(title="两期对比, one organization", floor=FLOOR, reach=REACH)
def comparison(stage):
    """Two periods side by side, differences marked."""
    plan, period = stage.plan.pk, stage.period.pk
    board = (BOARD_ROWS, [period, plan])
    return page(stage, "comparison", [board, (PARTS, [period]), (TRENDS, [plan]), (TWO, [period])], 1)


def for_all(stage: Stage, path: str, what: str = "/items/#/", least: int = 1) -> Case:
    """Measure a page that names `least` objects or more for someone who reads every organization, against an empty page
    of the same person."""
    client = stage.client(stage.user(CITY))
    return Case(
        get(client, path, what, least), get(client, "/bench/empty/"), figures=lambda: page_figures(client, path)
    )


EMPTY, ALL = "an empty base page for the same person", Reach(milliseconds=100)


@measurement(title="总览, reader of all organizations", floor=EMPTY, reach=ALL)
def overview_all(stage):
    """The first organization's, with every other one to choose."""
    return for_all(stage, reverse("boards:overview"))


@measurement(title="填报情况, reader of all organizations", floor=EMPTY, reach=ALL)
def reporting_map_all(stage):
    """The same for the map."""
    return for_all(stage, reverse("boards:reporting_map"), least=ITEMS)


@measurement(title="困难清单, reader of all organizations", floor=EMPTY, reach=ALL)
def difficulties_all(stage):
    """The same for the difficulties."""
    return for_all(stage, reverse("boards:difficulties"))


@measurement(title="两期对比, reader of all organizations", floor=EMPTY, reach=ALL)
def comparison_all(stage):
    """The same for the comparison."""
    return for_all(stage, reverse("boards:comparison"))


@measurement(title="工作计划, reader of all organizations", floor=EMPTY, reach=ALL)
def plan_list_all(stage):
    """The list of all plans there are."""
    return for_all(stage, reverse("boards:plan_list"), "/plans/#/", 2)


@measurement(
    title=f"我的填报 of a reporter with {BUSY_ITEMS} items",
    floor="an empty base page for the same person",
    reach=Reach(times_floor=1.67),
)
def my_reports(stage):
    """What an office opens first."""
    client, path = stage.client(stage.user(REPORTERS + BUSY)), reverse("tracking:my_reports")
    subject, floor = get(client, path, "/reports/#/", BUSY_ITEMS), get(client, "/bench/empty/")
    return Case(subject, floor, figures=lambda: page_figures(client, path))


@measurement(title="an empty page (navigation, session, user)", reach=Reach(growth=1.3))
def empty(stage):
    """What every page costs: for a supervisor, whose duties are counted."""
    client = stage.client(stage.user())
    return Case(get(client, "/bench/empty/"), figures=lambda: page_figures(client, "/bench/empty/"))
