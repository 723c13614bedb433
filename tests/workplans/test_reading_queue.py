"""Uploaded files are read in turn: never more at once than the machine bears, one a person, and the page says how long."""

import tempfile
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from django.db import IntegrityError, connection, transaction
from django.test import SimpleTestCase, override_settings
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from importer.files.readers import UnreadableDocument
from importer.files.weight import filled_cells, weigh
from tests.base import CastTestCase
from tests.filling import FillSteps
from tracking.models import FillUpload
from workplans import reading_queue
from workplans.models import ImportDraft, WaitingUpload
from workplans.models.waiting_upload import SILENT
from workplans.reading_turns import reader, turn

PLAN = "虹口区教育局2024年工作要点\n一、立德树人\n1．加强德育工作（责任科室：德育科）\n建好班主任工作室。\n"
S = WaitingUpload.Status


def sheet_of(cells, hidden=False, mark="v"):
    """Return the bytes of a workbook with so many cells, as far as weighing looks."""
    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", '<sheet name="a"/>' + '<sheet state="hidden"/>' * hidden)
        archive.writestr("xl/worksheets/sheet1.xml", f'<c r="A1"><{mark}>1</{mark}></c><c r="B1" s="3"/>' * cells)
    return file.getvalue()


@contextmanager
def everybody_busy():
    """All turns and readers of the machine are taken by somebody else."""
    with ExitStack() as held, tempfile.TemporaryDirectory() as folder:
        held.enter_context(override_settings(PARSERS=2, VAR_DIR=Path(folder)))
        for lock in (turn, turn, reader, reader):
            assert held.enter_context(lock())
        yield


class WeightTest(SimpleTestCase):
    """What is seen before reading."""

    def test_cells_that_hold_something_are_counted_wherever_the_pieces_are_cut(self):
        for cells in (0, 1, 30_000, 123_457):
            for mark in ("v", "is", "x:v"):
                with self.subTest(cells=cells, mark=mark):
                    self.assertEqual(filled_cells(sheet_of(cells, mark=mark)), cells)

    def test_with_a_hidden_sheet_which_is_not_read_nothing_is_claimed(self):
        self.assertEqual(filled_cells(sheet_of(1000, hidden=True)), 0)

    def test_what_is_light(self):
        for content, is_light in (
            (sheet_of(40), True), (sheet_of(300_000), False), (PLAN.encode(), True), (b"\xd0\xcf\x11\xe0\0" * 70_000, False),
            (b"%PDF-1.7 " * 50_000, False), (b"PK broken archive", True), (b"", True),
        ):  # fmt: skip
            with self.subTest(content=content[:8], size=len(content)):
                self.assertEqual(weigh(content).is_light, is_light)


class TurnTest(SimpleTestCase):
    """The cap of the machine."""

    def test_no_more_turns_than_the_setting_says_and_each_comes_back(self):
        with tempfile.TemporaryDirectory() as folder, override_settings(PARSERS=2, VAR_DIR=Path(folder)):
            with turn() as first, turn() as second, turn() as third:
                self.assertEqual((first, second, third), (True, True, False))
            with turn(0.3) as again, reader() as beside:
                self.assertEqual((again, beside), (True, True))


class QueueTest(FillSteps, CastTestCase):
    """Who comes next, and what becomes of each."""

    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.period = cls.make_period()
        cls.mine = cls.make_report(cls.make_item(cls.make_plan()), cls.period)

    def setUp(self):
        """The page looks at the clock."""
        self.now = timezone.now()

    def put(self, user, name, minutes=0, kind="document"):
        """Put a document of its own on the list."""
        arguments = {"organization": self.bureau.pk} if kind == "document" else {}
        return reading_queue.put(
            kind, f"{name}.txt", (PLAN + name).encode(), by=user, now=self.now + timedelta(minutes=minutes), **arguments
        )

    def names(self, order):
        """Return the names of what comes up, in turn."""
        return [WaitingUpload.objects.get(pk=pk).name.removesuffix(".txt") for pk in order]

    def send(self, name="要点.txt", text=PLAN):
        """Send a document as the supervisor does."""
        self.client.force_login(self.supervisor)
        file = BytesIO(text.encode())
        file.name = name
        return self.client.post("/imports/", {"organization": self.bureau.pk, "file": file})

    def test_a_light_file_is_read_at_once_where_a_turn_is_free(self):
        self.assertRegex(self.send().url, r"^/imports/\d+/$")
        self.assertFalse(WaitingUpload.objects.exists())

    def test_where_none_is_free_the_page_says_how_many_are_before_and_leads_on_by_itself(self):
        with everybody_busy():
            self.put(self.outsider, "别人的")
            address = self.send().url
            self.assertRegex(address, r"^/uploads/\d+/$")
            page = self.client.get(address)
            self.assertContains(page, "前面还有 1 份")
            self.assertContains(page, '<progress max="2" value="0"')
            self.assertEqual(page.headers["Refresh"], "4")
            WaitingUpload.objects.filter(user=self.outsider).delete()
            self.assertContains(self.client.get(address), '<progress max="2" value="1"')
        self.assertEqual(reading_queue.read_waiting(), 1)
        self.assertRegex(self.client.get(address).url, r"^/imports/\d+/$")
        self.assertEqual(ImportDraft.objects.get().uploaded_by, self.supervisor)
        self.assertEqual(bytes(WaitingUpload.objects.get().content), b"")

    def test_a_sheet_goes_the_same_way(self):
        sheet = self.download(self.reporter).write("推进第1项", progress="排队以后写入")
        file = BytesIO(sheet.content)
        file.name = "填报表.xlsx"
        with everybody_busy():
            response = self.client.post("/my/sheets/", {"file": file})
        self.assertRegex(response.url, r"^/uploads/\d+/$")
        reading_queue.read_waiting()
        preview = self.client.get(response.url)
        self.assertEqual(preview.url, f"/my/sheets/{FillUpload.objects.get().pk}/")
        self.assertContains(self.client.get(preview.url), "排队以后写入")

    def test_a_file_that_cannot_be_read_says_why_and_what_to_do(self):
        upload = reading_queue.put("fill", "表.xlsx", b"no workbook", by=self.reporter, now=timezone.now())
        reading_queue.read_waiting()
        self.client.force_login(self.reporter)
        page = self.client.get(f"/uploads/{upload.pk}/")
        self.assertContains(page, "这不是 Excel 或 WPS 的表格文件。")
        self.assertNotIn("Refresh", page.headers)
        self.assertEqual(self.client.post(f"/uploads/{upload.pk}/drop/").url, "/my/sheets/")

    def test_each_ones_first_comes_before_anybodys_second(self):
        for minutes, (user, name) in enumerate((
            (self.supervisor, "甲1"), (self.supervisor, "甲2"), (self.supervisor, "甲3"), (self.outsider, "乙1"), (self.outsider, "乙2"),
        )):  # fmt: skip
            self.put(user, name, minutes)
        self.assertEqual(self.names(reading_queue.in_turn()), ["甲1", "乙1", "甲2", "乙2", "甲3"])

    def test_one_a_person_whoever_reads(self):
        for name in ("甲1", "甲2"):
            self.put(self.supervisor, name)
        first = reading_queue.claim(now=self.now)
        self.assertIsNone(reading_queue.claim(now=self.now))
        self.put(self.outsider, "乙1", 5)
        self.assertEqual(reading_queue.claim(now=self.now).name, "乙1.txt")
        with self.assertRaises(IntegrityError), transaction.atomic():
            WaitingUpload.objects.filter(user=self.supervisor).update(status=S.RUNNING, started_at=self.now)
        self.assertEqual(reading_queue.ahead_of(first), 0)

    def test_a_file_whose_reader_was_killed_waits_again_and_is_given_up_after_three(self):
        upload = self.put(self.supervisor, "甲")
        now = self.now
        for _ in range(reading_queue.TRIES):
            self.assertEqual(reading_queue.claim(now=now).pk, upload.pk)
            now += SILENT + timedelta(seconds=1)
        self.assertIsNone(reading_queue.claim(now=now))
        upload.refresh_from_db()
        self.assertEqual((upload.status, upload.problem), (S.FAILED, "读取这份文件的程序几次中途停止。"))

    def test_the_same_file_twice_waits_once_and_the_eleventh_is_refused(self):
        self.assertEqual(self.put(self.supervisor, "同一份"), self.put(self.supervisor, "同一份"))
        for number in range(9):
            self.put(self.supervisor, f"第{number}份")
        with self.assertRaisesRegex(UnreadableDocument, "已有 10 份文件在排队"):
            self.put(self.supervisor, "第十一份")

    def test_too_many_cells_are_refused_before_they_are_read(self):
        upload = reading_queue.put("fill", "表.xlsx", sheet_of(600_001), by=self.reporter, now=self.now)
        reading_queue.read_waiting()
        upload.refresh_from_db()
        self.assertIn("有内容的单元格约 600,001 个，超过 600,000 个", upload.problem)

    def test_rights_are_asked_again_when_it_is_read(self):
        upload = self.put(self.supervisor, "甲")
        self.supervisor.memberships.all().delete()
        reading_queue.read_waiting()
        upload.refresh_from_db()
        self.assertEqual(upload.status, S.FAILED)
        self.assertFalse(ImportDraft.objects.exists())

    def test_the_page_asks_as_much_with_forty_before_it(self):
        upload = self.put(self.supervisor, "甲", 99)
        self.client.force_login(self.supervisor)
        with CaptureQueriesContext(connection) as few:
            self.client.get(f"/uploads/{upload.pk}/")
        WaitingUpload.objects.bulk_create(
            WaitingUpload(user=self.outsider, kind="fill", name=f"{n}", content=b"", sha256=f"{n}", asked_at=self.now)
            for n in range(40)
        )
        with CaptureQueriesContext(connection) as many:
            self.client.get(f"/uploads/{upload.pk}/")
        self.assertEqual(len(few), len(many))
