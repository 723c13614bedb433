"""A copy of a database to write in, thrown away afterwards; what it was copied from stays as it was made."""

import os
import sqlite3
import tempfile
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg2


@dataclass(frozen=True)
class Copy:
    """Where it is."""

    url: str
    name: str

    def number(self, sql) -> int:
        """Ask for one number."""
        sqlite = self.url.startswith("sqlite")
        with closing(sqlite3.connect(self.name) if sqlite else psycopg2.connect(self.url)) as connection:
            cursor = connection.cursor()
            cursor.execute(sql)
            return int(cursor.fetchone()[0])


@contextmanager
def scratch(stage, url: str):
    """Yield a `Copy` of the stage's database. Nobody else may be connected to it on PostgreSQL."""
    stage.disconnect()
    with _file(url) if stage.vendor == "sqlite" else _database(url) as copy:
        yield copy


@contextmanager
def _file(url):
    path = Path(url.partition(":///")[2])
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        target = Path(folder) / path.name
        with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(target)) as destination:
            source.backup(destination)
        yield Copy(f"sqlite:///{target}", str(target))


@contextmanager
def _database(url):
    server, _, name = url.rpartition("/")
    copy = f"{name}_scratch_{os.getpid()}"
    with closing(psycopg2.connect(f"{server}/postgres")) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(f'CREATE DATABASE "{copy}" TEMPLATE "{name}"')
    try:
        yield Copy(f"{server}/{copy}", copy)
    finally:
        with closing(psycopg2.connect(f"{server}/postgres")) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(f'DROP DATABASE "{copy}" WITH (FORCE)')
