"""责任科室 of many items on one page: proposed with the reason, chosen, stored all or nothing, followed by open reports."""

import json
from datetime import date

from django.core.exceptions import PermissionDenied
from django.urls import reverse

from boards.assigning.posted import offices_from
from tests.base import NOW, CastTestCase
from tracking.models import Report
from workplans.assigning import AssigningRefused, Change, OfficesChanged, assign
from workplans.models import Assignment, Item, Office, Plan

from .pages import PageCase

YEAR_AFTER = {"year": 2025, "start_on": date(2025, 1, 1), "end_on": date(2025, 12, 31)}
BARE = {"title": "2025年工作要点"} | YEAR_AFTER


def bare_item(case, plan, title="校舍修缮", body="暑期完成二十个项目。", **kw):
    """Make an item that nobody is named for: the 局办公室 reports for the time being."""
    item = case.make_item(plan, title=title, body=body, **kw)
    item.assignments.all().delete()
    Item.objects.filter(pk=item.pk).update(reporting_office=case.coordinating)
    item.refresh_from_db()
    return item


def named(item):
    """The offices of an item: name, role, in order."""
    return list(item.assignments.order_by("position").values_list("office__name", "role"))


class AssignTest(CastTestCase):
    """The verb."""

    def setUp(self):
        self.plan = self.make_plan(**BARE)
        self.items = [bare_item(self, self.plan) for _ in range(3)]

    def assign(self, changes, by=None):
        found = {
            str(item.pk): Change(tuple((str(o.pk), r) for o, r in seen), tuple((str(o.pk), r) for o, r in wanted))
            for item, (seen, wanted) in changes.items()
        }
        return assign(self.plan, found, by=by or self.supervisor, now=NOW)

    def test_many_items_get_their_offices_with_history_and_the_lead_reports(self):
        done = self.assign(
            {
                self.items[0]: ((), ((self.finance, "responsible"), (self.moral, "lead"))),
                self.items[1]: ((), ((self.finance, "responsible"), (self.moral, "support"))),
                self.items[2]: ((), ()),
            }
        )
        self.assertEqual((done.items, set(done.moved)), (2, {self.items[0].pk, self.items[1].pk}))
        self.assertEqual(named(self.items[0]), [("计财科", "responsible"), ("德育科", "lead")])
        for item, office in zip(self.items, (self.moral, self.finance, self.coordinating), strict=True):
            item.refresh_from_db()
            self.assertEqual(item.reporting_office, office)
        row = self.items[0].history.get(history_change_reason="批量指定责任科室")
        self.assertEqual((row.history_user, row.history_date, row.reporting_office), (self.supervisor, NOW, self.moral))
        rows = Assignment.history.filter(item=self.items[1], history_change_reason="批量指定责任科室")
        self.assertEqual({(r.office.name, r.history_type, r.history_user, r.history_date) for r in rows},
                         {("计财科", "+", self.supervisor, NOW), ("德育科", "+", self.supervisor, NOW)})  # fmt: skip

    def test_an_office_is_taken_away_or_gets_another_role(self):
        item = self.make_item(self.plan)
        first = ((self.moral, "lead"),)
        self.assign({item: (first, ((self.finance, "lead"), (self.moral, "support")))})
        self.assertEqual(named(item), [("计财科", "lead"), ("德育科", "support")])
        item.refresh_from_db()
        self.assertEqual(item.reporting_office, self.finance)
        self.assign({item: (((self.finance, "lead"), (self.moral, "support")), ())})
        self.assertEqual(named(item), [])
        gone = Assignment.history.filter(item=item, history_type="-")
        self.assertEqual([(r.history_user, r.history_date) for r in gone], [(self.supervisor, NOW)] * 2)
        item.refresh_from_db()
        self.assertEqual(item.reporting_office, self.coordinating)

    def test_a_reporting_office_chosen_by_hand_stays_while_it_is_named(self):
        item = self.make_item(self.plan, reporting_office=self.finance)
        self.assign({item: (((self.moral, "lead"),), ((self.moral, "lead"), (self.finance, "support")))})
        item.refresh_from_db()
        self.assertEqual(item.reporting_office, self.finance)

    def test_all_offices_is_named_but_does_not_report(self):
        every = Office.objects.create(organization=self.bureau, name="各科室", kind=Office.Kind.ALL)
        self.assign({self.items[0]: ((), ((every, "lead"), (self.moral, "responsible")))})
        self.items[0].refresh_from_db()
        self.assertEqual(self.items[0].reporting_office, self.moral)

    def test_what_somebody_else_changed_stops_all_of_it(self):
        Assignment.objects.create(item=self.items[0], office=self.finance, role="lead", position=1)
        with self.assertRaises(OfficesChanged) as caught:
            self.assign(dict.fromkeys(self.items[:2], ((), ((self.moral, "lead"),))))
        self.assertEqual(caught.exception.rows, {str(self.items[0].pk)})
        self.assertEqual(named(self.items[1]), [])

    def test_who_wanted_the_same_disturbs_nobody(self):
        wanted = {self.items[0]: ((), ((self.moral, "lead"),))}
        self.assertEqual(self.assign(wanted).items, 1)
        self.assertEqual(self.assign(wanted).items, 0)

    def test_only_offices_of_the_bureau_that_are_in_use(self):
        closed = Office.objects.create(organization=self.bureau, name="旧科", is_active=False)
        for office in (self.foreign_office, closed):
            with self.subTest(office.name), self.assertRaises(AssigningRefused):
                self.assign({self.items[0]: ((), ((office, "lead"),))})
        Assignment.objects.create(item=self.items[0], office=closed, role="lead", position=1)
        self.assign({self.items[0]: (((closed, "lead"),), ((closed, "support"), (self.moral, "lead")))})
        self.assertEqual(set(named(self.items[0])), {("旧科", "support"), ("德育科", "lead")})

    def test_only_the_supervisor_and_no_archived_plan(self):
        wanted = {self.items[0]: ((), ((self.moral, "lead"),))}
        for name, person in self.people().items():
            if name != "supervisor":
                with self.subTest(name), self.assertRaises(PermissionDenied):
                    self.assign(wanted, by=person)
        self.plan.status = Plan.Status.ARCHIVED
        with self.assertRaisesMessage(PermissionDenied, "已归档"):
            self.assign(wanted)


class AssigningPageTest(PageCase):
    """The page of a plan."""

    def setUp(self):
        super().setUp()
        self.last = self.make_item(
            self.plan, lead=self.finance, title="落实“双减”长效机制", body="课后服务全覆盖，压减学科类培训。"
        )
        self.new = self.make_plan(**BARE)
        self.like = bare_item(self, self.new, "巩固“双减”长效机制", "课后服务全覆盖，治理学科类培训。")
        self.unlike = bare_item(self, self.new)
        self.done = self.make_item(self.new, title="思政课建设", body="大中小学一体化。")
        self.url = reverse("boards:plan_offices", args=[self.new.pk])

    def post(self, do="save", ticks=(), follow=True, **chosen):
        """Send the page as it is shown, with `chosen` rows (item → offices) changed."""
        data = {"do": do, "tick": [str(item.pk) for item in ticks], **chosen.pop("more", {})}
        wanted = chosen.pop("wanted", {})
        for row in self.client.get(self.url).context["table"].rows:
            data[f"seen-{row.key}"] = data[f"set-{row.key}"] = row.seen_json
        for item, offices in wanted.items():
            data[f"set-{item.pk}"] = json.dumps([[str(office.pk), role] for office, role in offices])
        return self.client.post(self.url, data, follow=follow)

    def test_those_without_an_office_come_first_with_a_proposal_in_words(self):
        page = self.client.get(self.url)
        self.assertEqual([label for label, _rows in page.context["table"].groups], ["还没有科室", "已有科室"])
        rows = {row.key: row for row in page.context["table"].rows}
        proposal = rows[str(self.like.pk)].proposal
        self.assertEqual(proposal.offices, ((str(self.finance.pk), "lead"),))
        self.assertIn("与2024年“1 落实“双减”长效机制”文字", proposal.reason)
        self.assertContains(page, "去年 <b>牵头 计财科</b>")
        self.assertIsNone(rows[str(self.unlike.pk)].proposal)
        self.assertContains(page, proposal.reason)

    def test_the_item_it_carries_on_says_more_than_likeness(self):
        other = self.make_item(self.plan, lead=self.moral, title="校园安全", body="安全检查。")
        Item.objects.filter(pk=self.like.pk).update(predecessor=other)
        row = self.client.get(self.url).context["table"].rows[0]
        self.assertEqual(row.proposal.offices, ((str(self.moral.pk), "lead"),))
        self.assertIn("承接2024年“2 校园安全”", row.proposal.reason)

    def test_what_offices_did_in_earlier_years_is_proposed_where_last_year_says_nothing(self):
        before = self.make_plan(title="2022年工作要点", year=2022, start_on=date(2022, 1, 1), end_on=date(2022, 12, 31))
        for number in range(2):
            self.make_item(before, lead=self.moral, title=f"校舍修缮{number}", body="暑期完成项目。")
        Office.objects.create(organization=self.bureau, name="旧科", is_active=False)
        rows = {row.key: row for row in self.client.get(self.url).context["table"].rows}
        proposal = rows[str(self.unlike.pk)].proposal
        self.assertEqual((proposal.offices, proposal.is_last_year), (((str(self.moral.pk), "lead"),), False))
        self.assertIn("德育科办理过 2 个相近的事项，如2022年“1 校舍修缮0”", proposal.reason)

    def test_an_office_no_longer_in_use_is_not_proposed(self):
        Office.objects.filter(pk=self.finance.pk).update(is_active=False)
        self.assertIsNone(self.client.get(self.url).context["table"].rows[0].proposal)

    def test_what_was_chosen_in_the_table_is_stored(self):
        page = self.post(wanted={self.like: [(self.moral, "lead")], self.unlike: [(self.finance, "responsible")]})
        self.assertContains(page, "已保存 2 个事项的责任科室")
        self.assertEqual((named(self.like), named(self.unlike)), ([("德育科", "lead")], [("计财科", "responsible")]))

    def test_without_script_ticks_selects_and_buttons_do_the_same(self):
        chosen = {"office": str(self.finance.pk), "role": "support"}
        self.post("apply", ticks=[self.unlike, self.done], more=chosen)
        self.assertEqual(named(self.unlike), [("计财科", "support")])
        self.assertEqual(named(self.done), [("德育科", "lead"), ("计财科", "support")])
        self.post("remove", ticks=[self.done], more=chosen)
        self.assertEqual(named(self.done), [("德育科", "lead")])

    def test_as_last_year_and_proposals_with_one_click(self):
        for deed in ("last_year", "proposed", f"proposed:{self.like.pk}"):
            with self.subTest(deed):
                self.like.assignments.all().delete()
                self.post(deed)
                self.assertEqual(named(self.like), [("计财科", "lead")])
                self.assertEqual((named(self.unlike), named(self.done)), ([], [("德育科", "lead")]))

    def test_a_button_that_lacks_something_says_what_and_keeps_what_was_chosen(self):
        kept = {self.like: [(self.moral, "lead")]}
        for deed, more, told in (
            ("apply", {"office": str(self.moral.pk), "role": "lead"}, "请先勾选事项"),
            ("apply", {"office": "99", "role": "lead"}, "请先选择科室"),
            ("apply", {"office": str(self.moral.pk), "role": "boss"}, "请先选择分工"),
            ("apply_new", {"new_office": " ", "role": "lead"}, "请写出新科室的名称"),
        ):
            with self.subTest(deed=deed, more=more):
                page = self.post(deed, wanted=kept, more=more)
                self.assertContains(page, told, status_code=400)
                self.assertEqual(page.context["table"].rows[0].wanted, ((str(self.moral.pk), "lead"),))
                self.assertEqual(named(self.like), [])

    def test_who_comes_second_sees_both_and_saves_again(self):
        data = {"do": "save"}
        for row in self.client.get(self.url).context["table"].rows:
            data[f"seen-{row.key}"] = data[f"set-{row.key}"] = row.seen_json
        data[f"set-{self.like.pk}"] = data[f"set-{self.unlike.pk}"] = json.dumps([[str(self.moral.pk), "lead"]])
        Assignment.objects.create(item=self.like, office=self.finance, role="lead", position=1)
        page = self.client.post(self.url, data)
        self.assertContains(page, "他人已保存：牵头 计财科", status_code=409)
        self.assertEqual(named(self.unlike), [])
        again = {"do": "save"}
        for row in page.context["table"].rows:
            again[f"seen-{row.key}"], again[f"set-{row.key}"] = row.seen_json, row.wanted_json
        self.client.post(self.url, again)
        self.assertEqual((named(self.like), named(self.unlike)), ([("德育科", "lead")], [("德育科", "lead")]))

    def test_a_row_that_is_gone_is_told(self):
        page = self.client.post(self.url, {"do": "save", "seen-999999": "[]", "set-999999": '[["1","lead"]]'})
        self.assertContains(page, "您改过的 1 个事项刚刚在别处被改名、移走或删除", status_code=400)

    def test_rubbish_is_no_office(self):
        for text in (
            "",
            "{",
            "[1]",
            '[["a","boss"]]',
            '[["","lead"]]',
            "null",
            "[" * 5000,
            f'[["{"长" * 61}","lead"]]',
        ):
            with self.subTest(text[:20]):
                self.assertIsNone(offices_from(text))
        self.assertEqual(offices_from('[["3","support"],["1","lead"]]'), (("1", "lead"), ("3", "support")))

    def test_open_reports_follow_what_no_office_has_begun(self):
        period = self.make_period(
            label="2025年1-3月", year=2025, start_on=date(2025, 1, 1), as_of=date(2025, 3, 31),
            opens_on=date(2025, 3, 20), due_on=date(2025, 4, 5),
        )  # fmt: skip
        fresh = self.make_report(self.like, period)
        begun = self.make_report(self.unlike, period, progress="已开工。")
        Report.objects.update(office=self.coordinating)
        offices = [(self.moral, "lead")]
        page = self.post(wanted={self.like: offices, self.unlike: offices})
        self.assertContains(page, "1 份还没有填写的进展报告改由新的科室报送")
        self.assertContains(page, "1 份已经开始填写的进展报告仍由原来的科室报送")
        fresh.refresh_from_db()
        begun.refresh_from_db()
        self.assertEqual((fresh.office, begun.office), (self.moral, self.coordinating))

    def test_the_board_leads_here(self):
        self.assertContains(self.client.get(reverse("boards:plan_board", args=[self.new.pk])), self.url)

    def test_as_many_queries_for_two_items_as_for_forty(self):
        few = self.queries(self.url)[1]
        self.fill(40)
        for number in range(38):
            bare_item(self, self.new, f"推进双减{number}")
        self.assertEqual(self.queries(self.url)[1], few)
        self.assertLessEqual(few, 10)
