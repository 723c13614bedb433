"""Which office owes a report: kept from the opening of its period, moved only while the period is open.

The rule in short (docs/workflow.md tells it to people): a slot remembers its office; while its period is open the names
are those of today; as it closes, names and 分工 are written into the reports and stay, whatever happens later.
"""

from collections import defaultdict

from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import Coalesce

from tracking.models import Report
from tracking.models.report import RUNNING
from workplans.history import write_history
from workplans.models import Assignment, Item, Office

AT_ONCE = 500  # rows a statement


def still_open(items):
    """Return the reports of `items` in running periods that nobody has approved: those a move of the item is about."""
    reports = Report.objects.filter(item__in=items, period__status__in=RUNNING)
    return reports.exclude(status=Report.Status.APPROVED)


def hand_over(reports, *, by, now) -> int:
    """Give `reports` (a Report queryset) to the offices their items are reported by now; return how many moved."""
    moving = reports.exclude(office=F("item__reporting_office"), office__isnull=False)
    moved = list(
        moving.filter(item__reporting_office__isnull=False).select_related("item__reporting_office").order_by("pk")
    )
    for report in moved:
        report.office = report.item.reporting_office
        report.office_name = report.office.name
    Report.objects.bulk_update(moved, ["office", "office_name"], batch_size=AT_ONCE)
    write_history(moved, by=by, now=now, reason="事项改由别的科室填报")
    return len(moved)


def follow(items, *, by, now) -> int:
    """Move what nobody has begun of `items` whose office changed where nobody could be asked; return how many moved.

    What an office has begun or sent stays with it: a supervisor can hand it over in 数据管理.
    """
    return hand_over(still_open(items).filter(status=Report.Status.DRAFT, saved_at=None), by=by, now=now)


def keep_names(period) -> None:
    """Write into the reports of a period that closes how its offices are called and named for the items now."""
    reports = Report.objects.filter(period=period)
    name = Office.objects.filter(pk=OuterRef("office")).values("name")[:1]
    reports.filter(office__isnull=False).update(office_name=Coalesce(Subquery(name), F("office_name")))
    named = named_offices(Item.objects.filter(reports__period=period))
    rows = list(reports.only("pk", "item_id").order_by("pk"))
    for report in rows:
        report.named_offices = named[report.item_id]
    Report.objects.bulk_update(rows, ["named_offices"], batch_size=AT_ONCE)


def forget_names(period) -> None:
    """Take the names of a period that opens again from the offices."""
    Report.objects.filter(period=period, named_offices__isnull=False).update(named_offices=None)


def named_offices(items) -> dict[int, list[list[str]]]:
    """Return item id → [role, name] of the offices named for it, in the order of the document."""
    found = defaultdict(list)
    rows = Assignment.objects.filter(item__in=items.order_by().values("pk")).order_by("item_id", "position", "pk")
    for item, role, name in rows.values_list("item_id", "role", "office__name"):
        found[item].append([role, name])
    return found
