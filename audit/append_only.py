"""Tables to which rows are only added, and rows that are frozen once signed: the database itself refuses to change
or remove any.

Triggers do it, installed by a migration and again after every `migrate`, because SQLite rebuilds a table (and
drops its triggers without a word) whenever a migration changes a column. What they
cannot stop stands in docs/adr/0004-append-only-history.md.
"""

from django.apps import apps
from django.db import connections

REFUSAL = "历史和流转记录只能追加，不能改动或删除。"
FUNCTION = "refuse_change_of_history"
FROZEN_REFUSAL = "已经签名，不能改动或删除。"
FROZEN_FUNCTION = "refuse_change_of_signed"


def protected_models():
    """Return the models whose tables only grow: every history, and those that say `append_only = True`."""
    return [
        model for model in apps.get_models() if hasattr(model, "history_origin") or getattr(model, "append_only", False)
    ]


def frozen_models():
    """Return the models whose rows are frozen from a state on, named in `frozen_when = (column, value)`."""
    return [model for model in apps.get_models() if getattr(model, "frozen_when", None)]


def sealed_models():
    """Return the models whose rows are frozen once column `sealed_by` is filled, and kept for `kept_days`."""
    return [model for model in apps.get_models() if getattr(model, "sealed_by", None)]


def keep(connection, table, sealed_by, days, key="id"):
    """Install the triggers that let nobody change a sealed row of `table`, nor remove one younger than `days`."""
    if table in connection.introspection.table_names():
        statements = _sqlite_kept if connection.vendor == "sqlite" else _postgresql_kept
        with connection.cursor() as cursor:
            for statement in statements(table, sealed_by, days, key):
                cursor.execute(statement)


def freeze(connection, table, when, key="id"):
    """Install the triggers that let nobody change the rows of `table` whose column `when[0]` holds `when[1]`."""
    if table in connection.introspection.table_names():
        statements = _sqlite_frozen if connection.vendor == "sqlite" else _postgresql_frozen
        with connection.cursor() as cursor:
            for statement in statements(table, when, key):
                cursor.execute(statement)


def protect(connection, tables, key="history_id"):
    """Install the triggers on those of `tables` that exist; again is harmless. `key` is their primary key."""
    existing = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for table in tables:
            if table in existing:
                for statement in _statements(connection.vendor, table, key):
                    cursor.execute(statement)


def unprotect(connection, tables):
    """Remove the triggers: to take back the migration, and between tests."""
    existing = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for table in existing.intersection(tables):
            for name in _names(connection.vendor, table):
                on = f' ON "{table}"' if connection.vendor == "postgresql" else ""
                cursor.execute(f'DROP TRIGGER IF EXISTS "{name}"{on}')


def _names(vendor, table):
    events = ("update", "delete", "replace") if vendor == "sqlite" else ("change", "truncate", "delete")
    return [f"{table}_no_{event}" for event in events]


def _statements(vendor, table, key):
    return _sqlite(table, key) if vendor == "sqlite" else _postgresql(table)


def _sqlite(table, key):
    refuse = f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    for event in ("update", "delete"):
        yield f'CREATE TRIGGER IF NOT EXISTS "{table}_no_{event}" BEFORE {event} ON "{table}" {refuse}'
    # INSERT OR REPLACE removes the old row without firing its delete trigger.
    known = f'EXISTS (SELECT 1 FROM "{table}" WHERE "{key}" = NEW."{key}")'
    yield f'CREATE TRIGGER IF NOT EXISTS "{table}_no_replace" BEFORE INSERT ON "{table}" WHEN {known} {refuse}'


def _sqlite_frozen(table, when, key):
    column, value = when
    refuse = f"BEGIN SELECT RAISE(ABORT, '{FROZEN_REFUSAL}'); END"
    for event in ("update", "delete"):
        is_frozen = f"OLD.\"{column}\" = '{value}'"
        yield f'CREATE TRIGGER IF NOT EXISTS "{table}_no_{event}" BEFORE {event} ON "{table}" WHEN {is_frozen} {refuse}'
    known = f'EXISTS (SELECT 1 FROM "{table}" WHERE "{key}" = NEW."{key}" AND "{column}" = \'{value}\')'
    yield f'CREATE TRIGGER IF NOT EXISTS "{table}_no_replace" BEFORE INSERT ON "{table}" WHEN {known} {refuse}'


def _postgresql_frozen(table, when, key):
    column, value = when
    return _postgresql(table, FROZEN_FUNCTION, FROZEN_REFUSAL, f"WHEN (OLD.\"{column}\" = '{value}')")


def _sqlite_kept(table, sealed_by, days, key):
    refuse = f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    known = f'EXISTS (SELECT 1 FROM "{table}" WHERE "{key}" = NEW."{key}")'
    for event, name, condition in (
        ("UPDATE", "update", f"OLD.\"{sealed_by}\" <> ''"),
        ("DELETE", "delete", f"OLD.at >= datetime('now', '-{days} days')"),
        ("INSERT", "replace", known),
    ):
        yield f'CREATE TRIGGER IF NOT EXISTS "{table}_no_{name}" BEFORE {event} ON "{table}" WHEN {condition} {refuse}'


def _postgresql_kept(table, sealed_by, days, key):
    young = f"WHEN (OLD.at >= now() - interval '{days} days')"
    sealed = f"WHEN (OLD.\"{sealed_by}\" <> '')"
    yield from _postgresql(table, condition=sealed, events="UPDATE")
    yield from _postgresql_trigger(f"{table}_no_delete", table, "DELETE", f"ROW {young}", FUNCTION)


def _postgresql(table, function=FUNCTION, refusal=REFUSAL, condition="", events="UPDATE OR DELETE"):
    yield (
        f"CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{refusal}' USING ERRCODE = 'restrict_violation'; END $$"
    )
    change, truncate, _delete = _names("postgresql", table)
    yield from _postgresql_trigger(change, table, events, f"ROW {condition}", function)
    # Which knows no rows: refused whatever the table holds.
    yield from _postgresql_trigger(truncate, table, "TRUNCATE", "STATEMENT", function)


def _postgresql_trigger(name, table, events, level, function):
    yield (
        f'CREATE OR REPLACE TRIGGER "{name}" BEFORE {events} ON "{table}" '
        f"FOR EACH {level} EXECUTE FUNCTION {function}()"
    )
    # Also where replication, or a restore that switches triggers off, writes.
    yield f'ALTER TABLE "{table}" ENABLE ALWAYS TRIGGER "{name}"'


def protect_all(using="default", **kwargs):
    """Protect every such table of a database; receives `post_migrate`."""
    for model in protected_models():
        protect(connections[using], [model._meta.db_table], model._meta.pk.column)
    for model in frozen_models():
        freeze(connections[using], model._meta.db_table, model.frozen_when, model._meta.pk.column)
    for model in sealed_models():
        keep(connections[using], model._meta.db_table, model.sealed_by, model.kept_days, model._meta.pk.column)


def unprotect_all(using="default"):
    """Remove the protection of a database: for the test runner, which empties tables between tests."""
    models = [*protected_models(), *frozen_models(), *sealed_models()]
    unprotect(connections[using], [model._meta.db_table for model in models])
