"""The demonstration: a year of reporting played through the public verbs, as people of the bureaus would do it.

What they say stands in `fixtures/demonstration_reports.toml`. Days are counted from the day it is made, so that the
period under way is always under way; all else is the same each time.
"""

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cached_property
from itertools import cycle, islice
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone

from papers.compiling import compile_feedback
from papers.kinds.feedback import compilable
from tracking.expected import row_expected
from tracking.models import Feedback, Period, Report, ReportStep, SavedView
from tracking.periods.periods import move_period, open_period, reopen_for_office
from tracking.periods.urging import default_note, urge
from tracking.reports.instructing import answer, instruct, remark
from tracking.reports.recording import record
from tracking.reports.workflow import RETURN_REASONS, perform, perform_many
from workplans.history import write_history
from workplans.lifecycle import decide, request_closing, suspend
from workplans.milestones import mark_done
from workplans.models import Item, Milestone, Plan

TEXTS = Path(settings.BASE_DIR, "fixtures", "demonstration_reports.toml")
GRACE_DAYS = 3
S = Report.Status


@dataclass(frozen=True)
class Stretch:
    """A period to be played: the last month it covers, on which day it is due, and where it stands in the end."""

    month: int
    due_in: int
    status: str = Period.Status.OPEN


ARCHIVED, CLOSED = Period.Status.ARCHIVED, Period.Status.CLOSED
# The bureau whose story is told in full, and the others, which have reached the middle of theirs.
TOLD, TOLD_SO_FAR = (
    "虹口区教育局",
    (Stretch(3, -231, ARCHIVED), Stretch(6, -140, ARCHIVED), Stretch(9, -33, CLOSED), Stretch(10, -2)),
)
ELSEWHERE = (Stretch(9, -36, CLOSED), Stretch(10, 7))
STATES = {"approved", "bureau", "office", "returned", "saved", "empty", "grace", "made_up"}


@dataclass(frozen=True)
class Story:
    """What one office says of its item in one period, and how far its report comes."""

    contents: dict
    state: str


@transaction.atomic
def play(today: date, announce: Callable[[str], object]) -> None:
    """Play the year of every plan that reports regularly, telling what came of it."""
    texts = tomllib.loads(TEXTS.read_text(encoding="utf-8"))
    for plan in Plan.objects.exclude(kind=Plan.Kind.SPECIAL).select_related("organization").order_by("pk"):
        is_told = plan.organization.name == TOLD
        stage = Stage(plan, today, told(texts) if is_told else elsewhere(texts["elsewhere"]))
        for number, stretch in enumerate(TOLD_SO_FAR if is_told else ELSEWHERE):
            if date(plan.year, stretch.month, 1) > plan.start_on:
                stage.act(number, stretch)
        if is_told:
            stage.set_deadlines(texts["deadlines"])
            stage.set_milestones(texts["milestone"])
            stage.compile_letter(texts["letter"])
            stage.speak(texts["said"])
            SavedView.objects.create(
                user=stage.supervisor, plan=plan, name="滞后且有困难", query="progress=red&difficulties=1"
            )
        announce(f"    {plan.organization}：{len(stage.periods)} 个填报期，{stage.handed_in} 份进展报告已报送")


def told(texts) -> Callable[[Item, int, Period], Story]:
    """Return who tells the story of an item from its own lines in the file."""
    lines = {line["number"]: line for line in texts["item"]}

    def tell(item, number, period):
        line = lines[item.number]
        percent = line["percent"][number]
        contents = {
            "completion_percent": None if percent == "" else Decimal(percent),
            "progress": "".join(line["progress"][: number + 1]),
            "difficulties": (line["difficulties"][number : number + 1] or [""])[0],
            "next_steps": line["next"] if number > 1 else texts["next_in_spring"],
        }
        return Story(contents, (line.get("states") or ["approved"] * 4)[number])

    return tell


def elsewhere(texts) -> Callable[[Item, int, Period], Story]:
    """Return who tells of any item what the other bureaus say, each item a little differently."""
    pace = ("1.04", "0.98", "0.9", "1", "0.72", "1.08", "0.55", "0.95")
    states = ("approved", "bureau", "saved", "approved", "empty", "bureau", "approved", "empty", "saved", "approved")

    def tell(item, number, period):
        turn = item.position
        percent = min(Decimal(100), row_expected(item, period) * Decimal(pace[turn % len(pace)]))
        contents = {
            "completion_percent": percent.quantize(Decimal(1)),
            "progress": "".join(islice(cycle(texts["progress"]), turn, turn + number + 1)).format(
                title=item.title.strip()
            ),
            "difficulties": texts["difficulties"][turn % len(texts["difficulties"])],
            "next_steps": texts["next"][turn % len(texts["next"])],
        }
        return Story(contents, states[turn % len(states)] if period.is_open() else "approved")

    return tell


class Stage:
    """One plan being played: its people, its periods, and the day it is."""

    def __init__(self, plan, today, tell):
        self.plan, self.today, self.tell = plan, today, tell
        self.periods, self.handed_in = [], 0

    @cached_property
    def supervisor(self):
        """Who supervises the bureau."""
        return get_user_model().objects.get(username=f"{self.short}_supervisor")

    @property
    def short(self) -> str:
        """How the accounts of the bureau begin."""
        return {"虹口": "hk", "长宁": "cn", "宝山": "bs", "静安": "ja"}[self.plan.organization.name[:2]]

    @cached_property
    def clerks(self):
        """Who reports for an office, and who heads it: by office."""
        users = get_user_model().objects.filter(memberships__office__organization=self.plan.organization).order_by("pk")
        found = {}
        for user in users.distinct().prefetch_related("memberships"):
            for membership in user.memberships.all():
                found.setdefault(membership.office_id, []).append(user)
        return found

    def at(self, day: int, hour: int = 10) -> datetime:
        """Return a time of the day `day` days from today."""
        return timezone.make_aware(datetime.combine(self.today + timedelta(days=day), time(hour)))

    def act(self, number, stretch):
        """Play one period from its opening to where it stands today."""
        self.before_opening(number, stretch)
        period = self.make_period(stretch)
        open_period(period, by=self.supervisor, now=self.at(stretch.due_in - 10, 9))
        self.periods.append(period)
        late = [report for report in self.reports(period) if self.write(report, number, stretch)]
        self.review(period, stretch)
        if stretch.status == Period.Status.OPEN:
            self.chase(period)
            return
        move_period(period, Period.Status.CLOSED, by=self.supervisor)
        for report in late:
            self.make_up(report, number, stretch)
        if stretch.status == Period.Status.ARCHIVED:
            move_period(period, Period.Status.ARCHIVED, by=self.supervisor)

    def before_opening(self, number, stretch):
        """Close and suspend what ends before the last period of the told story."""
        if self.plan.organization.name != TOLD or number != len(TOLD_SO_FAR) - 1:
            return
        done, resting = (self.plan.items.get(number=each) for each in ("11", "22"))
        clerk = self.clerks[done.reporting_office_id][0]
        asked = request_closing(done, "招生入学工作已全部完成，材料已归档。", by=clerk, now=self.at(-30))
        decide(asked, True, by=self.supervisor, now=self.at(-29))
        suspend(resting, "受疫情影响，互访和跟岗培训无法安排，报局领导同意暂缓。", by=self.supervisor, now=self.at(-28))

    def make_period(self, stretch):
        """Create the period from the plan's first month to the stretch's last."""
        year, first = self.plan.year, self.plan.start_on
        last = date(year + stretch.month // 12, stretch.month % 12 + 1, 1) - timedelta(days=1)
        due_on = self.today + timedelta(days=stretch.due_in)
        return Period.objects.create(
            organization=self.plan.organization, label=f"{year}年{first.month}-{stretch.month}月", year=year,
            start_on=first, as_of=last, opens_on=due_on - timedelta(days=10), due_on=due_on,
            grace_days=GRACE_DAYS if stretch.status != Period.Status.OPEN else 0,
        )  # fmt: skip

    def reports(self, period):
        """Return the period's reports as those who write them see them."""
        return Report.objects.filter(period=period).select_related("item__plan", "office", "period").order_by("pk")

    def write(self, report, number, stretch) -> bool:
        """Let the office write its report as far as its story goes; return whether it will be made up for later."""
        story = self.tell(report.item, number, report.period)
        if story.state not in STATES:
            raise ValueError(f"no such state of a report: {story.state}")
        if story.state in ("empty", "made_up"):
            return story.state == "made_up"
        day = stretch.due_in + (2 if story.state == "grace" else -1 - report.item.position % 5)
        self.send(report, story, min(day, -1))
        return False

    def send(self, report, story, day):
        """Record and hand in one report on a day; its office's head passes it on."""
        clerk, *heads = self.clerks[report.office_id]
        record(report, story.contents, by=clerk, now=self.at(day))
        if story.state == "saved":
            return
        sent = perform(report, ReportStep.SUBMIT, by=clerk, now=self.at(day, 11))
        self.handed_in += 1
        if sent.status == S.OFFICE_REVIEW and story.state != "office":
            perform(sent, ReportStep.ENDORSE, by=heads[0], now=self.at(day, 15))

    def review(self, period, stretch):
        """Approve and return what has come to the bureau's own office."""
        for report in self.reports(period).filter(status=S.BUREAU_REVIEW):
            state = self.tell(report.item, len(self.periods) - 1, period).state
            if state == "returned":
                perform(
                    report,
                    ReportStep.RETURN,
                    by=self.supervisor,
                    now=self.at(stretch.due_in, 16),
                    note=RETURN_REASONS[2],
                )
                self.handed_in -= 1
        keep = [
            r.pk
            for r in self.reports(period)
            if self.tell(r.item, len(self.periods) - 1, period).state in ("approved", "grace")
        ]
        chosen = self.reports(period).filter(status=S.BUREAU_REVIEW, pk__in=keep)
        versions = dict(chosen.values_list("pk", "version"))
        now = self.at(min(stretch.due_in + GRACE_DAYS, -1), 17)
        perform_many(chosen, ReportStep.APPROVE, by=self.supervisor, now=now, versions=versions)

    def make_up(self, report, number, stretch):
        """Open the closed period again for the office, which then hands in late."""
        office, day = report.office, stretch.due_in + GRACE_DAYS + 4
        reopen_for_office(
            report.period,
            office,
            self.today + timedelta(days=day + 3),
            "项目验收资料补齐后补报。",
            by=self.supervisor,
            now=self.at(day, 9),
        )
        again = self.reports(report.period).get(pk=report.pk)
        self.send(again, self.tell(again.item, number, again.period), day + 1)
        again = self.reports(report.period).get(pk=report.pk)
        perform(again, ReportStep.APPROVE, by=self.supervisor, now=self.at(day + 2))

    def chase(self, period):
        """Urge the offices that are late."""
        owed = self.reports(period).unfinished().filter(status=S.DRAFT, period__due_on__lt=self.today)
        if owed:
            urge(owed, by=self.supervisor, now=self.at(-1, 9), note=default_note(period))

    def set_deadlines(self, days):
        """Set the deadlines of the items told, in days from today."""
        items = list(self.plan.items.filter(number__in=days))
        for item in items:
            item.deadline = self.today + timedelta(days=days[item.number])
        Item.objects.bulk_update(items, ["deadline"])
        write_history(items, by=self.supervisor, now=self.at(-20), reason="按年度任务分解表补录完成时限")

    def speak(self, said):
        """Let the leader write 批示 on items, one of them answered, and the supervisors ask about a report."""
        leader = get_user_model().objects.get(username=f"{self.short}_leader")
        items = {item.number: item for item in self.plan.items.select_related("reporting_office", "plan__organization")}
        for line in said["instructions"]:
            item = items[line["number"]]
            due_on = self.today + timedelta(days=line["due_in"])
            spoken = instruct(
                item, [item.reporting_office], text=line["text"], due_on=due_on, by=leader, now=self.at(-3, 17)
            )
            if answered := line.get("answer"):
                answer(
                    spoken.addressed.get(),
                    text=answered,
                    by=self.clerks[item.reporting_office_id][0],
                    now=self.at(-1, 11),
                )
        asked = said["question"]
        report = self.reports(self.periods[-1]).get(item__number=asked["number"])
        remark(report, text=asked["text"], by=self.supervisor, now=self.at(-2, 10))
        remark(report, text=asked["answer"], by=self.clerks[report.office_id][0], now=self.at(-1, 10))

    def set_milestones(self, lines):
        """Write down what items reach on their way, and when some were reached or moved."""
        items = {item.number: item for item in self.plan.items.all()}
        for position, line in enumerate(lines, start=1):
            day = self.day_of(line["day"]) if "day" in line else self.today + timedelta(days=line["in_days"])
            row = Milestone(item=items[line["item"]], position=position, what=line["what"], due_on=day)
            row.expected_percent = line.get("percent")
            if "was" in line:
                row.due_on = self.today + timedelta(days=line["was"])
            Milestone.objects.bulk_create([row])
            write_history([row], by=self.supervisor, now=self.at(-60), reason="按年度任务分解表补录", created=True)
            if "was" in line:
                row.due_on = day
                Milestone.objects.bulk_update([row], ["due_on"])
                write_history([row], by=self.supervisor, now=self.at(-3), reason="与成果展示合并")
            if "done" in line:
                done_on = self.day_of(line["done"])
                mark_done(row, done_on, by=self.supervisor, now=self.at(-2), today=max(self.today, done_on))

    def day_of(self, month_and_day):
        """Return a day of the plan's year."""
        return date(self.plan.year, *month_and_day)

    def compile_letter(self, words):
        """Compile the letter on the last period closed; it waits for a leader's signature."""
        period = self.periods[-2]
        style = Feedback.HeadingStyle.ONE_ITEM_A_CHAPTER
        letter = Feedback(
            organization=self.plan.organization, period=period, dated_on=self.today, heading_style=style, **words
        )
        compile_feedback(letter, compilable(period, self.supervisor), by=self.supervisor, now=self.at(-1, 16))
