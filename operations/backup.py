"""Backing up: database and files into one archive, under a temporary name until it is whole."""

import fcntl
import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db.migrations.recorder import MigrationRecorder

from audit.kinds import EventKind
from audit.recording import record

from . import archives, postgresql, sqlite

ENGINES = {"sqlite": sqlite, "postgresql": postgresql}
PATTERN = "backup-*.zip"
UNFINISHED = ".unfinished-"
MEDIA = "media"


class Busy(Exception):
    """Somebody else is at it; the message is the Chinese sentence."""


def back_up(connection, folder, *, now, tell, keep=None):
    """Write a new archive into `folder` and return its path; of the older ones keep `keep` - 1 where given."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    engine = ENGINES[connection.vendor]
    with alone(folder):
        with tempfile.TemporaryDirectory(prefix=UNFINISHED, dir=folder) as temporary:
            dump, unfinished = Path(temporary, engine.DUMP), Path(temporary, "archive")
            # The database first: a row may lack no file, while a file without a row does no harm.
            engine.dump(connection, dump, tell)
            tell("压缩并计算校验值")
            archives.write(unfinished, describe(connection, now), [(engine.DUMP, dump), *media_files()])
            target = free_name(folder, now)
            os.rename(unfinished, target)
        sync(folder)
        for old in sorted(folder.glob(PATTERN), reverse=True)[keep:] if keep else ():
            old.unlink()
            tell(f"删除旧备份 {old.name}")
    record(EventKind.BACKUP, target=target.name, using=connection.alias)
    return target


def describe(connection, now):
    """Return the manifest of an archive made now, still without members."""
    applied = MigrationRecorder(connection).applied_migrations()
    return archives.Manifest(
        version=settings.VERSION,
        made_at=now.isoformat(timespec="seconds"),
        vendor=connection.vendor,
        migrations=sorted(".".join(name) for name in applied),
    )


def media_files():
    """Yield (member name, file) of everything below MEDIA_ROOT."""
    root = Path(settings.MEDIA_ROOT)
    for path in sorted(root.rglob("*")):
        if path.is_file():
            yield f"{MEDIA}/{path.relative_to(root).as_posix()}", path


def free_name(folder, now):
    """Return a name that sorts by time and is not taken."""
    stem = f"backup-{now:%Y%m%d-%H%M%S}"
    names = [stem, *(f"{stem}-{number}" for number in range(2, 100))]
    return next(path for path in (folder / f"{name}.zip" for name in names) if not path.exists())


@contextmanager
def alone(folder):
    """Let one backup or restore at a time work in `folder`, and sweep what a killed one left there."""
    with open(folder / ".lock", "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Busy("另一个备份或恢复正在进行，请等它结束。") from None
        for path in folder.glob(f"{UNFINISHED}*"):
            shutil.rmtree(path)
        yield


def sync(folder):
    """Make the new name last through a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
