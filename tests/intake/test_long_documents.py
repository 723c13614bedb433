"""No document holds more than a million characters, however it comes in, and the page of a long one is no long page."""

from io import BytesIO
from zipfile import ZipFile

from django.test import SimpleTestCase

from importer.files.file_kinds import open_document_file
from importer.files.limits import MAX_CHARACTERS
from importer.files.readers import UnreadableDocument
from tests.base import CastTestCase
from workplans import reading_queue
from workplans.models import ImportDraft

HEAD = "虹口区教育局2024年工作要点\n一、立德树人\n1．加强德育工作（责任科室：德育科）\n"
LARGEST_PAGE = 700_000  # bytes


def html(text):
    """Return a page with the text."""
    return f"<html><body><p>{text}</p></body></html>".encode()


def docx(text):
    """Return a Word file with the text."""
    file = BytesIO()
    word = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    with ZipFile(file, "w") as archive:
        archive.writestr(
            "[Content_Types].xml", '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
        )
        archive.writestr(
            "word/document.xml",
            f'<w:document xmlns:w="{word}"><w:body><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:body></w:document>',
        )
    return file.getvalue()


class LimitTest(SimpleTestCase):
    """Each form of a file."""

    def test_one_character_more_is_refused_in_every_form(self):
        text = "工" * (MAX_CHARACTERS + 1)
        for name, content in (
            ("a.txt", text.encode()),
            ("a.html", html(text)),
            ("a.docx", docx(text)),
            ("a.md", text.encode()),
        ):
            with self.subTest(name=name), self.assertRaises(UnreadableDocument):
                open_document_file(name, content)

    def test_the_sentence_says_how_many_and_what_to_do(self):
        with self.assertRaises(UnreadableDocument) as refused:
            open_document_file("a.txt", ("工" * 1_200_000).encode())
        self.assertEqual(refused.exception.message, "文件有 1,200,000 字，超过 1,000,000 字，没有读取。")
        self.assertTrue(refused.exception.hint)


class PageTest(CastTestCase):
    """The page of what is taken in."""

    def page(self, text):
        """Take a document in and return its page."""
        self.client.force_login(self.supervisor)
        file = BytesIO(text.encode())
        file.name = "要点.txt"
        response = self.client.post("/imports/", {"organization": self.bureau.pk, "file": file})
        if response.url.startswith("/uploads/"):
            reading_queue.read_waiting()
        return self.client.get(f"/imports/{ImportDraft.objects.get().pk}/")

    def test_a_line_of_half_a_million_characters_is_cut_on_the_page_and_stored_whole(self):
        page = self.page(HEAD + "深化思政课改革创新，" * 50_000)
        self.assertLess(len(page.content), LARGEST_PAGE)
        self.assertContains(page, "这里只显示前 3,000 字，导入的内容是完整的")
        [draft] = ImportDraft.objects.all()
        self.assertGreaterEqual(str(draft.proof).count("深化思政课改革创新"), 50_000)

    def test_many_long_lines_come_in_parts(self):
        page = self.page(
            HEAD + "\n".join(f"{n}．推进第{n}项工作。" + "统筹推进一体化建设。" * 90 for n in range(2, 700))
        )
        self.assertLess(len(page.content), LARGEST_PAGE)
        self.assertContains(page, "?page=2")
