"""Load the stored database of a release under an alias of Django's."""

import lzma
import re
import secrets
import sqlite3
import tempfile
from contextlib import closing, contextmanager
from pathlib import Path

from django.db import connections

from operations.postgresql import maintenance

HERE = Path(__file__).resolve().parent
VERSIONS = sorted(path.name for path in HERE.iterdir() if path.is_dir() and not path.name.startswith("_"))


@contextmanager
def stored(version):
    """Yield a connection to the database of `version`, on the kind of server the tests run on; drop it at the end."""
    default = connections["default"]
    content = lzma.decompress((HERE / version / f"{default.vendor}.xz").read_bytes())
    load = {"sqlite": _sqlite, "postgresql": _postgresql}[default.vendor]
    alias = f"release_{version}"
    with load(default, content) as name:
        connections.databases[alias] = default.settings_dict | {"NAME": name}
        try:
            if default.vendor == "postgresql":
                with connections[alias].cursor() as cursor:
                    cursor.execute(content.decode())
                connections[alias].close()  # the dump's settings go with its session
            yield connections[alias]
        finally:
            connections[alias].close()
            del connections[alias], connections.databases[alias]


def columns_of(version):
    """Return table → columns of a release; both databases have the same, but for SQLite's search index."""
    with closing(sqlite3.connect(":memory:")) as database:
        database.deserialize(lzma.decompress((HERE / version / "sqlite.xz").read_bytes()))
        names = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {
            name: sorted(column for _, column, *_ in database.execute(f'PRAGMA table_info("{name}")'))
            for name in names
            if not re.search("_search|_terms|^sqlite_", name)
        }


@contextmanager
def _sqlite(_connection, content):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "db.sqlite3")
        path.write_bytes(content)
        yield str(path)


@contextmanager
def _postgresql(connection, _content):
    name = f"release_{secrets.token_hex(4)}"
    with maintenance(connection) as cursor:
        cursor.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")
    try:
        yield name
    finally:
        with maintenance(connection) as cursor:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")
