"""搜索: words in items and reports of all years the user reads, grouped by item, hits marked.

Two characters suffice: `search_index` finds candidates, which are then compared word by word. At most LIMIT texts of
each kind are shown.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Q
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from workplans.models import Item

from .models import Report, TaskReport
from .search_index import candidates

LIMIT, AROUND, EXCERPTS = 200, 36, 4
LONGEST = 60
TEXTS = {"progress": "进展", "difficulties": "困难", "next_steps": "措施"}


@dataclass
class Hit:
    """One item with what was found in it and in its reports."""

    item: Item
    title: SafeString
    body: SafeString | str = ""
    excerpts: list[tuple[object, str, SafeString]] = field(default_factory=list)
    found: int = 0


@dataclass(frozen=True)
class Result:
    """Everything found; `is_cut` where there was more than is shown."""

    hits: list[Hit]
    is_cut: bool


def words_of(text: str) -> list[str]:
    """Return the words asked for, each once; two characters are the least a search needs."""
    words = list(dict.fromkeys(text[:LONGEST].casefold().split()))
    return words if sum(map(len, words)) > 1 else []


def mark(text: str, words: Iterable[str]) -> SafeString:
    """Return `text` with every word in <mark>."""
    pattern = re.compile("(" + "|".join(map(re.escape, sorted(words, key=len, reverse=True))) + ")", re.IGNORECASE)
    pieces = enumerate(pattern.split(text))
    return format_html_join("", "{}", ((format_html("<mark>{}</mark>", p) if n % 2 else p,) for n, p in pieces))


def excerpt(text: str, words: list[str]) -> SafeString | str:
    """Return the surroundings of the first hit in `text`, marked; "" where there is none."""
    folded = text.casefold()
    first = min((folded.find(word) for word in words if word in folded), default=-1)
    if first < 0:
        return ""
    begin, end = max(0, first - AROUND), first + 2 * AROUND
    piece = " ".join(text[begin:end].split())
    return format_html("{}{}{}", "…" if begin else "", mark(piece, words), "…" if end < len(text) else "")


def search(user, text: str) -> Result:
    """Search what `user` may read, the latest years and periods first; three queries, and what the index needs."""
    words = words_of(text)
    if not words:
        return Result([], False)
    items = _matching(Item, user, words, ("number", "title", "body")).select_related("plan__organization")
    own = list(items.order_by("-plan__year", "plan_id", "position")[: LIMIT + 1])
    reports = _matching(Report, user, words, TEXTS).select_related("item__plan__organization", "period")
    parts = _matching(TaskReport, user, words, TEXTS).select_related(
        "report__item__plan__organization", "report__period", "task"
    )
    told = list(reports.order_by("-period__as_of", "item_id")[: LIMIT + 1])
    told_parts = list(parts.order_by("-report__period__as_of", "pk")[: LIMIT + 1])
    hits: dict[int, Hit] = {}
    for item in own[:LIMIT]:
        _hit(hits, item, words).found += 1
    for report in told[:LIMIT]:
        _add(_hit(hits, report.item, words), report, report.period, "", words)
    for part in told_parts[:LIMIT]:
        _add(_hit(hits, part.report.item, words), part, part.report.period, f"{part.task} ", words)
    is_cut = any(len(found) > LIMIT for found in (own, told, told_parts))
    return Result(list(hits.values()), is_cut)


def _matching(model, user, words, fields):
    rows = model.objects.visible_to(user)
    if model is not Item:
        rows = candidates(rows, words)
    for word in words:
        in_any = Q()
        for name in fields:
            in_any |= Q(**{f"{name}__icontains": word})
        rows = rows.filter(in_any)
    return rows


def _hit(hits, item, words) -> Hit:
    if item.pk not in hits:
        hits[item.pk] = Hit(item, mark(item.title, words), excerpt(item.body, words))
    return hits[item.pk]


def _add(hit, row, period, prefix, words):
    """Keep the first excerpts; count them all."""
    hit.found += 1
    for name, label in TEXTS.items():
        if len(hit.excerpts) < EXCERPTS and (piece := excerpt(getattr(row, name), words)):
            hit.excerpts.append((period, f"{prefix}{label}", piece))
