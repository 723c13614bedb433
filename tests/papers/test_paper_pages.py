"""Pages of the papers and their templates: what is offered, what is refused, what all of a list can be done with at once."""

import hashlib
import zipfile
from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone
from docx import Document

from audit import append_only
from papers.compiling import compile_feedback
from papers.kinds.feedback import compilable
from papers.signing import document_of, sign
from papers.templates_in_use import use_standard, use_template
from papers.templating.standard import standard_template
from tracking.models import Feedback, LetterTemplate, PaperKind, Report
from workplans.models import Office

from .test_papers import LATE, PapersCase
from .test_templates import made


class PaperPagesCase(PapersCase):
    """A client at the pages."""

    def get(self, user, name, *args, **query):
        """Ask for a page as a person."""
        self.client.force_login(user)
        return self.client.get(reverse(name if ":" in name else f"papers:{name}", args=args), query, follow=True)

    def post(self, user, name, data=None, args=(), query=""):
        """Post as a person; follow to the page after it."""
        self.client.force_login(user)
        return self.client.post(f"{reverse(f'papers:{name}', args=args)}{query}", data or {}, follow=True)

    def every_kind(self, now=LATE):
        """Return a draft of each kind, two of those for offices."""
        words = self.paper(PaperKind.FEEDBACK)
        feedback = compile_feedback(words, compilable(self.period, self.supervisor), by=self.supervisor, now=now)
        return [
            feedback,
            self.bulletin(now=now),
            *self.for_offices(PaperKind.URGING, now=now),
            *self.for_offices(PaperKind.HANDOVER, now=now),
        ]


class CompilePagesTest(PaperPagesCase):
    """From a period or plan to a paper."""

    WORDS = {
        "title": "标题",
        "recipient": "各科室",
        "basis": "如下：",
        "requirements": "请办理。",
        "dated_on": "2024-11-08",
    }

    def test_each_kind_offers_its_subjects_with_what_there_is_to_tell(self):
        for kind, counted, label in (
            (PaperKind.FEEDBACK, 2, "其中已通过"),
            (PaperKind.BULLETIN, 4, "写进通报"),
            (PaperKind.URGING, 2, "其中未报"),
            (PaperKind.HANDOVER, 4, "可以交办"),
        ):
            page = self.get(self.supervisor, "feedback_new", kind=kind)
            with self.subTest(kind):
                self.assertContains(page, label)
                self.assertEqual([each.ready for each in page.context["subjects"]], [counted])
        self.client.force_login(self.supervisor)
        self.assertEqual(self.client.get(reverse("papers:feedback_new"), {"kind": "x"}).status_code, 404)

    def test_the_form_offers_words_and_everything_ticked(self):
        page = self.get(self.supervisor, "feedback_new", kind="urging", period=self.period.pk)
        self.assertContains(page, "应于2024年11月5日前报送")
        self.assertContains(page, "德育科（未报 1 项）")
        self.assertEqual(str(page.content, "utf-8").count('type="checkbox" name="offices"'), 2)
        self.assertEqual(str(page.content, "utf-8").count("checked"), 2)
        page = self.get(self.supervisor, "feedback_new", kind="handover", plan=self.plan.pk)
        self.assertContains(page, "1 推进第1项重点工作（德育科）")
        self.assertEqual(str(page.content, "utf-8").count("checked"), 4)

    def test_the_next_paper_of_a_kind_is_offered_the_last_ones_words(self):
        self.bulletin(requirements="上次的要求。")
        self.assertContains(
            self.get(self.supervisor, "feedback_new", kind="bulletin", period=self.period.pk), "上次的要求。"
        )
        self.assertNotContains(
            self.get(self.supervisor, "feedback_new", kind="urging", period=self.period.pk), "上次的要求。"
        )

    def test_one_office_leads_to_its_paper_and_several_to_the_list(self):
        data = self.WORDS | {"kind": "urging", "period": self.period.pk}
        page = self.post(self.supervisor, "feedback_new", data | {"offices": [self.moral.pk]})
        self.assertContains(page, "你科室尚有以下1项未报送")
        page = self.post(self.supervisor, "feedback_new", data | {"offices": [self.moral.pk, self.finance.pk]})
        self.assertContains(page, "已为 2 个科室汇编")
        self.assertEqual(Feedback.objects.count(), 2)

    def test_what_is_wrong_stays_on_the_page_with_the_reason(self):
        for data, sentence in (
            ({"kind": "urging", "period": self.period.pk}, "请至少勾选一个科室。"),
            ({"kind": "urging", "period": self.period.pk, "offices": [self.coordinating.pk]}, "有的科室已经报齐"),
            ({"kind": "handover", "plan": self.plan.pk}, "请至少勾选一个事项。"),
            ({"kind": "handover", "plan": self.plan.pk, "items": ["x"]}, "所选事项不存在"),
            ({"kind": "bulletin", "period": self.period.pk, "recipient": "："}, "请写明主送机关。"),
        ):
            with self.subTest(data):
                self.assertContains(self.post(self.supervisor, "feedback_new", self.WORDS | data), sentence)
        self.assertFalse(Feedback.objects.exists())

    def test_a_draft_is_compiled_anew_from_its_page(self):
        urging, handover = self.for_offices(PaperKind.URGING)[0], self.for_offices(PaperKind.HANDOVER)[0]
        Report.objects.filter(pk=self.missing[0].pk).update(status="returned")
        page = self.post(self.supervisor, "feedback_change", self.WORDS, args=[urging.pk])
        self.assertContains(page, "已退回")
        page = self.post(
            self.supervisor, "feedback_change", self.WORDS | {"items": [self.items[2].pk]}, args=[handover.pk]
        )
        self.assertContains(page, "交你科室办理的工作共1项")

    def test_a_foreign_subject_answers_404(self):
        self.client.force_login(self.outsider)
        for query in (
            {"kind": "bulletin", "period": self.period.pk},
            {"kind": "handover", "plan": self.plan.pk},
            {"kind": "handover", "plan": "9" * 30},
        ):
            with self.subTest(query):
                self.assertEqual(self.client.get(reverse("papers:feedback_new"), query).status_code, 404)

    def test_links_lead_from_the_pages_where_it_is_needed(self):
        self.assertContains(
            self.get(self.supervisor, "tracking:period_page", self.period.pk), "?kind=bulletin&amp;period="
        )
        self.assertContains(
            self.get(self.supervisor, "tracking:missing_reports", self.period.pk), "?kind=urging&amp;period="
        )
        self.assertContains(self.get(self.supervisor, "boards:plan_board", self.plan.pk), "?kind=handover&amp;plan=")
        self.assertNotContains(self.get(self.reporter, "boards:plan_board", self.plan.pk), "kind=handover")


class ManyAtOnceTest(PaperPagesCase):
    """All papers of the list's filter."""

    def test_the_list_is_filtered_by_kind_period_plan_and_status(self):
        self.every_kind()
        for query, count in (
            ({}, 6),
            ({"kind": "urging"}, 2),
            ({"plan": self.plan.pk}, 2),
            ({"period": self.period.pk}, 4),
            ({"status": "signed"}, 0),
        ):
            with self.subTest(query):
                self.assertContains(self.get(self.leader, "feedback_list", **query), f"共 {count} 份")

    def test_the_list_takes_the_same_queries_for_few_and_for_many(self):
        self.every_kind()
        self.client.force_login(self.supervisor)
        with self.assertNumQueries(9):
            self.client.get(reverse("papers:feedback_list"))
        for n in range(20):
            office = Office.objects.create(organization=self.bureau, name=f"第{n}科", position=9)
            self.make_report(self.make_item(self.plan, lead=office), self.period)
        self.for_offices(PaperKind.URGING)
        with self.assertNumQueries(9):
            self.client.get(reverse("papers:feedback_list"))

    def seen(self, papers):
        """Return what the page of signing sends."""
        return {"paper": [f"{paper.pk}:{paper.digest}" for paper in papers]}

    def drafts_as_of_today(self):
        """Return a draft of each kind compiled today."""
        return self.every_kind(now=timezone.now())

    def test_a_leader_signs_and_a_supervisor_issues_what_is_theirs_in_one_go(self):
        papers = self.drafts_as_of_today()
        self.assertContains(self.get(self.leader, "feedback_sign_all"), "一并签 4 份")
        page = self.post(self.leader, "feedback_sign_all", self.seen(papers[:2] + papers[4:]))
        self.assertContains(page, "已签 4 份")
        self.post(self.supervisor, "feedback_sign_all", self.seen(papers[2:4]), query="?kind=urging")
        self.assertEqual(Feedback.objects.filter(status="signed").count(), 6)
        self.assertContains(self.get(self.leader, "feedback_sign_all"), "没有等您签名或签发的文书。")

    def test_one_that_cannot_be_signed_stops_all(self):
        papers = self.drafts_as_of_today()
        Report.objects.filter(pk=self.behind.pk).update(completion_percent=40, version=7)
        page = self.post(self.leader, "feedback_sign_all", self.seen(papers[4:] + papers[:1]))
        self.assertContains(page, "一份也没有签。")
        page = self.post(self.leader, "feedback_sign_all", {"paper": [*self.seen(papers[4:])["paper"], "99999:x"]})
        self.assertContains(page, "您打开页面之后，有的文书已被签名、删除")
        self.assertFalse(Feedback.objects.filter(status="signed").exists())

    def test_nobody_signs_what_is_another_persons(self):
        papers = self.every_kind()
        for person in (self.reporter, self.head, self.admin):
            self.post(person, "feedback_sign_all", self.seen(papers))
        self.post(self.supervisor, "feedback_sign_all", self.seen(papers[:2]))
        self.post(self.outsider, "feedback_sign_all", self.seen(papers))
        self.assertFalse(Feedback.objects.filter(status="signed").exists())

    def test_one_word_file_holds_all_and_an_archive_the_signed_bytes(self):
        papers = self.every_kind()
        sign(papers[2], by=self.supervisor, now=LATE, digest=papers[2].digest)
        answer = self.get(self.reporter, "feedback_book")
        found = [paragraph.text for paragraph in Document(BytesIO(answer.content)).paragraphs]
        self.assertEqual([found.count(recipient) for recipient in ("各科室：", "德育科：", "计财科：")], [2, 2, 2])
        with zipfile.ZipFile(BytesIO(self.get(self.reporter, "feedback_zip", kind="urging").content)) as archive:
            names = archive.namelist()
            files = [archive.read(name) for name in names]
        self.assertEqual(
            names, ["01 关于推进情况的通报（德育科）.docx", "02 关于推进情况的通报（计财科）（未签发）.docx"]
        )
        self.assertEqual(files[0], document_of(papers[2]))

    def test_papers_of_another_bureau_are_in_none_of_it(self):
        self.every_kind()
        self.assertContains(self.get(self.outsider, "feedback_book"), "没有可以下载的文书")
        self.assertContains(self.get(self.outsider, "feedback_zip"), "没有可以下载的文书")

    def test_more_than_one_go_can_carry_is_said_and_pages_are_turned(self):
        paper = self.bulletin()
        fields = {
            field.attname: getattr(paper, field.attname)
            for field in Feedback._meta.concrete_fields
            if field.attname != "id"
        }
        Feedback.objects.bulk_create(Feedback(**fields) for _ in range(200))
        for person, name in (
            (self.reporter, "feedback_book"),
            (self.reporter, "feedback_zip"),
            (self.leader, "feedback_sign_all"),
        ):
            with self.subTest(name):
                self.assertContains(self.get(person, name), "超过 200 份")
        page = self.get(self.reporter, "feedback_list", page=2, kind="bulletin")
        self.assertContains(page, "第 2 / 3 页")
        self.assertContains(page, 'papers.zip?kind=bulletin"')


class TemplatePagesTest(PaperPagesCase):
    """Uploading, using, going back."""

    def upload(self, content, name="通报.docx", user=None, kind="bulletin"):
        """Send a file to the page of a kind."""
        file = SimpleUploadedFile(name, content)
        return self.post(user or self.supervisor, "template_page", {"file": file}, args=[self.bureau.pk, kind])

    def letterhead(self):
        """Return the standard template of 通报 with a line of the bureau's own."""
        document = Document(BytesIO(standard_template("bulletin")))
        document.paragraphs[0].insert_paragraph_before("虹口区教育局文件")
        stream = BytesIO()
        document.save(stream)
        return stream.getvalue()

    def test_a_mistake_is_told_and_nothing_changes(self):
        page = self.upload(made("{{ 标提 }}"))
        self.assertContains(page, "没有“标提”这个字段，最接近的是“标题”。")
        self.assertContains(self.upload(b"x", name="通报.doc"), "请上传 .docx 文件")
        self.assertContains(self.upload(b"x"), "不是 Word 的 .docx 文件")
        self.assertContains(
            self.post(self.supervisor, "template_page", args=[self.bureau.pk, "bulletin"]), "请选择一个 .docx 文件。"
        )
        self.assertFalse(LetterTemplate.objects.exists())

    def test_papers_compiled_from_then_on_are_printed_with_it(self):
        before = self.bulletin()
        page = self.upload(self.letterhead())
        self.assertContains(page, "已经检查并启用")
        self.assertContains(page, "通报.docx")
        after = self.bulletin()
        first = [Document(BytesIO(document_of(paper))).paragraphs[0].text for paper in (before, after)]
        self.assertEqual(first, ["签发人：", "虹口区教育局文件"])
        self.assertContains(self.get(self.supervisor, "feedback_page", after.pk), "按本单位模板“通报.docx”排版")
        sample = self.get(self.supervisor, "template_sample", self.bureau.pk, "bulletin")
        self.assertEqual(Document(BytesIO(sample.content)).paragraphs[0].text, "虹口区教育局文件")

    def test_what_is_signed_keeps_what_it_was_printed_with(self):
        use_template(self.bureau, "bulletin", "旧.docx", self.letterhead(), by=self.supervisor, now=LATE)
        paper = self.bulletin()
        sign(paper, by=self.leader, now=LATE, digest=paper.digest)
        signed = document_of(paper)
        self.assertEqual(Document(BytesIO(signed)).paragraphs[1].text, "签发人：leader 2024年11月8日")
        use_standard(self.bureau, "bulletin", by=self.supervisor, now=LATE)
        again = Feedback.objects.get(pk=paper.pk)
        self.assertEqual((document_of(again), again.sha256), (signed, hashlib.sha256(signed).hexdigest()))
        self.assertIsNone(self.bulletin().template)

    def test_the_template_is_part_of_what_is_signed(self):
        paper = self.bulletin()
        row = use_template(self.bureau, "bulletin", "新.docx", self.letterhead(), by=self.supervisor, now=LATE)
        other = self.bulletin()
        self.assertEqual(other.snapshot["template"], row.sha256)
        self.assertNotEqual(paper.digest, other.digest)

    def test_papers_in_a_template_go_into_the_archive_and_not_into_the_book(self):
        use_template(self.bureau, "bulletin", "新.docx", self.letterhead(), by=self.supervisor, now=LATE)
        self.bulletin()
        self.assertContains(self.get(self.supervisor, "feedback_book"), "请用“打包下载”")
        with zipfile.ZipFile(BytesIO(self.get(self.supervisor, "feedback_zip").content)) as archive:
            [name] = archive.namelist()
            self.assertEqual(Document(BytesIO(archive.read(name))).paragraphs[0].text, "虹口区教育局文件")

    def test_a_template_that_no_longer_prints_is_told_and_nothing_is_signed(self):
        broken = LetterTemplate.objects.create(
            organization=self.bureau,
            kind="bulletin",
            name="坏.docx",
            content=b"PK",
            sha256="0" * 64,
            uploaded_by=self.supervisor,
            uploaded_at=LATE,
        )
        paper = self.bulletin(now=timezone.now())
        self.assertEqual(paper.template, broken)
        for name, args in (
            ("feedback_docx", [paper.pk]),
            ("feedback_zip", []),
            ("template_sample", [self.bureau.pk, "bulletin"]),
        ):
            with self.subTest(name):
                self.assertContains(self.get(self.supervisor, name, *args), "按模板排版没有成功")
        page = self.post(self.leader, "feedback_sign", {"digest": paper.digest}, args=[paper.pk])
        self.assertContains(page, "按模板排版没有成功")
        self.assertFalse(Feedback.objects.get(pk=paper.pk).is_signed)

    def test_going_back_and_the_rows_that_stay(self):
        self.upload(self.letterhead())
        page = self.post(self.supervisor, "template_reset", args=[self.bureau.pk, "bulletin"])
        self.assertContains(page, "按标准版式排版")
        self.assertContains(page, "用过的模板")
        first = LetterTemplate.objects.last()
        for act in (lambda: LetterTemplate.objects.update(name="x"), LetterTemplate.objects.all().delete):
            with self.assertRaisesMessage(DatabaseError, append_only.REFUSAL), transaction.atomic():
                act()
        self.assertEqual(self.get(self.reporter, "template_file", first.pk).content, bytes(first.content))

    def test_the_fields_are_listed_with_meaning_and_example(self):
        page = self.get(self.supervisor, "template_page", self.bureau.pk, "urging")
        for text in (
            "{{ 主送 }}",
            "主送机关或科室，不带冒号",
            "规划科",
            "{%tr for 行 in 事项 %} … {%tr endfor %}",
            "{{ 行.逾期天数 }}",
            "3天",
        ):
            self.assertContains(page, text)
        standard = self.get(self.supervisor, "template_standard", self.bureau.pk, "urging")
        self.assertContains(self.upload(standard.content, kind="urging"), "已经检查并启用")

    def test_supervisors_of_the_bureau_and_nobody_else(self):
        for name, person in self.people().items():
            if name != "supervisor":
                with self.subTest(name):
                    self.assertIn(self.upload(self.letterhead(), user=person).status_code, (403, 404))
        self.client.force_login(self.supervisor)
        self.assertEqual(self.client.get(reverse("papers:template_page", args=[self.bureau.pk, "x"])).status_code, 404)
        self.assertFalse(LetterTemplate.objects.exists())
