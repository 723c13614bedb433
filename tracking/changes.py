"""The feed of changes: what was made, changed or deleted, in one order, nothing missed and nothing twice.

Ids of history rows are given before their transaction commits, so a lower one can appear after a higher one. Therefore a
history row gets its position in the feed only when it is seen, which is after its commit, by one process at a time
(`enter`): what appears later stands later. This asks nothing of who writes, holds on both databases, and outlives dump
and restore (docs/adr/0028-change-feed.md).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from tracking.models import Change, Report, TaskReport
from workplans.models import Assignment, Item, Milestone, Plan

CHUNK = 2000  # history rows that are entered in one transaction
MOST = 500  # changes handed out at once
LOCK = 7_102_026  # of PostgreSQL's advisory locks; SQLite has one writer anyway
WORDS = {"+": "created", "~": "changed", "-": "deleted"}


@dataclass(frozen=True)
class FeedKind:
    """A kind of row with history; `plans(rows)` tells the plan of each history row, by history id."""

    name: str
    model: Any
    plans: Callable[[list[Any]], dict[int, int | None]]

    @property
    def history(self):
        """The model of its history."""
        return self.model.history.model


@dataclass(frozen=True)
class FeedChange:
    """One change as it is handed out: `values` are all kept fields as they were after it, before it where deleted."""

    position: int
    kind: str
    row_id: int
    change: str
    at: datetime
    values: dict[str, Any]


def changes(after: int, limit: int, user) -> list[FeedChange]:
    """Return what `user` may read of the changes behind position `after`, at most `limit` (500), in their order.

    Hand in the last position again to go on; 0 begins with the first change there is. As many queries as there are kinds
    and one, besides what enters new history rows.
    """
    enter()
    found = list(Change.objects.visible_to(user).filter(pk__gt=after)[: max(0, min(limit, MOST))])
    rows = {kind.name: _rows(kind, [one.history_id for one in found if one.kind == kind.name]) for kind in KINDS}
    return [_told(one, rows[one.kind][one.history_id]) for one in found]


def enter() -> int:
    """Give every history row that is committed and has none a position; return how many were given."""
    entered = 0
    for kind in KINDS:
        while given := _enter_chunk(kind):
            entered += given
            if given < CHUNK:
                break
    return entered


@transaction.atomic
def _enter_chunk(kind: FeedKind) -> int:
    _wait_for_turn()
    known = Change.objects.filter(kind=kind.name, history_id=OuterRef("history_id"))
    rows = list(kind.history.objects.filter(~Exists(known)).order_by("history_id")[:CHUNK])
    organizations = _organizations(kind.plans(rows))
    Change.objects.bulk_create(
        Change(kind=kind.name, history_id=row.history_id, organization_id=organizations.get(row.history_id))
        for row in rows
    )
    return len(rows)


def _wait_for_turn() -> None:
    """Let one process at a time give positions, until its transaction ends: a lower one never appears after a higher."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def _organizations(plans) -> dict[int, int | None]:
    """Return the organization of each history row; of a row whose plan is gone too there is none, administrators read it."""
    known = dict(Plan.objects.filter(pk__in=set(plans.values())).values_list("pk", "organization_id"))
    return {history_id: known.get(plan) for history_id, plan in plans.items()}


def _plans_of_items(rows) -> dict[int, int | None]:
    return {row.history_id: row.plan_id for row in rows}


def _plans_by_item(rows) -> dict[int, int | None]:
    """The plan of what belongs to an item; of an item that is gone its history still tells it."""
    return _by_item({row.history_id: row.item_id for row in rows})


def _plans_by_report(rows) -> dict[int, int | None]:
    reports = {row.report_id for row in rows}
    past = Report.history.filter(id__in=reports).values_list("id", "item_id")
    items = dict(past) | dict(Report.objects.filter(pk__in=reports).values_list("pk", "item_id"))
    return _by_item({row.history_id: items.get(row.report_id) for row in rows})


def _by_item(items) -> dict[int, int | None]:
    wanted = set(items.values())
    plans = dict(Item.objects.filter(pk__in=wanted).values_list("pk", "plan_id"))
    if missing := wanted - plans.keys() - {None}:
        plans |= dict(Item.history.filter(id__in=missing).values_list("id", "plan_id"))
    return {history_id: plans.get(item) for history_id, item in items.items()}


KINDS = (
    FeedKind("item", Item, _plans_of_items),
    FeedKind("assignment", Assignment, _plans_by_item),
    FeedKind("milestone", Milestone, _plans_by_item),
    FeedKind("report", Report, _plans_by_item),
    FeedKind("task_report", TaskReport, _plans_by_report),
)


def _rows(kind, ids) -> dict[int, Any]:
    return {row.history_id: row for row in kind.history.objects.filter(history_id__in=ids)} if ids else {}


def _told(one: Change, row) -> FeedChange:
    values = {field.attname: getattr(row, field.attname) for field in row.tracked_fields}
    return FeedChange(one.pk, one.kind, row.id, WORDS[row.history_type], row.history_date, values)
