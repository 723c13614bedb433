"""The cast of every test: one bureau with two offices and its people, and someone of another bureau."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.contrib.auth import get_user_model
from django.test import TestCase

from tracking.models import Period, Report, TaskReport
from workplans.access import Role
from workplans.models import Assignment, Item, Membership, Office, Organization, Plan, Section, Task

PASSWORD = "Correct-Horse-9"
NOW = datetime(2024, 10, 28, 9, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
TODAY = NOW.date()


def make_user(name, organization=None, role=None, office=None, **kw):
    """Create a user, with a membership where a role is given."""
    user = get_user_model().objects.create_user(name, password=PASSWORD, **kw)
    if role:
        Membership.objects.create(user=user, organization=organization, office=office, role=role)
    return user


class Cast:
    """Makes the people and offices once a class: mix into a TestCase, call `cast()` in `setUpTestData`."""

    @classmethod
    def cast(cls):
        """Create both bureaus, the offices and everybody who plays."""
        cls.bureau = Organization.objects.create(name="虹口区教育局")
        cls.other_bureau = Organization.objects.create(name="静安区教育局")
        office = Office.objects.create
        cls.coordinating = office(organization=cls.bureau, name="办公室", kind=Office.Kind.COORDINATING, position=1)
        cls.moral = office(organization=cls.bureau, name="德育科", aliases=["德育"], position=2)
        cls.finance = office(organization=cls.bureau, name="计财科", position=3)
        cls.foreign_office = office(organization=cls.other_bureau, name="德育科")
        cls.reporter = make_user("reporter", cls.bureau, Role.REPORTER, cls.moral, first_name="填报人")
        cls.head = make_user("head", cls.bureau, Role.HEAD, cls.moral, first_name="科长")
        cls.other_reporter = make_user("other", cls.bureau, Role.REPORTER, cls.finance)
        cls.supervisor = make_user("supervisor", cls.bureau, Role.SUPERVISOR, first_name="督办员")
        cls.leader = make_user("leader", cls.bureau, Role.LEADER)
        cls.outsider = make_user("outsider", cls.other_bureau, Role.SUPERVISOR)
        cls.admin = make_user("root", is_superuser=True)
        cls.nobody = make_user("nobody")

    @classmethod
    def people(cls):
        """Return everybody by the name the tests call them."""
        names = ("reporter", "head", "other_reporter", "supervisor", "leader", "outsider", "admin", "nobody")
        return {name: getattr(cls, name) for name in names}

    @classmethod
    def make_plan(cls, **kw):
        """Create an issued plan of 2024 with one section, `plan.only_section`."""
        values = {
            "organization": cls.bureau,
            "title": f"虹口区教育局2024年工作要点{Plan.objects.count() or ''}",
            "year": 2024,
            "start_on": date(2024, 1, 1),
            "end_on": date(2024, 12, 31),
            "status": Plan.Status.ISSUED,
        }
        plan = Plan.objects.create(**(values | kw))
        plan.only_section = Section.objects.create(plan=plan, position=1, ordinal="一", title="落实立德树人根本任务")
        return plan

    @classmethod
    def make_item(cls, plan, lead=None, tasks=(), **kw):
        """Create the plan's next item, led and reported by `lead` (the 德育科 by default)."""
        position = plan.items.count() + 1
        office = lead or cls.moral
        values = {
            "section": plan.sections.first(),
            "position": position,
            "number": str(position),
            "title": f"推进第{position}项重点工作",
            "body": "深化思政课改革创新，统筹推进“思政课一体化”建设。",
            "reporting_office": office,
        }
        item = Item.objects.create(plan=plan, **(values | kw))
        Assignment.objects.create(item=item, office=office, role=Assignment.Role.LEAD, position=1)
        for number, title in enumerate(tasks, start=1):
            Task.objects.create(item=item, position=number, title=title)
        return item

    @classmethod
    def make_period(cls, **kw):
        """Create the open period 2024年1-10月."""
        values = {
            "organization": cls.bureau,
            "label": "2024年1-10月",
            "year": 2024,
            "start_on": date(2024, 1, 1),
            "as_of": date(2024, 10, 31),
            "opens_on": date(2024, 10, 20),
            "due_on": date(2024, 11, 5),
            "status": Period.Status.OPEN,
        }
        return Period.objects.create(**(values | kw))

    @classmethod
    def make_report(cls, item, period, **kw):
        """Create a report with a row for each of the item's tasks; `saved_at` is set when contents are given."""
        if kw:
            kw.setdefault("saved_at", NOW)
        report = Report.objects.create(item=item, period=period, **kw)
        for task in item.tasks.all():
            TaskReport.objects.create(report=report, task=task)
        return report


class CastTestCase(Cast, TestCase):
    """A test case in which the cast is on stage."""

    @classmethod
    def setUpTestData(cls):
        """Put the cast on stage."""
        super().setUpTestData()
        cls.cast()
