"""What a person corrects in a draft: each correction takes a proof and gives a new one, or refuses with a sentence.

`correct(proof, name, **values)` is the door. Items and sections are named by their place in the draft, counted from 0;
`CORRECTIONS` says what each correction is called on the page. No Django here.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from importer.plan.targets import renew_targets

from .checked_draft import Proof
from .drafts import (
    AnyDraft,
    Comparison,
    FeedbackDraft,
    ItemDraft,
    MilestoneDraft,
    PieceKind,
    PlanDraft,
    ProblemKind,
    SectionDraft,
    Severity,
    TargetDraft,
)
from .text_edits import drop_line, head_to_body, line_kinds, line_of, printed_number, text_to_head

SENTENCE = re.compile(r"[^。！？；\n]*[。！？；\n]*")
LEADING_NUMBER = re.compile(r"^\s*([（(]?[一二三四五六七八九十\d]{1,4}[）).、．]|[①-⑳])\s*")
ROLES = ("lead", "responsible", "support")
Roles = Sequence[tuple[str, str]]  # offices: name and role
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


# --- looking up ------------------------------------------------------------------------------------------


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


# --- a plan, its sections and items -----------------------------------------------------------------------


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


# --- offices ---------------------------------------------------------------------------------------------


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


# --- lines -----------------------------------------------------------------------------------------------


@called("标为版记页码")
def mark_furniture(proof: Proof, line: int) -> None:
    """Say that a line is no content: its words leave the draft wherever they stand."""
    pieces = [piece for piece in proof.draft.pieces if piece.line == line]
    if not pieces:
        raise CorrectionRefused("这一行没有文字。")
    content = (PieceKind.HEADING, PieceKind.ITEM, PieceKind.BODY)
    drop_line(proof.draft, line, "".join(piece.text for piece in pieces if piece.kind in content))
    line_kinds(proof.draft.pieces, line, PieceKind.FURNITURE)
    drop_problems(proof.draft, line)


@called("把一行归入事项")
def give_line(proof: Proof, line: int, item: int) -> None:
    """Add the words of a line that went nowhere to an item's body."""
    stray = (PieceKind.FURNITURE, PieceKind.PROBLEM)
    text = "".join(piece.text for piece in proof.draft.pieces if piece.line == line and piece.kind in stray).strip()
    if not text:
        raise CorrectionRefused("这一行的文字已经归入事项或板块，不能再归入一次。")
    row = item_of(proof.draft, item)
    row.body = "\n".join(part for part in (row.body, text) if part)
    line_kinds(proof.draft.pieces, line, PieceKind.BODY, stray)
    drop_problems(proof.draft, line)


def drop_problems(draft: AnyDraft, line: int) -> None:
    """The warnings of a line somebody has decided about are settled."""
    draft.problems[:] = [p for p in draft.problems if p.line != line or p.severity is Severity.ERROR]


@called("核对过的提示")
def settle_problem(proof: Proof, problem: int) -> None:
    """Take a warning off the list: somebody has looked at it."""
    row = one_of(proof.draft.problems, problem, "提示")
    if row.severity is Severity.ERROR:
        raise CorrectionRefused("这个问题不解决就不能导入，不能标为已核对。")
    proof.draft.problems.remove(row)


# --- feedback letters ------------------------------------------------------------------------------------


@called("修改事项")
def edit_project(proof: Proof, project: int, **values: Any) -> None:
    """Correct one project a letter reports on."""
    assign(one_of(letter_of(proof).projects, project, "事项"), values)


@called("修改内容块")
def edit_block(proof: Proof, block: int, **values: Any) -> None:
    """Correct a chapter of a letter."""
    assign(one_of(letter_of(proof).blocks, block, "内容块"), values)


@called("修改分项进展")
def edit_task(proof: Proof, task: int, **values: Any) -> None:
    """Correct one part of what a letter reports."""
    assign(one_of(letter_of(proof).tasks, task, "分项"), values)


# --- revisions -------------------------------------------------------------------------------------------


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
