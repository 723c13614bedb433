"""PDF: lines broken by the page are joined, running heads and page numbers set aside, radicals turned into characters."""

import unittest

from importer.files.pdf_layout import paragraphs_of_pages
from importer.files.pdf_page import PrintedLine
from importer.files.read_pdf import read_pdf
from importer.files.readers import UnreadableDocument
from tests.hostile import encrypted_pdf, plan_pdf, scanned_pdf

LEFT, SIZE, PITCH = 80.0, 16.0, 29.0
FULL = 28  # characters a line


def page(number, *lines, top=780.0):
    """The lines of a page: a text, or (text, characters of indent)."""
    found = []
    for row, line in enumerate(lines):
        text, indent = line if isinstance(line, tuple) else (line, 0)
        left, bottom = LEFT + indent * SIZE, top - row * PITCH
        found.append(PrintedLine(text, left, left + len(text) * SIZE, bottom, bottom + SIZE, number))
    return found


def read(*pages):
    """The paragraphs of pages, those of furniture in brackets."""
    return [f"[{text}]" if is_furniture else text for text, is_furniture in paragraphs_of_pages(pages)]


class LayoutTests(unittest.TestCase):
    def test_indented_paragraphs_are_joined_and_parted(self):
        first = [("一" * (FULL - 2), 2), "二" * FULL, "三" * 10 + "。"]
        second = [("四" * (FULL - 2), 2), "五" * FULL, ("六" * 5 + "。", 2)]
        expected = ["一" * 26 + "二" * 28 + "三" * 10 + "。", "四" * 26 + "五" * 28, "六" * 5 + "。"]
        self.assertEqual(read(page(0, *first, *second)), expected)

    def test_hanging_numbers_keep_their_text(self):
        lines = [
            ("1.甲" + "一" * (FULL - 3), 0),
            ("二" * (FULL - 2), 2),
            ("三" * 4 + "。", 2),
            ("2.乙" + "四" * (FULL - 3), 0),
            ("五。", 2),
            ("3.丙。", 0),
        ]
        self.assertEqual([text[:3] for text in read(page(0, *lines))], ["1.甲", "2.乙", "3.丙"])

    def test_a_number_begins_a_paragraph_even_behind_a_full_line(self):
        self.assertEqual(len(read(page(0, "一" * FULL, "二" * FULL, "2.三四五。"))), 2)

    def test_a_sentence_goes_on_over_the_page_and_furniture_follows_it(self):
        pages = [
            [*page(0, "东湖区教育局文件", top=810), *page(0, "甲" * FULL, "乙" * FULL), *page(0, "— 1 —", top=60)],
            [*page(1, "东湖区教育局文件", top=810), *page(1, "丙" * FULL, "丁。"), *page(1, "— 2 —", top=60)],
            [*page(2, "东湖区教育局文件", top=810), *page(2, "戊。"), *page(2, "— 3 —", top=60)],
        ]
        found = read(*pages)
        self.assertEqual(
            [text for text in found if not text.startswith("[")], ["甲" * 28 + "乙" * 28 + "丙" * 28 + "丁。", "戊。"]
        )
        self.assertEqual(found.count("[东湖区教育局文件]"), 3)
        self.assertIn("[— 2 —]", found)


class FilesTests(unittest.TestCase):
    def test_text_comes_out(self):
        self.assertIn("Plan of the bureau", read_pdf(plan_pdf()).text)

    def test_scans_and_passwords_get_their_sentences(self):
        for content, words in ((scanned_pdf(), "扫描件"), (encrypted_pdf(), "密码")):
            with self.subTest(words), self.assertRaisesRegex(UnreadableDocument, words):
                read_pdf(content)
