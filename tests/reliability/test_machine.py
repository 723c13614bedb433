"""The workflow under 10,000 random steps: never a state or a way outside the table, nothing moves once archived."""

from collections import Counter, namedtuple

from django.core.exceptions import PermissionDenied
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.base import NOW, CastTestCase, make_user
from tracking.models import Period, Report, ReportEvent
from tracking.periods.periods import WrongStatus, move_period
from tracking.reports.recording import Conflict, record
from tracking.reports.workflow import TRANSITIONS, Impossible, Refused, perform
from workplans.access import Role

STEPS = 10_000
STEPS_A_LIFE = 100
# The table of DESIGN 4, written down a second time: step → from, to.
WAYS = {
    "submit": ({"draft", "returned"}, {"office_review", "bureau_review"}),
    "withdraw": ({"office_review", "bureau_review"}, {"draft"}),
    "endorse": ({"office_review"}, {"bureau_review"}),
    "approve": ({"bureau_review"}, {"approved"}),
    "return": ({"office_review", "bureau_review"}, {"returned"}),
    "reopen": ({"approved"}, {"returned"}),
}
# What sensible people do, so that a life gets somewhere; the other half of the steps is blind chance.
SENSIBLE = {
    "draft": (("save", "reporter"), ("submit", "reporter"), ("submit", "head"), ("submit", "supervisor")),
    "returned": (("save", "head"), ("submit", "reporter"), ("submit", "head")),
    "office_review": (("endorse", "head"), ("endorse", "head"), ("return", "head"), ("withdraw", "reporter")),
    "bureau_review": (("approve", "second"), ("approve", "second"), ("return", "supervisor"), ("withdraw", "head")),
    "approved": (("reopen", "supervisor"), ("save", "reporter")),
}
PEOPLE = ("second", "reporter", "head", "other_reporter", "supervisor", "leader", "outsider", "admin", "nobody")
Contents = namedtuple("Contents", "period status version progress completion")


def machine_of(case):
    """Return the machine that plays on the rows of a test case; each life is undone at its end."""

    class Life(RuleBasedStateMachine):
        taken = 0
        ways = Counter()

        def __init__(self):
            super().__init__()
            self.life = transaction.atomic()
            self.life.__enter__()
            self.changes = 0
            self.events = 0
            self.rows = case.report.history.count()
            self.now = Report.objects.select_related("item__plan", "item__reporting_office", "period").get(
                pk=case.report.pk
            )

        def teardown(self):
            try:
                assert case.report.history.count() == self.rows + self.changes
                assert ReportEvent.objects.count() == self.events
            finally:
                transaction.set_rollback(True)
                self.life.__exit__(None, None, None)

        def read(self):
            """Bring what is known of the report up to what is stored."""
            names = ("status", "version", "progress", "completion_percent")
            stored = Report.objects.filter(pk=case.report.pk).values_list(*names, "period__status").get()
            for name, value in zip(names, stored, strict=False):
                setattr(self.now, name, value)
            self.now.period.status = stored[-1]

        def attempt(self, act):
            """Do something to the report as it is; return whether it was done."""
            Life.taken += 1
            self.before = self.contents(self.now)
            try:
                with transaction.atomic():
                    done = act(self.now)
            except (Refused, Impossible, Conflict, WrongStatus, PermissionDenied):
                done = False
            self.read()
            if self.before.period == Period.Status.ARCHIVED:
                assert self.contents(self.now) == self.before
            return done is not False

        @staticmethod
        def contents(report):
            return Contents(
                report.period.status, report.status, report.version, report.progress, report.completion_percent
            )

        @rule(
            name=st.sampled_from(sorted(WAYS)), person=st.sampled_from(PEOPLE), stale=st.sampled_from((0, 0, 0, 0, 1))
        )
        def step(self, name, person, stale):
            self.perform(name, person, stale)

        def perform(self, name, person, stale):
            def act(report):
                perform(
                    report, name, by=getattr(case, person), now=NOW, note="缺少数据",
                    expected_version=report.version - stale,
                )  # fmt: skip

            if self.attempt(act):
                assert not stale
                self.changes += 1
                self.events += 1
                event = ReportEvent.objects.latest("pk")
                sources, targets = WAYS[name]
                assert event.action == name and event.from_status == self.before.status
                assert event.from_status in sources and event.to_status in targets
                assert self.now.status == event.to_status
                Life.ways[event.from_status, name, event.to_status] += 1

        @rule(person=st.sampled_from(PEOPLE), percent=st.integers(0, 100), text=st.sampled_from(("", "甲", "乙")))
        def save(self, person, percent, text):
            self.record(person, percent, text)

        def record(self, person, percent, text):
            def act(report):
                changes = {"completion_percent": percent, "progress": text}
                return record(report, changes, by=getattr(case, person), now=NOW)

            if self.attempt(act):
                self.changes += 1
                assert self.before.status in ("draft", "returned")

        @rule(dice=st.integers(0, 11))
        def sensible(self, dice):
            ways = SENSIBLE[self.now.status]
            name, person = ways[dice % len(ways)]
            if name == "save":
                self.record(person, dice * 5, "甲乙丙"[dice % 3])
            else:
                self.perform(name, person, 0)

        @precondition(lambda self: self.events > 20)
        @rule(status=st.sampled_from((Period.Status.CLOSED, Period.Status.ARCHIVED)))
        def move(self, status):
            self.attempt(lambda report: move_period(report.period, status, by=case.supervisor))

        @invariant()
        def nothing_outside_the_table(self):
            assert self.now.status in Report.Status.values
            assert self.now.version == self.changes

    return Life


class WorkflowMachineTest(CastTestCase):
    """Random lives of one report."""

    def test_10000_steps(self):
        self.second = make_user("second", self.bureau, Role.SUPERVISOR)
        self.report = self.make_report(self.make_item(self.make_plan()), self.make_period())
        machine = machine_of(self)
        chosen = settings(
            max_examples=STEPS // STEPS_A_LIFE + 8,  # a life can end early
            stateful_step_count=STEPS_A_LIFE,
            deadline=None,
            database=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        )
        run_state_machine_as_test(machine, settings=chosen)
        print(f"\n{machine.taken} steps, {machine.ways}", flush=True)
        self.assertEqual(set(WAYS), set(TRANSITIONS))
        self.assertGreaterEqual(machine.taken, STEPS)
        possible = {(source, name, target) for name, (froms, tos) in WAYS.items() for source in froms for target in tos}
        self.assertEqual(set(machine.ways), possible, "every way of the table was gone")
