"""What stands in a person's calendar: due dates of periods, deadlines and milestones of one's items, 批示 to be answered.

One row of KINDS a kind; each costs one query, however many rows it finds.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from tracking.models import InstructionOffice, Period
from workplans import access
from workplans.models import Assignment, Item, Milestone

KEPT = timedelta(days=60)  # what is longer past is left out
LONGEST = 80  # characters of a title, which calendars show in one line


@dataclass(frozen=True)
class CalendarEntry:
    """One day: `key` names it for good, `path` is the page it tells of; of one that is done nobody is reminded."""

    key: str
    day: date
    title: str
    text: str
    path: str
    is_done: bool = False


def entries(user, today: date) -> list[CalendarEntry]:
    """Return what `user` has to keep, from sixty days ago on, by day; as many queries as there are kinds, and the rights."""
    found = [entry for kind in KINDS for entry in kind(user, today - KEPT)]
    return sorted(found, key=lambda entry: (entry.day, entry.key))


def own_items(user):
    """Return the items under way that concern the person: those of the offices, or all where one supervises or leads."""
    held = access.standing(user)
    named = Assignment.objects.filter(item=OuterRef("pk"), office__in=held.offices)
    mine = Q(reporting_office__in=held.offices) | Exists(named) | Q(plan__organization__in=held.supervised | held.led)
    return Item.objects.visible_to(user).active().filter(mine)


def _periods(user, since) -> Iterable[CalendarEntry]:
    served = access.standing(user).organizations
    kept = Period.objects.visible_to(user).filter(organization__in=served, due_on__gte=since)
    for period in kept.exclude(status=Period.Status.ARCHIVED).select_related("organization"):
        grace = f"\n宽限到 {period.last_day:%Y-%m-%d}" if period.grace_days else ""
        yield CalendarEntry(
            key=f"period-{period.pk}",
            day=period.due_on,
            title=_short(f"报送截止：{period.label}"),
            text=f"{period.organization.name}{grace}",
            path=reverse("home"),
            is_done=period.status == Period.Status.CLOSED,
        )


def _deadlines(user, since) -> Iterable[CalendarEntry]:
    for item in own_items(user).filter(deadline__gte=since).select_related("plan", "reporting_office"):
        yield CalendarEntry(
            key=f"item-{item.pk}",
            day=item.deadline,
            title=_short(f"完成时限：{item}"),
            text=_told(item),
            path=reverse("boards:item_page", args=[item.pk]),
        )


def _milestones(user, since) -> Iterable[CalendarEntry]:
    rows = Milestone.objects.visible_to(user).filter(item__in=own_items(user), due_on__gte=since)
    for milestone in rows.select_related("item__plan", "item__reporting_office"):
        word = "里程碑（已完成）" if milestone.done_on else "里程碑"
        yield CalendarEntry(
            key=f"milestone-{milestone.pk}",
            day=milestone.due_on,
            title=_short(f"{word}：{milestone.what}"),
            text=f"{milestone.item}\n{_told(milestone.item)}",
            path=reverse("boards:item_page", args=[milestone.item_id]),
            is_done=milestone.done_on is not None,
        )


def _instructions(user, since) -> Iterable[CalendarEntry]:
    """批示 the person's office has not answered; their text stays in the application."""
    owed = InstructionOffice.objects.visible_to(user).unanswered().filter(office__in=access.standing(user).offices)
    rows = owed.filter(instruction__due_on__gte=since).select_related("instruction__item__plan")
    for addressed in rows.select_related("instruction__item__reporting_office"):
        item = addressed.instruction.item
        yield CalendarEntry(
            key=f"instruction-{addressed.pk}",
            day=addressed.instruction.due_on,
            title=_short(f"回复批示：{item}"),
            text=_told(item),
            path=reverse("boards:item_page", args=[item.pk]),
        )


KINDS: tuple[Callable[[object, date], Iterable[CalendarEntry]], ...] = (
    _periods,
    _deadlines,
    _milestones,
    _instructions,
)


def _told(item) -> str:
    office = f"\n填报科室：{item.reporting_office.name}" if item.reporting_office else ""
    return f"{item.plan.title}{office}"


def _short(text) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"
