"""责任分工 of many items at once: what a table of items and offices says is stored, all or nothing.

A change says what the table showed and what is wanted; where the item's offices are neither by now, somebody else has
changed them and nothing is stored.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import transaction

from . import access
from .history import write_history
from .models import Assignment, Item, Office
from .officebook import reporter_among

REASON = "批量指定责任科室"
Offices = tuple[tuple[str, str], ...]  # key of the office in the table, and its role


class AssigningRefused(Exception):
    """The table cannot be stored; the text is a Chinese sentence."""


class OfficesChanged(Exception):
    """Somebody else has changed the offices of these items (keys of rows) since the table was shown."""

    def __init__(self, rows):
        self.rows = frozenset(rows)
        super().__init__("有事项的科室刚刚被他人改过，请核对标出的几行再保存。")


@dataclass(frozen=True)
class Change:
    """What the table showed of an item, and what its offices are to be."""

    seen: Offices
    wanted: Offices


@dataclass(frozen=True)
class Assigned:
    """How many items have other offices now, and which of them another reporting office."""

    items: int
    moved: tuple[int, ...] = ()


def to_store(changes: Mapping[str, Change], current: Mapping[str, Offices]) -> dict[str, Offices]:
    """Return what is to be stored, by row; raise OfficesChanged for rows that are neither as shown nor as wanted.

    A row is compared as a set: in which order its offices stand says nothing. A row that is gone counts as changed.
    """
    wanted = {key: each for key, each in changes.items() if set(each.seen) != set(each.wanted)}
    strange = [
        key
        for key, each in wanted.items()
        if key not in current or set(current[key]) not in (set(each.seen), set(each.wanted))
    ]
    if strange:
        raise OfficesChanged(strange)
    return {key: each.wanted for key, each in wanted.items() if set(current[key]) != set(each.wanted)}


@transaction.atomic
def assign(plan, changes: Mapping[str, Change], *, by, now) -> Assigned:
    """Store the changed offices of a plan's items; rows are keyed by the item's id, offices by theirs.

    The reporting office follows its rule (the lead, else the first responsible office) where it followed it before, and
    where it is named no more. Raises PermissionDenied, AssigningRefused or OfficesChanged.
    """
    if refused := access.assigns_offices(by, plan):
        raise PermissionDenied(refused)
    items = {str(item.pk): item for item in plan.items.select_for_update().filter(pk__in=changes).order_by("position")}
    rows = {key: [] for key in items}
    for row in Assignment.objects.filter(item__in=items.values()).select_related("office").order_by("position", "pk"):
        rows[str(row.item_id)].append(row)
    stored = to_store(changes, {key: tuple((str(row.office_id), row.role) for row in rows[key]) for key in rows})
    offices = _offices(plan, stored, rows)
    moved = _report(items, stored, rows, offices)
    _put(items, stored, rows, by=by, now=now)
    Item.objects.bulk_update(moved, ["reporting_office"])
    write_history(moved, by=by, now=now, reason=REASON)
    return Assigned(len(stored), tuple(item.pk for item in moved))


def _offices(plan, stored, rows) -> dict[str, Office]:
    """Return the bureau's offices by key; refuse one that is not its own, or is given work though it is used no more."""
    offices = {str(office.pk): office for office in Office.objects.filter(organization=plan.organization_id)}
    for key, wanted in stored.items():
        before = {str(row.office_id) for row in rows[key]}
        for office, role in wanted:
            found = offices.get(office)
            if found is None or role not in Assignment.Role or not (found.is_active or office in before):
                raise AssigningRefused("所选的科室不存在，或者已经停用，请刷新页面后重新选择。")
    return offices


def _report(items, stored, rows, offices) -> list[Item]:
    """Give the items the office that reports now; return those of which it is another one."""
    coordinating = next((office for office in offices.values() if office.kind == Office.Kind.COORDINATING), None)
    moved = []
    for key, wanted in stored.items():
        item = items[key]
        before = reporter_among((row.office, row.role) for row in rows[key]) or coordinating
        follows = item.reporting_office_id in (None, before and before.pk)
        if not follows and str(item.reporting_office_id) in dict(wanted):
            continue
        office = reporter_among((offices[pk], role) for pk, role in wanted) or coordinating
        if office and office.pk != item.reporting_office_id:
            item.reporting_office = office
            moved.append(item)
    return moved


def _put(items, stored, rows, *, by, now):
    made, kept = [], []
    for key, wanted in stored.items():
        before = {str(row.office_id): row for row in rows[key]}
        for position, (office, role) in enumerate(wanted, start=1):
            row = before.pop(office, None)
            if row is None:
                made.append(Assignment(item=items[key], office_id=int(office), role=role, position=position))
            elif (row.role, row.position) != (role, position):
                row.role, row.position = role, position
                kept.append(row)
        for row in before.values():
            row._change_reason, row._history_user, row._history_date = REASON, by, now
            row.delete()
    Assignment.objects.bulk_update(kept, ["role", "position"])
    write_history(kept, by=by, now=now, reason=REASON)
    write_history(Assignment.objects.bulk_create(made), by=by, now=now, reason=REASON, created=True)
