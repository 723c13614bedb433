"""Every kind of paper as LibreOffice prints it: each character once, the standard's page, numbered pages, one book of many."""

import re
from collections import Counter
from dataclasses import replace
from io import BytesIO

from django.test import SimpleTestCase, tag
from docx import Document
from docx.oxml.ns import qn

from papers.docx import book_docx, letter_docx
from papers.letter import LetterChapter, LetterParagraph, heading
from papers.letter_tables import HANDED, OWED, table_of
from papers.shapes import SHAPES
from papers.templating.fill import fill
from papers.templating.standard import standard_template
from tests.letters import dense, printed
from tests.workbooks import HOSTILE
from tracking.models import PaperKind
from workplans.sheet_text import shown

SAMPLES = {kind: shape.sample for kind, shape in SHAPES.items()}
MARK = "0123456789abcdef" * 4
PAGE_NUMBER = re.compile(r"—\s*\d+\s*—")
LONG = "深化思政课改革创新，统筹推进“思政课一体化”建设，已组织教研活动并形成阶段成果。" * 3
# What no font here draws, has no width, or is written from right to left, a PDF does not give back.
UNPRINTED = re.compile("[\u200b\ufeff\u202e😀\u2400-\u2426]")


def long_letters():
    """Return a letter of each kind that fills several pages."""
    many = tuple(LetterParagraph(LONG) for _ in range(24))
    owed = table_of(
        OWED, [(str(n), f"{n} 推进第{n}项重点工作", "2024-11-05", "3天", "无", "待填报") for n in range(1, 60)]
    )
    handed = table_of(
        HANDED, [(str(n), f"{n} 推进第{n}项", LONG, "德育科", "计财科", "2024-12-31") for n in range(1, 12)]
    )
    for kind, letter in SAMPLES.items():
        table = {PaperKind.URGING: owed, PaperKind.HANDOVER: handed}.get(PaperKind(kind))
        first = replace(letter.chapters[0], table=table) if table else LetterChapter(heading(1, 1, "总体情况"), many)
        yield kind, replace(letter, chapters=(first, *letter.chapters[1:]), annex=None)


def expected(letter, pages):
    """Return the characters that have to be on paper: the letter's, a table's headings on each page it goes over."""
    table = next((chapter.table for chapter in letter.chapters if chapter.table), None)
    again = sum(any(line.startswith("序号") for line in page) for page in pages) - 1 if table else 0
    return Counter(dense(letter.text)) + Counter(dense("".join(table.headings if table else ())) * max(again, 0))


@tag("slow")
class PrintedTest(SimpleTestCase):
    """All kinds in our own layout, and in the standard template, printed in one go."""

    @classmethod
    def setUpClass(cls):
        """Print them."""
        super().setUpClass()
        cls.letters = list(long_letters())
        own = [letter_docx(letter, mark=MARK) for _kind, letter in cls.letters]
        filled = [fill(standard_template(kind), kind, letter, mark=MARK) for kind, letter in cls.letters]
        cls.book = book_docx([(letter, "") for _kind, letter in cls.letters], title="合订本")
        *both, cls.book_pages = printed(*own, *filled, cls.book)
        cls.own, cls.filled = both[: len(own)], both[len(own) :]

    def text(self, pages):
        """Return the characters of pages without numbers and marks."""
        lines = [line for page in pages for line in page if not PAGE_NUMBER.fullmatch(line) and MARK not in line]
        return Counter(dense("".join(lines)))

    def test_every_character_is_printed_once(self):
        for (kind, letter), *both in zip(self.letters, self.own, self.filled, strict=True):
            for pages in both:
                with self.subTest(kind):
                    self.assertGreater(len(pages), 1)
                    self.assertEqual(self.text(pages), expected(letter, pages))

    def test_every_page_is_numbered_and_bears_the_digest(self):
        for pages in (*self.own, *self.filled):
            for number, page in enumerate(pages, start=1):
                self.assertEqual(
                    [line.replace(" ", "") for line in page if PAGE_NUMBER.fullmatch(line)], [f"—{number}—"]
                )
                self.assertEqual(sum(MARK in line for line in page), 1)

    def test_a_full_page_of_text_has_22_lines(self):
        for (kind, _letter), pages in zip(self.letters, self.own, strict=True):
            if kind in (PaperKind.FEEDBACK, PaperKind.BULLETIN):
                with self.subTest(kind):
                    self.assertEqual({len(page) - 2 for page in pages[1:-2]}, {22})  # the end keeps together

    def test_the_book_begins_each_letter_on_a_page_of_its_own_numbered_from_1(self):
        numbers = [
            int(re.sub(r"\D", "", line)) for page in self.book_pages for line in page if PAGE_NUMBER.fullmatch(line)
        ]
        self.assertEqual(numbers, [number for pages in self.own for number in range(1, len(pages) + 1)])
        starts = [page for page, number in zip(self.book_pages, numbers, strict=True) if number == 1]
        for (_kind, letter), page in zip(self.letters, starts, strict=True):
            self.assertEqual(page[0].replace(" ", ""), dense(letter.confirmation or letter.title))

    def test_the_book_keeps_the_standards_page_and_order_of_elements(self):
        document = Document(BytesIO(self.book))
        self.assertEqual(len(document.sections), len(self.letters))
        order = ["headerReference", "footerReference", "type", "pgSz", "pgMar", "pgNumType", "cols", "docGrid"]
        for section in document.sections:
            sides = (
                section.page_width,
                section.page_height,
                section.top_margin,
                section.bottom_margin,
                section.left_margin,
                section.right_margin,
            )
            self.assertEqual([round(side.mm) for side in sides], [210, 297, 37, 35, 28, 26])
            children = [child.tag.rpartition("}")[2] for child in section._sectPr]
            self.assertEqual(children, sorted(children, key=order.index))

    def test_no_row_is_divided_and_the_headings_are_repeated(self):
        for kind, letter in self.letters:
            for content in (letter_docx(letter), fill(standard_template(kind), kind, letter)):
                for table in Document(BytesIO(content)).tables:
                    self.assertTrue(all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in table.rows))
                    self.assertIsNotNone(table.rows[0]._tr.trPr.find(qn("w:tblHeader")))


@tag("slow")
class HostileTest(SimpleTestCase):
    """Whatever people write is printed as written, in each kind."""

    def test_hostile_strings_are_printed(self):
        letters = []
        for kind, sample in SAMPLES.items():
            lines = tuple(LetterParagraph(part) for text in HOSTILE for part in shown(text).split("\n") if part.strip())
            table = sample.chapters[0].table
            if table:
                table = table_of(
                    {PaperKind.URGING: OWED, PaperKind.HANDOVER: HANDED}[PaperKind(kind)],
                    [("1", shown(text).strip(), "", "", "", "") for text in HOSTILE],
                )
            letters.append(
                replace(sample, chapters=(LetterChapter(None, lines, table),), contacts=HOSTILE[1], annex=None)
            )
        for letter, pages in zip(letters, printed(*map(letter_docx, letters)), strict=True):
            found = UNPRINTED.sub(
                "", dense("".join(line for page in pages for line in page if not PAGE_NUMBER.fullmatch(line)))
            )
            missing = Counter(UNPRINTED.sub("", dense(letter.text))) - Counter(found)
            with self.subTest(letter.title):
                self.assertEqual(missing, Counter())
