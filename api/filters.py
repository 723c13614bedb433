"""What rows can be chosen by, with the names and meanings the board's filter has."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

from django.db.models import Exists, OuterRef, Q
from pydantic import Field

from tracking.models import Report
from workplans.models import Office

from .fields import STORABLE, Id, Moment, told, type_of


@dataclass(frozen=True)
class Filter:
    """One parameter: its name, its type, what it chooses, and how."""

    name: str
    kind: Any
    about: str
    narrow: Callable[[Any, Any], Any]  # (queryset, value) → queryset


def by_id(name: str, path: str, about: str) -> Filter:
    """Rows of one row of another resource."""
    return Filter(name, Id, f"{about}的编号", lambda rows, value: rows.filter(**{path: value}))


def by_code(model, name: str) -> Filter:
    """Rows with one of the codes of a field."""
    field = model._meta.get_field(name)
    return Filter(name, type_of(field), told(field), lambda rows, value: rows.filter(**{name: value}))


def by_year() -> Filter:
    """Rows of a year."""
    year = Annotated[int, Field(ge=1949, le=2100)]
    return Filter("year", year, "年度，如 2024", lambda rows, value: rows.filter(year=value))


def by_words(about: str, *paths: str) -> Filter:
    """Rows in which every word occurs in one of the fields."""

    def narrow(rows, value):
        for word in value.split():
            found = Q()
            for path in paths:
                found |= Q(**{f"{path}__icontains": word})
            rows = rows.filter(found)
        return rows

    return Filter("q", Annotated[str, Field(max_length=200, pattern=STORABLE)], about, narrow)


def updated_since() -> Filter:
    """Rows that were made or changed since a moment, by their history."""

    def narrow(rows, value):
        changed = rows.model.history.filter(history_date__gte=value).values("id")
        return rows.filter(pk__in=changed)

    about = "这个时间起有过改动的，带时区，如 `2024-10-28T09:30:00+08:00`；删除的不在其中"
    return Filter("updated_since", Moment, about, narrow)


def _named(rows, office):
    """As the board has it: items an office leads, answers for, supports or reports."""
    named = Office.objects.filter(pk=office, assignments__item=OuterRef("pk"))
    return rows.filter(Q(reporting_office=office) | Exists(named))


def _difficult(rows, asked):
    return rows.with_difficulties_named().filter(names_difficulty=asked)


def _missing(rows, asked):
    return rows.unreported() if asked else rows.owed().exclude(status__in=Report.EDITABLE)


ITEMS_OF_OFFICE = Filter("office", Id, "科室的编号：它牵头、负责、配合或填报的事项", _named)
WITH_DIFFICULTIES = Filter("difficulties", bool, "`true` 有困难的，`false` 没有困难的", _difficult)
MISSING = Filter("missing", bool, "`true` 未报的，`false` 已报的；只算推进中的事项", _missing)
