"""The index of report texts for searches of two characters and more; see docs/adr/0006-search.md for its cost.

PostgreSQL: a GIN index over the pairs of neighbouring characters, an index on an expression, so nothing has to
keep it up to date. SQLite: an FTS5 table of trigrams kept by triggers; two characters are found as the beginnings
of trigrams, for which every text is indexed with a line end behind it. Both answer with candidates, which the
search then compares word by word. Where neither is there, the search reads every text.
"""

import sqlite3

from django.db import connections
from django.db.models import Q
from django.db.models.expressions import RawSQL

TABLES = ("tracking_report", "tracking_taskreport")
FIELDS = ("progress", "difficulties", "next_steps")
FUNCTION = "text_pairs"
MIN_SQLITE = (3, 34, 0)


def candidates(queryset, words: list[str]):
    """Narrow `queryset` (reports or task reports) to rows whose texts may hold every word; unchanged without index."""
    connection = connections[queryset.db]
    table = queryset.model._meta.db_table
    if connection.vendor == "postgresql":
        wanted = sorted({pair for word in words for pair in _cut(word, 2)})
        return queryset.filter(pk__in=RawSQL(postgresql_query(table), [wanted])) if wanted else queryset
    if connection.vendor == "sqlite" and _exists(connection, f"{table}_search"):
        for word in words:
            queryset = queryset.filter(_fts(connection, table, word))
    return queryset


def postgresql_query(table: str) -> str:
    """Return the query for the ids of rows that hold all pairs of its one parameter, worded as the index is.

    Materialized, or the planner may turn it about and call the function for one row after another.
    """
    condition = f"{FUNCTION}({_text(table)}) @> %s::text[]"
    return f"WITH found AS MATERIALIZED (SELECT id FROM {table} WHERE {condition}) SELECT id FROM found"


def _cut(word, length):
    return [word[n : n + length] for n in range(len(word) - length + 1)]


def _fts(connection, table, word) -> Q:
    """Return the condition for one word; a single character is not in the index."""
    if len(word) < 2:
        return Q()
    if len(word) > 2:
        match = " AND ".join(map(_quoted, _cut(word, 3)))
    else:
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT term FROM {table}_terms WHERE term >= %s AND term < %s", [word, word + chr(0x10FFFF)]
            )
            match = " OR ".join(_quoted(term) for (term,) in cursor.fetchall())
    if not match:
        return Q(pk__in=[])
    return Q(pk__in=RawSQL(f"SELECT rowid FROM {table}_search WHERE {table}_search MATCH %s", [match]))


def _quoted(term):
    return '"{}"'.format(term.replace('"', '""'))


def _text(row):
    return " || ".join(f"{row}.{name} || '\n'" for name in FIELDS)


def _exists(connection, name):
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM sqlite_master WHERE name = %s", [name])
        return cursor.fetchone() is not None


def install(connection):
    """Create the index where the database can; again is harmless."""
    existing = set(connection.introspection.table_names())
    for table in TABLES:
        if table in existing:
            if connection.vendor == "postgresql":
                _install_postgresql(connection, table)
            elif can_index_sqlite():
                _install_sqlite(connection, table)


def can_index_sqlite() -> bool:
    """Say whether this SQLite has FTS5 with trigrams."""
    if sqlite3.sqlite_version_info < MIN_SQLITE:
        return False
    probe = sqlite3.connect(":memory:")
    try:
        probe.execute("CREATE VIRTUAL TABLE t USING fts5(x, tokenize='trigram')")
    except sqlite3.OperationalError:
        return False
    finally:
        probe.close()
    return True


def _install_postgresql(connection, table):
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE OR REPLACE FUNCTION {FUNCTION}(t text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 10000 AS $$ "
            # The cost keeps the planner from calling it row by row instead of asking the index.
            # Each character once, beside the one behind it: cutting by position walks the text anew for each pair,
            # and a report of 100,000 characters would take minutes to save.
            "SELECT ARRAY(SELECT lower(c || following) FROM (SELECT c, lead(c) OVER (ORDER BY n) AS following "
            "FROM unnest(string_to_array(t, NULL)) WITH ORDINALITY AS u(c, n)) AS p WHERE following IS NOT NULL) $$"
        )
        cursor.execute(f"CREATE INDEX IF NOT EXISTS {table}_pairs ON {table} USING gin ({FUNCTION}({_text(table)}))")


def _install_sqlite(connection, table):
    """Create table and triggers; whenever a trigger was missing, fill the table anew."""
    search, options = f"{table}_search", "content='', detail='none', columnsize=0, tokenize='trigram'"
    if _exists(connection, f"{search}_update"):
        return
    new = f"INSERT INTO {search}(rowid, text) VALUES (NEW.id, {_text('NEW')});"
    old = f"INSERT INTO {search}({search}, rowid, text) VALUES ('delete', OLD.id, {_text('OLD')});"
    columns = ", ".join(FIELDS)
    with connection.cursor() as cursor:
        for name in (f"{table}_terms", search):
            cursor.execute(f"DROP TABLE IF EXISTS {name}")
        cursor.execute(f"CREATE VIRTUAL TABLE {search} USING fts5(text, {options})")
        cursor.execute(f"CREATE VIRTUAL TABLE {table}_terms USING fts5vocab({search}, 'row')")
        cursor.execute(f"INSERT INTO {search}(rowid, text) SELECT id, {_text(table)} FROM {table}")
        for event, body in (("insert", new), ("delete", old), (f"update OF id, {columns}", old + new)):
            name = f"{search}_{event.split()[0]}"
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
            cursor.execute(f"CREATE TRIGGER {name} AFTER {event} ON {table} BEGIN {body} END")


def uninstall(connection):
    """Remove the index."""
    with connection.cursor() as cursor:
        for table in TABLES:
            if connection.vendor == "postgresql":
                cursor.execute(f"DROP INDEX IF EXISTS {table}_pairs")
                continue
            for event in ("insert", "delete", "update"):
                cursor.execute(f"DROP TRIGGER IF EXISTS {table}_search_{event}")
            for name in (f"{table}_terms", f"{table}_search"):
                cursor.execute(f"DROP TABLE IF EXISTS {name}")
        if connection.vendor == "postgresql":
            cursor.execute(f"DROP FUNCTION IF EXISTS {FUNCTION}(text)")


def after_migrate(sender, using, **kwargs):
    """Put the triggers back that SQLite drops when a migration rebuilds a table."""
    install(connections[using])
