"""The five seed documents are read as the table of issue 2 says, and nothing in them is lost."""

import unittest
from collections import Counter
from pathlib import Path

from django.test import tag

from importer.drafts.as_json import drafts_to_json
from importer.parse import parse_document
from tests.importer.accounting import AccountingMixin

SEEDS = Path(__file__).parents[2] / "seeds"

PLANS = {
    "changning-2023-annual-plan.txt": (6, 3, 9, 3, 9),
    "baoshan-2023-second-half-plan.txt": (1, 4, 2, 6, 2, 4, 2, 4),
    "jingan-2024-annual-plan.txt": (6, 7, 7, 5, 3, 3, 6),
    "hongkou-2022-annual-plan.txt": (6, 7, 6, 3, 5, 5, 4),
}
FEEDBACK = "changning-2020-progress-feedback.txt"


def read(name):
    """The one draft of a seed."""
    (draft,) = parse_document(name, (SEEDS / name).read_bytes())
    return draft


class SeedPlanTests(AccountingMixin, unittest.TestCase):
    def test_sections_and_items_are_all_found(self):
        for name, counts in PLANS.items():
            with self.subTest(name):
                draft = read(name)
                self.assertEqual(draft.kind, "plan")
                self.assertEqual(tuple(len(section.items) for section in draft.sections), counts)
                self.assertEqual([item.number for item in draft.items], [str(n + 1) for n in range(sum(counts))])
                self.assertEqual(draft.problems, [])

    def test_every_item_has_a_title_of_one_sentence_and_a_body_that_ends(self):
        for name in PLANS:
            for item in read(name).items:
                with self.subTest(f"{name} {item.number}"):
                    self.assertLess(len(item.title), 30)
                    self.assertNotIn("。", item.title)
                    self.assertTrue(item.body.endswith("。"))
                    self.assertNotRegex(item.body, r"[\n*]|  |—  \d")

    def test_nothing_is_lost(self):
        for name in (*PLANS, FEEDBACK):
            with self.subTest(name):
                self.assert_accounted((SEEDS / name).read_bytes().decode(), [read(name)])

    def test_heads(self):
        expected = {
            "changning-2023-annual-plan.txt": (
                "长教〔2023〕8号",
                "长宁区教育局",
                "2023年长宁区教育局工作要点",
                2023,
                "2023-03-01",
            ),
            "baoshan-2023-second-half-plan.txt": (
                "宝教〔2023〕43号",
                "上海市宝山区教育局",
                "上海市宝山区教育局2023年下半年工作补充意见",
                2023,
                "2023-08-18",
            ),
            "jingan-2024-annual-plan.txt": (
                None,
                "上海市静安区教育局",
                "静安区教育局2024年工作要点",
                2024,
                "2024-03-04",
            ),
            "hongkou-2022-annual-plan.txt": (
                "虹教〔2022〕1号",
                "上海市虹口区教育局",
                "虹口区教育局2022年工作要点",
                2022,
                "2022-03-15",
            ),
        }
        for name, head in expected.items():
            with self.subTest(name):
                draft = drafts_to_json(read(name))
                self.assertEqual(
                    tuple(draft[key] for key in ("document_number", "issuer", "title", "year", "issued_on")), head
                )
                self.assertTrue(draft["preamble"].startswith(f"{draft['year']}年"), draft["preamble"])

    def test_sentences_broken_by_pages_are_whole(self):
        items = {item.number: item for item in read("changning-2023-annual-plan.txt").items}
        self.assertIn("科创中心建设项目，建成全国首个学生“微芯”", items["2"].body)
        self.assertIn("民办义务教育规范工作。", items["12"].body)
        self.assertTrue(items["12"].body.startswith("职业教育：优化专业布局"))
        self.assertIn("改扩建工程等“十四五”规划项目", items["17"].body)
        self.assertEqual((items["2"].line, items["2"].last_line), (29, 31))

    def test_a_section_without_number_has_no_ordinal(self):
        sections = read("hongkou-2022-annual-plan.txt").sections
        self.assertEqual([section.ordinal for section in sections], [None, "二", "三", "四", "五", "六", "七"])
        self.assertEqual(sections[0].title, "落实立德树人根本任务，促进学生全面健康发展")

    def test_what_closes_a_plan_belongs_to_no_item(self):
        draft = read("jingan-2024-annual-plan.txt")
        self.assertTrue(draft.closing.startswith("在做好以上各项工作的同时"))
        self.assertTrue(draft.items[-1].body.endswith("提升语言文字服务能力。"))

    def test_offices_of_hongkou(self):
        items = read("hongkou-2022-annual-plan.txt").items
        mentions = Counter(office for item in items for office in item.offices)
        self.assertEqual((sum(1 for item in items if item.offices), mentions.total(), len(mentions)), (36, 134, 25))
        self.assertEqual(items[8].offices, ["各科室", "各部门"])
        self.assertEqual(items[0].offices, ["宣传科", "组织科", "德育", "教育学院"])
        self.assertTrue(all(not item.lead_offices and not item.support_offices for item in items))
        self.assertFalse(any("责任科室" in item.body for item in items))


class SameDocumentTests(unittest.TestCase):
    """A seed in another encoding, with other line ends or white space, is the same document."""

    @tag("slow")
    def test_encodings_line_ends_and_white_space(self):
        for name in (*PLANS, FEEDBACK):
            text = (SEEDS / name).read_bytes().decode()
            expected = self.words(text.encode())
            for change, content in {
                "gb18030": text.encode("gb18030"),
                "utf-16": text.encode("utf-16"),
                "utf-16 without mark": text.encode("utf-16-le"),
                "byte order mark": text.encode("utf-8-sig"),
                "crlf": text.replace("\n", "\r\n").encode(),
                "form feeds": "\n".join(
                    ("\x0c" if number % 7 == 3 else "") + line for number, line in enumerate(text.split("\n"))
                ).encode(),
                "page numbers": text.replace("建\n\n成全国", "建\n— 3 —\n成全国").encode(),
                "ideographic indent": "\n".join(
                    "\u3000\u3000" + line if line.strip() else line for line in text.split("\n")
                ).encode(),
                "no-break and zero-width spaces": text.replace("，", "，\u200b").replace("\n", "\u00a0\n").encode(),
                "no blank lines": "\n".join(line for line in text.split("\n") if line.strip()).encode(),
                "tabs in front": text.replace("\n", "\n\t").encode(),
            }.items():
                with self.subTest(name=name, change=change):
                    self.assertEqual(self.words(content), expected)

    def words(self, content):
        """What is read of a document, but for the numbers of lines."""
        (draft,) = parse_document("a.txt", content)
        read = drafts_to_json(draft)
        for section in read.get("sections", ()):
            for item in section["items"]:
                item["line"] = None
        return read


class SeedFeedbackTests(unittest.TestCase):
    def setUp(self):
        self.draft = drafts_to_json(read(FEEDBACK))

    def test_head(self):
        expected = {
            "kind": "feedback",
            "document_number": None,
            "issuer": "长宁区教育局",
            "title": "长宁区教育局关于区政府2020年重点工作目标1-10月推进情况的反馈",
            "year": 2020,
            "issued_on": "2020-10-21",
            "recipient": "区府办",
            "period": "2020年1-10月",
            "completion_percent": 90,
            "contacts": ["宗宏", "黄丽灵"],
            "phones": ["22050725", "22050779"],
            "projects": [
                {"number": "043", "title": "推进教育“优质+均衡”发展三年行动计划落实", "completion_percent": 90}
            ],
            "problems": [],
        }
        self.assertEqual({key: self.draft[key] for key in expected}, expected)

    def test_chapters_and_tasks(self):
        self.assertEqual(
            [(block["heading"], block["kind"]) for block in self.draft["blocks"]],
            [("目前进展情况", "progress"), ("存在的困难", "difficulties"), ("下一步工作措施", "next_steps")],
        )
        self.assertEqual(
            [task["path"] for task in self.draft["tasks"]],
            [
                ["长宁教育“优质+均衡”发展", "高中"],
                ["长宁教育“优质+均衡”发展", "初中"],
                ["长宁教育“优质+均衡”发展", "小学"],
                ["形成完善的区域教育优秀人才引进及流动机制"],
                ["有序逐步推进三所信息化标杆校建设"],
            ],
        )
        for task in self.draft["tasks"]:
            self.assertTrue(task["progress"] and task["difficulties"] and task["next_steps"])

    def test_points_keep_their_marks_and_wrapped_lines_are_joined(self):
        high, _, primary, talent, _ = self.draft["tasks"]
        self.assertEqual([line[0] for line in high["progress"].split("\n")], ["①", "②", "③"])
        self.assertIn("明确民办学校建设方案", high["progress"])
        self.assertEqual(len(primary["next_steps"].split("\n")), 4)
        self.assertTrue(talent["progress"].startswith("⑴ 根据《长宁区教育系统引进高层次人才奖励实施办法》的文件规定"))

    def test_a_chapter_keeps_its_own_headings(self):
        lines = self.draft["blocks"][1]["text"].split("\n")
        self.assertEqual(lines[:3], ["1. 长宁教育优质均衡发展", "⑴ 高中", "区域缺乏教材审核的专业团队。"])
