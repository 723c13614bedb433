"""搜索: words in items and reports of all years the user reads, grouped by item, hits marked.

Two characters suffice: `search_index` finds candidates, which are then compared word by word. At most LIMIT texts of
each kind are shown: those stored last, the latest periods first.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from itertools import islice

from django.db.models import Q
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from workplans import access
from workplans.models import Item

from .models import Report, TaskReport
from .search_index import TABLES, extent, newest

LIMIT, AROUND, EXCERPTS = 200, 36, 4
MOST = 1000  # reports of a list that is searched
LONGEST = 60
TEXTS = {"progress": "进展", "difficulties": "困难", "next_steps": "措施"}


@dataclass
class Hit:
    """One item, and the reports and task reports in which something was found; excerpts are cut where they are shown."""

    item: Item
    words: list[str]
    is_own: bool = False
    rows: list[Report | TaskReport] = field(default_factory=list)

    @property
    def found(self) -> int:
        """In how many texts."""
        return len(self.rows) + self.is_own

    @property
    def title(self) -> SafeString:
        """The item's title, marked."""
        return mark(self.item.title, self.words)

    @property
    def body(self) -> SafeString | str:
        """What was found in the item's body."""
        return excerpt(self.item.body, self.words)

    @property
    def excerpts(self) -> list[tuple[object, str, SafeString]]:
        """The first excerpts: period, label, text."""
        return list(islice(self._excerpts(), EXCERPTS))

    def _excerpts(self):
        for row in self.rows:
            is_part = isinstance(row, TaskReport)
            period, prefix = (row.report.period, f"{row.task} ") if is_part else (row.period, "")
            for name, label in TEXTS.items():
                if piece := excerpt(getattr(row, name), self.words):
                    yield period, f"{prefix}{label}", piece


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
    """Search what `user` may read, the latest years and periods first: LIMIT of the newest items, reports and parts."""
    words = words_of(text)
    if not words:
        return Result([], False)
    size = _extent(user)
    items, reports, parts = (newest(rows, words, LIMIT + 1, size) for rows in matching(user, words))
    hits: dict[int, Hit] = {}
    for item in sorted(items[:LIMIT], key=lambda item: (-item.plan.year, item.plan_id, item.position)):
        hits.setdefault(item.pk, Hit(item, words)).is_own = True
    for report in sorted(reports[:LIMIT], key=_latest):
        hits.setdefault(report.item_id, Hit(report.item, words)).rows.append(report)
    for part in sorted(parts[:LIMIT], key=lambda part: _latest(part.report)):
        hits.setdefault(part.report.item_id, Hit(part.report.item, words)).rows.append(part)
    return Result(list(hits.values()), any(len(found) > LIMIT for found in (items, reports, parts)))


def reports_about(queryset, user, text: str, *, is_narrow: bool = False):
    """Narrow a Report queryset the user may read to the newest MOST whose own texts, or whose item, hold every word.

    `is_narrow` says that it holds few rows already, which are then read without the index.
    """
    words = words_of(text)
    if not words:
        return queryset.filter(item__number=text.strip())
    size = _extent(user)
    own_size = replace(size, has_index=False) if is_narrow else size
    own = newest(_comparing(queryset, words).values_list("pk", flat=True), words, MOST, own_size)
    items = newest(_holding(Item, user, words).values_list("pk", flat=True), words, LIMIT, size)
    return queryset.filter(Q(pk__in=own) | Q(item__in=items))


def _extent(user):
    held = access.standing(user)
    return extent(Report.objects.db, None if held.is_superuser else len(held.organizations))


def _latest(report):
    return -report.period.as_of.toordinal(), report.item_id


def matching(user, words):
    """Return what is searched: items, reports and parts of reports that `user` may read and that hold every word."""
    yield _holding(Item, user, words).select_related("plan__organization")
    yield _holding(Report, user, words).select_related("item__plan__organization", "period")
    yield _holding(TaskReport, user, words).select_related("report__item__plan__organization", "report__period", "task")


def _holding(model, user, words):
    return _comparing(model.objects.visible_to(user), words)


def _comparing(rows, words):
    """Compare word by word; letters have two cases, characters have none and are compared as they are, which is faster."""
    for word in words:
        lookup = "contains" if word.upper() == word.lower() else "icontains"
        in_any = Q()
        for name in TABLES[rows.model._meta.db_table]:
            in_any |= Q(**{f"{name}__{lookup}": word})
        rows = rows.filter(in_any)
    return rows
