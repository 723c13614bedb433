"""Scans and photographs: taken in, put in order, read page by page in the background, and then a draft like any other.

The rows in the database are all that pages and reader share: any web worker shows how far it is, and none of them does
the work. One process reads one page after the other until nothing waits any more; a page that was read stays read,
so that a reading can be taken up where it stopped.
"""

import hashlib
import io
import logging
import subprocess
import sys
import zipfile
from dataclasses import dataclass, replace

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from importer.drafts.corrections import CorrectionRefused
from importer.files.limits import MAX_BYTES, too_large
from importer.files.readers import UnreadableDocument
from importer.sandbox import PagesToRead, Reading, pages_under_limits, read_under_limits, scan_under_limits
from importer.scans.pictures import is_one_picture
from importer.scans.recognition import is_installed, not_installed
from importer.scans.scanned import page_from_dict
from intake import keeping
from workplans import access
from workplans.models import ImportDraft, Organization, ScanFile, ScanPage, ScanReading
from workplans.officebook import OfficeBook
from workplans.reading_limits import plain_name

MOST_FILES = 100
Status = ScanReading.Status

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class ScanUpload:
    """One file as sent."""

    name: str
    content: bytes


class ScanAbandoned(Exception):
    """Whoever asked for the reading does not want it any more."""


def take_in_pictures(organization, uploads: list[ScanUpload], *, by, now) -> ScanReading:
    """Take in several pictures as one document, to be put in order first. Raises UnreadableDocument, PermissionDenied."""
    if not is_installed():
        raise not_installed("这是几张图片")
    if len(uploads) > MOST_FILES:
        raise UnreadableDocument(f"一次最多上传 {MOST_FILES} 张图片。", "请分几次上传，或先合并成一份 PDF。")
    if sum(len(upload.content) for upload in uploads) > MAX_BYTES:
        raise too_large()
    counted = []
    for upload in uploads:
        if is_one_picture(upload.content):  # a damaged one is told when its turn comes
            counted.append(1)
            continue
        try:
            read_under_limits(upload.name, upload.content)
        except PagesToRead as pictures:
            counted.append(len(pictures.pages))
        except UnreadableDocument as refused:
            raise UnreadableDocument(f"“{plain_name(upload.name)}”：{refused.message}", refused.hint) from refused
        else:
            raise UnreadableDocument(
                f"“{plain_name(upload.name)}”不是图片。",
                "一次选择几个文件时，它们应当是同一份文件各页的图片；别的文件请一份一份上传。",
            )
    return begin(organization, uploads, counted, Status.ORDERING, by=by, now=now)


def read_document(name, content, *, by, now, organization):
    """Read a document as `keeping` does; where its pages are pictures, have them read. Return address and name."""
    try:
        return keeping.READER.read(name, content, by=by, now=now, organization=organization)
    except PagesToRead as pictures:
        owner, upload = Organization.objects.get(pk=organization), ScanUpload(name, content)
        reading = begin(owner, [upload], [len(pictures.pages)], Status.WAITING, by=by, now=now)
        transaction.on_commit(start_reader)
        return reverse("intake:scan", args=[reading.pk]), plain_name(name)


READER = replace(keeping.READER, read=read_document)


def begin(organization, uploads, counted, status, *, by, now) -> ScanReading:
    """Keep files whose pages are to be read, `counted` pages each; the same files again lead to the reading there is."""
    if refused := access.supervises(by, ImportDraft(organization=organization)):
        raise PermissionDenied(refused)
    sha256 = hashlib.sha256(b"".join(hashlib.sha256(upload.content).digest() for upload in uploads)).hexdigest()
    try:
        with transaction.atomic():
            reading = ScanReading.objects.create(
                organization=organization, name=plain_name(uploads[0].name), sha256=sha256, status=status,
                total=sum(counted), asked_by=by, asked_at=now,
            )  # fmt: skip
            ScanFile.objects.bulk_create(
                ScanFile(reading=reading, position=n, name=plain_name(upload.name), content=upload.content, pages=pages)
                for n, (upload, pages) in enumerate(zip(uploads, counted, strict=True))
            )
            return reading
    except IntegrityError:
        return ScanReading.objects.unfinished().get(organization=organization, sha256=sha256)


@transaction.atomic
def put_in_order(reading, files: list[int], *, by, is_final=True, seen: list[int] | None = None) -> None:
    """Set the order of a reading's files by their ids; where it is final, let it be read.

    `seen` is the order the page showed: where somebody made it another one meanwhile, that one stays. Raises
    PermissionDenied, CorrectionRefused.
    """
    stored = locked(reading, by)
    own = {file.pk: file for file in stored.files.defer("content")}
    now = sorted(own, key=lambda pk: (own[pk].position, pk))
    if stored.status != Status.ORDERING or sorted(files) != sorted(own) or (seen and now not in (seen, files)):
        raise CorrectionRefused("这些图片刚刚在别处动过，请看过现在的次序再开始。")
    for position, pk in enumerate(files):
        own[pk].position = position
    ScanFile.objects.bulk_update(own.values(), ["position"])
    if is_final:
        stored.status = Status.WAITING
        stored.save(update_fields=["status"])


@transaction.atomic
def take_up(reading, *, by, now) -> None:
    """Let a reading that failed or whose reader is gone go on where it stopped. Raises PermissionDenied, CorrectionRefused."""
    stored = locked(reading, by)
    if stored.status != Status.FAILED and not stored.is_interrupted(now):
        raise CorrectionRefused("这份扫描件正在识别，不需要重新开始。")
    stored.status, stored.problem = Status.WAITING, ""
    stored.save(update_fields=["status", "problem"])


def drop(reading, *, by) -> None:
    """Give a reading up with its files and pages; a reader at work on it stops after its page. Raises PermissionDenied, CorrectionRefused."""
    with transaction.atomic():
        stored = locked(reading, by)
        if stored.status == Status.DONE:
            raise CorrectionRefused("这份扫描件已经识别完，请放弃它的草稿。")
        stored.delete()


def locked(reading, by) -> ScanReading:
    """The reading's row, locked, if the user may act on it. Raises PermissionDenied, CorrectionRefused."""
    stored = ScanReading.objects.select_for_update(of=("self",)).filter(pk=reading.pk).first()
    if stored is None:
        raise CorrectionRefused("这份扫描件已经放弃。")
    if refused := access.supervises(by, stored):
        raise PermissionDenied(refused)
    return stored


# --- the reader --------------------------------------------------------------------------------------------


def start_reader() -> None:
    """Start the process that reads what waits; where one is at work already, the new one ends at once."""
    if not settings.EXPORTS_IN_OWN_PROCESS:
        read_waiting()
        return
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "read_scans"]
    subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, start_new_session=True)


def read_waiting(clock=timezone.now) -> int:
    """Read one waiting document after the other; return how many. `clock` tells the time as it goes on."""
    count = 0
    while reading := claim(now=clock()):
        _read(reading, clock)
        count += 1
    return count


@transaction.atomic
def claim(*, now) -> ScanReading | None:
    """Take the oldest waiting reading, unless a reader is at work; one whose reader is gone can be taken up again by hand."""
    ScanReading.objects.interrupted(now).update(status=Status.FAILED, problem="识别程序中途停止了，已识别的页都在。")
    waiting = ScanReading.objects.select_for_update().filter(status=Status.WAITING).order_by("asked_at", "pk")
    reading = waiting.first()
    if reading is None or ScanReading.objects.filter(status=Status.RUNNING).exists():
        return None
    reading.status, reading.heard_at = Status.RUNNING, now
    reading.save(update_fields=["status", "heard_at"])
    return reading


def _read(reading, clock):
    try:
        _read_pages(reading, clock)
        _tell(reading, clock(), read=reading.total)
        _finish(reading, clock())
    except ScanAbandoned:
        return
    except UnreadableDocument as refused:
        _fail(reading, f"{refused.message}{refused.hint}")
    except Exception:
        logger.exception("scan %s failed", reading.pk)
        _fail(reading, "识别时出错，请把这个页面的网址告诉系统管理员。")


def _read_pages(reading, clock):
    """Read the pages that are not read yet, each in a process of its own."""
    read = set(ScanPage.objects.filter(reading=reading).values_list("source", flat=True))
    number, source = ScanPage.objects.filter(reading=reading).count(), 0
    for file in reading.files.all():
        for page in range(file.pages):
            if source not in read:
                _tell(reading, clock(), read=source)
                pages = _page(file, page, source, reading.total)
                _keep_pages(reading, pages, number, source)
                number += len(pages)
            source += 1


def _page(file, page, source, total):
    """Read one page; what keeps it from being read says which it is."""
    try:
        return pages_under_limits(file.name, bytes(file.content), page)
    except UnreadableDocument as refused:
        where = f"第 {source + 1} 页：" if total > 1 else ""
        raise UnreadableDocument(f"{where}{refused.message}", refused.hint) from refused


@transaction.atomic
def _keep_pages(reading, pages, number, source):
    if not ScanReading.objects.select_for_update().filter(pk=reading.pk).exists():
        raise ScanAbandoned
    ScanPage.objects.bulk_create(
        ScanPage(reading=reading, number=number + n, source=source, picture=page.picture, lines=page.to_dict())
        for n, page in enumerate(pages)
    )


def _finish(reading, now):
    """Make the drafts of what was read."""
    pages = list(ScanPage.objects.filter(reading=reading).defer("picture"))
    understood: Reading = scan_under_limits(
        reading.name, [page_from_dict(page.lines) for page in pages], OfficeBook(reading.organization).names()
    )
    name, content = file_of(reading)
    with transaction.atomic():
        if not ScanReading.objects.select_for_update().filter(pk=reading.pk).exists():
            raise ScanAbandoned
        scan = [page.lines for page in pages]
        reading.drafts.set(keeping.store_scan(reading, name, content, understood, scan, now=now))
        _tell(reading, now, status=Status.DONE)


def file_of(reading) -> tuple[str, bytes]:
    """Name and content of what is kept as the document as it came: the file, or an archive of several in their order."""
    files = list(reading.files.all())
    if len(files) == 1:
        return files[0].name, bytes(files[0].content)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for n, file in enumerate(files, start=1):
            archive.writestr(
                zipfile.ZipInfo(f"{n:03d} {file.name}"), bytes(file.content)
            )  # no dates: the same pictures, the same archive
    return f"{reading.name.rpartition('.')[0] or reading.name} 等 {len(files)} 张图片.zip", buffer.getvalue()


def _fail(reading, sentence):
    ScanReading.objects.filter(pk=reading.pk).update(status=Status.FAILED, problem=sentence)


def _tell(reading, now, **changes):
    if not ScanReading.objects.filter(pk=reading.pk).update(heard_at=now, **changes):
        raise ScanAbandoned
