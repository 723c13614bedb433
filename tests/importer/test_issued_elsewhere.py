"""Details of documents as other bureaus issue them: what is not the plan's own text stays out of it."""

import unittest

from importer.parse import parse_document

PLAN = """海淀区教育委员会2024年重点工作
一、重点任务
1.加强德育工作。深化思政课改革创新。（责任单位：中教科）
2.推进学校建设。新改扩建学校2所：
（1）启动甲校选址。
{tail}"""
SUMMARY = """上城区教育局2023年上半年工作总结
一、工作完成情况
{chapter}
二、存在的问题
优质师资不足。
三、下半年工作计划
加快学校建设。
上城区教育局
2023年7月10日
"""


def read(text):
    """Return the one draft of a text."""
    [draft] = parse_document("a.txt", text.encode())
    return draft


class IssuedElsewhereTest(unittest.TestCase):
    """Signatures, sites, attachments, partial rates."""

    def test_a_commission_is_named_whole(self):
        self.assertEqual(read(PLAN.format(tail="")).issuer, "海淀区教育委员会")

    def test_the_foot_of_a_web_page_is_no_text_of_the_plan(self):
        draft = read(PLAN.format(tail="海淀区教育委员会\n2024年2月20日\n主办：海淀区教育委员会  京ICP备05012345号\n"))
        self.assertEqual(draft.items[-1].body, "新改扩建学校2所：\n（1）启动甲校选址。")
        self.assertEqual(draft.closing, "")

    def test_an_attachment_behind_the_text_is_no_text_of_its_last_item(self):
        draft = read(PLAN.format(tail="附件2\n2024年重点工作任务分解表\n"))
        self.assertTrue(draft.items[-1].body.endswith("启动甲校选址。"))

    def test_a_rate_in_one_point_of_several_is_not_the_rate_of_the_whole(self):
        part = "（一）教育质量稳步提升。中考重点率达到101.5%的计划目标。\n（二）项目有序推进。新建学校3所，完成率85%。"
        self.assertIsNone(read(SUMMARY.format(chapter=part)).completion_percent)
        whole = "全部工作有序推进，完成率已达85%。\n（一）新建学校3所。\n（二）培训教师200名。"
        self.assertEqual(read(SUMMARY.format(chapter=whole)).completion_percent, 85)
