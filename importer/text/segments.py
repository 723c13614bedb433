"""A document that came as one long line -> the stretches that would be its lines.

Copied from a web page, a whole plan may stand on one line with the site's navigation around it. Its numbers
are found where they go on in sequence after a sentence's end or white space; what stands before the first and
after the last is divided at white space and at the joints of `flat.py`. Behind a signature with its date numbers
begin anew. A document that has lines of its own is left alone.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from importer.drafts.drafts import Line

from .flat import GLUED_TITLE, STOPPED_TITLE, head_joints, heading_ends, label_joints, tail_joints, zones
from .numerals import number_of
from .passages import Passage, whole
from .patterns import FURNITURE, MARKERS, TITLE_END, Pattern, full_match

LONG = 120  # characters; a shorter line is no whole document, unless it stands alone
SHORTEST = 40
LONGEST_HEADING = 45
KINDS = ("chinese", "chinese_bracket", "digit")
# `1.3月5日前完成评议`: no decimal, for what stands behind is a day.
BEFORE_DATE = Pattern("digit", r"(\d{1,3})\s?[.、]\s?(?=20\d\d年|\d{1,2}月)", "1.3月5日前完成评议")
FORMS = (*(form for form in MARKERS if form.name in KINDS), BEFORE_DATE)
CANDIDATE = re.compile(r"[一二三四五六七八九十]{1,3}\s?[、.]|[(㈠-㈩]|\d{1,3}\s?[.、]|[⒈-⒛]")
AFTER_SENTENCE = re.compile(r"[\s。；;！？:)”》]$|^$")
COMPOUND = re.compile(
    r"[第其周期初高大小零百千万〇一二三四五六七八九十\d和与至到、，（(]$"
)  # 初一、初二 are no numbers
BARE_NUMBER = re.compile(
    r"\d{1,2}[.、](?=[\u4e00-\u9fff]{4})"
)  # 学位1000个2.建设校园: the next number, the 。 before it missing
ENDS_AS_TITLE = re.compile(rf"{TITLE_END}(?:\([^()]{{1,20}}\)){{0,2}}$")
QUOTED = re.compile(r"《([^《》]{4,60})》")
CHUNK = re.compile(
    r"(?<=[^\s\d>»])\s+(?=[^\s\d>»])|(?<=[\d])\s+(?=[^\s\u4e00-\u9fff>»:])|(?<=[^\s\u4e00-\u9fff>»])\s+(?=\d)|(?<=[。：:])\s+"
)


def stretches(lines: Sequence[Line]) -> Iterator[Passage]:
    """The document's lines as passages; one that holds the whole document is cut into several."""
    total = sum(len(line.text) for line in lines)
    written = sum(1 for line in lines if line.text.strip())
    for line in lines:
        passage = whole(line)
        is_alone = written == 1 and len(line.text) >= SHORTEST
        parts = parts_of(passage) if len(line.text) > LONG or is_alone else []
        found = [breaks for _, breaks in parts if breaks]
        enough = 2 if is_alone else 3
        if sum(map(len, found)) < enough or not (
            len(line.text) * 2 > total or heads_its_numbers(passage.view, found[0])
        ):
            yield passage
        elif len(line.text) * 2 > total:
            quoted = list(dict.fromkeys(QUOTED.findall(passage.view)))
            for part, breaks in parts:
                yield from whole_document(part, breaks, quoted)
        else:
            yield from numbered(passage, found[0])


def parts_of(passage: Passage) -> list[tuple[Passage, list[int]]]:
    """The parts of a line that have numbers of their own, each with the offsets of its numbers."""
    starts = [0, *zones(passage.view), len(passage.view)]
    parts = [passage.cut(start, end) for start, end in pairwise(starts)]
    return [(part, inner_breaks(part.view)) for part in parts]


def numbered(passage: Passage, breaks: list[int]) -> Iterator[Passage]:
    """A line cut at its numbers, its end divided at white space."""
    starts = [0, *breaks, len(passage.view)]
    parts = [passage.cut(start, end) for start, end in pairwise(starts)]
    if parts[0]:
        yield from chunks(parts[0], 0)
    yield from parts[1:-1]
    yield from chunks(parts[-1], parts[-1].view.find("。") + 1)


def whole_document(part: Passage, breaks: list[int], quoted: list[str]) -> Iterator[Passage]:
    """A part of a document on one line: its head at its joints, its numbers, headings glued to their text, its end."""
    first = breaks[0] if breaks else len(part.view)
    for piece in cut_at(part.cut(0, first), head_joints(part.view[:first], quoted)):
        yield from title_and_rest(piece)
    stretches_here = [part.cut(start, end) for start, end in pairwise([*breaks, len(part.view)])]
    headings = headings_in(stretches_here)
    for index, stretch in enumerate(stretches_here[:-1]):
        for piece in cut_at(stretch, headings.get(index, [])):
            yield from cut_at(piece, label_joints(piece.view))
    if breaks:
        yield from last_stretch(stretches_here[-1], headings.get(len(breaks) - 1, []), quoted)


def headings_in(parts: list[Passage]) -> dict[int, list[int]]:
    """Where outer headings glued to their text end, by the index of the stretch."""
    chinese = [pattern.compiled for pattern in MARKERS if pattern.name == "chinese"]
    outer = {
        index: match.end() for index, part in enumerate(parts) for row in chinese if (match := row.match(part.view))
    }
    ends = heading_ends([parts[index].view[end:] for index, end in outer.items()])
    return {index: [start + end] for (index, start), end in zip(outer.items(), ends, strict=True) if end}


def last_stretch(stretch: Passage, headings: list[int], quoted: list[str]) -> Iterator[Passage]:
    """What follows the last number: its own text, then whatever stands behind the document's or the notice's end."""
    behind = stretch.view.find("。") + 1
    joints = (
        sorted({cut for cut in (*head_joints(stretch.view, quoted), *tail_joints(stretch.view)) if cut >= behind})
        if behind
        else []
    )
    own, *rest = cut_at(stretch, joints)
    *headed, text = cut_at(own, [end for end in headings if end < len(own.view)])
    yield from headed
    for piece in cut_at(text, label_joints(text.view)):
        yield from chunks(piece, piece.view.find("。") + 1)
    for piece in rest:
        yield from title_and_rest(piece)


def cut_at(passage: Passage, cuts: list[int]) -> Iterator[Passage]:
    """A passage in pieces."""
    for start, end in pairwise([0, *cuts, len(passage.view)]):
        if start < end:
            yield passage.cut(start, end)


def title_and_rest(piece: Passage) -> Iterator[Passage]:
    """A piece of the head: a title glued to the text behind it is cut off, the rest divided at white space."""
    if match := GLUED_TITLE.match(piece.view) or STOPPED_TITLE.match(piece.view):
        yield from chunks(piece.cut(0, match.end()), 0)
        piece = piece.cut(match.end())
    if full_match(FURNITURE, piece.view.strip()[:80]) in ("issue", "document_number"):
        yield piece  # 督查专报 第6期, 云教发 〔2025〕 5 号: its white space parts nothing
    else:
        yield from chunks(piece, 0)


def chunks(part: Passage, start: int) -> Iterator[Passage]:
    """A part divided at white space after `start`; after a sentence only where the text has ended."""
    position = 0
    for gap in CHUNK.finditer(part.view, start):
        if start and part.view[position : gap.start()].rstrip()[-1:] not in "。" and position == 0:
            continue
        yield part.cut(position, gap.end())
        position = gap.end()
    yield part.cut(position)


def inner_breaks(view: str) -> list[int]:
    """Offsets at which numbers in sequence begin; empty where the line is one paragraph."""
    breaks: list[tuple[int, str]] = []
    last = dict.fromkeys(KINDS, 0)
    may_restart = dict.fromkeys(KINDS, False)
    for candidate in CANDIDATE.finditer(view):
        start = candidate.start()
        found = next(((p.name, m) for p in FORMS if (m := p.compiled.match(view, start))), None)
        if not found or view[max(0, start - 1) : start] == "第":
            continue
        kind, number = found[0], number_of(found[1].group(1))
        after_heading = follows_heading(view, start, kind, breaks)
        is_first = last[kind] == 0 and (after_heading or not view[:start].strip())
        in_sequence = number == last[kind] + 1 or (number == 1 and may_restart[kind]) or is_first
        if in_sequence and (after_heading or stands_free(view, start, kind, last[kind])):
            breaks.append((start, kind))
            last[kind] = number or 0
            may_restart[kind] = False
            for inner in KINDS[KINDS.index(kind) + 1 :]:
                may_restart[inner] = True
    if max(last.values()) < 2:
        return []
    without = "digit" if are_points(view, breaks) else None
    return [start for start, kind in breaks if kind != without]


def stands_free(view: str, start: int, kind: str, last: int) -> bool:
    """Whether a number stands where one can: behind a sentence; an outer one that is the next also where its 。 is missing."""
    before = view[max(0, start - 2) : start]
    if AFTER_SENTENCE.search(before[-1:]):
        return True
    if before.endswith((".", "．")) and not before[:1].isdigit():
        return True
    if COMPOUND.search(before):
        return False
    if kind == "digit" and not (BARE_NUMBER.match(view, start) and re.search(r"[\u4e00-\u9fff%)]$", before)):
        return False
    return last > 0 or bool(ENDS_AS_TITLE.search(view[max(0, start - 30) : start]))


def heads_its_numbers(view: str, breaks: list[int]) -> bool:
    """Whether a line is a section with all its items: a heading's number in front, the next number straight behind it."""
    heading = view[breaks[0] : breaks[1]] if len(breaks) > 1 else view
    is_first = not view[: breaks[0]].strip() and re.match(r"[一二三四五六七八九十]", heading)
    return bool(is_first) and len(heading) <= LONGEST_HEADING and "。" not in heading


def are_points(view: str, breaks: list[tuple[int, str]]) -> bool:
    """Whether 1. 2. stand inside （一） lines that carry sentences of their own, and so are no lines themselves."""
    headed = [
        "。" not in view[start : breaks[index + 1][0]].rstrip("。 ")
        for index, (start, kind) in enumerate(breaks[:-1])
        if kind == "chinese_bracket"
    ]
    return bool(headed) and sum(headed) * 2 < len(headed)


def follows_heading(view: str, start: int, kind: str, breaks: list[tuple[int, str]]) -> bool:
    """Whether nothing but an outer number's heading stands between it and `start` (`二、提升质量（三）深化改革`)."""
    if not breaks or KINDS.index(breaks[-1][1]) >= KINDS.index(kind):
        return False
    return start - breaks[-1][0] <= LONGEST_HEADING and "。" not in view[breaks[-1][0] : start]
