"""The table of corrections, the door they are made through, and how their rows are found."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from importer.drafts.checked_draft import Proof
from importer.drafts.drafts import AnyDraft, FeedbackDraft, ItemDraft, PlanDraft, ProblemKind, SectionDraft
from importer.plan.targets import renew_targets

Row = TypeVar("Row")

Change = TypeVar("Change", bound=Callable[..., Any])


class CorrectionRefused(Exception):
    """The correction cannot be made; the text says why (Chinese)."""


@dataclass(frozen=True)
class Correction:
    """One correction: what the page calls it, and what it does to a copy of the proof."""

    label: str
    change: Callable[..., ItemDraft | None]


CORRECTIONS: dict[str, Correction] = {}


def called(label: str) -> Callable[[Change], Change]:
    """Enter a function into CORRECTIONS."""

    def enter(function: Change) -> Change:
        CORRECTIONS[function.__name__] = Correction(label, function)
        return function

    return enter


def correct(proof: Proof, name: str, /, **values: Any) -> Proof:
    """Return a new proof with one correction made; raise CorrectionRefused where it cannot be."""
    changed = proof.copy()
    typed = CORRECTIONS[name].change(changed, **values)
    settle_what_is_mended(changed.draft)
    if isinstance(changed.draft, PlanDraft):
        renew_targets([item for item in changed.draft.items if item is not typed], plan_of(proof).items)
    return changed


def settle_what_is_mended(draft: AnyDraft) -> None:
    """Take away the problems of a whole draft that a correction has removed."""
    mended = set()
    if draft.title:
        mended.add(ProblemKind.NO_TITLE)
    if draft.year is not None:
        mended.add(ProblemKind.NO_YEAR)
    if not isinstance(draft, FeedbackDraft) and any(section.items or section.text for section in draft.sections):
        mended.add(ProblemKind.NO_ITEMS)
    draft.problems[:] = [problem for problem in draft.problems if problem.kind not in mended]


def plan_of(proof: Proof) -> PlanDraft:
    """The plan of a proof, or a refusal where it is a letter."""
    if isinstance(proof.draft, PlanDraft):
        return proof.draft
    raise CorrectionRefused("这份文件按反馈读取，没有板块和工作事项。")


def letter_of(proof: Proof) -> FeedbackDraft:
    """The letter of a proof, or a refusal where it is a plan."""
    if isinstance(proof.draft, FeedbackDraft):
        return proof.draft
    raise CorrectionRefused("这份文件按工作计划读取，没有反馈的内容块。")


def item_at(draft: AnyDraft, index: int) -> tuple[SectionDraft, int]:
    """The section an item stands in, and its place there."""
    left = index
    for section in draft.sections if isinstance(draft, PlanDraft) else ():
        if 0 <= left < len(section.items):
            return section, left
        left -= len(section.items)
    raise CorrectionRefused("找不到这个事项，它可能刚刚被移动或合并，请核对后再改。")


def item_of(draft: AnyDraft, index: int) -> ItemDraft:
    """An item by its place."""
    section, place = item_at(draft, index)
    return section.items[place]


def one_of(rows: Sequence[Row], index: int, what: str) -> Row:
    """A row by its place, or a refusal."""
    if not 0 <= index < len(rows):
        raise CorrectionRefused(f"找不到这个{what}，它可能刚刚被改动，请核对后再改。")
    return rows[index]


def assign(row: object, values: dict[str, Any]) -> None:
    """Set the fields of a draft."""
    for name, value in values.items():
        setattr(row, name, value)
