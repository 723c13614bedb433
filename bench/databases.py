"""The databases measured in: kept in `var/bench/` (below DJANGO_VAR_DIR, where that is set) and used again. Knows nothing of Django.

SQLite is a file a size. PostgreSQL is a cluster of our own with the settings of a small server (durable, autovacuum
on), started for the run and stopped after it; or the server of DATABASE_URL, where that is set.
"""

import json
import os
import shutil
from contextlib import contextmanager
from pathlib import Path

import psycopg2

from scripts.environment import ROOT, SetupError
from tests import postgres

from .shape import VERSION, Shape

FOLDER = Path(os.environ.get("DJANGO_VAR_DIR", ROOT / "var")) / "bench"
# What differs from PostgreSQL's own: a server with 4 GB and an SSD.
OPTIONS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "shared_buffers": "1GB",
    "effective_cache_size": "3GB",
    "work_mem": "16MB",
    "random_page_cost": "1.1",
    "max_wal_size": "4GB",
    "jit": "off",
}


@contextmanager
def server():
    """Yield the URL of a PostgreSQL and its description."""
    given = os.environ.get("DATABASE_URL", "")
    if postgres.is_postgres(given):
        yield given, "the server of DATABASE_URL"
        return
    binaries = postgres.system_binaries() or postgres.wheel_binaries()
    if binaries is None:
        raise SetupError("No PostgreSQL server binaries found.")
    directory = FOLDER / "postgresql"
    if postgres.system_binaries() is None:
        binaries = _copied(binaries, directory)
    if not (directory / "data" / "PG_VERSION").exists():
        _create(binaries, directory)
    process, port = postgres.start(binaries, directory / "data", directory / "log", OPTIONS)
    try:
        settings = ", ".join(f"{name} {value}" for name, value in list(OPTIONS.items())[2:])
        password = (directory / "password").read_text()
        yield f"postgres://postgres:{password}@127.0.0.1:{port}/postgres", f"own cluster: {settings}"
    finally:
        postgres.stop(process)


def _create(binaries, directory):
    """Make an empty cluster that PostgreSQL's account owns."""
    shutil.rmtree(directory / "data", ignore_errors=True)
    directory.mkdir(parents=True, exist_ok=True)
    for marker in FOLDER.glob("postgresql-*.json"):
        marker.unlink()
    if user := postgres.other_user():
        os.chown(directory, user.pw_uid, user.pw_gid)
    postgres.initialize(binaries, directory)


def _copied(binaries, directory):
    installation = directory / "wheel"
    if not installation.exists():
        directory.mkdir(parents=True, exist_ok=True)
        return postgres.copy_installation(binaries, directory)
    return next(installation.glob("*/pginstall*/bin"))


def url_of(vendor: str, shape: Shape, server_url: str) -> str:
    """Return the DATABASE_URL of one size."""
    if vendor == "sqlite":
        return f"sqlite:///{FOLDER / f'{vendor}-{shape.asked}.sqlite3'}"
    return f"{server_url.rpartition('/')[0]}/bench_{shape.asked}"


def is_filled(vendor: str, shape: Shape) -> bool:
    """Say whether the database was filled to the end, by this version of the generator."""
    marker = _marker(vendor, shape)
    return marker.exists() and json.loads(marker.read_text()).get("version") == VERSION


def note_filled(vendor: str, shape: Shape):
    """Remember that the filling came to its end."""
    _marker(vendor, shape).write_text(json.dumps({"version": VERSION, "reports": shape.reports}))


def _marker(vendor, shape) -> Path:
    return FOLDER / f"{vendor}-{shape.asked}.json"


def create_empty(vendor: str, shape: Shape, server_url: str):
    """Make an empty database in the place of what is there."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    _marker(vendor, shape).unlink(missing_ok=True)
    if vendor == "sqlite":
        for path in FOLDER.glob(f"{vendor}-{shape.asked}.sqlite3*"):
            path.unlink()
        return
    connection = psycopg2.connect(server_url)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS bench_{shape.asked}")
        cursor.execute(f"CREATE DATABASE bench_{shape.asked}")
    connection.close()
