"""One queue for all files that are read: light ones while the page waits, others by a process of their own, in turn.

The cap on what is read at the same moment is `reading_turns.py`; here is who comes next: one file a person at a time,
and of several people each one's first before anybody's second. What is made of a file is said by its kind's row in
`READERS`, which the rooms above put there. A row of the database is all that page and process share.
"""

import hashlib
import logging
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, close_old_connections, transaction
from django.urls import reverse
from django.utils import timezone

from audit.kinds import EventKind
from audit.recording import record
from importer.files.readers import UnreadableDocument
from importer.files.weight import filled_cells, weigh

from .models import WaitingUpload
from .reading_limits import plain_name
from .reading_turns import reader, reader_place, turn

AT_MOST = 10  # files of one person that wait
TRIES = 3  # of a file whose reader is killed each time
FOR_EVER = 24 * 3600
QUEUED = "已收下，排队读取"
NICE = 15  # pages come first

logger = logging.getLogger(__name__)
Status = WaitingUpload.Status


@dataclass(frozen=True)
class QueueReader:
    """What becomes of files of a kind.

    `read(name, content, by=, now=, **arguments)` stores what was read and returns (address of its page, what the audit
    calls it); `check(cells)` raises UnreadableDocument for more cells than reading would take, which are counted first.
    """

    read: Callable[..., tuple[str, Any]]
    check: Callable[[int], None]
    form: str  # name of the page the file is sent from


READERS: dict[str, QueueReader] = {}


@dataclass(frozen=True)
class QueuedUpload:
    """What became of a file: the page to go on to, and what was made of it, None while it waits."""

    address: str
    target: Any = None


def take_in(kind: str, name: str, content: bytes, *, by, now, **arguments) -> QueuedUpload:
    """Read a light file at once if there is a turn, put any other on the list.

    Raises UnreadableDocument, for a list that is full too, and PermissionDenied where the kind's `read` does.
    """
    if weigh(content).is_light and not WaitingUpload.objects.visible_to(by).unfinished().exists():
        with turn() as is_free:
            if is_free:
                return QueuedUpload(*_checked_and_read(kind, name, content, by=by, now=now, **arguments))
    upload = put(kind, name, content, by=by, now=now, **arguments)
    transaction.on_commit(start_reader)
    return QueuedUpload(reverse("workplans:upload_page", args=[upload.pk]))


def _checked_and_read(kind, name, content, **options):
    READERS[kind].check(filled_cells(content))
    return READERS[kind].read(name, content, **options)


def put(kind, name, content, *, by, now, **arguments) -> WaitingUpload:
    """Put a file on the list; the same one again is the one that waits already."""
    sha256 = hashlib.sha256(content).hexdigest()
    own = WaitingUpload.objects.visible_to(by).unfinished().light()
    if known := own.filter(kind=kind, sha256=sha256, arguments=arguments).first():
        return known
    if own.count() >= AT_MOST:
        raise UnreadableDocument(f"您已有 {AT_MOST} 份文件在排队，这一份没有收下。", "请等前面的读完再上传。")
    WaitingUpload.objects.expired(now).delete()
    upload = WaitingUpload(
        user=by, kind=kind, name=plain_name(name), content=content, sha256=sha256, arguments=arguments, asked_at=now
    )
    upload.ahead_at_first = WaitingUpload.objects.unfinished().count()
    upload.save(force_insert=True)
    return upload


def in_turn() -> list[int]:
    """Return the ids of what is not read yet as it comes up, those being read first; one query."""
    rows = WaitingUpload.objects.unfinished().order_by("asked_at", "pk").values_list("pk", "user_id", "status")
    before: Counter = Counter()
    places = []
    for pk, user, status in sorted(rows, key=lambda row: row[2] != Status.RUNNING):
        places.append((status != Status.RUNNING, before[user], len(places), pk))
        before[user] += 1
    return [pk for *_place, pk in sorted(places)]


def ahead_of(upload: WaitingUpload) -> int:
    """How many files are read before this one."""
    order = in_turn()
    return order.index(upload.pk) if upload.pk in order else 0


def start_reader() -> None:
    """Start a process that reads what waits, unless there are enough.

    Its place is taken here and handed on: ten uploads at once start one reader and not ten, of which nine would only
    find out that they are not needed.
    """
    if not settings.EXPORTS_IN_OWN_PROCESS:
        read_waiting()
        return
    if (place := reader_place()) is None:
        return
    command = [
        "nice",
        "-n",
        str(NICE),
        sys.executable,
        str(settings.BASE_DIR / "manage.py"),
        "read_uploads",
        f"--place={place}",
    ]
    try:
        subprocess.Popen(
            command, pass_fds=[place], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, start_new_session=True
        )
    finally:
        os.close(place)


def read_waiting(clock=timezone.now, place: int | None = None) -> int:
    """Read one file after the other; return how many. `clock` tells the time as it goes on, `place` is a reader's, if held."""
    count = 0
    while True:
        with reader(place) as is_reader:
            if not is_reader:
                return count
            while _read_next(clock):
                count += 1
        place = None
        # Whoever came between the last look and giving the place back found it taken.
        if not WaitingUpload.objects.filter(status=Status.WAITING).exists() or _all_wait_for_their_own():
            return count


def _all_wait_for_their_own() -> bool:
    """Say whether all that wait are of people another reader reads for just now; it goes on with them."""
    running = WaitingUpload.objects.filter(status=Status.RUNNING).values("user")
    return not WaitingUpload.objects.filter(status=Status.WAITING).exclude(user__in=running).exists()


def _read_next(clock) -> bool:
    """Wait for a turn and read what comes next; False where nothing does."""
    if not transaction.get_connection().in_atomic_block:  # a caller's transaction is not ours to end
        close_old_connections()
    with turn(FOR_EVER) as is_mine:
        if not is_mine or (upload := claim(now=clock())) is None:
            return False
        _read(upload, clock)
        return True


def claim(*, now) -> WaitingUpload | None:
    """Take the file that comes next. One whose reader is gone waits again, and is given up after TRIES."""
    gone = WaitingUpload.objects.interrupted(now)
    gone.filter(tries__gte=TRIES).update(
        status=Status.FAILED,
        finished_at=now,
        content=b"",
        problem="读取这份文件的程序几次中途停止。",
        hint="请把文件拆成几份再上传。",
    )
    gone.update(status=Status.WAITING, started_at=None)
    for pk in in_turn():
        upload = WaitingUpload.objects.filter(pk=pk, status=Status.WAITING).first()
        if upload is None:
            continue
        try:
            with transaction.atomic():
                mine = WaitingUpload.objects.filter(pk=pk, status=Status.WAITING)
                if mine.update(status=Status.RUNNING, started_at=now, tries=upload.tries + 1):
                    return upload
        except IntegrityError:  # another reader reads for that person: one a person
            continue
    return None


def _read(upload, clock):
    """Read a file and say on its row what became of it; its bytes are not kept twice."""
    try:
        address, target = _checked_and_read(
            upload.kind, upload.name, bytes(upload.content), by=upload.user, now=clock(), **upload.arguments
        )
    except UnreadableDocument as refused:
        _fail(upload, clock(), refused.message, refused.hint)
    except PermissionDenied as refused:
        _fail(upload, clock(), str(refused), "")
    except Exception:
        logger.exception("upload %s could not be read", upload.pk)
        _fail(upload, clock(), "读取这份文件时程序出错，已停止。", "请再上传一次；仍不行请告诉系统管理员。")
    else:
        record(EventKind.UPLOAD, user=upload.user, target=target)
        finished = {"status": Status.DONE, "finished_at": clock(), "address": address, "content": b""}
        WaitingUpload.objects.filter(pk=upload.pk).update(**finished)


def _fail(upload, now, problem, hint):
    record(EventKind.UPLOAD, user=upload.user, target=upload.name, success=False, detail=problem)
    failed = {"status": Status.FAILED, "finished_at": now, "problem": problem, "hint": hint, "content": b""}
    WaitingUpload.objects.filter(pk=upload.pk).update(**failed)
