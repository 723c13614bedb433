"""Eight people who save their reports over HTTP, in a copy of the database that is thrown away."""

import os

from bench.load import Load
from bench.registry import Case, Reach, measurement
from bench.scratch import scratch
from bench.server import running
from bench.stage import Stage

CLIENTS = 8
TEXTS = (
    "组织专题培训两次，走访学校十二所，梳理问题并逐项整改。" * 18,
    "人手不足，" * 20,
    "下月继续推进，完成验收。" * 12,
)
MINE = """
    SELECT r.id, r.version, m.user_id FROM tracking_report r
    JOIN tracking_period p ON p.id = r.period_id
    JOIN workplans_membership m ON m.office_id = r.office_id AND m.role = 'reporter'
    WHERE p.status = 'open' AND r.status = 'draft'
      AND NOT EXISTS (SELECT 1 FROM tracking_taskreport t WHERE t.report_id = r.id) ORDER BY m.user_id, r.id"""
KEPT = "SELECT COUNT(*) FROM tracking_historicalreport"
VERSIONS = "SELECT SUM(version) FROM tracking_report"


def people(stage) -> list[dict]:
    """Return eight reporters with what they have to save: user, cookie, report → version seen."""
    mine = {}
    for report, version, user in stage.fetch(MINE):
        mine.setdefault(user, {})[str(report)] = version
    chosen = list(mine.items())[:CLIENTS]
    if len(chosen) < CLIENTS:
        raise RuntimeError(f"only {len(chosen)} people have a report to save")
    return [{"user": user, "texts": TEXTS, "versions": versions} for user, versions in chosen]


def signed_in(stage, clients):
    """Give each client the cookie of a session."""
    for client in clients:
        user = stage.user().__class__.objects.get(pk=client["user"])
        client["cookie"] = stage.client(user).cookies["sessionid"].value


def paths(clients, pattern) -> list[dict]:
    """Return the clients with the address of each report; they share what versions are stored."""
    return [client | {"paths": {report: pattern.format(report) for report in client["versions"]}} for client in clients]


def case(stage: Stage, floor_kind) -> Case:
    """Save by the page's own address; the floor is the bare SQL, or the same behind a view."""
    clients = people(stage)
    signed_in(stage, clients)
    copy = stage.kept.enter_context(scratch(stage, os.environ["DATABASE_URL"]))
    server = stage.kept.enter_context(running(copy.url))
    begun = [copy.number(KEPT), copy.number(VERSIONS)]

    def load_of(pattern):
        return Load(stage, server, {"kind": "save", "clients": paths(clients, pattern)}, copy.name)

    saving = load_of("/reports/{}/draft/")
    floor = load_of("/bench/save/{}/")
    if floor_kind == "sql":
        floor = Load(stage, None, {"kind": "sql", "database": copy.url, "clients": clients}, copy.name)

    def figures():
        done = saving.done + floor.done
        lost = [done - (copy.number(sql) - first) for sql, first in zip((KEPT, VERSIONS), begun, strict=True)]
        return (
            saving.figures()
            | floor.figures("floor's ")
            | {"saves": done, "history lost": lost[0], "versions lost": lost[1]}
        )

    return Case(saving, floor, figures=figures)


FLOORS = {
    "saving": ("sql", "the bare UPDATE and INSERT through 8 connections, without HTTP", Reach(times_floor=2)),
    "saving_view": (
        "save",
        "the bare UPDATE and INSERT behind a view of the same server, with session and user",
        Reach(),
    ),
}


def _register():
    for name, (kind, floor, reach) in FLOORS.items():
        limits = {"errors": 0, "history lost": 0, "versions lost": 0}
        measurement(
            name=name,
            title="saving one report over HTTP with version check and history, 8 clients, time for each save",
            floor=floor,
            reach=Reach(times_floor=reach.times_floor, limits=limits),
            sizes=(960, 10_000),  # the tests' size, and the smallest of a run
        )(lambda stage, kind=kind: case(stage, kind))


_register()
