"""Decimal numbering: 1.1 and 1.1.1 head items where they go on in sequence; 2.0版, 1.5万个 and 3.15 never do."""

import unittest

from django.test import tag
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from importer.text.patterns import DECIMALS
from tests.importer.accounting import AccountingMixin
from tests.importer.outlines import outline, parse, written
from tests.importer.test_patterns import view
from tests.importer.test_properties import chinese, groups, item_lines

DOCUMENTS = {
    "items under digits": (
        """
        东湖区教育局2024年工作要点
        1. 加强队伍建设
        1.1 完善师德考核。开展师德专题教育。（责任科室：人事科）
        1.2 优化教师培训。组织学科培训。（责任科室：教育学院）
        2. 加强校园安全
        2.1 完善安全制度。落实安全责任。（责任科室：安全科）
        2.2 开展安全检查。每月检查一次。（责任科室：安全科）
        """,
        """
        §1 加强队伍建设
        1.1 完善师德考核 | 开展师德专题教育。 | 人事科
        1.2 优化教师培训 | 组织学科培训。 | 教育学院
        §2 加强校园安全
        2.1 完善安全制度 | 落实安全责任。 | 安全科
        2.2 开展安全检查 | 每月检查一次。 | 安全科
        """,
    ),
    "headings without a sign, no space behind the decimals": (
        """
        东湖区教育局2024年工作要点
        1 加强队伍建设
        1.1完善师德考核
        开展师德专题教育，完善考核办法。
        1.2优化教师培训
        组织学科培训，选派教师交流。
        2 加强校园安全
        2.1完善安全制度
        落实安全责任，签订责任书。
        2.2开展安全检查
        每月检查一次，建立台账。
        """,
        """
        §1 加强队伍建设
        1.1 完善师德考核 | 开展师德专题教育，完善考核办法。
        1.2 优化教师培训 | 组织学科培训，选派教师交流。
        §2 加强校园安全
        2.1 完善安全制度 | 落实安全责任，签订责任书。
        2.2 开展安全检查 | 每月检查一次，建立台账。
        """,
    ),
    "under Chinese numerals": (
        """
        东湖区教育局2024年工作要点
        一、加强队伍建设
        1.1 完善师德考核。开展师德专题教育。
        1.2 优化教师培训。组织学科培训。
        二、加强校园安全
        2.1 完善安全制度。落实安全责任。
        2.2 开展安全检查。每月检查一次。
        """,
        """
        §一 加强队伍建设
        1.1 完善师德考核 | 开展师德专题教育。
        1.2 优化教师培训 | 组织学科培训。
        §二 加强校园安全
        2.1 完善安全制度 | 落实安全责任。
        2.2 开展安全检查 | 每月检查一次。
        """,
    ),
    "three levels": (
        """
        东湖区教育局2024年工作要点
        1. 加强队伍建设
        1.1 师德师风
        1.1.1 完善师德考核。开展师德专题教育。
        1.1.2 选树师德典型。评选优秀教师。
        1.2 教师培训
        1.2.1 优化教师培训。组织学科培训。
        2. 加强校园安全
        2.1 安全管理
        2.1.1 完善安全制度。落实安全责任。
        2.1.2 开展安全检查。每月检查一次。
        """,
        """
        §1 加强队伍建设
        师德师风 > 1.1.1 完善师德考核 | 开展师德专题教育。
        师德师风 > 1.1.2 选树师德典型 | 评选优秀教师。
        教师培训 > 1.2.1 优化教师培训 | 组织学科培训。
        §2 加强校园安全
        安全管理 > 2.1.1 完善安全制度 | 落实安全责任。
        安全管理 > 2.1.2 开展安全检查 | 每月检查一次。
        """,
    ),
    "under digits under Chinese numerals": (
        """
        东湖区教育局2024年工作要点
        一、抓好重点工作
        1. 队伍建设
        1.1 完善师德考核。开展师德专题教育。
        1.2 优化教师培训。组织学科培训。
        2. 校园安全
        2.1 完善安全制度。落实安全责任。
        2.2 开展安全检查。每月检查一次。
        """,
        """
        §一 抓好重点工作
        队伍建设 > 1.1 完善师德考核 | 开展师德专题教育。
        队伍建设 > 1.2 优化教师培训 | 组织学科培训。
        校园安全 > 2.1 完善安全制度 | 落实安全责任。
        校园安全 > 2.2 开展安全检查 | 每月检查一次。
        """,
    ),
    "points of items that have text of their own": (
        """
        东湖区教育局2024年工作要点
        一、抓好重点工作
        1. 加强队伍建设。全面提高教师素质。（责任科室：人事科）
        1.1 完善师德考核，开展师德专题教育。
        1.2 优化教师培训，组织学科培训。
        2. 加强校园安全。全面落实责任。（责任科室：安全科）
        2.1 完善安全制度，落实安全责任。
        2.2 开展安全检查，每月检查一次。
        """,
        """
        §一 抓好重点工作
        1 加强队伍建设 | 全面提高教师素质。/1.1完善师德考核，开展师德专题教育。/1.2优化教师培训，组织学科培训。 | 人事科
        2 加强校园安全 | 全面落实责任。/2.1完善安全制度，落实安全责任。/2.2开展安全检查，每月检查一次。 | 安全科
        """,
    ),
    "no numbers: a version, a number with its unit, a day": (
        """
        东湖区教育局2024年工作要点
        一、抓好重点工作
        1. 加强信息化。推进平台建设：
        2.0版平台全面上线。
        1.5万个终端更新到位。
        2. 加强宣传教育。组织主题活动：
        3.15消费者权益日开展宣传。
        2.1劳动最光荣活动如期举办。
        """,
        """
        §一 抓好重点工作
        1 加强信息化 | 推进平台建设：/2.0版平台全面上线。/1.5万个终端更新到位。
        2 加强宣传教育 | 组织主题活动：/3.15消费者权益日开展宣传。/2.1劳动最光荣活动如期举办。
        """,
    ),
}


class DecimalTests(AccountingMixin, unittest.TestCase):
    maxDiff = None

    def test_rows_match_their_examples(self):
        for pattern in DECIMALS:
            with self.subTest(pattern.name):
                self.assertTrue(pattern.compiled.match(view(pattern.example)))
        self.assertIsNone(DECIMALS[1].compiled.match(view("1.1.1 完善师德考核")))

    def test_documents_read_as_expected_and_lose_nothing(self):
        for name, (document, expected) in DOCUMENTS.items():
            with self.subTest(name):
                draft = parse(document)
                self.assertEqual(outline(draft), written(expected))
                self.assert_accounted(document, [draft])
                self.assertEqual([problem.message for problem in draft.problems], [])

    def test_full_width_forms(self):
        document, expected = DOCUMENTS["items under digits"]
        for wide in (document.translate(str.maketrans(".", "．")), document.translate(str.maketrans("12.", "１２．"))):
            self.assertEqual(
                outline(parse(wide.replace("２０２４", "2024"))).translate(str.maketrans("．", ".")), written(expected)
            )

    def test_a_gap_stays_as_printed_with_a_warning(self):
        document, _ = DOCUMENTS["items under digits"]
        draft = parse(document.replace("2.2 ", "2.3 "))
        self.assertEqual([item.number for item in draft.items], ["1.1", "1.2", "2.1", "2.3"])
        self.assertEqual([problem.message for problem in draft.problems], ["编号从 1 跳到 3。"])

    @tag("slow")
    @settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(groups, st.sampled_from(("1. ", "1、", "一、", "1 ")), st.sampled_from((" ", "", "、")))
    def test_any_outline_reads_back(self, sections, section_style, behind):
        lines, expected = [], []
        for number, items in enumerate(sections, start=1):
            lines.append(
                f"{section_style.replace('1', str(number)).replace('一', chinese(number))}抓好第{number}方面工作"
            )
            for place, item in enumerate(items, start=1):
                item.points = []
                lines.extend(item_lines(item, f"{number}.{place}{behind}", "▲"))
                expected.append((f"{number}.{place}", item.title, item.body, item.offices))
        text = "\n".join(["东湖区教育局2024年工作要点", *lines, ""])
        draft = parse(text)
        self.assertEqual([(item.number, item.title, item.body, item.offices) for item in draft.items], expected)
        self.assertEqual(len(draft.sections), len(sections))
        self.assert_accounted(text, [draft])
