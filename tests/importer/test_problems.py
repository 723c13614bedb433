"""What is wrong with a document is said with line and hint, and never as a traceback."""

import random
import unittest
from textwrap import dedent
from time import process_time

from importer.drafts.drafts import Severity
from importer.files.readers import UnreadableDocument
from importer.parse import parse_document
from tests.importer.accounting import AccountingMixin
from tests.importer.outlines import parse
from tests.importer.test_numbering import SAMPLES, SEPARATOR

PLAN = """\
东湖区教育局2024年工作要点
一、加强德育
1.抓好活动。办好节庆。
2.抓好队伍。开展培训。
二、提升质量
3.推进改革。抓好落实。
"""

POEM = "静夜思\n李白\n床前明月光，\n疑是地上霜。\n举头望明月，\n低头思故乡。\n"
LOG = "\n".join(f"2024-03-0{day} 10:00:00 INFO server started on port 8000" for day in range(1, 9))
NEWS = "区教育局召开会议\n3月1日，区教育局召开工作会议。会议强调，要抓好落实。\n"


class ProblemTests(AccountingMixin, unittest.TestCase):
    def test_a_file_that_is_no_plan_is_an_error(self):
        for text in (POEM, LOG, NEWS, "12\n", "。\n", "（", "hello world\n"):
            with self.subTest(text[:10]):
                draft = parse(text)
                self.assertEqual([problem.message for problem in draft.errors], ["没有找到工作事项。"])
                self.assert_problems_are_told(draft)
                self.assertEqual(
                    sum(len(piece.text.replace(" ", "")) for piece in draft.pieces), len("".join(text.split()))
                )

    def test_two_plans_in_one_file(self):
        second = PLAN.replace("2024", "2025")
        drafts = parse_document("a.txt", (PLAN + second).encode())
        self.assertEqual([draft.year for draft in drafts], [2024, 2025])
        for draft in drafts:
            (problem,) = draft.errors
            self.assertEqual((problem.line, problem.text), (7, "东湖区教育局2025年工作要点"))
            self.assertIn("请拆成两个文件", problem.hint)
            self.assertEqual(len(draft.items), 3)
        self.assert_accounted(PLAN + second, drafts)

    def test_two_plans_with_their_notices(self):
        head = "上海市东湖区教育局文件\n东教〔2024〕{0}号\n关于印发《{1}》的通知\n各学校：\n现将《{1}》印发给你们。\n东湖区教育局\n2024年3月1日\n附件\n"
        first = head.format(1, "东湖区教育局2024年工作要点") + PLAN
        second = head.format(2, "东湖区教育局2024年安全工作要点") + PLAN.replace("年工作", "年安全工作")
        drafts = parse_document("a.txt", (first + second).encode())
        self.assertEqual([draft.document_number for draft in drafts], ["东教〔2024〕1号", "东教〔2024〕2号"])
        self.assertEqual(
            [draft.title for draft in drafts], ["东湖区教育局2024年工作要点", "东湖区教育局2024年安全工作要点"]
        )
        self.assert_accounted(first + second, drafts)

    def test_a_repeated_number_and_a_gap_are_warnings(self):
        draft = parse(PLAN.replace("2.抓好队伍", "1.抓好队伍").replace("3.推进", "5.推进"))
        self.assertEqual(draft.errors, [])
        self.assertEqual(
            [(problem.line, problem.message) for problem in draft.problems],
            [(4, "编号“1”重复，第 3 行已经用过。"), (6, "编号从 1 跳到 5。")],
        )
        self.assertEqual([item.number for item in draft.items], ["1", "1", "5"])
        self.assert_problems_are_told(draft)

    def test_numbers_that_start_again_are_no_problem(self):
        self.assertEqual(parse(PLAN.replace("3.推进", "1.推进")).problems, [])

    def test_a_plan_without_title_or_year_is_warned_of(self):
        draft = parse("一、加强德育\n1.抓好活动。办好节庆。\n")
        self.assertEqual([problem.message for problem in draft.problems], ["没有找到标题。", "没有找到计划年度。"])
        self.assertEqual(draft.errors, [])
        self.assert_problems_are_told(draft)

    def test_garbage_lines_are_warned_of_and_belong_to_nothing(self):
        text = PLAN.replace("2.抓好队伍", "@@#$%^&*~~||\\\\<<>>{}{}\n\ufffd\ufffd\ufffd\ufffd锟斤拷\n2.抓好队伍")
        draft = parse(text)
        self.assertEqual(
            [(problem.line, problem.severity) for problem in draft.problems],
            [(4, Severity.WARNING), (5, Severity.WARNING)],
        )
        self.assertEqual(draft.items[0].body, "办好节庆。")
        self.assert_problems_are_told(draft)
        self.assert_accounted(text, [draft])

    def test_nothing_a_mutation_does_ends_in_a_traceback_or_loses_a_character(self):
        chance = random.Random(20240301)
        documents = [PLAN, *(path.read_text(encoding="utf-8").split(SEPARATOR)[0] for path in SAMPLES)]
        for number in range(200):
            characters = list(chance.choice(documents))
            for _ in range(chance.randrange(1, 12)):
                place = chance.randrange(len(characters))
                characters[place : place + chance.randrange(3)] = chance.choice(
                    [
                        "",
                        "\n",
                        "。",
                        "（",
                        "）",
                        "：",
                        "一、",
                        "（一）",
                        "1.",
                        "附件",
                        "责任科室：",
                        "\x0c",
                        "２",
                        "**",
                        " ",
                        "2024年3月1日",
                    ]
                )
            text = "".join(characters)
            with self.subTest(number=number, text=text):
                try:
                    drafts = parse_document("a.txt", text.encode())
                except UnreadableDocument:
                    continue
                self.assert_pieces(text, drafts)

    def test_two_thousand_items_take_less_than_two_seconds(self):
        sections = "".join(
            f"第{section + 1}部分 加强建设\n"
            + "".join(
                f"{section * 50 + item + 1}.加强第{item + 1}项工作。推进课程改革，落实“双减”政策。（责任科室：德育科、中教科）\n"
                for item in range(50)
            )
            for section in range(40)
        )
        begun = process_time()
        draft = parse("东湖区教育局2024年工作要点\n" + sections)
        self.assertLess(process_time() - begun, 2)
        self.assertEqual((len(draft.items), draft.problems), (2000, []))

    def assert_problems_are_told(self, draft):
        """Every problem has a line, a Chinese sentence and a hint."""
        for problem in draft.problems:
            self.assertTrue(problem.line and problem.message.endswith("。") and problem.hint.endswith("。"), problem)


class HeadTests(AccountingMixin, unittest.TestCase):
    def test_heads(self):
        body = "一、加强德育\n1.抓好活动。办好节庆。\n2.抓好队伍。开展培训。\n"
        for name, (head, expected) in HEADS.items():
            with self.subTest(name):
                text = dedent(head).strip("\n") + "\n" + body
                draft = parse(text)
                found = (
                    draft.title,
                    draft.issuer,
                    draft.year,
                    draft.issued_on and draft.issued_on.isoformat(),
                    draft.document_number,
                    draft.preamble,
                )
                self.assertEqual(found, expected)
                self.assertEqual(len(draft.items), 2)
                self.assert_accounted(text, [draft])

    def test_tails(self):
        for name, (tail, expected) in TAILS.items():
            with self.subTest(name):
                text = PLAN + dedent(tail).strip("\n") + "\n"
                draft = parse(text)
                found = (
                    draft.closing,
                    draft.issuer,
                    draft.issued_on and draft.issued_on.isoformat(),
                    draft.items[-1].body,
                )
                self.assertEqual(found, expected)
                self.assert_accounted(text, [draft])


HEADS = {
    "title only": ("东湖区教育局2024年工作要点", ("东湖区教育局2024年工作要点", "东湖区教育局", 2024, None, None, "")),
    "title on two lines": (
        """
        上海市东湖区教育局
        2024年工作要点
        2024年是关键之年。
        """,
        ("上海市东湖区教育局2024年工作要点", "上海市东湖区教育局", 2024, None, None, "2024年是关键之年。"),
    ),
    "spaced title, date in brackets": (
        """
        东 湖 区 教 育 局 ２０２４ 年 工 作 要 点
        （2024年3月5日）
        2024 年是关键之年。
        """,
        ("东湖区教育局2024年工作要点", "东湖区教育局", 2024, "2024-03-05", None, "2024年是关键之年。"),
    ),
    "draft for comments": (
        """
        东湖区教育局2024年工作要点
        （征求意见稿）
        """,
        ("东湖区教育局2024年工作要点（征求意见稿）", "东湖区教育局", 2024, None, None, ""),
    ),
    "notice that is itself the plan": (
        """
        东湖区教育局文件
        东教〔2024〕5号
        关于印发2024年东湖区教育工作要点的通知
        各学校：
        现将2024年工作要点印发给你们，请认真执行。
        """,
        ("2024年东湖区教育工作要点", "东湖区教育局", 2024, None, "东教〔2024〕5号", ""),
    ),
    "Chinese date": (
        """
        东湖区教育局关于印发《2024年工作要点》的通知
        各学校：
        现将《2024年工作要点》印发给你们。
        东湖区教育局
        二〇二四年三月五日
        附件
        东湖区教育局2024年工作要点
        """,
        ("东湖区教育局2024年工作要点", "东湖区教育局", 2024, "2024-03-05", None, ""),
    ),
    "school year": (
        """
        东湖区教育局2024学年第一学期工作计划
        新学期工作如下。
        """,
        ("东湖区教育局2024学年第一学期工作计划", "东湖区教育局", 2024, None, None, "新学期工作如下。"),
    ),
    "web page": (
        """
        首页 > 政务公开 > 工作计划
        东湖区教育局2024年工作要点
        发布日期：2024-03-05　来源：区教育局　浏览次数：123
        【字体：大 中 小】
        2024年是关键之年。
        """,
        ("东湖区教育局2024年工作要点", "东湖区教育局", 2024, "2024-03-05", None, "2024年是关键之年。"),
    ),
    "notice with numbers of its own": (
        """
        东湖区教育局关于印发《2024年工作要点》的通知
        各学校：
        现将《2024年工作要点》印发给你们，并提出要求：
        一、提高认识。各单位要重视。
        二、抓好落实。各单位要落实。
        东湖区教育局
        2024年3月5日
        附件
        东湖区教育局2024年工作要点
        2024年是关键之年。
        """,
        ("东湖区教育局2024年工作要点", "东湖区教育局", 2024, "2024-03-05", None, "2024年是关键之年。"),
    ),
}

TAILS = {
    "signature and date": (
        """
        东湖区教育局
        2024年3月1日
        """,
        ("", "东湖区教育局", "2024-03-01", "抓好落实。"),
    ),
    "closing sentence, print line": (
        """
        各单位要高度重视，抓好落实。
        抄送：区委办、区府办
        上海市东湖区教育局办公室　　2024年3月4日印发
        （共印50份）
        """,
        ("各单位要高度重视，抓好落实。", "上海市东湖区教育局", "2024-03-04", "抓好落实。"),
    ),
    "web page": (
        """
        打印本页 关闭窗口
        上一篇：关于开会的通知
        下一篇：没有了
        版权所有：东湖区教育局 沪ICP备12345678号
        """,
        ("", "东湖区教育局", None, "抓好落实。"),
    ),
    "list of attachments": (
        """
        附件：1.重点任务清单
        2.责任分工表
        3.联系人名单
        东湖区教育局
        2024年3月1日
        """,
        ("", "东湖区教育局", "2024-03-01", "抓好落实。"),
    ),
}
