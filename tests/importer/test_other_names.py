"""Files that are not what their name says: told by what is in them, each read or answered by a sentence of its own."""

import base64
import quopri
import unittest
from pathlib import Path

from importer.files.file_kinds import form_of, open_document_file
from importer.files.readers import UnreadableDocument
from importer.parse import parse_source

FORMATS = Path(__file__).parent / "formats"
PAGE = "<p>东湖区教育局2025年工作要点</p><p>一、德育</p><p>1.加强德育。</p>"
PLAN = ["东湖区教育局2025年工作要点", "一、德育", "1.加强德育。"]
WORD_ARCHIVE = """MIME-Version: 1.0
Content-Type: multipart/related; boundary="----=_Next"

此文档为“单个文件网页”。

------=_Next
Content-Location: file:///C:/1/plan.htm
Content-Transfer-Encoding: quoted-printable
Content-Type: text/html; charset="gb2312"

{page}
------=_Next
Content-Location: file:///C:/1/header.htm
Content-Type: text/html; charset="gb2312"

<p>header</p>
------=_Next--
"""
BROWSER_ARCHIVE = """From: <Saved by Blink>
Snapshot-Content-Location: http://10.0.0.1/plan
Subject: =?utf-8?B?6KaB54K5?=
Date: Sat, 1 Mar 2025 10:00:00 +0800
MIME-Version: 1.0
Content-Type: multipart/related;
\ttype="text/html";
\tboundary="----MultipartBoundary"

------MultipartBoundary
Content-Type: text/html
Content-Transfer-Encoding: base64
Content-Location: http://10.0.0.1/plan

{page}
------MultipartBoundary
Content-Type: text/html
Content-Transfer-Encoding: 8bit
Content-Location: http://10.0.0.1/advertisement

<p>ad</p>
------MultipartBoundary--
"""
EXCEL_ARCHIVE = """MIME-Version: 1.0
Content-Type: multipart/related; boundary="--N"

----N
Content-Location: file:///C:/book.htm
Content-Type: text/html; charset="utf-8"

<html><frameset><frame src="book.files/sheet001.htm"><noframes><p>此页面使用了框架。</p></noframes></frameset></html>
----N
Content-Location: file:///C:/book.files/tabstrip.htm
Content-Type: text/html; charset="utf-8"

<p>Sheet1</p>
----N
Content-Location: file:///C:/book.files/sheet001.htm
Content-Type: text/html; charset="utf-8"

{page}
----N--
"""
SHEET_2003 = """<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"
 xmlns:x="urn:schemas-microsoft-com:office:excel">
<Styles><Style ss:ID="Default"/><Style ss:ID="d"><NumberFormat ss:Format="yyyy/m/d"/></Style><Style ss:ID="p"><NumberFormat ss:Format="Percent"/></Style>
<Style ss:ID="n"><NumberFormat ss:Format="000"/></Style></Styles>
<Worksheet ss:Name="任务"><Table>
<Row><Cell ss:MergeAcross="3"><Data ss:Type="String">东湖区教育局2025年任务分解表</Data></Cell></Row>
<Row><Cell><Data ss:Type="String">序号</Data></Cell><Cell><Data ss:Type="String">工作任务</Data></Cell><Cell><Data ss:Type="String">责任科室</Data></Cell>
<Cell><Data ss:Type="String">完成时限</Data></Cell></Row>
<Row ss:Index="4"><Cell ss:StyleID="n"><Data ss:Type="Number">1</Data></Cell><Cell><Data ss:Type="String">新建学校<B>3</B>所</Data></Cell>
<Cell ss:MergeDown="1"><Data ss:Type="String">规划科</Data></Cell><Cell ss:StyleID="d"><Data ss:Type="DateTime">2025-09-30T00:00:00.000</Data></Cell></Row>
<Row><Cell ss:StyleID="n"><Data ss:Type="Number">2</Data></Cell><Cell><Data ss:Type="String">轮岗不低于</Data></Cell>
<Cell ss:Index="4" ss:StyleID="p"><Data ss:Type="Number">0.1</Data></Cell></Row>
</Table></Worksheet>
<Worksheet ss:Name="草稿"><Table><Row><Cell><Data ss:Type="String">暗</Data></Cell></Row></Table>
<WorksheetOptions xmlns="urn:schemas-microsoft-com:office:excel"><Visible>SheetHidden</Visible></WorksheetOptions></Worksheet></Workbook>"""
WORDML = "http://schemas.microsoft.com/office/word/2003/wordml"
WORD_2003 = """<?xml version="1.0"?><w:wordDocument xmlns:w="{wordml}" xmlns:wx="http://schemas.microsoft.com/office/word/2003/auxHint"
 xmlns:aml="http://schemas.microsoft.com/aml/2001/core"><w:styles><w:style w:type="character" w:styleId="H"><w:rPr><w:vanish/></w:rPr></w:style></w:styles>
<w:body><wx:sect>{body}<w:sectPr><w:hdr><w:p><w:r><w:t>页眉</w:t></w:r></w:p></w:hdr></w:sectPr></wx:sect></w:body></w:wordDocument>"""


def word_2003(body):
    """A Word 2003 XML with this body."""
    return WORD_2003.format(wordml=WORDML, body=body).encode()


def lines(name, content):
    """The lines of a file that are not blank, whatever it is called."""
    return [line.text for line in open_document_file(name, content).lines if line.text.strip()]


class OneXmlTests(unittest.TestCase):
    def test_word_2003_xml_and_flat_opc_read_as_the_document_they_are(self):
        for name in ("xml2003.doc", "flatopc.doc"):
            with self.subTest(name):
                expected = ["江北区教育局2025年工作要点", "一、总体要求", "1.新建中小学3所。", "2.实施教师轮岗。"]
                self.assertEqual(lines(name, (FORMATS / name).read_bytes()), expected)

    def test_word_2003_keeps_numbers_tables_notes_and_leaves_out_what_is_deleted(self):
        numbered = '<w:p><w:pPr><w:listPr><w:ilvl w:val="0"/><w:ilfo w:val="1"/><wx:t wx:val="1."/></w:listPr></w:pPr><w:r><w:t>加强德育。</w:t></w:r></w:p>'
        changed = (
            '<w:p><w:r><w:t>前</w:t></w:r><aml:annotation w:type="Word.Deletion"><aml:content><w:r><w:delText>删去</w:delText></w:r></aml:content></aml:annotation>'
            '<aml:annotation w:type="Word.Insertion"><aml:content><w:r><w:t>新</w:t></w:r></aml:content></aml:annotation>'
            '<aml:annotation w:type="Word.Comment"><aml:content><w:p><w:r><w:t>批注</w:t></w:r></w:p></aml:content></aml:annotation>'
            '<w:r><w:rPr><w:rStyle w:val="H"/></w:rPr><w:t>暗</w:t></w:r><w:r><w:footnote><w:p><w:r><w:t>脚注</w:t></w:r></w:p></w:footnote></w:r></w:p>'
        )
        cell = "<w:tc><w:tcPr>{}</w:tcPr><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:tc>"
        above, below = cell.format('<w:vmerge w:val="restart"/>', "甲"), cell.format("<w:vmerge/>", "乙")
        table = f"<w:tbl><w:tr>{above}</w:tr><w:tr>{below}</w:tr></w:tbl>"
        source = open_document_file("a.xml", word_2003(numbered + changed + table))
        self.assertEqual([line.text for line in source.lines], ["1. 加强德育。", "前新", "甲", "乙", "脚注"])
        self.assertEqual([(cell.text, cell.rows) for cell in source.tables[0].cells], [("甲\n乙", 2)])
        self.assertEqual(set(source.furniture), {5})
        self.assertEqual(
            [note.message[:20] for note in source.notes],
            ["文件里有未接受的修订：删除的 2 个字没", "文件里有 1 个隐藏的字，没有读入。"],
        )

    def test_an_excel_2003_xml_reads_as_a_workbook(self):
        source = open_document_file("任务.xls", SHEET_2003.encode())
        self.assertEqual(
            [line.text for line in source.lines][5:],
            ["001", "新建学校3所", "规划科", "2025/9/30", "002", "轮岗不低于", "10.00%"],
        )
        self.assertIn("“草稿”", source.notes[0].message)
        (draft,) = parse_source(source)
        self.assertEqual(
            [(item.number, item.title, item.offices) for item in draft.items],
            [("001", "新建学校3所", ["规划科"]), ("002", "轮岗不低于", ["规划科"])],
        )

    def test_xml_that_is_no_document_is_said_to_be_none(self):
        cases = {
            "data.xml": ('<?xml version="1.0"?><rows><row>1</row></rows>', "XML 数据文件"),
            "plan.doc": ('<?xml version="1.0"?><uof:UOF xmlns:uof="http://schemas.uof.org/cn/2009/uof"/>', "标文通"),
        }
        for name, (content, words) in cases.items():
            with self.subTest(name), self.assertRaisesRegex(UnreadableDocument, words):
                open_document_file(name, content.encode())

    def test_a_doctype_of_its_own_is_refused_in_one_xml_too(self):
        bomb = (
            '<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "aaaa">]>'
            + word_2003("<w:p><w:r><w:t>&a;</w:t></w:r></w:p>").decode().partition("?>")[2]
        )
        with self.assertRaisesRegex(UnreadableDocument, "实体声明"):
            open_document_file("a.doc", bomb.encode())


class WebTests(unittest.TestCase):
    def test_archives_of_word_and_browsers_give_their_page_and_no_frame(self):
        word = WORD_ARCHIVE.format(page=quopri.encodestring(PAGE.encode("gb2312")).decode())
        browser = BROWSER_ARCHIVE.format(page=base64.encodebytes(f'<meta charset="utf-8">{PAGE}'.encode()).decode())
        for name, content in (
            ("plan.doc", word.encode()),
            ("plan.mht", browser.encode()),
            ("plan.mhtml", browser.replace("\n", "\r\n").encode()),
        ):
            with self.subTest(name):
                self.assertEqual(lines(name, content), PLAN)

    def test_an_archive_of_excel_gives_its_sheets(self):
        self.assertEqual(lines("book.xls", EXCEL_ARCHIVE.format(page=PAGE).encode()), PLAN)

    def test_a_page_is_told_by_any_of_its_tags_whatever_it_is_called(self):
        beginnings = (
            "",
            "\ufeff",
            '<?xml version="1.0" encoding="utf-8"?>\n',
            "<!-- a --><!-- b -->",
            "<style>p {}</style>",
            '<meta charset="utf-8">',
            "<div>",
        )
        for start in beginnings:
            for name in ("plan.xls", "plan.doc", "plan.html", "plan.txt"):
                with self.subTest(start=start, name=name):
                    self.assertEqual(form_of(name, (start + PAGE).encode()), "html")
        self.assertEqual(form_of("plan.xls", ("\ufeff<html>" + PAGE).encode("utf-16-le")), "html")
        self.assertEqual(form_of("plan.txt", "<重要>东湖区教育局工作要点".encode()), "text")

    def test_text_is_text_under_the_names_of_tables(self):
        for name in ("a.xls", "a.csv", "a.tsv", "a.doc", "a.txt"):
            with self.subTest(name):
                self.assertEqual(form_of(name, "序号\t任务\n1\t德育\n".encode("gb18030")), "text")


class RefusedTests(unittest.TestCase):
    def test_chinese_page_formats_nothing_here_reads_get_their_own_sentence(self):
        for name, content, words in (
            ("a.ceb", b"Founder CEB 1.0\x00\x01", "CEB"),
            ("a.sep", b"SEP\x00\x01\x02\x03", "书生"),
        ):
            with self.subTest(name), self.assertRaisesRegex(UnreadableDocument, f"{words}.*另存为 PDF"):
                open_document_file(name, content)
