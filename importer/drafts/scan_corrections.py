"""Correcting what was read wrongly from a picture: the lines get the words a person typed, and the document is read anew.

What the person had corrected in the outline before stays: a field that differs from what was read is theirs. Where they
had taken items apart or put them together, the outline cannot be read anew under them; then only the words change in it.
"""

import re
from collections.abc import Iterable
from dataclasses import fields, replace
from difflib import SequenceMatcher
from typing import Any

from importer.files.readers import UnreadableDocument
from importer.parse import parse_source
from importer.scans.document import ScannedDocument, document_of
from importer.scans.scanned import ScannedPage, page_from_dict

from .checked_draft import Proof
from .corrections import CorrectionRefused, called
from .drafts import AnyDraft, Draft, Problem, ProblemKind

AROUND = (6, 3, 1)  # characters on either side by which a wrong word is found in the outline; fewer at a text's edge
UNTYPED = frozenset({"sections", "items", "problems", "pieces", "line", "last_line", "projects", "blocks", "tasks"})
PARTS = ("sections", "items", "projects", "blocks", "tasks")


def pages_of(proof: Proof) -> list[ScannedPage]:
    """The pages a draft was read from, as corrected; none where it came with its text."""
    return [page_from_dict(page) for page in (proof.scan or {}).get("pages", [])]


def scan_of(proof: Proof) -> ScannedDocument | None:
    """The document a draft was read from, line by line as scanned."""
    pages = pages_of(proof)
    return document_of(pages) if pages else None


def draft_of(pages: list[ScannedPage], position: int, choice: str = "") -> AnyDraft:
    """One of the drafts that pages give. Raises CorrectionRefused where it is not there any more."""
    try:
        return parse_source(document_of(pages).source, choice=choice)[position]
    except UnreadableDocument as refused:
        raise CorrectionRefused(refused.message) from refused
    except IndexError as fewer:
        raise CorrectionRefused("改正后这份扫描件里的文件数目变了，请撤销后再改，或放弃后重新上传。") from fewer


def known(problem: Problem) -> object:
    """By what a problem is the same one in a document read anew: that it was read by machine stays settled whatever was doubtful."""
    return problem.kind if problem.kind is ProblemKind.READ_BY_MACHINE else problem


@called("改正识别的文字")
def correct_scan(proof: Proof, texts: Iterable[tuple[int, int, str]]) -> None:
    """Replace the texts of scanned lines, each a page, a line (both from 0) and its text, and read the document anew.

    Raises CorrectionRefused where a line is not there or nothing is left to read.
    """
    old, position = pages_of(proof), (proof.scan or {}).get("position", 0)
    new = [page.to_dict() for page in old]
    changed = []
    for page, line, text in texts:
        if not (0 <= page < len(old) and 0 <= line < len(old[page].lines)):
            raise CorrectionRefused("这一行已经不在了，请刷新页面。")
        corrected = old[page].lines[line].corrected(text)
        new[page]["lines"][line][:2] = [corrected.text, list(corrected.scores)]
        changed.append((old[page].lines[line].text, corrected.text))
    proof.scan = (proof.scan or {}) | {"pages": new}
    choice = proof.draft.choice
    before, after = draft_of(old, position, choice), draft_of(pages_of(proof), position, choice)
    settled = {known(problem) for problem in before.problems} - {known(problem) for problem in proof.draft.problems}
    after.problems[:] = [problem for problem in after.problems if known(problem) not in settled]
    if shape_of(proof.draft) == shape_of(before) == shape_of(after):
        keep_typed(after, before, proof.draft)
        proof.draft = after
    elif shape_of(proof.draft) == shape_of(before) and not is_typed(before, proof.draft):
        proof.draft = after
    else:
        reword(proof.draft, [swap for line in changed for swap in swaps(*line)])


def parts_of(draft: Draft) -> Iterable[Any]:
    """The draft itself and all its parts, in order."""
    yield draft
    for name in PARTS:
        yield from getattr(draft, name, ())


def shape_of(draft: Draft) -> tuple[object, ...]:
    """How many parts of each kind a draft has, and how many items each section."""
    sections = tuple(len(section.items) for section in getattr(draft, "sections", ()))
    return (draft.kind, sections, *(len(getattr(draft, name, ())) for name in PARTS))


def typed_fields(before: Any, mine: Any) -> list[str]:
    """The fields of a part in which a person changed what had been read."""
    names = (field.name for field in fields(before) if field.name not in UNTYPED)
    return [name for name in names if getattr(before, name) != getattr(mine, name)]


def is_typed(before: Draft, mine: Draft) -> bool:
    """Whether a person changed anything of a draft of the same shape."""
    return any(typed_fields(*pair) for pair in zip(parts_of(before), parts_of(mine), strict=True))


def keep_typed(after: Draft, before: Draft, mine: Draft) -> None:
    """Carry what a person changed in a draft over to one of the same shape that was read anew."""
    for new, old, own in zip(parts_of(after), parts_of(before), parts_of(mine), strict=True):
        for name in typed_fields(old, own):
            setattr(new, name, getattr(own, name))


def swaps(old: str, new: str) -> list[tuple[str, str, str, str]]:
    """The words of a line that were corrected: what stands before, as read, as typed, what stands behind; blanks left out."""
    old, new, found = "".join(old.split()), "".join(new.split()), []
    for tag, first, last, start, end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            found.append((old[:first], old[first:last], new[start:end], old[last:]))
    return found


def reword(draft: Draft, words: list[tuple[str, str, str, str]]) -> None:
    """Replace words in all texts of a draft and in its pieces."""
    for part in parts_of(draft):
        for field in fields(part):
            value = getattr(part, field.name)
            if isinstance(value, str):
                setattr(part, field.name, reworded(value, words))
    draft.pieces[:] = [replace(piece, text=reworded(piece.text, words)) for piece in draft.pieces]


def reworded(text: str, words: list[tuple[str, str, str, str]]) -> str:
    """A text with words replaced where they stand between what they stood between, as much of it as the text holds."""
    for before, old, new, behind in words:
        for around in AROUND:
            left, right = before[-around:], behind[:around]
            pattern = re.compile(f"({spaced(left)}){spaced(old)}({spaced(right)})")
            if (left or right) and pattern.search(text):
                text = pattern.sub(rf"\g<1>{new.replace(chr(92), chr(92) * 2)}\g<2>", text)
                break
    return text


def spaced(words: str) -> str:
    """A pattern of words with blanks between them passed over."""
    return r"\s*".join(map(re.escape, words))
