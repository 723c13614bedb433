"""The other way a document can be read: read anew from the file as it came, put in the draft's place, taken back by undoing.

Corrections made so far stay with the reading they were made on: undoing brings both back.
"""

from django.db import transaction

from importer.drafts.checked_draft import Proof
from importer.drafts.corrections import CorrectionRefused
from importer.drafts.drafts import Alternative
from importer.files.readers import UnreadableDocument
from importer.sandbox import read_under_limits, scan_under_limits
from importer.scans.scanned import page_from_dict
from workplans.models import ImportDraft
from workplans.officebook import OfficeBook
from workplans.reading_turns import turn

from . import keeping

WAIT = 5  # seconds for a turn; a document is read in less
BUSY = "正在读取别的文件，请过一会儿再换。"
NOT_OFFERED = "没有这种读法，请在列出的读法里选。"


def read_otherwise(draft, choice: str, *, seen_version, by, now) -> ImportDraft:
    """Read a draft's document as `choice` says, one of the alternatives it offers; return the draft as stored.

    Raises PermissionDenied, and CorrectionRefused with the sentence for the user.
    """
    with transaction.atomic():
        stored = keeping.locked(draft, seen_version, by)
    proof = Proof.from_dict(stored.proof)
    other = next((other for other in proof.draft.alternatives if other.choice == choice), None)
    if other is None:
        raise CorrectionRefused(NOT_OFFERED)
    read = _read(stored, proof, other)
    with transaction.atomic():
        stored = keeping.locked(draft, stored.version, by)
        fresh = Proof(
            read, aliases=proof.aliases, new_offices=proof.new_offices, revises=proof.revises, scan=proof.scan
        )
        return keeping.put_step(stored, fresh, f"换成“{other.title}”", by=by, now=now)


def _read(stored, proof, other: Alternative):
    """Return what the importer makes of the document in the other reading."""
    familiar = OfficeBook(stored.organization).names() | frozenset(proof.new_offices)
    with turn(WAIT) as is_free:
        if not is_free:
            raise CorrectionRefused(BUSY)
        try:
            if proof.scan:
                pages = [page_from_dict(page) for page in proof.scan["pages"]]
                reading = scan_under_limits(stored.name, pages, familiar, other.choice)
            else:
                reading = read_under_limits(stored.name, bytes(stored.content), familiar, other.choice)
        except UnreadableDocument as unreadable:
            raise CorrectionRefused(f"换这种读法没有读成：{unreadable.message}") from unreadable
    if len(reading.drafts) != stored.siblings:
        raise CorrectionRefused("换这种读法会把文件分成另外几份，请放弃这份草稿后重新上传。")
    draft = reading.drafts[stored.position - 1]
    keeping.tell_siblings(draft, stored.position, stored.siblings)
    return draft
