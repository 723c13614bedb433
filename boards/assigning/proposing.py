"""Which offices an item may belong to: those of last year's item like it, else those that did such work before.

Each proposal says why. Of offices only those in use are proposed; what was shared out by default (局办公室) says nothing.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable

from django.db.models import Prefetch

from boards.topics import AS_LAST_YEAR, VERY_LIKE, Likeness
from workplans.models import Assignment, Item, Plan

from .table import AssigningRow, Proposal, in_order

YEARS = 5  # before the plan's
SOMEWHAT_LIKE = 0.2  # cosine from which an earlier item says who does such work
NEIGHBOURS = 5  # earlier items asked


class Proposer:
    """Knows the bureau's earlier items; three queries however many."""

    def __init__(self, user, organization, year, key_of: Callable):
        self.year, self.key_of = year, key_of
        named = Assignment.objects.filter(office__is_active=True).select_related("office").order_by("position", "pk")
        earlier = Item.objects.visible_to(user).filter(
            plan__organization=organization, plan__year__lt=year, plan__year__gte=year - YEARS
        )
        earlier = earlier.exclude(plan__status=Plan.Status.DRAFT).select_related("plan")
        found = earlier.prefetch_related(Prefetch("assignments", named, to_attr="named")).order_by("-plan__year", "pk")
        self.earlier = {item.pk: item for item in found if item.named}
        self.likeness = Likeness({pk: _text(item) for pk, item in self.earlier.items()})

    def proposals(self, rows: Iterable[AssigningRow]) -> dict[str, Proposal]:
        """Return row key → proposal, for those rows that something is known about."""
        found = ((row.key, self._proposal(row)) for row in rows)
        return {key: proposal for key, proposal in found if proposal}

    def _proposal(self, row) -> Proposal | None:
        if row.predecessor in self.earlier:
            item = self.earlier[row.predecessor]
            return self._as_before(item, f"承接{_called(item)}")
        scores = self.likeness.to(_text(row))
        last = {pk: score for pk, score in scores.items() if self.earlier[pk].plan.year == self.year - 1}
        best = max(last, key=last.get, default=None)
        if best is not None and last[best] >= AS_LAST_YEAR:
            how = "文字很接近" if last[best] >= VERY_LIKE else "文字相近"
            return self._as_before(self.earlier[best], f"与{_called(self.earlier[best])}{how}")
        return self._by_habit(scores)

    def _as_before(self, item, why) -> Proposal:
        offices = in_order((self.key_of(a.office), a.role) for a in item.named)
        return Proposal(offices, why, item.plan.year == self.year - 1, item)

    def _by_habit(self, scores) -> Proposal | None:
        """Ask the earlier items most like it which office leads such work."""
        near = sorted((pk for pk, score in scores.items() if score >= SOMEWHAT_LIKE), key=lambda pk: -scores[pk])
        weight, done = defaultdict(float), defaultdict(list)
        for pk in near[:NEIGHBOURS]:
            for one in self.earlier[pk].named:
                if one.role != Assignment.Role.SUPPORT:
                    weight[one.office] += scores[pk]
                    done[one.office].append((self.earlier[pk], one.role))
        if not weight:
            return None
        office = max(weight, key=weight.get)
        (item, role), count = done[office][0], len(done[office])
        told = f"{office}办理过 {count} 个相近的事项，如{_called(item)}"
        return Proposal(((self.key_of(office), role),), told, False, item)


def _called(item) -> str:
    title = item.title if len(item.title) <= 20 else f"{item.title[:20]}…"
    return f"{item.plan.year}年“{item.number} {title}”" if item.number else f"{item.plan.year}年“{title}”"


def _text(item) -> str:
    return f"{item.title}\n{item.body}"
