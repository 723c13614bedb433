"""Two people at one form of 数据管理: the second sees both texts, and nothing is undone in silence."""

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.test import override_settings
from django.urls import reverse

from accounts.models import Application
from accounts.tokens import make_account
from tests.base import NOW, CastTestCase, make_user
from tests.page_forms import sent_by_browser
from tests.tracking.test_holiday_notice import OF_2027
from tracking.models import HolidayNotice, Period, Report
from workplans import access
from workplans.access import Role
from workplans.admin.conflicts import ConflictMixin
from workplans.models import Assignment, Item, Membership, Milestone, Office, Organization, Plan, Section, Target, Task

USER = get_user_model()
REFUSED = "您的修改还没有保存"


@override_settings(API=True)
class ConflictCase(CastTestCase):
    """One record of each kind that can be changed, open in two browsers."""

    def setUp(self):
        """Make the records and the two people of each."""
        self.second = make_user("second", self.bureau, Role.SUPERVISOR, first_name="王督办")
        self.plan = self.make_plan(status=Plan.Status.DRAFT)
        self.item = self.make_item(self.plan, tasks=("高中",))
        self.assignment = self.item.assignments.get()
        Target.objects.create(item=self.item, position=1, text="新增学位800个", value=800, unit="个")
        self.milestone = Milestone.objects.create(item=self.item, position=1, what="印发方案", due_on=NOW.date())
        self.period = self.make_period()
        self.notice = HolidayNotice.objects.create(year=2027, text=OF_2027, uploaded_by=self.admin, uploaded_at=NOW)
        self.other_root = make_user("root2", is_superuser=True)
        self.application = Application.objects.create(
            organization=self.bureau, name="数据平台", account=make_account("数据平台")
        )

    def url(self, row):
        """The address of a record's form."""
        return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])

    def opened(self, row, by):
        """What the browser of `by` holds of the form, just opened."""
        self.client.force_login(by)
        return sent_by_browser(self.client.get(self.url(row)), f"{row._meta.model_name}_form")

    def post(self, row, data, by):
        """Press 保存."""
        self.client.force_login(by)
        return self.client.post(self.url(row), data)


class EveryFormTest(ConflictCase):
    """The same of every registered admin class."""

    def records(self):
        """(record, the two people, the box, what the first writes, what the second writes, other box, its new value)."""
        both, roots = (self.second, self.supervisor), (self.other_root, self.admin)
        return {
            Organization: (self.bureau, roots, "name", "虹口教育局", "上海市虹口区教育局", "aliases", "虹口局"),
            Office: (self.moral, both, "name", "德育与体卫艺科", "德育处", "position", "7"),
            Membership: (
                self.other_reporter.memberships.get(),
                roots,
                "office",
                f"{self.moral.pk}",
                f"{self.coordinating.pk}",
                "role",
                "head",
            ),
            Plan: (self.plan, both, "title", "甲方案", "乙方案", "document_number", "虹教〔2024〕1号"),
            Section: (self.plan.only_section, both, "title", "甲板块", "乙板块", "text", "引言。"),
            Item: (self.item, both, "body", "甲的内容", "乙的内容", "leader", "张局长"),
            Assignment: (self.assignment, both, "role", "support", "responsible", "position", "5"),
            Task: (self.item.tasks.get(), both, "title", "甲任务", "乙任务", "group", "上级"),
            Milestone: (self.milestone, both, "what", "甲节点", "乙节点", "position", "5"),
            Period: (self.period, both, "label", "甲期", "乙期", "grace_days", "3"),
            HolidayNotice: (self.notice, roots, "text", OF_2027 + "甲", OF_2027 + "乙", None, None),
            Application: (self.application, roots, "name", "甲平台", "乙平台", None, None),
            USER: (self.nobody, roots, "first_name", "甲姓名", "乙姓名", "email", "a@example.gov.cn"),
        }

    def test_every_class_whose_rows_somebody_can_change_has_the_mechanism_and_a_record_here(self):
        people = self.people().values()
        with_rules = {
            model
            for model in admin.site._registry
            if model._meta.model_name in access.RULES
            and any(access.refusal(person, "change", model) is None for person in people)
        }
        # A report is written on the form of its own page, which has versions: tests/tracking/test_report_admin.py.
        self.assertEqual(with_rules - {Report}, set(self.records()))
        for model in with_rules - {Report}:
            self.assertIsInstance(admin.site._registry[model], ConflictMixin)

    def test_the_second_save_shows_both_texts_and_undoes_nothing(self):
        for model, (row, (first, second), name, one, other, *_rest) in self.records().items():
            with self.subTest(model=model.__name__):
                mine, theirs = self.opened(row, second), self.opened(row, first)
                self.assertEqual(self.post(row, theirs | {name: [one]}, first).status_code, 302)
                stored = self.stored(row, name)
                response = self.post(row, mine | {name: [other]}, second)
                self.assertContains(response, REFUSED)
                self.assertEqual(self.stored(row, name), stored)
                [difference] = response.context["conflict"].differences
                self.assertNotIn("", (difference.typed, difference.stored))
                self.assertContains(response, difference.stored.splitlines()[0])
                again = sent_by_browser(response, f"{model._meta.model_name}_form")
                self.assertEqual([text.replace("\r\n", "\n") for text in again[name]], [other])
                # Who has seen both may decide.
                self.assertEqual(self.post(row, again, second).status_code, 302)
                self.assertNotEqual(self.stored(row, name), stored)

    def test_what_the_second_left_alone_keeps_what_the_first_stored(self):
        for model, (row, (first, second), name, one, _other, beside, value) in self.records().items():
            if beside is None:  # a form of one box
                continue
            with self.subTest(model=model.__name__):
                mine, theirs = self.opened(row, second), self.opened(row, first)
                self.post(row, theirs | {name: [one]}, first)
                stored = self.stored(row, name)
                response = self.post(row, mine | {beside: [value]}, second)
                self.assertContains(response, REFUSED)
                again = sent_by_browser(response, f"{model._meta.model_name}_form")
                self.assertEqual(again[beside], [value])
                self.assertEqual(self.post(row, again, second).status_code, 302)
                self.assertEqual(self.stored(row, name), stored)
                told = self.stored(row, beside)
                self.assertEqual("、".join(told) if isinstance(told, list) else str(told), value)

    def test_a_form_nobody_else_touched_is_saved_at_once(self):
        for model, (row, (first, _second), name, one, *_rest) in self.records().items():
            with self.subTest(model=model.__name__):
                data = self.opened(row, first)
                self.assertEqual(self.post(row, data | {name: [one]}, first).status_code, 302)

    def stored(self, row, name):
        """The value in the database."""
        fresh = type(row).objects.get(pk=row.pk)
        return getattr(fresh, fresh._meta.get_field(name).attname)


class InlineTest(ConflictCase):
    """Rows of an inline are known by their keys, wherever they stand."""

    def test_a_row_two_people_changed(self):
        task = self.item.tasks.get()
        mine, theirs = self.opened(self.item, self.supervisor), self.opened(self.item, self.second)
        self.post(self.item, theirs | {"tasks-0-title": ["甲任务"]}, self.second)
        response = self.post(self.item, mine | {"tasks-0-title": ["乙任务"]}, self.supervisor)
        self.assertContains(response, REFUSED)
        self.assertContains(response, "甲任务")
        self.assertContains(response, "乙任务")
        self.assertEqual(Task.objects.get(pk=task.pk).title, "甲任务")

    def test_a_row_added_and_one_deleted_meanwhile(self):
        gone = Task.objects.create(item=self.item, position=2, title="将被删除")
        mine, theirs = self.opened(self.item, self.supervisor), self.opened(self.item, self.second)
        new = {
            "tasks-2-position": ["3"],
            "tasks-2-group": [""],
            "tasks-2-title": ["他人新增"],
            "tasks-TOTAL_FORMS": ["3"],
            "tasks-1-DELETE": ["on"],
        }
        self.assertEqual(self.post(self.item, theirs | new, self.second).status_code, 302)
        own = {
            "tasks-2-position": ["4"],
            "tasks-2-group": [""],
            "tasks-2-title": ["我新增"],
            "tasks-TOTAL_FORMS": ["3"],
            "tasks-1-title": ["我改了它"],
        }
        response = self.post(self.item, mine | own, self.supervisor)
        self.assertContains(response, REFUSED)
        self.assertContains(response, "已被他人删除")
        self.assertContains(response, "我改了它")
        again = sent_by_browser(response, "item_form")
        self.assertEqual(self.post(self.item, again, self.supervisor).status_code, 302)
        self.assertEqual(
            list(self.item.tasks.order_by("pk").values_list("title", flat=True)), ["高中", "他人新增", "我新增"]
        )
        self.assertFalse(Task.objects.filter(pk=gone.pk).exists())

    def test_what_is_shown_again_after_another_mistake_still_knows_what_was_seen(self):
        mine, theirs = self.opened(self.item, self.supervisor), self.opened(self.item, self.second)
        response = self.post(self.item, mine | {"title": [""], "body": ["乙"]}, self.supervisor)
        self.assertNotContains(response, REFUSED)
        again = sent_by_browser(response, "item_form")
        self.post(self.item, theirs | {"body": ["甲"]}, self.second)
        self.assertContains(self.post(self.item, again | {"title": ["标题"]}, self.supervisor), REFUSED)
        self.assertEqual(Item.objects.get(pk=self.item.pk).body, "甲")

    def test_who_saved_meanwhile_is_named(self):
        for row, name in ((self.item, "body"), (self.moral, "name")):
            with self.subTest(row=row):
                mine, theirs = self.opened(row, self.supervisor), self.opened(row, self.second)
                self.post(row, theirs | {name: ["甲"]}, self.second)
                self.assertContains(self.post(row, mine | {name: ["乙"]}, self.supervisor), "王督办")

    def test_a_damaged_hidden_field_is_no_fault(self):
        for value in ("", "{", "[]", "7", '{"a":1}', "null"):
            with self.subTest(value=value):
                data = self.opened(self.item, self.supervisor) | {"seen": [value]}
                self.assertIn(self.post(self.item, data, self.supervisor).status_code, (200, 302))
