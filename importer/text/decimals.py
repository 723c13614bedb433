"""Decimal numbering: which lines that begin with 1.1 or 1.1.1 are numbered so.

`2.0版`, `1.5万个` and `3.15` look alike: a decimal is a number only where it fits the numbers before and behind it.
"""

import re
from collections.abc import Sequence

from .patterns import DECIMALS, Pattern

Parts = tuple[int, ...]
BARE_HEADING = re.compile(r"(\d{1,2})\s+(?=[^\W\d])[^。]{2,40}$")  # `1 总体要求` over `1.1`


def decimal_lines(
    views: Sequence[str | None], numbers: Sequence[int | None]
) -> dict[int, tuple[Pattern, re.Match[str]]]:
    """The lines numbered with decimals, by index; `views` has None for lines taken otherwise, `numbers` their numbers."""
    found = {index: candidate for index, view in enumerate(views) if view and (candidate := candidate_of(view))}
    following = dict(zip(found, [parts_of(match) for _, match in list(found.values())[1:]], strict=False))
    accepted: dict[int, tuple[Pattern, re.Match[str]]] = {}
    last: Parts = ()
    outer: int | None = None
    for index, number in enumerate(numbers):
        if number is not None:
            outer = number
        if index not in found:
            continue
        match = found[index][1]
        parts = parts_of(match)
        is_told = match[0][-1].isspace() or follows(following.get(index, ()), parts)
        if follows(parts, last) or (parts[-1] == 1 and is_told and is_open(parts[:-1], last, outer)):
            accepted[index] = found[index]
            last, outer = parts, parts[0]
    return accepted


def candidate_of(view: str) -> tuple[Pattern, re.Match[str]] | None:
    """The row of DECIMALS a line begins with."""
    return next(((pattern, match) for pattern in DECIMALS if (match := pattern.compiled.match(view))), None)


def parts_of(match: re.Match[str]) -> Parts:
    """(1, 1) of `1.1 加强…`."""
    return tuple(int(part) for part in re.findall(r"\d+", match[0]))


def follows(parts: Parts, last: Parts) -> bool:
    """Whether a number comes next behind another: 1.2 behind 1.1 or 1.1.3, 1.1.1 behind 1.1, 2.1 behind 1.4; one may be left out."""
    if not last or not parts:
        return False
    if parts == (*last, 1) or (len(parts) == 2 and parts == (last[0] + 1, 1)):
        return True
    depth = len(parts) - 1
    return len(last) > depth and parts[:depth] == last[:depth] and 0 < parts[depth] - last[depth] <= 2


def is_open(above: Parts, last: Parts, outer: int | None) -> bool:
    """Whether the number above a first one (1 above 1.1) was the last of its level, or may be missing."""
    if len(above) > 1:
        return last[: len(above)] == above
    return outer == above[0] or (above == (1,) and not last)


def bare_headings(
    views: Sequence[str | None], accepted: dict[int, tuple[Pattern, re.Match[str]]]
) -> dict[int, re.Match[str]]:
    """Lines like `1 总体要求`, whose number has no sign behind it, straight above their 1.1."""
    found = {}
    for index, (_, match) in accepted.items():
        parts = parts_of(match)
        above = BARE_HEADING.match(views[index - 1] or "") if index and parts[1:] == (1,) else None
        if above and int(above[1]) == parts[0]:
            found[index - 1] = above
    return found
