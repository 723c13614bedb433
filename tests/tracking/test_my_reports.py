"""我的填报 and one report: what an office owes, how it is filled in, saved, sent and mended."""

from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from zipfile import ZipFile

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.base import NOW, CastTestCase
from tracking.models import Digest, Evidence, Period, Report, ReportEvent, Urge
from tracking.reports.workflow import perform

MY = reverse("tracking:my_reports")
PDF = b"%PDF-1.7\n%%EOF"
LONG = "已完成三所学校的现场验收，形成问题清单。"


class ReportTestCase(CastTestCase):
    """A plan, an open period that is not due yet, and a report of the 德育科 with one task."""

    def setUp(self):
        """Everything is there; the reporter is signed in."""
        self.plan = self.make_plan()
        today = timezone.localdate()
        self.period = self.make_period(opens_on=today - timedelta(days=9), due_on=today + timedelta(days=9))
        self.report = self.make_report(self.make_item(self.plan, tasks=("高中",)), self.period)
        self.client.force_login(self.reporter)

    def url(self, name="report_page", report=None, *args):
        """An address of the report."""
        return reverse(f"tracking:{name}", args=[(report or self.report).pk, *args])

    def entry(self, report=None, **kw):
        """What the page's form sends."""
        report = report or self.report
        parts = list(report.task_reports.all())
        data = {
            "completion_percent": "", "progress": "", "difficulties": "", "next_steps": "", "unchanged_reason": "",
            "seen_version": report.version, "task_reports-TOTAL_FORMS": len(parts),
            "task_reports-INITIAL_FORMS": len(parts),
        }  # fmt: skip
        for number, part in enumerate(parts):
            data |= {f"task_reports-{number}-id": part.pk, f"task_reports-{number}-report": report.pk}
            data |= {f"task_reports-{number}-{name}": "" for name in ("progress", "difficulties", "next_steps")}
        return data | kw

    def draft(self, **kw):
        """Send a draft; return the answer."""
        response = self.client.post(self.url("report_draft"), self.entry(**kw))
        self.report.refresh_from_db()
        return response

    def step(self, step, **kw):
        """Press a step's button with the page's form."""
        return self.client.post(self.url("report_step", None, step), self.entry(**kw))

    def stored(self):
        """The report as it is now."""
        return Report.objects.get(pk=self.report.pk)


class MyReportsTest(ReportTestCase):
    """The list."""

    def test_it_is_the_home_of_office_roles_and_of_nobody_else(self):
        for name, target in (("reporter", MY), ("head", MY), ("supervisor", "/overview/"), ("leader", "/overview/")):
            self.client.force_login(getattr(self, name))
            with self.subTest(name):
                self.assertRedirects(self.client.get("/"), target, fetch_redirect_response=False)

    def test_only_the_own_offices_reports_of_periods_that_can_be_written(self):
        other = self.make_report(self.make_item(self.plan, lead=self.finance), self.period)
        closed = self.make_period(label="2024年1-9月", as_of=date(2024, 9, 30), status=Period.Status.CLOSED)
        past = self.make_report(self.report.item, closed)
        again = self.make_report(self.make_item(self.plan), closed, is_reopened=True)
        shown = [row.report for row in self.client.get(MY).context["worklist"].rows]
        self.assertCountEqual(shown, [self.report, again])
        self.assertNotIn(other, shown)
        self.assertNotIn(past, shown)

    def test_the_worst_lamp_stands_first_and_the_counter_counts(self):
        make = lambda **kw: self.make_report(self.make_item(self.plan), self.period, **kw)  # noqa: E731
        approved = make(status="approved", completion_percent=100, submitted_at=NOW)
        begun = make(completion_percent=80)
        behind = make(completion_percent=10)
        returned = make(completion_percent=80, status="returned")
        sent = make(completion_percent=80, status="bureau_review", submitted_at=timezone.now())
        late_period = self.make_period(
            label="2024年1-9月", as_of=date(2024, 9, 30), opens_on=date(2024, 9, 1), due_on=date(2024, 9, 20)
        )
        late = self.make_report(self.make_item(self.plan), late_period)
        worklist = self.client.get(MY).context["worklist"]
        self.assertEqual(
            [row.report for row in worklist.rows], [late, returned, behind, self.report, begun, sent, approved]
        )
        self.assertEqual(worklist.sentence, "本期应填 7 项：已提交 2，填写中 3（其中已退回 1），待填 2")

    def test_urges_stand_on_top_and_go_when_the_report_is_sent(self):
        Urge.objects.create(report=self.report, by=self.supervisor, at=NOW, note="请尽快报送。")
        self.assertContains(self.client.get(MY), "10月28日催办")
        self.assertContains(self.client.get(MY), "请尽快报送。")
        Report.objects.update(status="office_review")
        self.assertNotContains(self.client.get(MY), "请尽快报送。")

    def test_the_navigation_counts_what_is_owed_and_what_waits_in_one_query(self):
        self.make_report(self.make_item(self.plan), self.period, status="office_review", completion_percent=5)
        self.client.force_login(self.head)
        counts = {e.label: e.count for e in self.client.get("/plans/").context["navigation"]}
        self.assertEqual((counts["我的填报"], counts["审核"]), (1, 1))
        self.client.force_login(self.leader)
        self.assertNotIn("我的填报", [e.label for e in self.client.get("/plans/").context["navigation"]])

    def test_the_navigation_counts_unread_notices_along(self):
        for person in (self.head, self.leader, self.supervisor, self.admin):
            Digest.objects.create(user=person, on=NOW.date(), body="请填报。")
            self.client.force_login(person)
            with self.subTest(person), CaptureQueriesContext(connection) as queries:
                response = self.client.get(reverse("password_change"))
            counting = [query["sql"] for query in queries if "COUNT(" in query["sql"] and "digest" in query["sql"]]
            self.assertEqual(len(counting), 1)
            self.assertFalse(
                [query for query in queries if "tracking_report" in query["sql"] and query["sql"] != counting[0]]
            )
            self.assertEqual({e.label: e.count for e in response.context["navigation"]}["通知"], 1)
        Digest.objects.update(read_at=NOW)
        counts = {e.label: e.count for e in self.client.get("/plans/").context["navigation"]}
        self.assertEqual(counts["通知"], 0)

    def test_as_many_queries_for_two_reports_as_for_forty(self):
        counts = []
        for size in (2, 40):
            while self.plan.items.count() < size:
                report = self.make_report(
                    self.make_item(self.plan, tasks=("初中",)), self.period, completion_percent=50
                )
                Urge.objects.create(report=report, by=self.supervisor, at=NOW, note=str(report.pk))
            with CaptureQueriesContext(connection) as queries:
                self.client.get(MY)
            counts.append(len(queries))
        self.assertEqual(counts[0], counts[1])
        self.assertLessEqual(counts[1], 10)


class DraftTest(ReportTestCase):
    """Drafts save themselves."""

    def test_a_draft_is_stored_with_its_tasks_and_says_when(self):
        answer = self.draft(
            completion_percent="８０％", progress=LONG, **{"task_reports-0-progress": "完成初稿。"}
        ).json()
        self.assertRegex(answer["saved_at"], r"^\d\d:\d\d$")
        self.assertEqual(answer["version"], 1)
        self.assertEqual(self.report.completion_percent, Decimal(80))
        self.assertEqual(self.report.task_reports.get().progress, "完成初稿。")

    def test_a_wrong_rate_does_not_keep_the_text_from_being_saved(self):
        answer = self.draft(completion_percent="八成", progress=LONG).json()
        self.assertIn("completion_percent", answer["errors"])
        self.assertEqual((self.report.progress, self.report.completion_percent), (LONG, None))

    def test_unchanged_waits_for_its_reason(self):
        answer = self.draft(unchanged="on").json()
        self.assertIn("unchanged_reason", answer["errors"])
        self.assertFalse(self.report.unchanged)
        self.draft(unchanged="on", unchanged_reason="等待上级批复")
        self.assertTrue(self.report.unchanged)

    def test_the_second_writer_is_told_and_nothing_is_lost(self):
        stale = self.entry(progress="第二个人写的")
        self.draft(progress="第一个人写的")
        answer = self.client.post(self.url("report_draft"), stale).json()
        self.assertIn("conflict", answer)
        page = self.client.post(self.url(), stale)
        self.assertContains(page, "第二个人写的", status_code=409)
        self.assertContains(page, "第一个人写的", status_code=409)
        self.assertEqual(self.stored().progress, "第一个人写的")
        on_top = stale | {"seen_version": page.context["entry"].form["seen_version"].value()}
        self.assertRedirects(self.client.post(self.url(), on_top), self.url())
        self.assertEqual(self.stored().progress, "第二个人写的")

    def test_what_was_typed_while_somebody_submitted_is_shown_to_be_kept(self):
        stale = self.entry(progress="还没有写完的一段话")
        self.draft(progress=LONG, completion_percent="50")
        perform(self.stored(), "submit", by=self.head, now=NOW)
        page = self.client.post(self.url("report_step", None, "submit"), stale)
        self.assertContains(page, "还没有写完的一段话", status_code=409)

    def test_without_a_version_nothing_is_saved(self):
        answer = self.draft(seen_version="", progress=LONG).json()
        self.assertIn("seen_version", answer["errors"])
        self.assertEqual(self.stored().progress, "")

    def test_who_has_no_right_gets_403_with_the_sentence(self):
        for name, status in (("other_reporter", 403), ("leader", 403), ("outsider", 404), ("supervisor", 200)):
            self.client.force_login(getattr(self, name))
            with self.subTest(name):
                response = self.draft(progress=f"由{name}填写的一段足够长的话")
                self.assertEqual(response.status_code, status)
                if status == 403:
                    self.assertIn("填报科室", response.json()["refused"])

    def test_warnings_come_with_the_answer_and_block_nothing(self):
        self.make_report(
            self.report.item,
            self.make_period(label="上期", as_of=date(2024, 9, 30), status=Period.Status.CLOSED),
            completion_percent=90, progress=LONG,
        )  # fmt: skip
        answer = self.draft(completion_percent="80", progress=LONG).json()
        self.assertEqual({field for field, _text in answer["warnings"]}, {"completion_percent", "progress"})
        self.assertEqual(self.step("submit", completion_percent="80", progress=LONG).status_code, 302)
        self.assertEqual(self.stored().status, "office_review")

    def test_differences_are_marked_and_escaped(self):
        before = self.make_period(label="上期", as_of=date(2024, 9, 30), status=Period.Status.CLOSED)
        self.make_report(self.report.item, before, progress="完成两所学校<b>验收</b>。")
        html = self.draft(progress="完成三所学校<b>验收</b>。").json()["differences"]["progress"]
        self.assertIn("<ins>三</ins>", html)
        self.assertIn("<del>两</del>", html)
        self.assertIn("&lt;b&gt;", html)


class StepTest(ReportTestCase):
    """Submitting, refusing, returning, mending."""

    def test_submitting_saves_what_is_on_the_page_first(self):
        response = self.step("submit", completion_percent="80%", progress=LONG, next=MY)
        self.assertRedirects(response, MY)
        self.assertEqual((self.stored().status, self.stored().progress), ("office_review", LONG))

    def test_what_is_missing_is_said_on_the_page_and_the_text_is_kept(self):
        response = self.step("submit", progress=LONG)
        self.assertContains(response, "提交前请填写完成率。")
        self.assertEqual((self.stored().status, self.stored().progress), ("draft", LONG))

    def test_no_right_is_another_answer_than_not_now(self):
        self.draft(completion_percent="80", progress=LONG)
        self.client.force_login(self.other_reporter)
        refused = self.client.post(self.url("report_step", None, "submit"), {"seen_version": 1})
        self.assertContains(refused, "只有本事项的填报科室可以提交。", status_code=403)
        self.client.force_login(self.supervisor)
        impossible = self.client.post(self.url("report_step", None, "return"), {"seen_version": 1, "note": "x"})
        self.assertContains(impossible, "不能退回")

    def test_a_step_on_something_not_seen_is_a_conflict(self):
        self.draft(completion_percent="80", progress=LONG)
        perform(self.stored(), "submit", by=self.reporter, now=NOW)
        self.client.force_login(self.head)
        for data in ({"seen_version": 1}, {}):
            with self.subTest(data):
                response = self.client.post(self.url("report_step", None, "endorse"), data)
                self.assertContains(response, "这一步没有执行", status_code=409)
        self.assertEqual(self.stored().status, "office_review")

    def test_the_reason_of_a_return_stands_on_top(self):
        self.draft(completion_percent="80", progress=LONG)
        perform(self.stored(), "submit", by=self.reporter, now=NOW)
        self.client.force_login(self.head)
        data = {"seen_version": self.stored().version, "reasons": ["缺少数据", "内容空泛"], "note": "请补学校名单"}
        self.client.post(self.url("report_step", None, "return"), data)
        self.client.force_login(self.reporter)
        for address in (self.url(), self.url() + "?part=1"):
            self.assertContains(self.client.get(address), "退回原因：缺少数据、内容空泛：请补学校名单")

    def test_a_return_without_a_reason_is_not_taken(self):
        Report.objects.update(status="office_review", completion_percent=5, progress=LONG)
        self.client.force_login(self.head)
        response = self.client.post(self.url("report_step", None, "return"), {"seen_version": 0})
        self.assertContains(response, "请写明原因")

    def test_a_supervisor_enters_for_the_office_and_both_are_named(self):
        self.client.force_login(self.supervisor)
        self.assertContains(self.client.get(self.url()), "您正在代德育科填写")
        self.client.post(self.url(), self.entry(progress=LONG))
        self.assertContains(self.client.get(self.url()), "督办员 代德育科填写")

    def test_an_unknown_step_and_a_foreign_address_to_return_to(self):
        self.assertEqual(self.step("explode").status_code, 404)
        response = self.step("submit", completion_percent="80", progress=LONG, next="https://evil.example/")
        self.assertRedirects(response, self.url())


def upload(content=PDF, name="验收单.pdf"):
    """A file as the browser sends it."""
    return {"file": SimpleUploadedFile(name, content)}


def archive(*parts):
    """A zip archive holding these parts."""
    buffer = BytesIO()
    with ZipFile(buffer, "w") as packed:
        for part in parts:
            packed.writestr(part, "x")
    return buffer.getvalue()


class EvidenceTest(ReportTestCase):
    """Files beside a report."""

    def send(self, **kw):
        """Upload as the script does."""
        return self.client.post(self.url("report_evidence"), upload(**kw), headers={"X-Requested-With": "fetch"})

    def test_a_file_goes_in_and_comes_out_as_an_attachment(self):
        self.assertContains(self.send(), "验收单.pdf")
        response = self.client.get(reverse("tracking:evidence_download", args=[Evidence.objects.get().pk]))
        self.assertEqual(response.content, PDF)
        self.assertEqual(response["X-Content-Type-Options"], "nosniff")
        self.assertEqual(response["Content-Type"], "application/octet-stream")
        self.assertTrue(response["Content-Disposition"].startswith("attachment"))
        self.assertIn("上传附件：验收单.pdf", self.report.history.values_list("history_change_reason", flat=True))

    def test_content_decides_and_not_the_name(self):
        for content in (b"MZ\x90\x00", b"<html>", b"", b"#!/bin/sh", archive("x.txt"), archive("word/document.xml", "word/vbaProject.bin"), b"PK\x03\x04 broken"):  # fmt: skip
            with self.subTest(content[:20]):
                self.assertContains(self.send(content=content, name="看起来.pdf"), "可以上传")
        self.send(content=archive("word/document.xml"), name="..\\..\\说明.exe")
        self.assertEqual(Evidence.objects.get().name, "说明.exe.docx")

    def test_too_large_and_twice_are_told(self):
        self.assertContains(self.send(content=PDF + b"0" * (20 * 1024 * 1024)), "超过 20 MB")
        self.send()
        self.assertContains(self.send(name="另一个.pdf"), "已有相同的附件")

    def test_only_who_may_write_the_report_adds_or_deletes_and_readers_read(self):
        self.send()
        file = Evidence.objects.get().pk
        for name, reads in (("other_reporter", 200), ("leader", 200), ("outsider", 404), ("nobody", 404)):
            self.client.force_login(getattr(self, name))
            with self.subTest(name):
                self.assertEqual(self.client.get(reverse("tracking:evidence_download", args=[file])).status_code, reads)
                denied = 403 if reads == 200 else 404
                self.assertEqual(self.client.post(reverse("tracking:evidence_delete", args=[file])).status_code, denied)
                self.assertEqual(self.send().status_code, denied)
        self.client.force_login(self.head)
        self.client.post(reverse("tracking:evidence_delete", args=[file]))
        self.assertFalse(Evidence.objects.exists())

    def test_a_report_under_review_keeps_its_files(self):
        self.send()
        Report.objects.update(status="office_review")
        deleted = self.client.post(reverse("tracking:evidence_delete", args=[Evidence.objects.get().pk]))
        self.assertEqual((deleted.status_code, Evidence.objects.count()), (403, 1))
        self.assertFalse(ReportEvent.objects.exists())
