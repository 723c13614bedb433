"""The API: a page of reports against hand-written SQL and json, and all of them as lines against the .csv of the same rows."""

import json
from collections import deque
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.test import Client
from django.utils import timezone

from accounts import tokens
from accounts.models import Application
from api import exchange
from api.plain import write
from api.resources import REPORTS
from bench.alone import alone
from bench.measurements.exporting import write as write_table
from bench.registry import Case, Reach, measurement
from bench.rows import ADMIN
from bench.stage import Stage
from workplans.models import Organization

MOST = 100_000
NAME = "bench"
COLUMNS = (
    "r.id, r.item_id, r.period_id, r.office_id, r.completion_percent, r.progress, r.difficulties, r.next_steps, r.unchanged, "
    "r.unchanged_reason, r.status, r.version, r.saved_at, r.submitted_at, r.on_behalf, "
    "CASE WHEN p.status IN ('upcoming', 'open') THEN o.name ELSE r.office_name END"
)
PAGE = (
    f"SELECT {COLUMNS} FROM tracking_report r JOIN workplans_item i ON i.id = r.item_id "
    "JOIN workplans_plan w ON w.id = i.plan_id JOIN tracking_period p ON p.id = r.period_id "
    "LEFT JOIN workplans_office o ON o.id = r.office_id WHERE w.organization_id = %s AND r.id > %s ORDER BY r.id LIMIT 101"
)
PARTS = (
    "SELECT t.report_id, t.id, t.task_id, t.progress, t.difficulties, t.next_steps FROM tracking_taskreport t "
    "JOIN workplans_task k ON k.id = t.task_id WHERE t.report_id IN ({}) ORDER BY t.report_id, k.position, t.id"
)


def token_of(stage: Stage) -> str:
    """Return a new token that reads the first organization."""
    application = Application.objects.filter(name=NAME).first() or Application.objects.create(
        organization=Organization.objects.get(pk=1), name=NAME, account=tokens.make_account(NAME)
    )
    return tokens.issue(application, by=stage.user(ADMIN), now=timezone.now())[1]


@measurement(
    title="API, a page of 100 reports: from the query to the JSON, by CPU",
    floor="the same rows and bytes by hand-written SQL and json",
    reach=Reach(times_floor=1.5),
    sizes=(10_000, 100_000),
)
def interface_page(stage: Stage) -> Case:
    """`with HTTP` is the whole request, with all middleware, the token and its count."""
    settings.API, settings.API_PER_MINUTE = True, 10**9
    account = tokens.find(token := token_of(stage)).application.account
    client, headers = Client(), {"Authorization": f"Bearer {token}"}
    names = [*REPORTS.columns, "tasks"]

    def subject():
        rows = REPORTS.rows(account, {}).filter(pk__gt=0)
        return write({"data": REPORTS.read(rows[:101])[:100], "next": None})

    def floor():
        found = [dict(zip(names, (*row, []), strict=True)) for row in stage.fetch(PAGE, (1, 0))]
        of = {row["id"]: row["tasks"] for row in found}
        marks = ", ".join(["%s"] * len(of))
        for report, *part in stage.fetch(PARTS.format(marks), tuple(of)):
            of[report].append(dict(zip(("id", "task_id", "progress", "difficulties", "next_steps"), part, strict=True)))
        return json.dumps({"data": found[:100], "next": None}, ensure_ascii=False, default=told)

    def request():
        response = client.get("/api/v1/reports", headers=headers)
        if response.status_code != 200:
            raise RuntimeError(f"answered {response.status_code}")

    def many(work):
        return lambda: deque((work() for _ in range(20)), 0)

    def figures():
        request()
        begun = stage.cpu_clock()
        many(request)()
        size = round(len(subject().encode()) / 1024, 1)
        return {"with HTTP: CPU ms": round((stage.cpu_clock() - begun) * 50, 2), "KiB": size}

    return Case(many(subject), many(floor), figures=figures, rounds=9)


def told(value):
    """Return what json has no word for."""
    return value.isoformat() if isinstance(value, datetime) else float(value)


@measurement(
    title="API, 100,000 reports as JSON Lines, all fields",
    floor="the same reports as .csv by our own writer, 14 columns",
    reach=Reach(times_floor=1.3, limits={"peak MB": 150}),
    sizes=(100_000,),
)
def interface_lines(stage: Stage) -> Case:
    """What the server does for `reports.jsonl`, without the network."""
    folder = Path(stage.folder)
    return Case(
        lambda: write_lines(folder / "lines.jsonl"),
        lambda: write_table(folder / "lines.csv"),
        figures=lambda: {
            "peak MB": alone(write_lines, folder / "lines.jsonl")["peak MB"],
            "MB": round((folder / "lines.jsonl").stat().st_size / 1e6, 1),
        },
        rounds=3,
    )


def write_lines(path) -> int:
    """Write all reports of the first MOST; return how many bytes that were."""
    everything = get_user_model().objects.get(pk=ADMIN)  # of all organizations, as the rows of the .csv
    written = 0
    with open(path, "wb") as file:
        for chunk in exchange.json_lines(REPORTS, REPORTS.rows(everything, {})):
            written += file.write(chunk.encode())
    return written
