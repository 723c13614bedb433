"""A new version of a plan's document beside the plan: which item is which, what was added, removed, changed. No Django here.

Items are paired in rounds, the surest first: what a person chose, the same number and title, the same title, then the
most alike by title, body and number. Likeness is the share of pairs of neighbouring characters two texts have in common.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from .checked_draft import ink, item_key
from .drafts import FROM_DOCUMENT, ItemDraft, ItemField, PlanDraft

ENOUGH = 0.45  # less alike than this: one item was removed and another added
TITLES_ALIKE = 0.6  # a plan of the same year with a title this much alike is offered as the one revised

Grams = frozenset[str]
Milestones = Sequence[tuple[str, str, date | None]]


class Fate(StrEnum):
    """What becomes of an item."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True)
class Compared:
    """One side of the comparison: `values` are those of FROM_DOCUMENT by name, `offices` pairs of name and role,
    `milestones` what the document says of each: what, when in its words, the day."""

    values: Mapping[str, Any]
    section: str = ""
    offices: tuple[tuple[str, str], ...] = ()
    milestones: tuple[tuple[str, str, date | None], ...] = ()

    @property
    def number(self) -> str:
        """The number as printed."""
        return str(self.values["number"])

    @property
    def title(self) -> str:
        """The title."""
        return str(self.values["title"])

    @property
    def body(self) -> str:
        """The text under the title."""
        return str(self.values["body"])


@dataclass(frozen=True, kw_only=True)
class OldItem(Compared):
    """An item of the plan as it stands."""

    pk: int
    is_closed: bool = False  # cancelled before: not counted as removed again


@dataclass(frozen=True, kw_only=True)
class NewItem(Compared):
    """An item of the document; `key` is how a choice by hand names it."""

    index: int
    key: str


@dataclass(frozen=True)
class Pair:
    """One row of the comparison; `changes` names what differs."""

    old: OldItem | None
    new: NewItem | None
    changes: tuple[str, ...] = ()

    @property
    def fate(self) -> Fate:
        """Added, removed, changed or unchanged."""
        if self.old is None:
            return Fate.ADDED
        if self.new is None:
            return Fate.REMOVED
        return Fate.CHANGED if self.changes else Fate.UNCHANGED


# What two items must have in common to be one, the surer first.
SIGNS: tuple[Callable[[Compared], object], ...] = (
    lambda item: (item.number, ink(item.title)),
    lambda item: ink(item.title),
)


def new_items(draft: PlanDraft, roles_of: Callable[[ItemDraft], Iterable[tuple[str, str]]]) -> list[NewItem]:
    """The items of a draft; `roles_of` gives an item's offices as they would be stored, with their roles."""
    found: list[NewItem] = []
    for section in draft.sections:
        for item in section.items:
            found.append(
                NewItem(
                    item.values(),
                    section.title,
                    tuple(roles_of(item)),
                    tuple((m.what, m.words, m.due_on) for m in item.milestones),
                    index=len(found),
                    key=item_key(item),
                )
            )
    return found


def compare(old: Sequence[OldItem], new: Sequence[NewItem], chosen: dict[str, int] | None = None) -> list[Pair]:
    """Pair the items of a plan with those of a document: in the document's order, what was removed at the end."""
    partner = paired(old, new, chosen or {})
    rows = []
    for item in new:
        before = partner.get(item.index)
        rows.append(Pair(before, item, differences(before, item) if before else ()))
    kept = {before.pk for before in partner.values()}
    return rows + [Pair(item, None) for item in old if item.pk not in kept and not item.is_closed]


def paired(old: Sequence[OldItem], new: Sequence[NewItem], chosen: dict[str, int]) -> dict[int, OldItem]:
    """For each new item that has one its old item, by the new item's index."""
    by_pk = {item.pk: item for item in old}
    partner = {item.index: by_pk.pop(chosen[item.key]) for item in new if chosen.get(item.key) in by_pk}
    alone = [item for item in new if item.index not in partner and chosen.get(item.key) != 0]
    for sign in SIGNS:
        waiting: dict[object, list[OldItem]] = {}
        for left in by_pk.values():
            waiting.setdefault(sign(left), []).append(left)
        for item in alone:
            if same := waiting.get(sign(item)):
                before = same.pop(0)
                partner[item.index] = by_pk.pop(before.pk)
        alone = [item for item in alone if item.index not in partner]
    most_alike(alone, by_pk, partner)
    return partner


def most_alike(alone: Sequence[NewItem], by_pk: dict[int, OldItem], partner: dict[int, OldItem]) -> None:
    """Pair what is left by likeness, the most alike first."""
    old_grams = {pk: (grams(item.title), grams(item.body)) for pk, item in by_pk.items()}
    scored = []
    for item in alone:
        title, body = grams(item.title), grams(item.body)
        for pk, (old_title, old_body) in old_grams.items():
            score = likeness(title, old_title, body, old_body) + 0.1 * (item.number == by_pk[pk].number)
            if score >= ENOUGH:
                scored.append((score, -item.index, pk))
    for _score, index, pk in sorted(scored, reverse=True):
        if pk in by_pk and -index not in partner:
            partner[-index] = by_pk.pop(pk)


def likeness(title: Grams, old_title: Grams, body: Grams, old_body: Grams) -> float:
    """How alike two items are, from 0 to 1; a body that one of them lacks says nothing."""
    by_title = share(title, old_title)
    return 0.5 * by_title + 0.5 * share(body, old_body) if body and old_body else by_title


def grams(text: str) -> Grams:
    """The pairs of neighbouring characters of a text."""
    plain = ink(text)
    return frozenset(plain[n : n + 2] for n in range(len(plain) - 1)) or frozenset([plain] if plain else [])


def share(one: Grams, other: Grams) -> float:
    """The share of pairs in common."""
    return 2 * len(one & other) / (len(one) + len(other)) if one and other else 0.0


def titles_alike(one: str, other: str) -> bool:
    """Whether two plans' titles are alike enough for one to be a version of the other."""
    return share(grams(one), grams(other)) >= TITLES_ALIKE


def differences(old: OldItem, new: NewItem) -> tuple[str, ...]:
    """The names of what differs; an item that names no offices or milestones says nothing about them."""
    found = [one.name for one in FROM_DOCUMENT if _differs(one, old.values[one.name], new.values[one.name])]
    if old.section != new.section:
        found.append("section")
    if new.offices and set(old.offices) != set(new.offices):
        found.append("offices")
    if new.milestones and differing(old.milestones, new.milestones):
        found.append("milestones")
    return (*found, "resumed") if old.is_closed else tuple(found)


def differing(old: Milestones, new: Milestones) -> bool:
    """Whether a document names other milestones than the plan has; white space makes no difference."""
    return [(ink(what), day or ink(words)) for what, words, day in old] != [
        (ink(what), day or ink(words)) for what, words, day in new
    ]


def _differs(field: ItemField, old: Any, new: Any) -> bool:
    """Whether a document changes a field; the words of a deadline are no change where the day is the same."""
    if field.name == "deadline_text" or (field.needs_saying and not new):
        return False
    return ink(old) != ink(new) if field.is_text else old != new
