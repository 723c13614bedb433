"""Feedback: who compiles, who signs, and that nothing changes afterwards, whoever asks."""

import hashlib
import json
import unittest
from datetime import date
from io import BytesIO

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import TestCase, tag
from django.urls import reverse
from docx import Document

from audit import append_only
from importer.files import libreoffice
from importer.files.read_docx import read_docx
from importer.files.read_pdf import read_pdf
from papers.as_pdf import pdf_of
from papers.compiling import PaperRefused, changed_since, compile_feedback, digest_of, letter_of
from papers.kinds.feedback import FeedbackForm, compilable, offered_feedback
from papers.signing import document_of, drop_feedback, sign
from tests.base import NOW, CastTestCase
from tests.letters import BASIS, TITLE, SeedLetter
from tracking.models import Feedback, Report
from workplans.models import Plan


class FeedbackCase(CastTestCase):
    """A period with two approved reports and one that is not."""

    @classmethod
    def setUpTestData(cls):
        """Put the reports on stage."""
        super().setUpTestData()
        plan = cls.make_plan()
        cls.period = cls.make_period()
        approved = {"status": Report.Status.APPROVED, "completion_percent": 60, "progress": "已开展两次调研。"}
        cls.reports = [cls.make_report(cls.make_item(plan), cls.period, **approved) for _ in range(2)]
        cls.draft_report = cls.make_report(cls.make_item(plan), cls.period, progress="还在写。")

    def compile(self, by=None, reports=None, **kw):
        """Compile a letter on the approved reports."""
        values = {
            "organization": self.bureau, "period": self.period, "title": "推进情况的反馈", "recipient": "区府办",
            "basis": BASIS, "dated_on": date(2024, 10, 28), "contacts": "宗宏", "phones": "22050725",
        }  # fmt: skip
        chosen = Report.objects.all() if reports is None else reports
        return compile_feedback(Feedback(**(values | kw)), chosen, by=by or self.supervisor, now=NOW)

    def signed(self, **kw):
        """Compile and sign."""
        feedback = self.compile(**kw)
        return sign(feedback, by=self.leader, now=NOW, digest=feedback.digest)


class CompileTest(FeedbackCase):
    """From reports to a letter."""

    def test_only_approved_reports_of_the_period_are_taken(self):
        feedback = self.compile()
        self.assertEqual(set(feedback.report_versions), {str(report.pk) for report in self.reports})
        self.assertNotIn("还在写", json.dumps(feedback.snapshot, ensure_ascii=False))
        self.assertEqual(len(letter_of(feedback).annex.rows), 3)  # one section, two items

    def test_without_an_approved_report_there_is_no_letter(self):
        with self.assertRaisesMessage(PaperRefused, "请至少选择一项"):
            self.compile(reports=Report.objects.filter(pk=self.draft_report.pk))

    def test_supervisors_of_the_bureau_compile_and_nobody_else(self):
        for name, person in self.people().items():
            if name != "supervisor":
                with self.subTest(name), self.assertRaises(PermissionDenied):
                    self.compile(by=person)

    def test_a_period_of_another_bureau_is_refused(self):
        period = self.make_period(organization=self.other_bureau, label="别的")
        with self.assertRaises(PaperRefused):
            self.compile(period=period)

    def test_compiling_anew_takes_the_reports_as_they_are_now(self):
        feedback = self.compile()
        Report.objects.filter(pk=self.reports[0].pk).update(progress="又有进展。", version=9)
        self.assertEqual(changed_since(feedback), [self.reports[0]])
        compile_feedback(feedback, compilable(self.period, self.supervisor), by=self.supervisor, now=NOW)
        self.assertIn("又有进展。", letter_of(Feedback.objects.get()).text)
        self.assertEqual(changed_since(feedback), [])

    def test_the_number_of_queries_does_not_grow_with_the_items(self):
        self.compile()  # reads what the supervisor may
        with self.assertNumQueries(10):
            self.compile()
        plan = self.reports[0].item.plan
        for _ in range(20):
            self.make_report(self.make_item(plan, tasks=["高中"]), self.period, status="approved", progress="甲")
        with self.assertNumQueries(10):
            self.compile()


class SignTest(FeedbackCase):
    """The leader's hand."""

    def test_a_leader_of_the_bureau_signs_and_nobody_else(self):
        feedback = self.compile()
        for name, person in self.people().items():
            if name != "leader":
                with self.subTest(name), self.assertRaisesMessage(PermissionDenied, "局领导"):
                    sign(feedback, by=person, now=NOW, digest=feedback.digest)
        sign(feedback, by=self.leader, now=NOW, digest=feedback.digest)
        self.assertEqual((feedback.status, feedback.signed_by, feedback.signed_at), ("signed", self.leader, NOW))

    def test_the_file_is_kept_with_its_sha256_and_the_leaders_name_on_it(self):
        feedback = self.signed()
        content = document_of(feedback)
        self.assertEqual(feedback.sha256, hashlib.sha256(content).hexdigest())
        self.assertEqual(Document(BytesIO(content)).paragraphs[0].text, "主要领导确认并签名：leader 2024年10月28日")
        self.assertEqual(feedback.digest, digest_of(feedback.snapshot))
        self.assertEqual(letter_of(feedback).confirmation, "主要领导确认并签名：leader 2024年10月28日")

    def test_whatever_changes_afterwards_the_file_stays(self):
        feedback = self.signed()
        before = document_of(feedback)
        Report.objects.update(progress="后来改的。", version=5)
        self.reports[0].item.plan.items.update(title="后来改的标题")
        self.bureau.name = "改名后的教育局"
        self.bureau.save()
        again = Feedback.objects.get()
        self.assertEqual(document_of(again), before)
        self.assertEqual(letter_of(again).signature, "虹口区教育局")

    def test_what_was_compiled_anew_meanwhile_or_stands_on_changed_reports_is_not_signed(self):
        feedback = self.compile()
        with self.assertRaisesMessage(PaperRefused, "重新汇编"):
            sign(feedback, by=self.leader, now=NOW, digest="0" * 64)
        Report.objects.filter(pk=self.reports[0].pk).update(status="returned")
        with self.assertRaisesMessage(PaperRefused, "的进展报告有改动"):
            sign(feedback, by=self.leader, now=NOW, digest=feedback.digest)
        self.assertEqual(Feedback.objects.get().status, "draft")

    def test_twice_is_refused(self):
        feedback = self.signed()
        with self.assertRaisesMessage(PaperRefused, "已经签名"):
            sign(feedback, by=self.leader, now=NOW, digest=feedback.digest)

    def test_a_signed_letter_is_neither_compiled_anew_nor_dropped(self):
        feedback = self.signed()
        with self.assertRaisesMessage(PermissionDenied, "已经签名"):
            compile_feedback(feedback, Report.objects.all(), by=self.supervisor, now=NOW)
        with self.assertRaisesMessage(PermissionDenied, "已经签名"):
            drop_feedback(feedback, by=self.supervisor)


class FrozenTest(FeedbackCase):
    """The database refuses it too, to everybody."""

    def refused(self, statement):
        """Run a statement that the database must refuse."""
        with (
            self.subTest(statement=statement),
            self.assertRaisesMessage(DatabaseError, append_only.FROZEN_REFUSAL),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)

    def test_no_statement_changes_or_removes_what_is_signed(self):
        feedback, draft = self.signed(), self.compile()
        for statement in (
            "UPDATE tracking_feedback SET title = 'x'",
            "UPDATE tracking_feedback SET status = 'draft', signed_by_id = NULL, signed_at = NULL, document = NULL, sha256 = ''",
            "DELETE FROM tracking_feedback",
        ):
            self.refused(statement)
        for act in (feedback.save, feedback.delete, lambda: Feedback.objects.update(title="x")):
            with self.assertRaisesMessage(DatabaseError, append_only.FROZEN_REFUSAL), transaction.atomic():
                act()
        Feedback.objects.filter(pk=draft.pk).update(title="草稿可以改")
        draft.delete()
        self.assertEqual(Feedback.objects.get().title, "推进情况的反馈")

    @tag("sqlite")
    def test_replacing_the_row_is_refused(self):
        self.signed()
        self.refused("INSERT OR REPLACE INTO tracking_feedback SELECT * FROM tracking_feedback")

    @tag("postgres")
    def test_truncate_and_replication_are_refused(self):
        self.signed()
        connection.check_constraints()
        self.refused("TRUNCATE tracking_feedback CASCADE")
        self.refused("SET LOCAL session_replication_role = replica; DELETE FROM tracking_feedback")

    def test_the_protection_comes_back_after_it_was_lost(self):
        self.signed()
        connection.check_constraints()
        append_only.unprotect_all()
        append_only.protect_all()
        self.refused("UPDATE tracking_feedback SET title = 'x'")

    def test_a_signature_is_whole_or_none(self):
        """The named constraint, and its sentence."""
        feedback = self.compile()
        for part in ({"status": "signed"}, {"sha256": "0" * 64}, {"signed_by": self.leader}, {"document": b"x"}):
            with (
                self.subTest(part),
                self.assertRaisesMessage(IntegrityError, "feedback_signature_whole"),
                transaction.atomic(),
            ):
                Feedback.objects.filter(pk=feedback.pk).update(**part)
        feedback.status = "signed"
        with self.assertRaisesMessage(ValidationError, "应同时具备"):
            feedback.validate_constraints()


class PagesTest(FeedbackCase):
    """The way through the pages."""

    def post(self, user, name, data=None, **kw):
        """Post as a person; follow to the page after it."""
        self.client.force_login(user)
        return self.client.post(reverse(f"papers:{name}", kwargs=kw), data or {}, follow=True)

    def fields(self, **kw):
        """Return what the form is sent with."""
        values = {
            "period": self.period.pk, "title": "推进情况\r\n的反馈", "recipient": "区府办：", "basis": BASIS,
            "heading_style": "one_item_a_chapter", "dated_on": "2024-10-28", "contacts": "宗宏", "phones": "22050725",
            "with_annex": "on", "reports": [report.pk for report in self.reports],
        }  # fmt: skip
        return values | kw

    def test_compile_preview_download_sign_download(self):
        page = self.post(self.supervisor, "feedback_new", self.fields())
        feedback = Feedback.objects.get()
        self.assertContains(page, "推进情况<br>的反馈")
        self.assertContains(page, '<p class="to">区府办：</p>', html=True)
        self.assertContains(page, "一、推进第1项重点工作")
        self.assertContains(page, "下载 Word 文件")
        self.assertNotContains(page, "确认并签名…")
        self.client.force_login(self.leader)
        question = self.client.get(reverse("papers:feedback_sign", args=[feedback.pk]))
        self.assertContains(question, "签名不能撤销")
        page = self.post(self.leader, "feedback_sign", {"digest": feedback.digest}, pk=feedback.pk)
        feedback.refresh_from_db()
        self.assertContains(page, feedback.sha256)
        self.assertNotContains(page, "重新汇编")
        for reader in (self.reporter, self.supervisor, self.leader, self.admin):
            self.client.force_login(reader)
            answer = self.client.get(reverse("papers:feedback_docx", args=[feedback.pk]))
            self.assertEqual(answer.content, bytes(feedback.document))
            self.assertIn("attachment", answer.headers["Content-Disposition"])

    @unittest.skipUnless(libreoffice.program(), "LibreOffice is not installed")
    def test_the_letter_is_given_out_as_pdf_with_the_same_words(self):
        feedback = self.compile()
        self.client.force_login(self.leader)
        self.assertContains(self.client.get(reverse("papers:feedback_page", args=[feedback.pk])), "下载 PDF")
        answer = self.client.get(reverse("papers:feedback_pdf", args=[feedback.pk]))
        self.assertEqual(answer.headers["Content-Type"], "application/pdf")
        self.assertIn(".pdf", answer.headers["Content-Disposition"])
        words = "".join(read_pdf(answer.content).text.split())
        for paragraph in read_docx(document_of(feedback)).lines:
            self.assertIn("".join(paragraph.text.split()), words)

    def test_without_libreoffice_there_is_no_button_and_a_sentence(self):
        feedback = self.compile()
        self.client.force_login(self.leader)
        found, libreoffice.program = libreoffice.program, lambda: None
        self.addCleanup(setattr, libreoffice, "program", found)
        pdf_of.cache_clear()
        self.assertNotContains(self.client.get(reverse("papers:feedback_page", args=[feedback.pk])), "下载 PDF")
        page = self.client.get(reverse("papers:feedback_pdf", args=[feedback.pk]), follow=True)
        self.assertContains(page, "这台服务器没有安装 LibreOffice")

    def test_a_draft_can_be_changed_and_dropped(self):
        feedback = self.compile()
        page = self.post(
            self.supervisor,
            "feedback_change",
            self.fields(recipient="市教委", reports=[self.reports[1].pk]),
            pk=feedback.pk,
        )
        feedback.refresh_from_db()
        self.assertEqual((feedback.recipient, list(feedback.report_versions)), ("市教委", [str(self.reports[1].pk)]))
        self.assertContains(page, "市教委：")
        self.post(self.supervisor, "feedback_delete", pk=feedback.pk)
        self.assertFalse(Feedback.objects.exists())

    def test_what_is_wrong_stays_on_the_page_with_the_reason(self):
        for wrong, sentence in (
            ({"reports": []}, "请至少勾选一个事项。"),
            ({"reports": [self.draft_report.pk]}, "请核对后再汇编"),
            ({"reports": ["x"]}, "所选事项不存在"),
            ({"recipient": "："}, "请写明主送机关。"),
            ({"title": ""}, "请填写这一项。"),
        ):
            with self.subTest(wrong):
                page = self.post(self.supervisor, "feedback_new", self.fields(**wrong))
                self.assertContains(page, sentence)
        self.assertFalse(Feedback.objects.exists())

    def test_a_foreign_period_answers_404(self):
        self.client.force_login(self.outsider)
        for wanted in (self.period.pk, 99999, "x", "9" * 30):
            answer = self.client.get(reverse("papers:feedback_new"), {"period": wanted})
            self.assertEqual(answer.status_code, 404)

    def test_the_list_takes_the_same_queries_for_one_letter_and_for_many(self):
        self.compile()
        self.client.force_login(self.leader)
        with self.assertNumQueries(9):
            self.client.get(reverse("papers:feedback_list"))
        for _ in range(10):
            self.compile()
        with self.assertNumQueries(9):
            self.client.get(reverse("papers:feedback_list"))

    def test_a_leader_is_told_how_many_letters_wait(self):
        self.compile()
        self.client.force_login(self.leader)
        self.assertContains(
            self.client.get(reverse("papers:feedback_list")), '文书<b class="nav-count" aria-label="1 项">1</b>'
        )
        self.client.force_login(self.supervisor)
        self.assertNotContains(self.client.get(reverse("papers:feedback_list")), "nav-count")

    def test_changed_reports_are_named_before_signing(self):
        feedback = self.compile()
        Report.objects.filter(pk=self.reports[0].pk).update(version=7)
        self.client.force_login(self.leader)
        self.assertContains(
            self.client.get(reverse("papers:feedback_page", args=[feedback.pk])), "要重新汇编后才能签名"
        )
        page = self.post(self.leader, "feedback_sign", {"digest": feedback.digest}, pk=feedback.pk)
        self.assertContains(page, "请督办员重新汇编后再签名")


class OfferedTest(SeedLetter, TestCase):
    """Nothing is typed twice."""

    @classmethod
    def setUpTestData(cls):
        """Import the seed's letter."""
        cls.load_seed()

    def test_the_first_letter_is_offered_the_words_of_the_one_imported(self):
        reports = list(compilable(self.period, self.compiler))
        words = offered_feedback(self.period, reports, today=NOW.date())
        self.assertEqual(
            {
                name: words[name]
                for name in ("title", "recipient", "basis", "contacts", "phones", "heading_style", "with_annex")
            },
            {
                "title": TITLE,
                "recipient": "区府办",
                "basis": BASIS,
                "contacts": "宗宏、黄丽灵",
                "phones": "22050725、22050779",
                "heading_style": "three_blocks",
                "with_annex": False,
            },
        )

    def test_the_next_is_offered_the_words_of_the_last(self):
        self.compile_seed(recipient="市教委", contacts="新联系人")
        words = offered_feedback(self.period, list(compilable(self.period, self.compiler)), today=NOW.date())
        self.assertEqual((words["recipient"], words["contacts"]), ("市教委", "新联系人"))

    def test_several_plans_give_a_general_title(self):
        Plan.objects.update(title="很长的工作计划名称很长的工作计划名称")
        words = offered_feedback(self.period, list(compilable(self.period, self.compiler)), today=NOW.date())
        self.assertEqual(words["title"], "长宁区教育局关于\n很长的工作计划名称很长的工作计划名称1-10月推进情况的反馈")

    def test_the_form_shows_the_items_chosen_before(self):
        feedback = self.compile_seed()
        form = FeedbackForm(instance=feedback, user=self.compiler)
        self.assertEqual(form.initial["reports"], list(feedback.report_versions))
        self.assertIn("checked", str(form["reports"]))
