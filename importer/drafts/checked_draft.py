"""A draft together with what a person decided about it, before anything is stored.

`Proof` is what waits in the database and what corrections change. `counts_of` says how much of the document is
accounted for, and as what; `places_of` which part of the tree each piece of the document went to.
"""

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from typing import Any

from importer.files.readers import is_ink

from .draft_store import from_dict, to_dict
from .drafts import AnyDraft, FeedbackDraft, ItemDraft, Piece, PieceKind

# Line → (anchor, ink of the title, last line) of what begins on it.
Heads = dict[int, list[tuple[str, str, int]]]


@dataclass
class Proof:
    """A draft and the decisions on it."""

    draft: AnyDraft
    aliases: dict[str, str] = field(default_factory=dict)  # a name in the document → the office it is another name of
    new_offices: list[str] = field(default_factory=list)  # names confirmed to be offices not known before
    revises: int | None = None  # the plan this document is a new version of
    scan: dict[str, Any] | None = (
        None  # of a document read from pictures: its pages as read and corrected, which of their documents this is
    )
    matches: dict[str, int] = field(default_factory=dict)  # `item_key` → the plan's item chosen by hand, 0 for none

    def to_dict(self) -> dict[str, Any]:
        """As JSON knows it."""
        return vars(self) | {"draft": to_dict(self.draft)}

    @classmethod
    def from_dict(cls, stored: dict[str, Any]) -> "Proof":
        """The proof that `to_dict` was given."""
        return cls(**stored | {"draft": from_dict(stored["draft"])})

    def copy(self) -> "Proof":
        """A proof that can be changed without changing this one; pieces and problems are frozen and shared."""
        draft = self.draft
        copied = deepcopy(replace(draft, pieces=[], problems=[]))
        copied.pieces, copied.problems = list(draft.pieces), list(draft.problems)
        return replace(
            self,
            draft=copied,
            aliases=dict(self.aliases),
            new_offices=list(self.new_offices),
            matches=dict(self.matches),
        )


@dataclass(frozen=True)
class Counts:
    """The numbers above the page."""

    sections: int
    items: int
    bare: int  # items without an office
    problems: int
    characters: dict[str, int]  # ink by kind of piece

    @property
    def total(self) -> int:
        """All characters of the document that leave something on paper."""
        return sum(self.characters.values())

    @property
    def unread(self) -> int:
        """Characters nobody understood."""
        return self.characters[PieceKind.PROBLEM.value]


def counts_of(draft: AnyDraft) -> Counts:
    """Count a draft."""
    characters = dict.fromkeys((kind.value for kind in PieceKind), 0)
    for piece in draft.pieces:
        characters[piece.kind.value] += len(ink(piece.text))
    if isinstance(draft, FeedbackDraft):
        return Counts(len(draft.blocks), len(draft.projects), 0, len(draft.problems), characters)
    bare = sum(1 for item in draft.items if not item.offices)
    return Counts(len(draft.sections), len(draft.items), bare, len(draft.problems), characters)


def ink(text: str) -> str:
    """The characters of a text that leave something on paper."""
    return "".join(character for character in text if is_ink(character))


def item_key(item: ItemDraft) -> str:
    """How an item is known while its place in the draft may change."""
    return f"{item.number}|{item.title}"[:200]


def places_of(draft: AnyDraft) -> list[str | None]:
    """For each piece the anchor of the part of the tree it went to, such as `item-3`; None where it went nowhere."""
    anchors = heads(draft)
    places: list[str | None] = []
    current: str | None = None
    for piece in draft.pieces:
        if piece.kind in (PieceKind.FURNITURE, PieceKind.PROBLEM):
            places.append(None)
            continue
        found = head_at(anchors, piece)
        if found or piece.kind is PieceKind.HEADING:
            current = found
        places.append(current or "plan")
    return carried_back(places, draft.pieces)


def heads(draft: AnyDraft) -> Heads:
    """Line → (anchor, ink of the title, last line) of what begins on it."""
    found: Heads = {}

    def put(anchor: str, line: int, title: str, last: int = 0) -> None:
        if line:
            found.setdefault(line, []).append((anchor, ink(title), max(last, line)))

    if isinstance(draft, FeedbackDraft):
        for n, project in enumerate(draft.projects):
            put(f"project-{n}", project.line, project.title)
        for n, block in enumerate(draft.blocks):
            put(f"block-{n}", block.line, block.heading)
        return found
    for n, section in enumerate(draft.sections):
        put(f"section-{n}", section.line, section.title)
    for n, item in enumerate(draft.items):
        put(f"item-{n}", item.line, item.title, item.last_line)
    return found


def head_at(anchors: Heads, piece: Piece) -> str | None:
    """The anchor that begins with this piece."""
    here = anchors.get(piece.line)
    if not here or piece.kind not in (PieceKind.HEADING, PieceKind.ITEM):
        return None
    text = ink(piece.text)
    for anchor, title, _last in here:
        if title and text and (title[:12] in text or text.rstrip("。") in title):
            return anchor
    return here[0][0] if len(here) == 1 else None


def carried_back(places: list[str | None], pieces: Sequence[Piece]) -> list[str | None]:
    """Give an item's printed number, a piece of its own before the title, to what follows on its line."""
    for n in range(len(pieces) - 2, -1, -1):
        here, after = pieces[n], pieces[n + 1]
        is_number = len(ink(here.text)) <= 8 and here.kind is after.kind and here.line == after.line
        if is_number and here.kind in (PieceKind.ITEM, PieceKind.HEADING):
            places[n] = places[n + 1]
    return places
