"""Counting several querysets in one query: what the navigation shows on every page."""

from django.db.models import F, Func, IntegerField, QuerySet, Value


def counted(querysets: dict[str, QuerySet]) -> dict[str, int]:
    """Return how many rows each of `querysets` has, by name; one query for all of them."""
    return dict(counting(querysets)) if querysets else {}


def counting(querysets: dict[str, QuerySet]) -> QuerySet:
    """Return that query, of pairs of name and number; `querysets` are one at least."""
    first, *others = [_count(name, queryset) for name, queryset in querysets.items()]
    return first.union(*others, all=True)


def _count(name, queryset):
    """Return a queryset of one row: the name and the count. As a plain function COUNT groups by nothing."""
    count = Func(F("pk"), function="COUNT", output_field=IntegerField())
    return queryset.order_by().values_list(Value(name), count)
