"""The table of items and offices: rows, columns, what each row has and what is proposed for it. Plans and drafts alike.

A row names offices by the key of their column: an office's id on a plan, its name in a document on its way in.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import groupby

from workplans.assigning import Offices, OfficesChanged
from workplans.models import Assignment

ROLES = Assignment.Role
ORDER = [role.value for role in ROLES]


@dataclass(frozen=True)
class OfficeColumn:
    """An office that can be chosen."""

    key: str
    name: str


@dataclass(frozen=True)
class Proposal:
    """Offices proposed for an item: from which item, and why in words."""

    offices: Offices
    reason: str
    is_last_year: bool
    item: object = None  # the earlier item it comes from


@dataclass
class AssigningRow:
    """An item of the table."""

    key: str
    number: str
    title: str
    body: str
    section: str
    offices: Offices
    address: str = ""
    predecessor: int | None = None
    wanted: Offices = ()
    proposal: Proposal | None = None
    is_contested: bool = False
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_bare(self) -> bool:
        """Say whether no office is named for it."""
        return not self.offices

    @property
    def is_changed(self) -> bool:
        """Say whether something else is wanted than what is stored."""
        return set(self.wanted) != set(self.offices)

    @property
    def seen_json(self) -> str:
        """The offices stored, as the page sends them back."""
        return to_json(self.offices)

    @property
    def wanted_json(self) -> str:
        """The offices wanted, as the page sends them back."""
        return to_json(self.wanted)

    @property
    def proposed_json(self) -> str:
        """The offices proposed, for the script."""
        return to_json(self.proposal.offices) if self.proposal else ""

    @property
    def shown(self) -> list[tuple[str, str, str]]:
        """The offices wanted: role, its label, name."""
        return self._words(self.wanted)

    @property
    def stored(self) -> list[tuple[str, str, str]]:
        """The offices stored, where somebody else changed them."""
        return self._words(self.offices)

    @property
    def proposed(self) -> str:
        """The offices proposed, in words such as 牵头 德育科；配合 计财科."""
        if not self.proposal:
            return ""
        by_role = groupby(self.proposal.offices, key=lambda pair: pair[1])
        told = ((ROLES(role).label, "、".join(self.names.get(key, key) for key, _ in pairs)) for role, pairs in by_role)
        return "；".join(f"{label} {names}" for label, names in told)

    def _words(self, offices):
        return [(role, ROLES(role).label, self.names.get(key, key)) for key, role in offices]


@dataclass(frozen=True)
class AssigningTable:
    """The page: rows without an office first."""

    rows: list[AssigningRow]
    columns: list[OfficeColumn]

    @property
    def groups(self) -> list[tuple[str, list[AssigningRow]]]:
        """The rows without an office, then the others, each under its words."""
        parts = (
            ("还没有科室", [row for row in self.rows if row.is_bare]),
            ("已有科室", [row for row in self.rows if not row.is_bare]),
        )
        return [(label, rows) for label, rows in parts if rows]

    @property
    def bare(self) -> int:
        """How many items have no office."""
        return sum(row.is_bare for row in self.rows)

    @property
    def last_year(self) -> int:
        """For how many without an office last year's are known."""
        return sum(1 for row in self.rows if row.is_bare and row.proposal and row.proposal.is_last_year)

    @property
    def proposals(self) -> int:
        """For how many without an office something is proposed."""
        return sum(1 for row in self.rows if row.is_bare and row.proposal)


def table_of(
    rows: Iterable[AssigningRow], columns: list[OfficeColumn], proposals: Mapping[str, Proposal]
) -> AssigningTable:
    """Put the table together."""
    names = {column.key: column.name for column in columns}
    found = list(rows)
    for row in found:
        row.names, row.wanted, row.proposal = names, row.offices, proposals.get(row.key)
        if row.proposal and set(row.proposal.offices) == set(row.offices):
            row.proposal = None
    return AssigningTable(found, columns)


def contested(table: AssigningTable, changed: OfficesChanged) -> AssigningTable:
    """Mark the rows somebody else has changed; they go on saying what was chosen here."""
    for row in table.rows:
        row.is_contested = row.key in changed.rows
    return table


def in_order(offices: Iterable[tuple[str, str]]) -> Offices:
    """Return offices each once, leads first, support last, otherwise in the order given."""
    return tuple(sorted(dict(offices).items(), key=lambda pair: ORDER.index(pair[1])))


def to_json(offices: Offices) -> str:
    """Write offices as a page carries them."""
    return json.dumps([list(pair) for pair in offices], ensure_ascii=False, separators=(",", ":"))
