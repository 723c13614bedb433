"""The offices of items, and the names a document has for them."""

import re
from collections.abc import Sequence

from importer.drafts.checked_draft import Proof
from importer.drafts.drafts import ItemDraft

from .table import CorrectionRefused, called, item_of, plan_of

Roles = Sequence[tuple[str, str]]  # offices: name and role


def offices_of(item: ItemDraft) -> dict[str, str]:
    """Every office of an item with its role, in order."""
    roles = dict.fromkeys(item.offices, "responsible")
    roles |= dict.fromkeys(item.lead_offices, "lead")
    return roles | dict.fromkeys(item.support_offices, "support")


def put_offices(item: ItemDraft, offices: Roles) -> None:
    """Give an item offices: pairs of name and role."""
    item.offices = list(dict.fromkeys(name for name, _role in offices))
    item.lead_offices = [name for name, role in offices if role == "lead"]
    item.support_offices = [name for name, role in offices if role == "support"]


@called("设置责任科室")
def set_offices(proof: Proof, item: int, offices: Roles) -> None:
    """Give an item its offices, each with its role."""
    put_offices(item_of(proof.draft, item), offices)


@called("批量指定责任科室")
def assign_offices(proof: Proof, offices: dict[int, Roles]) -> None:
    """Give several items, by their places, their offices, each with its role."""
    for item, roles in offices.items():
        put_offices(item_of(proof.draft, item), roles)


@called("认定科室别名")
def alias_office(proof: Proof, name: str, office: str) -> None:
    """Say that a name of the document is another name of a known office."""
    proof.aliases[name] = office
    proof.new_offices = [other for other in proof.new_offices if other != name]


@called("认定为新科室")
def accept_office(proof: Proof, name: str) -> None:
    """Say that a name of the document is an office not known before."""
    proof.aliases.pop(name, None)
    if name not in proof.new_offices:
        proof.new_offices.append(name)


@called("改写科室名称")
def rename_office(proof: Proof, name: str, into: str) -> None:
    """Write a name otherwise wherever it stands; several names divided by 、 take its place."""
    names = [part.strip() for part in re.split(r"[、，,；;]", into) if part.strip()]
    if not names:
        raise CorrectionRefused("请写出科室名称。")
    for item in plan_of(proof).items:
        roles = offices_of(item)
        put_offices(item, [(new, role) for old, role in roles.items() for new in (names if old == name else [old])])
    proof.aliases.pop(name, None)
