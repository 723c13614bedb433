"""Compiling papers, signing or issuing them, and what is printed of them: from the signature on nothing changes."""

import hashlib
import json
from dataclasses import replace

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from tracking.models import Feedback, LetterTemplate, PaperKind, Report
from tracking.periods.urging import NotOwed, urge
from workplans import access
from workplans.models import Item, Office

from .compiling import Compiled, compiled, letter_of, line
from .kinds.paper import Letter, day
from .printing import docx_of
from .templating.sandbox import NotPrintable

NOTHING_TO_SAY = {
    PaperKind.FEEDBACK: "请至少选择一项已通过的进展报告。",
    PaperKind.BULLETIN: "这个填报期没有已下达的工作计划，没有可通报的内容。",
    PaperKind.URGING: "所选科室没有未报的事项，不需要催办。",
    PaperKind.HANDOVER: "请至少选择一个推进中、有填报科室的事项。",
}
# What a person wrote on the form, which papers compiled together share.
WORDS = ("title", "basis", "requirements", "dated_on", "contacts", "phones", "with_annex")
COMPILED = ("recipient", "report_versions", "chosen_items", "snapshot", "digest", "template", "compiled_by", "compiled_at")


class NotPossible(Exception):
    """The paper cannot be compiled or signed as it stands; the text is a Chinese sentence."""


# --- compiling ---------------------------------------------------------------------------------------------


@transaction.atomic
def compile_feedback(feedback, chosen, *, by, now) -> Feedback:
    """Store the paper `feedback` describes, new or compiled anew, with its content as of now.

    Args:
        feedback: a row, saved or not, with recipient, basis, style and so on as wanted.
        chosen: what `compiled` takes.

    Raises PermissionDenied, or NotPossible where there is nothing to say or somebody has signed meanwhile.
    """
    if feedback.pk:
        stored = Feedback.objects.select_for_update().get(pk=feedback.pk)
        feedback.status = stored.status
    found = _compiled(feedback, chosen, by, now)
    fitting = [each for each in found if each.office is None or each.office == feedback.office]
    if not fitting:
        raise NotPossible(NOTHING_TO_SAY[PaperKind(feedback.kind)])
    _fill(feedback, fitting[0], _template(feedback), by, now)
    feedback.save()
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
        raise NotPossible("另一位督办员刚刚为其中的科室汇编过，请刷新页面再试。") from problem
    Feedback.objects.bulk_update([paper for paper in papers if paper.office_id in by_office], (*WORDS, *COMPILED))
    return papers


def _compiled(paper, chosen, by, now) -> list[Compiled]:
    if refused := access.refusal(by, "change" if paper.pk else "add", Feedback, paper):
        raise PermissionDenied(refused)
    if paper.subject.organization_id != paper.organization_id:
        raise NotPossible("所选填报期或工作计划不属于本单位。")
    found = compiled(paper, chosen, today=timezone.localdate(now))
    if not found:
        raise NotPossible(NOTHING_TO_SAY[PaperKind(paper.kind)])
    return found


def _template(paper):
    return LetterTemplate.objects.in_use(paper.organization_id, paper.kind)


def _fill(paper, found, template, by, now) -> Feedback:
    """Put the content into the row."""
    letter = replace(found.letter, template=template.sha256 if template else "")
    if found.office:
        paper.recipient = letter.recipient
    paper.report_versions, paper.chosen_items = found.report_versions, found.chosen_items
    paper.snapshot, paper.template = _stored(letter), template
    paper.digest = digest_of(paper.snapshot)
    paper.compiled_by, paper.compiled_at = by, now
    return paper


def _stored(letter) -> dict:
    """Return the letter as the database gives it back: tuples have become lists."""
    return json.loads(json.dumps(letter.to_json()))


def digest_of(snapshot) -> str:
    """Return the SHA-256 by which one compiled content is told from another."""
    plain = json.dumps(snapshot, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(plain.encode("utf-8", "surrogatepass")).hexdigest()


# --- has anything changed since? ---------------------------------------------------------------------------


def changed_since(feedback) -> list[Report]:
    """Return the reports that are no longer what a 反馈 was compiled from."""
    if feedback.kind != PaperKind.FEEDBACK:
        return []
    reports = Report.objects.filter(pk__in=feedback.report_versions).select_related("item__plan").order_by("item__position")
    return [
        report
        for report in reports
        if report.status != Report.Status.APPROVED or report.version != feedback.report_versions[str(report.pk)]
    ]


def is_outdated(paper) -> bool:
    """Say whether a paper other than a 反馈 would say something else if it were compiled anew as of its own day."""
    if paper.kind == PaperKind.FEEDBACK:
        return False
    chosen = {
        PaperKind.URGING: Office.objects.filter(pk=paper.office_id),
        PaperKind.HANDOVER: Item.objects.filter(pk__in=paper.chosen_items),
    }
    found = compiled(paper, chosen.get(PaperKind(paper.kind)), today=timezone.localdate(paper.compiled_at))
    own = [each.letter for each in found if each.office is None or each.office.pk == paper.office_id]
    return not own or _stored(replace(own[0], template=paper.snapshot.get("template", ""))) != paper.snapshot


# --- signing -----------------------------------------------------------------------------------------------


@transaction.atomic
def sign(feedback, *, by, now, digest) -> Feedback:
    """Sign (issue, a 催办单) the paper whose content the person saw (`digest`), and keep the Word file made of it for good.

    Issuing a 催办单 is an urge for each of its reports. Raises PermissionDenied, or NotPossible where it is signed
    already, was compiled anew meanwhile, or what it stands on has changed.
    """
    if refused := access.signs_feedback(by, feedback) or access.refusal(by, "view", Feedback, feedback):
        raise PermissionDenied(refused)
    related = ("organization", "template", "period", "plan")
    stored = Feedback.objects.select_for_update(of=("self",)).select_related(*related).get(pk=feedback.pk)
    if problem := signing_problem(stored, digest):
        raise NotPossible(problem)
    _urge(stored, by, now)
    draft = Feedback.objects.filter(pk=stored.pk, status=Feedback.Status.DRAFT, digest=digest)
    rows = draft.update(status=Feedback.Status.SIGNED, signed_by=by, signed_at=now, **_final(stored, by, now))
    if not rows:
        raise NotPossible(f"这份{stored.get_kind_display()}刚刚被改动，请刷新页面再看。")
    feedback.refresh_from_db()
    return feedback


def _final(paper, by, now) -> dict:
    """Return what is kept of a paper signed by `by`: content and file, each with its digest."""
    letter = signed_letter(paper, by, now)
    snapshot = _stored(letter)
    digest = digest_of(snapshot)
    try:
        document = docx_of(letter, paper.template, author=paper.organization.name, at=now, mark=digest)
    except NotPrintable as problem:
        raise NotPossible(str(problem)) from problem
    return {"snapshot": snapshot, "digest": digest, "document": document, "sha256": hashlib.sha256(document).hexdigest()}


def signing_problem(feedback, digest) -> str | None:
    """Say why the paper cannot be signed as the person saw it."""
    kind, verb = feedback.get_kind_display(), feedback.verb
    if feedback.is_signed:
        return f"这份{kind}已经{verb}。"
    if feedback.digest != digest:
        return f"您打开之后，这份{kind}已重新汇编。请看过新的内容再{verb}。"
    if changed := changed_since(feedback):
        names = "、".join(f"“{report.item}”" for report in changed[:3])
        return f"汇编之后，{names}{'等' if len(changed) > 3 else ''}的进展报告有改动，请督办员重新汇编后再签名。"
    if is_outdated(feedback):
        return f"汇编之后，这份{kind}（{feedback.recipient}）所依据的数据有改动，请督办员重新汇编后再{verb}。"
    return None


def _urge(paper, by, now):
    """Record the urging a 催办单 is."""
    if paper.kind == PaperKind.URGING:
        try:
            urge(Report.objects.filter(pk__in=paper.report_versions), by=by, now=now, note=f"签发{paper.plain_title}")
        except NotOwed as problem:
            raise NotPossible(str(problem)) from problem


def signed_letter(feedback, by, now) -> Letter:
    """Return the letter with the leader's name and the day on its first line, where it has one."""
    letter = letter_of(feedback)
    if not letter.on_top:
        return letter
    return replace(letter, signed=f"{line(by.get_full_name() or by.get_username())} {day(timezone.localdate(now))}")


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
