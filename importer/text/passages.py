"""Stretches of the document: what the parsers cut, join and account for.

A `Passage` is a run of text that may come from several lines (a sentence broken by a page break). It is cut by
offsets into `view`, a rendering of the same length in which digits, brackets and white space have one form each,
so that patterns stay short. `text` is what a reader sees: broken lines joined, white space of the layout gone.
The `Ledger` notes what each stretch was taken for, and makes of it pieces that cover the document exactly.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from importer.drafts.drafts import Draft, Line, Piece, PieceKind
from importer.files.readers import is_ink

from .full_stops import in_view

BREAK = "\n"  # stands between the lines of a passage
ZERO_WIDTH = "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u00ad"
VIEW = str.maketrans(
    "０１２３４５６７８９（）﹙﹚：．％\t\n\r\x0b\x0c\x85\u00a0\u3000\u2002\u2003\u2009" + ZERO_WIDTH,
    "0123456789()():.%" + " " * (11 + len(ZERO_WIDTH)),
)
BOLD = re.compile(r"\*\*")

# The white space rules, applied in this order: (what, becomes).
MENDING = (
    (re.compile(f"[{ZERO_WIDTH}]|\\*\\*"), ""),
    (re.compile(r"(?<=[A-Za-z0-9,;])\s*\n\s*(?=[A-Za-z])|(?<=[A-Za-z,;])\s*\n\s*(?=[0-9])"), " "),
    (re.compile(r"\s*\n\s*"), ""),
    (re.compile(r"(?<=[0-9０-９%％])\s+(?=[\u4e00-\u9fff])|(?<=[\u4e00-\u9fff])\s+(?=[0-9０-９])"), ""),
    (re.compile(r"\s+(?=[，。、；：！？）》】”%])|(?<=[，。、；：！？（《【“])\s+"), ""),
    (re.compile(r"\s+"), " "),
)


@dataclass(frozen=True)
class Span:
    """Characters `start` to `end` of one line."""

    line: Line
    start: int
    end: int

    @property
    def raw(self) -> str:
        """The characters as they stand."""
        return self.line.text[self.start : self.end]


class Passage:
    """A run of text over one or more spans, in document order."""

    def __init__(self, spans: Iterable[Span]):
        self.spans = tuple(spans)

    def __add__(self, other: "Passage") -> "Passage":
        return Passage(self.spans + other.spans)

    def __bool__(self) -> bool:
        return bool(self.text)

    def __repr__(self) -> str:
        return f"Passage({self.text!r})"

    @cached_property
    def raw(self) -> str:
        """The spans' characters, a BREAK between them."""
        return BREAK.join(span.raw for span in self.spans)

    @cached_property
    def view(self) -> str:
        """`raw` with one form of digit, bracket, colon, full stop and white space; offsets are the same."""
        view = self.raw.translate(VIEW)
        return in_view(view) if any(span.line.has_points for span in self.spans) else view

    @cached_property
    def text(self) -> str:
        """The words as a reader sees them."""
        return mend(self.raw)

    @property
    def line(self) -> int:
        """Number of the first line."""
        return self.spans[0].line.number if self.spans else 0

    @property
    def last_line(self) -> int:
        """Number of the last line."""
        return self.spans[-1].line.number if self.spans else 0

    @cached_property
    def starts(self) -> list[int]:
        """Offset in `raw` at which each span begins."""
        offsets, offset = [], 0
        for span in self.spans:
            offsets.append(offset)
            offset += span.end - span.start + 1
        return offsets

    def cut(self, start: int, end: int | None = None) -> "Passage":
        """The passage from offset `start` to `end` (exclusive) of `view`."""
        end = len(self.raw) if end is None else end
        spans = []
        for index in range(max(0, bisect_right(self.starts, start) - 1), len(self.spans)):
            span, offset = self.spans[index], self.starts[index]
            if offset >= end:
                break
            left = max(span.start, span.start + start - offset)
            right = min(span.end, span.start + end - offset)
            if left < right:
                spans.append(Span(span.line, left, right))
        passage = Passage(spans)
        if len(spans) == 1 and len(self.spans) == 1:
            passage.__dict__["view"] = self.view[start:end]  # translating anew would take most of the time
        return passage


def whole(line: Line) -> Passage:
    """The passage that is one line."""
    return Passage([Span(line, 0, len(line.text))])


def mend(raw: str) -> str:
    """Join broken lines and drop the white space of the layout; spaces between words stay, one each."""
    for pattern, replacement in MENDING:
        raw = pattern.sub(replacement, raw)
    return raw.strip()


def unspaced(text: str) -> str:
    """A title without any white space beside a Chinese character (`长 宁 区 教 育 局`)."""
    return re.sub(r"(?<=[^\x00-\x7f])\s+|\s+(?=[^\x00-\x7f])", "", mend(text))


def paragraphs_text(passages: Sequence[Passage]) -> str:
    """The passages' texts, one paragraph a line."""
    return "\n".join(passage.text for passage in passages if passage)


class Ledger:
    """What every stretch of a document was taken for."""

    def __init__(self, lines: Sequence[Line]):
        self.lines = lines
        self.marks: dict[int, list[tuple[int, int, PieceKind]]] = {}

    def mark(self, passage: Passage, kind: PieceKind) -> None:
        """Note a passage's kind; markdown's bold signs in it are furniture."""
        for span in passage.spans:
            marks = self.marks.setdefault(span.line.number, [])
            position = span.start
            for bold in BOLD.finditer(span.line.text, span.start, span.end):
                marks.append((position, bold.start(), kind))
                marks.append((bold.start(), bold.end(), PieceKind.FURNITURE))
                position = bold.end()
            marks.append((position, span.end, kind))

    def unmark(self, passage: Passage) -> None:
        """Forget what a passage marked as a whole was taken for, so that it can be marked anew."""
        for span in passage.spans:
            marks = self.marks[span.line.number]
            marks[:] = [mark for mark in marks if not (span.start <= mark[0] and mark[1] <= span.end)]

    def pieces(self) -> list[Piece]:
        """The document as pieces in order; what nobody noted is a piece of kind PROBLEM."""
        pieces: list[Piece] = []
        for line in self.lines:
            position = 0
            for start, end, kind in sorted(self.marks.get(line.number, ())):
                self._add(pieces, line, position, start, self._kind_of_gap(line, position, start))
                self._add(pieces, line, max(start, position), end, kind)
                position = max(position, end)
            self._add(pieces, line, position, len(line.text), self._kind_of_gap(line, position, len(line.text)))
        return pieces

    @staticmethod
    def _kind_of_gap(line: Line, start: int, end: int) -> PieceKind:
        """What nobody noted: the signs of markdown before a heading are furniture, all else is a problem."""
        return PieceKind.PROBLEM if line.text[start:end].strip(" #*\t\u3000") else PieceKind.FURNITURE

    @staticmethod
    def _add(pieces: list[Piece], line: Line, start: int, end: int, kind: PieceKind) -> None:
        """Add a stretch as a piece unless it is blank."""
        text = line.text[start:end]
        if any(is_ink(character) for character in text):
            pieces.append(Piece(line.number, start, end, kind, text))


def account(draft: Draft) -> dict[PieceKind, int]:
    """How many non-blank characters of the document went into each kind of piece."""
    counts = dict.fromkeys(PieceKind, 0)
    for piece in draft.pieces:
        counts[piece.kind] += sum(1 for character in piece.text if is_ink(character))
    return counts
