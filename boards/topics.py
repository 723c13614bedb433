"""跨单位对照: the same topic as each bureau words and quantifies it, found by pairs of characters."""

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from decimal import Decimal
from math import log, sqrt

from django.db.models import OuterRef, Subquery
from django.utils.safestring import SafeString

from tracking.models import Report
from tracking.search.normal_form import normal_form
from tracking.search.search import mark, words_of
from workplans.models import Item, Organization, Plan

EXAMPLES = ("双减", "心理健康", "体育场地", "托育", "思政课", "劳动教育", "教师队伍", "数字化")
# Cosines from which an item is like another, may carry it on, and is very like it.
LIKE, AS_LAST_YEAR, VERY_LIKE = 0.12, 0.3, 0.6
EACH = 5
CHINESE = re.compile(r"[一-鿿]+|[a-z]+|\d+(?:\.\d+)?%?")
SENTENCE = re.compile(r"[^。；！？\n]+[。；！？]?")


def pairs(text: str) -> Counter:
    """Count the pairs of neighbouring characters in the Chinese runs of `text`; words and numbers as wholes."""
    found = Counter()
    for run in CHINESE.findall(text.casefold()):
        if run[0] > "一" and len(run) > 1:
            found.update(run[n : n + 2] for n in range(len(run) - 1))
        else:
            found[run] += 1
    return found


class Likeness:
    """Cosines between the pairs of texts, rare pairs weighing more."""

    def __init__(self, texts: dict[int, str]):
        counts = {key: pairs(text) for key, text in texts.items()}
        known = Counter(pair for each in counts.values() for pair in each)
        self.weight = {pair: log(1 + len(texts) / count) for pair, count in known.items()}
        self.texts_with = defaultdict(list)
        for key, each in counts.items():
            for pair, value in self._vector(each).items():
                self.texts_with[pair].append((key, value))

    def _vector(self, counts) -> dict[str, float]:
        raw = {pair: (1 + log(count)) * self.weight.get(pair, 0) for pair, count in counts.items()}
        length = sqrt(sum(value * value for value in raw.values())) or 1
        return {pair: value / length for pair, value in raw.items()}

    def to(self, text: str) -> dict[int, float]:
        """Return key → cosine for the texts that share anything with `text`."""
        scores: defaultdict[int, float] = defaultdict(float)
        for pair, value in self._vector(pairs(text)).items():
            for key, other in self.texts_with.get(pair, ()):
                scores[key] += value * other
        return dict(scores)


@dataclass(frozen=True)
class TopicItem:
    """One item on the topic: how its bureau words it, and how far it is."""

    item: Item
    likeness: float
    sentences: list[SafeString]
    completion_percent: Decimal | None
    as_of: str


@dataclass(frozen=True)
class TopicGroup:
    """What one bureau has on the topic."""

    organization: Organization
    rows: list[TopicItem]


def issued_items(user):
    """Return the items of all issued plans the user reads, with the latest completion reported."""
    reported = Report.objects.filter(item=OuterRef("pk"), completion_percent__isnull=False).order_by("-period__as_of")
    return (
        Item.objects.visible_to(user)
        .exclude(plan__status=Plan.Status.DRAFT)
        .select_related("plan__organization")
        .annotate(
            latest_percent=Subquery(reported.values("completion_percent")[:1]),
            latest_period=Subquery(reported.values("period__label")[:1]),
        )
        .order_by("plan__organization__name", "-plan__year", "position")
    )


def on_topic(items: list[Item], text: str) -> list[TopicGroup]:
    """Return, by bureau, the items in which every word of `text` occurs, the one that says most of it first."""
    words = words_of(text)
    if not words:
        return []
    found = [item for item in items if all(word in normal_form(_text(item)) for word in words)]
    said = {item.pk: sum(normal_form(_text(item)).count(word) for word in words) for item in found}
    return _groups(found, said, words)


def like_item(items: list[Item], item: Item) -> list[TopicGroup]:
    """Return, by bureau, the items most like `item`."""
    scores = Likeness({each.pk: _text(each) for each in items}).to(_text(item))
    found = [each for each in items if each.pk != item.pk and scores.get(each.pk, 0) >= LIKE]
    return _groups(found, scores, sorted(_shared(item, found), key=len, reverse=True))


@dataclass(frozen=True)
class Suggestion:
    """Last year's item an item may carry on."""

    item: Item
    likeness: float

    @property
    def word(self) -> str:
        """How alike they are."""
        return "很接近" if self.likeness >= VERY_LIKE else "相近"


def earlier_items(user, plan: Plan):
    """Return the items of the organization's plans of the year before."""
    return issued_items(user).filter(plan__organization=plan.organization_id, plan__year=plan.year - 1)


def suggested_predecessors(earlier: list[Item], items: list[Item]) -> dict[int, Suggestion]:
    """Return item id → the one of `earlier` most like it, for those of `items` that have one like them."""
    known = {each.pk: each for each in earlier}
    likeness = Likeness({pk: _text(each) for pk, each in known.items()})
    found = {}
    for item in items:
        scores = likeness.to(_text(item))
        best = max(scores, key=scores.get, default=None)
        if best is not None and scores[best] >= AS_LAST_YEAR:
            found[item.pk] = Suggestion(known[best], scores[best])
    return found


def _text(item: Item) -> str:
    return f"{item.title}\n{item.body}"


def _shared(item, others) -> set[str]:
    """Return the pairs of the item's title that occur in the others, to be marked."""
    of_title = set(pairs(item.title))
    return {pair for other in others for pair in pairs(_text(other)) if pair in of_title}


def _groups(found, scores, words) -> list[TopicGroup]:
    by_organization = defaultdict(list)
    for item in found:
        by_organization[item.plan.organization].append(item)
    return [
        TopicGroup(
            organization, [_row(i, scores[i.pk], words) for i in sorted(rows, key=lambda i: -scores[i.pk])[:EACH]]
        )
        for organization, rows in by_organization.items()
    ]


def _row(item, score, words) -> TopicItem:
    """Choose the sentences that speak of the topic, those with figures first."""
    told = [text.strip() for text in SENTENCE.findall(item.body) if any(word in text.casefold() for word in words)]
    told.sort(key=lambda text: not re.search(r"\d", text))
    sentences = [mark(text, words) for text in told[:2]] if words else []
    return TopicItem(item, score, sentences, item.latest_percent, item.latest_period or "")
