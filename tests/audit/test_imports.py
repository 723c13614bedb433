"""Each way in leaves exactly one event a step: the upload, then the import; what is refused says so."""

from io import StringIO

from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse

from audit.models import SecurityEvent
from tests.base import CastTestCase
from tests.filling import FillSteps
from tests.workbooks import WorkbookSteps

PLAN = "虹口区教育局2025年工作要点\n一、立德树人\n1.深化思政课改革创新。（德育科）\n2.推进体教融合。（德育科）\n"


class EventCase(CastTestCase):
    """Reads the events written since the last look."""

    seen = 0

    def events(self):
        """Return (kind, user, success) of the events since the last look."""
        rows = SecurityEvent.objects.filter(pk__gt=self.seen).order_by("pk")
        self.seen = max((row.pk for row in rows), default=self.seen)
        return [(row.kind, row.username, row.success) for row in rows]


class DocumentTest(EventCase):
    """导入文件."""

    def test_upload_correction_and_import(self):
        self.client.force_login(self.supervisor)
        upload = {"organization": self.bureau.pk, "file": SimpleUploadedFile("要点.txt", PLAN.encode())}
        page = self.client.post(reverse("intake:import_list"), upload, follow=True)
        self.assertEqual(self.events(), [("upload", "supervisor", True)])
        draft = page.context["draft"]
        confirm = reverse("intake:import_confirm", args=[draft.pk])
        self.client.post(confirm, {"seen_version": draft.version + 7})
        self.assertEqual(self.events(), [("import", "supervisor", False)])
        self.client.post(confirm, {"seen_version": draft.version})
        self.assertEqual(self.events(), [("import", "supervisor", True)])
        self.assertIn("2025年工作要点", SecurityEvent.objects.first().target)

    def test_a_file_that_cannot_be_read(self):
        self.client.force_login(self.supervisor)
        upload = {"organization": self.bureau.pk, "file": SimpleUploadedFile("要点.docx", b"PK\x03\x04")}
        self.client.post(reverse("intake:import_list"), upload)
        self.assertEqual(self.events(), [("upload", "supervisor", False)])

    def test_the_command(self):
        seed = "seeds/hongkou-2022-annual-plan.txt"
        for expected in ([("import", "命令行", True)], []):  # the second time nothing is imported
            call_command("import_document", seed, stdout=StringIO(), stderr=StringIO())
            self.assertEqual(self.events(), expected)


class SheetTest(FillSteps, EventCase):
    """离线填报: out, back, confirmed."""

    def test_download_upload_and_confirmation(self):
        self.period = self.make_period()
        self.make_report(self.make_item(self.make_plan(), title="建设家长学校"), self.period)
        sheet = self.download(self.reporter)
        self.assertEqual(self.events(), [("export", "reporter", True)])
        sheet.write("建设家长学校", rate=75, progress="已开课三期")
        page = self.upload(self.reporter, sheet)
        self.assertEqual(self.events(), [("upload", "reporter", True)])
        self.confirm(page, seen="0" * 64)
        self.assertEqual(self.events(), [("import", "reporter", False)])
        self.confirm(page)
        self.assertEqual(self.events(), [("import", "reporter", True)])
        self.upload(self.reporter, b"no sheet")
        self.assertEqual(self.events(), [("upload", "reporter", False)])


class WorkbookTest(WorkbookSteps, EventCase):
    """数据管理: out, changed, back."""

    model = "tracking_report"

    def test_export_and_import(self):
        report = self.make_report(
            self.make_item(self.make_plan()), self.make_period(), completion_percent=60, progress="甲"
        )
        content = self.export(self.reporter)
        self.assertEqual(self.events(), [("export", "reporter", True)])
        page = self.upload(self.reporter, self.changed(content, {"完成率": 0.8}, 2))
        self.assertEqual(self.events(), [])  # a preview stores nothing
        self.confirm(page)
        self.assertEqual(self.events(), [("import", "reporter", True)])
        report.refresh_from_db()
        self.assertEqual(report.completion_percent, 80)


class EvidenceTest(EventCase):
    """佐证附件."""

    def test_up_and_down(self):
        report = self.make_report(self.make_item(self.make_plan()), self.make_period())
        self.client.force_login(self.reporter)
        file = SimpleUploadedFile("验收.pdf", b"%PDF-1.4")
        self.client.post(reverse("tracking:report_evidence", args=[report.pk]), {"file": file})
        self.assertEqual(self.events(), [("upload", "reporter", True)])
        self.client.get(reverse("tracking:evidence_download", args=[report.evidence.get().pk]))
        self.assertEqual(self.events(), [("download", "reporter", True)])
