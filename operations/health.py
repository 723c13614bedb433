"""Is the application fit to answer? Each check returns None or what is wrong, for the log and nobody else."""

import shutil
import tempfile
from functools import cache

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

MEGABYTE = 1024 * 1024


def problems():
    """Return what stands in the way of serving, in words."""
    return [found for check in CHECKS if (found := check())]


def database_problem():
    """Ask the database for its migrations: it answers, and knows all of ours."""
    try:
        connection.ensure_connection()
        missing = known_migrations() - set(MigrationRecorder(connection).applied_migrations())
    except (DatabaseError, InterfaceError) as problem:
        return f"数据库没有应答：{problem}"
    if missing:
        return f"数据库结构需要更新（manage.py migrate）：{'、'.join(sorted('.'.join(name) for name in missing))}"
    return None


def disk_problem():
    """Look for room in the data directory, and write into it."""
    folder = settings.VAR_DIR
    try:
        free = shutil.disk_usage(folder).free // MEGABYTE
        if free < settings.READY_FREE_MEGABYTES:
            return f"数据目录 {folder} 只剩 {free} MB（应不少于 {settings.READY_FREE_MEGABYTES} MB）"
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"ready")
    except OSError as problem:
        return f"数据目录 {folder} 不能写入：{problem}"
    return None


@cache
def known_migrations():
    """Return (app, name) of every migration of the code; read once, for the files do not change under a process."""
    return frozenset(MigrationLoader(None).disk_migrations)


CHECKS = (database_problem, disk_problem)
