"""承接: which of last year's items an item carries on, answered by a supervisor; 本年新增 is an answer too."""

from collections.abc import Mapping

from django.core.exceptions import PermissionDenied
from django.db import transaction

from . import access
from .history import write_history
from .models import Item


class LinkRefused(Exception):
    """The answer cannot be stored; the text is a Chinese sentence."""


@transaction.atomic
def link(plan, answers: Mapping[int, int | None], *, by, now) -> int:
    """Store the answers for items of `plan`; return how many. What somebody else has answered meanwhile stays.

    Args:
        answers: item id → id of the earlier item it carries on, None for 本年新增.

    Raises PermissionDenied, or LinkRefused where one of them is no earlier item of the organization.
    """
    _ask(by, plan)
    earlier = {pk for pk in answers.values() if pk is not None}
    of_before = Item.objects.filter(plan__organization=plan.organization_id, plan__year__lt=plan.year)
    if earlier - set(of_before.filter(pk__in=earlier).values_list("pk", flat=True)):
        raise LinkRefused("所选的上年事项不存在，或不属于本单位以前年度的计划。")
    unanswered = plan.items.unanswered().select_for_update()
    items = list(unanswered.filter(pk__in=answers))
    for item in items:
        item.predecessor_id = answers[item.pk]
        item.is_new = answers[item.pk] is None
    _store(items, by=by, now=now, reason="确认上年事项")
    return len(items)


@transaction.atomic
def unlink(item, *, by, now, seen: int | None) -> Item:
    """Take an answer back, where it still is the one seen (`seen`: the earlier item's id, None for 本年新增).

    Raises PermissionDenied, or LinkRefused for an item that was carried over or has another answer by now.
    """
    stored = Item.objects.select_for_update(of=("self",)).select_related("plan", "predecessor").get(pk=item.pk)
    _ask(by, stored.plan)
    if stored.is_carried_over():
        raise LinkRefused("这个事项由上年事项结转而来，不能改。")
    if stored.predecessor_id is None and not stored.is_new:
        return stored  # taken back already
    if stored.predecessor_id != seen:
        raise LinkRefused("这个事项刚刚由他人重新确认过，没有改动；请看过现在的结果再决定。")
    stored.predecessor, stored.is_new = None, False
    _store([stored], by=by, now=now, reason="重新确认上年事项")
    return stored


def _ask(by, plan):
    if refused := access.supervises(by, plan):
        raise PermissionDenied(refused)


def _store(items, *, by, now, reason):
    Item.objects.bulk_update(items, ["predecessor", "is_new"])
    write_history(items, by=by, now=now, reason=reason)
