"""Word documents: automatic numbers come back, revisions and hidden text are left out, tables are plans."""

import unittest

from importer.files.read_docx import read_docx
from importer.files.readers import UnreadableDocument, number_lines
from importer.parse import parse_document, parse_source
from tests.importer.accounting import AccountingMixin
from tests.packages import docx, level, lists, paragraph, table

FORMS = {
    "decimal": "1 2 10 11 21",
    "decimalZero": "01 02 10 11 21",
    "decimalFullWidth": "１ ２ １０ １１ ２１",
    "decimalEnclosedCircle": "① ② ⑩ ⑪ ㉑",
    "decimalEnclosedCircleChinese": "① ② ⑩ ⑪ ㉑",
    "decimalEnclosedFullstop": "⒈ ⒉ ⒑ ⒒ 21",
    "decimalEnclosedParen": "⑴ ⑵ ⑽ ⑾ 21",
    "ideographEnclosedCircle": "㈠ ㈡ ㈩ 11 21",
    "chineseCounting": "一 二 十 十一 二十一",
    "chineseCountingThousand": "一 二 十 十一 二十一",
    "japaneseCounting": "一 二 十 十一 二十一",
    "taiwaneseCountingThousand": "一 二 十 十一 二十一",
    "ideographDigital": "一 二 一〇 一一 二一",
    "chineseLegalSimplified": "壹 贰 壹拾 壹拾壹 贰拾壹",
    "ideographTraditional": "甲 乙 癸 11 21",
    "ideographZodiac": "子 丑 酉 戌 21",
    "lowerLetter": "a b j k u",
    "upperLetter": "A B J K U",
    "lowerRoman": "i ii x xi xxi",
    "upperRoman": "I II X XI XXI",
}


def lines(content):
    """The lines of a document that are not blank."""
    return [line.text for line in read_docx(content).lines if line.text.strip()]


class NumbersTests(unittest.TestCase):
    def test_every_form_of_number_is_written_as_word_writes_it(self):
        for form, expected in FORMS.items():
            with self.subTest(form):
                body = "".join(paragraph("文", number=1) for _ in range(21))
                found = lines(docx(body, numbering=lists(level(0, form, "（%1）", more='<w:suff w:val="nothing"/>'))))
                self.assertEqual(
                    [found[n - 1] for n in (1, 2, 10, 11, 21)], [f"（{word}）文" for word in expected.split()]
                )

    def test_inner_levels_start_again_under_each_outer_number(self):
        numbering = lists(
            level(0, "chineseCounting", "%1、"),
            level(1, "chineseCounting", "（%2）"),
            level(2, "decimal", "%3."),
            level(3, "decimal", "%3.%4"),
        )
        places = [0, 1, 2, 2, 3, 1, 2, 0, 1, 2]
        body = "".join(paragraph("文", number=1, level=place) for place in places)
        expected = ["一、", "（一）", "1.", "2.", "2.1", "（二）", "1.", "二、", "（一）", "1."]
        self.assertEqual([line.split()[0] for line in lines(docx(body, numbering=numbering))], expected)

    def test_a_level_may_run_on_start_late_and_be_overridden(self):
        run_on = lists(
            level(0, "chineseCounting", "%1、"), level(1, "decimal", "%2.", start=3, more='<w:lvlRestart w:val="0"/>')
        )
        body = "".join(paragraph("文", number=1, level=place) for place in (0, 1, 1, 0, 1))
        self.assertEqual(
            [line.split()[0] for line in lines(docx(body, numbering=run_on))], ["一、", "3.", "4.", "二、", "5."]
        )
        override = '<w:num w:numId="2"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num>'
        body = "".join(paragraph("文", number=number) for number in (1, 1, 2, 2, 1))
        numbering = lists(level(0, "decimal", "%1."), more=override)
        self.assertEqual(
            [line.split()[0] for line in lines(docx(body, numbering=numbering))], ["1.", "2.", "1.", "2.", "3."]
        )

    def test_numbers_come_through_styles_and_a_paragraph_may_refuse_them(self):
        styles = (
            '<w:style w:type="paragraph" w:styleId="H1"><w:name w:val="heading 1"/><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
            '<w:style w:type="paragraph" w:styleId="H2"><w:name w:val="heading 2"/><w:basedOn w:val="H1"/><w:pPr><w:numPr><w:ilvl w:val="1"/></w:numPr></w:pPr></w:style>'
        )
        numbering = lists(level(0, "chineseCounting", "%1、"), level(1, "decimal", "%2."))
        body = (
            paragraph("甲", style="H1")
            + paragraph("乙", style="H2")
            + paragraph("丙", style="H1", number=0)
            + paragraph("丁", style="H1")
        )
        self.assertEqual(lines(docx(body, styles=styles, numbering=numbering)), ["一、 甲", "1. 乙", "丙", "二、 丁"])

    def test_legal_numbers_are_digits_and_bullets_are_signs(self):
        numbering = lists(
            level(0, "chineseCounting", "第%1条"),
            level(1, "decimal", "%1.%2", more="<w:isLgl/>"),
            level(2, "bullet", "\uf06c"),
        )
        body = "".join(paragraph("文", number=1, level=place) for place in (0, 1, 2))
        self.assertEqual(lines(docx(body, numbering=numbering)), ["第一条 文", "1.1 文", "● 文"])

    def test_a_plan_numbered_by_word_alone_reads_as_if_it_were_typed(self):
        numbering = lists(level(0, "chineseCounting", "%1、"), level(1, "decimal", "%2."))
        body = (
            paragraph("2024年东湖区教育局工作要点") + paragraph("立德树人", number=1) + paragraph("加强德育。开展活动。", number=1, level=1)
            + paragraph("加强体育。办好比赛。", number=1, level=1) + paragraph("队伍建设", number=1) + paragraph("2024年招聘。招聘教师。", number=1, level=1)
        )  # fmt: skip
        (draft,) = parse_document("a.docx", docx(body, numbering=numbering))
        self.assertEqual([(s.ordinal, s.title) for s in draft.sections], [("一", "立德树人"), ("二", "队伍建设")])
        self.assertEqual(
            [(i.number, i.title) for i in draft.items], [("1", "加强德育"), ("2", "加强体育"), ("1", "2024年招聘")]
        )


class TextTests(unittest.TestCase):
    def run_xml(self, text, properties=""):
        return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>"

    def test_deleted_revisions_go_inserted_ones_stay_and_it_is_said(self):
        deleted = '<w:del w:id="1"><w:r><w:delText>旧词</w:delText></w:r></w:del>'
        inserted = f'<w:ins w:id="2">{self.run_xml("新词")}</w:ins>'
        source = read_docx(docx(f"<w:p>{self.run_xml('前')}{deleted}{inserted}{self.run_xml('后')}</w:p>"))
        self.assertEqual(source.text, "前新词后")
        self.assertIn("删除的 2 个字", source.notes[0].message)

    def test_a_deleted_paragraph_end_joins_two_paragraphs(self):
        mark = '<w:pPr><w:rPr><w:del w:id="1"/></w:rPr></w:pPr>'
        self.assertEqual(
            lines(docx(f"<w:p>{mark}{self.run_xml('前半')}</w:p><w:p>{self.run_xml('后半')}</w:p>")), ["前半后半"]
        )

    def test_hidden_text_is_left_out_and_it_is_said(self):
        source = read_docx(docx(f"<w:p>{self.run_xml('看得见')}{self.run_xml('看不见', '<w:vanish/>')}</w:p>"))
        self.assertEqual(source.text, "看得见")
        self.assertIn("3 个隐藏的字", source.notes[0].message)
        shown = self.run_xml("看得见", '<w:vanish w:val="0"/>')
        self.assertEqual(read_docx(docx(f"<w:p>{shown}</w:p>")).text, "看得见")

    def test_breaks_tabs_links_and_signs(self):
        body = (
            "<w:p><w:r><w:t>甲</w:t><w:br/><w:t>乙</w:t><w:tab/><w:t>丙</w:t><w:noBreakHyphen/></w:r>"
            '<w:hyperlink><w:r><w:t>链接</w:t></w:r></w:hyperlink><w:r><w:instrText>PAGE</w:instrText><w:sym w:char="F0FC"/></w:r></w:p>'
        )
        self.assertEqual(lines(docx(body)), ["甲", "乙\t丙-链接✓"])

    def test_a_text_box_stands_before_its_paragraph_and_only_once(self):
        box = '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">{}</mc:AlternateContent>'
        inner = f"<w:txbxContent>{paragraph('某某区教育局文件')}</w:txbxContent>"
        choice = (
            f"<mc:Choice><w:drawing>{inner}</w:drawing></mc:Choice><mc:Fallback><w:pict>{inner}</w:pict></mc:Fallback>"
        )
        body = f"<w:p><w:r>{box.format(choice)}<w:t>正文</w:t></w:r></w:p>"
        self.assertEqual(lines(docx(body)), ["某某区教育局文件", "正文"])

    def test_footnotes_are_furniture_behind_the_text(self):
        source = read_docx(docx(paragraph("正文"), footnotes=f'<w:footnote w:id="1">{paragraph("脚注")}</w:footnote>'))
        self.assertEqual((source.text, set(source.furniture)), ("正文\n脚注", {2}))

    def test_a_document_of_pictures_gets_its_own_sentence(self):
        with self.assertRaisesRegex(UnreadableDocument, "只有图片"):
            read_docx(docx("<w:p/>", more={"word/media/image1.png": b"x"}))

    def test_the_text_gives_the_lines_again(self):
        source = read_docx(docx("<w:p><w:r><w:t>甲\u2028乙\x85丙</w:t></w:r></w:p>" + paragraph("丁")))
        self.assertEqual(tuple(number_lines(source.text)), source.lines)


class TablesTests(AccountingMixin, unittest.TestCase):
    HEAD = ["序号", "重点工作任务", "牵头单位", "责任单位", "完成时限"]

    def read(self, rows, before="2024年东湖区教育局任务分解表", after=""):
        source = read_docx(docx(paragraph(before) + table(rows) + paragraph(after)))
        drafts = parse_source(source)
        self.assert_accounted(source.text, drafts)
        return drafts

    def test_rows_are_items_and_heading_rows_sections(self):
        rows = [
            self.HEAD,
            [("一、立德树人", 5)],
            ["1", "加强德育。开展活动。", "德育科", "教研室、团工委", "11月底前"],
            [("二、教育质量", 5)],
            ["2", "深化课改", "", "教研室", "长期坚持"],
        ]
        (draft,) = self.read(rows)
        self.assertEqual((draft.title, draft.year), ("2024年东湖区教育局任务分解表", 2024))
        self.assertEqual(
            [(s.ordinal, s.title, len(s.items)) for s in draft.sections], [("一", "立德树人", 1), ("二", "教育质量", 1)]
        )
        first, second = draft.items
        self.assertEqual((first.number, first.title, first.body), ("1", "加强德育", "开展活动。"))
        self.assertEqual((first.lead_offices, first.support_offices), (["德育科"], ["教研室", "团工委"]))
        self.assertEqual((str(first.deadline), second.deadline, second.deadline_text), ("2024-11-30", None, "长期坚持"))
        self.assertEqual((second.offices, second.lead_offices), (["教研室"], []))

    def test_a_merged_first_column_heads_sections(self):
        rows = [
            ["类别", "工作任务", "责任科室"],
            [("党建", 1, "restart"), "抓学习", "党办"],
            [("", 1, "continue"), "抓作风", "纪检组"],
            [("教学", 1, "restart"), "抓课改", "教研室\n初教科"],
        ]
        (draft,) = self.read(rows)
        self.assertEqual(
            [(s.title, [i.title for i in s.items]) for s in draft.sections],
            [("党建", ["抓学习", "抓作风"]), ("教学", ["抓课改"])],
        )
        self.assertEqual(draft.items[2].offices, ["教研室", "初教科"])

    def test_text_with_more_items_than_its_table_is_read_as_text_with_a_warning(self):
        plan = "</w:t></w:r></w:p><w:p><w:r><w:t>".join(
            [
                "2024年东湖区教育局工作要点",
                "一、立德树人",
                "1.加强德育。开展活动。",
                "2.加强体育。办好比赛。",
                "3.加强美育。办好展览。",
            ]
        )
        (draft,) = self.read([["序号", "工作任务", "责任单位"], ["1", "活动", "德育科"]], before=plan)
        self.assertEqual([item.title for item in draft.items], ["加强德育", "加强体育", "加强美育"])
        self.assertTrue(any("任务表" in problem.message for problem in draft.problems))

    def test_a_problem_in_a_table_says_row_and_column(self):
        (draft,) = self.read([self.HEAD, ["1", "甲任务", "", "德育科", ""], ["1", "乙任务", "", "德育科", ""]])
        self.assertTrue(
            draft.problems[0].message.startswith("第 1 个表格第 3 行第 2 列：编号“1”重复"), draft.problems[0].message
        )
