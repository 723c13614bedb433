"""The fields of an item that a document fills go all the way: document → draft → item → revised, carried over, printed."""

from datetime import date

from importer.drafts.as_json import drafts_to_json
from importer.drafts.draft_store import from_dict, to_dict
from importer.drafts.drafts import FROM_DOCUMENT, ItemDraft, PlanDraft, SectionDraft
from importer.drafts.revision import NewItem, OldItem, compare
from importer.parse import parse_document
from intake import keeping
from intake.confirming import confirm
from intake.forms import DraftItemForm
from intake.views.confirm import FIELDS
from tests.base import NOW, CastTestCase
from workplans.lifecycle import carry_over
from workplans.models import Item
from workplans.resources import ItemResource

NAMES = [field.name for field in FROM_DOCUMENT]
TEXT = """虹口区教育局2024年工作要点
一、立德树人
1.深化思政课改革。开展两次调研，形成方案。（责任科室：德育科；责任领导：张三、李四；完成时限：2024年6月30日）
2.完善招生办法。印发实施细则。（责任科室：计财科）
"""


class ItemFieldsTest(CastTestCase):
    """Each field of the table, in every place that goes through it."""

    def store(self, text, name="要点.txt", revises=None):
        """Import a document, over a plan where one is given; return the plan."""
        draft = keeping.take_in(self.bureau, name, text.encode(), by=self.supervisor, now=NOW).drafts[0]
        if revises:
            draft = keeping.change(
                draft, "set_revised", {"plan": revises.pk}, seen_version=1, by=self.supervisor, now=NOW
            )
        return confirm(draft, seen_version=None, by=self.supervisor, now=NOW).plan

    def test_drafts_and_items_have_each_of_them(self):
        item = ItemDraft(
            "1", "标题", "二级", "正文", deadline=date(2024, 6, 30), deadline_text="6月底前", leaders=["张三", "李四"]
        )
        self.assertEqual(list(item.values()), NAMES)
        self.assertTrue(all(item.values().values()))
        for name in NAMES:
            with self.subTest(name):
                self.assertTrue(hasattr(item, name))
                self.assertTrue(Item._meta.get_field(name).verbose_name)

    def test_a_draft_comes_back_whole_from_the_database(self):
        plan = PlanDraft(
            title="要点", sections=[SectionDraft("一", "立德树人", items=[ItemDraft("1", "标题", leaders=["张三"])])]
        )
        self.assertEqual(from_dict(to_dict(plan)), plan)

    def test_a_document_fills_them_all(self):
        (draft,) = parse_document("要点.txt", TEXT.encode())
        self.assertEqual(draft.items[0].leader, "张三、李四")
        stored = self.store(TEXT).items.get(number="1")
        self.assertEqual((stored.leader, stored.deadline), ("张三、李四", date(2024, 6, 30)))
        for name, value in draft.items[0].values().items():
            with self.subTest(name):
                self.assertEqual(getattr(stored, name), value)

    def test_json_form_and_workbook_have_each_of_them(self):
        (draft,) = parse_document("要点.txt", TEXT.encode())
        item = drafts_to_json(draft)["sections"][0]["items"][0]
        form, resource = DraftItemForm(), ItemResource(self.supervisor, NOW)
        for name in NAMES:
            with self.subTest(name):
                self.assertIn(name, item)
                self.assertEqual(form.fields[name].label, Item._meta.get_field(name).verbose_name)
                self.assertEqual(resource.fields[name].column_name, Item._meta.get_field(name).verbose_name)
        self.assertLessEqual(set(NAMES) - {"title", "body"}, FIELDS.keys())

    def test_a_change_of_each_is_seen(self):
        old = ItemDraft(
            "1", "推进某事", "甲", "开展调研。", deadline=date(2024, 6, 30), deadline_text="6月底前", leaders=["张三"]
        ).values()
        others = {
            "number": "2",
            "level2": "乙",
            "title": "推进另事",
            "body": "形成方案。",
            "deadline": date(2024, 9, 30),
            "leader": "李四",
        }
        for name, value in others.items():
            (pair,) = compare([OldItem(old, pk=1)], [NewItem(old | {name: value}, index=0, key="k")], {"k": 1})
            with self.subTest(name):
                self.assertEqual(pair.changes, (name,))

    def test_a_document_that_says_nothing_of_a_field_leaves_it(self):
        plan = self.store(TEXT)
        silent = TEXT.replace("；责任领导：张三、李四；完成时限：2024年6月30日", "").replace("形成方案", "形成两个方案")
        item = self.store(silent, "修订稿.txt", plan).items.get(number="1")
        self.assertIn("形成两个方案", item.body)
        self.assertEqual((item.leader, item.deadline), ("张三、李四", date(2024, 6, 30)))
        item = self.store(TEXT.replace("张三、李四", "王五"), "再修订.txt", plan).items.get(number="1")
        self.assertEqual(item.leader, "王五")

    def test_what_is_carried_over_goes_along(self):
        plan = self.store(TEXT)
        following = self.make_plan(
            year=2025, title="虹口区教育局2025年工作要点", start_on=date(2025, 1, 1), end_on=date(2025, 12, 31)
        )
        new = carry_over(plan.items.get(number="1"), following, "未完成", by=self.supervisor, now=NOW)
        for field in FROM_DOCUMENT:
            if field.is_carried:
                with self.subTest(field.name):
                    self.assertEqual(getattr(new, field.name), getattr(plan.items.get(number="1"), field.name))

    def test_leaders_are_typed_as_one_text(self):
        item = ItemDraft("1", "标题")
        for text, leaders in (
            ("张三、李四", ["张三", "李四"]),
            ("张三，李四", ["张三", "李四"]),
            ("", []),
            (" 张三 ", ["张三"]),
        ):
            item.leader = text
            with self.subTest(text):
                self.assertEqual(item.leaders, leaders)
