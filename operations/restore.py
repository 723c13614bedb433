"""Restoring: verify all, prepare beside the live data, then change over. Until the change the old data stand."""

import shutil
import tempfile
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connections

from audit.kinds import EventKind
from audit.recording import record

from . import archives
from .backup import ENGINES, MEDIA, UNFINISHED, alone
from .health import known_migrations

ALIAS = "restored"
VENDORS = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


class Unfit(Exception):
    """The archive is whole but not for this installation; the message is the Chinese sentence."""


def inspect(connection, path):
    """Return the manifest of an archive that may be restored here, or raise Damaged or Unfit."""
    manifest = archives.verify(path)
    if manifest.vendor != connection.vendor:
        kinds = [VENDORS.get(vendor, vendor) for vendor in (manifest.vendor, connection.vendor)]
        raise Unfit(f"这份备份来自 {kinds[0]} 数据库，本机使用 {kinds[1]}，不能恢复。现有数据没有改动。")
    unknown = set(manifest.migrations) - {".".join(name) for name in known_migrations()}
    if _numbers(manifest.version) > _numbers(settings.VERSION) or unknown:
        raise Unfit(
            f"这份备份来自更新的版本 {manifest.version}，本机程序是 {settings.VERSION}，不能恢复。"
            "请先升级程序。现有数据没有改动。"
        )
    if unfit := ENGINES[manifest.vendor].swap_refusal(connection):
        raise Unfit(unfit)
    return manifest


def _numbers(version):
    return tuple(int(part) for part in version.split(".") if part.isdigit())


def restore(connection, path, *, tell):
    """Put the database and the files of an inspected archive in the place of ours; return where the old ones are."""
    engine = ENGINES[connection.vendor]
    settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
    # Beside the data: what is renamed must lie on the same file system.
    with alone(settings.VAR_DIR), tempfile.TemporaryDirectory(prefix=UNFINISHED, dir=settings.VAR_DIR) as folder:
        tell("解压备份")
        archives.extract(path, folder)
        prepared = engine.prepare(connection, Path(folder, engine.DUMP), tell)
        try:
            bring_up_to_date(prepared, tell)
            kept = change_over(connection, engine, prepared, Path(folder, MEDIA), tell)
        except BaseException:
            engine.discard(connection, prepared)
            raise
    connection.close()
    record(EventKind.BACKUP, target=Path(path).name, detail="恢复", using=connection.alias)
    return kept


def bring_up_to_date(prepared, tell):
    """Migrate the prepared database to this version, and sign everybody out."""
    connections.databases[ALIAS] = prepared
    try:
        tell("更新数据库结构")
        call_command("migrate", database=ALIAS, interactive=False, verbosity=0)
        Session.objects.using(ALIAS).all().delete()  # signing out is not undone by a restore
    finally:
        connections[ALIAS].close()
        del connections[ALIAS], connections.databases[ALIAS]


def change_over(connection, engine, prepared, media, tell):
    """Change files and database over, the files back again where the database refuses; return what is kept."""
    root = Path(settings.MEDIA_ROOT)
    old = root.with_name(f"{root.name}.before-restore-{datetime.now():%Y%m%d-%H%M%S}")
    media.mkdir(exist_ok=True)
    had_files = root.exists()
    if had_files:
        root.rename(old)
    media.rename(root)
    connection.close()
    try:
        kept = engine.swap(connection, prepared, tell)
    except BaseException:
        shutil.rmtree(root)
        if had_files:
            old.rename(root)
        raise
    return [kept, *([str(old)] if had_files else [])]
