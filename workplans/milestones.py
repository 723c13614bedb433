"""What happens to the milestones of an item: renewed by a revised document, marked as reached, taken back."""

from django.core.exceptions import PermissionDenied
from django.db import transaction

from importer.drafts.checked_draft import ink

from . import access
from .history import write_history
from .loading import milestones_for
from .models import Item, Milestone

SAID = ("position", "what", "words", "due_on")  # what a document says; a rate and the day reached are people's


class MilestoneStepImpossible(Exception):
    """The milestone cannot be marked so; the text says why (Chinese)."""


# --- a revised document ------------------------------------------------------------------------------------


def renew_milestones(item, draft, *, by, now, reason) -> None:
    """Make an item's milestones what the draft says; one that is still named keeps its rate and the day it was reached."""
    waiting = list(item.milestones.all())
    created, changed = [], []
    for new in milestones_for(item, draft):
        old = _same(waiting, new)
        if old is None:
            created.append(new)
            continue
        waiting.remove(old)
        if any(getattr(old, name) != getattr(new, name) for name in SAID) or new.expected_percent is not None:
            for name in SAID:
                setattr(old, name, getattr(new, name))
            if new.expected_percent is not None:
                old.expected_percent = new.expected_percent
            if old.due_on is None:
                old.expected_percent = None  # a rate stands for a day
            changed.append(old)
    for gone in waiting:
        gone._change_reason = reason
        gone.delete()
    Milestone.objects.bulk_update(changed, [*SAID, "expected_percent"])
    write_history(changed, by=by, now=now, reason=reason)
    write_history(Milestone.objects.bulk_create(created), by=by, now=now, reason=reason, created=True)


# What two milestones must have in common to be one, the surer first.
SIGNS = (
    lambda each: (ink(each.what), each.due_on),
    lambda each: ink(each.what),
    lambda each: ink(each.words) or None,
    lambda each: each.due_on,
)


def _same(waiting, new):
    for sign in SIGNS:
        for old in waiting:
            if sign(new) is not None and sign(old) == sign(new):
                return old
    return None


# --- reached, and taken back -------------------------------------------------------------------------------


@transaction.atomic
def mark_done(milestone, done_on, *, by, now, today) -> Milestone:
    """Note the day on which a milestone was reached; None takes that back. Leaves history; the same again is no change.

    Raises PermissionDenied, MilestoneStepImpossible.
    """
    stored = Milestone.objects.select_for_update(of=("self",)).select_related("item__plan").get(pk=milestone.pk)
    if refused := access.marks_milestone(by, stored):
        raise PermissionDenied(refused)
    if stored.item.status != Item.Status.ACTIVE:
        raise MilestoneStepImpossible(f"事项{stored.item.get_status_display()}，不能再登记里程碑。")
    if done_on and done_on > today:
        raise MilestoneStepImpossible("完成日期不能晚于今天。")
    if done_on and stored.done_on and stored.done_on != done_on:
        raise MilestoneStepImpossible(
            f"这个里程碑已登记为 {stored.done_on:%Y-%m-%d} 完成；日期有误的，请先撤销再登记。"
        )
    if stored.done_on != done_on:
        stored.done_on = done_on
        Milestone.objects.filter(pk=stored.pk).update(done_on=done_on)
        write_history([stored], by=by, now=now, reason="登记完成" if done_on else "撤销完成")
    return stored
