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
from importer.text.flat import STOPPED_TITLE
from importer.text.numbering import RANK
from importer.text.paragraphs import HALF_WIDTH_DIGITS, Paragraph
from importer.text.passages import Ledger, Passage, unspaced
from importer.text.patterns import GARBAGE, HEAD, ORGAN_END, SITE_BOX, TAIL, full_match

from .dates import date_in

QUOTED_TITLE = re.compile(r"(?:印发|下发|转发|发布|公布|报送)\s?(?:的通知)?\s?《?([^《》]{4,80}?)》?的(?:通知|函|报告)")
ORGAN_IN_TITLE = re.compile(
    rf"(?:20\d\d年度?)?((?!关于|全[区市县]|各|度)[^\d，《》]{{2,20}}?{ORGAN_END}(?:党委|党组|党总支|党支部|委员会|办公室|团委|工会)?)"
)
ORGAN_BEFORE = re.compile(
    rf"((?!关于|全[区市县]|各)[^\d，《》]{{2,30}}{ORGAN_END}(?:秘书组)?)(?=20\d\d|二[〇○零]|关于|印发|第)"
)
GLUED_ORGANS = re.compile(
    rf"(([\u4e00-\u9fff]{{2,4}})[^、]{{0,30}}?{ORGAN_END})(\2[^、]{{0,30}}{ORGAN_END})"
)  # 松岭区教育局松岭区公安局
QUOTED_END = re.compile(r"《([^《》]{4,80})》的(?:通知|函|报告)")
# 长宁区教育局关于区政府2020年重点工作目标: what it is a 反馈 (报告, 通知…) of stands on the next line.
UNFINISHED_TITLE = re.compile(
    r"关于(?!.*(?:反馈|报告|汇报|通知|通报|意见|函|请示|批复|决定|总结|方案|情况|要点|计划)\W*$)"
)
MAY_END = re.compile(r"\([^()]{1,20}\)\s*$|。\s*$")  # what a title ends with, though a sentence may too
WEAK_TITLE_END = re.compile(r"(?:项目|目标|情况|任务|实事)$")
NOTICE_END = re.compile(r"的?(?:通知|函|报告|通报)$")
OFFICE_SUFFIX = re.compile(r"(?:办公室|党政办|行政办|局办)$")
LOOSE_FURNITURE = ("signed", "date", "date_cn", "month", "date_dots", "print_date", "print_date_cn")
SIGNED_UNDER = ("date", "date_cn", "date_dots", "month")
GARBAGE_NAMES = tuple(pattern.name for pattern in GARBAGE)
NOTICE_LINES = (
    "notice_title",
    "notice_title_end",
    "notice_text",
    "recipient",
    "attachment_list",
    "letterhead",
    "document_number",
)


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
    familiar: frozenset[str] = frozenset()  # names of offices confirmed before

    @property
    def other_titles(self) -> list[str]:
        """The titles of the notice around the plan."""
        return [paragraph.view for paragraph in self.named("notice_title", "notice_title_end", "title")]

    def named(self, *names: str) -> list[Paragraph]:
        """Furniture of the given rows, in document order."""
        return [paragraph for name, paragraph in self.furniture if name in names]


def read_frame(paragraphs: Sequence[Paragraph], ledger: Ledger) -> Frame:
    """Tell head, body and tail apart, marking the furniture."""
    frame = Frame(familiar=paragraphs[0].familiar if paragraphs else frozenset())
    attached = start_of_attached_plan(paragraphs)
    first = attached + first_numbered(paragraphs[attached:])
    head, rest = list(paragraphs[:first]), list(paragraphs[first:])
    names = ["attachment_list" if paragraph.marker else head_name(paragraph) for paragraph in head]
    if (first := names.index(None) if None in names else -1) >= 0 and STOPPED_TITLE.fullmatch(head[first].view):
        names[first] = "title"
    join_notice_titles(head, names)
    start, end = title_lines(head, names)
    for paragraph, name in zip(head[:start], names[:start], strict=True):
        set_aside(frame, ledger, paragraph, name or "notice")
    for paragraph in head[start:end]:
        ledger.mark(paragraph.passage, PieceKind.HEADING)
    frame.title = unspaced("".join(printed(paragraph) for paragraph in head[start:end])).rstrip("。.")
    for paragraph, name in zip(head[end:], names[end:], strict=True):
        if name in (None, "title") and frame.title and unspaced(paragraph.view) == frame.title:
            set_aside(frame, ledger, paragraph, "title")  # printed twice, as sites do
        elif name in (None, "title", "label", "notice_text") or (name == "recipient" and frame.recipient):
            frame.body.append(paragraph)
        else:
            set_aside(frame, ledger, paragraph, name or "notice")
    frame.title = frame.title or title_of_notice(frame, ledger)
    read_tail(rest, frame, ledger)
    read_facts(frame)
    read_site_box(frame, ledger)
    return frame


def join_notice_titles(head: Sequence[Paragraph], names: list[str | None]) -> None:
    """Name the lines of a notice's title alike where it is broken: inside 《》, or behind 关于."""
    for index, paragraph in enumerate(head):
        if paragraph.furniture or paragraph.marker or names[index] == "recipient":
            continue
        view = paragraph.view.strip()
        if view.count("《") <= view.count("》") and not UNFINISHED_TITLE.search(view):
            continue
        for end in range(index + 1, min(index + 4, len(head))):
            if head[end].furniture or head[end].marker:
                break
            view += head[end].view.strip()
            if full_match(HEAD, view) == "notice_title" and NOTICE_END.search(view):
                names[index : end + 1] = ["notice_title"] * (end + 1 - index)
                break


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
        if name in (None, "title")
        and (not paragraph.ends or (name == "title" and MAY_END.search(paragraph.view)))
        and len(paragraph.view) <= 90
    ]
    titles = [index for index in candidates if names[index] == "title"]
    quoted = quoted_in(head)
    telling = [
        index for index in titles if TELLING_TITLE.search(head[index].view) or unspaced(head[index].view) in quoted
    ]
    if not candidates or not (telling or titles or 0 in candidates):
        end_of_notice = 1 + max((index for index, name in enumerate(names) if name in NOTICE_LINES), default=-1)
        return end_of_notice, end_of_notice
    last = telling[-1] if telling else (titles or candidates)[0]
    start = start_of_title(last, head, names, candidates)
    while last + 1 in candidates and goes_on_in(head[start : last + 1], head[last + 1]):
        last += 1
    end = last + 1
    if end < len(head) and re.fullmatch(r"(?:\([^()]{2,20}\)){1,2}", head[end].view) and names[end] is None:
        end += 1
    return start, end


def start_of_title(last: int, head: Sequence[Paragraph], names: Sequence[str | None], candidates: Sequence[int]) -> int:
    """Index of the first line of a title whose last line is known."""
    start = last
    if names[last] == "title" and (match := ORGAN_BEFORE.match(head[last].view)) and len(match.group(1)) >= 5:
        return start  # it names its own organ: what stands above is another's
    while (
        start - 1 in candidates
        and may_go_on(head[start - 1], names[start - 1])
        and head[start - 1].view not in head[last].view
    ):
        start -= 1
    if start and names[start - 1] == "organ" and re.match(r"\s?(?:20\d\d|二[〇○零]|关于)", head[start].view):
        start -= 1
    return start


def goes_on_in(lines: Sequence[Paragraph], following: Paragraph) -> bool:
    """Whether a title goes on in the next line: it says 关于 and not yet of what, a 《 is open, or it ends in 项目, 情况."""
    view = "".join(line.view for line in lines)
    if UNFINISHED_TITLE.search(view) or view.count("《") > view.count("》") or view.count("(") > view.count(")"):
        return True
    is_end = full_match(HEAD, following.view) == "title" and not TELLING_TITLE.search(following.view)
    return bool(is_end and WEAK_TITLE_END.search(view))


def quoted_in(head: Sequence[Paragraph]) -> set[str]:
    """What the head prints in 《》: a line of the same words is the plan's own title."""
    return {unspaced(match) for paragraph in head for match in re.findall(r"《([^《》]{4,80})》", paragraph.view)}


def may_go_on(paragraph: Paragraph, name: str | None) -> bool:
    """Whether the next line can belong to the same title: not where this one is a whole title."""
    return name != "title" or bool(UNFINISHED_TITLE.search(paragraph.view))


def printed(paragraph: Paragraph) -> str:
    """A paragraph of the head as printed, without white space and with half-width digits."""
    return unspaced(paragraph.passage.raw).translate(HALF_WIDTH_DIGITS)


def title_of_notice(frame: Frame, ledger: Ledger) -> str:
    """The title a notice gives its plan: what it prints, or else the notice's own."""
    lines = frame.named("notice_title", "notice_title_end")
    for first in range(len(lines)):
        passage = Passage(span for paragraph in lines[first : first + 4] for span in paragraph.passage.spans)
        if match := QUOTED_TITLE.search(passage.view) or QUOTED_END.search(passage.view):
            start, end = match.span(1)
            for paragraph in lines[first : first + 4]:
                ledger.unmark(paragraph.passage)
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
        if name is None and index > last:
            name = "organ" if is_signature(rest, index) else full_match(TAIL, paragraph.view[:100])
        if index >= attachments:
            name = name or "attachment_list"
        if name:
            set_aside(frame, ledger, paragraph, name or "notice")
        else:
            frame.body.append(paragraph)


def is_signature(rest: Sequence[Paragraph], index: int) -> bool:
    """Whether a line behind the text is the organ that signs: by its words, or because a date stands under it."""
    paragraph = rest[index]
    if full_match(HEAD, paragraph.view[:200]) == "organ":
        return True
    following = next((after for after in rest[index + 1 : index + 3] if after.view.strip()), None)
    is_dated = following is not None and following.furniture in SIGNED_UNDER
    return (
        is_dated
        and not paragraph.ends
        and not paragraph.marker
        and len(paragraph.view) <= 50
        and not re.search(r"[。；:？！]|\d", paragraph.view)
    )


def start_of_attachments(rest: Sequence[Paragraph]) -> int:
    """Index at which the attachments behind the text begin: the list that names them, which may stand before the
    signature, else the heading over the first; the length where there is none."""
    found = len(rest)
    for index in range(len(rest) - 1, -1, -1):
        paragraph = rest[index]
        if paragraph.furniture == "attachment_mark":
            found = index
        elif full_match(HEAD, paragraph.view[:200]) == "attachment_list" and not paragraph.marker:
            return first_of_list(rest, index)
        elif "。" in paragraph.view and not paragraph.furniture and (paragraph.marker or found < len(rest)):
            break
    return found


def first_of_list(rest: Sequence[Paragraph], index: int) -> int:
    """Index of the first line of a list of attachments, each of which may begin with 附件."""
    while index and full_match(HEAD, rest[index - 1].view[:200]) == "attachment_list":
        index -= 1
    return index


def read_facts(frame: Frame) -> None:
    """Document number, issuer and date from what was set aside."""
    numbers = frame.named("document_number")
    frame.document_number = re.split(r"签发人", printed(numbers[0]))[0].strip() if numbers else None
    signed = ["、".join(organs_in(organ_of(paragraph))) for paragraph in frame.named("signed")]
    print_lines = [
        OFFICE_SUFFIX.sub("", organ_of(paragraph)) for paragraph in frame.named("print_date", "print_date_cn")
    ]
    letterheads = [unspaced(paragraph.view).removesuffix("文件") for paragraph in frame.named("letterhead")]
    titles = [frame.title, *(printed(paragraph) for paragraph in frame.named("title", "notice_title"))]
    in_title = [
        match.group(1)
        for title in titles
        if (match := ORGAN_BEFORE.match(title) or ORGAN_IN_TITLE.match(title)) and len(match.group(1)) >= 4
    ]
    organs = [organ for organ in (signatures(frame), *signed, *print_lines, *letterheads, *in_title) if organ]
    frame.issuer = organs[0] if organs else None
    dated = [*frame.named(*LOOSE_FURNITURE), *frame.named("web_published", "web_source")]
    dates = [date_in(paragraph.view) for paragraph in dated]
    frame.issued_on = next((day for day in dates if day), None)


def read_site_box(frame: Frame, ledger: Ledger) -> None:
    """What the box of an open-government site says, where the document itself does not."""
    for pattern in SITE_BOX:
        found = next(
            (
                (paragraph, match)
                for _, paragraph in frame.furniture
                if (match := pattern.compiled.search(paragraph.view))
            ),
            None,
        )
        if found is None or getattr(frame, pattern.name):
            continue
        paragraph, match = found
        words = unspaced(paragraph.passage.cut(*match.span(1)).raw)
        setattr(frame, pattern.name, words.translate(HALF_WIDTH_DIGITS))
        if pattern.name == "title":
            ledger.unmark(paragraph.passage)
            for start, end, kind in (
                (0, match.start(1), PieceKind.FURNITURE),
                (*match.span(1), PieceKind.HEADING),
                (match.end(1), len(paragraph.view), PieceKind.FURNITURE),
            ):
                ledger.mark(paragraph.passage.cut(start, end), kind)


def signatures(frame: Frame) -> str:
    """The organs that sign, joined by 、: those under each other or side by side; of several groups the dated one.

    What stands over 印发 is the print line, whose 办公室 only sends the document out.
    """
    groups: list[list[str]] = []
    ends: list[str] = []  # the kind of date under each group
    last_line = -9
    for name, paragraph in frame.furniture:
        if name == "organ":
            if paragraph.line - last_line > 2:
                groups.append([])
                ends.append("")
            organs = [unspaced(part).removesuffix("(盖章)") for part in organs_in(paragraph.view)]
            groups[-1].extend(organ for organ in organs if organ not in groups[-1])
            last_line = paragraph.passage.last_line
        elif name in LOOSE_FURNITURE and groups and 0 <= paragraph.line - last_line <= 2:
            ends[-1] = name
            if name == "signed":  # two organs, the date behind the second
                groups[-1].extend(organ for organ in organs_in(organ_of(paragraph)) if organ not in groups[-1])
    for wanted in ((*SIGNED_UNDER, "signed"), ("",), LOOSE_FURNITURE):
        for group, end in zip(groups, ends, strict=True):
            if end in wanted:
                return "、".join(OFFICE_SUFFIX.sub("", organ) if end.startswith("print") else organ for organ in group)
    return ""


def organs_in(view: str) -> list[str]:
    """The organs on one line of signatures: two where white space stands between two whole names."""
    wide = [part for part in re.split(r"\s{2,}", view.strip()) if part]
    if (
        len(wide) > 1
        and all(len(unspaced(part)) >= 4 for part in wide)
        and any(full_match(HEAD, part) == "organ" for part in wide)
    ):
        return wide
    parts = [part for part in re.split(r"\s+|、", view.strip()) if part]
    if len(parts) == 1 and (glued := GLUED_ORGANS.fullmatch(parts[0])):
        parts = [glued[1], glued[3]]
    return parts if len(parts) > 1 and all(full_match(HEAD, part) == "organ" for part in parts) else [view]


def organ_of(paragraph: Paragraph) -> str:
    """The organ named on a print line before its date."""
    return unspaced(re.split(r"20\d\d|二[〇○零]", paragraph.view)[0])


def mark_all(paragraphs: Sequence[Paragraph], ledger: Ledger, kind: PieceKind) -> list[Passage]:
    """Mark paragraphs as one kind and return their passages."""
    for paragraph in paragraphs:
        ledger.mark(paragraph.passage, kind)
    return [paragraph.passage for paragraph in paragraphs]
