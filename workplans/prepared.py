"""A query that every page asks, built once: its SQL is kept and asked again for whoever comes next.

Building such a query costs ten times what the database needs to answer it. For whom it is asked shows in it through ids
alone: those of `access.Standing` and the user's own. So it is built for a stand-in, whose ids no row has, and each of them
gives way to the person's own. Two people share one text where they hold as many ids, overlapping alike.
"""

from collections.abc import Callable
from dataclasses import fields, replace
from functools import lru_cache

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connection, connections, router
from django.db.models import QuerySet

from workplans import access

USER, FIRST = 2_147_000_000, 2_147_000_001  # what `integer` still holds: beyond it Django answers without asking


def rows_for(user, build: Callable[..., QuerySet]) -> list[tuple]:
    """Return the rows of `build(user)`, a queryset of tuples, by one query built once for everybody alike.

    `build` is a function of a module that asks of its user nothing but the standing and the id, and reads no clock.
    """
    pattern, own = _pattern(user)
    if (built := _built(build, pattern, connection.vendor)) is None:
        return []
    sql, parameters, model = built
    with connections[router.db_for_read(model)].cursor() as cursor:
        cursor.execute(sql, [own.get(value, value) for value in parameters])
        return cursor.fetchall()


def _pattern(user) -> tuple[access.Standing, dict[int, int]]:
    """Return the user's standing with stand-ins for its ids, and whose place each of them takes."""
    held = access.standing(user)
    sets = {field.name: ids for field in fields(held) if isinstance(ids := getattr(held, field.name), frozenset)}
    own = dict(enumerate(sorted(frozenset().union(*sets.values())), start=FIRST))
    number_of = {pk: number for number, pk in own.items()}
    pattern = replace(held, **{name: frozenset(map(number_of.get, ids)) for name, ids in sets.items()})
    return pattern, own | {USER: user.pk}


@lru_cache(maxsize=500)
def _built(build, pattern, vendor) -> tuple[str, tuple, type] | None:
    """Return SQL, parameters and model for a stand-in, None where nothing can be found; `vendor` tells the SQL apart."""
    queryset = build(access.stand_in(pattern, USER))
    try:
        return *queryset.query.get_compiler(DEFAULT_DB_ALIAS).as_sql(), queryset.model
    except EmptyResultSet:
        return None
