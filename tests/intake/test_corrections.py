"""Each correction of a draft, without the database: what changes, what stays, that no character gets lost."""

from collections import Counter
from datetime import date
from pathlib import Path

from django.conf import settings
from django.test import SimpleTestCase

from importer.drafts.checked_draft import Proof, counts_of, ink, places_of
from importer.drafts.corrections import CORRECTIONS, CorrectionRefused, correct, offices_of, sentences
from importer.drafts.draft_store import from_dict, to_dict
from importer.drafts.drafts import PieceKind
from importer.parse import parse_document

PLAN = """虹口区教育局2024年工作要点

2024年是关键一年。
一、落实立德树人根本任务
1.加强德育工作。深化思政课改革。建好工作室。（牵头科室：德育科，配合科室：计财科）
2.加强体育工作。开展阳光体育大联赛。（责任科室：体卫科艺科）
3.加强美育工作。
开展美育节。
二、深化教育改革
4.做好招生工作。落实免试就近入学。（责任科室：中教科）
三、保障教育发展
5.落实经费保障。足额拨付。（责任科室：计财科）
虹口区教育局办公室 2024年3月1日印发
"""


def proof_of(text=PLAN, name="要点.txt"):
    """Parse a small document."""
    [draft] = parse_document(name, text.encode())
    return Proof(draft)


def titles(proof):
    """Return the items' titles, a list for each section."""
    return [[item.title for item in section.items] for section in proof.draft.sections]


def inks(draft):
    """Return all characters of the pieces."""
    return "".join(ink(piece.text) for piece in draft.pieces)


class StoreTest(SimpleTestCase):
    """A draft waits in the database as it is."""

    def test_every_seed_comes_back_the_same(self):
        for path in Path(settings.BASE_DIR, "seeds").glob("*.txt"):
            for draft in parse_document(path.name, path.read_bytes()):
                with self.subTest(seed=path.name):
                    self.assertEqual(from_dict(to_dict(draft)), draft)

    def test_what_is_unknown_or_missing_is_no_error(self):
        stored = to_dict(proof_of().draft)
        stored["invented"] = 1
        del stored["closing"]
        self.assertEqual(from_dict(stored).closing, "")

    def test_a_proof_keeps_the_decisions(self):
        proof = correct(proof_of(), "alias_office", name="中教科", office="德育科")
        self.assertEqual(Proof.from_dict(proof.to_dict()), proof)


class CorrectionTest(SimpleTestCase):
    """One method a correction."""

    def setUp(self):
        self.proof = proof_of()

    def fix(self, name, /, **values):
        """Make a correction; the proof before it must stay as it was."""
        before = self.proof.to_dict()
        fixed = correct(self.proof, name, **values)
        self.assertEqual(self.proof.to_dict(), before)
        self.assertEqual(inks(fixed.draft), inks(self.proof.draft))
        return fixed

    def test_the_document_is_what_the_others_build_on(self):
        self.assertEqual([len(section) for section in titles(self.proof)], [3, 1, 1])

    def test_every_correction_has_its_test(self):
        body = "".join(
            Path(__file__).with_name(name).read_text(encoding="utf-8")
            for name in ("test_corrections.py", "test_scans.py")
        )
        self.assertEqual([name for name in CORRECTIONS if f'"{name}"' not in body], [])

    def test_edit_plan(self):
        fixed = self.fix("edit_plan", title="新标题", year=2025)
        self.assertEqual((fixed.draft.title, fixed.draft.year), ("新标题", 2025))

    def test_a_year_that_was_missing_is_no_problem_any_more(self):
        proof = proof_of(PLAN.replace("2024年", ""))
        self.assertIn("没有找到计划年度。", [p.message for p in proof.draft.problems])
        fixed = correct(proof, "edit_plan", year=2024)
        self.assertNotIn("没有找到计划年度。", [p.message for p in fixed.draft.problems])

    def test_sections_are_renamed_added_and_deleted_when_empty(self):
        fixed = self.fix("edit_section", section=1, ordinal="二", title="深化改革", text="")
        self.assertEqual(fixed.draft.sections[1].title, "深化改革")
        fixed = correct(fixed, "add_section", after=0, ordinal="", title="补充")
        self.assertEqual([s.title for s in fixed.draft.sections][1], "补充")
        fixed = correct(fixed, "delete_section", section=1)
        self.assertEqual(len(fixed.draft.sections), 3)
        with self.assertRaisesMessage(CorrectionRefused, "还有事项"):
            correct(fixed, "delete_section", section=0)

    def test_edit_item(self):
        fixed = self.fix(
            "edit_item", item=1, number="二", title="体育", body="", level2=None, deadline=date(2024, 9, 30)
        )
        self.assertEqual(fixed.draft.items[1].deadline, date(2024, 9, 30))

    def test_add_item(self):
        fixed = self.fix("add_item", section=1, number="4a", title="补充事项")
        self.assertEqual(titles(fixed)[1], ["做好招生工作", "补充事项"])

    def test_merge_up_keeps_the_words_and_joins_the_offices(self):
        fixed = self.fix("merge_up", item=1)
        [upper, _] = fixed.draft.sections[0].items
        self.assertEqual(upper.body, "深化思政课改革。建好工作室。\n2.加强体育工作。开展阳光体育大联赛。")
        self.assertEqual(offices_of(upper), {"德育科": "lead", "计财科": "support", "体卫科艺科": "responsible"})
        self.assertNotIn(PieceKind.ITEM, [p.kind for p in fixed.draft.pieces if p.line == 6])
        with self.assertRaises(CorrectionRefused):
            correct(self.proof, "merge_up", item=0)

    def test_merge_up_reaches_over_the_sections_border(self):
        self.assertEqual([len(s) for s in titles(self.fix("merge_up", item=3))], [3, 0, 1])

    def test_split_item_at_a_sentence(self):
        fixed = self.fix("split_item", item=0, at=1)
        upper, lower = fixed.draft.items[:2]
        self.assertEqual((upper.body, lower.title, lower.body), ("深化思政课改革。", "建好工作室", ""))
        self.assertEqual(offices_of(lower), offices_of(upper))
        self.assertIn(("建好工作室。", PieceKind.ITEM), [(p.text, p.kind) for p in fixed.draft.pieces])

    def test_split_undoes_merge(self):
        merged = self.fix("merge_up", item=1)
        self.assertEqual(sentences(merged.draft.items[0].body)[2], "2.加强体育工作。")
        again = correct(merged, "split_item", item=0, at=2)
        self.assertEqual((again.draft.items[1].number, again.draft.items[1].title), ("2", "加强体育工作"))
        self.assertEqual(again.draft.items[1].line, 6)

    def test_move_item(self):
        for to, expected in {
            "up": [["加强体育工作", "加强德育工作", "加强美育工作"], ["做好招生工作"], ["落实经费保障"]],
            "down": [["加强德育工作", "加强美育工作", "加强体育工作"], ["做好招生工作"], ["落实经费保障"]],
            "2": [["加强德育工作", "加强美育工作"], ["做好招生工作"], ["加强体育工作", "落实经费保障"]],
        }.items():
            with self.subTest(to=to):
                self.assertEqual(titles(self.fix("move_item", item=1, to=to)), expected)

    def test_move_item_over_a_border_and_not_beyond_the_end(self):
        self.assertEqual([len(s) for s in titles(self.fix("move_item", item=3, to="up"))], [4, 0, 1])
        self.assertEqual([len(s) for s in titles(self.fix("move_item", item=2, to="down"))], [2, 2, 1])
        for item, to in ((0, "up"), (4, "down")):
            with self.assertRaises(CorrectionRefused):
                correct(self.proof, "move_item", item=item, to=to)

    def test_delete_item(self):
        fixed = self.fix("delete_item", item=4)
        self.assertEqual(titles(fixed)[2], [])
        self.assertEqual({p.kind for p in fixed.draft.pieces if p.line == 12}, {PieceKind.FURNITURE})

    def test_offices(self):
        fixed = self.fix("set_offices", item=2, offices=[("宣传科", "lead"), ("中教科", "support")])
        self.assertEqual(offices_of(fixed.draft.items[2]), {"宣传科": "lead", "中教科": "support"})
        fixed = self.fix("assign_offices", offices={0: [("宣传科", "lead")], 3: [("德育科", "support")]})
        self.assertEqual(offices_of(fixed.draft.items[0]), {"宣传科": "lead"})
        self.assertEqual(offices_of(fixed.draft.items[3]), {"德育科": "support"})
        self.assertEqual(self.fix("accept_office", name="中教科").new_offices, ["中教科"])
        fixed = self.fix("rename_office", name="计财科", into="计划科、财务科")
        self.assertEqual(offices_of(fixed.draft.items[0]), {"德育科": "lead", "计划科": "support", "财务科": "support"})

    def test_a_line_marked_as_furniture_leaves_the_body(self):
        item = self.proof.draft.items[2]
        self.assertEqual((item.line, item.body), (7, "开展美育节。"))
        fixed = self.fix("mark_furniture", line=8)
        self.assertEqual(fixed.draft.items[2].body, "")
        self.assertEqual(counts_of(fixed.draft).total, counts_of(self.proof.draft).total)

    def test_an_items_line_marked_as_furniture_takes_the_item_away(self):
        self.assertEqual(titles(self.fix("mark_furniture", line=6))[0], ["加强德育工作", "加强美育工作"])

    def test_a_heading_marked_as_furniture_joins_its_items_to_the_section_above(self):
        fixed = self.fix("mark_furniture", line=9)
        self.assertEqual([len(s) for s in titles(fixed)], [4, 1])

    def test_a_stray_line_is_given_to_an_item(self):
        fixed = self.fix("give_line", line=13, item=4)
        self.assertTrue(fixed.draft.items[4].body.endswith("虹口区教育局办公室 2024年3月1日印发"))
        with self.assertRaisesMessage(CorrectionRefused, "已经归入"):
            correct(fixed, "give_line", line=13, item=4)

    def test_a_problem_is_settled_but_no_error(self):
        proof = proof_of("工作要点\n没有事项。\n")
        [n] = [n for n, p in enumerate(proof.draft.problems) if p.severity == "error"][:1] or [None]
        if n is not None:
            with self.assertRaises(CorrectionRefused):
                correct(proof, "settle_problem", problem=n)
        proof = proof_of(PLAN.replace("2024年", ""))
        fixed = correct(proof, "settle_problem", problem=0)
        self.assertEqual(len(fixed.draft.problems), len(proof.draft.problems) - 1)

    def test_what_is_not_there_is_refused(self):
        for name, values in {
            "edit_item": {"item": 99, "title": "无"},
            "move_item": {"item": 0, "to": "9"},
            "split_item": {"item": 0, "at": 9},
            "edit_section": {"section": 9, "title": ""},
            "settle_problem": {"problem": 99},
            "mark_furniture": {"line": 99},
            "edit_project": {"project": 0},
            "set_revised": None,
        }.items():
            if values is not None:
                with self.subTest(correction=name), self.assertRaises((CorrectionRefused, AttributeError)):
                    correct(self.proof, name, **values)

    def test_the_choice_of_the_plan_revised(self):
        proof = correct(correct(self.proof, "set_revised", plan=7), "set_match", key="1|加强德育工作", old=3)
        self.assertEqual((proof.revises, proof.matches), (7, {"1|加强德育工作": 3}))
        proof = correct(proof, "set_match", key="2|加强体育工作", old=3)
        self.assertEqual(proof.matches, {"2|加强体育工作": 3})


class LetterTest(SimpleTestCase):
    """A feedback letter is corrected too."""

    def test_projects_blocks_and_parts(self):
        path = Path(settings.BASE_DIR, "seeds", "changning-2020-progress-feedback.txt")
        [draft] = parse_document(path.name, path.read_bytes())
        proof = correct(Proof(draft), "edit_project", project=0, completion_percent=85.0)
        proof = correct(proof, "edit_block", block=0, kind="other")
        proof = correct(proof, "edit_task", task=0, progress="已完成。")
        self.assertEqual(proof.draft.projects[0].completion_percent, 85.0)
        self.assertEqual((proof.draft.blocks[0].kind, proof.draft.tasks[0].progress), ("other", "已完成。"))


class PlacesTest(SimpleTestCase):
    """Each piece knows where it went."""

    def test_every_piece_of_content_has_a_place_and_every_item_a_piece(self):
        for path in Path(settings.BASE_DIR, "seeds").glob("*plan.txt"):
            [draft] = parse_document(path.name, path.read_bytes())
            places = Counter(places_of(draft))
            with self.subTest(seed=path.name):
                self.assertLessEqual({f"item-{n}" for n in range(len(draft.items))}, set(places))
                for piece, place in zip(draft.pieces, places_of(draft), strict=True):
                    self.assertEqual(place is None, piece.kind in (PieceKind.FURNITURE, PieceKind.PROBLEM), piece)

    def test_a_document_on_one_line(self):
        proof = proof_of(" ".join(PLAN.split()))
        if len(proof.draft.items) == 5:
            self.assertLessEqual({f"item-{n}" for n in range(5)}, set(places_of(proof.draft)))
