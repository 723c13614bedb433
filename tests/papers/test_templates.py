"""Word templates: what is wrong is told with field, place and nearest name; what is right prints; nothing runs, nothing gets out."""

import zipfile
from dataclasses import replace
from io import BytesIO

from django.test import SimpleTestCase, tag
from docx import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from jinja2 import TemplateSyntaxError
from jinja2.exceptions import SecurityError

from papers.docx import letter_docx
from papers.fields import fields_of
from papers.letter import LetterChapter, LetterParagraph
from papers.shapes import SHAPES
from papers.templating.check import problems_of
from papers.templating.fill import fill
from papers.templating.grammar import NotAllowed, assert_allowed, environment
from papers.templating.sandbox import NotPrintable, fill_under_limits, problems_under_limits
from papers.templating.standard import standard_template
from tests.hostile import HOSTILE as HOSTILE_FILES
from tests.packages import docx as packed_docx
from tests.workbooks import HOSTILE
from tracking.models import PaperKind
from workplans.sheet_text import shown

URGING, HANDOVER = "urging", "handover"
SAMPLES = {kind: shape.sample for kind, shape in SHAPES.items()}


def made(*paragraphs, table=(), header=""):
    """Return a Word file of these paragraphs, a table of rows of cells, and a header."""
    document = Document()
    for text in paragraphs:
        document.add_paragraph(text)
    if table:
        grid = document.add_table(len(table), max(map(len, table)))
        for row, texts in zip(grid.rows, table, strict=True):
            for cell, text in zip(row.cells, texts, strict=False):
                cell.text = text
    document.sections[0].header.paragraphs[0].text = header
    return saved(document)


def saved(document):
    """Return the bytes of a document."""
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


def texts(content):
    """Return the paragraphs and cells of a Word file."""
    document = Document(BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return [paragraph.text for paragraph in document.paragraphs] + cells


def repacked(content, changes):
    """Return the file with parts changed or added: name -> function of the old bytes, or new bytes."""
    stream = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(stream, "w") as new:
        for name in {*old.namelist(), *changes}:
            change = changes.get(name)
            part = old.read(name) if name in old.namelist() else b""
            new.writestr(name, change(part) if callable(change) else change if change is not None else part)
    return stream.getvalue()


@tag("slow")
class StandardTest(SimpleTestCase):
    """The standard template is our own layout, written with fields."""

    def test_it_has_nothing_wrong_and_prints_what_our_own_layout_prints(self):
        for kind, letter in SAMPLES.items():
            with self.subTest(kind):
                template = standard_template(kind)
                self.assertEqual(problems_of(template, kind), [])
                self.assertEqual(
                    texts(fill(template, kind, letter, mark="ab" * 32)), texts(letter_docx(letter, mark="ab" * 32))
                )

    def test_styles_page_and_foot_are_those_of_our_own_layout(self):
        for kind, letter in SAMPLES.items():
            filled, own = (
                Document(BytesIO(each))
                for each in (fill(standard_template(kind), kind, letter, mark="ab"), letter_docx(letter, mark="ab"))
            )
            with self.subTest(kind):
                self.assertEqual([p.style.name for p in filled.paragraphs], [p.style.name for p in own.paragraphs])
                for one, other in zip(filled.sections, own.sections, strict=True):
                    self.assertEqual(
                        (one.page_width, one.left_margin, one.top_margin),
                        (other.page_width, other.left_margin, other.top_margin),
                    )
                    self.assertEqual([p.text for p in one.footer.paragraphs], [p.text for p in other.footer.paragraphs])

    def test_under_limits_it_is_the_same(self):
        kind = PaperKind.HANDOVER
        self.assertEqual(problems_under_limits(standard_template(kind), kind), [])
        filled = fill_under_limits(standard_template(kind), kind, SAMPLES[kind], author="甲", at=None, mark="ab")
        self.assertEqual(texts(filled), texts(letter_docx(SAMPLES[kind], mark="ab")))

    def test_without_annex_contacts_and_signature_nothing_of_them_is_left(self):
        kind = PaperKind.FEEDBACK
        bare = replace(SAMPLES[kind], annex=None, contacts="", phones="")
        found = "\n".join(texts(fill(standard_template(kind), kind, bare)))
        for word in ("附件", "联系人", "{", "核验码"):
            self.assertNotIn(word, found)

    def test_the_page_of_fields_and_the_kinds_are_the_models(self):
        self.assertEqual(set(SAMPLES), set(PaperKind.values))
        for kind in PaperKind.values:
            self.assertLessEqual({"标题", "主送", "依据", "正文", "落款", "日期", "核验码"}, set(fields_of(kind)))


@tag("slow")
class ProblemsTest(SimpleTestCase):
    """What is wrong, where, and how to mend it."""

    # What a file says, and the one sentence it gets.
    SENTENCES = (
        (["{{ 主送机关 }}："], "正文第1段“{{ 主送机关 }}：”：没有“主送机关”这个字段，最接近的是“主送”。"),
        (["第一段", "", "{{ 标提 }}"], "正文第2段“{{ 标提 }}”：没有“标提”这个字段，最接近的是“标题”。"),
        (
            ["{{ 甲 }}"],
            "正文第1段“{{ 甲 }}”：没有“甲”这个字段，可用的有：标题、主送、依据、正文、事项、要求、落款、日期、联系人、联系电话、签收行、核验码。",
        ),
        (["{{ 标题"], "“{{”没有配成对"),
        (["标题 }}"], "“}}”没有配成对"),
        (["{ { 标题 }}"], "“}}”没有配成对"),
        (["｛｛ 标题 ｝｝"], "花括号或百分号是全角的"),
        (["{｛ 标题 }}"], "花括号或百分号是全角的"),
        (["｛% if 标题 %｝"], "花括号或百分号是全角的"),
        (["{{ 标题 | upper }}"], "“{{ 标题 | upper }}”的写法不对"),
        (["{{ 标题() }}"], "的写法不对"),
        (["{{ 1 + 1 }}"], "的写法不对"),
        (["{{ '标题' }}"], "里只能写一个字段"),
        (["{{ }}"], "的写法不对"),
        (["{{ 主送： }}"], "的写法不对"),
        (["{{r 标题 }}"], "花括号后面多了字母"),
        (["{{ 正文 }}"], "“正文”有许多行，不能直接印出"),
        (["{{ 标题.文字 }}"], "“标题”后面不能加“.文字”"),
        (["{{ 正文.文字 }}"], "“正文”后面不能加“.文字”"),
        (["{%p for 段 in 正文 %}", "{{ 段 }}", "{%p endfor %}"], "“段”代表一行，要写成 {{ 段.文字 }} 这样"),
        (
            ["{%p for 段 in 正文 %}", "{{ 段.内容 }}", "{%p endfor %}"],
            "没有“内容”这个字段，可用的有：文字、级别、是标题",
        ),
        (["{%p for 段 in 正文 %}", "{{ 段.是标题 }}", "{%p endfor %}"], "只能用在 if 里"),
        (["{%p for 段 in 正文 %}", "{{ 段.文字 }}"], "没有收尾，缺少 {%p endfor %}"),
        (
            ["{%p for 段 in 标题 %}", "{%p endfor %}", "{{ 标题 }}"],
            "“标题”只有一个值，不能循环；可以循环的有：正文、事项、要求",
        ),
        (["{%p for 段 正文 %}", "{%p endfor %}", "{{ 标题 }}"], "应写成 {%p for 段 in 正文 %}"),
        (["{%p for 段 in 正问 %}", "{{ 标题 }}", "{%p endfor %}"], "没有“正问”这个字段，最接近的是“正文”"),
        (["{{ 标题 }}", "{%p endfor %}"], "前面没有对应的 {% for …%}"),
        (["{%p if 标题 %}", "{{ 标题 }}", "{%p endfor %}", "{%p endif %}"], "它前面还有没收尾的“{%p if 标题 %}”"),
        (["{% if 标题 %}", "{{ 标题 }}", "{% endif %}"], "跨几段的要写成 {%p if …%}"),
        (["{%p if 标题 %}{{ 标题 }}", "{%p endif %}"], "这一段里不能再有别的文字"),
        (["{%p if 标提 %}", "{{ 标题 }}", "{%p endif %}"], "没有“标提”这个字段，最接近的是“标题”"),
        (["{%p if %}", "{{ 标题 }}", "{%p endif %}"], "的写法不对"),
        (["{%p if 标题 %}", "{{ 标题 }}", "{% endif %}"], "和“{%p if 标题 %}”不对应"),
        (["{% include 'x' %}", "{{ 标题 }}"], "不认识的标记“{% include 'x' %}”"),
        (["{% set a = 1 %}", "{{ 标题 }}"], "不认识的标记"),
        (["{% %}", "{{ 标题 }}"], "不认识的标记"),
        (["{%tc for 段 in 正文 %}", "{{ 标题 }}"], "不认识的标记"),
        (["{% colspan 标题 %}", "{{ 标题 }}"], "不认识的标记"),
        (["{%tr for 行 in 事项 %}", "{{ 标题 }}", "{%tr endfor %}"], "只能放在表格里"),
        (["没有字段"], "文件里没有一个字段"),
    )

    def test_each_mistake_gets_its_sentence(self):
        for paragraphs, sentence in self.SENTENCES:
            with self.subTest(paragraphs):
                found = problems_of(made(*paragraphs), URGING)
                self.assertTrue(any(sentence in problem for problem in found), found)

    def test_the_place_in_a_table_and_in_a_header_is_told(self):
        table = [
            ["序号", "事项"],
            ["{%tr for 行 in 事项 %}"],
            ["{{ 行.序号 }}", "{{ 行.工作事件 }}"],
            ["{%tr endfor %}"],
        ]
        found = problems_of(made("{{ 标题 }}", table=table, header="{{ 落宽 }}"), URGING)
        self.assertEqual(
            found,
            [
                "正文第1个表格第3行第2列“{{ 行.工作事件 }}”：没有“工作事件”这个字段，最接近的是“工作事项”。",
                "页眉“{{ 落宽 }}”：没有“落宽”这个字段，最接近的是“落款”。",
            ],
        )

    def test_a_row_with_a_tag_of_its_own_holds_nothing_else(self):
        table = [["{%tr for 行 in 事项 %}", "甲"], ["{{ 行.序号 }}", ""], ["{%tr endfor %}", ""]]
        [problem] = problems_of(made("{{ 标题 }}", table=table), HANDOVER)
        self.assertIn("这一行里不能再有别的文字", problem)

    def test_a_loop_is_not_closed_in_another_table_or_outside(self):
        document = Document(BytesIO(made("{{ 标题 }}", table=[["{%tr for 行 in 事项 %}"], ["{{ 行.序号 }}"]])))
        document.add_paragraph("之间")
        document.add_table(1, 1).cell(0, 0).text = "{%tr endfor %}"
        self.assertIn("不对应", problems_of(saved(document), URGING)[0])

    def test_a_field_of_another_kind_of_paper_is_unknown(self):
        self.assertEqual(problems_of(made("{{ 签收行 }}"), URGING), [])
        self.assertIn("没有“签收行”这个字段", problems_of(made("{{ 签收行 }}"), PaperKind.BULLETIN)[0])

    def test_tags_that_word_has_cut_into_runs_are_read(self):
        document = Document()
        paragraph = document.add_paragraph()
        for part in ("{", "{ 标", "题 ", "}", "}"):
            paragraph.add_run(part).bold = len(part) > 1
        self.assertEqual(problems_of(saved(document), URGING), [])
        self.assertIn(SAMPLES[URGING].title, texts(fill(saved(document), URGING, SAMPLES[URGING])))

    def test_a_condition_inside_one_paragraph_is_fine(self):
        template = made(
            "{{ 标题 }}{% if 联系人 and not 联系电话 %}，{{ 联系人 }}{% elif 联系电话 == '12345678' %}！{% else %}？{% endif %}"
        )
        self.assertEqual(problems_of(template, URGING), [])
        self.assertEqual(texts(fill(template, URGING, SAMPLES[URGING]))[0], f"{SAMPLES[URGING].title}！")

    def test_not_more_problems_are_listed_than_anybody_reads(self):
        self.assertEqual(len(problems_of(made(*(f"{{{{ 字段{n} }}}}" for n in range(100))), URGING)), 30)


@tag("slow")
class HostileFileTest(SimpleTestCase):
    """Files that are no templates, or want more than to be one."""

    def told(self, content, sentence, under_limits=False):
        """Expect the sentence among the problems."""
        found = (problems_under_limits if under_limits else problems_of)(content, URGING)
        self.assertTrue(any(sentence in problem for problem in found), found)

    def test_what_is_no_word_file(self):
        self.told(b"", "不是 Word 的 .docx 文件")
        self.told(b"PK\x03\x04" + bytes(50), "损坏")
        self.told(b"\xd0\xcf\x11\xe0" + bytes(50), "不是 Word 的 .docx 文件")
        self.told(bytes(5 * 1024 * 1024 + 1), "超过 5 MB")

    def test_files_made_to_break_a_reader_are_refused_like_everywhere(self):
        quick = (
            "secret.docx",
            "flagged.docx",
            "cut.docx",
            "broken.docx",
            "macro.docx",
            "lying.docx",
            "deep.docx",
            "laughs16.docx",
            "outside.docx",
        )
        for hostile in HOSTILE_FILES:
            if hostile.name in quick:
                with self.subTest(hostile.about):
                    [problem] = problems_of(hostile.make(), URGING)
                    self.assertRegex(problem, hostile.refusal)
                    self.assertNotIn("导入", problem)

    def test_bombs_and_macros_and_entities(self):
        self.told(repacked(made("{{ 标题 }}"), {"word/vbaProject.bin": b"x"}), "宏")
        self.told(packed_docx(document=b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"), "实体")
        self.told(packed_docx(more={"word/media/a.bin": [bytes(1 << 20)] * 300}), "200 MB")

    def test_what_fetches_from_outside_or_carries_something_along(self):
        document = Document(BytesIO(made("{{ 标题 }}")))
        for kind, what in (("image", "外部的图片"), ("attachedTemplate", "外部的模板"), ("oleObject", "外部的内容")):
            document.part.relate_to(
                "http://example.org/x", RELATIONSHIP_TYPE.HYPERLINK.replace("hyperlink", kind), is_external=True
            )
            self.told(saved(document), what)
        linked = Document(BytesIO(made("{{ 标题 }}")))
        linked.part.relate_to("http://example.org/", RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
        self.assertEqual(problems_of(saved(linked), URGING), [])
        self.told(repacked(made("{{ 标题 }}"), {"word/embeddings/a.xlsx": b"x"}), "嵌有其他文件")

    def test_fields_of_word_that_fetch_tags_outside_text_and_tracked_changes(self):
        def with_xml(xml):
            return repacked(
                made("{{ 标题 }}"),
                {"word/document.xml": lambda part: part.replace(b"<w:body>", f"<w:body>{xml}".encode())},
            )

        self.told(with_xml('<w:p><w:r><w:instrText> INCLUDETEXT "c:/x" </w:instrText></w:r></w:p>'), "INCLUDETEXT")
        self.told(with_xml('<w:p><w:fldSimple w:instr="DDEAUTO c x"/></w:p>'), "DDEAUTO")
        self.told(with_xml("<w:p><w:ins w:id='1' w:author='x'><w:r><w:t>x</w:t></w:r></w:ins></w:p>"), "修订")
        self.told(with_xml("<w:p><w:r><w:instrText>{{ 标题 }}</w:instrText></w:r></w:p>"), "域的说明里不能放字段")

    def test_a_template_that_costs_too_much_is_stopped(self):
        lists = ["{%p for a in 正文 %}"] + [f"{{%p for a{n} in 正文 %}}" for n in range(7)]
        deep = made(*lists, "{{ a.文字 }}", *["{%p endfor %}"] * 8)
        big = replace(
            SAMPLES[URGING], chapters=(LetterChapter(None, tuple(LetterParagraph("字" * 50) for _ in range(40))),)
        )
        with self.assertRaisesMessage(NotPrintable, "时间或内存太多"):
            fill_under_limits(deep, URGING, big)

    def test_what_is_put_together_across_paragraphs_is_not_carried_out(self):
        for first, second in (("{", "{ ''.__class__ }}"), ("{", "% include 'x' %}")):
            template = made("{{ 标题 }}", first, second)
            with self.subTest(first + second), self.assertRaises((NotAllowed, SecurityError)):
                fill(template, URGING, SAMPLES[URGING])
            self.told(template, "没有配成对")

    def test_nothing_but_fields_loops_and_conditions_is_carried_out(self):
        for text in (
            "{{ x.__class__() }}", "{{ x|upper }}", "{{ x[0] }}", "{{ 'a' * 9 }}", "{% set a = 1 %}", "{% macro a() %}{% endmacro %}",
            "{% include 'x' %}", "{% import 'x' as y %}", "{% extends 'x' %}", "{% block a %}{% endblock %}", "{{ range(9) }}",
            "{% for a in x recursive %}{% endfor %}", "{% filter upper %}{% endfilter %}", "{% call x() %}{% endcall %}", "{{ [1] }}",
        ):  # fmt: skip
            with self.subTest(text), self.assertRaises((NotAllowed, TemplateSyntaxError)):
                assert_allowed(environment().parse(text))
        assert_allowed(
            environment().parse(
                "{% for a in x %}{% if a.b == 1 and not c %}{{ a.b }}{% else %}{{ c }}{% endif %}{% endfor %}"
            )
        )


@tag("slow")
class HostileTextTest(SimpleTestCase):
    """What offices wrote is text, in every kind of paper and every place of it."""

    STRINGS = (
        *HOSTILE, "<w:p>", "</w:t></w:r></w:p>", "&amp;", "&lt;", "{{ 标题 }}", "{_{ 标题 }_}", "{_% x %_}", "{% for a in b %}", "{%p endfor %}",
        "{#x#}", "a\x00b\x07c\x0cd\x1b", "\ud800", "\ufffe", "｛｛", "'\"><script>", "%}",
    )  # fmt: skip

    def test_it_stands_in_the_paper_as_written(self):
        for kind, sample in SAMPLES.items():
            chapters = (
                LetterChapter(
                    None, tuple(LetterParagraph(shown(text)) for text in self.STRINGS), sample.chapters[0].table
                ),
                *sample.chapters[1:],
            )
            letter = replace(sample, chapters=chapters, title=self.STRINGS[-1], recipient="<b>&", contacts="{{ 主送 }}")
            if chapters[0].table:
                rows = tuple(
                    replace(row, cells=(*row.cells[:1], shown(text), *row.cells[2:]))
                    for row, text in zip(chapters[0].table.rows * 30, self.STRINGS, strict=False)
                )
                letter = replace(
                    letter, chapters=(replace(chapters[0], table=replace(chapters[0].table, rows=rows)), *chapters[1:])
                )
            with self.subTest(kind):
                self.assertEqual(texts(fill(standard_template(kind), kind, letter)), texts(letter_docx(letter)))
                found = texts(letter_docx(letter))
                for text in self.STRINGS:
                    self.assertIn(shown(text), found)
