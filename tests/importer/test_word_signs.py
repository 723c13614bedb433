"""What Word draws without characters: ticks of symbol fonts, rings around numbers, numbers of empty cells, documents put in."""

import unittest
from pathlib import Path

from importer.files import libreoffice
from importer.files.file_kinds import open_document_file
from importer.files.read_docx import read_docx
from importer.files.word_signs import FONTS, field_shown, in_font, sign_in_print, sign_of
from importer.parse import parse_source
from importer.text.folding import folded
from tests.packages import docx, paragraph, relations

FORMATS = Path(__file__).parent / "formats"


def field(instruction, result=None):
    """The runs of a field, its instruction in two stretches as Word likes to cut it."""
    middle = "" if result is None else f'<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>{result}</w:t></w:r>'
    half = len(instruction) // 2
    parts = "".join(
        f'<w:r><w:instrText xml:space="preserve">{part}</w:instrText></w:r>'
        for part in (instruction[:half], instruction[half:])
    )
    return f'<w:r><w:fldChar w:fldCharType="begin"/></w:r>{parts}{middle}<w:r><w:fldChar w:fldCharType="end"/></w:r>'


def text(body, **more):
    """The lines of a document of this body."""
    return [line.text for line in read_docx(docx(body, **more)).lines if line.text.strip()]


class SignsTests(unittest.TestCase):
    def test_ticks_of_symbol_fonts_are_characters(self):
        cases = {
            ("Wingdings 2", "F052"): "☑", ("Wingdings 2", "F0A3"): "☐", ("Wingdings 2", "52"): "☑", ("Wingdings", "F0FE"): "☑", ("Wingdings", "F0A8"): "☐",
            ("Wingdings", "F06F"): "☐", ("Wingdings", "F0FD"): "☒", ("Wingdings", "F0FC"): "✓", ("Wingdings 2", "F050"): "✓", ("Wingdings", "F081"): "①",
            ("Symbol", "F061"): "α", ("Symbol", "F0B4"): "×", ("Wingdings", "F0E0"): "→", ("", "F0FC"): "✓", ("Own", "F123"): "●", ("宋体", "2611"): "☑",
        }  # fmt: skip
        for (font, code), expected in cases.items():
            with self.subTest(font=font, code=code):
                self.assertEqual(
                    text(f'<w:p><w:r><w:t>是</w:t><w:sym w:font="{font}" w:char="{code}"/></w:r></w:p>'),
                    [f"是{expected}"],
                )

    def test_letters_set_in_a_symbol_font_are_its_signs(self):
        run = '<w:r><w:rPr><w:rFonts w:ascii="{0}" w:hAnsi="{0}"/></w:rPr><w:t>{1}</w:t></w:r>'
        for font, letters, expected in (
            ("Wingdings 2", "R", "☑"),
            ("Wingdings 2", "£", "☐"),
            ("Wingdings", "þ", "☑"),
            ("Wingdings", "\uf0fe", "☑"),
            ("仿宋", "R", "R"),
        ):
            with self.subTest(font=font, letters=letters):
                self.assertEqual(
                    text(f"<w:p>{run.format(font, letters)}<w:r><w:t>完成</w:t></w:r></w:p>"), [f"{expected}完成"]
                )
        self.assertEqual(in_font("已完成", "Wingdings"), "已完成")

    def test_a_printed_sign_is_known_by_its_font_or_its_code(self):
        for font, code, expected in (
            ("ABCDEF+Wingdings2", "\uf052", "☑"),
            ("Wingdings-Regular", "\uf0a8", "☐"),
            ("NotoSans", "\uf0fe", "☑"),
            ("Own", "\uf012", "\uf012"),
        ):
            with self.subTest(font=font):
                self.assertEqual(sign_in_print(code, font), expected)

    def test_every_sign_of_the_tables_is_one_visible_character(self):
        for font, signs in FONTS.items():
            for code, sign in signs.items():
                with self.subTest(font=font, code=hex(code)):
                    self.assertEqual((len(sign), sign.isspace(), sign_of(0xF000 + code, font)), (1, False, sign))

    def test_a_number_in_a_ring_is_that_character(self):
        cases = {
            r" EQ \o\ac(○,1)": "①", r"eq \o\ac(○,12)": "⑫", r"= 1": "", r" eq \o\ac(○,21) ": "㉑", r" eq \o\ac(○,36) ": "㊱", r" EQ \o\ac(○,一)": "㊀",
            r" EQ \o\ac(○,A)": "Ⓐ", r" EQ \o\ac(○,密)": "㊙", r" EQ \o\ac(○,德)": "（德）", r" EQ \o\ac(□,3)": "3", r" EQ \f(1,2)": "1/2", r" EQ \o\ac(○,\s\do2(3))": "③",
            r" EQ \o\ac(○,4) \* MERGEFORMAT ": "④", r" eq \o\ac(○，5)": "⑤",
            r' SYMBOL 254 \f "Wingdings" \s 10 ': "☑", " PAGE ": "", r" TOC \o ": "",
        }  # fmt: skip
        for instruction, expected in cases.items():
            with self.subTest(instruction=instruction):
                self.assertEqual(field_shown(instruction), expected)
                shown = field(instruction.replace('"', "&quot;"))
                self.assertEqual(text(f"<w:p>{shown}<w:r><w:t>做好。</w:t></w:r></w:p>"), [f"{expected}做好。"])
        self.assertEqual(text(f"<w:p>{field(' REF a ', '第二章')}</w:p>"), ["第二章"])

    def test_a_box_of_a_form_shows_its_state(self):
        box = '<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:checkBox>{}</w:checkBox></w:ffData></w:fldChar></w:r><w:r><w:instrText> FORMCHECKBOX </w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
        for inner, expected in (
            ("<w:checked/>", "☑"),
            ('<w:default w:val="0"/>', "☐"),
            ('<w:default w:val="1"/>', "☑"),
            ('<w:default w:val="1"/><w:checked w:val="0"/>', "☐"),
        ):
            with self.subTest(inner):
                self.assertEqual(text(f"<w:p><w:r><w:t>是</w:t></w:r>{box.format(inner)}</w:p>"), [f"是{expected}"])

    def test_the_handed_boxes_and_ring(self):
        self.assertEqual(
            [line.text for line in open_document_file("box.docx", (FORMATS / "box.docx").read_bytes()).lines][1:],
            ["是否完成：是☑　否☐", "是☑　否☐", "①新建中小学3所。"],
        )


class TablesTests(unittest.TestCase):
    def test_a_column_of_automatic_numbers_numbers_the_items(self):
        for name in ("autonumcol.docx", *(["autonumcol.doc"] if libreoffice.program() else [])):
            with self.subTest(name):
                (draft,) = parse_source(open_document_file(name, (FORMATS / name).read_bytes()))
                self.assertEqual(
                    [(item.number, item.title) for item in draft.items], [("1", "新建学校3所"), ("2", "教师轮岗")]
                )

    def test_deleted_rows_and_cells_are_left_out_and_counted(self):
        cell = "<w:tc>{}<w:p><w:r><w:t>{}</w:t></w:r></w:p></w:tc>"
        gone = f"<w:tr><w:trPr><w:del w:id='1'/></w:trPr>{cell.format('', '删去的行')}</w:tr>"
        mark = "<w:tcPr><w:cellDel w:id='2'/></w:tcPr>"
        kept = f"<w:tr>{cell.format('', '甲')}{cell.format(mark, '删格')}{cell.format('', '乙')}</w:tr>"
        source = read_docx(docx(f"<w:tbl>{gone}{kept}</w:tbl>"))
        self.assertEqual(source.text, "甲\n乙")
        self.assertIn("删除的 6 个字", source.notes[0].message)


class EmbeddedTests(unittest.TestCase):
    def embedding(self, name, content):
        """A document that puts in another between two paragraphs."""
        body = f'{paragraph("前")}<w:altChunk r:id="a" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"/>{paragraph("后")}'
        return docx(
            body, more={"word/_rels/document.xml.rels": relations(("a", "aFChunk", name)), f"word/{name}": content}
        )

    def test_what_is_put_in_is_read_in_its_place(self):
        inner = docx(paragraph("内") + "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>格</w:t></w:r></w:p></w:tc></w:tr></w:tbl>")
        for name, content in (
            ("c.html", "<p>内</p><p>格</p>".encode()),
            ("c.docx", inner),
            ("c.txt", "内\n格".encode()),
            ("c.htm", "\ufeff<p>内<p>格".encode()),
        ):
            with self.subTest(name):
                source = open_document_file("带有子文档.docx", self.embedding(name, content))
                self.assertEqual([line.text for line in source.lines if line.text], ["前", "内", "格", "后"])
                self.assertEqual(
                    [cell.lines[0].number for table in source.tables for cell in table.cells],
                    [3] if name == "c.docx" else [],
                )

    def test_what_cannot_be_read_is_said_to_be_left_out(self):
        for name, content in (("c.rtf", b"{\\rtf1 x}"), ("c.bin", b"\x89PNG\r\n"), ("d.html", b"")):
            with self.subTest(name):
                source = open_document_file("带有子文档.docx", self.embedding(name, content))
                self.assertEqual(source.text, "前\n后")
                self.assertIn("嵌有另一份文件，没有读入", source.notes[0].message)

    def test_the_handed_document(self):
        source = open_document_file("altchunk.docx", (FORMATS / "altchunk.docx").read_bytes())
        self.assertEqual(source.text, "前\n一、嵌入网页文字\n后")


class FoldingTests(unittest.TestCase):
    def test_radicals_and_compatibility_characters_are_the_ones_meant(self):
        cases = {
            "⼯作要点，⻓期⻅效，⺠生": "工作要点，长期见效，民生",
            "⼾籍⾭年⿈河⻩": "户籍青年黄河黄",
            "⽤⼾⼩学⼀": "用户小学一",
            "\uf9b4導": "領導",
            "（一）①㎡℃ＡＢ": "（一）①㎡℃ＡＢ",
        }
        for before, after in cases.items():
            with self.subTest(before):
                self.assertEqual(folded(before), after)

    def test_they_are_folded_in_every_form(self):
        plan = [
            "东湖区教育局2025年⼯作要点",
            "⼀、德育",
            "1.⻓期加强⽤户管理。",
            "2.做好家访。",
            "⼆、体育",
            "3.办好比赛。",
        ]
        page = "".join(f"<p>{line}</p>" for line in plan).encode()
        files = {"a.txt": "\n".join(plan).encode(), "a.html": page, "a.docx": docx("".join(map(paragraph, plan)))}
        for name, content in files.items():
            with self.subTest(name):
                (draft,) = parse_source(open_document_file(name, content))
                self.assertEqual(
                    (draft.title, draft.sections[0].ordinal, draft.items[0].title),
                    ("东湖区教育局2025年工作要点", "一", "长期加强用户管理"),
                )

    def test_the_handed_files(self):
        (draft,) = parse_source(open_document_file("kangxi.docx", (FORMATS / "kangxi.docx").read_bytes()))
        self.assertEqual([(s.ordinal, s.title) for s in draft.sections], [("一", "总体要求"), ("二", "重点工作")])
        self.assertIn("户籍用户风险黄河青年", open_document_file("rad.pdf", (FORMATS / "rad.pdf").read_bytes()).text)
