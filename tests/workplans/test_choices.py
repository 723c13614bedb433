"""Whoever reads several organizations is never offered two things that look alike: walked over every page there is."""

from html.parser import HTMLParser

from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.base import CastTestCase, make_user
from tests.every_url import EveryUrl, url_names
from workplans.access import Role
from workplans.models import Membership, Office, Organization, Section


class Menus(HTMLParser):
    """The selects of a page, `{name: [(group, text, value)]}`, and its drop-downs of links, each a list of texts."""

    def __init__(self, page):
        super().__init__()
        self.selects, self.drops = {}, []
        self.select = self.group = self.option = self.drop = self.link = None
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        """Open what is opened."""
        attrs = dict(attrs)
        if tag == "select":
            self.select, self.group = self.selects.setdefault(attrs.get("name", ""), []), ""
        elif tag == "optgroup":
            self.group = attrs["label"]
        elif tag == "option" and self.select is not None:
            self.option = [self.group, "", attrs.get("value", "")]
        elif tag == "details" and "menu" in attrs.get("class", "").split():
            self.drop = []
        elif tag == "a" and self.drop is not None:
            self.link = ""

    def handle_data(self, data):
        """Take the text."""
        if self.option is not None:
            self.option[1] += data
        if self.link is not None:
            self.link += data

    def handle_endtag(self, tag):
        """Close what is closed."""
        if tag == "option" and self.option is not None:
            self.select.append(tuple(self.option))
            self.option = None
        elif tag == "optgroup":
            self.group = ""
        elif tag == "select":
            self.select = None
        elif tag == "a" and self.link is not None:
            self.drop.append(self.link)
            self.link = None
        elif tag == "details" and self.drop is not None:
            self.drops.append(self.drop)
            self.drop = None


def twice(texts) -> list:
    """Return what is said more than once."""
    texts = list(texts)
    return sorted({text for text in texts if texts.count(text) > 1})


class ChoicesTest(EveryUrl, CastTestCase):
    """Two bureaus with offices, plans, periods and people of the same names, and those who see both."""

    @classmethod
    def setUpTestData(cls):
        """Make everything once in each bureau."""
        super().setUpTestData()
        cls.make_rows()
        for office in (cls.coordinating, cls.finance):
            Office.objects.create(organization=cls.other_bureau, name=office.name, kind=office.kind)
        plan = cls.rows["plan"]
        cls.other_plan = cls.make_plan(organization=cls.other_bureau, title=plan.title)
        cls.make_item(cls.other_plan, lead=cls.foreign_office)
        cls.make_period(organization=cls.other_bureau)
        cls.both = make_user("both", cls.bureau, Role.SUPERVISOR, first_name="张伟")
        Membership.objects.create(user=cls.both, organization=cls.other_bureau, role=Role.SUPERVISOR)
        make_user("both2", cls.other_bureau, Role.REPORTER, cls.foreign_office, first_name="张伟")
        Organization.objects.update(people_by_supervisor=True)

    def menus(self, path, user):
        """Return what the page offers; None where it is no page."""
        self.client.force_login(user)
        response = self.client.get(path)
        is_page = response.status_code == 200 and response.headers["Content-Type"].startswith("text/html")
        return Menus(response.content.decode()) if is_page else None

    def test_no_page_offers_two_things_that_look_alike(self):
        walked = 0
        for user in (self.both, self.admin):
            for name in url_names():
                if (menus := self.menus(self.path(name), user)) is None:
                    continue
                walked += 1
                with self.subTest(url=name, user=user.username):
                    for options in menus.selects.values():
                        self.assertEqual(twice((group, text.strip()) for group, text, value in options if value), [])
                    for texts in menus.drops:
                        self.assertEqual(twice(texts), [])
        self.assertGreater(walked, 200)

    def test_every_admin_form_of_a_new_row_groups_what_belongs_to_several(self):
        grouped = set()
        for model in admin.site._registry:
            path = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_add")
            if menus := self.menus(path, self.both):
                for name, options in menus.selects.items():
                    if {group for group, _text, _value in options} >= {"虹口区教育局", "静安区教育局"}:
                        grouped.add((model._meta.model_name, name))
        wanted = {("item", "reporting_office"), ("item", "plan"), ("item", "section"), ("section", "plan")}
        wanted |= {("assignment", "office"), ("membership", "office"), ("item", "assignments-__prefix__-office")}
        self.assertLessEqual(wanted, grouped)

    def test_the_form_of_a_row_offers_its_own_bureau_alone(self):
        own = set(Office.objects.filter(organization=self.bureau).values_list("name", flat=True))
        item = self.rows["item"]
        menus = self.menus(reverse("admin:workplans_item_change", args=[item.pk]), self.both)
        for name, options in menus.selects.items():
            if name.endswith("office"):
                with self.subTest(name):
                    self.assertLessEqual({text for _group, text, value in options if value}, own)
                    self.assertEqual({group for group, _text, _value in options}, {""})
        sections = {int(value) for _group, _text, value in menus.selects["section"] if value}
        self.assertEqual(
            sections, set(Section.objects.filter(plan__organization=self.bureau).values_list("pk", flat=True))
        )

    def test_another_bureaus_office_sent_by_hand_is_refused(self):
        self.client.force_login(self.both)
        assignment = self.rows["assignment"]
        path = reverse("admin:workplans_assignment_change", args=[assignment.pk])
        sent = {"item": assignment.item_id, "office": self.foreign_office.pk, "role": "lead", "position": "1"}
        self.assertContains(self.client.post(path, sent), "请重新选择")
        assignment.refresh_from_db()
        self.assertEqual(assignment.office, self.moral)

    def test_people_of_one_name_are_told_apart(self):
        menus = self.menus(reverse("admin:workplans_membership_add"), self.admin)
        texts = [text for _group, text, _value in menus.selects["user"]]
        self.assertIn("张伟（both）", texts)
        self.assertIn("张伟（both2）", texts)

    def test_filters_name_the_bureau_until_one_is_chosen(self):
        path = reverse("admin:workplans_assignment_changelist")
        texts = [text for drop in self.menus(path, self.both).drops for text in drop]
        self.assertIn("虹口区教育局　办公室", texts)
        self.assertIn("静安区教育局　办公室", texts)
        own = [text for drop in self.menus(path, self.supervisor).drops for text in drop]
        self.assertIn("办公室", own)

    def test_grouping_asks_no_more_for_more_rows(self):
        self.client.force_login(self.both)
        path = reverse("admin:workplans_item_add")
        self.client.get(path)
        counts = []
        for offices in (2, 40):
            found = [Office(organization=self.other_bureau, name=f"科室{offices}-{n}") for n in range(offices)]
            Office.objects.bulk_create(found)
            with CaptureQueriesContext(connection) as caught:
                self.client.get(path)
            counts.append(len(caught))
        self.assertEqual(*counts)
