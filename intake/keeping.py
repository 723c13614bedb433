"""Documents on their way in: read and kept as drafts, corrected step by step, taken back, given up.

Storing a draft as a plan is `intake/confirming.py`, because what is stored owes reports.
"""

import hashlib
import json
import zlib
from dataclasses import dataclass, replace
from pathlib import PurePath

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse

from importer.drafts.checked_draft import Proof
from importer.drafts.corrections import CORRECTIONS, CorrectionRefused, correct
from importer.drafts.drafts import ProblemKind, Severity
from importer.drafts.scan_corrections import scan_of
from importer.files.limits import MAX_LINES, too_many_lines
from importer.files.readers import UnreadableDocument
from importer.sandbox import read_under_limits
from workplans import access
from workplans.loading import Upload
from workplans.models import ImportDraft, ImportStep, Organization, SourceDocument
from workplans.officebook import OfficeBook
from workplans.reading_limits import plain_name
from workplans.reading_queue import QueueReader

STEPS_KEPT = 50
CHANGED_ELSEWHERE = "这份草稿刚刚在别处改过，请看过现在的内容再改。"


@dataclass(frozen=True)
class TakenIn:
    """What became of an upload: the drafts of the file, or the document already stored from it."""

    drafts: list[ImportDraft]
    is_new: bool = True
    source: SourceDocument | None = None


def take_in(organization, name, content, *, by, now) -> TakenIn:
    """Read an uploaded file and keep what was understood; the same file again leads to what is already there.

    Raises UnreadableDocument with the sentences for the user.
    """
    if access.refusal(by, "view", ImportDraft) or organization.pk not in access.standing(by).supervised:
        raise PermissionDenied(access.SUPERVISORS_ONLY)
    sha256 = digest(content)
    if known := known_before(organization, sha256):
        return known
    reading = read_under_limits(name, content, familiar=OfficeBook(organization).names())
    try:
        with transaction.atomic():
            return TakenIn(_store(organization, plain_name(name), content, sha256, reading, by=by, now=now))
    except IntegrityError:  # the same file came in twice at the same moment
        return known_before(organization, sha256)


def digest(content) -> str:
    """The sum by which the same file is known again."""
    return hashlib.sha256(content).hexdigest()


def address_of(taken) -> str:
    """The page of what was taken in: the first draft, else the plan stored from it before, else the list."""
    if taken.drafts:
        return reverse("intake:import_page", args=[taken.drafts[0].pk])
    plan = taken.source.plans.first()
    return reverse("boards:plan_board", args=[plan.pk]) if plan else reverse("intake:import_list")


def _read(name, content, *, by, now, organization):
    taken = take_in(Organization.objects.get(pk=organization), name, content, by=by, now=now)
    return address_of(taken), plain_name(name)


def check(cells: int) -> None:
    """Refuse a workbook that holds more cells than a document is read to."""
    if cells > MAX_LINES:
        raise too_many_lines()


READER = QueueReader(_read, check, "intake:import_list")


def known_before(organization, sha256) -> TakenIn | None:
    """Return the drafts waiting from the same bytes, or the plan stored from them and still valid."""
    drafts = ImportDraft.objects.filter(organization=organization, sha256=sha256)
    if waiting := list(drafts.waiting().light()):
        return TakenIn(waiting, is_new=False)
    stored = SourceDocument.objects.filter(organization=organization, sha256=sha256).defer("content", "text").first()
    superseded = stored and stored.kind == SourceDocument.Kind.PLAN and not stored.plans.exists()
    return TakenIn([], False, stored) if stored and not superseded else None


def store_scan(scan, name, content, reading, pages, *, now) -> list[ImportDraft]:
    """Keep what was understood of a scan whose `pages` were read; content that is a draft already leads to that one.

    Raises UnreadableDocument where it is stored as a plan already.
    """
    sha256 = digest(content)
    if known := known_before(scan.organization, sha256):
        if known.source:
            raise UnreadableDocument(
                f"这份文件已经导入过：{known.source}。", "如果是修订稿，请在原计划上按修订稿导入。"
            )
        return known.drafts
    return _store(scan.organization, name, content, sha256, reading, by=scan.asked_by, now=now, pages=pages)


def _store(organization, name, content, sha256, reading, *, by, now, pages=None):
    drafts = []
    for position, draft in enumerate(reading.drafts, start=1):
        tell_siblings(draft, position, len(reading.drafts))
        drafts.append(
            ImportDraft.objects.create(
                organization=organization,
                name=name,
                content=content,
                sha256=sha256,
                text=reading.source.text.replace("\x00", ""),
                encoding=reading.source.encoding[:20],
                position=position,
                siblings=len(reading.drafts),
                title=(draft.title or name)[:200],
                proof=Proof(draft, scan=pages and {"pages": pages, "position": position - 1}).to_dict(),
                uploaded_by=by,
                uploaded_at=now,
                changed_at=now,
            )
        )
    return drafts


def tell_siblings(draft, position, count) -> None:
    """Several documents in one file become several drafts: that is told and keeps nothing from being stored."""
    hint = f"这里是其中第 {position} 份，请各自核对、各自确认导入。"
    for n, problem in enumerate(draft.problems):
        if count > 1 and problem.kind is ProblemKind.SEVERAL_DOCUMENTS:
            message = f"这个文件里有 {count} 份文件，已分成 {count} 份草稿。"
            draft.problems[n] = replace(problem, message=message, hint=hint, severity=Severity.WARNING)


def proof_of(draft) -> Proof:
    """Return what a draft's document was understood to be, and the decisions on it."""
    return Proof.from_dict(draft.proof)


def upload_of(draft, proof) -> Upload:
    """Return the file to be kept with the plan: as it came, or of several documents in one file the draft's own lines."""
    if draft.siblings == 1:
        return Upload(draft.name, bytes(draft.content), draft.text, draft.encoding)
    own = {piece.line: "" for piece in proof.draft.pieces}
    for piece in proof.draft.pieces:
        own[piece.line] += piece.text
    text = "\n".join(own.get(n, "") for n in range(1, max(own, default=0) + 1))  # the numbers of the lines stay
    path = PurePath(draft.name)
    return Upload(f"{path.stem}（第{draft.position}份）.txt", text.encode(), text, "utf-8")


@transaction.atomic
def change(draft, name, values, *, seen_version, by, now) -> ImportDraft:
    """Make one correction; return the draft as stored. Raises PermissionDenied or CorrectionRefused."""
    stored = locked(draft, seen_version, by)
    proof = correct(Proof.from_dict(stored.proof), name, **values)
    return put_step(stored, proof, CORRECTIONS[name].label, by=by, now=now)


def put_step(stored, proof, label, *, by, now) -> ImportDraft:
    """Put a new proof in the place of a locked draft's, which can be taken back under `label`."""
    packed = zlib.compress(json.dumps(stored.proof, ensure_ascii=False).encode())
    ImportStep.objects.create(draft=stored, label=label, before=packed, by=by, at=now)
    old = stored.steps.order_by("-pk").values_list("pk", flat=True)[STEPS_KEPT:]
    ImportStep.objects.filter(pk__in=list(old)).delete()
    return _put(stored, proof.to_dict(), now)


@transaction.atomic
def undo(draft, *, seen_version, by, now) -> str:
    """Take back the last correction; return what it was called. Raises PermissionDenied or CorrectionRefused."""
    stored = locked(draft, seen_version, by)
    step = stored.steps.order_by("-pk").first()
    if step is None:
        raise CorrectionRefused("没有可以撤销的修改。")
    _put(stored, json.loads(zlib.decompress(bytes(step.before))), now)
    step.delete()
    return step.label


@transaction.atomic
def drop(draft, *, seen_version, by, now) -> None:
    """Give a draft up. Raises PermissionDenied or CorrectionRefused."""
    stored = locked(draft, seen_version, by)
    stored.dropped_at = now
    stored.save(update_fields=["dropped_at"])
    for scan in stored.scan_readings.exclude(drafts__in=ImportDraft.objects.filter(dropped_at=None)):
        scan.delete()  # its pictures are of use to nobody any more


def locked(draft, seen_version, by) -> ImportDraft:
    """Return the draft's row, locked, if it may be changed and still is what the user saw."""
    stored = ImportDraft.objects.select_for_update(of=("self",)).select_related("organization").get(pk=draft.pk)
    if refused := access.supervises(by, stored):
        raise PermissionDenied(refused)
    if not stored.is_open():
        raise CorrectionRefused("这份草稿已经确认导入或放弃，不能再改。")
    if seen_version is not None and stored.version != seen_version:
        raise CorrectionRefused(CHANGED_ELSEWHERE)
    return stored


def _put(stored, proof, now):
    stored.proof, stored.version, stored.changed_at = proof, stored.version + 1, now
    stored.title = (proof["draft"]["title"] or stored.name)[:200]
    if document := scan_of(Proof.from_dict(proof)):
        stored.text = document.source.text
    stored.save(update_fields=["proof", "version", "changed_at", "title", "text"])
    return stored
