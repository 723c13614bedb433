"""Tables typed or pasted into a text: tabs, bars, commas, wide space; quoted cells; the text itself stays as it is."""

import unittest

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
        rows = [["编号", "主要任务", "承办科室", "办结时限"], ["1", "修订章程", "办公室", "5月底前"], ["2", "办好食堂", "总务处、工会", "10月底前"], ["3", "招聘教师", "人事科", "8月底前"]]
        expected = [("1", "修订章程", ["办公室"], "2032-05-31"), ("2", "办好食堂", ["总务处", "工会"], "2032-10-31"), ("3", "招聘教师", ["人事科"], "2032-08-31")]
        for sign in ("\t", " | ", ",", "　　", "   ", "｜", " "):
            with self.subTest(sign):
                self.assertEqual(self.items("2032年青石区教育局任务清单\n" + "\n".join(sign.join(row) for row in rows) + "\n"), expected)

    def test_bars_at_the_ends_and_rules_are_no_words(self):
        text = "2032年任务清单\n\n|序号|工作任务|责任单位|\n|:--|:-:|--:|\n|1|修订章程|办公室|\n|2|办好食堂||\n"
        draft = self.read(text)
        self.assertEqual([(item.title, item.offices) for item in draft.items], [("修订章程", ["办公室"]), ("办好食堂", [])])
        self.assertEqual(draft.problems, [])

    def test_a_quoted_cell_goes_on_over_line_ends(self):
        text = '2032年任务清单\t\t\t\n序号\t工作任务\t具体举措\t责任科室\n1\t"落实""双减""要求"\t"1.减作业。\n2.办好课后服务。"\t基教科\n2\t"双减"督查\t开展检查\t督导室\n'
        draft = self.read(text)
        self.assertEqual(draft.title, "2032年任务清单")
        self.assertEqual([item.body for item in draft.items], ["1.减作业。\n2.办好课后服务。", "开展检查"])
        self.assertEqual([item.offices for item in draft.items], [["基教科"], ["督导室"]])

    def test_a_row_broken_by_the_paragraphs_of_a_cell_is_one_row(self):
        text = "2032年任务清单\n序号\t工作任务\t具体举措\t责任科室\n1\t办好食堂\t改造后厨。\n每月公示账目。\t总务处\n2\t修订章程\t广泛征求意见。\t办公室\n"
        self.assertEqual([(i.title, i.body, i.offices) for i in self.read(text).items], [("办好食堂", "改造后厨。\n每月公示账目。", ["总务处"]), ("修订章程", "广泛征求意见。", ["办公室"])])

    def test_heading_rows_without_a_sign_stand_between_rows(self):
        text = "2032年任务清单\n序号\t工作任务\t责任科室\n一、队伍\n1\t招聘教师\t人事科\n二、后勤\n2\t办好食堂\t总务处\n"
        draft = self.read(text)
        self.assertEqual([(s.ordinal, s.title, len(s.items)) for s in draft.sections], [("一", "队伍", 1), ("二", "后勤", 1)])

    def test_text_with_tabs_or_commas_stays_text(self):
        for text in ("2032年青石区教育局工作要点\n一、队伍\n1.招聘教师,补足缺编,年底完成。\n2.培训教师,全员参加,记入学时。\n", "2032年青石区教育局工作要点\n一、队伍\n\t1.招聘教师。年底完成。\n\t2.培训教师。记入学时。\n"):
            with self.subTest(text):
                draft = self.read(text)
                self.assertEqual([item.title[:4] for item in draft.items], ["招聘教师", "培训教师"])

    def test_space_makes_no_table_where_a_cell_may_be_empty(self):
        draft = self.read("2032年任务清单\n序号 工作任务 责任科室 完成时限\n1 修订章程 5月底前\n2 办好食堂 总务处 10月底前\n")
        self.assertEqual([item.offices for item in draft.items if item.offices == ["5月底前"]], [])

    def test_problems_say_the_line_of_the_text(self):
        draft = self.read("2032年任务清单\n序号\t工作任务\t责任科室\n1\t甲事\t人事科\n1\t乙事\t人事科\n")
        self.assertEqual((draft.problems[0].line, draft.problems[0].message), (4, "编号“1”重复，第 3 行已经用过。"))

    def test_the_text_is_kept_as_it_is(self):
        from importer.files.file_kinds import open_document_file

        text = "序号\t工作任务\t责任科室\n1\t甲事\t人事科\n"
        source = open_document_file("a.txt", text.encode())
        self.assertEqual((source.text, source.lines, len(source.tables)), (text, tuple(number_lines(text)), 1))

    def test_quotation_marks_never_cost_more_than_they_are_many(self):
        import time

        spent = []
        for rows in (4000, 8000):
            text = "序号\t工作任务\t责任科室\n" + "".join(f'{n}\t"未完的引号\t人事科\n' for n in range(rows))
            start = time.process_time()
            parse_document("a.txt", text.encode())
            spent.append(time.process_time() - start)
        self.assertLess(spent[1], spent[0] * 3)
