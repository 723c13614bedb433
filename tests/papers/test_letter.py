"""The letter: the seed comes back to the character, the layout is the standard's, nothing anybody wrote breaks it."""

import re
import zipfile
from decimal import Decimal
from io import BytesIO
from itertools import pairwise

from django.test import SimpleTestCase, TestCase
from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import qn

from importer.drafts.as_json import drafts_to_json
from importer.parse import parse_document
from papers.compiling import letter_of
from papers.docx import letter_docx, width
from papers.kinds.feedback_chapters import ReportedItem, TaskPart, chapters_of
from papers.letter import Annex, Letter, LetterParagraph, TableRow, chinese, numbered, written
from papers.signing import document_of, sign
from papers.templating.fill import fill
from papers.templating.standard import standard_template
from tests.base import NOW, CastTestCase
from tests.importer.test_seeds import FEEDBACK, read
from tests.letters import SEED, SeedLetter, dense, load_letter, printed
from tests.workbooks import HOSTILE
from tracking.models import Report, TaskReport
from workplans.models import Item, Organization, Task
from workplans.sheet_text import shown

PAGE_NUMBER = re.compile(r"—\s*\d+\s*—")


def records():
    """Return what the database holds of letters, ids aside."""
    reports = Report.objects.values(
        "item__number", "period__label", "completion_percent", "progress", "difficulties", "next_steps"
    )
    tasks = TaskReport.objects.order_by("task__position").values(
        "task__group", "task__title", "progress", "difficulties", "next_steps", "printed_headings"
    )
    items = Item.objects.values("number", "title", "body", "plan__title", "plan__year", "plan__kind")
    return [list(items), list(reports), list(tasks), list(Task.objects.values_list("group", "title"))]


def entry(number=1, **kw):
    """Return an entry with something to say."""
    values = {
        "number": str(number), "title": f"推进第{number}项工作", "body": "做好各项准备。", "percent": Decimal(60),
        "expected": Decimal("83.3"), "is_behind": True,
        "texts": {"progress": "已开展两次调研。", "difficulties": "", "next_steps": "抓紧推进。"},
    }  # fmt: skip
    return ReportedItem(**(values | kw))


def letter(chapters=(), **kw):
    """Return a letter with these chapters."""
    values = {
        "title": "推进情况的反馈",
        "recipient": "区府办",
        "opening": "现反馈如下：",
        "signature": "虹口区教育局",
        "date": "2024年10月28日",
    }
    return Letter(**(values | {"chapters": tuple(chapters)} | kw))


class SeedTest(SeedLetter, TestCase):
    """Import seed 004, compile its feedback: the same letter."""

    maxDiff = None

    @classmethod
    def setUpTestData(cls):
        """Import the letter."""
        cls.load_seed()

    def test_the_letters_text_is_the_originals_to_the_character(self):
        compiled = letter_of(self.compile_seed())
        self.assertEqual(dense(compiled.text), dense(SEED.read_text(encoding="utf-8")))

    def test_chapter_by_chapter(self):
        original = dense(SEED.read_text(encoding="utf-8"))
        marks = ["项目内容：", "（一）目前进展情况", "（二）存在的困难", "（三）下一步工作措施", "长宁区教育局2020年"]
        places = [original.index(mark) for mark in marks]
        parts = [original[start:end] for start, end in pairwise(places)]
        self.assertEqual([dense(chapter.text) for chapter in letter_of(self.compile_seed()).chapters], parts)

    def test_the_variants_of_a_heading_are_kept_as_each_chapter_prints_them(self):
        chapters = letter_of(self.compile_seed()).chapters[1:]
        firsts = [next(p.text for p in chapter.paragraphs if p.level == 3) for chapter in chapters]
        self.assertEqual(firsts, ["1. 长宁教育“优质+均衡”发展", "1. 长宁教育优质均衡发展", "1. 长宁教育优质均衡发展"])

    def test_the_word_file_reads_back_as_the_seed_does(self):
        original = drafts_to_json(read(FEEDBACK))
        for with_annex in (False, True):
            [draft] = parse_document("反馈.docx", self.docx(self.compile_seed(with_annex=with_annex)))
            with self.subTest(with_annex=with_annex):
                again = drafts_to_json(draft)
                if with_annex:  # a remark that there is a table besides, which can be read instead
                    self.assertEqual([p["severity"] for p in again.pop("problems")], ["warning"])
                    self.assertEqual([a["choice"] for a in again.pop("alternatives")], ["medium=table"])
                    self.assertEqual(
                        again, {k: v for k, v in original.items() if k not in ("problems", "alternatives")}
                    )
                else:
                    self.assertEqual(again, original)
                self.assertEqual([t.printed for t in draft.tasks], [t.printed for t in read(FEEDBACK).tasks])

    def test_importing_the_word_file_gives_the_same_records(self):
        before, content = records(), self.docx(self.compile_seed())
        Organization.objects.filter(pk=self.period.organization_id).update(name="原单位", aliases=[])
        loaded = load_letter(content, "反馈.docx")
        self.assertTrue(loaded.created)
        after = records()
        self.assertEqual([[*rows, *rows] for rows in before[:2]], after[:2])
        self.assertEqual(sorted(map(str, [*before[2], *before[2]])), sorted(map(str, after[2])))

    def test_the_signed_file_reads_back_as_the_seed_does_but_for_the_name(self):
        feedback = self.compile_seed()
        sign(feedback, by=self.director, now=NOW, digest=feedback.digest)
        original, again = (
            drafts_to_json(read(FEEDBACK)),
            drafts_to_json(parse_document("反馈.docx", document_of(feedback))[0]),
        )
        self.assertEqual(again, original)

    def test_the_letter_in_the_standard_template_is_the_originals_to_the_character_and_reads_back(self):
        content = fill(standard_template("feedback"), "feedback", letter_of(self.compile_seed()))
        self.assertEqual(
            dense("".join(p.text for p in Document(BytesIO(content)).paragraphs)),
            dense(SEED.read_text(encoding="utf-8")),
        )
        self.assertEqual(drafts_to_json(parse_document("反馈.docx", content)[0]), drafts_to_json(read(FEEDBACK)))

    def test_a_draft_can_be_read_back_from_its_snapshot(self):
        for with_annex in (False, True):
            feedback = self.compile_seed(with_annex=with_annex)
            self.assertEqual(letter_of(feedback).to_json() | {}, Letter.from_json(feedback.snapshot).to_json())
            feedback.refresh_from_db()
            self.assertEqual(dense(letter_of(feedback).text)[:9], "主要领导确认并签名")

    def test_libreoffice_prints_all_of_it(self):
        feedback = self.compile_seed()
        pages = printed(self.docx(feedback))
        text = dense("".join(line for page in pages for line in page if not PAGE_NUMBER.fullmatch(line)))
        self.assertEqual(text, dense(letter_of(feedback).text))
        self.assertEqual([page[-1].replace(" ", "") for page in pages], [f"—{n}—" for n in range(1, len(pages) + 1)])

    def test_a_full_page_has_22_lines_of_28_characters(self):
        pages = printed(self.docx(self.compile_seed()))
        self.assertEqual({len(page) - 1 for page in pages[1:-1]}, {22})
        widest = max(width(line.replace(" ", "")) for page in pages for line in page)
        self.assertTrue(27.5 <= widest <= 29, widest)  # a mark at the end may hang over the edge


class LayoutTest(SimpleTestCase):
    """What GB/T 9704-2012 asks for stands in the file."""

    @classmethod
    def setUpClass(cls):
        """A letter with every kind of paragraph, and an annex."""
        super().setUpClass()
        rows = (TableRow(section="一、立德树人"), TableRow(("1", "第一行\n第二行")))
        caption = ("单位：虹口区教育局", "截至日期：2024-10-31")
        annex = Annex(("序号", "进展"), (5, 30), (True, False), rows, "推进情况表", caption)
        parts = (
            TaskPart("甲", "高中", {"progress": "①做了一件事。"}),
            TaskPart("甲", "初中", {"progress": "做了两件事。"}),
        )
        entries = [entry(n, parts=parts) for n in (1, 2)]
        cls.letter = letter(
            chapters_of(entries, is_three_blocks=False), annex=annex, contacts="宗宏", phones="22050725"
        )
        cls.content = letter_docx(cls.letter)
        cls.document = Document(BytesIO(cls.content))

    def part(self, name):
        """Return one part of the package."""
        return zipfile.ZipFile(BytesIO(self.content)).read(name).decode()

    def test_page(self):
        first, last = self.document.sections
        sides = ("page_width", "page_height", "top_margin", "bottom_margin", "left_margin", "right_margin")
        self.assertEqual([round(getattr(first, side).mm) for side in sides], [210, 297, 37, 35, 28, 26])
        self.assertEqual([round(getattr(last, side).mm) for side in sides[:2]], [297, 210])
        self.assertIn('<w:docGrid w:type="lines" w:linePitch="579"/>', self.part("word/document.xml"))

    def test_styles(self):
        expected = {
            "Title": ("方正小标宋简体", 22), "Body Text": ("仿宋_GB2312", 16), "Heading 1": ("黑体", 16),
            "Heading 2": ("楷体_GB2312", 16), "Heading 3": ("仿宋_GB2312", 16), "Salutation": ("仿宋_GB2312", 16),
            "Footer": ("宋体", 14),
        }  # fmt: skip
        for name, (font, size) in expected.items():
            style = self.document.styles[name]
            fonts = style.element.rPr.rFonts
            with self.subTest(style=name):
                self.assertEqual({v for k, v in fonts.attrib.items() if not k.endswith("hint")}, {font})
                self.assertIn("{http://schemas.openxmlformats.org/wordprocessingml/2006/main}eastAsia", fonts.attrib)
                self.assertEqual(style.font.size.pt, size)
                self.assertFalse(style.font.bold)
        self.assertEqual(self.document.styles["Body Text"].paragraph_format.line_spacing.pt, 28.95)
        self.assertIn('w:firstLineChars="200"', self.part("word/styles.xml"))

    def test_headings_are_words_own(self):
        found = [(p.style.name, p.text) for p in self.document.paragraphs if p.style.name.startswith("Heading")]
        self.assertEqual(
            found[:5],
            [
                ("Heading 1", "一、推进第1项工作"),
                ("Heading 2", "（一）目前进展情况"),
                ("Heading 3", "1. 甲"),
                ("Heading 4", "⑴ 高中"),
                ("Heading 4", "⑵ 初中"),
            ],
        )

    def test_page_numbers_are_fields_right_on_odd_and_left_on_even_pages(self):
        footers = {
            name: self.part(name)
            for name in zipfile.ZipFile(BytesIO(self.content)).namelist()
            if "footer" in name and name.endswith(".xml")
        }
        self.assertEqual(len(footers), 2)
        for text in footers.values():
            self.assertIn("PAGE", text)
            self.assertIn("— ", text)
        self.assertEqual(sorted(re.findall(r'w:jc w:val="(\w+)"', "".join(footers.values()))), ["left", "right"])
        self.assertIn("evenAndOddHeaders", self.part("word/settings.xml"))

    def test_the_annexs_heading_row_is_repeated(self):
        self.assertEqual(self.part("word/document.xml").count("<w:tblHeader/>"), 1)

    def test_elements_stand_in_the_order_word_minds(self):
        """Word calls a file damaged where the children of a property list are out of order."""
        orders = {
            "w:rPr": "rFonts b i color spacing kern sz szCs lang",
            "w:tblPr": "tblStyle tblW jc tblLayout tblCellMar tblLook",
            "w:pPr": "pStyle keepNext keepLines widowControl tabs snapToGrid spacing ind jc outlineLvl rPr sectPr",
            "w:sectPr": "headerReference footerReference type pgSz pgMar cols docGrid",
        }
        for name in ("word/document.xml", "word/footer1.xml"):
            for tag, order in orders.items():
                for found in parse_xml(self.part(name).encode()).iter(qn(tag)):
                    children = [child.tag.rpartition("}")[2] for child in found]
                    with self.subTest(part=name, tag=tag):
                        self.assertEqual(children, sorted(children, key=order.split().index))

    def test_nothing_of_the_library_stands_in_the_files_properties(self):
        properties = Document(BytesIO(letter_docx(self.letter, author="虹口区教育局"))).core_properties
        self.assertEqual(
            (properties.author, properties.title, properties.comments), ("虹口区教育局", "推进情况的反馈", "")
        )
        self.assertNotIn("python", self.part("docProps/core.xml"))


class WordsTest(SimpleTestCase):
    """What the letter adds to what offices wrote."""

    def sentence(self, **kw):
        """Return the first paragraph of the progress of one project."""
        values = {"number": "043", "is_project": True, "is_behind": False}
        [_, progress, *_] = chapters_of([entry(**(values | kw))], is_three_blocks=True)
        return progress.paragraphs[0].text

    def test_the_rate_is_stated_and_never_made_better_than_it_is(self):
        cases = (
            ({"percent": Decimal(90)}, "截至目前，该043项目有序推进，完成率已达90%。"),
            ({"percent": Decimal("83.5")}, "截至目前，该043项目有序推进，完成率已达83.5%。"),
            ({"percent": Decimal(100)}, "截至目前，该043项目已完成，完成率达100%。"),
            (
                {"percent": Decimal(30), "is_behind": True},
                "截至目前，该043项目完成率为30%，未达序时进度（应达83.3%）。",
            ),
            ({"percent": None}, "已开展两次调研。"),
            (
                {"percent": Decimal(60), "texts": {"progress": "项目有序推进，完成率已达60%。"}},
                "项目有序推进，完成率已达60%。",
            ),
        )
        for kw, expected in cases:
            with self.subTest(expected):
                self.assertEqual(self.sentence(**kw), expected)

    def test_a_chapter_without_anything_says_so(self):
        chapters = chapters_of([entry()], is_three_blocks=True)
        self.assertEqual([p.text for p in chapters[2].paragraphs], ["无。"])

    def test_several_items_in_three_blocks_are_numbered_and_who_has_no_difficulties_is_left_out(self):
        troubled = entry(2, texts={"progress": "甲", "difficulties": "缺人。", "next_steps": ""}, is_behind=False)
        chapters = chapters_of([entry(1), troubled, entry(3, percent=Decimal(100))], is_three_blocks=True)
        self.assertEqual(
            chapters[1].paragraphs[0].text, "截至目前，所涉3项工作中，已完成1项，达序时进度1项，未达序时进度1项。"
        )
        self.assertEqual([p.text for p in chapters[2].paragraphs], ["1. 推进第2项工作", "缺人。"])

    def test_numbers(self):
        self.assertEqual([chinese(n) for n in (1, 10, 11, 20, 21, 40, 100, 101, 110, 121)],
                         ["一", "十", "十一", "二十", "二十一", "四十", "一百", "一百零一", "一百一十", "一百二十一"])  # fmt: skip
        found = [numbered(level, 2, "甲") for level in range(1, 6)] + [numbered(5, 21, "甲")]
        self.assertEqual(found, ["二、甲", "（二）甲", "2. 甲", "⑵ 甲", "② 甲", "（21） 甲"])

    def test_what_an_office_numbered_is_a_heading_only_where_it_is_no_sentence(self):
        text = "一、总体情况\n（一）起步。已开展调研。\n1. 高中\n\n3.5所学校完成改造\n（1）初中\n①小学，幼儿园"
        self.assertEqual(
            list(written(text)),
            [
                LetterParagraph("一、总体情况", 1, True),
                LetterParagraph("（一）起步。已开展调研。", 2),
                LetterParagraph("1. 高中", 3, True),
                LetterParagraph("3.5所学校完成改造"),
                LetterParagraph("（1）初中", 4, True),
                LetterParagraph("①小学，幼儿园", 5),
            ],
        )


class HostileTest(SimpleTestCase):
    """Whatever people write stands in the letter as written."""

    def test_hostile_strings_and_control_characters_are_shown(self):
        texts = [
            *HOSTILE,
            "\x00\x01\x1f\x7f",
            "a\ud800b",
            "\ufffe",
            "<w:p>",
            "{{ recipient }}",
            "{% for %}",
            "\x0c分页",
        ]
        entries = [entry(n, texts={"progress": shown(text)}) for n, text in enumerate(texts, start=1)]
        content = letter_docx(letter(chapters_of(entries, is_three_blocks=False), contacts=texts[0], title="甲\x00乙"))
        found = [p.text for p in Document(BytesIO(content)).paragraphs]
        for text in texts:
            for part in filter(None, (part.strip() for part in shown(text).split("\n"))):
                with self.subTest(text=text):
                    self.assertIn(dense(part), [dense(line) for line in found])
        self.assertNotIn("fldSimple", zipfile.ZipFile(BytesIO(content)).read("word/document.xml").decode())


class LongLetterTest(CastTestCase):
    """Forty items."""

    def test_forty_items_print_with_every_word(self):
        sentence = "深化思政课改革创新，统筹推进“思政课一体化”建设，已组织教研活动并形成阶段成果。"
        entries = [
            entry(n, texts={"progress": sentence * 3, "difficulties": "", "next_steps": sentence}) for n in range(1, 41)
        ]
        compiled = letter(chapters_of(entries, is_three_blocks=False))
        pages = printed(letter_docx(compiled))
        text = dense("".join(line for page in pages for line in page if not PAGE_NUMBER.fullmatch(line)))
        self.assertEqual(text, dense(compiled.text))
        self.assertIn("四十、推进第40项工作", text)
        self.assertGreater(len(pages), 10)
