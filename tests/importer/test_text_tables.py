"""Tables typed or pasted into a text: tabs, bars, commas, wide space; quoted cells; the text itself stays as it is."""

import unittest

from django.test import tag

from importer.files.readers import number_lines
from importer.files.text_tables import DIVIDERS
from importer.parse import parse_document
from tests.importer.accounting import AccountingMixin


class TextTablesTests(AccountingMixin, unittest.TestCase):
    def read(self, text, name="粘贴.txt"):
        drafts = parse_document(name, text.encode())
        self.assert_accounted(text, drafts)
        return drafts[0]

    def items(self, text):
        return [(item.number, item.title, item.offices, str(item.deadline)) for item in self.read(text).items]

    def test_the_example_of_every_divider_is_divided(self):
        for divider in DIVIDERS:
            with self.subTest(divider.name):
                self.assertEqual(len([part for part in divider.regex.split(divider.example) if part.strip()]), 3)

    def test_every_divider_gives_the_same_items(self):
        rows = [
            ["编号", "主要任务", "承办科室", "办结时限"],
            ["1", "修订章程", "办公室", "5月底前"],
            ["2", "办好食堂", "总务处、工会", "10月底前"],
            ["3", "招聘教师", "人事科", "8月底前"],
        ]
        expected = [
            ("1", "修订章程", ["办公室"], "2032-05-31"),
            ("2", "办好食堂", ["总务处", "工会"], "2032-10-31"),
            ("3", "招聘教师", ["人事科"], "2032-08-31"),
        ]
        for sign in ("\t", " | ", ",", "　　", "   ", "｜", " "):
            with self.subTest(sign):
                self.assertEqual(
                    self.items("2032年青石区教育局任务清单\n" + "\n".join(sign.join(row) for row in rows) + "\n"),
                    expected,
                )

    def test_bars_at_the_ends_and_rules_are_no_words(self):
        text = "2032年任务清单\n\n|序号|工作任务|责任单位|\n|:--|:-:|--:|\n|1|修订章程|办公室|\n|2|办好食堂||\n"
        draft = self.read(text)
        self.assertEqual(
            [(item.title, item.offices) for item in draft.items], [("修订章程", ["办公室"]), ("办好食堂", [])]
        )
        self.assertEqual(draft.problems, [])

    def test_a_quoted_cell_goes_on_over_line_ends(self):
        text = '2032年任务清单\t\t\t\n序号\t工作任务\t具体举措\t责任科室\n1\t"落实""双减""要求"\t"1.减作业。\n2.办好课后服务。"\t基教科\n2\t"双减"督查\t开展检查\t督导室\n'
        draft = self.read(text)
        self.assertEqual(draft.title, "2032年任务清单")
        self.assertEqual([item.body for item in draft.items], ["1.减作业。\n2.办好课后服务。", "开展检查"])
        self.assertEqual([item.offices for item in draft.items], [["基教科"], ["督导室"]])

    def test_a_row_broken_by_the_paragraphs_of_a_cell_is_one_row(self):
        text = "2032年任务清单\n序号\t工作任务\t具体举措\t责任科室\n1\t办好食堂\t改造后厨。\n每月公示账目。\t总务处\n2\t修订章程\t广泛征求意见。\t办公室\n"
        self.assertEqual(
            [(i.title, i.body, i.offices) for i in self.read(text).items],
            [("办好食堂", "改造后厨。\n每月公示账目。", ["总务处"]), ("修订章程", "广泛征求意见。", ["办公室"])],
        )

    def test_heading_rows_without_a_sign_stand_between_rows(self):
        text = (
            "2032年任务清单\n序号\t工作任务\t责任科室\n一、队伍\n1\t招聘教师\t人事科\n二、后勤\n2\t办好食堂\t总务处\n"
        )
        draft = self.read(text)
        self.assertEqual(
            [(s.ordinal, s.title, len(s.items)) for s in draft.sections], [("一", "队伍", 1), ("二", "后勤", 1)]
        )

    def test_text_with_tabs_or_commas_stays_text(self):
        for text in (
            "2032年青石区教育局工作要点\n一、队伍\n1.招聘教师,补足缺编,年底完成。\n2.培训教师,全员参加,记入学时。\n",
            "2032年青石区教育局工作要点\n一、队伍\n\t1.招聘教师。年底完成。\n\t2.培训教师。记入学时。\n",
        ):
            with self.subTest(text):
                draft = self.read(text)
                self.assertEqual([item.title[:4] for item in draft.items], ["招聘教师", "培训教师"])

    def test_space_makes_no_table_where_a_cell_may_be_empty(self):
        draft = self.read(
            "2032年任务清单\n序号 工作任务 责任科室 完成时限\n1 修订章程 5月底前\n2 办好食堂 总务处 10月底前\n"
        )
        self.assertEqual([item.offices for item in draft.items if item.offices == ["5月底前"]], [])

    def test_cells_one_a_line_are_a_table(self):
        rows = [
            ["序号", "重点任务", "具体措施", "责任科室", "协同配合科室", "完成时限"],
            ["一、强队伍"],
            ["3", "培训教师", "轮训3000人。", "人事科", "教研室", "6月底前"],
            ["4", "选树典型", "评选十佳。", "人事科、办公室", "宣传科", "9月底前"],
            ["二、提质量"],
            ["11", "开展监测", "抽测20校。", "督导室", "教研室", "年底前"],
        ]
        for behind in ("\n", "\n\n", " |\n"):
            with self.subTest(behind):
                draft = self.read(
                    "松岭区教育局2034年任务分解表\n"
                    + "".join(cell + behind for row in rows for cell in row)
                    + "松岭区教育局\n2034年3月1日\n"
                )
                self.assertEqual((draft.title, draft.issuer), ("松岭区教育局2034年任务分解表", "松岭区教育局"))
                self.assertEqual([(s.ordinal, s.title) for s in draft.sections], [("一", "强队伍"), ("二", "提质量")])
                self.assertEqual(
                    [(i.number, i.title, i.body) for i in draft.items],
                    [
                        ("3", "培训教师", "轮训3000人。"),
                        ("4", "选树典型", "评选十佳。"),
                        ("11", "开展监测", "抽测20校。"),
                    ],
                )
                self.assertEqual(
                    [(i.offices, i.support_offices, str(i.deadline)) for i in draft.items][:2],
                    [
                        (["人事科", "教研室"], ["教研室"], "2034-06-30"),
                        (["人事科", "办公室", "宣传科"], ["宣传科"], "2034-09-30"),
                    ],
                )

    def test_an_empty_or_broken_cell_of_cells_one_a_line_finds_its_column(self):
        cells = "序号 工作任务 具体措施 责任科室 完成时限 1 修订章程 征求意见三次。 办公室 5月底前 2 办好食堂 改造后厨。 每月公示账目。 总务处 10月底前 3 招聘教师 人事科 8月底前 4 评选先进 评选十名。 人事科 9月底前"
        draft = self.read("2034年松岭中学任务清单\n" + cells.replace(" ", "\n") + "\n")
        self.assertEqual(
            [(i.title, i.body, i.offices, str(i.deadline)) for i in draft.items][1:3],
            [
                ("办好食堂", "改造后厨。\n每月公示账目。", ["总务处"], "2034-10-31"),
                ("招聘教师", "", ["人事科"], "2034-08-31"),
            ],
        )

    def test_a_table_in_one_line_is_a_table(self):
        words = [
            "松岭中学2034年重点工作清单",
            "序号",
            "工作任务",
            "责任部门",
            "完成时限",
            "1",
            "修订章程",
            "办公室",
            "5月底前",
            "2",
            "办好食堂",
            "总务处、工会",
            "10月底前",
            "3",
            "招聘教师",
            "人事处",
            "8月底前",
        ]
        for sign in (" ", "　", " | ", "\t"):
            with self.subTest(sign):
                draft = self.read(sign.join(words) + "\n")
                self.assertEqual(draft.title, "松岭中学2034年重点工作清单")
                self.assertEqual(
                    [(i.number, i.title, i.offices, str(i.deadline)) for i in draft.items],
                    [
                        ("1", "修订章程", ["办公室"], "2034-05-31"),
                        ("2", "办好食堂", ["总务处", "工会"], "2034-10-31"),
                        ("3", "招聘教师", ["人事处"], "2034-08-31"),
                    ],
                )

    def test_rows_under_a_merged_cell_that_is_not_repeated_move_to_the_right(self):
        text = "2034年松岭区实事任务分解表\n类别 | 实事名称 | 年度目标 | 责任单位 | 分管领导 |\n一、教育 | 1.扩建二小 | 主体完工。 | 区教育局 | 刘福 |\n2.改造操场 | 改造6个。 | 区教育局 | 刘福 |\n二、养老 | 3.建设食堂 | 新建3家。 | 区民政局 | 张云 |\n4.发放津贴 | 发放率100%。 | 区民政局 | 张云 | |\n"
        draft = self.read(text)
        self.assertEqual(
            [(s.ordinal, s.title, [i.title for i in s.items]) for s in draft.sections],
            [("一", "教育", ["扩建二小", "改造操场"]), ("二", "养老", ["建设食堂", "发放津贴"])],
        )
        self.assertEqual([(i.number, i.offices, i.leaders) for i in draft.items][3], ("4", ["区民政局"], ["张云"]))

    def test_the_box_of_a_site_is_no_row_and_says_what_the_document_does_not(self):
        text = "名称： | 松岭区2034年校园安全工作安排 | 文号： | 松安办〔2034〕7号 |\n发布机构： | 松岭区教育局 | 成文日期： | 2034-03-01 |\n一、查隐患\n1.查食堂。全部检查1次。\n2.查校车。每月检查1次。\n"
        draft = self.read(text)
        self.assertEqual(
            (draft.title, draft.issuer, draft.document_number),
            ("松岭区2034年校园安全工作安排", "松岭区教育局", "松安办〔2034〕7号"),
        )
        self.assertEqual([i.title for i in draft.items], ["查食堂", "查校车"])

    def test_words_behind_a_heading_of_numbers_are_no_table(self):
        for text in (
            "2034年松岭区教育局工作要点\n序号\n一、队伍\n1.招聘教师。年底完成。\n2.培训教师。记入学时。\n",
            "2034年松岭区教育局工作要点\n一、队伍\n1.完善编号。教室编号统一。\n2.培训教师。记入学时。\n",
        ):
            with self.subTest(text):
                self.assertEqual([i.title[:2] for i in self.read(text).items], [text.split("1.")[1][:2], "培训"])

    def test_problems_say_the_line_of_the_text(self):
        draft = self.read("2032年任务清单\n序号\t工作任务\t责任科室\n1\t甲事\t人事科\n1\t乙事\t人事科\n")
        self.assertEqual((draft.problems[0].line, draft.problems[0].message), (4, "编号“1”重复，第 3 行已经用过。"))

    def test_the_text_is_kept_as_it_is(self):
        from importer.files.file_kinds import open_document_file

        text = "序号\t工作任务\t责任科室\n1\t甲事\t人事科\n"
        source = open_document_file("a.txt", text.encode())
        self.assertEqual((source.text, source.lines, len(source.tables)), (text, tuple(number_lines(text)), 1))

    @tag("slow")
    def test_quotation_marks_never_cost_more_than_they_are_many(self):
        import time

        spent = []
        for rows in (4000, 8000):
            text = "序号\t工作任务\t责任科室\n" + "".join(f'{n}\t"未完的引号\t人事科\n' for n in range(rows))
            start = time.process_time()
            parse_document("a.txt", text.encode())
            spent.append(time.process_time() - start)
        self.assertLess(spent[1], spent[0] * 3)
