"""A document that can be read in two ways says so, and is read in the other one when asked."""

import unittest

from importer.drafts.draft_store import from_dict, to_dict
from importer.parse import parse_document
from importer.plan.readings import Choice
from importer.plan.weights import CONFIDENCE, OFFICES, OUTLINE, REPORT
from tests.importer.outlines import parse, written
from tests.importer.reading import FOLDER

POINTS = written("""
    白溪区教育局2026年工作要点
    一、办好学前教育。新建幼儿园3所，新增学位900个。
    （一）建园。幼儿园6月底前开工。
    （二）招生。9月底前招生。
    二、办好义务教育。新建学校2所。
    三、办好高中教育。改造高中1所。
""")
UNSURE = written("""
    白溪区教育局
    一、学习情况
    1.学习文件。每月学习1次。（责任科室：办公室）
    2.学习典型。每季度学习1次。（责任科室：办公室）
    二、下一步打算
    1.加强考核。年底前考核1次。（责任科室：人事科）
""")


class ChoiceTests(unittest.TestCase):
    def test_a_close_outline_is_offered_and_taken_when_asked_for(self):
        draft = parse(POINTS)
        (other,) = draft.alternatives
        (again,) = parse_document("a.txt", POINTS.encode(), choice=other.choice)
        self.assertNotEqual([item.number for item in again.items], [item.number for item in draft.items])
        self.assertEqual({len(draft.items), len(again.items)}, {2, 3})
        self.assertEqual(again.choice, other.choice)
        (back,) = parse_document("a.txt", POINTS.encode(), choice=again.alternatives[0].choice)
        self.assertEqual([item.title for item in back.items], [item.title for item in draft.items])

    def test_plan_or_report_asks_and_is_read_as_the_other_when_asked_for(self):
        draft = parse(UNSURE)
        (other,) = [other for other in draft.alternatives if "kind=" in other.choice]
        self.assertTrue(any("看不准" in problem.message for problem in draft.problems))
        (again,) = parse_document("a.txt", UNSURE.encode(), choice=other.choice)
        self.assertNotEqual(again.kind, draft.kind)
        self.assertFalse(any("看不准" in problem.message for problem in again.problems))

    def test_text_and_table_are_both_offered(self):
        content = (FOLDER / "handed" / "f14_text_and_annex_table.docx").read_bytes()
        (text,) = parse_document("a.docx", content)
        (other,) = text.alternatives
        (table,) = parse_document("a.docx", content, choice=other.choice)
        self.assertEqual([item.title for item in table.items], ["修订值班制度", "举办读书节"])
        self.assertEqual([other.title for other in table.alternatives], ["按正文读"])

    def test_a_document_of_one_reading_offers_none(self):
        draft = parse(
            "白溪区教育局2026年工作要点\n一、任务\n1.建园。新建3所。\n2.招生。招生900人。\n二、保障\n3.经费。落实经费。\n"
        )
        self.assertEqual(draft.alternatives, [])
        self.assertEqual([item.confidence for item in draft.items], [100, 100, 100])

    def test_choices_are_written_and_read_back(self):
        choice = Choice(kind="feedback", outline="items")
        self.assertEqual(Choice.of(str(choice)), choice)
        self.assertEqual(Choice.of("nonsense;=;kind=plan"), Choice(kind="plan"))

    def test_drafts_are_kept_with_their_alternatives_and_doubts(self):
        draft = parse(POINTS)
        self.assertEqual(from_dict(to_dict(draft)), draft)


class ConfidenceTests(unittest.TestCase):
    def test_items_say_what_is_doubtful(self):
        draft = parse(
            """
            白溪区教育局2026年任务清单
            一、任务
            1.甲任务。做好工作。（责任科室：基教科；完成时限：6月31日）
            2.乙任务。做好工作。（基教科、云溪机场负责）
            4.丙任务。做好工作。（张三负责）
            5.丁任务。做好工作。（责任科室：人事科）
            6.戊任务。做好工作。（责任科室：人事科）
            """
        )
        doubts = {item.number: (item.confidence, item.doubts) for item in draft.items}
        self.assertEqual(doubts["1"], (80, ["时限没有读成日期"]))
        self.assertEqual(doubts["2"], (90, ["“云溪机场”是没见过的科室名"]))
        self.assertEqual(doubts["4"][0], 40)
        self.assertEqual(doubts["5"], (100, []))

    def test_a_name_confirmed_before_is_familiar(self):
        text = "白溪区教育局2026年任务清单\n一、任务\n1.甲任务。做好工作。（张三负责）\n2.乙任务。做好工作。（云溪机场）\n3.丙任务。做好。（责任科室：人事科）\n"
        (strange,) = parse_document("a.txt", text.encode())
        (known,) = parse_document("a.txt", text.encode(), familiar=frozenset({"张三", "云溪机场"}))
        self.assertEqual([item.offices for item in strange.items], [[], [], ["人事科"]])
        self.assertEqual([item.offices for item in known.items], [["张三"], ["云溪机场"], ["人事科"]])
        self.assertEqual([item.confidence for item in known.items], [100, 100, 100])


class WeightTests(unittest.TestCase):
    def test_signs_that_speak_against_a_reading_take_away(self):
        self.assertTrue(all(points > 0 for points in CONFIDENCE.values()))
        self.assertLess(OFFICES["no_name"] + OFFICES["strong_verb"], OFFICES["known_name"] + OFFICES["strong_verb"])
        self.assertEqual(REPORT["title_of_report"], -REPORT["title_of_plan"])
        self.assertLess(OUTLINE["points_like_items"], 0)
