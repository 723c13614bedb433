"""Looking at evidence in the page: only pictures, told by content, that can do nothing."""

import io
import struct

import pypdfium2 as pdfium
from django.test import SimpleTestCase
from django.urls import reverse

from audit.models import SecurityEvent
from importer.files.page_picture import page_picture
from tests.base import NOW, CastTestCase
from tests.every_url import PIXEL
from tracking.models import Evidence
from tracking.reports.previewing import MOST_PIXELS, NotShown, pixels, preview

JPEG = bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffc0000b080020004001011100") + b"\xff\xd9"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<html><script>alert(1)</script></html>"


def pdf_of(pages):
    """A PDF of so many blank pages."""
    document, file = pdfium.PdfDocument.new(), io.BytesIO()
    for _ in range(pages):
        document.new_page(595, 842)
    document.save(file)
    return file.getvalue()


def size_of(png):
    """Width and height a PNG says it has."""
    return struct.unpack(">II", png[16:24])


class PreviewTest(SimpleTestCase):
    """What is shown of which content."""

    def test_a_page_of_a_pdf_is_drawn(self):
        picture, pages = page_picture(pdf_of(3), 2)
        self.assertEqual((picture[:8], pages, size_of(picture)), (b"\x89PNG\r\n\x1a\n", 3, (1100, 1557)))

    def test_pictures_are_shown_as_they_came(self):
        self.assertEqual(preview("a.png", PIXEL, 1).content, PIXEL)
        self.assertEqual(preview("a.jpg", JPEG, 1).content_type, "image/jpeg")
        self.assertEqual((pixels(PIXEL), pixels(JPEG)), (1, 64 * 32))

    def test_the_content_counts_and_not_the_name(self):
        for name, content in (
            ("a.png", SVG),
            ("a.pdf", HTML),
            ("a.jpg", b""),
            ("a.pdf", b"%PDF-1.7 nothing"),
            ("a.png", b"PK\x03\x04"),
        ):
            with self.subTest(name=name, content=content[:8]), self.assertRaises(NotShown):
                preview(name, content, 1)
        self.assertEqual(preview("a.pdf", PIXEL, 1).content_type, "image/png")

    def test_pages_that_are_not_there_and_pictures_too_large(self):
        with self.assertRaisesMessage(NotShown, "没有第 4 页"):
            preview("a.pdf", pdf_of(3), 4)
        with self.assertRaisesMessage(NotShown, "没有这一页"):
            preview("a.png", PIXEL, 2)
        huge = PIXEL[:16] + struct.pack(">II", 60_000, 60_000) + PIXEL[24:]
        with self.assertRaisesMessage(NotShown, "图片太大"):
            preview("a.png", huge, 1)
        self.assertGreater(pixels(b"\xff\xd8\xff\xd9"), MOST_PIXELS)


class PreviewPageTest(CastTestCase):
    """Over HTTP."""

    def setUp(self):
        self.report = self.make_report(self.make_item(self.make_plan()), self.make_period())
        self.client.force_login(self.reporter)

    def keep(self, name, content):
        """Lay a file beside the report."""
        return Evidence.objects.create(
            report=self.report, name=name, content=content, size=len(content), sha256=f"{len(content):064d}",
            uploaded_by=self.reporter, uploaded_at=NOW,
        )  # fmt: skip

    def picture(self, evidence, number=1):
        return self.client.get(reverse("tracking:evidence_picture", args=[evidence.pk, number]))

    def test_a_picture_comes_alone_and_can_do_nothing(self):
        for evidence, kind in (
            (self.keep("现场.png", PIXEL), "image/png"),
            (self.keep("验收单.pdf", pdf_of(2)), "image/png"),
        ):
            response = self.picture(evidence)
            with self.subTest(evidence.name):
                self.assertEqual((response.status_code, response.headers["Content-Type"]), (200, kind))
                self.assertEqual(response.headers["X-Content-Type-Options"], "nosniff")
                self.assertEqual(response.headers["Content-Disposition"], "inline")
                policy = response.headers["Content-Security-Policy"]
                self.assertIn("default-src 'none'", policy)
                self.assertIn("sandbox", policy)
                self.assertIn("no-store", response.headers["Cache-Control"])

    def test_what_is_no_picture_is_never_shown_in_place(self):
        for name, content in (("页面.png", HTML), ("图.jpg", SVG), ("表.xlsx", b"PK\x03\x04")):
            evidence = self.keep(name, content)
            with self.subTest(name):
                self.assertEqual(self.picture(evidence).status_code, 404)
                page = self.client.get(reverse("tracking:evidence_preview", args=[evidence.pk]))
                self.assertContains(page, "不能在页面里预览")
                self.assertNotContains(page, "<img")
            evidence.delete()

    def test_page_by_page(self):
        url = reverse("tracking:evidence_preview", args=[self.keep("验收单.pdf", pdf_of(2)).pk])
        self.assertContains(self.client.get(url), "第 1 页，共 2 页")
        self.assertContains(self.client.get(url + "?page=2"), "上一页")
        self.assertContains(self.client.get(url + "?page=9"), "没有第 9 页")

    def test_looking_is_written_down_like_a_download(self):
        evidence = self.keep("验收单.pdf", pdf_of(2))
        self.picture(evidence)
        self.picture(evidence, 2)
        events = SecurityEvent.objects.filter(kind="download", username="reporter")
        self.assertEqual([event.detail for event in events], ["预览 验收单.pdf"])

    def test_another_bureau_sees_nothing(self):
        evidence = self.keep("现场.png", PIXEL)
        self.client.force_login(self.outsider)
        self.assertEqual(self.picture(evidence).status_code, 404)
        self.assertEqual(self.client.get(reverse("tracking:evidence_preview", args=[evidence.pk])).status_code, 404)

    def test_the_report_offers_it_only_for_pictures_and_pdf(self):
        self.keep("验收单.pdf", pdf_of(1))
        self.keep("统计.xlsx", b"PK\x03\x04")
        page = self.client.get(reverse("tracking:report_page", args=[self.report.pk]))
        self.assertContains(page, 'class="preview"', count=1)
