"""Taking a 填报表 in, and writing what was previewed: all of it or nothing."""

import hashlib

from django.core.exceptions import PermissionDenied
from django.db import transaction

from importer.sandbox import cells_under_limits
from tracking.models import FillUpload, Report, ReportStep
from tracking.reports.recording import Conflicts, record_many
from tracking.reports.workflow import Conflict, Impossible, perform_many
from workplans import access
from workplans.history import Origin, came_from
from workplans.reading_limits import plain_name

from .preview import Preview, preview_of, submission_refusal
from .reading import Reading, reading_of


class NotPossible(Exception):
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
        user=by, name=plain_name(name), sha256=hashlib.sha256(content).hexdigest(), reading=reading.to_json(), uploaded_at=now
    )


def preview_for(upload: FillUpload) -> Preview:
    """What confirming the upload would do now."""
    return preview_of(Reading.from_json(upload.reading), upload.user)


def save(upload: FillUpload, *, seen: str, now, submit=False, skip_refused=False) -> tuple[int, int]:
    """Write what the person saw under the digest `seen`; return how many reports were saved and how many sent.

    Raises NotPossible where it is no longer what was seen, where a row is refused and not to be skipped, or where
    something to be sent lacks its contents.
    """
    try:
        with transaction.atomic(), came_from(Origin.IMPORT):
            stored = FillUpload.objects.select_for_update().get(pk=upload.pk)
            if stored.confirmed_at:
                raise NotPossible("这份表已经确认过了。")
            counts = _write(stored, seen, now, submit, skip_refused)
            stored.confirmed_at, stored.reading = now, Reading().to_json()
            stored.save(update_fields=["confirmed_at", "reading"])
            return counts
    except Conflicts as conflicts:
        raise NotPossible(str(conflicts)) from conflicts
    except Conflict as conflict:
        raise NotPossible(f"“{conflict.stored}”刚刚有了改动，没有写入任何内容。请核对下面的内容后再确认。") from conflict
    except (Impossible, PermissionDenied) as barred:
        raise NotPossible(f"{barred}没有写入任何内容。") from barred


def _write(upload, seen, now, submit, skip_refused) -> tuple[int, int]:
    preview = preview_for(upload)
    if preview.digest != seen:
        raise NotPossible("您看到的内容刚刚有了变化，没有写入任何内容。下面是现在的情况，请核对后再确认。")
    if preview.refused and not skip_refused:
        raise NotPossible(
            f"有 {len(preview.refused)} 行不能写入，因此什么也没有写入。请改好后重新上传，或者勾选“跳过这些行”。"
        )
    if submit and (refused := submission_refusal(preview, upload.user)):
        raise NotPossible(refused)
    by, reason = upload.user, f"填报表：{upload.name}"[:100]
    changes = preview.recordable()
    saved = record_many(changes, by=by, now=now, reason=reason)
    if not submit:
        return saved, 0
    written = {change.report.pk for change in changes}
    versions = {report.pk: report.version + (report.pk in written) for report in preview.to_submit}
    sent = Report.objects.visible_to(by).filter(pk__in=versions)
    return saved, perform_many(sent, ReportStep.SUBMIT, by=by, now=now, versions=versions)
