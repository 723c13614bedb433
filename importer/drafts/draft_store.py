"""Drafts to plain dictionaries and back without loss: how a draft waits in the database for a person.

Driven by the dataclasses themselves: a field added to a draft is kept without a word here, and one that is missing
in what was stored takes its default. (`as_json.py` writes the shorter form that other programs read.)
"""

import types
import typing
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any

from .drafts import AnyDraft, FeedbackDraft, Piece, PieceKind, PlanDraft

KINDS: dict[str, type[AnyDraft]] = {PlanDraft.kind: PlanDraft, FeedbackDraft.kind: FeedbackDraft}


def to_dict(draft: AnyDraft) -> dict[str, Any]:
    """The whole draft, pieces and problems included, as JSON knows it."""
    return {"kind": draft.kind} | {name: plain(value) for name, value in fields_of(draft)}


def from_dict(stored: dict[str, Any]) -> AnyDraft:
    """The draft that `to_dict` was given."""
    draft: AnyDraft = revived(KINDS[stored["kind"]], stored)
    return draft


def plain(value: Any) -> Any:
    """A value of a draft as JSON knows it."""
    if isinstance(value, Piece):
        return [value.line, value.start, value.end, value.kind.value, storable(value.text)]
    if is_dataclass(value) and not isinstance(value, type):
        return {name: plain(part) for name, part in fields_of(value)}
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    if isinstance(value, dict):
        return {key: plain(part) for key, part in value.items()}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, Decimal):
        return str(value)
    return value.isoformat() if isinstance(value, date) else value


def fields_of(value: Any) -> list[tuple[str, Any]]:
    """The fields of a draft or a part of one, each with what it holds."""
    return [(field.name, getattr(value, field.name)) for field in fields(value)]


def storable(text: str) -> str:
    """A text without what no database takes: NUL and half surrogates, neither of which anybody can see."""
    return text.replace("\x00", "").encode("utf-8", "ignore").decode("utf-8")


def revived(wanted: Any, value: Any) -> Any:
    """A value read from JSON as the type a field declares."""
    if wanted is Piece:
        line, start, end, kind, text = value
        return Piece(line, start, end, PieceKind(kind), text)
    if isinstance(wanted, type) and is_dataclass(wanted):
        hints = hints_of(wanted)
        return wanted(**{name: revived(hints[name], part) for name, part in value.items() if name in hints})
    if typing.get_origin(wanted) in (typing.Union, types.UnionType):
        inner = [part for part in typing.get_args(wanted) if part is not type(None)]
        return value if value is None or len(inner) > 1 else revived(inner[0], value)
    if typing.get_origin(wanted) in (list, tuple):
        inner = typing.get_args(wanted)[0]
        parts = [revived(inner, part) for part in value]
        return tuple(parts) if typing.get_origin(wanted) is tuple else parts
    if isinstance(wanted, type) and issubclass(wanted, Enum):
        return wanted(value)
    if wanted is Decimal:
        return Decimal(value)
    return date.fromisoformat(value) if wanted is date else value


@cache
def hints_of(wanted: type) -> dict[str, Any]:
    """The declared types of a dataclass's fields."""
    hints = typing.get_type_hints(wanted)
    return {field.name: hints[field.name] for field in fields(wanted)}
