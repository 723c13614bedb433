"""Copying an SQLite database while people write into it, and putting a copy in its place.

Both ways go through SQLite's own backup, never through the file: a live file is one of three (with its WAL), and a
copy of it is torn (0 of 20 were whole). Written back, the copy is one transaction of the database itself: people who
are connected see the old data or the new, and a kill in the middle leaves the old.
"""

import os
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

from .unusable import DatabaseUnusable

DUMP = "database.sqlite3"
PAGES = 2000  # a step of 8 MB
TIMEOUT = 60


def dump(connection, target, tell):
    """Copy the database as it is at this moment into the file `target`."""
    with closing(_connect(path_of(connection))) as source, closing(_connect(target)) as copy:
        # Holding one snapshot: otherwise each write of somebody else begins the copy anew.
        source.execute("BEGIN")
        source.execute("SELECT count(*) FROM sqlite_master").fetchone()
        _copy(source, copy, tell)
        copy.execute("PRAGMA journal_mode = DELETE")  # one file, without a WAL beside it
        check(copy)


def check(database):
    """Raise DatabaseUnusable unless SQLite finds the whole file in order."""
    if (answer := database.execute("PRAGMA integrity_check").fetchone()[0]) != "ok":
        raise DatabaseUnusable(f"SQLite 检查发现数据库文件损坏：{answer[:200]}")
    if broken := database.execute("PRAGMA foreign_key_check").fetchone():
        raise DatabaseUnusable(f"SQLite 检查发现表 {broken[0]} 的关联数据缺失")


def swap_refusal(_connection):
    """Nothing keeps a file from being written over."""


def prepare(connection, source, _tell):
    """Return the settings of the database to migrate: the unpacked file itself."""
    with closing(_connect(source)) as database:
        check(database)
    return connection.settings_dict | {"NAME": str(source)}


def swap(connection, prepared, tell):
    """Write the prepared database over the live one in one transaction; return where the old one is kept."""
    live = Path(path_of(connection))
    kept = live.with_name(f"{live.name}.before-restore-{datetime.now():%Y%m%d-%H%M%S}")
    with closing(_connect(prepared["NAME"])) as source:
        try:
            with closing(_connect(live)) as target:
                make_private(kept)
                with closing(_connect(kept)) as copy:
                    _copy(target, copy, lambda text: None)
                    copy.execute("PRAGMA journal_mode = DELETE")
                _copy(source, target, tell)
        except sqlite3.DatabaseError as problem:
            if problem.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
                raise
            _replace_broken(source, live, kept, tell)
    return str(kept)


def _replace_broken(source, live, kept, tell):
    """Set a live file aside that SQLite cannot read, with its WAL, and write a new one."""
    for suffix in ("", "-wal", "-shm"):
        part = Path(f"{live}{suffix}")
        if part.exists():
            part.rename(f"{kept}{suffix}")
    make_private(live)
    with closing(_connect(live)) as target:
        _copy(source, target, tell)


def discard(connection, prepared):
    """Nothing to do: the file goes with its folder."""


def make_private(path):
    """Make the file readable by its owner alone, and create it so: SQLite gives its WAL the rights of the file."""
    for part in (Path(path), *(Path(f"{path}{suffix}") for suffix in ("-wal", "-shm"))):
        if part == Path(path):
            part.parent.mkdir(parents=True, exist_ok=True)
            part.touch(mode=0o600)
        if part.exists() and part.stat().st_mode & 0o077 and part.stat().st_uid == os.geteuid():
            part.chmod(0o600)


def path_of(connection):
    """Return the file of the database."""
    return str(connection.settings_dict["NAME"])


def _connect(path):
    return sqlite3.connect(path, timeout=TIMEOUT, isolation_level=None)


def _copy(source, target, tell):
    told = [-1]

    def progress(_status, remaining, total):
        tenth = 10 * (total - remaining) // max(total, 1)
        if tenth > told[0]:
            told[0] = tenth
            tell(f"数据库 {tenth * 10}%")

    source.backup(target, pages=PAGES, progress=progress)
