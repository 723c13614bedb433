"""This period beside the last one: which report came before, and what changed in its texts."""

import re
from collections import Counter
from itertools import pairwise

from diff_match_patch import diff_match_patch
from django.db.models import OuterRef, Prefetch, Subquery, prefetch_related_objects
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from rapidfuzz.distance import Indel

from tracking.models import Report, TaskReport

TOKEN = re.compile(r"\d+(?:\.\d+)?%?|[A-Za-z]+|.", re.DOTALL)
PRIVATE = 0xF0000  # private characters, which stand for tokens
ANEW = 0.3  # less than this share kept: not a change but another text
FOREIGN = 0.15  # less than this share of pairs of characters in common: seen to be another text without comparing
TABLE = 25_000_000  # cells, a bit each; texts whose product of lengths is more are left to the slower engine
SECONDS = 0.05  # a very long pair of texts is marked more coarsely rather than later


def earlier():
    """Return, for a subquery, the reports with contents on the same item in earlier periods, the latest first."""
    return Report.objects.filter(
        item=OuterRef("item"), period__as_of__lt=OuterRef("period__as_of"), saved_at__isnull=False
    ).order_by("-period__as_of", "-pk")


def with_texts(reports):
    """Read the tasks' texts of reports, in their order: one query for all of them."""
    prefetch_related_objects(
        reports, Prefetch("task_reports", TaskReport.objects.select_related("task").order_by("task__position", "pk"))
    )


def attach_previous(reports) -> list[Report]:
    """Return the Report queryset as a list, each with `previous`: the report before it, or None; three queries."""
    chosen = list(reports.annotate(previous_id=Subquery(earlier().values("pk")[:1])))
    ids = [report.previous_id for report in chosen if report.previous_id]
    found = Report.objects.select_related("period").in_bulk(ids) if ids else {}
    for report in chosen:
        report.previous = found.get(report.previous_id)
    with_texts([*chosen, *found.values()])
    return chosen


def marked(old: str, new: str) -> SafeString:
    """Return `new` with what was added to `old` in <ins> and what was taken away in <del>.

    Numbers change as wholes (10 → 11, not 1[0→1]); a text written anew stands whole before the old one.
    """
    longer, anew = max(len(old), len(new)), [(1, new), (0, "\n"), (-1, old)]
    if old and new and _pairs_in_common(old, new) < FOREIGN * (longer - 1):
        pieces = anew
    else:
        pieces = _pieces(old, new)
        kept = sum(len(text) for sign, text in pieces if sign == 0)
        if old and new and kept < ANEW * longer:
            pieces = anew
    tags = {1: "<ins>{}</ins>", -1: "<del>{}</del>", 0: "{}"}
    return format_html_join("", "{}", ((format_html(tags[sign], text),) for sign, text in pieces))


def _pairs_in_common(old, new) -> int:
    """Count the pairs of neighbouring characters both texts have: a thousand times as fast as comparing them."""
    return (Counter(map("".join, pairwise(old))) & Counter(map("".join, pairwise(new)))).total()


def _pieces(old, new) -> list[tuple[int, str]]:
    """Compare token by token: each becomes one character for the engine, and is turned back afterwards."""
    tokens: dict[str, str] = {}

    def packed(text):
        return "".join(tokens.setdefault(token, chr(PRIVATE + len(tokens))) for token in TOKEN.findall(text))

    engine = diff_match_patch()
    engine.Diff_Timeout = SECONDS
    one, other = packed(old), packed(new)
    if len(one) * len(other) > TABLE:
        pieces = engine.diff_main(one, other, False)
    else:
        pieces = list(_steps(one, other))
        engine.diff_cleanupMerge(pieces)
    engine.diff_cleanupSemantic(pieces)
    back = {character: token for token, character in tokens.items()}
    return [(sign, "".join(back[character] for character in text)) for sign, text in pieces]


def _steps(one: str, other: str):
    """Yield the fewest steps from `one` to `other` written as the engine writes them, which takes far longer to find them."""
    for step in Indel.opcodes(one, other):
        gone, come = one[step.src_start : step.src_end], other[step.dest_start : step.dest_end]
        if step.tag == "equal":
            yield 0, gone
            continue
        if gone:
            yield -1, gone
        if come:
            yield 1, come
