"""A migrated database kept from one run of the tests to the next, and put back between tests that commit.

Migrations are run once for each content of the files they are made of. SQLite's is a file in `var/`; PostgreSQL's a
template database on a server of our own (TEST_TEMPLATES=1: whoever lends a server wants nothing left on it). Between
tests Django would empty every table and send `post_migrate` again, which the protection of histories refuses and which
takes longer than most tests; here SQLite gets its file back, and PostgreSQL the rows its migrations made.
"""

import hashlib
import io
import os
import sqlite3
from contextlib import closing
from functools import cache
from pathlib import Path

from django.conf import settings
from django.db import connections, transaction
from django.db.backends.base.creation import BaseDatabaseCreation

from audit.append_only import protect_all, unprotect_all

ROOT = Path(settings.BASE_DIR)
# What a migrated database may depend on: all code of the rooms with models, the settings, the packages.
SOURCES = (
    "accounts/**/*.py",
    "audit/**/*.py",
    "operations/**/*.py",
    "tracking/**/*.py",
    "workplans/**/*.py",
    "config/settings.py",
)
FILES = ("requirements-dev.lock", "tests/kept_database.py")
CREATE = BaseDatabaseCreation.create_test_db
# PostgreSQL: alias → table → the rows migrations left there, as COPY writes them.
ROWS = {}
# PostgreSQL: alias → (table, column) of every table, which a test that migrates must leave as they were.
COLUMNS = {}


def kept_file():
    """Return where SQLite's migrated database is kept."""
    return ROOT / "var" / f"test-database-{digest()}.sqlite3"


@cache
def digest():
    """Return a digest of all that a migrated database is made of."""
    paths = sorted({path for pattern in SOURCES for path in ROOT.glob(pattern)} | {ROOT / name for name in FILES})
    found = hashlib.sha256()
    for path in paths:
        found.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes() + b"\0")
    return found.hexdigest()[:16]


def create(creation, *args, **kwargs):
    """Create the test database from what is kept, else by migrations and keep it; Django's `create_test_db`."""
    if creation.connection.vendor == "sqlite":
        return create_sqlite(creation, *args, **kwargs)
    name = create_postgresql(creation, *args, **kwargs)
    ROWS[creation.connection.alias] = copy_out(creation.connection)
    COLUMNS[creation.connection.alias] = columns(creation.connection)
    return name


def create_sqlite(creation, verbosity=1, autoclobber=False, serialize=True, keepdb=False):
    """Fill SQLite's test database from the file that is kept."""
    connection, kept = creation.connection, kept_file()
    if not kept.exists():
        name = CREATE(creation, verbosity, autoclobber, serialize, keepdb)
        settle(connection)
        for old in kept.parent.glob("test-database-*"):
            old.unlink(missing_ok=True)
        part = kept.with_suffix(f".{os.getpid()}")
        with closing(sqlite3.connect(part)) as copy:
            connection.connection.backup(copy)
        part.rename(kept)  # whole or not at all: two runs may do so at once
        return name
    name = creation._get_test_db_name()
    creation._create_test_db(verbosity, autoclobber, keepdb)
    connection.close()
    connection.settings_dict["NAME"] = settings.DATABASES[connection.alias]["NAME"] = name
    put_back_sqlite(connection)
    settle(connection)
    return name


def settle(connection):
    """Write what stands in the log beside the file into it: the processes get copies of the file alone."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def create_postgresql(creation, verbosity=1, autoclobber=False, serialize=True, keepdb=False):
    """Copy PostgreSQL's test database from the template that is kept."""
    connection, kept = creation.connection, f"kept_{digest()}"
    if os.environ.get("TEST_TEMPLATES") != "1":
        return CREATE(creation, verbosity, autoclobber, serialize, keepdb)
    if kept not in databases(creation):
        name = CREATE(creation, verbosity, autoclobber, serialize, keepdb)
        connection.close()
        with creation._nodb_cursor() as cursor:
            cursor.execute(f'CREATE DATABASE "{kept}" TEMPLATE "{name}"')
        return name
    connection.settings_dict["TEST"]["TEMPLATE"] = kept
    name = creation._get_test_db_name()
    creation._create_test_db(verbosity, autoclobber, keepdb)
    connection.close()
    connection.settings_dict["NAME"] = settings.DATABASES[connection.alias]["NAME"] = name
    return name


def databases(creation):
    """Return the names of the server's databases."""
    with creation._nodb_cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database")
        return {name for (name,) in cursor.fetchall()}


def put_back(test):
    """Give each database of a test that commits back as the migrations left it; Django's `_fixture_teardown`."""
    for alias in test._databases_names(include_mirrors=False):
        connection = connections[alias]
        (put_back_sqlite if connection.vendor == "sqlite" else put_back_postgresql)(connection)


def put_back_sqlite(connection):
    """Copy the kept file over, through SQLite, whose other connections see it as one transaction."""
    connection.ensure_connection()
    with closing(sqlite3.connect(f"file:{kept_file()}?mode=ro", uri=True)) as copy:
        copy.backup(connection.connection)


def put_back_postgresql(connection):
    """Empty the tables that hold rows, and copy those of the migrations in again."""
    rows = ROWS[connection.alias]
    if changed := columns(connection) ^ COLUMNS[connection.alias]:
        raise AssertionError(f"The test left other tables behind than it found: {sorted(changed)}")
    with transaction.atomic(using=connection.alias):
        filled = filled_tables(connection)
        unprotect_all(connection.alias)
        with connection.cursor() as cursor:
            # With those that point at them, for which PostgreSQL asks though they be empty.
            cursor.execute(f"TRUNCATE {', '.join(map(connection.ops.quote_name, filled))} CASCADE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
            for table, content in rows.items():
                cursor.copy_expert(f'COPY "{table}" FROM STDIN', io.BytesIO(content))
        protect_all(connection.alias)


def copy_out(connection):
    """Return the rows of each table that holds any, as PostgreSQL copies them."""
    rows = {}
    with connection.cursor() as cursor:
        for table in filled_tables(connection):
            content = io.BytesIO()
            cursor.copy_expert(f'COPY "{table}" TO STDOUT', content)
            rows[table] = content.getvalue()
    return rows


def columns(connection):
    """Return (table, column) of every table."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = current_schema"
        )
        return set(cursor.fetchall())


def filled_tables(connection):
    """Return the tables that hold rows, by one statement."""
    names = connection.introspection.table_names()
    looks = " UNION ALL ".join(f"(SELECT '{name}' FROM {connection.ops.quote_name(name)} LIMIT 1)" for name in names)
    with connection.cursor() as cursor:
        cursor.execute(looks)
        return [name for (name,) in cursor.fetchall()]
