"""Large tables in the background: asked for on a page, written by a process of its own, kept for a day.

The row in the database is all that page and process share: any web worker shows how far it is, and none of them does
the work. One process writes one table after the other until nothing waits any more.
"""

import logging
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from tracking.models import Report, TableExport
from workplans import access
from workplans.people import name_of

from .forms import TableExportForm
from .long_files import WRITERS
from .long_table import CHUNK, row_ids, rules, values

KEPT = timedelta(hours=24)
AT_ONCE = 3  # unfinished exports a person may have

logger = logging.getLogger(__name__)


class ExportRefused(Exception):
    """The table cannot be asked for; the text is a Chinese sentence."""


class Abandoned(Exception):
    """Whoever asked for the table does not want it any more."""


def folder() -> Path:
    """Where the files lie; only the application's own account reads it."""
    path = Path(settings.MEDIA_ROOT) / "exports"
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def ask(form: TableExportForm, *, by, now) -> TableExport:
    """Put a table on the list of what is to be written; `form` is valid. Raises PermissionDenied, ExportRefused."""
    if refused := access.enter_refusal(by):
        raise PermissionDenied(refused)
    if TableExport.objects.visible_to(by).unfinished().count() >= AT_ONCE:
        raise ExportRefused(f"您已有 {AT_ONCE} 个导出任务没有完成，请等其中一个完成，或者先删除它。")
    sweep(now=now)
    return TableExport.objects.create(
        user=by, filters=form.kept(), words=form.words, file_format=form.cleaned_data["file_format"], asked_at=now
    )


def start_writer() -> None:
    """Start the process that writes what waits; where one is at work already, the new one ends at once."""
    if not settings.EXPORTS_IN_OWN_PROCESS:
        write_waiting()
        return
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "write_exports"]
    subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, start_new_session=True)


def write_waiting(clock=timezone.now) -> int:
    """Write one waiting table after the other; return how many. `clock` tells the time as it goes on."""
    written = 0
    while export := claim(now=clock()):
        _write(export, clock)
        written += 1
    return written


@transaction.atomic
def claim(*, now) -> TableExport | None:
    """Take the oldest waiting table, unless a writer is at work; one whose writer is gone is given up first."""
    TableExport.objects.interrupted(now).update(
        status=TableExport.Status.FAILED, finished_at=now, problem="写表格的程序中途停止了，请重新导出。"
    )
    waiting = (
        TableExport.objects.select_for_update().filter(status=TableExport.Status.WAITING).order_by("asked_at", "pk")
    )
    export = waiting.first()
    if export is None or TableExport.objects.filter(status=TableExport.Status.RUNNING).exists():
        return None
    export.status, export.heard_at = TableExport.Status.RUNNING, now
    export.save(update_fields=["status", "heard_at"])
    return export


def _write(export, clock):
    path = folder() / f"{uuid4().hex}.{export.file_format}"
    try:
        _write_file(export, path, clock)
        done = {
            "status": TableExport.Status.DONE,
            "file": path.name,
            "size": path.stat().st_size,
            "written": export.total,
        }
        _tell(export, clock(), finished_at=clock(), **done)
    except Abandoned:
        path.unlink(missing_ok=True)
    except Exception as problem:
        path.unlink(missing_ok=True)
        sentence = (
            str(problem) if isinstance(problem, ExportRefused) else "写表格时出错，请把这个页面的网址告诉系统管理员。"
        )
        if not isinstance(problem, ExportRefused):
            logger.exception("export %s failed", export.pk)
        TableExport.objects.filter(pk=export.pk).update(
            status=TableExport.Status.FAILED, finished_at=clock(), problem=sentence
        )


def _write_file(export, path, clock):
    """Write the rows the user may read now, by the rights and filters of this moment."""
    form = TableExportForm(export.filters, user=export.user)
    if access.enter_refusal(export.user) or not form.is_valid():
        raise ExportRefused("筛选条件中有您已不能查看的内容，请重新选择后导出。")
    now = clock()
    ids = row_ids(form.narrow(Report.objects.visible_to(export.user)))
    export.total = len(ids)
    _tell(export, now, total=export.total)
    rows = _telling(export, values(ids, timezone.localdate(now)), clock)
    WRITERS[export.file_format](path, rows, notes_of(export, now), total=len(ids))


def _telling(export, rows, clock):
    """Hand the rows on, saying every CHUNK rows how far it is. Raises Abandoned where the row was deleted."""
    for number, row in enumerate(rows, start=1):
        yield row
        if number % CHUNK == 0:
            _tell(export, clock(), written=number)


def _tell(export, now, **changes):
    if not TableExport.objects.filter(pk=export.pk).update(heard_at=now, **changes):
        raise Abandoned


def notes_of(export, now) -> list[tuple[str, str]]:
    """What the sheet 说明 says of the table."""
    told = [
        ("范围", export.words),
        ("行数", f"{export.total} 行，每份进展报告一行"),
        ("导出", f"{name_of(export.user)}，{timezone.localtime(now):%Y-%m-%d %H:%M}"),
        ("取数", "各行按写入时的数据；应达进度、进度、报送、时限按导出当天计算，与页面上的算法相同。"),
    ]
    return told + [("算法", rule) for rule in rules()]


def drop(export) -> None:
    """Delete an export and its file; a writer at work on it stops."""
    export.delete()
    if export.file:
        (folder() / export.file).unlink(missing_ok=True)


def sweep(*, now) -> int:
    """Delete what is older than a day, and files no row knows; return how many rows."""
    old = list(TableExport.objects.filter(asked_at__lt=now - KEPT))
    for export in old:
        drop(export)
    limit = (now - KEPT).timestamp()
    for entry in os.scandir(folder()):
        if entry.stat().st_mtime < limit:
            Path(entry.path).unlink(missing_ok=True)
    return len(old)
