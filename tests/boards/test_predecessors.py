"""上年事项: suggested by likeness, answered one by one or all at once, stored and shown on the items' pages."""

from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse

from tests.base import NOW, CastTestCase
from workplans.lifecycle import carry_over
from workplans.linking import LinkRefused, link, unlink
from workplans.models import Item

from .pages import PageCase

YEAR_AFTER = {"year": 2025, "start_on": date(2025, 1, 1), "end_on": date(2025, 12, 31)}


class LinkTest(CastTestCase):
    """The verbs."""

    def setUp(self):
        self.old, self.new = self.make_plan(), self.make_plan(**YEAR_AFTER)
        self.before = self.make_item(self.old)
        self.item, self.other = self.make_item(self.new), self.make_item(self.new)

    def link(self, answers, by=None):
        return link(self.new, answers, by=by or self.supervisor, now=NOW)

    def test_answers_are_stored_with_history(self):
        self.assertEqual(self.link({self.item.pk: self.before.pk, self.other.pk: None}), 2)
        self.item.refresh_from_db()
        self.other.refresh_from_db()
        self.assertEqual((self.item.predecessor, self.item.is_new), (self.before, False))
        self.assertEqual((self.other.predecessor, self.other.is_new), (None, True))
        for item in (self.item, self.other):
            row = item.history.get(history_change_reason="确认上年事项")
            self.assertEqual((row.history_user, row.history_date, row.is_new), (self.supervisor, NOW, item.is_new))

    def test_what_is_answered_already_stays(self):
        self.link({self.item.pk: None})
        self.assertEqual(self.link({self.item.pk: self.before.pk}), 0)
        self.item.refresh_from_db()
        self.assertTrue(self.item.is_new)

    def test_an_answer_can_be_taken_back_but_a_carried_over_item_stays(self):
        self.link({self.item.pk: self.before.pk})
        self.assertIsNone(unlink(self.item, by=self.supervisor, now=NOW, seen=self.before.pk).predecessor)
        carried = carry_over(self.before, self.new, "未完成", by=self.supervisor, now=NOW)
        with self.assertRaisesMessage(LinkRefused, "结转而来"):
            unlink(carried, by=self.supervisor, now=NOW, seen=self.before.pk)

    def test_only_earlier_items_of_the_same_bureau(self):
        foreign = self.make_item(self.make_plan(organization=self.other_bureau), lead=self.foreign_office)
        for wrong in (foreign.pk, self.other.pk, 10**9):
            with self.subTest(wrong), self.assertRaises(LinkRefused):
                self.link({self.item.pk: wrong})
        self.assertEqual(Item.objects.exclude(predecessor=None).count(), 0)

    def test_only_supervisors_answer(self):
        for name, person in self.people().items():
            if name != "supervisor":
                with self.subTest(name), self.assertRaises(PermissionDenied):
                    self.link({self.item.pk: None}, by=person)
                with self.subTest(name), self.assertRaises(PermissionDenied):
                    unlink(self.item, by=person, now=NOW, seen=None)

    def test_the_database_refuses_a_new_item_with_a_predecessor(self):
        with self.assertRaisesMessage(IntegrityError, "item_new_without_predecessor"), transaction.atomic():
            Item.objects.filter(pk=self.item.pk).update(is_new=True, predecessor=self.before)


class PredecessorsPageTest(PageCase):
    """The page a supervisor comes to after importing a plan."""

    def setUp(self):
        super().setUp()
        self.last = self.make_item(self.plan, title="落实“双减”长效机制", body="课后服务全覆盖，压减学科类培训。")
        self.make_report(self.last, self.periods[-1], completion_percent=90)
        self.new = self.make_plan(title="2025年工作要点", **YEAR_AFTER)
        self.like = self.make_item(self.new, title="巩固“双减”长效机制", body="课后服务全覆盖，治理学科类培训。")
        self.unlike = self.make_item(self.new, title="校舍修缮", body="暑期完成二十个项目。")
        self.url = reverse("boards:plan_predecessors", args=[self.new.pk])

    def stored(self, item):
        item.refresh_from_db()
        return item.predecessor, item.is_new

    def test_the_item_most_like_it_is_suggested_with_how_far_it_came(self):
        page = self.client.get(self.url)
        self.assertEqual(
            [(item, found and found.item) for item, found in page.context["rows"]],
            [(self.like, self.last), (self.unlike, None)],
        )
        self.assertContains(page, "完成率90%")
        self.assertContains(page, "没有相近的事项")

    def test_one_answer(self):
        self.client.post(self.url, {"answer": f"{self.like.pk}:{self.last.pk}"})
        self.assertEqual(self.stored(self.like), (self.last, False))
        self.client.post(self.url, {"answer": f"{self.unlike.pk}:"})
        self.assertEqual(self.stored(self.unlike), (None, True))
        self.assertContains(self.client.get(self.url), "全部确认过了")
        self.client.post(self.url, {"undo": f"{self.like.pk}:{self.last.pk}"})
        self.assertEqual(self.stored(self.like), (None, False))

    def test_taking_back_an_answer_that_somebody_changed_meanwhile(self):
        self.client.post(self.url, {"answer": f"{self.like.pk}:{self.last.pk}"})
        stale = {"undo": f"{self.like.pk}:"}  # the page showed 本年新增
        self.assertContains(self.client.post(self.url, stale, follow=True), "由他人重新确认过")
        self.assertEqual(self.stored(self.like), (self.last, False))

    def test_all_at_once(self):
        pairs = [f"{self.like.pk}:{self.last.pk}"]
        for every, wanted in (("accept", (self.last, False)), ("new", (None, True))):
            with self.subTest(every):
                self.client.post(self.url, {"every": every, "pair": pairs})
                self.assertEqual(self.stored(self.like), wanted)
                self.assertEqual(self.stored(self.unlike), (None, False))
                unlink(self.like, by=self.supervisor, now=NOW, seen=wanted[0] and wanted[0].pk)

    def test_both_items_then_lead_to_each_other(self):
        self.client.post(self.url, {"answer": f"{self.like.pk}:{self.last.pk}"})
        for item, other in ((self.like, self.last), (self.last, self.like)):
            self.assertContains(self.client.get(reverse("boards:item_page", args=[item.pk])), other.title)

    def test_rubbish_changes_nothing(self):
        for values in ({"answer": "x:1"}, {"answer": f"{self.like.pk}:{self.unlike.pk}"}, {"undo": "9" * 30}, {}):
            with self.subTest(values):
                self.assertEqual(self.client.post(self.url, values).status_code, 302)
                self.assertEqual(self.stored(self.like)[0], None)

    def test_a_plan_without_one_before_says_what_to_do(self):
        self.assertContains(
            self.client.get(reverse("boards:plan_predecessors", args=[self.plan.pk])), "没有2023年的工作计划"
        )

    def test_as_many_queries_for_two_items_as_for_forty(self):
        few = self.queries(self.url)[1]
        self.fill(40)
        for number in range(38):
            self.make_item(self.new, title=f"推进双减{number}")
        self.assertEqual(self.queries(self.url)[1], few)
        self.assertLessEqual(few, 10)
