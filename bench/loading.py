"""Filling a migrated, empty database with the rows of a city in bulk: COPY on PostgreSQL, executemany on SQLite.

Indexes that back no constraint and the search index are taken away first and built afterwards, from the definitions
the database itself gave; foreign keys are not checked row by row. What the generator does not name gets the default of
the model's field, as Django would have stored it.
"""

import io
import json
import time
from collections import defaultdict
from contextlib import contextmanager

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection

from tracking.search import search_index

from .rows import COLUMNS, City
from .shape import Shape

CHUNK = 5000


class Progress:
    """Tells how far the work is: at most one line a second, with the time that is left."""

    def __init__(self, total: int, announce=print):
        self.total, self.announce = total, announce
        self.begun = self.told = time.monotonic()
        self.done = 0

    def step(self, count: int):
        """Note that so many reports more are stored."""
        self.done += count
        now = time.monotonic()
        if now - self.told >= 5 and self.done:
            self.told = now
            left = (now - self.begun) * (self.total - self.done) / self.done
            self.announce(f"    {self.done:,} of {self.total:,} reports, about {left:.0f} s left")

    def say(self, what: str):
        """Announce a stage."""
        self.announce(f"    {time.monotonic() - self.begun:6.1f} s  {what}")


def fill(shape: Shape, announce=print):
    """Store the whole city; the database must be migrated and hold no rows of it."""
    progress = Progress(shape.reports, announce)
    tables = {model._meta.db_table: model for model in apps.get_models() if model._meta.db_table in COLUMNS}
    with without_indexes(list(COLUMNS), progress), unchecked():
        store(tables, City(shape).rows(), progress)
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), list(tables.values())):
            cursor.execute(statement)
        progress.say("collecting statistics")
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    progress.say("done")


def store(tables, rows, progress):
    """Write rows as they come, a chunk of one table at a time."""
    makers = {name: _completed(model, COLUMNS[name]) for name, model in tables.items()}
    write = _copy if connection.vendor == "postgresql" else _executemany
    waiting = defaultdict(list)
    with connection.cursor() as cursor:
        for name, row in rows:
            chunk = waiting[name]
            chunk.append(row)
            if len(chunk) >= CHUNK:
                write(cursor, name, *makers[name], chunk)
                progress.step(len(chunk) if name == "tracking_report" else 0)
                chunk.clear()
        for name, chunk in waiting.items():
            write(cursor, name, *makers[name], chunk)


def _completed(model, named) -> tuple[list[str], tuple]:
    """Return all columns to write and the constant values of those the generator does not name."""
    rest = [f for f in model._meta.concrete_fields if f.attname not in named and not f.primary_key]
    defaults = [field.get_default() for field in rest]
    constant = tuple(json.dumps(value) if isinstance(value, dict | list) else value for value in defaults)
    return [*named, *(field.column for field in rest)], constant


def _executemany(cursor, table, columns, constant, rows):
    places = ", ".join(["?"] * len(columns))
    statement = f"INSERT INTO {table} ({', '.join(map(_quoted, columns))}) VALUES ({places})"
    cursor.connection.executemany(statement, [row + constant for row in rows])


ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def _copy(cursor, table, columns, constant, rows):
    tail = "".join(f"\t{_field(value)}" for value in constant) + "\n"
    text = io.StringIO("".join("\t".join(map(_field, row)) + tail for row in rows))
    cursor.copy_expert(f"COPY {table} ({', '.join(map(_quoted, columns))}) FROM STDIN", text)


def _field(value) -> str:
    if value is None:
        return "\\N"
    return value.translate(ESCAPES) if isinstance(value, str) else str(value)


def _quoted(column):
    return f'"{column}"'


@contextmanager
def unchecked():
    """Leave out foreign keys row by row, and waiting for the disk, while the rows come in."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = replica")
            cursor.execute("SET synchronous_commit = off")
            cursor.execute("SET TIME ZONE 'UTC'")
            yield
            cursor.execute("SET session_replication_role = origin")
            return
        cursor.execute("PRAGMA foreign_keys = OFF")
        cursor.execute("PRAGMA synchronous = OFF")
        cursor.execute("PRAGMA cache_size = -500000")
        cursor.execute("BEGIN")
        yield
        cursor.execute("COMMIT")


@contextmanager
def without_indexes(tables, progress):
    """Take the indexes of `tables` that back no constraint away, and put them back at the end."""
    with connection.cursor() as cursor:
        definitions = _index_definitions(cursor, tables)
        search_index.uninstall(connection)
        for name in definitions:
            cursor.execute(f"DROP INDEX IF EXISTS {_quoted(name)}")
        progress.say(f"{len(definitions)} indexes taken away; storing rows")
        yield
        if connection.vendor == "postgresql":
            cursor.execute("SET maintenance_work_mem = '512MB'")
        progress.say("building the indexes")
        for name, definition in definitions.items():
            if not name.endswith("_pairs"):
                cursor.execute(definition)
        progress.say("building the search index")
        search_index.install(connection)


def _index_definitions(cursor, tables) -> dict[str, str]:
    if connection.vendor == "postgresql":
        cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema() AND tablename = ANY(%s) "
            "AND indexname NOT IN (SELECT conname FROM pg_constraint)",
            [tables],
        )
    else:
        names = ", ".join(["%s"] * len(tables))
        cursor.execute(
            f"SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN ({names}) "
            "AND sql NOT LIKE 'CREATE UNIQUE%%'",
            tables,
        )
    return dict(cursor.fetchall())
