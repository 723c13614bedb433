"""The way of a report: one table, from which buttons, admin actions, docs and tests are made (DESIGN 4).

A step is one conditional UPDATE – status and version must still be what the user saw – in one transaction with
its event and history row: two people cannot both win. "No right" (Refused) and "not now" (Impossible) are
different answers.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F, QuerySet

from tracking.models import Period, Report, ReportEvent, ReportStep
from tracking.notices.outgoing import tell_returned
from workplans import access
from workplans.history import write_history

from .recording import Conflict

S = Report.Status

# Offered when a report is sent back; a reason of one's own can be added or put in their place.
RETURN_REASONS = ("内容空泛", "与目标不对应", "缺少数据", "百分比与文字不符")


class Refused(PermissionDenied):
    """The user has no right to the step; the text says why (Chinese)."""


class Impossible(Exception):
    """The step cannot be taken from where the report is, or lacks what it needs; the text says why (Chinese)."""


@dataclass(frozen=True)
class Transition:
    """One step: from which states, to which, by whom, and what it needs."""

    name: ReportStep
    sources: tuple[str, ...]
    target: Callable[[Report, object], str]
    rule: access.Rule
    needs_note: bool = False
    needs_contents: bool = False
    counts_as_submission: bool = False
    is_told: bool = False  # the office is told of it by the bureau's channels
    style: str = ""  # primary or danger, for its button

    @property
    def label(self) -> str:
        """The step in Chinese, as on its button."""
        return str(self.name.label)

    def refusal(self, user: object, report: Report) -> str | None:
        """Say why the user has no right to it, whatever the state."""
        refused: str | None = self.rule(user, report)
        return refused

    def impossibility(self, report: Report) -> str | None:
        """Say why the report's own state or period bars it."""
        if report.period.status == report.period.Status.ARCHIVED:
            return f"填报期“{report.period}”已归档，不能再{self.label}。"
        if report.status not in self.sources:
            return f"这份进展报告{report.status_label}，不能{self.label}。"
        if self.counts_as_submission and (closed := report.editing_refusal()):
            return str(closed)
        if self.needs_contents:
            return contents_missing(report)
        return None


def to(status: str) -> Callable[[Report, object], str]:
    """A fixed target."""
    return lambda report, user: status


def after_submission(report: Report, user: object) -> str:
    """To the office's head, or past him: a head, a supervisor on behalf, or an office without a head (DESIGN 4)."""
    office = report.office
    own = access.enters_for_office(user, report)
    if own and not access.heads(user, report) and access.has_head(office):
        return S.OFFICE_REVIEW
    return S.BUREAU_REVIEW


def contents_missing(report: Report) -> str | None:
    """Say what a report lacks before it can be submitted: completion and progress (DESIGN 4)."""
    if report.completion_percent is None:
        return "提交前请填写完成率。"
    if not report.unchanged and not report.compiled("progress"):
        return "提交前请填写目前进展情况；确无进展的，请选“本期无新进展”并写明原因。"
    return None


SUBMIT = Transition(
    ReportStep.SUBMIT, (S.DRAFT, S.RETURNED), after_submission, access.submits_report,
    needs_contents=True, counts_as_submission=True, style="primary",
)  # fmt: skip
WITHDRAW = Transition(ReportStep.WITHDRAW, (S.OFFICE_REVIEW, S.BUREAU_REVIEW), to(S.DRAFT), access.withdraws_report)
ENDORSE = Transition(
    ReportStep.ENDORSE, (S.OFFICE_REVIEW,), to(S.BUREAU_REVIEW), access.endorses_report, style="primary"
)
APPROVE = Transition(ReportStep.APPROVE, (S.BUREAU_REVIEW,), to(S.APPROVED), access.approves_report, style="primary")
RETURN = Transition(
    ReportStep.RETURN, (S.OFFICE_REVIEW, S.BUREAU_REVIEW), to(S.RETURNED), access.returns_report,
    needs_note=True, is_told=True, style="danger",
)  # fmt: skip
REOPEN = Transition(
    ReportStep.REOPEN, (S.APPROVED,), to(S.RETURNED), access.reopens_report,
    needs_note=True, is_told=True, style="danger",
)  # fmt: skip
TRANSITIONS = {step.name: step for step in (SUBMIT, WITHDRAW, ENDORSE, APPROVE, RETURN, REOPEN)}
# State → the step of the review that passes a report on from there.
PASSING = {status: step for step in (ENDORSE, APPROVE) for status in step.sources}


def waits_for(user: object, report: Report) -> bool:
    """Say whether the report waits for the user: the period runs, and the step that passes it on is theirs to take.

    `worklists.waiting_reports` asks the database the same; a test holds the two together.
    """
    step = PASSING.get(report.status)
    return step is not None and report.period.status != Period.Status.ARCHIVED and step.refusal(user, report) is None


def available(report: Report, user: object) -> list[Transition]:
    """Return the steps whose button the user sees on this report: those with the right, from this state.

    Missing contents do not hide 提交: pressing it says what is missing.
    """
    if report.period.status == report.period.Status.ARCHIVED:
        return []
    return [
        step for step in TRANSITIONS.values() if report.status in step.sources and step.refusal(user, report) is None
    ]


@transaction.atomic
def perform(
    report: Report, name: ReportStep, *, by: User, now: datetime, note: str = "", expected_version: int | None = None
) -> Report:
    """Take the step `name` of TRANSITIONS; return the report as stored.

    Args:
        report: as the user saw it, with item, office and period.
        expected_version: the version the user saw, `report.version` by default.
        note: the reason; required where the step needs one.

    Raises:
        Refused: the user has no right to it.
        Impossible: the state, the period or missing contents bar it.
        Conflict: somebody changed the report meanwhile.
    """
    step = TRANSITIONS[name]
    expected = report.version if expected_version is None else expected_version
    stored = Report.objects.select_related("office", "item__plan", "period", "saved_by").get(pk=report.pk)
    if refused := step.refusal(by, stored) or access.refusal(by, "view", Report, stored):
        raise Refused(refused)
    if stored.version != expected:
        raise Conflict(stored)
    if impossible := step.impossibility(stored):
        raise Impossible(impossible)
    note = note.strip()
    if step.needs_note and not note:
        raise Impossible(f"{step.label}时请写明原因。")
    return _move(stored, step, by=by, now=now, note=note)


def _move(stored: Report, step: Transition, *, by: User, now: datetime, note: str) -> Report:
    source, target = stored.status, step.target(stored, by)
    changes: dict[str, object] = {"status": target, "version": F("version") + 1}
    if step.counts_as_submission:
        changes |= {"submitted_by": by, "submitted_at": stored.submitted_at or now}
    rows = Report.objects.filter(pk=stored.pk, status=source, version=stored.version).update(**changes)
    if not rows:
        raise Conflict(Report.objects.select_related("saved_by", "period").get(pk=stored.pk))
    stored.refresh_from_db(fields=["status", "version", "submitted_by", "submitted_at"])
    write_history([stored], by=by, now=now, reason=f"{step.label}{'：' if note else ''}{note}"[:100])
    event = ReportEvent.objects.create(
        report=stored, actor=by, at=now, action=step.name, from_status=source, to_status=target, note=note
    )
    if step.is_told:
        tell_returned(event, stored, now=now)
    return stored


def was_taken_by(stored: Report, names: Collection[ReportStep], *, by: User, seen: int, note: str) -> bool:
    """Say whether the last step of `stored` is one of `names`, taken by `by` from version `seen` or later with this note.

    That is a person's own first click; the second one is answered like it.
    """
    last = ReportEvent.objects.filter(report=stored).order_by("-at", "-pk").first()
    if last is None or last.action not in names or last.actor_id != by.pk:
        return False
    return bool(0 <= seen < stored.version and last.note == note.strip())


@transaction.atomic
def perform_many(
    reports: QuerySet[Report],
    name: ReportStep,
    *,
    by: User,
    now: datetime,
    versions: Mapping[int, int],
    note: str = "",
) -> int:
    """Take one step for several reports, all or none; `versions` is report id → version seen. Return how many.

    Raises as `perform`, with the item named in front.
    """
    chosen = list(reports.select_related("office", "item__plan", "period").order_by("item__position"))
    for report in chosen:
        try:
            perform(report, name, by=by, now=now, note=note, expected_version=versions.get(report.pk))
        except (Refused, Impossible) as problem:
            raise type(problem)(f"“{report.item}”：{problem}没有改动任何一份。") from problem
    return len(chosen)
