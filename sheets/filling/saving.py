"""Taking a 填报表 in, and writing what was previewed: all of it or nothing."""

import hashlib

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse

from importer.files.readers import UnreadableDocument
from importer.sandbox import cells_under_limits
from tracking.models import FillUpload, Report, ReportStep
from tracking.reports.recording import Conflicts, record_many
from tracking.reports.workflow import Conflict, Impossible, perform_many
from workplans import access
from workplans.history import Origin, came_from
from workplans.reading_limits import plain_name
from workplans.reading_queue import QueueReader

from .preview import Preview, preview_of, submission_refusal
from .reading import MAX_ROWS, FilledSheet, reading_of

MAX_CELLS = MAX_ROWS * 30  # twice the columns of a 填报表


class FillRefused(Exception):
    """The upload cannot be confirmed as asked; the text says why (Chinese). Nothing was written."""


def take_in(name: str, content: bytes, *, by, now) -> FillUpload:
    """Read an uploaded sheet and keep its rows until they are confirmed.

    Raises PermissionDenied, or UnreadableDocument with the sentences for the user.
    """
    if refused := access.refusal(by, "change", Report):
        raise PermissionDenied(refused)
    reading = reading_of(cells_under_limits(name, content))
    FillUpload.objects.expired(now).delete()
    return FillUpload.objects.create(
        user=by,
        name=plain_name(name),
        sha256=hashlib.sha256(content).hexdigest(),
        reading=reading.to_json(),
        uploaded_at=now,
    )


def check(cells: int) -> None:
    """Refuse what holds more than a 填报表 can, before it is read."""
    if cells > MAX_CELLS:
        raise UnreadableDocument(
            f"表中有内容的单元格约 {cells:,} 个，超过 {MAX_CELLS:,} 个，没有读取。",
            f"填报表最多 {MAX_ROWS:,} 行。请确认选对了文件，删去与填报无关的工作表和列，再上传。",
        )


def _read(name, content, *, by, now):
    upload = take_in(name, content, by=by, now=now)
    return reverse("sheets:fill_preview", args=[upload.pk]), upload


READER = QueueReader(_read, check, "sheets:fill_upload")


def preview_for(upload: FillUpload) -> Preview:
    """What confirming the upload would do now."""
    return preview_of(FilledSheet.from_json(upload.reading), upload.user)


def save(upload: FillUpload, *, seen: str, now, submit=False, skip_refused=False) -> tuple[int, int]:
    """Write what the person saw under the digest `seen`; return how many reports were saved and how many sent.

    Raises FillRefused where it is no longer what was seen, where a row is refused and not to be skipped, or where
    something to be sent lacks its contents.
    """
    try:
        with transaction.atomic(), came_from(Origin.IMPORT):
            stored = FillUpload.objects.select_for_update().get(pk=upload.pk)
            if stored.confirmed_at:
                raise FillRefused("这份表已经确认过了。")
            counts = _write(stored, seen, now, submit, skip_refused)
            stored.confirmed_at, stored.reading = now, FilledSheet().to_json()
            stored.save(update_fields=["confirmed_at", "reading"])
            return counts
    except Conflicts as conflicts:
        raise FillRefused(str(conflicts)) from conflicts
    except Conflict as conflict:
        raise FillRefused(
            f"“{conflict.stored}”刚刚有了改动，没有写入任何内容。请核对下面的内容后再确认。"
        ) from conflict
    except (Impossible, PermissionDenied) as barred:
        raise FillRefused(f"{barred}没有写入任何内容。") from barred


def _write(upload, seen, now, submit, skip_refused) -> tuple[int, int]:
    preview = preview_for(upload)
    if preview.digest != seen:
        raise FillRefused("您看到的内容刚刚有了变化，没有写入任何内容。下面是现在的情况，请核对后再确认。")
    if preview.refused and not skip_refused:
        raise FillRefused(
            f"有 {len(preview.refused)} 行不能写入，因此什么也没有写入。请改好后重新上传，或者勾选“跳过这些行”。"
        )
    if submit and (refused := submission_refusal(preview, upload.user)):
        raise FillRefused(refused)
    by, reason = upload.user, f"填报表：{upload.name}"[:100]
    changes = preview.recordable()
    saved = record_many(changes, by=by, now=now, reason=reason)
    if not submit:
        return saved, 0
    written = {change.report.pk for change in changes}
    versions = {report.pk: report.version + (report.pk in written) for report in preview.to_submit}
    sent = Report.objects.visible_to(by).filter(pk__in=versions)
    return saved, perform_many(sent, ReportStep.SUBMIT, by=by, now=now, versions=versions)
