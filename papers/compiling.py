"""Compiling papers: what a paper says is made from the rows of today, stored, and compared with them later."""

import hashlib
import json
from dataclasses import replace

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from tracking.models import Feedback, LetterTemplate, Report
from tracking.notices.outgoing import tell_unsigned
from workplans import access

from .kinds import KINDS
from .kinds.base import Compiled
from .letter import Letter

# What a person wrote on the form, which papers compiled together share.
WORDS = ("title", "basis", "requirements", "dated_on", "contacts", "phones", "with_annex")
COMPILED = (
    "recipient",
    "report_versions",
    "chosen_items",
    "snapshot",
    "returned_by",
    "returned_at",
    "returned_reason",
    "digest",
    "template",
    "compiled_by",
    "compiled_at",
)


class PaperRefused(Exception):
    """The paper cannot be compiled or signed as it stands; the text is a Chinese sentence."""


def compiled(paper, chosen, *, today) -> list[Compiled]:
    """Return what `paper` says as of `today`, one for each office where its kind goes to offices; nothing is stored.

    `chosen` are the reports of a 反馈, the offices of a 催办单, the items of a 任务交办单; a 通报 chooses nothing.
    """
    return KINDS[paper.kind].compile(paper, chosen, today)


def letter_of(paper) -> Letter:
    """Return the letter as it was compiled."""
    return Letter.from_json(paper.snapshot)


@transaction.atomic
def compile_feedback(feedback, chosen, *, by, now) -> Feedback:
    """Store the paper `feedback` describes, new or compiled anew, with its content as of now.

    Args:
        feedback: a row, saved or not, with recipient, basis, style and so on as wanted.
        chosen: what `compiled` takes.

    Raises PermissionDenied, or PaperRefused where there is nothing to say or somebody has signed meanwhile.
    """
    if feedback.pk:
        stored = Feedback.objects.select_for_update().get(pk=feedback.pk)
        feedback.status = stored.status
    found = _compiled(feedback, chosen, by, now)
    fitting = [each for each in found if each.office is None or each.office == feedback.office]
    if not fitting:
        raise PaperRefused(KINDS[feedback.kind].nothing_to_say)
    _fill(feedback, fitting[0], _template(feedback), by, now)
    feedback.save()
    tell_unsigned([feedback], now=now)
    return feedback


@transaction.atomic
def compile_for_offices(pattern, chosen, *, by, now) -> list[Feedback]:
    """Store a paper like `pattern` (not saved) for each office `chosen` leads to, in the offices' order.

    A draft an office already has of this kind and subject is compiled anew, so nobody gets two. Raises as above.
    """
    found = _compiled(pattern, chosen, by, now)
    subject = {name: getattr(pattern, name) for name in ("organization", "kind", "period", "plan")}
    drafts = Feedback.objects.select_for_update().filter(**subject, status=Feedback.Status.DRAFT)
    by_office = {paper.office_id: paper for paper in drafts.filter(office__in=[each.office for each in found])}
    template, papers = _template(pattern), []
    for each in found:
        paper = by_office.get(each.office.pk) or Feedback(**subject, office=each.office)
        for name in WORDS:
            setattr(paper, name, getattr(pattern, name))
        papers.append(_fill(paper, each, template, by, now))
    try:
        with transaction.atomic():
            Feedback.objects.bulk_create([paper for paper in papers if not paper.pk])
    except IntegrityError as problem:  # the constraints of one draft an office
        raise PaperRefused("另一位督办员刚刚为其中的科室汇编过，请刷新页面再试。") from problem
    Feedback.objects.bulk_update([paper for paper in papers if paper.office_id in by_office], (*WORDS, *COMPILED))
    tell_unsigned(papers, now=now)
    return papers


def _compiled(paper, chosen, by, now) -> list[Compiled]:
    if refused := access.refusal(by, "change" if paper.pk else "add", Feedback, paper):
        raise PermissionDenied(refused)
    if paper.subject.organization_id != paper.organization_id:
        raise PaperRefused("所选填报期或工作计划不属于本单位。")
    found = compiled(paper, chosen, today=timezone.localdate(now))
    if not found:
        raise PaperRefused(KINDS[paper.kind].nothing_to_say)
    return found


def _template(paper):
    return LetterTemplate.objects.in_use(paper.organization_id, paper.kind)


def _fill(paper, found, template, by, now) -> Feedback:
    """Put the content into the row."""
    letter = replace(found.letter, template=template.sha256 if template else "")
    if found.office:
        paper.recipient = letter.recipient
    paper.report_versions, paper.chosen_items = found.report_versions, found.chosen_items
    paper.snapshot, paper.template = as_stored(letter), template
    paper.digest = digest_of(paper.snapshot)
    paper.compiled_by, paper.compiled_at = by, now
    paper.returned_by, paper.returned_at, paper.returned_reason = None, None, ""
    return paper


def as_stored(letter) -> dict:
    """Return the letter as the database gives it back: tuples have become lists."""
    return json.loads(json.dumps(letter.to_json()))


def digest_of(snapshot) -> str:
    """Return the SHA-256 by which one compiled content is told from another."""
    plain = json.dumps(snapshot, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(plain.encode("utf-8", "surrogatepass")).hexdigest()


# --- has anything changed since? ---------------------------------------------------------------------------


def changed_since(feedback) -> list[Report]:
    """Return the reports that are no longer what a paper was compiled from that knows their versions."""
    if KINDS[feedback.kind].chosen_again:
        return []
    reports = (
        Report.objects.filter(pk__in=feedback.report_versions).select_related("item__plan").order_by("item__position")
    )
    return [
        report
        for report in reports
        if report.status != Report.Status.APPROVED or report.version != feedback.report_versions[str(report.pk)]
    ]


def is_outdated(paper) -> bool:
    """Say whether a paper that can be made again would say something else if it were compiled anew as of its own day."""
    chosen_again = KINDS[paper.kind].chosen_again
    if chosen_again is None:
        return False
    found = compiled(paper, chosen_again(paper), today=timezone.localdate(paper.compiled_at))
    own = [each.letter for each in found if each.office is None or each.office.pk == paper.office_id]
    return not own or as_stored(replace(own[0], template=paper.snapshot.get("template", ""))) != paper.snapshot
