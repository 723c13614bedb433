"""通报, 催办单, 任务交办单: what they say, who signs or issues them, one for each office, frozen like the 反馈."""

import hashlib
from datetime import date, datetime
from io import BytesIO
from zoneinfo import ZoneInfo

from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, IntegrityError, transaction
from docx import Document

from audit import append_only
from papers.compiling import PaperRefused, compile_feedback, compile_for_offices, is_outdated, letter_of
from papers.kinds.handover import handable
from papers.signing import document_of, sign
from tests.base import NOW, CastTestCase
from tracking.models import Feedback, PaperKind, Report, Urge
from workplans.models import Assignment, Item, Office, Target

LATE = datetime(2024, 11, 8, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
PHRASES = {
    "title": "关于推进情况的通报", "recipient": "各科室", "basis": "现通报如下：", "requirements": "请抓紧推进。\n按时报送。",
    "dated_on": date(2024, 11, 8), "contacts": "宗宏", "phones": "22050725", "with_annex": False,
}  # fmt: skip


class PapersCase(CastTestCase):
    """Two offices; one report handed in far behind with difficulties, one on track, two missing."""

    @classmethod
    def setUpTestData(cls):
        """Put the reports on stage."""
        super().setUpTestData()
        cls.plan = cls.make_plan()
        cls.period = cls.make_period()
        cls.items = [
            cls.make_item(cls.plan, lead=office) for office in (cls.moral, cls.finance, cls.moral, cls.finance)
        ]
        Target.objects.create(item=cls.items[0], text="新增学位3000个", value=3000, unit="个")
        Assignment.objects.create(item=cls.items[0], office=cls.finance, role="support", position=2)
        sent = {"status": Report.Status.APPROVED, "progress": "已动工。", "submitted_at": NOW}
        cls.behind = cls.make_report(
            cls.items[0],
            cls.period,
            completion_percent=30,
            difficulties="缺编制。\n缺场地。",
            next_steps="协调。",
            **sent,
        )
        cls.fine = cls.make_report(cls.items[1], cls.period, completion_percent=90, **sent)
        cls.missing = [cls.make_report(item, cls.period) for item in cls.items[2:]]

    def paper(self, kind, **kw):
        """Return a paper that is not stored."""
        subject = {"plan": self.plan} if kind == PaperKind.HANDOVER else {"period": self.period}
        return Feedback(**(PHRASES | {"organization": self.bureau, "kind": kind} | subject | kw))

    def chosen(self, kind):
        """Return all that a paper of a kind can speak of."""
        if kind == PaperKind.HANDOVER:
            return handable(self.plan, self.supervisor)
        return Office.objects.filter(organization=self.bureau) if kind == PaperKind.URGING else None

    def bulletin(self, by=None, now=LATE, **kw):
        """Compile a 通报."""
        return compile_feedback(self.paper(PaperKind.BULLETIN, **kw), None, by=by or self.supervisor, now=now)

    def for_offices(self, kind, by=None, now=LATE, chosen=None):
        """Compile a paper for every office."""
        return compile_for_offices(self.paper(kind), chosen or self.chosen(kind), by=by or self.supervisor, now=now)


class BulletinTest(PapersCase):
    """通报."""

    def test_it_says_the_totals_who_is_late_and_what_lags_with_its_difficulties(self):
        self.assertEqual(
            letter_of(self.bulletin()).text.split("\n"),
            [
                "签发人：", "关于推进情况的通报", "各科室：", "现通报如下：",
                "一、总体情况",
                "截至2024年10月31日，共4项：已完成0，达序时进度1，未达序时进度1，未填2；平均完成率60%，应达83.3%。",
                "（达序时进度即进度灯为●正常（完成率比应达进度低不到10个百分点），未达序时进度即▲关注和■滞后；已办结和完成率100%计入已完成；没有填完成率的计入未填，不按0计算；平均完成率只算已填的，已办结而未填的按100%计。）",
                "二、报送情况",
                "“2024年1-10月”进展报告应于2024年11月5日前报送。截至2024年11月8日，应报4份，已报2份，未报2份，已逾期3天。未报送的科室和事项：",
                "德育科（1项）：推进第3项重点工作。", "计财科（1项）：推进第4项重点工作。",
                "三、滞后事项及存在的困难",
                "已报送的事项中，完成率低于应达进度30个百分点以上的有1项：",
                "（一）推进第1项重点工作",
                "责任科室：德育科。完成率30%，应达83.3%。",
                "存在的困难：缺编制。", "缺场地。", "下一步工作措施：协调。",
                "四、工作要求", "请抓紧推进。", "按时报送。",
                "虹口区教育局", "2024年11月8日", "联系人：宗宏", "联系电话：22050725",
            ],
        )  # fmt: skip

    def test_offices_stand_in_their_own_order_whoever_owes_more(self):
        for _ in range(3):
            self.make_report(self.make_item(self.plan, lead=self.finance), self.period)
        text = letter_of(self.bulletin()).text
        self.assertLess(text.index("德育科（1项）"), text.index("计财科（4项）"))

    def test_a_draft_far_behind_is_missing_and_not_lagging(self):
        Report.objects.filter(pk=self.missing[0].pk).update(completion_percent=5, difficulties="还没写完")
        text = letter_of(self.bulletin()).text
        self.assertNotIn("还没写完", text)
        self.assertIn("以上的有1项", text)

    def test_all_in_time_and_nothing_behind_is_said_too(self):
        Report.objects.update(status="approved", completion_percent=90, difficulties="")
        text = letter_of(self.bulletin(requirements="")).text
        self.assertIn("应报4份，均已报送。", text)
        self.assertIn("以上的没有。", text)
        self.assertNotIn("工作要求", text)

    def test_before_the_due_date_nobody_is_called_late(self):
        text = letter_of(self.bulletin(now=NOW)).text
        self.assertIn("尚未到报送截止日期", text)
        self.assertNotIn("逾期", text)

    def test_the_annex_holds_every_item(self):
        annex = letter_of(self.bulletin(with_annex=True)).annex
        self.assertEqual([row.section or row.cells[1] for row in annex.rows],
                         ["一、落实立德树人根本任务", *(f"推进第{n}项重点工作" for n in range(1, 5))])  # fmt: skip

    def test_a_period_without_issued_plans_has_nothing_to_tell(self):
        self.plan.status = "draft"
        self.plan.save()
        with self.assertRaisesMessage(PaperRefused, "没有可通报的内容"):
            self.bulletin()


class OfficePapersTest(PapersCase):
    """催办单 and 任务交办单, one an office."""

    def test_an_urging_names_what_the_office_owes_since_when_and_whom_to_ask(self):
        Urge.objects.create(report=self.missing[0], by=self.supervisor, at=NOW)
        papers = self.for_offices(PaperKind.URGING)
        self.assertEqual([paper.recipient for paper in papers], ["德育科", "计财科"])
        letter = letter_of(papers[0])
        self.assertEqual(
            letter.chapters[0].paragraphs[0].text, "截至2024年11月8日，你科室尚有以下1项未报送，现予催办。"
        )
        self.assertEqual(
            letter.chapters[0].table.headings, ("序号", "工作事项", "报送截止", "逾期天数", "已催办", "状态")
        )
        self.assertEqual(
            letter.chapters[0].table.rows[0].cells, ("1", "3 推进第3项重点工作", "2024-11-05", "3天", "1次", "待填报")
        )
        self.assertEqual((letter.signature, letter.contacts, letter.on_top), ("虹口区教育局办公室", "宗宏", ""))
        self.assertTrue(letter.receipt.startswith("签收人："))

    def test_a_handover_names_items_targets_offices_and_deadlines(self):
        papers = self.for_offices(PaperKind.HANDOVER)
        self.assertEqual([paper.recipient for paper in papers], ["德育科", "计财科"])
        rows = letter_of(papers[0]).chapters[0].table.rows
        self.assertEqual(
            [row.cells for row in rows],
            [
                ("1", "1 推进第1项重点工作", "新增学位3000个", "德育科", "计财科", "2024-12-31"),
                ("2", "3 推进第3项重点工作", self.items[2].body, "德育科", "", "2024-12-31"),
            ],
        )
        self.assertIn("签收人：", letter_of(papers[0]).text)
        self.assertEqual(papers[0].chosen_items, [self.items[0].pk, self.items[2].pk])

    def test_only_the_items_chosen_are_handed_over(self):
        [paper] = self.for_offices(PaperKind.HANDOVER, chosen=Item.objects.filter(pk=self.items[1].pk))
        self.assertEqual((paper.office, paper.chosen_items), (self.finance, [self.items[1].pk]))

    def test_compiled_again_each_office_keeps_its_one_draft(self):
        for kind in (PaperKind.URGING, PaperKind.HANDOVER):
            with self.subTest(kind):
                first = self.for_offices(kind)
                again = self.for_offices(kind)
                self.assertEqual([paper.pk for paper in first], [paper.pk for paper in again])
                with self.assertRaisesMessage(IntegrityError, ""), transaction.atomic():
                    Feedback.objects.filter(pk=first[0].pk).update(office=self.finance)

    def test_who_owes_nothing_is_not_urged(self):
        Report.objects.update(status="approved")
        with self.assertRaisesMessage(PaperRefused, "不需要催办"):
            self.for_offices(PaperKind.URGING)

    def test_supervisors_of_the_bureau_compile_and_nobody_else(self):
        for name, person in self.people().items():
            for kind in (PaperKind.URGING, PaperKind.HANDOVER):
                if name != "supervisor":
                    with self.subTest(person=name, kind=kind), self.assertRaises(PermissionDenied):
                        self.for_offices(kind, by=person)
            if name != "supervisor":
                with self.assertRaises(PermissionDenied):
                    self.bulletin(by=person)

    def test_the_number_of_queries_does_not_grow_with_offices_and_items(self):
        def counted(kind):
            Feedback.objects.all().delete()
            with self.assertNumQueries(expected[kind]):
                self.for_offices(kind)
            with self.assertNumQueries(expected[kind]):
                self.for_offices(kind)

        self.bulletin()  # reads what the supervisor may
        expected = {PaperKind.URGING: 12, PaperKind.HANDOVER: 10}
        for kind in expected:
            counted(kind)
        for n in range(10):
            office = Office.objects.create(organization=self.bureau, name=f"第{n}科", position=9)
            for _ in range(2):
                self.make_report(self.make_item(self.plan, lead=office), self.period)
        for kind in expected:
            counted(kind)

    def test_a_subject_of_the_wrong_kind_is_refused_by_the_database(self):
        for kw in (
            {"plan": self.plan},
            {"period": None},
            {"office": self.moral},
            {"kind": "urging"},
            {"kind": "handover"},
        ):
            with (
                self.subTest(kw),
                self.assertRaisesMessage(IntegrityError, "feedback_subject_by_kind"),
                transaction.atomic(),
            ):
                Feedback.objects.filter(pk=self.bulletin().pk).update(**kw)


class SignTest(PapersCase):
    """Who makes a paper final, and what stays."""

    def papers(self):
        """Return a draft of each kind but the 反馈, with who makes it final."""
        urging, handover = self.for_offices(PaperKind.URGING)[0], self.for_offices(PaperKind.HANDOVER)[0]
        return ((self.bulletin(), self.leader), (urging, self.supervisor), (handover, self.leader))

    def test_leaders_sign_and_supervisors_issue(self):
        for paper, signer in self.papers():
            for name, person in self.people().items():
                if person != signer:
                    with self.subTest(kind=paper.kind, person=name), self.assertRaises(PermissionDenied):
                        sign(paper, by=person, now=LATE, digest=paper.digest)
            sign(paper, by=signer, now=LATE, digest=paper.digest)
            self.assertEqual((paper.status, paper.signed_by), ("signed", signer))
            self.assertEqual(paper.sha256, hashlib.sha256(document_of(paper)).hexdigest())

    def test_the_name_stands_where_a_leader_signs_and_the_sha256_on_every_page(self):
        for paper, signer in self.papers():
            sign(paper, by=signer, now=LATE, digest=paper.digest)
            document = Document(BytesIO(document_of(paper)))
            first = document.paragraphs[0].text
            with self.subTest(paper.kind):
                self.assertEqual(first, "签发人：leader 2024年11月8日" if paper.needs_leader else paper.title)
                section = document.sections[0]
                for footer in (section.footer, section.even_page_footer):
                    self.assertEqual(footer.paragraphs[-1].text, f"内容核验码（SHA-256）{paper.digest}")

    def test_whatever_changes_afterwards_the_file_stays(self):
        papers = [sign(paper, by=signer, now=LATE, digest=paper.digest) for paper, signer in self.papers()]
        before = [document_of(paper) for paper in papers]
        Report.objects.update(status="approved", completion_percent=100)
        self.plan.items.update(title="后来改的标题")
        self.bureau.name = "改名后的教育局"
        self.bureau.save()
        self.assertEqual([document_of(Feedback.objects.get(pk=paper.pk)) for paper in papers], before)
        for paper in papers:
            with self.assertRaisesMessage(DatabaseError, append_only.FROZEN_REFUSAL), transaction.atomic():
                Feedback.objects.filter(pk=paper.pk).update(title="x")
            with self.assertRaisesMessage(PermissionDenied, "不能再改动"):
                compile_feedback(paper, self.chosen(paper.kind), by=self.supervisor, now=LATE)

    def test_issuing_an_urging_is_an_urge_for_each_of_its_reports(self):
        paper = self.for_offices(PaperKind.URGING)[0]
        sign(paper, by=self.supervisor, now=LATE, digest=paper.digest)
        urge = Urge.objects.get()
        self.assertEqual(
            (urge.report, urge.by, urge.at, urge.note),
            (self.missing[0], self.supervisor, LATE, "签发关于推进情况的通报"),
        )

    def test_what_would_read_differently_now_is_not_signed(self):
        changes = {
            PaperKind.BULLETIN: lambda: Report.objects.filter(pk=self.fine.pk).update(completion_percent=95),
            PaperKind.URGING: lambda: Report.objects.filter(pk=self.missing[0].pk).update(status="bureau_review"),
            PaperKind.HANDOVER: lambda: Item.objects.filter(pk=self.items[0].pk).update(deadline=date(2024, 11, 30)),
        }
        for paper, signer in self.papers():
            with self.subTest(paper.kind), transaction.atomic():
                self.assertFalse(is_outdated(paper))
                changes[paper.kind]()
                self.assertTrue(is_outdated(paper))
                with self.assertRaisesMessage(PaperRefused, "重新汇编"):
                    sign(paper, by=signer, now=LATE, digest=paper.digest)
                transaction.set_rollback(True)
        self.assertEqual(Urge.objects.count(), 0)

    def test_an_urging_of_an_archived_period_is_not_issued(self):
        paper = self.for_offices(PaperKind.URGING)[0]
        self.period.status = "archived"
        self.period.save()
        with self.assertRaisesMessage(PaperRefused, "已归档"):
            sign(paper, by=self.supervisor, now=LATE, digest=paper.digest)
        self.assertFalse(Feedback.objects.get(pk=paper.pk).is_signed)
