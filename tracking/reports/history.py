"""What happened to a record, newest first: who, when, from which page, before → after, and why.

Reads any number of histories as one list in a number of queries that does not grow with it.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from django.core.paginator import Paginator
from django.db import models
from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from tracking.models import Report, TaskReport
from workplans.history import Origin
from workplans.models import Assignment, Item
from workplans.people import name_of

from .beside_last_period import marked
from .percent import percent_text

PER_PAGE = 30
NOTHING = "（空）"
KINDS = {"+": "建立", "~": "修改", "-": "删除"}
# Told by the row itself (who, when), or of no interest to a reader.
UNSHOWN = {"id", "version", "saved_by", "saved_at", "source_line_start", "source_line_end"}
# Where a row belongs, which its first version need not repeat.
PARENTS = {"plan", "item", "period", "report", "task", "office", "position"}


@dataclass(frozen=True)
class FieldChange:
    """One field: its label, and the difference marked."""

    label: str
    difference: SafeString


@dataclass(frozen=True)
class HistoryEntry:
    """One history row as people read it."""

    subject: str
    kind: str
    when: datetime
    who: str
    origin: str
    reason: str
    changes: list[FieldChange]


def item_timeline(item, page):
    """Return a page of what happened to an item and its offices."""
    return timeline([Item.history.filter(id=item.pk), Assignment.history.filter(item_id=item.pk)], page)


def report_timeline(report, page):
    """Return a page of what happened to a report and the texts of its tasks."""
    return timeline([Report.history.filter(id=report.pk), TaskReport.history.filter(report_id=report.pk)], page)


def timeline(sources, number):
    """Return the page `number` of the rows of several history querysets: a Django Page whose items are Entries."""
    index, before = [], {}
    for place, source in enumerate(sources):
        last = {}
        for history_id, when, key in source.order_by("history_id").values_list("history_id", "history_date", "id"):
            before[place, history_id] = last.get(key)
            last[key] = history_id
            index.append((when, -place, history_id))
    page = Paginator(sorted(index, reverse=True), PER_PAGE).get_page(number)
    wanted = [(-place, history_id) for _, place, history_id in page.object_list]
    rows = _rows(sources, wanted, before)
    names = _names(rows.values())
    page.object_list = [_entry(rows[place, key], rows.get((place, before[place, key])), names) for place, key in wanted]
    return page


def _rows(sources, wanted, before):
    """Return (place, history_id) → row, for the wanted rows and those before them."""
    keys = defaultdict(set)
    for place, history_id in wanted:
        keys[place] |= {history_id, before[place, history_id]} - {None}
    return {
        (place, row.history_id): row
        for place, ids in keys.items()
        for row in sources[place].filter(history_id__in=ids).select_related("history_user")
    }


def _names(rows):
    """Return model → id → the record its rows point to, one query a model."""
    wanted = defaultdict(set)
    for row in rows:
        for field in _fields(row, first=False):
            if field.is_relation:
                wanted[field.related_model].add(getattr(row, field.attname))
    return {model: model._base_manager.in_bulk(ids - {None}) for model, ids in wanted.items()}


def _fields(row, first):
    """Return the fields whose changes are shown."""
    unshown = UNSHOWN | {"item", "report", "period"} | (PARENTS if first else set())
    named = {"task", "office"}  # in the subject of the entry
    return [f for f in type(row).tracked_fields if f.name not in unshown or (not first and f.name in named)]


def _entry(row, former, names):
    user = row.history_user
    return HistoryEntry(
        subject=_subject(row, names),
        kind=KINDS[row.history_type],
        when=row.history_date,
        who=name_of(user) or "系统",
        origin=Origin(row.history_origin).label if row.history_origin else "",
        reason=row.history_change_reason or "",
        changes=[] if row.history_type == "-" else _changes(row, former, names),
    )


def _subject(row, names):
    label = str(type(row).instance_type._meta.verbose_name)
    for field in type(row).tracked_fields:
        if field.name in ("office", "task"):
            return f"{label}：{names[field.related_model].get(getattr(row, field.attname), '（已删除）')}"
    return label


def _changes(row, former, names):
    changes = []
    blank = former or type(row).instance_type()
    for field in _fields(row, first=former is None):
        old, new = getattr(blank, field.attname), getattr(row, field.attname)
        if old != new:
            changes.append(FieldChange(str(field.verbose_name), _difference(field, old, new, names)))
    return changes


def _difference(field, old, new, names):
    """Mark a text word by word; numbers, choices, dates and records as whole cells."""
    if isinstance(field, models.CharField | models.TextField) and not field.choices and old and new:
        return marked(old, new)
    return format_html(
        "<del>{}</del> → <ins>{}</ins>", _words(field, old, names) or NOTHING, _words(field, new, names) or NOTHING
    )


def _words(field, value, names):
    if value is None or value == "":
        return ""
    if field.is_relation:
        return str(names[field.related_model].get(value, "（已删除）"))
    if isinstance(value, bool):
        return "是" if value else "否"
    if field.name == "completion_percent":
        return percent_text(value)
    if isinstance(value, datetime):
        return formats.date_format(timezone.localtime(value), "DATETIME_FORMAT")
    if isinstance(value, date):
        return formats.date_format(value, "DATE_FORMAT")
    return str(dict(field.flatchoices).get(value, value))
