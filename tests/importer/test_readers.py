"""Bytes to text: encodings, line ends and what is refused."""

import codecs
import unittest

from importer.files.readers import UnreadableDocument, number_lines, read_document

TEXT = "东湖区教育局2024年工作要点\r\n一、加强德育\r\n1.抓好活动。办好节庆。\r\n"


class EncodingTests(unittest.TestCase):
    def test_encodings(self):
        for name, content in {
            "utf-8": TEXT.encode(),
            "utf-8 with BOM": codecs.BOM_UTF8 + TEXT.encode(),
            "utf-16 with BOM, little": codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"),
            "utf-16 with BOM, big": codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"),
            "utf-16 without BOM, little": TEXT.encode("utf-16-le"),
            "utf-16 without BOM, big": TEXT.encode("utf-16-be"),
            "gb18030": TEXT.encode("gb18030"),
            "gb2312": TEXT.encode("gb2312"),
            "utf-32": codecs.BOM_UTF32_LE + TEXT.encode("utf-32-le"),
        }.items():
            with self.subTest(name):
                source = read_document("plan.txt", content)
                self.assertEqual(source.text, TEXT)
                self.assertEqual(
                    [line.text for line in source.lines][:2], ["东湖区教育局2024年工作要点", "一、加强德育"]
                )
                self.assertTrue(source.encoding)

    def test_the_encoding_is_told(self):
        for encoding in ("utf-8", "gb18030", "utf-16-le"):
            self.assertEqual(read_document("a.txt", TEXT.encode(encoding)).encoding, encoding)

    def test_lines_are_counted_as_an_editor_counts_them(self):
        for text, expected in (
            ("a\nb\r\nc\rd", ["a", "b", "c", "d"]),
            ("a\n\x0cb\x0c\nc", ["a", "\x0cb\x0c", "c"]),
            ("a\x0cb\x0bc", ["a", "b", "c"]),
            ("a\u2028b\u2029c\x85d", ["a", "b", "c", "d"]),
        ):
            with self.subTest(text):
                self.assertEqual([line.text for line in number_lines(text)], expected)


class RefusalTests(unittest.TestCase):
    def test_what_cannot_be_read_says_why_and_what_to_do(self):
        for name, content, words in (
            ("空.txt", b"", "空"),
            ("空白.txt", b" \r\n\t\r\n", "空"),
            ("空白.txt", "\u3000\u200b\n".encode(), "没有文字"),
            ("乱码.txt", bytes(range(128, 256)) * 20, "编码"),
            ("乱码.txt", b"\x00\x01\x02\x03\xff\xfe\xfd" * 50, "编码"),
            ("表.pdf", b"%PDF-1.4", "格式"),
            ("计划.docx", b"PK\x03\x04", "格式"),
            ("没有扩展名", TEXT.encode(), "格式"),
            ("假.txt", b"%PDF-1.7\n%\xe2\xe3", "PDF"),
            ("假.txt", b"PK\x03\x04....", "Office"),
            ("假.txt", b"\xd0\xcf\x11\xe0\xa1\xb1", "旧版"),
        ):
            with self.subTest(name=name, content=content[:8]):
                with self.assertRaises(UnreadableDocument) as caught:
                    read_document(name, content)
                self.assertIn(words, caught.exception.message)
                self.assertTrue(caught.exception.message.endswith("。") and caught.exception.hint.endswith("。"))

    def test_a_name_in_capitals_is_fine(self):
        self.assertEqual(len(read_document("计划.TXT", TEXT.encode()).lines), 4)
