"""A document that came as one long line -> the stretches that would be its lines.

Copied from a web page, a whole plan may stand on one line with the site's navigation around it. Its numbers
are found where they go on in sequence after a sentence's end or white space; what stands before the first and
after the last is divided at white space. A document that has lines of its own is left alone.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from importer.drafts.drafts import Line

from .numerals import number_of
from .passages import Passage, whole
from .patterns import MARKERS, TITLE_END

LONG = 120  # characters; a shorter line is no whole document
LONGEST_HEADING = 45
KINDS = ("chinese", "chinese_bracket", "digit")
CANDIDATE = re.compile(r"[一二三四五六七八九十]{1,3}\s?、|[(㈠-㈩]|\d{1,3}\s?[.、]|[⒈-⒛]")
AFTER_SENTENCE = re.compile(r"[\s。；;！？:)”》]$|^$")
GLUED_TITLE = re.compile(rf"^\s*[^。；:]{{4,60}}?{TITLE_END}(?=20\d\d\s?年|今年|为|根据|按照|以|发布|一、)")
CHUNK = re.compile(r"(?<=[^\s\d>»])\s+(?=[^\s\d>»])|(?<=[\d])\s+(?=[^\s\u4e00-\u9fff>»:])|(?<=[^\s\u4e00-\u9fff>»])\s+(?=\d)|(?<=[。：:])\s+")


def stretches(lines: Sequence[Line]) -> Iterator[Passage]:
    """The document's lines as passages; one that holds the whole document is cut into several."""
    total = sum(len(line.text) for line in lines)
    for line in lines:
        passage = whole(line)
        breaks = inner_breaks(passage.view) if len(line.text) > LONG else []
        if len(breaks) < 3 or not (len(line.text) * 2 > total or heads_its_numbers(passage.view, breaks)):
            yield passage
            continue
        first = GLUED_TITLE.match(passage.view)
        starts = [0, *([first.end()] if first and first.end() < breaks[0] else []), *breaks, len(passage.view)]
        parts = [passage.cut(start, end) for start, end in pairwise(starts)]
        for part in parts[: -len(breaks)]:
            yield from chunks(part, 0)
        yield from parts[-len(breaks) : -1]
        yield from chunks(parts[-1], parts[-1].view.find("。") + 1)


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
        found = next(((p.name, m) for p in MARKERS if p.name in KINDS and (m := p.compiled.match(view, start))), None)
        if not found or view[max(0, start - 1) : start] == "第":
            continue
        kind, number = found[0], number_of(found[1].group(1))
        after_heading = follows_heading(view, start, kind, breaks)
        is_first = last[kind] == 0 and (after_heading or not view[:start].strip())
        in_sequence = number == last[kind] + 1 or (number == 1 and may_restart[kind]) or is_first
        if in_sequence and (after_heading or AFTER_SENTENCE.search(view[max(0, start - 1) : start])):
            breaks.append((start, kind))
            last[kind] = number
            may_restart[kind] = False
            for inner in KINDS[KINDS.index(kind) + 1 :]:
                may_restart[inner] = True
    if max(last.values()) < 2:
        return []
    without = "digit" if are_points(view, breaks) else None
    return [start for start, kind in breaks if kind != without]


def heads_its_numbers(view: str, breaks: list[int]) -> bool:
    """Whether a line is a section with all its items: a heading's number in front, the next number straight behind it."""
    heading = view[breaks[0] : breaks[1]]
    is_first = not view[: breaks[0]].strip() and re.match(r"[一二三四五六七八九十]", heading)
    return bool(is_first) and len(heading) <= LONGEST_HEADING and "。" not in heading


def are_points(view: str, breaks: list[tuple[int, str]]) -> bool:
    """Whether 1. 2. stand inside （一） lines that carry sentences of their own, and so are no lines themselves."""
    headed = [
        "。" not in view[start : breaks[index + 1][0]]
        for index, (start, kind) in enumerate(breaks[:-1])
        if kind == "chinese_bracket"
    ]
    return bool(headed) and sum(headed) * 2 < len(headed)


def follows_heading(view: str, start: int, kind: str, breaks: list[tuple[int, str]]) -> bool:
    """Whether nothing but an outer number's heading stands between it and `start` (`二、提升质量（三）深化改革`)."""
    if not breaks or KINDS.index(breaks[-1][1]) >= KINDS.index(kind):
        return False
    return start - breaks[-1][0] <= LONGEST_HEADING and "。" not in view[breaks[-1][0] : start]
