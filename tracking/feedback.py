"""Compiling the feedback of a period from approved reports, and signing it: after that nothing of it changes."""

import hashlib
import json
from dataclasses import replace

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from workplans import access
from workplans.cells import shown
from workplans.models import Item, Plan

from .dashboards import board_rows
from .exports.columns import PROGRESS_SHEET
from .exports.letter import letter_docx
from .letter import CHAPTERS, Annex, AnnexRow, Entry, Letter, Part, chapters_of
from .models import Feedback, Report

ANNEX_TITLE = "推进情况表"


class NotPossible(Exception):
    """The letter cannot be compiled or signed as it stands; the text is a Chinese sentence."""


# --- what the letter says ----------------------------------------------------------------------------------


def compilable(period, user):
    """Return the reports of `period` a letter can be made from: approved ones, in the order of the plans."""
    reports = Report.objects.visible_to(user).filter(period=period, status=Report.Status.APPROVED)
    return reports.select_related("item__section", "item__plan").order_by("item__plan_id", "item__position")


def letter_for(feedback, reports, *, today) -> Letter:
    """Return the letter `feedback` describes, on `reports` (approved, of its period); nothing is stored."""
    rows = rows_of(feedback.period, reports, today)
    entries = [entry_of(row) for row in rows]
    style = Feedback.HeadingStyle(feedback.heading_style)
    day = feedback.dated_on
    return Letter(
        title="\n".join(filter(None, map(line, shown(feedback.title).splitlines()))),
        recipient=line(feedback.recipient).rstrip("：:"),
        opening=shown(feedback.basis).strip(),
        chapters=chapters_of(entries, is_three_blocks=style == Feedback.HeadingStyle.THREE_BLOCKS),
        signature=feedback.organization.name,
        date=f"{day.year}年{day.month}月{day.day}日",
        contacts=line(feedback.contacts),
        phones=line(feedback.phones),
        annex=annex_of(feedback, rows) if feedback.with_annex else None,
    )


def line(text) -> str:
    """Return a text as one line."""
    return " ".join(shown(text).split())


def rows_of(period, reports, today):
    """Return a board row for the item of each report, in the order of the plans."""
    items = Item.objects.filter(reports__in=reports)
    plans = {plan.pk: plan for plan in Plan.objects.filter(items__in=items).select_related("organization").distinct()}
    return board_rows(plans, period, items.distinct(), today)


def entry_of(row) -> Entry:
    """Return what the letter needs of one item."""
    report, kinds = row.report, [kind for kind, _ in CHAPTERS]
    texts = {kind: shown(getattr(report, kind)).strip() for kind in kinds}
    parts = tuple(
        Part(
            line(task_report.task.group),
            line(task_report.task.title),
            {kind: shown(getattr(task_report, kind)).strip() for kind in kinds},
            task_report.printed_headings,
        )
        for task_report in report.task_reports.all()
    )
    if report.unchanged and not texts["progress"]:
        texts["progress"] = f"本期无新进展：{shown(report.unchanged_reason).rstrip('。')}。"
    gap = row.gap
    return Entry(
        number=line(row.item.number),
        title=line(row.item.title).rstrip("。"),
        body=" ".join(shown(row.item.body).split("\n")),
        percent=row.completion_percent,
        expected=row.expected_percent,
        is_behind=gap is not None and gap > 0,
        texts=texts,
        parts=parts,
        is_project=row.item.plan.kind == Plan.Kind.SPECIAL,
    )


def annex_of(feedback, rows) -> Annex:
    """Return the 推进情况表 of the items: the columns of the workbook."""
    period, columns = feedback.period, PROGRESS_SHEET
    found, section = [], None
    for row in rows:
        if row.item.section != section and row.item.section.title:
            found.append(AnnexRow(section=line(str(row.item.section))))
        section = row.item.section
        values = (column.source(row) for column in columns)
        found.append(AnnexRow(tuple(shown("" if value is None else str(value)) for value in values)))
    titles = list(dict.fromkeys(row.item.plan.title for row in rows))
    return Annex(
        title=f"{titles[0] if len(titles) == 1 else '重点工作'}{ANNEX_TITLE}（{period.label}）",
        caption=(f"单位：{feedback.organization}", f"截至日期：{period.as_of:%Y-%m-%d}"),
        headings=tuple(column.heading for column in columns),
        widths=tuple(column.width for column in columns),
        centred=tuple(column.centred for column in columns),
        rows=tuple(found),
    )


def letter_of(feedback) -> Letter:
    """Return the letter as it was compiled."""
    return Letter.from_json(feedback.snapshot)


def digest_of(snapshot) -> str:
    """Return the SHA-256 by which one compiled content is told from another."""
    plain = json.dumps(snapshot, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(plain.encode("utf-8", "surrogatepass")).hexdigest()


def changed_since(feedback) -> list[Report]:
    """Return the reports that are no longer what the letter was compiled from."""
    reports = Report.objects.filter(pk__in=feedback.report_versions).select_related("item__plan").order_by("item__position")
    return [
        report
        for report in reports
        if report.status != Report.Status.APPROVED or report.version != feedback.report_versions[str(report.pk)]
    ]


# --- verbs -------------------------------------------------------------------------------------------------


@transaction.atomic
def compile_feedback(feedback, reports, *, by, now) -> Feedback:
    """Store the letter `feedback` describes, new or compiled anew, with its content as of now.

    Args:
        feedback: a row, saved or not, with recipient, basis, style and so on as wanted.
        reports: a Report queryset; only approved ones of the feedback's period are taken.

    Raises PermissionDenied, or NotPossible where no approved report is chosen or somebody has signed meanwhile.
    """
    if feedback.pk:
        stored = Feedback.objects.select_for_update().get(pk=feedback.pk)
        feedback.status = stored.status
    if refused := access.refusal(by, "change" if feedback.pk else "add", Feedback, feedback):
        raise PermissionDenied(refused)
    if feedback.period.organization_id != feedback.organization_id:
        raise NotPossible("所选填报期不属于本单位。")
    approved = reports.filter(period=feedback.period, status=Report.Status.APPROVED).order_by()
    versions = {str(pk): version for pk, version in approved.values_list("pk", "version")}
    if not versions:
        raise NotPossible("请至少选择一项已通过的进展报告。")
    letter = letter_for(feedback, approved, today=timezone.localdate(now))
    feedback.report_versions, feedback.snapshot = versions, letter.to_json()
    # As the database gives it back: tuples have become lists.
    feedback.snapshot = json.loads(json.dumps(feedback.snapshot))
    feedback.digest = digest_of(feedback.snapshot)
    feedback.compiled_by, feedback.compiled_at = by, now
    feedback.save()
    return feedback


@transaction.atomic
def sign(feedback, *, by, now, digest) -> Feedback:
    """Sign the letter whose content the leader saw (`digest`), and keep the Word file made of it for good.

    Raises PermissionDenied, or NotPossible where it is signed already, was compiled anew meanwhile, or a report it
    stands on has changed.
    """
    if refused := access.signs_feedback(by, feedback) or access.refusal(by, "view", Feedback, feedback):
        raise PermissionDenied(refused)
    stored = Feedback.objects.select_for_update(of=("self",)).select_related("organization").get(pk=feedback.pk)
    if problem := signing_problem(stored, digest):
        raise NotPossible(problem)
    letter = signed_letter(stored, by, now)
    snapshot = letter.to_json()
    document = letter_docx(letter, author=stored.organization.name, at=now)
    rows = Feedback.objects.filter(pk=stored.pk, status=Feedback.Status.DRAFT, digest=digest).update(
        status=Feedback.Status.SIGNED,
        signed_by=by,
        signed_at=now,
        snapshot=snapshot,
        digest=digest_of(snapshot),
        document=document,
        sha256=hashlib.sha256(document).hexdigest(),
    )
    if not rows:
        raise NotPossible("这份反馈刚刚被改动，请刷新页面再看。")
    feedback.refresh_from_db()
    return feedback


def signing_problem(feedback, digest) -> str | None:
    """Say why the letter cannot be signed as the leader saw it."""
    if feedback.is_signed:
        return "这份反馈已经签名。"
    if feedback.digest != digest:
        return "您打开之后，这份反馈已重新汇编。请看过新的内容再签名。"
    if changed := changed_since(feedback):
        names = "、".join(f"“{report.item}”" for report in changed[:3])
        return f"汇编之后，{names}{'等' if len(changed) > 3 else ''}的进展报告有改动，请督办员重新汇编后再签名。"
    return None


def signed_letter(feedback, by, now) -> Letter:
    """Return the letter with the leader's name and the day on its first line."""
    day = timezone.localdate(now)
    name = line(by.get_full_name() or by.get_username())
    return replace(letter_of(feedback), signed=f"{name} {day.year}年{day.month}月{day.day}日")


def document_of(feedback) -> bytes:
    """Return the Word file: the one signed, byte for byte, else one made of the draft as compiled."""
    if feedback.is_signed:
        return bytes(feedback.document)
    return letter_docx(letter_of(feedback), author=feedback.organization.name, at=feedback.compiled_at)


@transaction.atomic
def drop_feedback(feedback, *, by) -> None:
    """Delete a draft. Raises PermissionDenied."""
    stored = Feedback.objects.select_for_update().get(pk=feedback.pk)
    if refused := access.refusal(by, "delete", Feedback, stored):
        raise PermissionDenied(refused)
    stored.delete()
