"""Milestones from the document to the plan: stored, corrected, revised, marked as reached, in and out by workbook."""

from datetime import date, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from importer.drafts.as_json import drafts_to_json
from importer.drafts.draft_store import from_dict, to_dict
from importer.parse import parse_document
from intake import keeping
from intake.confirming import confirm
from tests.base import NOW, TODAY, CastTestCase
from tests.workbooks import WorkbookSteps, rows_of, workbook
from workplans.lifecycle import carry_over
from workplans.milestones import MilestoneStepImpossible, mark_done
from workplans.models import Item, Milestone, MilestonesOf

HEAD = ("序号", "工作任务", "责任科室", "一季度目标", "二季度目标", "年底目标")
ROWS = (
    ("1", "推进场地开放", "德育科", "制定方案", "开放40所", "开放80所"),
    ("2", "完善招生办法", "计财科", "", "", "印发细则"),
)


def document(rows=ROWS, head=HEAD) -> bytes:
    """Return a plan whose table has columns of quarters."""
    lines = ["东湖区教育局2024年工作要点", "", "\t".join(head), *("\t".join(row) for row in rows)]
    return "\n".join(lines).encode()


class MilestoneCase(CastTestCase):
    """Storing documents through the import page's own door."""

    def take(self, content, name="要点.txt"):
        """Take a document in; return its draft."""
        return keeping.take_in(self.bureau, name, content, by=self.supervisor, now=NOW).drafts[0]

    def store(self, content, name="要点.txt", revises=None):
        """Import a document, over a plan where one is given; return the plan."""
        draft = self.take(content, name)
        if revises:
            draft = keeping.change(
                draft, "set_revised", {"plan": revises.pk}, seen_version=1, by=self.supervisor, now=NOW
            )
        return confirm(draft, seen_version=None, by=self.supervisor, now=NOW).plan

    def told(self, item):
        """Return an item's milestones as pairs of what and day."""
        return [(each.what, each.due_on) for each in item.milestones.all()]


class FromDocumentTest(MilestoneCase):
    """The walk from the file to the revised plan."""

    def test_columns_of_quarters_become_milestones_with_history(self):
        first, second = self.store(document()).items.order_by("position")
        wanted = [
            ("制定方案", date(2024, 3, 31)),
            ("开放40所", date(2024, 6, 30)),
            ("开放80所", date(2024, 12, 31)),
        ]
        self.assertEqual(self.told(first), wanted)
        self.assertEqual([each.words for each in first.milestones.all()], ["一季度目标", "二季度目标", "年底目标"])
        self.assertEqual(self.told(second), [("印发细则", date(2024, 12, 31))])
        history = first.milestones.first().history.get()
        self.assertEqual((history.history_type, history.history_user), ("+", self.supervisor))

    def test_a_draft_keeps_them_and_says_them_in_json(self):
        (draft,) = parse_document("要点.txt", document())
        self.assertEqual(from_dict(to_dict(draft)), draft)
        self.assertEqual(
            drafts_to_json(draft)["sections"][0]["items"][0]["milestones"][0],
            {"what": "制定方案", "words": "一季度目标", "due_on": "2024-03-31", "expected_percent": None},
        )

    def test_a_revision_changes_adds_and_removes_and_keeps_what_people_wrote(self):
        plan = self.store(document())
        item = plan.items.get(number="1")
        first, second, third = item.milestones.all()
        Milestone.objects.filter(pk=first.pk).update(done_on=date(2024, 3, 20), expected_percent=30)
        revised = [("1", "推进场地开放", "德育科", "制定方案", "", "开放90所"), ROWS[1]]
        self.store(document(revised), "修订稿.txt", plan)
        self.assertEqual(self.told(item), [("制定方案", date(2024, 3, 31)), ("开放90所", date(2024, 12, 31))])
        kept = item.milestones.first()
        self.assertEqual((kept.pk, kept.done_on, kept.expected_percent), (first.pk, date(2024, 3, 20), 30))
        self.assertEqual(item.milestones.last().pk, third.pk)
        gone = Milestone.history.filter(id=second.pk).first()
        self.assertEqual((gone.history_type, gone.history_change_reason), ("-", "修订：修订稿.txt"))

    def test_a_revision_without_a_word_of_milestones_leaves_them(self):
        plan = self.store(document())
        before = self.told(plan.items.get(number="1"))
        bare = (
            "东湖区教育局2024年工作要点\n\n1.推进场地开放。（责任科室：德育科）\n2.完善招生办法。（责任科室：计财科）\n"
        )
        self.store(bare.encode(), "修订稿.txt", plan)
        self.assertEqual(self.told(plan.items.get(number="1")), before)

    def test_the_comparison_shows_old_and_new(self):
        plan = self.store(document())
        draft = self.take(document([(*ROWS[0][:5], "开放90所"), ROWS[1]]), "修订稿.txt")
        draft = keeping.change(draft, "set_revised", {"plan": plan.pk}, seen_version=1, by=self.supervisor, now=NOW)
        self.client.force_login(self.supervisor)
        page = self.client.get(reverse("intake:import_revision", args=[draft.pk]))
        self.assertContains(page, "里程碑")
        self.assertContains(page, "12月31日 开放90所")

    def test_milestones_stay_with_their_year_when_an_item_is_carried_over(self):
        plan = self.store(document())
        later = self.make_plan(year=2025, title="2025年工作要点", start_on=date(2025, 1, 1), end_on=date(2025, 12, 31))
        new = carry_over(plan.items.first(), later, "跨年项目", by=self.supervisor, now=NOW)
        self.assertEqual(new.milestones.count(), 0)


class ImportPageTest(MilestoneCase):
    """What the import page shows and takes."""

    def setUp(self):
        self.client.force_login(self.supervisor)
        self.draft = self.take(document())
        self.url = reverse("intake:import_page", args=[self.draft.pk])

    def send(self, **rows):
        """Send the form of the first item with these rows of milestones."""
        self.draft.refresh_from_db()
        data = {"action": "edit_item", "item": 0, "open": "item-0", "seen_version": self.draft.version, "number": "1", "title": "推进场地开放"}  # fmt: skip
        columns = {f"milestone_{name}": values for name, values in rows.items()}
        return self.client.post(reverse("intake:import_correct", args=[self.draft.pk]), data | columns, follow=True)

    def milestones(self):
        """Return those of the first item, read anew."""
        self.draft.refresh_from_db()
        return keeping.proof_of(self.draft).draft.items[0].milestones

    def test_they_are_shown_and_corrected(self):
        self.assertContains(self.client.get(self.url), "3月31日　制定方案")
        self.assertContains(self.client.get(f"{self.url}?open=item-0"), 'name="milestone_what" value="制定方案"')
        self.send(what=["印发方案", ""], words=["一季度目标", ""], due_on=["2024-04-15", ""], expected=["３０", ""])
        (only,) = self.milestones()
        self.assertEqual((only.what, only.due_on, only.expected_percent), ("印发方案", date(2024, 4, 15), 30))
        plan = confirm(self.draft, seen_version=None, by=self.supervisor, now=NOW).plan
        self.assertEqual(plan.items.first().milestones.get().expected_percent, 30)

    def test_what_is_wrong_is_said_with_the_row_and_nothing_typed_is_lost(self):
        cases = (
            ({"what": [""], "words": [""], "due_on": ["2024-04-15"], "expected": [""]}, "里程碑第 1 行：请写明要完成什么"),
            ({"what": ["甲"], "words": [""], "due_on": [""], "expected": [""]}, "里程碑第 1 行：请填写应完成日期"),
            ({"what": ["甲"], "words": [""], "due_on": ["四月"], "expected": [""]}, "日期“四月”请写成"),
            ({"what": ["甲"], "words": [""], "due_on": ["2024-04-15"], "expected": ["120"]}, "应达进度“120”请写 0 到 100"),
            ({"what": ["甲"], "words": ["春季"], "due_on": [""], "expected": ["20"]}, "写了应达进度，就要写应完成日期"),
        )  # fmt: skip
        for rows, sentence in cases:
            with self.subTest(sentence):
                page = self.send(**rows)
                self.assertContains(page, sentence)
                for values in rows.values():
                    self.assertContains(page, f'value="{values[0]}"')
                self.assertEqual(len(self.milestones()), 3)


class RulesTest(MilestoneCase):
    """What one row may hold, who may say so, and who sees it."""

    def setUp(self):
        self.item = self.make_item(self.make_plan())
        self.milestone = Milestone.objects.create(item=self.item, what="印发方案", due_on=date(2024, 9, 30))

    def test_the_database_and_the_form_refuse_the_same(self):
        wrong = (
            ({"expected_percent": 101, "due_on": TODAY}, "0 到 100"),
            ({"expected_percent": -1, "due_on": TODAY}, "0 到 100"),
            ({"expected_percent": 50, "words": "春季"}, "就要写应完成日期"),
            ({}, "请填写里程碑的应完成日期"),
        )
        for values, sentence in wrong:
            with self.subTest(values=values):
                row = Milestone(item=self.item, what="甲", **values)
                with self.assertRaisesMessage(ValidationError, sentence):
                    row.full_clean()
                with self.assertRaises(IntegrityError), transaction.atomic():
                    row.save()

    def test_rows_of_another_bureau_are_not_seen(self):
        self.assertEqual(Milestone.objects.visible_to(self.reporter).count(), 1)
        self.assertEqual(Milestone.objects.visible_to(self.outsider).count(), 0)

    def test_the_column_of_milestones_is_what_the_rows_hold(self):
        Milestone.objects.create(item=self.item, position=0, what="先“一”步\n再\\一步", words="上半年")
        Milestone.objects.create(item=self.item, position=2, what="完成", due_on=date(2024, 12, 1), done_on=TODAY, expected_percent="62.5")  # fmt: skip
        bare = self.make_item(self.item.plan)
        with self.assertNumQueries(1):
            found = {item.pk: item.known_milestones for item in Item.objects.annotate(known_milestones=MilestonesOf())}
        self.assertEqual(found[bare.pk], [])
        stored = list(self.item.milestones.all())
        names = [field.attname for field in Milestone._meta.concrete_fields]
        self.assertEqual(
            [[getattr(each, name) for name in names] for each in found[self.item.pk]],
            [[getattr(each, name) for name in names] for each in stored],
        )

    def mark(self, by, done_on=TODAY):
        """Mark the milestone as reached."""
        return mark_done(self.milestone, done_on, by=by, now=NOW, today=TODAY)

    def test_the_reporting_office_and_its_supervisor_mark_it_and_nobody_else(self):
        for user in (self.other_reporter, self.leader, self.outsider):
            with self.assertRaises(PermissionDenied):
                self.mark(user)
        for user in (self.reporter, self.head, self.supervisor):
            self.assertEqual(self.mark(user).done_on, TODAY)
            self.assertIsNone(self.mark(user, None).done_on)
        row = self.milestone.history.latest("history_id")
        self.assertEqual((row.history_user, row.history_change_reason), (self.supervisor, "撤销完成"))

    def test_the_same_again_is_no_change_and_another_day_is_refused(self):
        self.mark(self.reporter)
        self.mark(self.reporter)
        self.assertEqual(self.milestone.history.count(), 2)
        with self.assertRaisesMessage(MilestoneStepImpossible, "请先撤销再登记"):
            self.mark(self.reporter, TODAY - timedelta(days=1))
        with self.assertRaisesMessage(MilestoneStepImpossible, "不能晚于今天"):
            self.mark(self.reporter, TODAY + timedelta(days=1))

    def test_of_a_closed_item_nothing_is_marked(self):
        Item.objects.filter(pk=self.item.pk).update(status="done")
        with self.assertRaisesMessage(MilestoneStepImpossible, "已办结"):
            self.mark(self.reporter)

    def test_the_pages_offer_it_and_lead_back(self):
        report = self.make_report(self.item, self.make_period())
        here = reverse("tracking:report_page", args=[report.pk])
        address = reverse("workplans:milestone_done", args=[self.item.pk, self.milestone.pk])
        self.client.force_login(self.reporter)
        for page in (here, reverse("boards:item_page", args=[self.item.pk])):
            self.assertContains(self.client.get(page), address)
        yesterday = timezone.localdate() - timedelta(days=1)
        answer = self.client.post(address, {"done_on": yesterday, "next": here})
        self.assertRedirects(answer, here)
        self.milestone.refresh_from_db()
        self.assertEqual(self.milestone.done_on, yesterday)
        self.assertRedirects(self.client.post(address, {"undo": "yes", "next": "https://elsewhere.example/"}), reverse("boards:item_page", args=[self.item.pk]))  # fmt: skip
        self.assertContains(self.client.post(address, {"done_on": "三月"}), "请写成 2024-12-31 这样的日期")
        self.client.force_login(self.leader)
        self.assertNotContains(self.client.get(reverse("boards:item_page", args=[self.item.pk])), address)


class WorkbookTest(WorkbookSteps, MilestoneCase):
    """数据管理 → 里程碑 → 导入, 导出."""

    model = "workplans_milestone"

    def setUp(self):
        self.item = self.make_item(self.make_plan())
        self.milestone = Milestone.objects.create(
            item=self.item, what="印发方案", due_on=date(2024, 3, 31), expected_percent=30
        )

    def with_row(self, content, **cells):
        """The exported table with one more row."""
        rows = rows_of(content)
        named = {"工作计划": self.item.plan.title, "编号": "1", "工作事项": self.item.title} | cells
        return workbook([*rows, [named.get(heading) for heading in rows[0]]])

    def test_out_and_in_is_no_change(self):
        for ending in ("xlsx", "csv"):
            page = self.upload(self.supervisor, self.export(self.supervisor, ending), f"里程碑.{ending}")
            counts = page.context["result"].totals
            self.assertEqual((counts["update"], counts["new"], counts["skip"]), (0, 0, 1))

    def test_a_new_row_names_its_item_and_a_known_one_is_changed(self):
        content = self.changed(self.export(self.supervisor), {"应达进度（%）": "40"}, sheet_row=2)
        row = {"里程碑": "完成试点", "应完成日期": date(2024, 9, 30), "应达进度（%）": "70%", "顺序": 2}
        self.confirm(self.upload(self.supervisor, self.with_row(content, **row)))
        first, second = self.item.milestones.order_by("due_on")
        self.assertEqual((first.pk, first.expected_percent), (self.milestone.pk, 40))
        self.assertEqual((second.what, second.due_on, second.expected_percent), ("完成试点", date(2024, 9, 30), 70))
        self.assertEqual(second.history.get().history_user, self.supervisor)

    def test_what_is_wrong_is_named_and_nothing_is_stored(self):
        cases = (
            ({"里程碑": "甲", "应完成日期": date(2024, 9, 30), "应达进度（%）": "三成"}, "“三成”不认识"),
            ({"里程碑": "甲", "应达进度（%）": "30"}, "应完成日期"),
            ({"里程碑": "甲", "应完成日期": date(2024, 9, 30), "编号": "9"}, "没有您能修改的这个事项"),
        )
        for cells, sentence in cases:
            with self.subTest(sentence):
                content = self.with_row(self.export(self.supervisor), **cells)
                problems = self.problems(self.upload(self.supervisor, content))
                self.assertIn(sentence, "".join(map(str, problems)))
                self.assertEqual(Milestone.objects.count(), 1)
