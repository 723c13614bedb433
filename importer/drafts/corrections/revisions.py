"""Which plan a document revises, and which of its items is which."""

from importer.drafts.checked_draft import Proof

from .table import called


@called("选择被修订的计划")
def set_revised(proof: Proof, plan: int | None) -> None:
    """Say of which plan this document is a new version; None: of none."""
    proof.revises, proof.matches = plan, {}


@called("调整修订对应")
def set_match(proof: Proof, key: str, old: int | None) -> None:
    """Say which item of the revised plan an item is, 0: a new one; None: as found."""
    proof.matches = {name: pk for name, pk in proof.matches.items() if name != key and (not old or pk != old)}
    if old is not None:
        proof.matches[key] = old
