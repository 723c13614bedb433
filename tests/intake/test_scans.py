"""Scans on their way in: read in the background page by page, left and come back to, given up, corrected line by line."""

import io
import zipfile
from datetime import timedelta
from unittest import mock

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from importer.sandbox import scan_under_limits
from importer.scans import recognition
from importer.scans.scanned import ScannedLine, ScannedPage
from intake import keeping, scanning
from tests.base import NOW
from tests.intake.test_import_page import ImportPageCase
from tests.scanned_pages import Page, as_file, as_pdf, scanned
from workplans.models import ImportDraft, Plan, ScanPage, ScanReading, SourceDocument

LINES = (
    "　　虹口区教育局2024年工作要点",
    "　　一、落实立德树人根本任务",
    "　　1.加强德育工作。深化思政课改革。（责任科室：德育科）",
    "　　2.加强体育工作。开好体育课程。（责任科室：计财科）",
)
MORE = (
    "　　3.加强美育工作。建好艺术社团。（责任科室：德育科）",
    "　　4.加强劳动教育。办好实践基地。（责任科室：计财科）",
)


def picture(*lines, number=1):
    """A scanned page with these lines."""
    return scanned(Page(lines, number).drawn(numbered=False))


def page_of(*texts, **doubts):
    """A page as the reader gives it; `doubts` such as line2=3: of which line which character it was not sure of."""
    lines = []
    for n, text in enumerate(texts):
        scores = [99] * len(text)
        if f"line{n}" in doubts:
            scores[doubts[f"line{n}"]] = 41
        lines.append(ScannedLine(text, tuple(scores), 200, 200 + 40 * n, 200 + 30 * len(text), 232 + 40 * n))
    return ScannedPage(tuple(lines), 1654, 2339, b"jpeg")


class ScanCase(ImportPageCase):
    """Uploads of scans; what is committed starts the reader, which reads at once in tests."""

    def send(self, *files):
        """Upload files, each a name and its content, and let the reader read."""
        with self.captureOnCommitCallbacks(execute=True):
            return self.client.post("/imports/", {"file": [SimpleUploadedFile(*file) for file in files]})

    def post(self, reading, what, **data):
        """Press a button of a scan's page."""
        with self.captureOnCommitCallbacks(execute=True):
            return self.client.post(f"/imports/scans/{reading.pk}/{what}/", data)

    def draft_of(self, *pages):
        """A draft of pages that were read."""
        reading = scanning.begin(
            self.bureau,
            [scanning.ScanUpload("扫描.pdf", b"%PDF-scan")],
            [len(pages)],
            "running",
            by=self.supervisor,
            now=NOW,
        )
        ScanPage.objects.bulk_create(
            ScanPage(reading=reading, number=n, source=n, picture=page.picture, lines=page.to_dict())
            for n, page in enumerate(pages)
        )
        understood = scan_under_limits("扫描.pdf", pages)
        drafts = keeping.store_scan(
            reading, "扫描.pdf", b"%PDF-scan", understood, [page.to_dict() for page in pages], now=NOW
        )
        reading.drafts.set(drafts)
        return drafts[0]


class ReadingTest(ScanCase):
    """From the upload to the draft, with the real reader."""

    def test_a_scanned_pdf_becomes_a_draft_and_a_plan(self):
        response = self.send(("要点.pdf", as_pdf([picture(*LINES), picture(*MORE)])))
        reading, draft = ScanReading.objects.get(), ImportDraft.objects.get()
        self.assertRedirects(
            self.client.get(response.url, follow=True), f"/imports/{draft.pk}/"
        )  # through the queue of large files
        self.assertRedirects(self.client.get(f"/imports/scans/{reading.pk}/"), f"/imports/{draft.pk}/")
        self.assertEqual((reading.status, reading.read, reading.total), ("done", 2, 2))
        items = keeping.proof_of(draft).draft.items
        self.assertEqual([(item.number, item.title, item.offices) for item in items], [
            ("1", "加强德育工作", ["德育科"]), ("2", "加强体育工作", ["计财科"]),
            ("3", "加强美育工作", ["德育科"]), ("4", "加强劳动教育", ["计财科"]),
        ])  # fmt: skip
        page = self.client.get(f"/imports/{draft.pk}/")
        self.assertContains(page, "由机器从 2 页图片识别")
        self.assertContains(page, f"/imports/scans/{reading.pk}/pages/1.jpg")
        self.assertEqual(self.client.get(f"/imports/scans/{reading.pk}/pages/1.jpg").content[:2], b"\xff\xd8")
        self.client.post(f"/imports/{draft.pk}/confirm/", {"seen_version": draft.version})
        self.assertEqual((Plan.objects.get().items.count(), SourceDocument.objects.get().encoding), (4, "scan"))

    def test_photographs_are_put_in_order_and_kept_as_an_archive(self):
        first, second = as_file(picture(*LINES)), as_file(picture(*MORE), "PNG")
        self.send(("照片10.jpg", first), ("照片9.png", second))
        reading = ScanReading.objects.get()
        self.assertEqual([file.name for file in reading.files.all()], ["照片9.png", "照片10.jpg"])
        page = self.client.get(f"/imports/scans/{reading.pk}/")
        self.assertContains(page, "核对页序")
        ids = [file.pk for file in reading.files.all()]
        self.post(reading, "order", move=f"down-{ids[0]}")
        self.assertEqual([file.name for file in reading.files.all()], ["照片10.jpg", "照片9.png"])
        self.post(reading, "order", **{f"order-{ids[0]}": "2", f"order-{ids[1]}": "1"})
        draft = ImportDraft.objects.get()
        self.assertEqual([item.number for item in keeping.proof_of(draft).draft.items], ["1", "2", "3", "4"])
        archive = zipfile.ZipFile(io.BytesIO(bytes(draft.content)))
        self.assertEqual(archive.namelist(), ["001 照片10.jpg", "002 照片9.png"])
        self.assertEqual(archive.read("001 照片10.jpg"), first)

    def test_a_page_that_cannot_be_read_is_named_and_the_others_stay_read(self):
        good = as_file(picture(*LINES))
        reading = scanning.begin(
            self.bureau,
            [scanning.ScanUpload("1.jpg", good), scanning.ScanUpload("2.jpg", good[:4000])],
            [1, 1],
            "waiting",
            by=self.supervisor,
            now=NOW,
        )
        scanning.read_waiting()
        reading.refresh_from_db()
        self.assertEqual((reading.status, reading.pages.count()), ("failed", 1))
        self.assertIn("第 2 页：图片已损坏", reading.problem)
        self.assertContains(self.client.get(f"/imports/scans/{reading.pk}/"), "接着识别")
        reading.files.filter(position=1).update(content=as_file(picture(*MORE)))
        self.post(reading, "resume")
        self.assertEqual(len(keeping.proof_of(ImportDraft.objects.get()).draft.items), 4)


class JobTest(ScanCase):
    """What holds around the reader."""

    def begin(self, name="扫描.pdf", status="waiting", **changes):
        reading = scanning.begin(
            self.bureau, [scanning.ScanUpload(name, name.encode())], [12], status, by=self.supervisor, now=NOW
        )
        ScanReading.objects.filter(pk=reading.pk).update(**changes)
        reading.refresh_from_db()
        return reading

    def test_the_page_shows_how_far_it_is_and_asks_again(self):
        reading = self.begin(status="running", read=2, heard_at=NOW)
        with mock.patch("django.utils.timezone.now", return_value=NOW):
            response = self.client.get(f"/imports/scans/{reading.pk}/")
            self.assertContains(self.client.get("/imports/"), "第 3 页，共 12 页")
        self.assertContains(response, "第 3 页，共 12 页")
        self.assertEqual(response.headers["Refresh"], "3")

    def test_one_reader_at_a_time(self):
        self.begin("一.pdf", status="running", heard_at=NOW)
        self.begin("二.pdf")
        self.assertIsNone(scanning.claim(now=NOW))
        later = NOW + timedelta(minutes=20)
        self.assertEqual(scanning.claim(now=later).name, "二.pdf")
        self.assertEqual(ScanReading.objects.get(name="一.pdf").status, "failed")

    def test_the_same_scan_twice_is_one_reading(self):
        self.assertEqual(self.begin(), self.begin())

    def test_given_up_while_it_waits(self):
        reading = self.begin()
        self.assertRedirects(self.post(reading, "drop"), "/imports/")
        self.assertFalse(ScanReading.objects.exists())
        with self.assertRaises(scanning.ScanAbandoned):
            scanning._keep_pages(reading, [page_of(*LINES)], 0, 0)

    def test_what_is_no_picture_is_refused_by_name(self):
        response = self.send(("1.jpg", as_file(picture(*LINES))), ("要点.txt", "一、德育".encode()))
        self.assertContains(response, "“要点.txt”不是图片。")
        self.assertFalse(ScanReading.objects.exists())

    def test_a_server_without_the_packages_says_which(self):
        with mock.patch.object(recognition, "READER", "missing.onnx"):
            self.assertFalse(recognition.is_installed())
        refused = recognition.not_installed("这是图片")
        self.assertIn("requirements-ocr.lock", refused.hint)

    def test_other_bureaus_see_nothing_of_it(self):
        reading = self.begin()
        self.client.force_login(self.outsider)
        self.assertEqual(self.client.get(f"/imports/scans/{reading.pk}/").status_code, 404)
        self.assertNotContains(self.client.get("/imports/"), reading.name)

    def test_the_list_asks_as_much_for_two_as_for_many(self):
        def queries():
            with CaptureQueriesContext(
                connection,
            ) as asked:
                self.client.get("/imports/")
            return len(asked)

        self.begin("1.pdf"), self.begin("2.pdf")
        few = queries()
        for n in range(20):
            self.begin(f"更多{n}.pdf")
        self.assertEqual(queries(), few)


class CorrectionTest(ScanCase):
    """A wrong character is corrected beside its picture, and the outline is read anew."""

    wrong = tuple(line.strip("　") for line in (*LINES[:2], LINES[2].replace("1.", "L."), LINES[3]))

    def correct(self, draft, *texts):
        rows = {"place": [place for place, _ in texts], "text": [text for _, text in texts]}
        return self.fix(draft, "correct_scan", **rows)

    def test_doubtful_characters_are_marked(self):
        draft = self.draft_of(page_of(*self.wrong, line2=0))
        page = self.client.get(f"/imports/{draft.pk}/")
        self.assertContains(page, '<mark class="unsure" title="没有把握，请对照图片">L</mark>', html=True)
        self.assertContains(page, "其中 1 个字没有把握")
        self.assertContains(page, 'viewBox="194 194')

    def test_the_outline_is_read_anew_and_can_be_taken_back(self):
        draft = self.draft_of(page_of(*self.wrong, line2=0))
        self.assertNotIn("1", [item.number for item in self.proof(draft).draft.items])
        opened = self.client.get(f"/imports/{draft.pk}/?open=line-3")
        self.assertContains(opened, 'name="place" value="0-2"')
        self.correct(draft, ("0-2", LINES[2].strip("　")))
        self.assertEqual([item.number for item in self.proof(draft).draft.items], ["1", "2"])
        self.assertIn("1.加强德育", draft.text)
        self.assertNotContains(self.client.get(f"/imports/{draft.pk}/"), 'class="unsure" title')
        self.client.post(f"/imports/{draft.pk}/undo/", {"seen_version": draft.version})
        self.assertNotIn("1", [item.number for item in self.proof(draft).draft.items])
        self.assertIn("L.加强德育", draft.text)

    def test_what_was_typed_into_the_outline_stays(self):
        right = [line.strip("　") for line in LINES]
        draft = self.draft_of(page_of(*[*right[:3], right[3].replace("体育工作", "休育工作")]))
        self.fix(draft, "set_offices", item=0, office=["办公室"], role=["lead"])
        self.correct(draft, ("0-3", right[3]))
        first, second = self.proof(draft).draft.items
        self.assertEqual((first.lead_offices, second.title), (["办公室"], "加强体育工作"))

    def test_items_put_together_stay_together_and_their_words_change(self):
        right = [line.strip("　") for line in LINES]
        draft = self.draft_of(page_of(*[*right[:3], right[3].replace("体育课程", "休育课程")]))
        self.fix(draft, "merge_up", item=1)
        self.correct(draft, ("0-3", right[3]))
        (item,) = self.proof(draft).draft.items
        self.assertIn("开好体育课程", item.body)

    def test_lines_that_are_not_there_are_refused(self):
        draft = self.draft_of(page_of(*self.wrong))
        for place in ("0-99", "7-0"):
            with self.subTest(place):
                self.assertContains(self.client.get(self.correct(draft, (place, "x")).url), "这一行已经不在了")

    def test_dropping_the_draft_deletes_the_pictures(self):
        draft = self.draft_of(page_of(*self.wrong))
        self.client.post(f"/imports/{draft.pk}/drop/", {"seen_version": draft.version})
        self.assertFalse(ScanReading.objects.exists() or ScanPage.objects.exists())
