"""The rows of a made-up city, as tuples in the order in which time would have brought them.

Yields (table, row); `COLUMNS` says what stands in a row. The same size gives the same rows on every machine.
"""

from calendar import monthrange
from random import Random

from .shape import BUSY_ITEMS, ITEMS, ITEMS_WITH_TASKS, LAST_YEAR, MOST_YEARS, OFFICES, PERIODS, TASKS, Shape
from .texts import Writer

TEXTS = ("progress", "difficulties", "next_steps")
REPORT = (
    "id", *TEXTS, "item_id", "period_id", "completion_percent", "status", "version", "saved_by_id", "saved_at",
    "submitted_by_id", "submitted_at", "office_id",
)  # fmt: skip
ITEM = (
    "id",
    "plan_id",
    "section_id",
    "position",
    "number",
    "title",
    "body",
    "deadline",
    "status",
    "reporting_office_id",
)
TASK_REPORT = ("id", *TEXTS, "report_id", "task_id")
HISTORY = ("history_origin", "history_user_id", "history_date", "history_type")
COLUMNS = {
    "auth_user": ("id", "username", "password", "first_name", "is_superuser", "is_staff", "is_active", "date_joined"),
    "workplans_organization": ("id", "name"),
    "workplans_office": ("id", "organization_id", "name", "position"),
    "workplans_membership": ("user_id", "organization_id", "office_id", "role"),
    "workplans_plan": ("id", "organization_id", "title", "year", "start_on", "end_on", "status"),
    "workplans_section": ("id", "plan_id", "position", "ordinal", "title"),
    "workplans_item": ITEM,
    "workplans_historicalitem": (*ITEM, *HISTORY),
    "workplans_assignment": ("item_id", "office_id", "role", "position"),
    "workplans_task": ("id", "item_id", "position", "title"),
    "tracking_period": (
        "id", "organization_id", "label", "year", "start_on", "as_of", "opens_on", "due_on", "grace_days", "status",
    ),
    "tracking_report": (*REPORT, "office_name"),
    "tracking_historicalreport": (*REPORT, *HISTORY),
    "tracking_taskreport": TASK_REPORT,
    "tracking_historicaltaskreport": (*TASK_REPORT, *HISTORY),
    "tracking_reportevent": ("report_id", "actor_id", "at", "action", "from_status", "to_status"),
}  # fmt: skip

# Places of people. Below 0: of no organization, who see everything: 系统管理员, and a leader of every organization.
ADMIN, CITY = -1, -2
FIRST_USER, PER_ORGANIZATION = 10, 20
SUPERVISOR, LEADER, REPORTERS, HEADS = 0, 1, 2, 2 + OFFICES
OFFICE_NAMES = ("办公室", "德育科", "计财科", "基教科", "组织科", "体卫艺科", "督导室", "人事科")
BUSY = 0  # the office that answers for BUSY_ITEMS items of each plan, all under way; the others share the rest
SECTIONS = "一二三四五"
OLD = (("approved", 0.97), ("draft", 1))
CLOSED = (("approved", 0.92), ("returned", 0.94), ("bureau_review", 0.96), ("draft", 1))
OPEN = (
    ("approved", 0.3),
    ("bureau_review", 0.5),
    ("office_review", 0.6),
    ("returned", 0.65),
    ("begun", 0.8),
    ("draft", 1),
)
ITEM_STATUS = (("active", 0.9), ("done", 0.95), ("suspended", 0.97), ("cancelled", 1))


def user_id(organization: int, place: int) -> int:
    """Return the id of one of an organization's people: SUPERVISOR, LEADER, REPORTERS + office, HEADS + office;
    of ADMIN or CITY whatever the organization."""
    if place in (ADMIN, CITY):
        return -place
    return FIRST_USER + organization * PER_ORGANIZATION + place


def office_id(organization: int, number: int) -> int:
    """Return the id of an organization's office (both counted from 0)."""
    return organization * OFFICES + number + 1


class City:
    """Makes the rows."""

    def __init__(self, shape: Shape):
        self.shape = shape
        self.random = Random(7)
        self.writer = Writer(11)
        self.ids = dict.fromkeys(COLUMNS, 0)
        self.told: dict[int, tuple] = {}  # item → its texts of the period before
        self.items: dict[int, list] = {}  # organization → [(id, status, office number, task ids, pace)] of the year

    def next(self, table: str) -> int:
        """Return the next id of `table`."""
        self.ids[table] += 1
        return self.ids[table]

    def choose(self, table) -> str:
        """Return one of the words of a table of (word, cumulated probability)."""
        lot = self.random.random()
        return next(word for word, up_to in table if lot <= up_to)

    def rows(self):
        """Yield everything: organizations and people, then year by year and month by month."""
        yield from self.people()
        for year in range(LAST_YEAR - MOST_YEARS + 1, LAST_YEAR + 1):
            having = self.shape.having(year)
            for organization in having:
                yield from self.plan(organization, year)
            for month in range(1, PERIODS + 1):
                for organization in having:
                    yield from self.period(organization, year, month)

    def people(self):
        """Yield organizations, offices, users, memberships."""
        joined = "2015-01-05 01:00:00"
        yield "auth_user", (user_id(0, ADMIN), "bench_admin", "!", "系统管理员", True, True, True, joined)
        yield "auth_user", (user_id(0, CITY), "bench_city", "!", "市教委", False, False, True, joined)
        for organization in range(self.shape.organizations):
            pk = organization + 1
            yield "workplans_organization", (pk, f"第{pk}区教育局")
            yield "workplans_membership", (user_id(0, CITY), pk, None, "leader")
            places = [(SUPERVISOR, None, "supervisor"), (LEADER, None, "leader")]
            for number, name in enumerate(OFFICE_NAMES):
                office = office_id(organization, number)
                yield "workplans_office", (office, pk, name, number)
                places += [(REPORTERS + number, office, "reporter"), (HEADS + number, office, "head")]
            for place, office, role in places:
                user = user_id(organization, place)
                yield "auth_user", (user, f"bench_{user}", "!", self.writer.name(), False, False, True, joined)
                yield "workplans_membership", (user, pk, office, role)

    def plan(self, organization, year):
        """Yield one plan with its sections and items, and their history."""
        plan, title = self.next("workplans_plan"), f"第{organization + 1}区教育局{year}年工作要点"
        span = f"{year}-01-01", f"{year}-12-31"
        yield "workplans_plan", (plan, organization + 1, title, year, *span, "issued")
        sections = []
        for number, ordinal in enumerate(SECTIONS, start=1):
            sections.append(self.next("workplans_section"))
            yield "workplans_section", (sections[-1], plan, number, ordinal, self.writer.title()[:20])
        self.items[organization], self.told = [], {} if organization == 0 else self.told
        for position in range(1, ITEMS + 1):
            section = sections[(position - 1) * len(sections) // ITEMS]
            yield from self.item(organization, year, plan, section, position)

    def item(self, organization, year, plan, section, position):
        """Yield one item with its assignments, tasks and history."""
        pk, number = self.next("workplans_item"), 1 + int(self.random.random() * (OFFICES - 1))
        status = self.choose(ITEM_STATUS)
        if position % (ITEMS // BUSY_ITEMS) == 0 and position // (ITEMS // BUSY_ITEMS) <= BUSY_ITEMS:
            status, number = "active", BUSY
        office = office_id(organization, number)
        deadline = f"{year}-{self.random.randint(3, 12):02}-28" if self.random.random() < 0.5 else None
        title, body = self.writer.title(), self.writer.body()
        row = (pk, plan, section, position, str(position), title, body, deadline, status, office)
        yield "workplans_item", row
        supervisor = user_id(organization, SUPERVISOR)
        yield "workplans_historicalitem", (*row, "import", supervisor, f"{year}-01-05 01:00:00", "+")
        yield "workplans_assignment", (pk, office, "lead", 1)
        yield "workplans_assignment", (pk, office_id(organization, (number + 3) % OFFICES), "support", 2)
        tasks = []
        if position % ITEMS_WITH_TASKS == 0:
            for place in range(1, TASKS + 1):
                tasks.append(self.next("workplans_task"))
                yield "workplans_task", (tasks[-1], pk, place, f"分解任务{place}")
        self.items[organization].append((pk, status, number, tasks, 0.6 + self.random.random() * 0.5))

    def period(self, organization, year, month):
        """Yield one period and its reports: the last of all is open, the last year's closed, the others archived."""
        pk, last = self.next("tracking_period"), monthrange(year, month)[1]
        as_of, due = f"{year}-{month:02}-{last}", f"{year + month // 12}-{month % 12 + 1:02}-05"
        status = "archived" if year < LAST_YEAR else "closed" if month < PERIODS else "open"
        label = f"{year}年1-{month}月" if month > 1 else f"{year}年1月"
        opens = f"{year}-{month:02}-20"
        yield "tracking_period", (pk, organization + 1, label, year, f"{year}-01-01", as_of, opens, due, 2, status)
        lots = {"archived": OLD, "closed": CLOSED, "open": OPEN}[status]
        for item in self.items[organization]:
            yield from self.report(organization, item, pk, month, (opens, as_of), lots)

    def report(self, organization, item, period, month, days, lots):
        """Yield one report with its tasks, events and history."""
        pk, status = self.next("tracking_report"), self.choose(lots)
        item_id, _status, office, tasks, pace = item
        opened, saved = f"{days[0]} 01:00:00", f"{days[1]} 02:{self.random.randint(0, 59):02}:00"
        by, supervisor = user_id(organization, REPORTERS + office), user_id(organization, SUPERVISOR)
        empty = (
            pk,
            "",
            "",
            "",
            item_id,
            period,
            None,
            "draft",
            0,
            None,
            None,
            None,
            None,
            office_id(organization, office),
        )
        yield "tracking_historicalreport", (*empty, "command", None, opened, "+")
        row = empty
        if status != "draft":
            row = self._written(empty, status, month, pace, (by, saved))
            yield "tracking_historicalreport", (*row, "form", by, saved, "~")
        yield "tracking_report", (*row, OFFICE_NAMES[office])
        if row[11]:
            sent = "bureau_review" if status in ("approved", "returned") else status
            yield "tracking_reportevent", (pk, by, saved, "submit", "draft", sent)
            if status in ("approved", "returned"):
                action = "approve" if status == "approved" else "return"
                yield "tracking_reportevent", (pk, supervisor, saved, action, sent, status)
        for task in tasks:
            yield from self._part(pk, task, status != "draft", opened, (by, saved))

    def _written(self, empty, status, month, pace, saved):
        """Return the row of a report with contents; "begun" is a draft that was saved."""
        percent = f"{min(100, month * 100 / PERIODS * pace):.1f}"
        texts = self.told[empty[4]] = self.writer.texts_after(self.told.get(empty[4]))
        sent = (None, None) if status == "begun" else saved
        status = "draft" if status == "begun" else status
        return (empty[0], *texts, *empty[4:6], percent, status, 2, *saved, *sent, empty[13])

    def _part(self, report, task, is_written, opened, saved):
        """Yield what is reported of one task."""
        pk = self.next("tracking_taskreport")
        row = empty = (pk, "", "", "", report, task)
        yield "tracking_historicaltaskreport", (*empty, "command", None, opened, "+")
        if is_written:
            row = (pk, self.writer.next_steps(), "", "", report, task)
            yield "tracking_historicaltaskreport", (*row, "form", *saved, "~")
        yield "tracking_taskreport", row
