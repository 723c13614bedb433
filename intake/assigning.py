"""责任科室 of many items of a document on its way in: the table of the draft, and storing what came back of it."""

import hashlib
from collections import Counter
from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from boards.assigning.proposing import Proposer
from boards.assigning.table import AssigningRow, AssigningTable, OfficeColumn, in_order, table_of
from importer.drafts.checked_draft import item_key
from importer.drafts.corrections import offices_of
from importer.drafts.drafts import PlanDraft
from workplans.assigning import Change, Offices, to_store
from workplans.officebook import OfficeBook

from .keeping import change, locked, proof_of


class NamedOffices:
    """What the names of a draft mean: columns are called by an office's own name where it has one."""

    def __init__(self, organization, proof):
        self.book, self.proof = OfficeBook(organization), proof

    def column(self, name) -> str:
        """The column of a name."""
        meant = self.proof.aliases.get(name, name)
        office = self.book.find(meant)
        return office.name if office else meant

    def offices(self, item) -> Offices:
        """An item's offices by their columns."""
        return in_order((self.column(name), role) for name, role in offices_of(item).items())

    def written(self, item, offices: Offices) -> list[tuple[str, str]]:
        """The same by names as the document writes them; those it does not name by their own."""
        names = {self.column(name): name for name in offices_of(item)}
        return [(names.get(column, column), role) for column, role in offices]


def keyed(proof) -> dict[str, tuple[int, object, object]]:
    """Return key → place, section and item of a draft; the key stays while other items come, go and move."""
    found, counted, place = {}, Counter(), 0
    for section in proof.draft.sections if isinstance(proof.draft, PlanDraft) else ():
        for item in section.items:
            name = item_key(item)
            counted[name] += 1
            found[hashlib.sha256(f"{name}|{counted[name]}".encode()).hexdigest()[:12]] = (place, section, item)
            place += 1
    return found


def table_of_draft(user, draft, proof) -> AssigningTable:
    """Return the table of a draft; as many queries for 2 items as for 40."""
    named = NamedOffices(draft.organization, proof)
    rows = [
        AssigningRow(
            key, item.number or "", item.title, item.body, section.title or "", named.offices(item),
            address=f"../#item-{place}",
        )
        for key, (place, section, item) in keyed(proof).items()
    ]  # fmt: skip
    names = [office.name for office in named.book.offices if office.is_active]
    names = dict.fromkeys([*names, *(name for row in rows for name, _role in row.offices)])
    year = proof.draft.year or timezone.localdate(draft.uploaded_at).year
    proposer = Proposer(user, draft.organization, year, lambda office: office.name)
    return table_of(rows, [OfficeColumn(name, name) for name in names], proposer.proposals(rows))


@transaction.atomic
def assign_in_draft(draft, changes: Mapping[str, Change], *, by, now) -> int:
    """Store the changed offices of a draft as one correction; return how many items changed.

    Raises PermissionDenied, CorrectionRefused or OfficesChanged.
    """
    stored = locked(draft, None, by)
    proof = proof_of(stored)
    named, rows = NamedOffices(stored.organization, proof), keyed(proof)
    wanted = to_store(changes, {key: named.offices(item) for key, (_place, _section, item) in rows.items()})
    if wanted:
        offices = {rows[key][0]: named.written(rows[key][2], value) for key, value in wanted.items()}
        change(stored, "assign_offices", {"offices": offices}, seen_version=None, by=by, now=now)
    return len(wanted)
