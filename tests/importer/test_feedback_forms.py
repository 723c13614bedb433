"""Letters, summaries and self-evaluations in the forms they come in."""

import unittest
from datetime import date
from textwrap import dedent

from tests.importer.accounting import AccountingMixin
from tests.importer.outlines import parse

TWO_PROJECTS = """
    东湖区教育局关于区政府2024年重点工作目标1-6月推进情况的反馈
    区府办：
    现将我单位所涉项目完成情况反馈如下：
    第012项：推进托育点建设：新增普惠托育点10个。
    （一）目前进展情况
    项目有序推进，完成率已达60%。已建成6个。
    （二）存在的困难
    无。
    （三）下一步工作措施
    做好验收。
    第 015 项：扩大学位供给：新增学位2000个，目标完成率100%。
    （一）目前进展情况
    完成率为45.5%。招生计划完成101.5%。
    （二）存在的困难
    用地紧张。
    （三）下一步工作措施
    加强协调。
    东湖区教育局
    2024年7月5日
    联系人：王芳，联系电话：021-55550001
    """

HALF_YEAR = """
    东湖区教育局2024年上半年工作总结及下半年工作计划
    今年以来，区教育局坚持稳中求进。
    一、上半年工作完成情况
    （一）党的建设
    组织读书班两期。
    （二）教育质量
    1.推进课堂改革。
    2.开展教研活动。
    二、存在问题及下一步工作
    （一）存在的主要问题
    师资结构不够合理。
    （二）下一步工作打算
    加大引进力度。
    三、下半年工作计划
    （一）党的建设
    办好主题教育。
    （二）教育质量
    迎接督导。
    """

LABELLED = """
    关于东湖区教育局2024年第一季度重点工作进展情况的报告
    区政府：
    第 3 项：建设校园厨房
    完成情况：已完成选址，完成率30%。
    存在困难：无。
    下一步计划：尽快开工。
    东湖区教育局
    2024年4月2日
    """

SELF_EVALUATION = """
    东湖区人民政府履行教育职责自评报告
    （2023年度）
    一、基本情况
    全区现有学校80所。
    二、主要做法及成效
    （一）落实优先发展
    投入持续增长，预算完成率达101.5%。
    （二）加强队伍建设
    新聘教师120名，目标完成率为100%以上。
    三、存在的问题
    优质资源仍然不足。
    四、改进措施
    加快学校建设。
    """

PROSE_OF_TWO_KINDS = """
    东湖区教育局2023年工作总结
    一、主要工作完成情况
    完成年度目标。
    二、存在问题和下一步打算
    一是师资不足。二是场地紧张。下一步，将加大投入。
    同时加强管理。
    """

HEADED_PROJECTS = """
    东湖区教育局关于2024年重点工作1-9月推进情况的汇报
    区委督查室：
    一、推进“双减”工作
    进展情况：已完成作业管理检查，课后服务覆盖率100%，完成率75%。
    存在困难：无。
    下一步措施：继续推进。
    二、新建幼儿园3所
    进展情况：2所竣工，1所在建，完成率达66.7%。
    存在困难：资金缺口较大。
    下一步措施：争取专项资金。
    """

SUMMARY = """
    东湖区教育局2023年度工作总结
    今年以来，全区教育系统砥砺前行。
    一、加强党的建设，政治引领更加有力
    组织中心组学习12次。完成率100%。
    二、深化改革创新，办学活力更加充沛
    （一）集团化办学。新组建教育集团3个。
    三、存在的主要问题
    （一）优质资源不均衡。
    四、2024年工作打算
    （一）持续加强党建。
    """


class FeedbackFormTests(AccountingMixin, unittest.TestCase):
    maxDiff = None

    def read(self, text):
        draft = parse(text)
        self.assertEqual(draft.kind, "feedback")
        self.assert_accounted(dedent(text), [draft])
        return draft

    def blocks(self, draft):
        return [(block.heading, block.kind, block.text) for block in draft.blocks]

    def test_several_projects_in_one_letter(self):
        draft = self.read(TWO_PROJECTS)
        self.assertEqual(
            [(project.number, project.title, project.completion_percent) for project in draft.projects],
            [("012", "推进托育点建设", 60), ("015", "扩大学位供给", 45.5)],
        )
        self.assertIsNone(draft.completion_percent)
        self.assertEqual((draft.recipient, draft.period, draft.as_of), ("区府办", "2024年1-6月", date(2024, 6, 30)))
        self.assertEqual([block.project for block in draft.blocks], ["012"] * 3 + ["015"] * 3)
        self.assertEqual((draft.contacts, draft.phones), (["王芳"], ["021-55550001"]))
        self.assertEqual(draft.blocks[1].text, "无。")

    def test_half_year_summary_with_a_heading_that_holds_two_chapters(self):
        draft = self.read(HALF_YEAR)
        self.assertEqual(
            self.blocks(draft)[1:3],
            [
                ("存在的主要问题", "difficulties", "师资结构不够合理。"),
                ("下一步工作打算", "next_steps", "加大引进力度。"),
            ],
        )
        self.assertEqual(
            [block.kind for block in draft.blocks], ["progress", "difficulties", "next_steps", "next_steps"]
        )
        self.assertEqual(
            [(task.path, task.progress, task.next_steps) for task in draft.tasks],
            [
                (["党的建设"], "组织读书班两期。", "办好主题教育。"),
                (["教育质量"], "1.推进课堂改革。\n2.开展教研活动。", "迎接督导。"),
            ],
        )
        self.assertEqual((draft.period, draft.as_of), ("2024年上半年", date(2024, 6, 30)))
        self.assertEqual(draft.preamble, "今年以来，区教育局坚持稳中求进。")

    def test_chapters_by_labels_without_numbers(self):
        draft = self.read(LABELLED)
        self.assertEqual(
            self.blocks(draft),
            [
                ("完成情况", "progress", "已完成选址，完成率30%。"),
                ("存在困难", "difficulties", "无。"),
                ("下一步计划", "next_steps", "尽快开工。"),
            ],
        )
        self.assertEqual((draft.completion_percent, draft.period), (30, "2024年第一季度"))

    def test_headings_above_the_chapters_are_projects(self):
        draft = self.read(HEADED_PROJECTS)
        self.assertEqual(
            [(project.number, project.title, project.completion_percent) for project in draft.projects],
            [("一", "推进“双减”工作", 75), ("二", "新建幼儿园3所", 66.7)],
        )
        self.assertEqual([block.project for block in draft.blocks], ["一"] * 3 + ["二"] * 3)
        self.assertIsNone(draft.completion_percent)

    def test_chapters_of_a_summary_that_name_no_kind_tell_what_was_done(self):
        draft = self.read(SUMMARY)
        self.assertEqual([block.kind for block in draft.blocks], ["progress", "progress", "difficulties", "next_steps"])
        self.assertIsNone(draft.completion_percent, "a rate inside one topic is not the whole's")
        self.assertEqual((draft.year, draft.period), (2023, "2023年"))

    def test_self_evaluation_whose_percentages_are_no_completion_rate(self):
        draft = self.read(SELF_EVALUATION)
        self.assertEqual([block.kind for block in draft.blocks], ["other", "progress", "difficulties", "next_steps"])
        self.assertIsNone(draft.completion_percent)
        self.assertEqual((draft.year, draft.title), (2023, "东湖区人民政府履行教育职责自评报告（2023年度）"))

    def test_a_chapter_of_two_kinds_without_subheadings_is_divided_where_it_turns(self):
        draft = self.read(PROSE_OF_TWO_KINDS)
        self.assertEqual(
            self.blocks(draft)[1:],
            [
                ("存在问题和下一步打算", "difficulties", "一是师资不足。二是场地紧张。"),
                ("存在问题和下一步打算", "next_steps", "下一步，将加大投入。\n同时加强管理。"),
            ],
        )

    def test_a_rate_is_the_completion_rate_only_where_it_is_said_of_the_whole(self):
        for sentence, rate in (
            ("截至目前，该043项目有序推进，完成率已达90%。", 90),
            ("项目总体已完成85%。", 85),
            ("完成率：100%。", 100),
            ("年度招生计划完成101.5%。", None),
            ("确权补证完成率达到80%以上。", None),
            ("要求完成率达100%。", None),
            ("完成率60%，其中甲项目完成率80%。", None),
            ("完成率８０％。", 80),
        ):
            with self.subTest(sentence):
                draft = parse(
                    f"东湖区教育局2024年重点工作推进情况的反馈\n（一）目前进展情况\n{sentence}\n（二）存在的困难\n无。\n"
                )
                self.assertEqual(draft.completion_percent, rate)
