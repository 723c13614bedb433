"""Offices in every form documents name them, and deadlines in words."""

import unittest
from datetime import date

from importer.plan.dates import deadline_from, deadline_in
from importer.plan.offices import split_names
from tests.importer.accounting import AccountingMixin
from tests.importer.outlines import parse

# Text after `1.` -> (title, body, offices, lead, support)
FORMS = {
    "bracket with a label": (
        "加强德育。办好活动。（责任科室：宣传科、组织科、德育）",
        ("加强德育", "办好活动。", "宣传科 组织科 德育", "", ""),
    ),
    "half-width bracket": (
        "加强德育。办好活动。(责任单位:德育科,体卫科)",
        ("加强德育", "办好活动。", "德育科 体卫科", "", ""),
    ),
    "square bracket": (
        "加强德育。办好活动。【责任处室：基教处、德育处】",
        ("加强德育", "办好活动。", "基教处 德育处", "", ""),
    ),
    "lead and support": (
        "加强德育。办好活动。（牵头单位：德育科，配合单位：中教科、小教科）",
        ("加强德育", "办好活动。", "德育科 中教科 小教科", "德育科", "中教科 小教科"),
    ),
    "lead, responsible and joint": (
        "加强德育。办好活动。（牵头科室：德育科；责任科室：中教科；协办单位：各学校）",
        ("加强德育", "办好活动。", "德育科 中教科 各学校", "德育科", "中教科 各学校"),
    ),
    "responsible and support without a lead": (
        "加强德育。办好活动。（责任科室：德育科；配合科室：中教科）",
        ("加强德育", "办好活动。", "德育科 中教科", "", "中教科"),
    ),
    "full stop behind the bracket": (
        "加强德育。办好活动（责任科室：德育科）。",
        ("加强德育", "办好活动。", "德育科", "", ""),
    ),
    "bracket behind the title": (
        "加强德育（责任科室：德育科）。办好活动。",
        ("加强德育", "办好活动。", "德育科", "", ""),
    ),
    "title only": ("加强德育（责任科室：德育科）", ("加强德育", "", "德育科", "", "")),
    "a bracket in the text stays": (
        "加强德育。办好（春季）活动，推进校园（含幼儿园）建设。（责任科室：德育科）",
        ("加强德育", "办好（春季）活动，推进校园（含幼儿园）建设。", "德育科", "", ""),
    ),
    "line of its own behind": (
        "加强德育。办好活动。\n责任科室：德育科、中教科",
        ("加强德育", "办好活动。", "德育科 中教科", "", ""),
    ),
    "lines of their own": (
        "加强德育。办好活动。\n牵头科室：德育科\n配合科室：中教科、小教科",
        ("加强德育", "办好活动。", "德育科 中教科 小教科", "德育科", "中教科 小教科"),
    ),
    "line of its own between title and text": (
        "加强德育\n责任科室：德育科\n办好活动。",
        ("加强德育", "办好活动。", "德育科", "", ""),
    ),
    "bracket on a line of its own": (
        "加强德育。办好活动。\n（责任科室：德育科）",
        ("加强德育", "办好活动。", "德育科", "", ""),
    ),
    "last sentence with a label": (
        "加强德育。办好活动。责任科室：德育科、中教科。",
        ("加强德育", "办好活动。", "德育科 中教科", "", ""),
    ),
    "verbs in a bracket": (
        "加强德育。办好活动。（德育科牵头，中教科、小教科配合）",
        ("加强德育", "办好活动。", "德育科 中教科 小教科", "德育科", "中教科 小教科"),
    ),
    "verbs without a bracket": (
        "加强德育。办好活动。由德育科牵头，中教科、小教科配合。",
        ("加强德育", "办好活动。", "德育科 中教科 小教科", "德育科", "中教科 小教科"),
    ),
    "verbs on a line of their own": (
        "加强德育。办好活动。\n德育科牵头，中教科、小教科配合",
        ("加强德育", "办好活动。", "德育科 中教科 小教科", "德育科", "中教科 小教科"),
    ),
    "share the work": (
        "加强德育。办好活动。（德育科、中教科等按职责分工负责）",
        ("加强德育", "办好活动。", "德育科 中教科", "", ""),
    ),
    "one is responsible": (
        "加强德育。办好活动。（德育科、中教科负责）",
        ("加强德育", "办好活动。", "德育科 中教科", "", ""),
    ),
    "lead, others share": (
        "加强德育。办好活动。（德育科牵头，中教科、各学校按职责分工负责）",
        ("加强德育", "办好活动。", "德育科 中教科 各学校", "德育科", "中教科 各学校"),
    ),
    "names alone": (
        "加强德育。办好活动。（德育科、中教科、教育学院）",
        ("加强德育", "办好活动。", "德育科 中教科 教育学院", "", ""),
    ),
    "brackets inside": (
        "加强德育。办好活动。（责任科室：德育科（团委）、人事科（教师工作科）、中教科）",
        ("加强德育", "办好活动。", "德育科（团委） 人事科（教师工作科） 中教科", "", ""),
    ),
    "mismatched bracket": (
        "加强德育。办好活动。（责任科室：德育科、中教科】",
        ("加强德育", "办好活动。", "德育科 中教科", "", ""),
    ),
    "bracket never closed": (
        "加强德育。办好活动。（责任科室：德育科、中教科",
        ("加强德育", "办好活动。", "德育科 中教科", "", ""),
    ),
    "bracket opened twice": (
        "加强德育。办好活动。（（责任科室：德育科、中教科）",
        ("加强德育", "办好活动。", "德育科 中教科", "", ""),
    ),
    "slashes and semicolons": (
        "加强德育。办好活动。（责任科室：德育科/中教科；小教科）",
        ("加强德育", "办好活动。", "德育科 中教科 小教科", "", ""),
    ),
    "wide space between": (
        "加强德育。办好活动。（责任科室：德育科　中教科  小教科）",
        ("加强德育", "办好活动。", "德育科 中教科 小教科", "", ""),
    ),
    "space inside names": (
        "加强德育。办好活动。（责任科室：德 育 科、办公 室）",
        ("加强德育", "办好活动。", "德育科 办公室", "", ""),
    ),
    "all offices": ("加强德育。办好活动。（责任科室：各科室）", ("加强德育", "办好活动。", "各科室", "", "")),
    "a person beside the offices": (
        "加强德育。办好活动。（责任领导：张三；责任科室：德育科）",
        ("加强德育", "办好活动。", "德育科", "", ""),
    ),
    "label in two parts": (
        "加强德育。办好活动。（责任科室、单位：德育科、中教科）",
        ("加强德育", "办好活动。", "德育科 中教科", "", ""),
    ),
    "broken by a page": (
        "加强德育。办好活动。（责任科室：德育科、\n中教科）",
        ("加强德育", "办好活动。", "德育科 中教科", "", ""),
    ),
    "label broken by a line's end": (
        "加强德育。办好活动。（责任\n科室：德育科、中\n教科）",
        ("加强德育", "办好活动。", "德育科 中教科", "", ""),
    ),
    "two sentences with brackets": (
        "加强德育。办好活动。（责任科室：德育科）推进课程。（责任科室：中教科）",
        ("加强德育", "办好活动。推进课程。", "德育科 中教科", "", ""),
    ),
    "no offices": (
        "加强德育。由学校组织，教师参与，配合街道做好工作。探索合作（复旦大学、上海大学）机制。",
        ("加强德育", "由学校组织，教师参与，配合街道做好工作。探索合作（复旦大学、上海大学）机制。", "", "", ""),
    ),
    "a count is no office": (
        "加强德育。办好活动。推进德育和体育5所学校推进。",
        ("加强德育", "办好活动。推进德育和体育5所学校推进。", "", "", ""),
    ),
    "label with a bracket inside": (
        "加强德育。办好活动。（责任处（科）室：德育科、中教科）",
        ("加强德育", "办好活动。", "德育科 中教科", "", ""),
    ),
    "people alone stay text": (
        "加强德育。办好活动。（责任人：张三）",
        ("加强德育", "办好活动。（责任人：张三）", "", "", ""),
    ),
    "a colon in a sentence is no label": (
        "加强德育。落实：一是加强领导，二是强化督查。",
        ("加强德育", "落实：一是加强领导，二是强化督查。", "", "", ""),
    ),
    "a deadline beside verbs": (
        "加强德育。办好活动。（德育科牵头，各学校配合，2024年6月底前完成）",
        ("加强德育", "办好活动。", "德育科 各学校", "德育科", "各学校"),
    ),
    "a deadline beside the offices": (
        "加强德育。办好活动。（责任科室：德育科；完成时限：2024年6月）",
        ("加强德育", "办好活动。", "德育科", "", ""),
    ),
}


class OfficeFormTests(AccountingMixin, unittest.TestCase):
    maxDiff = None

    def test_forms(self):
        for name, (text, expected) in FORMS.items():
            with self.subTest(name):
                document = f"东湖区教育局2024年工作要点\n一、提升质量\n1.{text}\n2.推进改革。抓好落实。\n"
                draft = parse(document)
                item = draft.items[0]
                found = (
                    item.title,
                    item.body,
                    *(" ".join(names) for names in (item.offices, item.lead_offices, item.support_offices)),
                )
                self.assertEqual(found, expected)
                self.assertEqual([item.number for item in draft.items], ["1", "2"])
                self.assert_accounted(document, [draft])

    def test_a_line_before_the_number_belongs_to_what_follows(self):
        draft = parse(
            """
            东湖区教育局2024年工作要点
            一、提升质量
            责任科室：德育科
            1.加强德育。办好活动。
            责任科室：中教科
            2.推进改革。抓好落实。
            """
        )
        self.assertEqual([item.offices for item in draft.items], [["德育科"], ["中教科"]])
        self.assertEqual(draft.sections[0].text, "")

    def test_names_are_divided_outside_brackets_only(self):
        for text, names in (
            ("德育科、人事科（教师、干部）", ["德育科", "人事科（教师、干部）"]),
            ("办 公 室　人 事 科", ["办公室", "人事科"]),
            ("局办公室 人事科", ["局办公室", "人事科"]),
            ("团委、少 工 委等", ["团委", "少工委"]),
            ("德育和未保中心", ["德育和未保中心"]),
        ):
            with self.subTest(text):
                self.assertEqual(split_names(text), names)


class DeadlineTests(unittest.TestCase):
    def test_words_to_dates(self):
        for words, day in (
            ("年底前", date(2024, 12, 31)),
            ("9月底前", date(2024, 9, 30)),
            ("9月底", date(2024, 9, 30)),
            ("2月末前", date(2024, 2, 29)),
            ("9月前", date(2024, 8, 31)),
            ("6月30日前", date(2024, 6, 30)),
            ("2023年12月", date(2023, 12, 31)),
            ("2023年12月底前", date(2023, 12, 31)),
            ("2025年6月15日", date(2025, 6, 15)),
            ("2025年底前", date(2025, 12, 31)),
            ("12月", date(2024, 12, 31)),
            ("每季度末", date(2024, 12, 31)),
            ("第三季度", date(2024, 9, 30)),
            ("上半年", date(2024, 6, 30)),
            ("全年", date(2024, 12, 31)),
            ("3月-10月", date(2024, 10, 31)),
            ("1-12月", date(2024, 12, 31)),
            ("2024.12", date(2024, 12, 31)),
            ("2024年1月—12月", date(2024, 12, 31)),
            ("长期坚持", None),
            ("持续推进", None),
        ):
            with self.subTest(words):
                self.assertEqual(deadline_from(words, 2024).day, day)

    def test_no_deadline(self):
        for words in ("尽快", "按要求", "13月底前是错的"):
            with self.subTest(words):
                found = deadline_from(words, 2024)
                self.assertIsNone(found.day if found else None)

    def test_in_the_text_of_an_item(self):
        for text, day in (
            ("加强德育。6月底前完成方案，年底前全面实施。", date(2024, 12, 31)),
            ("加强德育。2024年9月底前完成。", date(2024, 9, 30)),
            ("加强德育。办好活动。完成时限：2024年11月", date(2024, 11, 30)),
            ("加强德育。（责任科室：德育科；完成时限：6月底前）", date(2024, 6, 30)),
            ("加强德育。时间节点：每季度末", date(2024, 12, 31)),
            ("加强德育。年内新增5个点。2023年12月召开了会议。", None),
            ("加强德育。目前进展顺利，学前教育普及。", None),
        ):
            with self.subTest(text):
                found = deadline_in(text, 2024)
                self.assertEqual(found.day if found else None, day)

    def test_words_without_a_date_are_kept(self):
        draft = parse(
            "东湖区教育局2024年工作要点\n一、质量\n1.加强德育。办好活动。（责任科室：德育科，完成时限：长期坚持）\n2.改革。落实。\n"
        )
        item = draft.items[0]
        self.assertEqual((item.offices, item.deadline, item.deadline_text), (["德育科"], None, "长期坚持"))
