"""How many documents one file holds, and where the plan begins behind a notice with numbers of its own."""

import re
from collections.abc import Sequence

from .numbering import OUTER_KINDS
from .paragraphs import Paragraph
from .patterns import HEAD, full_match

TELLING_TITLE = re.compile(r"20\d\d|二[〇○零]|学年|学期|教育局|教体局|教委|关于|教育工作")
BEGINNINGS = ("letterhead", "document_number", "notice_title", "attachment_mark", "title")


def head_name(paragraph: Paragraph) -> str | None:
    """The row of FURNITURE or HEAD a paragraph is, None for plain or numbered text."""
    if paragraph.furniture or paragraph.marker:
        return paragraph.furniture
    return full_match(HEAD, paragraph.view) if len(paragraph.view) <= 600 else None


def split_documents(paragraphs: Sequence[Paragraph]) -> list[list[Paragraph]]:
    """The file's documents; a second begins where a head with a title stands and the outermost numbers start again."""
    outer = next((paragraph.kind for paragraph in paragraphs if paragraph.kind in OUTER_KINDS), None)
    parts: list[list[Paragraph]] = [[]]
    gap: list[Paragraph] = []  # unnumbered paragraphs since the last numbered one
    count = 0
    only_notice = False
    for paragraph in paragraphs:
        if paragraph.kind is None or paragraph.kind == "bullet":
            gap.append(paragraph)
            continue
        starts_again = paragraph.kind == outer and paragraph.number == 1 and count >= 1
        beginning = beginning_of_document(gap) if starts_again and not only_notice else None
        if beginning is not None and parts[-1][-1].passage.last_line < gap[beginning].line:
            parts[-1].extend(gap[:beginning])
            parts.append(gap[beginning:])
            count = 0
        else:
            parts[-1].extend(gap)
        if not any(before.marker for before in parts[-1][-1:]) and count == 0:
            only_notice = is_notice(parts[-1])
        count += paragraph.kind == outer
        parts[-1].append(paragraph)
        gap = []
    parts[-1].extend(gap)
    return parts


def beginning_of_document(gap: Sequence[Paragraph]) -> int | None:
    """Index in the gap at which another document begins; None where the gap has no title."""
    names = [head_name(paragraph) for paragraph in gap]
    titles = [
        index
        for index, (paragraph, name) in enumerate(zip(gap, names, strict=True))
        if name == "title" and not paragraph.ends and TELLING_TITLE.search(paragraph.view)
    ]
    if not titles:
        return None
    return next(index for index, name in enumerate(names) if name in BEGINNINGS)


def is_notice(part: Sequence[Paragraph]) -> bool:
    """Whether a part with numbers is only the notice that issues a plan: it says so and has no title of its own."""
    first = next((index for index, paragraph in enumerate(part) if paragraph.marker), len(part))
    names = [head_name(paragraph) for paragraph in part[:first]]
    return ("notice_text" in names or "notice_title" in names) and "title" not in names


def start_of_attached_plan(paragraphs: Sequence[Paragraph]) -> int:
    """Where the plan begins behind a notice that has numbers of its own: at an 附件 line, or behind the notice's
    signature where a title stands and the numbers start again; 0 where there is no such notice."""
    numbered = [index for index, paragraph in enumerate(paragraphs) if paragraph.marker]
    if not numbered or not is_notice(paragraphs[: numbered[0]]):
        return 0
    first, last = numbered[0], numbered[-1]
    for index in range(first + 1, last):
        name = paragraphs[index].furniture
        if name == "attachment_mark" or (name in SIGNED and has_title_and_first_number(paragraphs[index + 1 :])):
            return index
    return 0


def has_title_and_first_number(paragraphs: Sequence[Paragraph]) -> bool:
    """Whether a title stands before the next number, and that is the first of its kind."""
    for paragraph in paragraphs:
        if paragraph.marker:
            return False
        if head_name(paragraph) == "title" and not (paragraph.ends and not paragraph.view.rstrip().endswith(")")):
            following = next((after for after in paragraphs if after.marker), None)
            return following is not None and following.number == 1
    return False


SIGNED = ("signed", "date", "date_cn", "date_dots")
