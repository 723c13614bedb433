"""搜索: words in items and reports of all years the user reads, grouped by item, hits marked.

Two characters suffice: `search_index` finds candidates, which are then compared word by word. At most LIMIT texts of
each kind are shown: those stored last, the latest periods first.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from itertools import islice

from django.db import connections
from django.db.models import Q
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from tracking.models import Report, TaskReport
from workplans import access
from workplans.models import Item

from .normal_form import normal_form, spans
from .search_index import extent, holds, newest

LIMIT, AROUND, EXCERPTS = 200, 36, 4
MOST = 1000  # reports of a list that is searched
LONGEST = 60
TEXTS = {"progress": "进展", "difficulties": "困难", "next_steps": "措施"}


@dataclass
class Hit:
    """One item in which, or in whose reports, something was found: keys only, until `load` brings what a page shows."""

    pk: int
    words: list[str]
    is_own: bool = False
    reports: list[int] = field(default_factory=list)
    parts: list[int] = field(default_factory=list)
    item: Item | None = None
    rows: list[Report | TaskReport] = field(default_factory=list)

    @property
    def found(self) -> int:
        """In how many texts."""
        return self.is_own + len(self.reports) + len(self.parts)

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
    words = list(dict.fromkeys(normal_form(text[:LONGEST]).split()))
    return words if sum(map(len, words)) > 1 else []


def mark(text: str, words: Iterable[str]) -> SafeString:
    """Return `text` as it is with every word in <mark>."""
    pieces, last = [], 0
    for begin, end in spans(text, words):
        pieces += [(text[last:begin],), (format_html("<mark>{}</mark>", text[begin:end]),)]
        last = end
    return format_html_join("", "{}", [*pieces, (text[last:],)])


def excerpt(text: str, words: list[str]) -> SafeString | str:
    """Return the surroundings of the first hit in `text`, marked; "" where there is none."""
    found = spans(text, words)
    if not found:
        return ""
    first = found[0][0]
    begin, end = max(0, first - AROUND), first + 2 * AROUND
    piece = " ".join(text[begin:end].split())
    return format_html("{}{}{}", "…" if begin else "", mark(piece, words), "…" if end < len(text) else "")


def search(user, text: str, limit: int = LIMIT) -> Result:
    """Search what `user` may read, the latest years and periods first: `limit` of the newest items, reports and parts."""
    words = words_of(text)
    if not words:
        return Result([], False)
    size = _extent(user)
    found = [newest(rows, words, limit + 1, size) for rows in matching(user, words, size.has_index)]
    items, reports, parts = (sorted(keys[:limit], key=_latest) for keys in found)
    hits: dict[int, Hit] = {}
    for _pk, item, *_order in items:
        hits.setdefault(item, Hit(item, words)).is_own = True
    for pk, item, *_order in reports:
        hits.setdefault(item, Hit(item, words)).reports.append(pk)
    for pk, item, *_order in parts:
        hits.setdefault(item, Hit(item, words)).parts.append(pk)
    return Result(list(hits.values()), any(len(keys) > limit for keys in found))


def _latest(row):
    """Order keys by year or period, the latest first, then as in the plan."""
    _pk, _item, when, *order = row
    return -(when.toordinal() if hasattr(when, "toordinal") else when), *order


def load(hits: list[Hit]) -> list[Hit]:
    """Read the items and the first texts of `hits`; three queries however many."""
    items = Item.objects.select_related("plan__organization").in_bulk([hit.pk for hit in hits])
    reports = Report.objects.select_related("period").in_bulk([pk for hit in hits for pk in hit.reports[:EXCERPTS]])
    chosen = TaskReport.objects.select_related("report__period", "task")
    parts = chosen.in_bulk([pk for hit in hits for pk in hit.parts[:EXCERPTS]])
    for hit in hits:
        hit.item = items[hit.pk]
        hit.rows = [
            rows[pk] for keys, rows in ((hit.reports, reports), (hit.parts, parts)) for pk in keys if pk in rows
        ]
    return hits


def reports_about(queryset, user, text: str, *, is_narrow: bool = False):
    """Narrow a Report queryset the user may read to the newest MOST whose own texts, or whose item, hold every word.

    `is_narrow` says that it holds few rows already, which are then read without the index.
    """
    words = words_of(text)
    if not words:
        return queryset.filter(item__number=text.strip())
    size = _extent(user)
    own_size = replace(size, has_index=False) if is_narrow else size
    own = newest(_comparing(queryset, words, size.has_index).values_list("pk", flat=True), words, MOST, own_size)
    items = newest(_holding(Item, user, words, size.has_index).values_list("pk", flat=True), words, LIMIT, size)
    return queryset.filter(Q(pk__in=own) | Q(item__in=items))


def _extent(user):
    held = access.standing(user)
    return extent(Report.objects.db, None if held.is_superuser else len(held.organizations))


def matching(user, words, has_index):
    """Return what is searched, as (key, item, year or period, order…) of those that `user` may read and that hold every
    word: items, reports and parts of reports."""
    yield _holding(Item, user, words, has_index).values_list("pk", "pk", "plan__year", "plan_id", "position")
    yield _holding(Report, user, words, has_index).values_list("pk", "item_id", "period__as_of", "item_id")
    parts = _holding(TaskReport, user, words, has_index)
    yield parts.values_list("pk", "report__item_id", "report__period__as_of", "report__item_id")


def _holding(model, user, words, has_index):
    return _comparing(model.objects.visible_to(user), words, has_index)


def _comparing(rows, words, has_index):
    """Compare word by word, both sides in the normal form; a word has no blanks, so it stands within one text."""
    condition = holds(connections[rows.db], rows.model._meta.db_table, has_index)
    return rows.extra(where=[condition] * len(words), params=list(words))
