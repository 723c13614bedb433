"""推进情况表, the sheet this software writes itself, reads back as the plan it was written from."""

import unittest

from importer.parse import parse_document
from tests.importer.test_sheets import workbook

HEAD = [
    "序号",
    "重点工作任务",
    "年度目标",
    "责任科室",
    "配合科室",
    "完成时限",
    "应达进度",
    "完成率",
    "进度",
    "目前进展情况",
    "存在的困难",
    "下一步工作措施",
    "备注",
]


class ProgressSheetTests(unittest.TestCase):
    def test_the_plan_comes_back_without_the_progress(self):
        rows = [
            ["2024年东湖区教育局工作要点推进情况表"],
            ["单位：东湖区教育局", *[None] * 6, "填报期：2024年1-6月　　截至日期：2024年6月30日"],
            ["合计：共 2 项，滞后 1 项"],
            HEAD,
            ["一、立德树人"],
            [
                1,
                "加强德育",
                "开展活动，",
                "德育科（牵头）、教研室",
                "团工委",
                "2024-11-30",
                0.5,
                0.4,
                "▲关注",
                "已开展",
                "无",
                "继续",
                "推进中（接下行）",
            ],
            [
                "续",
                "加强德育",
                "办好比赛。",
                "德育科（牵头）、教研室",
                "团工委",
                "2024-11-30",
                None,
                None,
                None,
                "又开展",
                None,
                None,
                "（接上行）",
            ],
            [2, "加强体育", "办好运动会。", "体卫科", None, "长期坚持", 0.5, "未填", None, None, None, None, "待填报"],
            ["注：1. 应达进度按时间计算。"],
        ]
        (draft,) = parse_document("推进情况表.xlsx", workbook(rows))
        self.assertEqual([(s.ordinal, s.title, len(s.items)) for s in draft.sections], [("一", "立德树人", 2)])
        first, second = draft.items
        self.assertEqual((first.number, first.title, first.body), ("1", "加强德育", "开展活动，办好比赛。"))
        self.assertEqual((first.lead_offices, first.support_offices), (["德育科"], ["教研室", "团工委"]))
        self.assertEqual(
            (str(first.deadline), second.deadline_text, second.body), ("2024-11-30", "长期坚持", "办好运动会。")
        )
        self.assertEqual((draft.issuer, draft.preamble, draft.closing), ("东湖区教育局", "", ""))
