"""Lines -> paragraphs: page numbers set aside, broken sentences joined, the marker in front of each read.

Whether a line goes on in the next is decided from the document as a whole: does it break its lines at one width,
does it indent its paragraphs, do the lines numbered in one way usually hold whole sentences.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import zip_longest

from importer.drafts.drafts import Line
from importer.plan.offices import begins_with_label

from .decimals import bare_headings, decimal_lines
from .numbering import HEADING_KINDS, MARKER_START, OVER_DECIMALS, PRINTED_WHOLE
from .numerals import number_of
from .passages import Passage, unspaced
from .patterns import CLOSING, DIGIT_BEFORE_DIGIT, FURNITURE, GARBAGE, HEAD, MARKERS, full_match
from .segments import stretches

TERMINAL = re.compile(r"[。！？；!?…:][”’）)》】\]\s]*$|[）)】\]]\s*$")
OPEN_END = re.compile(r"[，、,（(《“‘【—－-]\s*$")
CANNOT_START = re.compile(r"[，。、；：！？）》”’】%)\]]")
HALF_WIDTH_DIGITS = str.maketrans("０１２３４５６７８９", "0123456789")
PAGE_ENDS = ("page_number", "page_of", "page_slash", "running_head")
MARKUP = re.compile(r"(?:#{1,6}\s+|\*\*)+(?=\S)")  # headings and bold of markdown
LONG_HEADING = 18  # characters; a heading this long may be broken
FULL_LINE_SLACK = 3  # a full line may be this much (in Chinese characters) short of the width


@dataclass(frozen=True)
class Marker:
    """The number in front of a paragraph: its kind (a row of MARKERS), value, form as printed, and where it ends."""

    kind: str
    number: int | None
    printed: str
    end: int


@dataclass
class Paragraph:
    """A paragraph: its passage, the marker in front of it, the row of FURNITURE it is."""

    passage: Passage
    marker: Marker | None = None
    furniture: str | None = None
    indent: int = 0
    tail: str = field(default="", repr=False)  # view of its last line
    width: float = field(default=0, repr=False)  # of its last line, the indent included
    length: int = field(default=0, repr=False)
    has_stop: bool = field(default=False, repr=False)  # whether a 。 stands in it
    lines: list[Passage] = field(default_factory=list, repr=False)  # what joining has gathered
    familiar: frozenset[str] = frozenset()  # names of offices confirmed before

    def gather(self, entry: "Paragraph") -> None:
        """Take the first line or another in; `join` makes one passage of them."""
        self.lines.append(entry.passage)
        self.tail, self.width = entry.tail, entry.width
        self.length += len(entry.view)
        self.has_stop = self.has_stop or "。" in entry.view

    def join(self) -> None:
        """Make one passage of the lines gathered."""
        if len(self.lines) > 1:
            self.passage = Passage(span for line in self.lines for span in line.spans)

    @property
    def view(self) -> str:
        """The passage's view."""
        return self.passage.view

    @property
    def line(self) -> int:
        """Number of its first line."""
        return self.passage.line

    @property
    def kind(self) -> str | None:
        """Kind of its marker."""
        return self.marker.kind if self.marker else None

    @property
    def number(self) -> int | None:
        """The value of its marker."""
        return self.marker.number if self.marker else None

    @property
    def content(self) -> Passage:
        """The passage without its marker."""
        return self.passage.cut(self.marker.end) if self.marker else self.passage

    @property
    def ends(self) -> bool:
        """Whether it ends like a sentence."""
        return bool(TERMINAL.search(self.tail))

    @property
    def text(self) -> str:
        """Its words, marker included."""
        return self.passage.text


@dataclass(frozen=True)
class Layout:
    """How a document is set: the width its lines break at (None: they do not), whether paragraphs are indented."""

    width: float | None
    indented: bool
    sentence_kinds: frozenset[str]  # kinds of marker whose lines usually hold whole sentences
    repeated: frozenset[str]  # lines that stand more than once: headings


def read_paragraphs(
    lines: Sequence[Line], furniture: frozenset[int] = frozenset(), familiar: frozenset[str] = frozenset()
) -> list[Paragraph]:
    """The document's paragraphs in order; blank lines give none, lines numbered in `furniture` are furniture.

    `familiar` are names of offices that were confirmed before, whatever they end in.
    """
    entries = [paragraph for stretch in stretches(lines) if (paragraph := first_reading(stretch))]
    for entry in entries:
        if entry.line in furniture:
            entry.furniture, entry.marker = entry.furniture or "reader", None
    set_running_heads_aside(entries)
    set_contents_aside(entries)
    settle_decimal_outline(entries)
    settle_decimals(entries)
    set_indents(entries)
    layout = layout_of(entries)
    paragraphs: list[Paragraph] = []
    last: Paragraph | None = None  # the last paragraph that is not a page number
    page_ended = False
    for entry, following in zip_longest(entries, entries[1:]):
        if entry.furniture in PAGE_ENDS or (entry.furniture == "reader" and last is not None):
            paragraphs.append(entry)
            page_ended = True
            continue
        if last is not None and (
            continues(last, entry, layout, page_ended) or is_rest_of_heading(last, entry, following)
        ):
            last.gather(entry)
        else:
            paragraphs.append(entry)
            entry.gather(entry)
            last = entry
        page_ended = False
    for paragraph in paragraphs:
        paragraph.join()
        paragraph.familiar = familiar
    return paragraphs


def first_reading(line: Passage) -> Paragraph | None:
    """One line as a paragraph of its own, None where it is blank."""
    stripped = line.view.strip()
    if not stripped:
        return None
    lead = len(line.view) - len(line.view.lstrip())
    indent = int(width_of(line.raw[:lead].replace("\t", "    ")) * 2)
    if markup := MARKUP.match(stripped):
        lead += markup.end()
        stripped = stripped[markup.end() :]
    passage = line.cut(lead, lead + len(stripped))
    furniture = (full_match(FURNITURE, stripped) or full_match(GARBAGE, stripped)) if len(stripped) <= 300 else None
    marker = None if furniture else read_marker(passage)
    return Paragraph(passage, marker, furniture, indent, stripped.rstrip("*"), width_of(stripped) + indent / 2)


def set_indents(entries: Sequence[Paragraph]) -> None:
    """Count indents from the margin most lines keep to."""
    indents = sorted(entry.indent for entry in entries if not entry.furniture)
    margin = indents[len(indents) // 5] if indents else 0
    for entry in entries:
        entry.indent -= margin


def set_running_heads_aside(entries: Sequence[Paragraph]) -> None:
    """A line that stands beside a page number on several pages is the pages' heading or foot."""
    beside: Counter[str] = Counter()
    near = [False] * len(entries)
    for index, entry in enumerate(entries):
        neighbours = [*entries[max(0, index - 1) : index], *entries[index + 1 : index + 2]]
        near[index] = any(neighbour.furniture in PAGE_ENDS for neighbour in neighbours)
        if near[index] and not entry.marker and not entry.furniture and len(entry.view) <= 40:
            beside[entry.view] += 1
    for entry, is_near in zip(entries, near, strict=True):
        if is_near and not entry.marker and not entry.furniture and beside[entry.view] >= 2:
            entry.furniture = "running_head"


def set_contents_aside(entries: Sequence[Paragraph]) -> None:
    """Behind a line 目录, the headings up to where the first of them stands again are the table of contents."""
    start = next((index for index, entry in enumerate(entries) if entry.furniture == "contents"), None)
    if start is None:
        return
    keys = [re.sub(r"[\s.…·]*\d*$", "", entry.view) for entry in entries]
    again = next((index for index in range(start + 2, len(entries)) if keys[index] == keys[start + 1]), start)
    for entry in entries[start + 1 : again]:
        entry.furniture, entry.marker = entry.furniture or "contents_entry", None


def read_marker(passage: Passage) -> Marker | None:
    """The marker a passage begins with; None where it begins with words."""
    if not MARKER_START.match(passage.view):
        return None
    for pattern in MARKERS:
        match = pattern.compiled.match(passage.view)
        if match:
            return marker_from(match, pattern.name, passage)
    return None


def marker_from(match: re.Match[str], kind: str, passage: Passage) -> Marker:
    """The marker a pattern found: as printed but for white space, with half-width digits and no sign after it."""
    start, end = match.span() if kind in PRINTED_WHOLE else match.span(1)
    printed = unspaced(passage.raw[start:end]).translate(HALF_WIDTH_DIGITS).rstrip("、.．:： ")
    return Marker(kind, number_of(match.group(1)), printed, match.end())


def settle_decimal_outline(entries: Sequence[Paragraph]) -> None:
    """Give `1.1 …` and `1.1.1 …` their markers where they are numbers of an outline, and `1 …` above them."""
    views = [None if entry.marker or entry.furniture else entry.view for entry in entries]
    numbers = [entry.number if entry.kind in OVER_DECIMALS else None for entry in entries]
    found = decimal_lines(views, numbers)
    for index, (pattern, match) in found.items():
        entries[index].marker = marker_from(match, pattern.name, entries[index].passage)
    for index, match in bare_headings(views, found).items():
        entries[index].marker = replace(marker_from(match, "digit", entries[index].passage), end=match.end(1))


def settle_decimals(entries: list[Paragraph]) -> None:
    """Give `3.5所…` and `7.2023年…` a marker where the number is the next one, leave `2.0版` and `1.5万` alone."""
    previous = None
    upcoming = next_digit_numbers(entries)
    for entry, following in zip(entries, upcoming, strict=True):
        if entry.kind == "digit" and (entry.number or 0) >= 1000 and entry.number != (previous or 0) + 1:
            entry.marker = None  # a year
        if entry.kind == "digit":
            previous = entry.number
            continue
        match = None if entry.marker or entry.furniture else DIGIT_BEFORE_DIGIT.compiled.match(entry.view)
        if not match:
            continue
        number = number_of(match.group(1))
        year_follows = re.match(r"20\d\d\s?[年-]", entry.view[match.end() :])
        starts = number == 1 and previous != 1 and (following == 2 or year_follows)
        goes_on = (
            previous is not None and number == previous + 1 and (following in (None, 1, number + 1) or year_follows)
        )
        if starts or goes_on:
            entry.marker = marker_from(match, "digit", entry.passage)
            previous = number


def next_digit_numbers(entries: list[Paragraph]) -> list[int | None]:
    """For every entry, the number of the next one that is or may be numbered with digits."""
    numbers: list[int | None] = []
    following = None
    for entry in reversed(entries):
        numbers.append(following)
        if entry.kind == "digit":
            following = entry.number
        elif not entry.furniture and not entry.marker and (match := DIGIT_BEFORE_DIGIT.compiled.match(entry.view)):
            following = number_of(match.group(1))
    return numbers[::-1]


def width_of(text: str) -> float:
    """Printed width in Chinese characters."""
    return len(text) - len(text.encode("ascii", "ignore")) / 2


def layout_of(entries: Sequence[Paragraph]) -> Layout:
    """What the document as a whole tells about its setting."""
    texts = [entry for entry in entries if not entry.furniture]
    kinds: dict[str, list[bool]] = defaultdict(list)
    for entry in texts:
        if entry.kind:
            kinds[entry.kind].append("。" in entry.view[:-1])
    counts = Counter(entry.view for entry in texts)
    width = line_width(texts)
    least = 0.3 if width is None else 0.05  # of wrapped lines only the first of a paragraph is indented
    return Layout(
        width=width,
        indented=sum(1 for entry in texts if entry.indent >= 2) > len(texts) * least,
        sentence_kinds=frozenset(
            kind for kind, whole_ones in kinds.items() if sum(whole_ones) >= 0.8 * len(whole_ones)
        ),
        repeated=frozenset(view for view, count in counts.items() if count > 1),
    )


def line_width(entries: Sequence[Paragraph]) -> float | None:
    """The width at which lines break, None where a line is a paragraph."""
    widths = [entry.width for entry in entries if not TERMINAL.search(entry.view)]
    if len(widths) < 4:
        return None
    common, _ = (
        Counter(round(width) for width in widths if width > 12).most_common(1)[0] if max(widths) > 12 else (0, 0)
    )
    full = sum(1 for width in widths if common - FULL_LINE_SLACK <= width <= common + 2)
    longer = sum(1 for entry in entries if entry.width > common + 4)
    is_wrapped = 20 <= common <= 60 and full >= 3 and full * 10 >= len(widths) * 3 and longer * 20 <= len(entries)
    return float(common) if is_wrapped else None


def continues(last: Paragraph, entry: Paragraph, layout: Layout, page_ended: bool) -> bool:
    """Whether `entry` is the rest of the paragraph `last`; `page_ended` says that a page number stands between."""
    if last.furniture or entry.furniture or entry.marker:
        return False
    if last.marker and last.marker.end >= last.length:
        return True  # the number stands alone on its line
    if CANNOT_START.match(entry.view) or OPEN_END.search(last.tail):
        return True
    if begins_with_label(entry.view) or (layout.indented and entry.indent >= 2):
        return False
    is_full = layout.width is not None and last.width + FULL_LINE_SLACK >= layout.width
    if last.ends:
        reaches = layout.width is not None and last.width + 1 >= layout.width
        return is_full and (layout.indented or (reaches and not stands_alone(entry)))
    if last.view in layout.repeated:
        return False
    is_wrapped = layout.width is not None and not page_ended
    return is_full or (not stands_alone(entry) and (last.has_stop if is_wrapped else is_unfinished(last, layout)))


def is_rest_of_heading(last: Paragraph, entry: Paragraph, following: Paragraph | None) -> bool:
    """Whether a short line between a long numbered heading that ends like none and the next number is the heading's rest."""
    if (
        last.kind not in HEADING_KINDS
        or len(last.lines) != 1
        or last.has_stop
        or last.ends
        or last.length < LONG_HEADING
    ):
        return False
    if following is None or not following.marker or entry.marker or entry.furniture or TERMINAL.search(entry.tail):
        return False
    is_short = len(entry.view) <= 6 or ("，" in last.view and len(entry.view) < last.length)
    return is_short and not re.search(r"[。；:]", entry.view) and not begins_with_label(entry.view)


def stands_alone(entry: Paragraph) -> bool:
    """Whether a line has a form of its own (a signature, a list of attachments, a title, a closing)."""
    return len(entry.view) <= 90 and (full_match(HEAD, entry.view) or full_match(CLOSING, entry.view)) is not None


def is_unfinished(last: Paragraph, layout: Layout) -> bool:
    """Whether a paragraph that does not end like a sentence was broken by a page: it is a sentence, not a heading."""
    if last.has_stop or last.length > 60:
        return True
    return last.kind in layout.sentence_kinds and (last.length >= 20 or "，" in last.view)
