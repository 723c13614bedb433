"""What a day brings: 到期 and 逾期 an office, and the day in one message (每日汇总), written by `send_digests`."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime
from itertools import groupby

from tracking.models import Digest, MessageEvent

from .digests import Snapshot, is_reminder_day, read_snapshot
from .leading import address
from .outgoing import Happening, is_on, tell


def tell_of_day(*, today: date, now: datetime) -> int:
    """Write the messages of `today` that are not there yet; return how many. The queries do not grow with the rows."""
    if not is_on():
        return 0
    snapshot = read_snapshot(today)
    count = tell(MessageEvent.DUE, _reminders(snapshot, is_over=False), now=now)
    count += tell(MessageEvent.OVERDUE, _reminders(snapshot, is_over=True), now=now)
    return count + tell(MessageEvent.DAILY, [*_bureaus(snapshot), *_people(today)], now=now)


def _reminders(snapshot: Snapshot, *, is_over: bool) -> Iterable[Happening]:
    """Return what is due soon, or overdue, an office and period, on the days that remind of it."""
    due = [
        report
        for report in snapshot.missing
        if report.office_id
        and is_reminder_day(report.period.due_on, snapshot.today)
        and (report.period.due_on < snapshot.today) == is_over
    ]
    due.sort(key=lambda report: (report.period_id, report.office_id))
    for (period, office), group in groupby(due, key=lambda report: (report.period_id, report.office_id)):
        reports = list(group)
        yield Happening(
            key=f"{period}-{office}-{snapshot.today}",
            organization=reports[0].organization_of(),
            office=office,
            office_name=reports[0].owed_by,
            title=f"“{reports[0].period}”还有 {len(reports)} 项待报送",
            path=address("my"),
            on=reports[0].period.due_on,
        )


def _bureaus(snapshot: Snapshot) -> Iterable[Happening]:
    """Return one line a bureau, for its groups: nobody's own business, so no person's name."""
    missing, late, waiting = Counter[int](), Counter[int](), Counter[int]()
    for report in snapshot.missing:
        missing[report.organization_of()] += 1
        late[report.organization_of()] += report.period.due_on < snapshot.today
    for report in snapshot.waiting:
        waiting[report.organization_of()] += 1
    for organization in sorted(missing.keys() | waiting.keys()):
        counts = ((missing, "待报送"), (late, "其中已逾期"), (waiting, "待审核"))
        parts = [f"{words} {rows[organization]} 项" for rows, words in counts if rows[organization]]
        yield Happening(
            key=f"{organization}-{snapshot.today}",
            organization=organization,
            title="，".join(parts),
            path=address("notices"),
            on=snapshot.today,
            people=frozenset(),
        )


def _people(today: date) -> Iterable[Happening]:
    """Return one message a person who has a notice today; the groups are told by `_bureaus`."""
    own = Digest.objects.filter(on=today).order_by("pk")
    serving = own.values_list("pk", "user_id", "user__memberships__organization_id", "body").distinct()
    for digest, user, organization, body in serving:
        if organization:
            yield Happening(
                key=f"{digest}-{organization}",
                organization=organization,
                title=f"今天有 {body.count('【')} 件事请登录查看",
                path=address("notices"),
                on=today,
                text=body,
                people=frozenset([user]),
                for_groups=False,
            )
