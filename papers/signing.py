"""Signing or issuing papers, and what is printed of them: from the signature on nothing changes."""

import hashlib
from dataclasses import replace

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from tracking.models import Feedback
from tracking.periods.urging import NotOwed
from workplans import access
from workplans.people import name_of

from .compiling import PaperRefused, as_stored, changed_since, digest_of, is_outdated, letter_of
from .kinds import KINDS
from .kinds.base import line
from .letter import Letter, day
from .printing import docx_of
from .templating.sandbox import NotPrintable


@transaction.atomic
def sign(feedback, *, by, now, digest) -> Feedback:
    """Sign (issue, a 催办单) the paper whose content the person saw (`digest`), and keep the Word file made of it for good.

    Issuing a 催办单 is an urge for each of its reports. Raises PermissionDenied, or PaperRefused where it is signed
    already, was compiled anew meanwhile, or what it stands on has changed.
    """
    if refused := access.signs_feedback(by, feedback) or access.refusal(by, "view", Feedback, feedback):
        raise PermissionDenied(refused)
    related = ("organization", "template", "period", "plan")
    stored = Feedback.objects.select_for_update(of=("self",)).select_related(*related).get(pk=feedback.pk)
    if problem := signing_problem(stored, digest):
        raise PaperRefused(problem)
    _issue(stored, by, now)
    draft = Feedback.objects.filter(pk=stored.pk, status=Feedback.Status.DRAFT, digest=digest)
    rows = draft.update(status=Feedback.Status.SIGNED, signed_by=by, signed_at=now, **_final(stored, by, now))
    if not rows:
        raise PaperRefused(f"这份{stored.get_kind_display()}刚刚被改动，请刷新页面再看。")
    feedback.refresh_from_db()
    return feedback


@transaction.atomic
def send_back(feedback, *, by, now, digest, reason) -> None:
    """Send a draft back to be changed, with the reason; compiled anew it can be signed again.

    Raises PermissionDenied, or PaperRefused where there is no reason, or the paper is not as the person saw it.
    """
    if refused := access.signs_feedback(by, feedback):
        raise PermissionDenied(refused)
    if not reason.strip():
        raise PaperRefused("退回时请写明要怎样修改。")
    drafts = Feedback.objects.filter(pk=feedback.pk, status=Feedback.Status.DRAFT, digest=digest)
    if not drafts.update(returned_by=by, returned_at=now, returned_reason=reason.strip()):
        raise PaperRefused(f"这份{feedback.get_kind_display()}刚刚被改动或签名，请刷新页面再看。")


def _final(paper, by, now) -> dict:
    """Return what is kept of a paper signed by `by`: content and file, each with its digest."""
    letter = signed_letter(paper, by, now)
    snapshot = as_stored(letter)
    digest = digest_of(snapshot)
    try:
        document = docx_of(letter, paper.template, author=paper.organization.name, at=now, mark=digest)
    except NotPrintable as problem:
        raise PaperRefused(str(problem)) from problem
    return {
        "snapshot": snapshot,
        "digest": digest,
        "document": document,
        "sha256": hashlib.sha256(document).hexdigest(),
    }


def signing_problem(feedback, digest) -> str | None:
    """Say why the paper cannot be signed as the person saw it."""
    kind, verb = feedback.get_kind_display(), feedback.verb
    if feedback.is_signed:
        return f"这份{kind}已经{verb}。"
    if feedback.returned_at:
        return f"这份{kind}已退回修改，请等督办员重新汇编后再{verb}。"
    if feedback.digest != digest:
        return f"您打开之后，这份{kind}已重新汇编。请看过新的内容再{verb}。"
    if changed := changed_since(feedback):
        names = "、".join(f"“{report.item}”" for report in changed[:3])
        return f"汇编之后，{names}{'等' if len(changed) > 3 else ''}的进展报告有改动，请督办员重新汇编后再签名。"
    if is_outdated(feedback):
        return f"汇编之后，这份{kind}（{feedback.recipient}）所依据的数据有改动，请督办员重新汇编后再{verb}。"
    return None


def _issue(paper, by, now):
    """Do what signing a paper of this kind also does."""
    if issued := KINDS[paper.kind].issued:
        try:
            issued(paper, by=by, now=now)
        except NotOwed as problem:
            raise PaperRefused(str(problem)) from problem


def signed_letter(feedback, by, now) -> Letter:
    """Return the letter with the leader's name and the day on its first line, where it has one."""
    letter = letter_of(feedback)
    if not letter.on_top:
        return letter
    return replace(letter, signed=f"{line(name_of(by))} {day(timezone.localdate(now))}")


# --- printing, dropping ------------------------------------------------------------------------------------


def document_of(feedback) -> bytes:
    """Return the Word file: the one signed, byte for byte, else one made of the draft as compiled. Raises NotPrintable."""
    if feedback.is_signed:
        return bytes(feedback.document)
    return docx_of(letter_of(feedback), feedback.template, author=feedback.organization.name, at=feedback.compiled_at)


@transaction.atomic
def drop_feedback(feedback, *, by) -> None:
    """Delete a draft. Raises PermissionDenied."""
    stored = Feedback.objects.select_for_update().get(pk=feedback.pk)
    if refused := access.refusal(by, "delete", Feedback, stored):
        raise PermissionDenied(refused)
    stored.delete()
