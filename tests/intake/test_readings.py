"""A document that can be read in two ways: the other one is offered, chosen, taken back; what is not sure is said."""

from importer.drafts.checked_draft import item_key
from intake import keeping
from intake.rereading import NOT_OFFERED
from tests.intake.test_import_page import LIST, ImportPageCase
from workplans.models import ImportStep, Office, Plan

TWO_WAYS = """白溪区教育局2026年工作要点
一、办好学前教育。新建幼儿园3所，新增学位900个。
（一）建园。幼儿园6月底前开工。
（二）招生。9月底前招生。
二、办好义务教育。新建学校2所。
三、办好高中教育。改造高中1所。
"""
STRANGE = """白溪区教育局2026年任务清单
一、任务
1.建设基地。建设研学基地4个。（责任科室：德育科）
2.开放场馆。开放场馆6个。（云溪天象厅堂）
3.组织研学。组织研学20次。（责任科室：德育科、云溪天象厅堂）
"""


class ReadingsTest(ImportPageCase):
    """The other reading."""

    def choose(self, draft, choice=None):
        """Press the button of the other reading."""
        draft.refresh_from_db()
        choice = self.proof(draft).draft.alternatives[0].choice if choice is None else choice
        return self.client.post(
            f"{LIST}{draft.pk}/reading/", {"choice": choice, "seen_version": draft.version}, follow=True
        )

    def keys(self, draft):
        """The items as read."""
        return [item_key(item) for item in self.proof(draft).draft.items]

    def test_the_other_reading_is_offered_chosen_and_taken_back(self):
        draft = self.take(TWO_WAYS)
        before = self.keys(draft)
        page = self.client.get(f"{LIST}{draft.pk}/")
        self.assertContains(page, "也可以这样读")
        self.assertContains(page, "换成这种读法")
        response = self.choose(draft)
        self.assertContains(response, "已换一种读法重新读了原文")
        self.assertNotEqual(self.keys(draft), before)
        self.assertContains(response, "撤销：换成")
        self.client.post(f"{LIST}{draft.pk}/undo/", {"seen_version": draft.version})
        self.assertEqual(self.keys(draft), before)

    def test_corrections_come_back_with_the_reading_they_were_made_on(self):
        draft = self.take(TWO_WAYS)
        self.fix(draft, "edit_item", item=0, title="改过的标题", number="一")
        self.choose(draft)
        self.assertNotIn("一|改过的标题", self.keys(draft))
        self.client.post(f"{LIST}{draft.pk}/undo/", {"seen_version": draft.version})
        self.assertIn("一|改过的标题", self.keys(draft))

    def test_a_reading_that_is_not_offered_and_a_page_that_is_old_are_refused(self):
        draft = self.take(TWO_WAYS)
        self.assertContains(self.choose(draft, "kind=nonsense"), NOT_OFFERED)
        other = self.proof(draft).draft.alternatives[0].choice
        response = self.client.post(f"{LIST}{draft.pk}/reading/", {"choice": other, "seen_version": 99}, follow=True)
        self.assertContains(response, keeping.CHANGED_ELSEWHERE)
        self.assertEqual(ImportStep.objects.count(), 0)

    def test_a_document_of_one_reading_offers_nothing(self):
        draft = self.take("白溪区教育局2026年工作要点\n一、任务\n1.建园。新建3所。\n2.招生。招生900人。\n")
        self.assertNotContains(self.client.get(f"{LIST}{draft.pk}/"), "也可以这样读")

    def test_items_that_are_not_sure_stand_first_and_are_sure_once_corrected(self):
        draft = self.take(STRANGE)
        page = self.client.get(f"{LIST}{draft.pk}/")
        self.assertContains(page, "先看没把握的")
        self.assertContains(page, "多数事项写了科室，这一项没有")
        numbers = [item.number for item, _n, _link in page.context["sheet"].unsure]
        self.assertEqual(numbers, ["2", "3"])
        by_line = self.client.get(f"{LIST}{draft.pk}/?order=line")
        self.assertContains(by_line, "改为把握小的在前")
        self.fix(draft, "edit_item", item=1, title="开放场馆", number="2")
        self.assertEqual(self.proof(draft).draft.items[1].doubts, [])

    def test_an_office_confirmed_once_is_known_the_next_time(self):
        draft = self.take(STRANGE)
        self.assertEqual(self.proof(draft).draft.items[1].offices, [])
        self.client.post(f"{LIST}{draft.pk}/confirm/", {"seen_version": draft.version})
        self.assertEqual(Plan.objects.count(), 1)
        self.assertTrue(Office.objects.filter(name="云溪天象厅堂").exists())
        again = self.take(STRANGE.replace("2026", "2027"))
        items = self.proof(again).draft.items
        self.assertEqual([item.offices for item in items], [["德育科"], ["云溪天象厅堂"], ["德育科", "云溪天象厅堂"]])
        self.assertEqual([item.confidence for item in items], [100, 100, 100])
