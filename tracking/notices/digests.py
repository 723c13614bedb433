"""Digests: everything a person is told on a day – what is owed, urged, returned, and waits for review.

Each digest speaks of the time since the person's last one: urges and returns of the days from then to yesterday, and
reminders whose day has come since. So a run that was missed is made up for, and nothing is told twice.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import groupby

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db.models import Max
from django.utils import timezone

from tracking.milestones import due_soon
from tracking.models import (
    Digest,
    DueDateChange,
    Feedback,
    InstructionAnswer,
    InstructionOffice,
    Period,
    Remark,
    Report,
    ReportEvent,
    Urge,
)
from tracking.periods.due_dates import current_calendar
from tracking.periods.workdays import BUILT_IN, WorkCalendar
from tracking.reports.workflow import PASSING, waits_for
from workplans import access
from workplans.models import Milestone
from workplans.people import name_of

FIRST_LOOK_BACK = timedelta(days=7)
LONGEST_LOOK_BACK = timedelta(days=31)
DAYS_AFTER = (1, 3, 7)  # then every week
LAST_REMINDER = 56  # after eight weeks it is for the supervisor to urge or to archive
TITLE_LENGTH = 40
S = Report.Status


def is_reminder_day(due_on: date, day: date) -> bool:
    """Say whether `day` reminds of what is due on `due_on`: some days before, some after, then weekly."""
    left = (due_on - day).days
    if left >= 0:
        return left in settings.REMIND_DAYS_BEFORE
    return -left in DAYS_AFTER or (left % 7 == 0 and -left <= LAST_REMINDER)


def reminder_due(due_on: date, since: date, today: date) -> bool:
    """Say whether a reminder's day has come after `since`, up to and with `today`."""
    days = ((since + timedelta(days=n)) for n in range(1, (today - since).days + 1))
    return any(is_reminder_day(due_on, day) for day in days)


# --- reading ---------------------------------------------------------------------------------------------


@dataclass
class Snapshot:
    """What stands on `today` in all bureaus, read once for everybody."""

    today: date
    missing: list[Report] = field(default_factory=list)
    urges: list[Urge] = field(default_factory=list)
    returns: list[ReportEvent] = field(default_factory=list)
    waiting: list[Report] = field(default_factory=list)
    moved: list[DueDateChange] = field(default_factory=list)
    instructed: list[InstructionOffice] = field(default_factory=list)
    answered: list[InstructionAnswer] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    sent_back: list[Feedback] = field(default_factory=list)
    milestones: list[Milestone] = field(default_factory=list)
    calendar: WorkCalendar = BUILT_IN


LIVE = (Period.Status.OPEN, Period.Status.CLOSED)


def read_snapshot(today: date) -> Snapshot:
    """Read what the digests of `today` can speak of: ten queries, and one for a year the library does not know."""
    order = ("period__due_on", "period_id", "item__plan_id", "item__position")
    reports = (
        Report.objects.filter(period__status__in=LIVE).select_related("item__plan", "office", "period").order_by(*order)
    )
    missing = reports.unreported()
    earliest = today - LONGEST_LOOK_BACK
    of_missing = {"report__in": missing.order_by().values("pk"), "at__date__gte": earliest, "at__date__lt": today}
    related = ("report__item", "report__period")
    return Snapshot(
        today,
        list(missing),
        list(Urge.objects.filter(**of_missing).select_related(*related, "by").order_by("at", "pk")),
        list(
            ReportEvent.objects.filter(**of_missing, to_status=S.RETURNED, report__status=S.RETURNED)
            .select_related(*related, "actor")
            .order_by("at", "pk")
        ),
        list(reports.filter(status__in=PASSING)),
        list(
            DueDateChange.objects.filter(at__date__gte=earliest, at__date__lt=today)
            .select_related("period")
            .order_by("at", "pk")
        ),
        *_said(earliest, today),
        list(
            Feedback.objects.filter(returned_at__date__gte=earliest, returned_at__date__lt=today)
            .select_related("returned_by")
            .defer("snapshot", "document")
            .order_by("returned_at", "pk")
        ),
        list(due_soon(today, max(settings.REMIND_DAYS_BEFORE, default=0)).select_related("item__plan")),
        calendar=BUILT_IN if BUILT_IN.is_announced(today.year) else current_calendar(),
    )


def _said(earliest, today):
    """Read what leaders and offices said: 批示 not answered, answers, questions and answers about reports."""
    recent = {"at__date__gte": earliest, "at__date__lt": today}
    item = "instruction__item__plan"
    yield list(InstructionOffice.objects.unanswered().select_related(item, "instruction__by").order_by("pk"))
    yield list(InstructionAnswer.objects.filter(**recent).select_related(f"addressed__{item}").order_by("at", "pk"))
    yield list(Remark.objects.filter(**recent).select_related("report__item__plan", "by").order_by("at", "pk"))


# --- wording ---------------------------------------------------------------------------------------------


def day_words(day: date) -> str:
    """Return a day as it is said: 11月5日."""
    return f"{day.month}月{day.day}日"


@dataclass(frozen=True)
class Telling:
    """One line of a digest, and where it leads: a place of `leading.PLACES`, and the row there."""

    text: str
    place: str = ""
    pk: int | None = None


def shortened(text: str) -> str:
    """Return the beginning of a text where it is long."""
    return text if len(text) <= TITLE_LENGTH else f"{text[:TITLE_LENGTH]}…"


def item_line(report, note="") -> Telling:
    """Return one line on an item, which leads to its report."""
    return Telling(f"  · {shortened(str(report.item))}{f'：{note}' if note else ''}", "report", report.pk)


def due_words(due_on: date, today: date) -> str:
    """Say how near a due date is."""
    left = (due_on - today).days
    if left > 0:
        return f"还有 {left} 天"
    return f"已逾期 {-left} 天" if left else "今天截止"


def _owed(snapshot, held, since):
    mine = [
        report
        for report in snapshot.missing
        if report.office_id in held.offices and reminder_due(report.period.due_on, since, snapshot.today)
    ]
    for period, reports in groupby(mine, key=lambda report: report.period):
        reports = list(reports)
        lines = [item_line(report) for report in reports]
        shut = period.status == Period.Status.CLOSED and not any(report.is_reopened for report in reports)
        when = f"报送截止{day_words(period.due_on)}，{due_words(period.due_on, snapshot.today)}"
        yield Telling(f"【待报送】“{period}”{when}，共 {len(lines)} 项：", "my")
        yield from lines
        if shut:
            yield Telling("  填报期已截止，需要补报的请联系督办员对本科室重新开放。")


def _urged(snapshot, held, since):
    mine = [
        urge
        for urge in snapshot.urges
        if urge.report.office_id in held.offices and timezone.localdate(urge.at) >= since
    ]
    for (at, _by, note), urges in groupby(mine, key=lambda urge: (urge.at, urge.by_id, urge.note)):
        urges = list(urges)
        told = f"【催办】{day_words(timezone.localdate(at))}，{name_of(urges[0].by)}催办 {len(urges)} 项：{note}"
        yield Telling(told, "my")
        yield from (item_line(urge.report) for urge in urges)


def _returned(snapshot, held, since):
    mine = {
        event.report_id: event
        for event in snapshot.returns
        if event.report.office_id in held.offices and timezone.localdate(event.at) >= since
    }
    if mine:
        yield Telling(f"【已退回】{len(mine)} 项，请修改后重新报送：", "my")
        yield from (item_line(event.report, event.note) for event in mine.values())


def _instructed(snapshot, held, since):
    """批示 that wait for an answer of one's offices: when they are new, and on reminder days before they are due."""
    for one in snapshot.instructed:
        said = one.instruction
        is_new = since <= timezone.localdate(said.at) < snapshot.today
        if one.office_id in held.offices and (
            is_new or (said.due_on and reminder_due(said.due_on, since, snapshot.today))
        ):
            until = f"，{day_words(said.due_on)}前回复，{due_words(said.due_on, snapshot.today)}" if said.due_on else ""
            yield Telling(f"【批示】{name_of(said.by)}{until}：{said}", "item", said.item_id)


def _answered(snapshot, held, since):
    """Answers, for the leader who asked."""
    for one in snapshot.answered:
        said = one.addressed.instruction
        if said.organization_of() in held.led and timezone.localdate(one.at) >= since:
            yield Telling(f"【批示回复】{one.addressed}：{one.text[:TITLE_LENGTH]}", "item", said.item_id)


def _remarked(snapshot, held, since):
    """Questions for the office that is asked, answers for the supervisors."""
    for one in snapshot.remarks:
        is_mine = (
            one.report.organization_of() in held.supervised
            if one.is_from_office
            else one.report.office_id in held.offices
        )
        if is_mine and timezone.localdate(one.at) >= since:
            yield Telling(
                f"【{'答复' if one.is_from_office else '提问'}】{name_of(one.by)}：{one}", "report", one.report_id
            )


def _sent_back(snapshot, held, since):
    """Letters a leader sent back, for those who compile them."""
    for paper in snapshot.sent_back:
        if paper.organization_id in held.supervised and timezone.localdate(paper.returned_at) >= since:
            told = f"【文书退回】{name_of(paper.returned_by)}退回“{paper.plain_title}”：{paper.returned_reason[:TITLE_LENGTH]}"
            yield Telling(told, "paper", paper.pk)


def _moved(snapshot, held, since):
    """Due dates moved by a 放假安排, for those who report and those who supervise."""
    for change in snapshot.moved:
        organization = change.period.organization_id
        concerned = organization in held.supervised or (held.offices and organization in held.organizations)
        if concerned and timezone.localdate(change.at) >= since:
            days = f"由{day_words(change.from_day)}改为{day_words(change.to_day)}"
            place = ("period", change.period_id) if organization in held.supervised else ("my", None)
            yield Telling(f"【截止日期调整】“{change.period}”的报送截止{days}：{change.reason}。", *place)


def _milestones(snapshot, held, since):
    """Milestones that come near or have passed, for the office that reports on the item; those passed for supervisors."""
    due = [each for each in snapshot.milestones if reminder_due(each.due_on, since, snapshot.today)]
    mine = [each for each in due if each.item.reporting_office_id in held.offices]
    yield from _milestone_lines("【里程碑】本科室", mine, snapshot.today)
    late = [each for each in due if each.due_on < snapshot.today and each not in mine]
    late = [each for each in late if each.organization_of() in held.supervised]
    yield from _milestone_lines("【里程碑逾期】", late, snapshot.today)


def _milestone_lines(heading, milestones, today):
    if milestones:
        yield Telling(f"{heading} {len(milestones)} 个里程碑，完成的请在事项或填报页面登记：")
        for each in milestones:
            said = f"{shortened(str(each.item))}：{shortened(each.what)}"
            when = f"{day_words(each.due_on)}，{due_words(each.due_on, today)}"
            yield Telling(f"  · {said}（{when}）", "item", each.item_id)


def _waiting(snapshot, user):
    mine = [report for report in snapshot.waiting if waits_for(user, report)]
    for status, where in ((S.OFFICE_REVIEW, "科室审核"), (S.BUREAU_REVIEW, "办公室审核")):
        if reports := [report for report in mine if report.status == status]:
            sent = [timezone.localdate(report.submitted_at) for report in reports if report.submitted_at]
            oldest = f"，最早的于{day_words(min(sent))}提交" if sent else ""
            yield Telling(f"【待审核】{len(reports)} 份进展报告等待{where}{oldest}。", "review")


# Everything but what waits for review, in the order of a notice; each takes (snapshot, standing, since).
TOLD = (_instructed, _owed, _urged, _returned, _answered, _remarked, _sent_back, _moved, _milestones)


def digest_lines(snapshot: Snapshot, user, since: date) -> list[Telling]:
    """Return what the user is told, nothing where there is nothing to tell; no query for one of `access.standings`.

    What only waits for review is no reason to write on a day off.
    """
    held = access.standing(user)
    parts = [told(snapshot, held, since) for told in TOLD]
    blocks = [lines for lines in map(list, parts) if lines]
    if blocks or snapshot.calendar.is_workday(snapshot.today):
        blocks += [[line] for line in _waiting(snapshot, user)]
    return [line for block in blocks for line in (Telling(""), *block)][1:]


# --- making ----------------------------------------------------------------------------------------------


def make_digests(today: date) -> int:
    """Make the digests of `today` that are not there yet; return how many. The queries do not grow with the people."""
    snapshot = read_snapshot(today)
    last = dict(Digest.objects.filter(on__lte=today).order_by().values_list("user").annotate(Max("on")))
    new = []
    for user in access.standings(get_user_model().objects.order_by("pk")):
        if last.get(user.pk) == today:
            continue
        since = max(last.get(user.pk, today - FIRST_LOOK_BACK), today - LONGEST_LOOK_BACK)
        if lines := digest_lines(snapshot, user, since):
            links = [[n, line.place, line.pk] for n, line in enumerate(lines) if line.place]
            new.append(Digest(user=user, on=today, body="\n".join(line.text for line in lines), links=links))
    Digest.objects.bulk_create(new, ignore_conflicts=True)
    return len(new)
