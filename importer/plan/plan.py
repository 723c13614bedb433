"""The outline of a plan -> a `PlanDraft`: sections, items with title, body, offices and deadline."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from importer.drafts.drafts import ItemDraft, PieceKind, PlanDraft, SectionDraft
from importer.text.paragraphs import Paragraph
from importer.text.passages import Ledger, Passage, paragraphs_text
from importer.text.patterns import CLOSING, full_match

from .dates import deadline_in, only_year_in, span_in, year_of_plan
from .item_doubts import deadline_problems, doubtful_brackets, repeated_numbers
from .office_words import DEADLINE_LINE, FIRST_LEADS, PERSON
from .offices import office_stretches, read_offices
from .outline import HeadingRole, assign_roles, end_of_spaced_title
from .surroundings import Frame, mark_all
from .targets import targets_of

# A title without its 。, glued to the measures that a text counts: 夯实保障|一是抓学习。二是抓班子。
COUNTED = re.compile(r"(?<=[\u4e00-\u9fff])(?<![统唯同第万])\s*(?=一是)")
SHORTEST_TITLE = 4
POINT_FOR_STOP = re.compile(r"[\u4e00-\u9fff]\.[\u4e00-\u9fff]")  # 建好阵地.新建学校
FEWEST_SPACED = 2
OPENING, SHUTTING = "（(《“【[", "）)》”】]"


def read_plan(frame: Frame, ledger: Ledger, roles: Sequence[HeadingRole] | None = None) -> PlanDraft:
    """Build the draft of a plan from its frame and the roles of its paragraphs; every paragraph is marked in the ledger."""
    roles = list(roles) if roles is not None else assign_roles(frame.body)
    first = next((index for index, role in enumerate(roles) if role is not HeadingRole.TEXT), len(roles))
    end = start_of_closing(frame.body, roles)
    draft = PlanDraft(
        title=frame.title,
        document_number=frame.document_number,
        issuer=frame.issuer,
        issued_on=frame.issued_on,
        preamble=paragraphs_text(mark_all(frame.body[:first], ledger, PieceKind.BODY)),
        closing=paragraphs_text(mark_all(frame.body[end:], ledger, PieceKind.BODY)),
    )
    draft.year = year_of_plan(draft.title, draft.preamble, draft.issued_on, draft.document_number, *frame.other_titles)
    draft.year = draft.year or only_year_in(paragraph.view for paragraph in frame.body)
    if span := span_in(draft.title, draft.year):
        draft.start_on, draft.end_on = span.start_on, span.end_on
    builder = Builder(draft, ledger)
    builder.familiar = frame.familiar
    builder.has_label_lines = sum(is_label_line(paragraph.view) for paragraph in frame.body) >= 2
    builder.has_spaced_titles = are_spaced(
        [paragraph.content for paragraph, role in zip(frame.body, roles, strict=True) if role is HeadingRole.ITEM]
    )
    builder.first_leads = bool(FIRST_LEADS.search(draft.preamble + draft.closing))
    ahead = offices_ahead(frame.body, roles)
    for index in range(first, end):
        if index in ahead:
            builder.take_offices_ahead(frame.body[index].passage)
        else:
            builder.take(frame.body[index], roles[index])
    builder.finish()
    return draft


def offices_ahead(body: Sequence[Paragraph], roles: Sequence[HeadingRole]) -> set[int]:
    """Indices of the lines of offices that stand before the item they belong to, where the document sets them so."""
    lines = {
        index
        for index, paragraph in enumerate(body)
        if roles[index] is HeadingRole.TEXT
        and is_offices_line(paragraph)
        and roles[index + 1 : index + 2] == [HeadingRole.ITEM]
    }
    stands_first = any(index and roles[index - 1] in (HeadingRole.SECTION, HeadingRole.LEVEL2) for index in lines)
    return lines if stands_first else set()


def is_offices_line(paragraph: Paragraph) -> bool:
    """Whether a paragraph is nothing but offices."""
    return len(paragraph.view) <= 300 and office_stretches(paragraph.view, paragraph.familiar) == [
        (0, len(paragraph.view))
    ]


def start_of_closing(body: Sequence[Paragraph], roles: Sequence[HeadingRole]) -> int:
    """Index of the first paragraph behind the last item that closes the plan; the length where there is none.

    Where items are of one paragraph each, what stands behind the last one is no part of it; else the words decide.
    """
    last = max((index for index, role in enumerate(roles) if role is not HeadingRole.TEXT), default=len(roles))
    if last == len(roles) or roles[last] is not HeadingRole.ITEM:
        return len(roles)
    items = sum(1 for role in roles if role is HeadingRole.ITEM)
    extra = sum(
        1
        for index in range(1, last + 1)
        if roles[index] is HeadingRole.TEXT
        and roles[index - 1] is not HeadingRole.SECTION
        and is_further_paragraph(body[index])
    )
    is_single = body[last].ends and extra <= 0.2 * items
    for index in range(last + 1, len(body)):
        if (
            is_further_paragraph(body[index])
            and (is_single or full_match(CLOSING, body[index].view[:500]))
            and not office_stretches(body[index].view, body[index].familiar)
        ):
            return index
    return len(body)


def is_further_paragraph(paragraph: Paragraph) -> bool:
    """Whether a paragraph below an item is more of its text, and no point, line of offices or deadline."""
    return paragraph.marker is None and not is_label_line(paragraph.view) and not is_offices_line(paragraph)


def end_of_first_sentence(view: str) -> int:
    """Offset of the 。 that ends the first sentence, outside brackets where there is one; the length if there is none."""
    depth = 0
    for offset, character in enumerate(view):
        if character in OPENING:
            depth += 1
        elif character in SHUTTING:
            depth -= 1
        elif (character == "。" and depth <= 0) or (
            character == "." and depth <= 0 and POINT_FOR_STOP.match(view, offset - 1)
        ):
            return offset
    offset = view.find("。")
    return offset if offset >= 0 else len(view)


def are_spaced(contents: Sequence[Passage]) -> bool:
    """Whether most items have a title with white space and no 。 behind it (`强基固本，筑牢基石 学校将定期开展教育。`)."""
    spaced = sum(1 for content in contents if end_of_spaced_title(content))
    return spaced >= FEWEST_SPACED and spaced * 10 >= len(contents) * 6


def end_of_heading(view: str) -> int:
    """Offset at which a heading ends: at its first 。, or at a colon where a long sentence follows (`一、指导思想：以…`)."""
    end = end_of_first_sentence(view)
    colon = view.find(":", 0, min(end, 16))
    return colon if colon > 0 and end > 40 else end


@dataclass
class OpenItem:
    """An item while its paragraphs come in."""

    draft: ItemDraft
    body: list[Passage] = field(default_factory=list)
    offices: list[str] = field(default_factory=list)
    whole: list[str] = field(default_factory=list)


class Builder:
    """Takes the body's paragraphs one by one and grows sections and items."""

    def __init__(self, draft: PlanDraft, ledger: Ledger):
        self.draft = draft
        self.ledger = ledger
        self.section: SectionDraft | None = None
        self.texts: list[Passage] = []  # the open section's own paragraphs
        self.level2: str | None = None
        self.level2_kind: str | None = None
        self.item: OpenItem | None = None
        self.section_offices: list[str] = []  # offices a heading names for the items under it
        self.level2_offices: list[str] = []
        self.familiar: frozenset[str] = frozenset()
        self.ahead: list[Passage] = []  # lines of offices that belong to the next item
        self.has_label_lines = False  # whether lines of deadlines or leaders are a form this document keeps to
        self.has_spaced_titles = False  # whether white space parts titles from their texts in this document
        self.first_leads = False  # whether the document says of all items that the first office leads

    def take_offices_ahead(self, passage: Passage) -> None:
        """Keep a line of offices for the item that follows."""
        self.ledger.mark(passage, PieceKind.OFFICES)
        self.ahead.append(passage)

    def take(self, paragraph: Paragraph, role: HeadingRole) -> None:
        """Put one paragraph where its role says."""
        if role is HeadingRole.SECTION:
            self.take_section(paragraph)
        elif role is HeadingRole.LEVEL2:
            self.close_item()
            self.level2, self.level2_offices = self.take_heading(paragraph)
            self.level2_kind = paragraph.kind
        elif role is HeadingRole.ITEM:
            self.take_item(paragraph)
        elif self.item and is_label_line(paragraph.view) and (self.has_label_lines or len(self.item.offices) >= 2):
            self.item.draft.last_line = paragraph.passage.last_line
            self.item.whole.append(paragraph.view)
            self.item.offices.append(paragraph.passage.raw)
            self.ledger.mark(paragraph.passage, PieceKind.OFFICES)
        elif self.item:
            self.item.draft.last_line = paragraph.passage.last_line
            passage = self.take_offices(self.item, paragraph.passage)
            self.ledger.mark(passage, PieceKind.BODY)
            self.item.body.append(passage)
        else:
            self.ledger.mark(paragraph.passage, PieceKind.BODY)
            self.add_section_text(paragraph.passage)

    def close_section(self) -> None:
        """Close the open item and give the open section its own text."""
        self.close_item()
        if self.section is not None:
            self.section.text = paragraphs_text(self.texts)

    def take_section(self, paragraph: Paragraph) -> None:
        """Begin a section; one repeated at a page break goes on."""
        self.close_item()
        ordinal = paragraph.marker.printed if paragraph.marker else None
        view = paragraph.content.view
        title = paragraph.content.cut(0, end_of_heading(view)).text
        if self.section and ordinal and (ordinal, title) == (self.section.ordinal, self.section.title):
            self.ledger.mark(paragraph.passage, PieceKind.FURNITURE)
            return
        self.close_section()
        self.section, self.texts = SectionDraft(ordinal, "", line=paragraph.line), []
        self.level2, self.level2_kind, self.level2_offices = None, None, []
        self.draft.sections.append(self.section)
        self.section.title, self.section_offices = self.take_heading(paragraph)

    def take_heading(self, paragraph: Paragraph) -> tuple[str, list[str]]:
        """Mark a heading, its own further sentences going to the section's text; return its words and offices."""
        self.ledger.mark(paragraph.passage.cut(0, len(paragraph.view) - len(paragraph.content.view)), PieceKind.HEADING)
        content, offices = self.without_offices(paragraph.content)
        end = end_of_heading(content.view)
        self.ledger.mark(content.cut(0, end + 1), PieceKind.HEADING)
        rest = content.cut(end + 1)
        if rest:
            self.ledger.mark(rest, PieceKind.BODY)
            self.add_section_text(rest)
        return content.cut(0, end).text.rstrip("：:"), offices

    def add_section_text(self, passage: Passage) -> None:
        """Add a paragraph to the section's own text."""
        self.texts.append(passage)

    def take_item(self, paragraph: Paragraph) -> None:
        """Begin an item: its number and title, and what follows in the same paragraph."""
        self.close_item()
        if self.section is None:
            self.section = SectionDraft(None, "", line=paragraph.line)
            self.draft.sections.append(self.section)
        marker = paragraph.marker
        if paragraph.kind == self.level2_kind:
            self.level2, self.level2_kind, self.level2_offices = None, None, []
        printed, end_of_marker = (marker.printed, marker.end) if marker else ("", 0)
        self.item = OpenItem(ItemDraft(printed, "", self.level2, line=paragraph.line))
        self.item.draft.last_line = paragraph.passage.last_line
        self.item.offices.extend(passage.raw for passage in self.ahead)
        self.item.whole.extend(passage.view for passage in self.ahead)
        self.ahead = []
        self.ledger.mark(paragraph.passage.cut(0, end_of_marker), PieceKind.ITEM)
        content = self.take_offices(self.item, paragraph.content)
        end, behind = self.end_of_title(content)
        self.item.draft.title = content.cut(0, end).text.rstrip("；;")
        self.ledger.mark(content.cut(0, behind), PieceKind.ITEM)
        rest = content.cut(behind)
        self.ledger.mark(rest, PieceKind.BODY)
        self.item.body.append(rest)

    def end_of_title(self, content: Passage) -> tuple[int, int]:
        """Where an item's title ends, and where its text begins: behind the 。 or the white space, at once before 一是."""
        end = (self.has_spaced_titles and end_of_spaced_title(content)) or end_of_first_sentence(content.view)
        counted = COUNTED.search(content.view, SHORTEST_TITLE, end)
        if counted and "二是" in content.view and not re.search("[，：:；]", content.view[counted.start() - 1]):
            return counted.start(), counted.end()
        return end, end + 1

    def take_offices(self, item: OpenItem, passage: Passage) -> Passage:
        """Take the stretches that name offices out of a passage of an item; return the rest."""
        item.whole.append(passage.view)
        rest, offices = self.without_offices(passage)
        item.offices.extend(offices)
        return rest

    def without_offices(self, passage: Passage) -> tuple[Passage, list[str]]:
        """A passage without the stretches that name offices, and those stretches."""
        rest, found, position = Passage(()), [], 0
        for start, end in office_stretches(passage.view, self.familiar):
            offices = passage.cut(start, end)
            self.ledger.mark(offices, PieceKind.OFFICES)
            found.append(offices.raw)
            rest += passage.cut(position, start)
            position = end
        return (rest + passage.cut(position) if found else passage), found

    def close_item(self) -> None:
        """Put the open item into its section."""
        if self.item is None or self.section is None:
            return
        item = self.item.draft
        offices = read_offices(self.item.offices, self.first_leads)
        if not offices.named:
            above = read_offices(self.level2_offices or self.section_offices, self.first_leads)
            above.leaders = above.leaders or offices.leaders
            offices = above
        self.first_leads = self.first_leads or offices.from_here_on
        item.body = paragraphs_text(self.item.body)
        item.offices, item.lead_offices, item.support_offices = offices.named, offices.lead, offices.support
        item.leaders = offices.leaders or leaders_in_brackets(self.item.whole)
        if deadline := deadline_in("\n".join(self.item.whole), self.draft.year):
            item.deadline, item.deadline_text = deadline.day, deadline.words
            self.draft.problems.extend(deadline_problems(item, deadline))
        self.draft.problems.extend(doubtful_brackets(item, self.item.whole, self.familiar))
        item.targets = targets_of(item)
        self.section.items.append(item)
        self.item = None

    def finish(self) -> None:
        """Close what is open and look the whole over."""
        self.close_section()
        self.draft.problems.extend(repeated_numbers(self.draft.sections))


def is_label_line(view: str) -> bool:
    """Whether a line holds nothing but a deadline or the leaders behind their label."""
    return (
        len(view) <= 120
        and bool(DEADLINE_LINE.match(view) or (PERSON.match(view) and re.match(r"[^:]{3,8}:", view)))
        and "。" not in view.rstrip("。")
    )


def leaders_in_brackets(texts: Sequence[str]) -> list[str]:
    """The people brackets of an item's text name that name no office."""
    inside = [match.group(0) for text in texts if "领导" in text for match in re.finditer(r"\([^()]{4,40}\)", text)]
    return read_offices([text for text in inside if PERSON.match(text[1:])]).leaders
