"""What stands around the text: letterhead, notice, title, signature, print lines, the site's navigation.

`read_frame` takes the paragraphs of one document and tells head, body and tail apart; what it recognises it marks
as furniture in the ledger. `issuer` prefers the signature, then the print line, the letterhead, the title.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from importer.drafts.drafts import PieceKind
from importer.text.documents import TELLING_TITLE, head_name, start_of_attached_plan
from importer.text.paragraphs import HALF_WIDTH_DIGITS, Paragraph
from importer.text.passages import Ledger, Passage, unspaced
from importer.text.patterns import GARBAGE, HEAD, ORGAN_END, full_match

from .dates import date_in
from .outline import RANK

QUOTED_TITLE = re.compile(r"(?:印发|下发|转发|发布|公布|报送)\s?(?:的通知)?\s?《?([^《》]{4,80}?)》?的(?:通知|函|报告)")
ORGAN_IN_TITLE = re.compile(rf"(?:20\d\d年)?([^\d，《》]{{2,20}}?{ORGAN_END})")
QUOTED_END = re.compile(r"《([^《》]{4,80})》的(?:通知|函|报告)")
# 长宁区教育局关于区政府2020年重点工作目标: what it is a 反馈 (报告, 通知…) of stands on the next line.
UNFINISHED_TITLE = re.compile(r"关于(?!.*(?:反馈|报告|汇报|通知|通报|意见|函|请示|批复|决定|总结|方案|情况|要点|计划)\W*$)")
OFFICE_SUFFIX = re.compile(r"(?:办公室|党政办|行政办|局办)$")
LOOSE_FURNITURE = ("signed", "date", "date_cn", "month", "date_dots", "print_date", "print_date_cn")
GARBAGE_NAMES = tuple(pattern.name for pattern in GARBAGE)
NOTICE_LINES = ("notice_title", "notice_title_end", "notice_text", "recipient", "attachment_list", "letterhead", "document_number")


@dataclass
class Frame:
    """What the head and tail tell, and the paragraphs between them."""

    title: str = ""
    document_number: str | None = None
    issuer: str | None = None
    issued_on: date | None = None
    recipient: str | None = None
    body: list[Paragraph] = field(default_factory=list)
    furniture: list[tuple[str, Paragraph]] = field(default_factory=list)

    def named(self, *names: str) -> list[Paragraph]:
        """Furniture of the given rows, in document order."""
        return [paragraph for name, paragraph in self.furniture if name in names]


def read_frame(paragraphs: Sequence[Paragraph], ledger: Ledger) -> Frame:
    """Tell head, body and tail apart, marking the furniture."""
    frame = Frame()
    attached = start_of_attached_plan(paragraphs)
    first = attached + first_numbered(paragraphs[attached:])
    head, rest = list(paragraphs[:first]), list(paragraphs[first:])
    names = ["attachment_list" if paragraph.marker else head_name(paragraph) for paragraph in head]
    start, end = title_lines(head, names)
    for paragraph, name in zip(head[:start], names[:start], strict=True):
        set_aside(frame, ledger, paragraph, name or "notice")
    for paragraph in head[start:end]:
        ledger.mark(paragraph.passage, PieceKind.HEADING)
    frame.title = unspaced("".join(printed(paragraph) for paragraph in head[start:end]))
    for paragraph, name in zip(head[end:], names[end:], strict=True):
        if name in (None, "title", "label", "notice_text") or (name == "recipient" and frame.recipient):
            frame.body.append(paragraph)
        else:
            set_aside(frame, ledger, paragraph, name)
    frame.title = frame.title or title_of_notice(frame, ledger)
    read_tail(rest, frame, ledger)
    read_facts(frame)
    return frame


def set_aside(frame: Frame, ledger: Ledger, paragraph: Paragraph, name: str) -> None:
    """Note a paragraph as furniture of the given name."""
    ledger.mark(paragraph.passage, PieceKind.PROBLEM if name in GARBAGE_NAMES else PieceKind.FURNITURE)
    frame.furniture.append((name, paragraph))
    if name == "recipient" and frame.recipient is None:
        frame.recipient = paragraph.text.rstrip("：:")


def first_numbered(paragraphs: Sequence[Paragraph]) -> int:
    """Index of the first paragraph of the text that has a number; the lists of attachments are passed over."""
    in_list = False
    for index, paragraph in enumerate(paragraphs):
        name = paragraph.furniture or full_match(HEAD, paragraph.view[:400])
        if name == "attachment_list":
            in_list = True
        elif paragraph.kind in RANK and paragraph.kind != "bullet" and not in_list:
            return index
        elif paragraph.marker is None:
            in_list = False
    return len(paragraphs)


def title_lines(head: Sequence[Paragraph], names: Sequence[str | None]) -> tuple[int, int]:
    """The range of the paragraphs that are the plan's own title; empty at the end of the notice where it has none."""
    candidates = [
        index
        for index, (paragraph, name) in enumerate(zip(head, names, strict=True))
        if name in (None, "title") and not paragraph.ends and len(paragraph.view) <= 90
    ]
    titles = [index for index in candidates if names[index] == "title"]
    telling = [index for index in titles if TELLING_TITLE.search(head[index].view)]
    if not candidates or not (telling or titles or 0 in candidates):
        end_of_notice = 1 + max((index for index, name in enumerate(names) if name in NOTICE_LINES), default=-1)
        return end_of_notice, end_of_notice
    last = telling[-1] if telling else (titles or candidates)[0]
    while last + 1 in candidates and UNFINISHED_TITLE.search(head[last].view):
        last += 1
    start = last
    while start - 1 in candidates and may_go_on(head[start - 1], names[start - 1]) and head[start - 1].view not in head[last].view:
        start -= 1
    if start and names[start - 1] == "organ" and re.match(r"\s?(?:20\d\d|二[〇○零]|关于)", head[start].view):
        start -= 1
    end = last + 1
    if end < len(head) and re.fullmatch(r"\([^()]{2,20}\)", head[end].view) and names[end] is None:
        end += 1
    return start, end


def may_go_on(paragraph: Paragraph, name: str | None) -> bool:
    """Whether the next line can belong to the same title: not where this one is a whole title."""
    return name != "title" or bool(UNFINISHED_TITLE.search(paragraph.view))


def printed(paragraph: Paragraph) -> str:
    """A paragraph of the head as printed, without white space and with half-width digits."""
    return unspaced(paragraph.passage.raw).translate(HALF_WIDTH_DIGITS)


def title_of_notice(frame: Frame, ledger: Ledger) -> str:
    """The title a notice gives its plan: what it prints, or else the notice's own."""
    lines = frame.named("notice_title", "notice_title_end")
    for paragraph in lines:
        if match := QUOTED_TITLE.search(paragraph.view) or QUOTED_END.search(paragraph.view):
            passage, (start, end) = paragraph.passage, match.span(1)
            ledger.unmark(passage)
            ledger.mark(passage.cut(0, start), PieceKind.FURNITURE)
            ledger.mark(passage.cut(start, end), PieceKind.HEADING)
            ledger.mark(passage.cut(end), PieceKind.FURNITURE)
            return unspaced(passage.cut(start, end).raw)
    for paragraph in lines:
        ledger.unmark(paragraph.passage)
        ledger.mark(paragraph.passage, PieceKind.HEADING)
    return unspaced("".join(printed(paragraph) for paragraph in lines))


def read_tail(rest: list[Paragraph], frame: Frame, ledger: Ledger) -> None:
    """Set aside page numbers everywhere and, behind the last number, attachments, signature and print lines."""
    attachments = start_of_attachments(rest)
    last = max((index for index, paragraph in enumerate(rest[:attachments]) if paragraph.marker), default=-1)
    for index, paragraph in enumerate(rest):
        name = paragraph.furniture
        if name is None and index > last and full_match(HEAD, paragraph.view[:200]) == "organ":
            name = "organ"
        if index >= attachments:
            name = name or "attachment_list"
        if name:
            set_aside(frame, ledger, paragraph, name)
        else:
            frame.body.append(paragraph)


def start_of_attachments(rest: Sequence[Paragraph]) -> int:
    """Index at which the attachments behind the text begin: the list that names them, which may stand before the
    signature, else the heading over the first; the length where there is none."""
    found = len(rest)
    for index in range(len(rest) - 1, -1, -1):
        paragraph = rest[index]
        if paragraph.furniture == "attachment_mark":
            found = index
        elif full_match(HEAD, paragraph.view[:200]) == "attachment_list" and not paragraph.marker:
            return index
        elif "。" in paragraph.view and not paragraph.furniture and (paragraph.marker or found < len(rest)):
            break
    return found


def read_facts(frame: Frame) -> None:
    """Document number, issuer and date from what was set aside."""
    numbers = frame.named("document_number")
    frame.document_number = printed(numbers[0]) if numbers else None
    signatures = [unspaced(paragraph.view).removesuffix("(盖章)") for paragraph in frame.named("organ")]
    print_lines = [organ_of(paragraph) for paragraph in frame.named("signed", "print_date", "print_date_cn")]
    letterheads = [unspaced(paragraph.view).removesuffix("文件") for paragraph in frame.named("letterhead")]
    titles = [frame.title, *(printed(paragraph) for paragraph in frame.named("title", "notice_title"))]
    in_title = [match.group(1) for title in titles if (match := ORGAN_IN_TITLE.match(title))]
    organs = [organ for organ in (*signatures, *print_lines, *letterheads, *in_title) if organ]
    frame.issuer = OFFICE_SUFFIX.sub("", organs[0]) or None if organs else None
    dated = [*frame.named(*LOOSE_FURNITURE), *frame.named("web_published", "web_source")]
    dates = [date_in(paragraph.view) for paragraph in dated]
    frame.issued_on = next((day for day in dates if day), None)


def organ_of(paragraph: Paragraph) -> str:
    """The organ named on a print line before its date."""
    return unspaced(re.split(r"20\d\d|二[〇○零]", paragraph.view)[0])


def mark_all(paragraphs: Sequence[Paragraph], ledger: Ledger, kind: PieceKind) -> list[Passage]:
    """Mark paragraphs as one kind and return their passages."""
    for paragraph in paragraphs:
        ledger.mark(paragraph.passage, kind)
    return [paragraph.passage for paragraph in paragraphs]
