"""Uploads: what is too large is refused by its length alone; what is kept is told by its content, not its name."""

import tempfile
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import override_settings
from django.urls import resolve, reverse

from audit.models import SecurityEvent
from tests.base import CastTestCase
from tests.every_url import EveryUrl, url_names
from tracking.models import Evidence
from workplans.models import ImportDraft

TOO_LARGE = str(22 * 1024 * 1024)
# What pretends to be another kind: a name and the bytes.
DISGUISED = {
    "报告.pdf": b"<html><script>alert(1)</script></html>",
    "图片.png": b"GIF89a<script>alert(1)</script>",
    "图片.svg": b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    "程序.docx": b"MZ\x90\x00\x03\x00\x00\x00",
    "表.xlsx": b"PK\x03\x04nothing",
    "页面.html": b"<!DOCTYPE html><script>alert(1)</script>",
}


class Unreadable:
    """A body that must not be read: whoever tries fails."""

    def read(self, *arguments):
        """Fail."""
        raise AssertionError("the body was read")

    readline = read


class SizeTest(EveryUrl, CastTestCase):
    """Not one byte of it is read."""

    @classmethod
    def setUpTestData(cls):
        """One row of everything."""
        super().setUpTestData()
        cls.make_rows()

    def test_every_url_refuses_a_request_that_is_too_large_unread(self):
        self.client.force_login(self.supervisor)
        before = Evidence.objects.count(), ImportDraft.objects.count()
        with tempfile.TemporaryDirectory() as folder, override_settings(FILE_UPLOAD_TEMP_DIR=folder):
            for name in url_names():
                extra = {"CONTENT_LENGTH": TOO_LARGE, "wsgi.input": Unreadable()}
                with self.subTest(url=name):
                    response = self.client.generic(
                        "POST", self.path(name), b"", content_type="multipart/form-data; boundary=x", **extra
                    )
                    self.assertContains(response, "一次最多上传 20 MB", status_code=413)
            self.assertEqual(list(Path(folder).iterdir()), [])
        self.assertEqual((Evidence.objects.count(), ImportDraft.objects.count()), before)


class TextTest(EveryUrl, CastTestCase):
    """One field takes as much as a long report, and no more."""

    @classmethod
    def setUpTestData(cls):
        """One row of everything."""
        super().setUpTestData()
        cls.make_rows()

    def test_every_url_refuses_a_field_that_is_too_long_and_says_which(self):
        """Those that receive a file have a limit for it, and forms of their own."""
        self.client.force_login(self.supervisor)
        names = [name for name in url_names() if not getattr(resolve(self.path(name)).func, "csrf_exempt", False)]
        self.assertGreater(len(names), 250)
        for name in names:
            with self.subTest(url=name):
                data = {"title": "短", "words": "写得很长的一段话" + "长" * settings.MAX_TEXT_CHARACTERS}
                response = self.client.post(self.path(name), data)
                self.assertContains(
                    response, "以“写得很长的一段话长长长长长长长”开头的一格有 100,008 字", status_code=413
                )

    def test_the_longest_that_is_taken_is_stored_whole(self):
        self.client.force_login(self.reporter)
        report, longest = self.rows["report"], "长" * settings.MAX_TEXT_CHARACTERS
        data = {
            "progress": longest, "completion_percent": "50", "seen_version": report.version,
            "task_reports-TOTAL_FORMS": 0, "task_reports-INITIAL_FORMS": 0,
        }  # fmt: skip
        self.client.post(reverse("tracking:report_page", args=[report.pk]), data)
        report.refresh_from_db()
        self.assertEqual(report.progress, longest)

    def test_a_whole_document_may_be_pasted(self):
        self.client.force_login(self.supervisor)
        response = self.client.post(
            reverse("intake:import_list"), {"pasted": "长" * (settings.MAX_TEXT_CHARACTERS + 1)}
        )
        self.assertNotEqual(response.status_code, 413)


class ContentTest(EveryUrl, CastTestCase):
    """Each upload point, with files that are not what they say."""

    @classmethod
    def setUpTestData(cls):
        """One row of everything."""
        super().setUpTestData()
        cls.make_rows()

    def test_evidence_is_told_by_its_content(self):
        self.client.force_login(self.reporter)
        address = reverse("tracking:report_evidence", args=[self.rows["report"].pk])
        for name, content in DISGUISED.items():
            with self.subTest(name):
                before = SecurityEvent.objects.count()
                self.client.post(address, {"file": SimpleUploadedFile(name, content)})
                self.assertEqual(Evidence.objects.count(), 1)  # the one there was
                self.assertEqual(SecurityEvent.objects.count(), before + 1)
        event = SecurityEvent.objects.order_by("pk").last()
        self.assertEqual((event.kind, event.success, event.target), ("upload", False, "页面.html"))

    def test_a_name_is_no_path_and_ends_as_the_content_says(self):
        self.client.force_login(self.reporter)
        address = reverse("tracking:report_evidence", args=[self.rows["report"].pk])
        for name in ("../../etc/passwd", "..\\..\\x.exe", "a\x00b.html", "验收.pdf.js"):
            with self.subTest(name):
                Evidence.objects.all().delete()
                self.client.post(address, {"file": SimpleUploadedFile(name, b"%PDF-1.4 " + name.encode())})
                kept = Evidence.objects.get().name
                self.assertTrue(kept.endswith(".pdf"), kept)
                self.assertNotRegex(kept, r"[/\\\x00]")

    def test_a_document_that_is_none_leaves_no_draft(self):
        self.client.force_login(self.supervisor)
        before = ImportDraft.objects.count()
        for name, content in {"程序.docx": b"MZ\x90\x00" * 20, "表.xlsx": b"PK\x03\x04nothing", "空.txt": b""}.items():
            data = {"organization": self.bureau.pk, "file": SimpleUploadedFile(name, content)}
            with self.subTest(name):
                self.client.post(reverse("intake:import_list"), data)
                self.assertEqual(ImportDraft.objects.count(), before)

    def test_a_workbook_of_the_admin_is_told_by_its_content(self):
        self.client.force_login(self.supervisor)
        for name, content in {"表.xlsx": b"<html>", "页面.html": b"<html>", "表.csv": b"\x00\xff\xfe\x81"}.items():
            with self.subTest(name):
                response = self.client.post(
                    reverse("admin:tracking_report_import"), {"import_file": SimpleUploadedFile(name, content)}
                )
                self.assertEqual(response.status_code, 200)
                self.assertNotContains(response, "confirm")
                self.assertNotIn("confirm_form", {key for key, value in response.context_data.items() if value})

    def test_a_foreign_file_is_not_there(self):
        self.client.force_login(self.outsider)
        for name in ("tracking:evidence_download", "workplans:source_download", "intake:import_file"):
            with self.subTest(name):
                self.assertEqual(self.client.get(self.path(name)).status_code, 404)
