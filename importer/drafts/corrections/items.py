"""A plan, its sections and items."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from importer.drafts.checked_draft import Proof
from importer.drafts.drafts import Comparison, ItemDraft, MilestoneDraft, PieceKind, SectionDraft, TargetDraft
from importer.drafts.text_edits import head_to_body, line_of, printed_number, text_to_head

from .offices import Roles, offices_of, put_offices
from .table import CorrectionRefused, assign, called, item_at, item_of, one_of, plan_of

SENTENCE = re.compile(r"[^。！？；\n]*[。！？；\n]*")

LEADING_NUMBER = re.compile(r"^\s*([（(]?[一二三四五六七八九十\d]{1,4}[）).、．]|[①-⑳])\s*")


@called("修改标题和文号等")
def edit_plan(proof: Proof, **values: Any) -> None:
    """Set fields of the whole document."""
    assign(proof.draft, values)


@called("修改板块")
def edit_section(proof: Proof, section: int, **values: Any) -> None:
    """Rename a section."""
    assign(one_of(plan_of(proof).sections, section, "板块"), values)


@called("增加板块")
def add_section(proof: Proof, ordinal: str, title: str, after: int | None = None) -> None:
    """Put an empty section behind section `after`, at the end without it."""
    sections = plan_of(proof).sections
    place = len(sections) if after is None else after + 1
    sections.insert(place, SectionDraft(ordinal or None, title))


@called("删除空板块")
def delete_section(proof: Proof, section: int) -> None:
    """Delete a section that holds nothing; its heading becomes furniture."""
    gone = one_of(plan_of(proof).sections, section, "板块")
    if gone.items or gone.text:
        raise CorrectionRefused("这个板块里还有事项或正文，请先移走，再删除。")
    plan_of(proof).sections.remove(gone)
    proof.draft.pieces[:] = [
        replace(p, kind=PieceKind.FURNITURE) if p.line == gone.line and p.kind is PieceKind.HEADING else p
        for p in proof.draft.pieces
    ]


@called("修改事项")
def edit_item(
    proof: Proof,
    item: int,
    offices: Roles | None = None,
    targets: Sequence[dict[str, Any]] | None = None,
    milestones: Sequence[dict[str, Any]] | None = None,
    **values: Any,
) -> ItemDraft | None:
    """Set an item's words and deadline, its offices, targets and milestones where given; return the item whose targets were typed."""
    row = item_of(proof.draft, item)
    assign(row, values)
    row.confidence, row.doubts = 100, []  # somebody looked at it
    if offices is not None:
        put_offices(row, offices)
    if milestones is not None:
        row.milestones = [MilestoneDraft(**milestone) for milestone in milestones]
    typed = [target_from(row, target) for target in targets or ()]
    if targets is None or typed == row.targets:
        return None
    row.targets = typed
    return row


def target_from(item: ItemDraft, target: dict[str, Any]) -> TargetDraft:
    """A target as typed; where the item's words have it, it knows where."""
    same = [t for t in item.targets if t.text and t.text == target["text"]]
    known = next((t for t in same if t.value == target["value"]), same[0] if same else None)
    at = (known.start, known.end) if known else (0, 0)
    return TargetDraft(**target | {"comparison": Comparison(target["comparison"])}, start=at[0], end=at[1])


@called("增加事项")
def add_item(proof: Proof, section: int, number: str, title: str, body: str = "") -> None:
    """Add an item at the end of a section."""
    one_of(plan_of(proof).sections, section, "板块").items.append(ItemDraft(number=number, title=title, body=body))


@called("并入上一事项")
def merge_up(proof: Proof, item: int) -> None:
    """Join an item to the one above: its number, title and body become a paragraph there, its offices are added."""
    draft = proof.draft
    if item == 0:
        raise CorrectionRefused("这是第一个事项，上面没有可以并入的事项。")
    upper, (section, place) = item_of(draft, item - 1), item_at(draft, item)
    lower = section.items.pop(place)
    stop = "。" if lower.title and lower.title[-1] not in "。！？；：" else ""
    text = f"{printed_number(draft.pieces, lower)}{lower.title}{stop}{lower.body}"
    upper.body = "\n".join(part for part in (upper.body, text) if part)
    roles = offices_of(lower) | offices_of(upper)
    put_offices(upper, [(name, roles[name]) for name in dict.fromkeys([*upper.offices, *lower.offices])])
    upper.milestones = [*upper.milestones, *lower.milestones]
    upper.last_line = max(upper.last_line, lower.last_line, lower.line)
    head_to_body(draft.pieces, lower)


@called("拆分事项")
def split_item(proof: Proof, item: int, at: int) -> None:
    """Let an item end before sentence `at` of its body; from there on it is an item of its own with the same offices."""
    section, place = item_at(proof.draft, item)
    upper = section.items[place]
    parts = sentences(upper.body)
    if not 0 <= at < len(parts):
        raise CorrectionRefused("找不到拆分的位置，这个事项可能刚刚被改动，请核对后再拆。")
    kept, moved = "".join(parts[:at]).rstrip(), "".join(parts[at:]).strip()
    number = LEADING_NUMBER.match(moved)
    first, *others = sentences(moved[number.end() :] if number else moved)
    lower = replace(
        upper,
        number=number[1].rstrip(".、．") if number else "",
        title=first.strip().rstrip("。；"),
        body="".join(others).strip(),
        offices=list(upper.offices),
        lead_offices=list(upper.lead_offices),
        support_offices=list(upper.support_offices),
        milestones=[],
    )
    lower.line = line_of(proof.draft.pieces, first, upper.line, upper.last_line) or upper.line
    text_to_head(proof.draft.pieces, upper, first)
    upper.body = kept
    if lower.line > upper.line:
        upper.last_line = lower.line - 1
    section.items.insert(place + 1, lower)


def sentences(text: str) -> list[str]:
    """A text cut behind 。！？； and line ends; joined they give the text."""
    return [part for part in SENTENCE.findall(text) if part]


@called("移动事项")
def move_item(proof: Proof, item: int, to: str) -> None:
    """Move an item `up`, `down`, or into the section of place `to`."""
    sections = plan_of(proof).sections
    section, place = item_at(proof.draft, item)
    here = next(n for n, other in enumerate(sections) if other is section)
    if to in ("up", "down"):
        step = -1 if to == "up" else 1
        target, position = section, place + step
        if not 0 <= position < len(section.items):
            if not 0 <= here + step < len(sections):
                raise CorrectionRefused("已经在最前面了。" if step < 0 else "已经在最后面了。")
            target = sections[here + step]
            position = len(target.items) if step < 0 else 0
    else:
        target = one_of(sections, int(to), "板块")
        position = len(target.items) - (target is section) if int(to) <= here else 0
    target.items.insert(position, section.items.pop(place))


@called("删除事项")
def delete_item(proof: Proof, item: int) -> None:
    """Take an item out: its lines are no content."""
    section, place = item_at(proof.draft, item)
    gone = section.items.pop(place)
    taken = {n for other in plan_of(proof).items for n in range(other.line, max(other.last_line, other.line) + 1)}
    if gone.line:
        lines = set(range(gone.line, max(gone.last_line, gone.line) + 1)) - taken
        proof.draft.pieces[:] = [
            replace(p, kind=PieceKind.FURNITURE) if p.line in lines and p.kind is not PieceKind.HEADING else p
            for p in proof.draft.pieces
        ]
