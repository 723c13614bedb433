"""Every row of the table of patterns matches its own example, and no other kind of marker does so first."""

import unittest

from importer.drafts.drafts import Line
from importer.plan.chapters import ANNOUNCED, CHAPTER_KINDS, PROJECT, RATES, kind_of_chapter
from importer.text.flat import GLUED_HEADING, HEAD_JOINTS, LABEL_JOINT, TAIL_JOINTS
from importer.text.numbering import ANYTHING, HEADS, MARKER_START, NUMBERING
from importer.text.paragraphs import first_reading
from importer.text.passages import whole
from importer.text.patterns import (
    CLOSING,
    CLOSING_OF_REPORT,
    DECIMALS,
    DIGIT_BEFORE_DIGIT,
    FURNITURE,
    GARBAGE,
    HEAD,
    MARKERS,
    SITE_BOX,
    TAIL,
    full_match,
)


def view(text):
    """A text as patterns see it."""
    return whole(Line(1, text)).view


class PatternTests(unittest.TestCase):
    def test_markers_match_their_examples(self):
        for pattern in (*MARKERS, DIGIT_BEFORE_DIGIT):
            with self.subTest(pattern.example):
                self.assertTrue(pattern.compiled.match(view(pattern.example)))

    def test_a_line_gets_the_kind_of_its_row(self):
        for pattern in MARKERS:
            with self.subTest(pattern.example):
                self.assertEqual(first_reading(whole(Line(1, pattern.example))).kind, pattern.name)

    def test_every_form_of_numbers_is_one_row_and_has_a_pattern(self):
        names = [form.name for form in NUMBERING]
        self.assertEqual(len(names), len(set(names)))
        self.assertEqual(set(names), {pattern.name for pattern in (*MARKERS, *DECIMALS)})
        self.assertLessEqual(set(HEADS.values()) - {ANYTHING}, set(names))

    def test_what_every_marker_begins_with_is_told(self):
        for pattern in (*MARKERS, *DECIMALS):
            with self.subTest(pattern.example):
                self.assertTrue(MARKER_START.match(view(pattern.example)))
        self.assertFalse(MARKER_START.match("加强德育工作"))

    def test_whole_lines_match_their_examples(self):
        for table in (FURNITURE, GARBAGE, HEAD, CLOSING, CLOSING_OF_REPORT, TAIL):
            for pattern in table:
                with self.subTest(pattern.name):
                    self.assertTrue(pattern.compiled.fullmatch(view(pattern.example)), pattern.example)
                    self.assertIsNotNone(full_match(table, view(pattern.example)))

    def test_chapters_and_rates_match_their_examples(self):
        for kind, pattern in CHAPTER_KINDS:
            with self.subTest(pattern.name):
                self.assertEqual(kind_of_chapter(pattern.example.split("、")[-1]), kind)
        for pattern in (PROJECT, *RATES):
            with self.subTest(pattern.name):
                self.assertTrue(pattern.compiled.search(view(pattern.example)))

    def test_joints_cut_their_examples_where_the_bar_stands(self):
        for joint in (*HEAD_JOINTS, *GLUED_HEADING):
            with self.subTest(joint.name):
                match = joint.compiled.search(view(joint.example.replace("|", "")))
                places = [
                    place - count
                    for count, place in enumerate(index for index, sign in enumerate(joint.example) if sign == "|")
                ]
                self.assertIn(match.end(), places)

    def test_joints_of_the_end_begin_where_the_bar_stands(self):
        for joint in (*TAIL_JOINTS, LABEL_JOINT):
            with self.subTest(joint.name):
                match = joint.compiled.search(view(joint.example.replace("|", "")))
                self.assertEqual(match.start(), view(joint.example).index("|"))

    def test_the_box_of_a_site_says_what_its_row_reads(self):
        for pattern in SITE_BOX:
            with self.subTest(pattern.name):
                self.assertTrue(pattern.compiled.search(view(pattern.example))[1])

    def test_sentences_announce_what_their_row_says(self):
        for kind, pattern in ANNOUNCED:
            with self.subTest(pattern.name):
                self.assertEqual(kind_of_chapter(pattern.compiled.match(view(pattern.example))[1]), kind)

    def test_text_is_no_marker(self):
        for text in (
            "2.0版平台上线",
            "2023年工作",
            "3月底前完成",
            "一、二年级衔接",
            "十三五规划",
            "第三方评估",
            "100%覆盖",
            "1.5万平方米",
            "（含幼儿园）建设",
            "12345热线",
        ):
            with self.subTest(text):
                self.assertIsNone(first_reading(whole(Line(1, text))).marker)

    def test_text_is_no_furniture(self):
        for text in (
            "首页改版完成。",
            "来源广泛。",
            "2023年，全区工作。",
            "打印材料要节约。",
            "关闭不合格机构。",
            "上一篇章已经结束，新的开始。",
        ):
            with self.subTest(text):
                self.assertIsNone(first_reading(whole(Line(1, text))).furniture)
