"""Paragraphs -> roles: which numbers head sections, which are level-2 headings, items, or points of an item.

Levels are not fixed: a kind of number is above another where the other starts again under it, and the kind that
carries the text is the kind of the items. `docs/importer.md` lists the decisions.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from enum import StrEnum
from itertools import pairwise

from importer.text.numbering import ANYTHING, HEADS, RANK, SECTION_KINDS
from importer.text.paragraphs import Paragraph
from importer.text.passages import BREAK, Passage

from .offices import office_stretches


class HeadingRole(StrEnum):
    """What a paragraph is in the outline."""

    SECTION = "section"
    LEVEL2 = "level2"
    ITEM = "item"
    TEXT = "text"  # a point or a paragraph of what stands above it


PERIOD_HEADING = re.compile(r"(?:[一二三四五六七八九十\d]{1,2}月份?|第[一二三四]季度|第.{1,3}周)\s?:?")
LONG_SENTENCE = 45  # a numbered line of one sentence this long is no heading
# A title that white space parts from its text: 强基固本，筑牢基石 学校将定期开展教育。
SPACED_TITLE = re.compile(
    r"[^。；;:\s]{4,30}(?<=[\u4e00-\u9fff”》)）])(?=\s+(?=[\u4e00-\u9fff“《])[^。]{4,}[。；;]\s?)"
)


def assign_roles(paragraphs: Sequence[Paragraph], forced: set[str] | None = None) -> list[HeadingRole]:
    """The role of every paragraph; what has no number is TEXT, but for a heading without a number.

    `forced` are the kinds of number that head sections, where that is not left to the rules.
    """
    order = kinds_in_order(paragraphs)
    roles = [HeadingRole.TEXT] * len(paragraphs)
    if order:
        sections = section_kinds(order, paragraphs) if forced is None else forced
        for index, paragraph in enumerate(paragraphs):
            if paragraph.kind in sections:
                roles[index] = HeadingRole.SECTION
        item_roles(paragraphs, [kind for kind in order if kind not in sections], roles)
        unnumbered_headings(paragraphs, roles)
        headings_without_items(paragraphs, roles)
    return roles


def kinds_in_order(paragraphs: Sequence[Paragraph]) -> list[str]:
    """The kinds of number the document uses, the outermost first; bullets are never levels."""
    sequence = [(paragraph.kind, paragraph.marker.number) for paragraph in paragraphs if paragraph.marker]
    counts = Counter(kind for kind, _ in sequence)
    firsts = {kind for kind, number in sequence if number == 1}
    kinds = [kind for kind in RANK if kind in counts and kind != "bullet" and (counts[kind] > 1 or kind in firsts)]
    starts = Counter(
        (above, below) for (above, _), (below, number) in pairwise(sequence) if above != below and number == 1
    )
    ordered: list[str] = []
    for kind in kinds:
        position = next(
            (place for place, other in enumerate(ordered) if starts[kind, other] > starts[other, kind] + 1),
            len(ordered),
        )
        ordered.insert(position, kind)
    return ordered


def carries_text(paragraph: Paragraph) -> bool:
    """Whether a numbered line holds more than a heading: a second sentence, or one too long for a heading."""
    view = paragraph.content.view.strip()
    end = view.find("。")
    if end < 0:
        return False
    return end < len(view) - 1 or len(view) >= LONG_SENTENCE or end_of_spaced_title(paragraph.content) > 0


def end_of_spaced_title(content: Passage) -> int:
    """Where a title ends that white space parts from its text, 0 where none does; where a line only goes on is none."""
    match = SPACED_TITLE.match(content.view)
    return match.end() if match and BREAK not in content.raw[match.end() : match.end() + 4] else 0


def text_share(kind: str, paragraphs: Sequence[Paragraph]) -> float:
    """Share of the lines of this kind that carry text."""
    lines = [carries_text(paragraph) for paragraph in paragraphs if paragraph.kind == kind]
    return sum(lines) / len(lines) if lines else 0.0


def offices_share(kind: str, paragraphs: Sequence[Paragraph]) -> float:
    """Share of the lines of this kind that name offices, in themselves or in the paragraphs up to the next one."""
    named: list[bool] = []
    for paragraph in paragraphs:
        if paragraph.kind == kind:
            named.append(False)
        if named and not named[-1] and office_stretches(paragraph.view, paragraph.familiar):
            named[-1] = True
    return sum(named) / len(named) if named else 0.0


def section_kinds(order: list[str], paragraphs: Sequence[Paragraph]) -> set[str]:
    """The kinds that head sections; none where the outermost numbers are the items themselves."""
    if "article" in order:
        return set(order[: order.index("article")])
    share = {kind: text_share(kind, paragraphs) for kind in order}
    present = {
        kind
        for kind in order
        if kind in SECTION_KINDS and (share[kind] < 0.6 or heads_more_than_it_says(kind, paragraphs))
    }
    if order == ["chinese"] and offices_share("chinese", paragraphs) >= 0.5:
        return set()
    if present or any(kind in SECTION_KINDS for kind in order):
        return present
    outermost, inner = order[0], order[1:]
    inner_carries = any(
        share[kind] >= 0.5 or (kind == "decimal" and has_own_paragraphs(kind, paragraphs)) for kind in inner
    )
    if outermost == "chinese_bracket":
        is_heading = share[outermost] < 0.5 and bool(inner) and (inner[0] == "digit" or inner_carries)
        return {outermost} if is_heading and not has_own_paragraphs(outermost, paragraphs) else set()
    return {outermost} if share[outermost] < 0.4 and inner_carries else set()


def heads_more_than_it_says(kind: str, paragraphs: Sequence[Paragraph]) -> bool:
    """Whether lines of this kind without text have more numbers under them than there are lines of it with text."""
    said = under = 0
    is_bare = False
    for paragraph in paragraphs:
        if paragraph.kind == kind:
            is_bare = not carries_text(paragraph)
            said += not is_bare
        elif is_bare and paragraph.kind not in (None, "bullet"):
            under += 1
    return under > said


def has_own_paragraphs(kind: str, paragraphs: Sequence[Paragraph]) -> bool:
    """Whether most lines of this kind are followed by a paragraph without a number."""
    followers = [after for before, after in pairwise(paragraphs) if before.kind == kind]
    plain = sum(1 for paragraph in followers if paragraph.marker is None and not paragraph.furniture)
    return bool(followers) and plain * 2 > len(followers)


def item_roles(paragraphs: Sequence[Paragraph], order: list[str], roles: list[HeadingRole]) -> None:
    """Give the numbers below the sections their roles, section by section."""
    has_sections = HeadingRole.SECTION in roles
    runs_on = "chinese_bracket" in order and (not has_sections or numbers_run_on("chinese_bracket", paragraphs, roles))
    if runs_on and has_sections and "digit" in order and are_bare_over_running_digits(paragraphs):
        runs_on = False
    start = 0
    for index in range(1, len(paragraphs) + 1):
        if index == len(paragraphs) or roles[index] is HeadingRole.SECTION:
            roles_in_section(paragraphs, range(start, index), order, runs_on, roles)
            start = index


def are_bare_over_running_digits(paragraphs: Sequence[Paragraph]) -> bool:
    """Whether the （一） lines are mere headings over 1. 2. 3. that themselves run on through the document."""
    digits = [paragraph.number or 0 for paragraph in paragraphs if paragraph.kind == "digit"]
    restarts = sum(1 for before, number in pairwise(digits) if number <= before)
    nodes = [index for index, paragraph in enumerate(paragraphs) if paragraph.kind == "chinese_bracket"]
    bare = [
        index
        for index in nodes
        if not carries_text(paragraphs[index]) and [p.kind for p in paragraphs[index + 1 : index + 2]] == ["digit"]
    ]
    return restarts == 0 and len(bare) * 2 >= len(nodes)


def numbers_run_on(kind: str, paragraphs: Sequence[Paragraph], roles: Sequence[HeadingRole]) -> bool:
    """Whether the numbers of this kind go on from section to section instead of starting again."""
    onward = again = 0
    previous = None
    first_in_section = False
    for paragraph, role in zip(paragraphs, roles, strict=True):
        if role is HeadingRole.SECTION:
            first_in_section = True
        elif paragraph.kind == kind:
            if first_in_section and previous is not None:
                onward += paragraph.number != 1
                again += paragraph.number == 1
            previous, first_in_section = paragraph.number, False
    return onward > again


def roles_in_section(
    paragraphs: Sequence[Paragraph], section: range, order: list[str], runs_on: bool, roles: list[HeadingRole]
) -> None:
    """Roles of the numbers between two section headings."""
    present = [
        kind
        for kind in order
        if any(paragraphs[i].kind == kind for i in section if roles[i] is not HeadingRole.SECTION)
    ]
    if not present:
        return
    outer = present[0]
    nodes = [index for index in section if paragraphs[index].kind == outer]
    for index in section:
        if index < nodes[0] and len(present) > 1 and paragraphs[index].kind == present[1]:
            roles[index] = HeadingRole.ITEM
    ends = [*nodes[1:], section.stop]
    plain = [
        carries_text(paragraphs[node]) and not any(paragraphs[i].marker for i in range(node + 1, end))
        for node, end in zip(nodes, ends, strict=True)
    ]
    has_plain_sibling = sum(plain) * 2 >= len(nodes)
    for node, end in zip(nodes, ends, strict=True):
        may_head = (
            outer in HEADS
            and not (runs_on and outer == "chinese_bracket")
            and HEADS[outer] in (ANYTHING, *present[1:2])
        )
        inner = kind_of_items_under(paragraphs, node, end, present[1:]) if may_head else None
        if (
            inner == "digit"
            and has_plain_sibling
            and carries_text(paragraphs[node])
            and are_bare(paragraphs[node + 1 : end])
        ):
            inner = None
        roles[node] = HeadingRole.LEVEL2 if inner else HeadingRole.ITEM
        for index in range(node + 1, end):
            if inner and paragraphs[index].kind == inner:
                roles[index] = HeadingRole.ITEM


def kind_of_items_under(paragraphs: Sequence[Paragraph], node: int, end: int, kinds: list[str]) -> str | None:
    """The kind of the items a （一） line heads, None where it is an item itself."""
    below = paragraphs[node + 1 : end]
    present = [kind for kind in kinds if any(paragraph.kind == kind for paragraph in below)]
    if not present:
        return None
    if present[0] == "digit":
        return None if has_offices_alone(paragraphs[node], below) else "digit"
    own_text = carries_text(paragraphs[node]) or below[0].marker is None
    carries = text_share(present[0], below) >= 0.5 or (
        "decimal" in present[0] and has_own_paragraphs(present[0], below)
    )
    return present[0] if not own_text and carries else None


def are_bare(below: Sequence[Paragraph]) -> bool:
    """Whether numbered lines are single short sentences without offices: the points of what stands above them."""
    return not any(
        paragraph.marker and (carries_text(paragraph) or office_stretches(paragraph.view, paragraph.familiar))
        for paragraph in below
    )


def has_offices_alone(node: Paragraph, below: Sequence[Paragraph]) -> bool:
    """Whether a line with text of its own names the offices for all the numbers under it."""
    is_named = carries_text(node) and bool(office_stretches(node.view, node.familiar))
    return is_named and not any(office_stretches(paragraph.view, paragraph.familiar) for paragraph in below)


def unnumbered_headings(paragraphs: Sequence[Paragraph], roles: list[HeadingRole]) -> None:
    """Short lines that end like no sentence and stand straight before an item are headings without a number.

    Such a line heads a section where a section's number is missing there, else it is a heading inside the section.
    """
    found = [index for index in range(len(paragraphs) - 1) if stands_as_heading(index, paragraphs, roles)]
    numbered = [index for index, role in enumerate(roles) if role is HeadingRole.SECTION]
    numbers = [paragraphs[index].number or 0 for index in numbered]
    inside = 0
    for index in found:
        place = bisect_left(numbered, index)
        has_before, has_after = place > 0, place < len(numbered)
        is_missing = has_before and has_after and numbers[place] >= numbers[place - 1] + 2
        is_last = not has_after and not inside and index == found[-1] and roles[index - 1] is not HeadingRole.SECTION
        is_section = not has_before or is_missing or is_last
        roles[index] = HeadingRole.SECTION if is_section else HeadingRole.LEVEL2
        inside += not is_section


def stands_as_heading(index: int, paragraphs: Sequence[Paragraph], roles: Sequence[HeadingRole]) -> bool:
    """Whether a line without a number stands where a heading stands: behind a sentence or heading, before an item."""
    if roles[index + 1] is not HeadingRole.ITEM or not is_heading_line(paragraphs[index]):
        return False
    return index == 0 or paragraphs[index - 1].ends or roles[index - 1] is HeadingRole.SECTION


def headings_without_items(paragraphs: Sequence[Paragraph], roles: list[HeadingRole]) -> None:
    """A level-2 heading that no item stands under is an item itself, one without a number plain text."""
    has_items = False
    for index in range(len(roles) - 1, -1, -1):
        if roles[index] is HeadingRole.LEVEL2 and not has_items:
            roles[index] = HeadingRole.ITEM if paragraphs[index].marker else HeadingRole.TEXT
        if roles[index] is not HeadingRole.TEXT:
            has_items = roles[index] is HeadingRole.ITEM


def is_heading_line(paragraph: Paragraph) -> bool:
    """Whether a line without a number can be a heading."""
    if paragraph.marker or paragraph.furniture:
        return False
    if PERIOD_HEADING.fullmatch(paragraph.view):
        return True
    if paragraph.ends:
        return False
    return (
        len(paragraph.view) <= 40
        and not re.search(r"[。；:]", paragraph.view)
        and not office_stretches(paragraph.view, paragraph.familiar)
    )
