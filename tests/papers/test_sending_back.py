"""A leader sends a letter back: with a reason, to whoever compiled it; compiled anew it can be signed."""

from datetime import timedelta
from io import BytesIO

from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone
from docx import Document

from audit.models import SecurityEvent
from papers.compiling import PaperRefused, compile_feedback, letter_of
from papers.kinds.feedback import compilable
from papers.signing import document_of, send_back, sign
from tests.base import NOW
from tests.papers.test_feedback import FeedbackCase
from tracking.models import Feedback
from tracking.notices.digests import digest_lines, read_snapshot
from tracking.reports.instructing import answer, instruct

SAID = "请加快进度，本月内开工。"
REASON = "第三段的数据请与计财科核对。"


class AnnexTest(FeedbackCase):
    """附领导批示和回复, by choice."""

    def test_the_instructions_of_the_period_stand_in_the_letter_with_their_answers(self):
        item = self.reports[0].item
        said = instruct(item, [self.moral, self.finance], text=SAID, by=self.leader, now=NOW)
        answer(said.addressed.get(office=self.moral), text="已开工。", by=self.reporter, now=NOW)
        self.assertNotIn(SAID, letter_of(self.compile()).text)
        text = letter_of(self.compile(with_instructions=True)).text
        for words in ("附：领导批示和落实情况", SAID, "德育科：已开工。", "计财科：待回复"):
            with self.subTest(words):
                self.assertIn(words, text)

    def test_without_any_there_is_no_chapter(self):
        self.assertNotIn("领导批示", letter_of(self.compile(with_instructions=True)).text)

    def test_it_is_printed(self):
        instruct(self.reports[0].item, [self.moral], text=SAID, by=self.leader, now=NOW)
        document = Document(BytesIO(document_of(self.compile(with_instructions=True))))
        cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
        self.assertTrue(any(SAID in cell for cell in cells))


class SendBackTest(FeedbackCase):
    """退回修改."""

    def setUp(self):
        self.paper = self.compile()

    def send(self, person, **kw):
        """Send it back through its page."""
        self.client.force_login(person)
        data = {"digest": self.paper.digest, "reason": REASON} | kw
        return self.client.post(reverse("papers:feedback_return", args=[self.paper.pk]), data, follow=True)

    def test_the_reason_stands_on_the_paper_and_nobody_signs_it_meanwhile(self):
        response = self.send(self.leader)
        self.assertContains(response, REASON)
        self.assertContains(response, "已退回修改")
        self.assertNotContains(response, reverse("papers:feedback_sign", args=[self.paper.pk]))
        with self.assertRaisesMessage(PaperRefused, "已退回修改"):
            sign(self.paper, by=self.leader, now=NOW, digest=self.paper.digest)
        self.assertFalse(Feedback.objects.waiting_for_leaders().exists())
        self.assertIn("退回修改", SecurityEvent.objects.filter(kind="sign").latest("pk").detail)

    def test_compiled_anew_it_is_signed(self):
        self.send(self.leader)
        paper = Feedback.objects.get()
        compile_feedback(paper, compilable(self.period, self.supervisor), by=self.supervisor, now=NOW)
        paper = Feedback.objects.get()
        self.assertEqual((paper.returned_reason, paper.status_label), ("", "待签名"))
        sign(paper, by=self.leader, now=NOW, digest=paper.digest)
        self.assertTrue(Feedback.objects.get().is_signed)

    def test_only_who_signs_sends_back_with_a_reason_what_was_seen_and_is_no_final_paper(self):
        for person in (self.supervisor, self.reporter):
            with self.subTest(person):
                self.assertEqual(self.send(person).status_code, 403)
        with self.assertRaises(PermissionDenied):
            send_back(self.paper, by=self.supervisor, now=NOW, digest=self.paper.digest, reason=REASON)
        self.assertContains(self.send(self.leader, reason=" "), "退回时请写明要怎样修改。")
        self.assertContains(self.send(self.leader, digest="0" * 64), "刚刚被改动或签名")
        sign(self.paper, by=self.leader, now=NOW, digest=self.paper.digest)
        self.assertContains(self.send(self.leader, digest=Feedback.objects.get().digest), "刚刚被改动或签名")
        self.assertIsNone(Feedback.objects.get().returned_at)

    def test_the_supervisors_are_told(self):
        yesterday = timezone.now() - timedelta(days=1)
        send_back(self.paper, by=self.leader, now=yesterday, digest=self.paper.digest, reason=REASON)
        today = timezone.localdate()
        lines = digest_lines(read_snapshot(today), self.supervisor, today - timedelta(days=1))
        told = [line for line in lines if "文书退回" in line.text]
        self.assertEqual([(line.place, line.pk) for line in told], [("paper", self.paper.pk)])
        self.assertIn(REASON, told[0].text)
