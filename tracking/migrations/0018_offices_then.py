"""Fill in which office had to report: from the history of items and 分工, and the names offices had by the audit.

A report of a running period is owed by its item's office of today, by its name of today. One of a closed period is owed
by the office its item had when the report was first sent, else when the period ended; 分工 is as the period ended. What
history does not reach is taken as it is today. Taken back, the columns go and nothing else is lost.
"""

from bisect import bisect_right
from collections import defaultdict
from datetime import datetime, time, timedelta
from functools import partial

from django.db import migrations
from django.utils import timezone

RUNNING = ("upcoming", "open")
AT_ONCE = 500


def fill(apps, schema_editor):
    """Fill `office`, `office_name` and `named_offices` of every report, a period at a time."""
    rows = partial(_rows, apps, schema_editor.connection.alias)
    names = Names(rows)
    for period in rows("tracking", "Period").order_by("pk"):
        _fill_period(rows, period, names)


def _rows(apps, alias, app, model):
    """Return the rows of a model in the database that is being migrated, which need not be the default one."""
    return apps.get_model(app, model).objects.using(alias)


def _fill_period(rows, period, names):
    reports = list(rows("tracking", "Report").filter(period=period).select_related("item").only(
        "pk", "submitted_at", "item__reporting_office_id"
    ))  # fmt: skip
    is_running = period.status in RUNNING
    ended = _end_of(period)
    items = {report.item_id for report in reports}
    offices, assignments = ({}, {}) if is_running else (_offices(rows, items), _assignments(rows, items, ended))
    for report in reports:
        at = min(report.submitted_at or ended, ended)
        report.office_id = _at(offices.get(report.item_id), at, report.item.reporting_office_id)
        report.office_name = names.at(report.office_id, None if is_running else at)
        if not is_running:
            named = assignments.get(report.item_id, ())
            report.named_offices = [[role, names.at(office, ended)] for role, office in named]
    rows("tracking", "Report").bulk_update(reports, ["office", "office_name", "named_offices"], batch_size=AT_ONCE)


def _end_of(period):
    last = period.due_on + timedelta(days=period.grace_days)
    return timezone.make_aware(datetime.combine(last, time.max), timezone.get_default_timezone())


def _at(rows, moment, otherwise):
    """Return the value of the last of `rows` (moment, value) up to `moment`, else of the first; `otherwise` of none."""
    if not rows:
        return otherwise
    place = bisect_right([row[0] for row in rows], moment)
    return rows[max(place - 1, 0)][1]


def _chunks(pks):
    pks = sorted(pks)
    return (pks[start : start + AT_ONCE] for start in range(0, len(pks), AT_ONCE))


def _offices(rows, items):
    """Return item → [(when, office it was reported by)], the oldest first."""
    found, history = defaultdict(list), rows("workplans", "HistoricalItem").exclude(history_type="-")
    for some in _chunks(items):
        kept = history.filter(id__in=some).order_by("history_date", "history_id")
        for item, moment, office in kept.values_list("id", "history_date", "reporting_office_id"):
            if office:
                found[item].append((moment, office))
    known = set(rows("workplans", "Office").values_list("pk", flat=True))
    return {item: [row for row in kept if row[1] in known] for item, kept in found.items()}


def _assignments(rows, items, moment):
    """Return item → [(role, office)] as named at `moment`; what has no history by then as it is now."""
    now, then = defaultdict(list), defaultdict(dict)
    history = rows("workplans", "HistoricalAssignment").filter(history_date__lte=moment)
    for some in _chunks(items):
        stored = rows("workplans", "Assignment").filter(item__in=some).order_by("position", "pk")
        for item, role, office in stored.values_list("item_id", "role", "office_id"):
            now[item].append((role, office))
        kept = history.filter(item_id__in=some).order_by("history_date", "history_id")
        for row in kept.values_list("item_id", "id", "history_type", "position", "role", "office_id"):
            item, assignment, kind, *values = row
            then[item][assignment] = None if kind == "-" else values
    found = {}
    for item in items:
        known = sorted((row[0], pk, row[1], row[2]) for pk, row in then.get(item, {}).items() if row)
        found[item] = [(role, office) for _position, _pk, role, office in known] or now[item]
    return found


class Names:
    """What offices were called: the audit keeps each name from the moment it was given in 数据管理."""

    def __init__(self, rows):
        self.now = dict(rows("workplans", "Office").values_list("pk", "name"))
        self.given = defaultdict(list)
        events = rows("audit", "SecurityEvent").filter(target__startswith="科室 ").order_by("at", "pk")
        for at, target in events.values_list("at", "target"):
            _word, pk, name = (target.split(" ", 2) + ["", ""])[:3]
            if pk.isdecimal() and name:
                self.given[int(pk)].append((at, name[:60]))

    def at(self, office, moment):
        """Return the name of an office at a moment, of today for None."""
        if office is None:
            return ""
        now = self.now.get(office, "")
        return now if moment is None else _at(self.given.get(office), moment, now)


class Migration(migrations.Migration):

    dependencies = [
        ("tracking", "0017_report_office"),
        ("workplans", "0008_item_by_predecessor"),
        ("audit", "0001_security_events"),
    ]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
