"""批示 and 问答: who says them, who answers, where they stand, and that nobody takes them back."""

from datetime import timedelta

from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.base import NOW
from tests.tracking.test_my_reports import MY, ReportTestCase
from tracking.models import Instruction, InstructionAnswer, InstructionOffice, Remark
from tracking.notices.digests import digest_lines, read_snapshot
from tracking.reports.instructing import answer, instruct, owed_answers, remark

TEXT = "请德育科会同计财科本月内把场地定下来，定不下来的报我。"


class InstructionTest(ReportTestCase):
    """The leader says something on the item of the 德育科."""

    def setUp(self):
        super().setUp()
        self.item = self.report.item
        self.address = reverse("tracking:item_instruct", args=[self.item.pk])
        self.page = reverse("boards:item_page", args=[self.item.pk])

    def say(self, **kw):
        """Store one."""
        said = {
            "text": TEXT,
            "by": self.leader,
            "now": timezone.now(),
            "due_on": timezone.localdate() + timedelta(days=9),
        }
        return instruct(self.item, [self.moral, self.finance], **(said | kw))

    def test_it_is_asked_once_more_and_then_stands_on_the_item(self):
        self.client.force_login(self.leader)
        self.assertContains(self.client.get(self.page), self.address)
        data = {"text": TEXT, "offices": [self.moral.pk, self.finance.pk], "due_on": ""}
        self.assertContains(self.client.post(self.address, data), "送出后不能修改，也不能撤回")
        self.assertFalse(Instruction.objects.exists())
        self.assertContains(self.client.post(self.address, data | {"change": "yes"}), TEXT)
        response = self.client.post(self.address, data | {"confirmed": "yes"}, follow=True)
        self.assertContains(response, "批示已送 ")
        self.assertContains(response, TEXT)
        self.assertContains(response, "待回复", count=2)

    def test_what_is_wrong_is_said_and_what_was_typed_stays(self):
        self.client.force_login(self.leader)
        yesterday = timezone.localdate() - timedelta(days=1)
        response = self.client.post(self.address, {"text": TEXT, "due_on": yesterday.isoformat(), "confirmed": "yes"})
        self.assertContains(response, "请至少选一个科室。")
        self.assertContains(response, "回复期限不能早于今天。")
        self.assertContains(response, TEXT)

    def test_only_a_leader_says_it(self):
        for person in (self.reporter, self.head, self.supervisor, self.admin):
            self.client.force_login(person)
            with self.subTest(person):
                self.assertEqual(self.client.post(self.address, {"text": TEXT}).status_code, 403)
                self.assertNotContains(self.client.get(self.page), self.address)

    def test_an_office_owes_an_answer_until_it_gives_one(self):
        said = self.say()
        self.assertContains(self.client.get(MY), TEXT)
        mine = said.addressed.get(office=self.moral)
        response = self.client.post(
            reverse("tracking:instruction_answer", args=[mine.pk]), {"text": "场地已定在二中。"}, follow=True
        )
        self.assertContains(response, "已回复。")
        self.assertNotContains(response, "待回复的批示")
        self.assertEqual([one.office for one in owed_answers(self.other_reporter)], [self.finance])
        page = self.client.get(self.page)
        self.assertContains(page, "场地已定在二中。")
        self.assertContains(page, "待回复", count=1)

    def test_an_office_answers_for_itself_alone(self):
        theirs = self.say().addressed.get(office=self.finance)
        response = self.client.post(reverse("tracking:instruction_answer", args=[theirs.pk]), {"text": "代为回复。"})
        self.assertEqual((response.status_code, InstructionAnswer.objects.count()), (403, 0))

    def test_the_database_lets_nobody_change_what_was_said(self):
        said = self.say()
        answer(said.addressed.get(office=self.moral), text="已定。", by=self.reporter, now=NOW)
        remark(self.report, text="数据何时核实？", by=self.supervisor, now=NOW)
        for model in (Instruction, InstructionOffice, InstructionAnswer, Remark):
            with self.subTest(model), self.assertRaises(DatabaseError), transaction.atomic():
                model.objects.all()._raw_delete("default")
        with self.assertRaises(DatabaseError), transaction.atomic():
            Instruction.objects.update(text="改过的话")

    def test_the_name_of_the_office_stays_as_it_was(self):
        said = self.say()
        self.moral.name = "德育与心理科"
        self.moral.save()
        self.assertEqual(next(str(one) for one in said.addressed.all()), "德育科")

    def test_notices_tell_the_office_and_the_leader(self):
        said = self.say(now=timezone.now() - timedelta(days=1))
        today, since = timezone.localdate(), timezone.localdate() - timedelta(days=1)
        lines = digest_lines(read_snapshot(today), self.reporter, since)
        self.assertIn(f"【批示】{self.leader.first_name or self.leader.username}", "".join(line.text for line in lines))
        self.assertIn(("item", self.item.pk), [(line.place, line.pk) for line in lines])
        answer(
            said.addressed.get(office=self.moral),
            text="场地已定。",
            by=self.reporter,
            now=timezone.now() - timedelta(days=1),
        )
        self.assertNotIn(
            "【批示】", "".join(line.text for line in digest_lines(read_snapshot(today), self.reporter, since))
        )
        told = "".join(line.text for line in digest_lines(read_snapshot(today), self.leader, since))
        self.assertIn("【批示回复】德育科：场地已定。", told)

    def test_as_many_queries_for_two_as_for_forty(self):
        counts = []
        for size in (2, 40):
            while Instruction.objects.count() < size:
                said = self.say()
                answer(said.addressed.get(office=self.moral), text="已定。", by=self.reporter, now=NOW)
                self.say()
            with CaptureQueriesContext(connection) as queries:
                self.client.get(self.page)
                self.client.get(MY)
            counts.append(len(queries))
        self.assertEqual(counts[0], counts[1])


class RemarkTest(ReportTestCase):
    """问答 on a report."""

    def send(self, person, text):
        """Say something as somebody."""
        self.client.force_login(person)
        return self.client.post(reverse("tracking:report_remark", args=[self.report.pk]), {"text": text}, follow=True)

    def test_a_question_and_its_answer_leave_the_report_as_it_is(self):
        before = self.stored()
        self.assertContains(self.send(self.supervisor, "三所学校是哪三所？"), "三所学校是哪三所？")
        self.assertContains(self.send(self.reporter, "一中、二中、五中。"), "一中、二中、五中。")
        self.assertEqual([one.is_from_office for one in Remark.objects.all()], [False, True])
        self.assertEqual((self.stored().status, self.stored().version), (before.status, before.version))

    def test_nobody_else_speaks_and_an_empty_word_is_none(self):
        for person in (self.other_reporter, self.leader):
            with self.subTest(person):
                self.assertEqual(self.send(person, "我也说一句").status_code, 403)
        self.assertContains(self.send(self.supervisor, "  "), "请写内容。")
        self.assertFalse(Remark.objects.exists())

    def test_notices_tell_the_other_side(self):
        yesterday, today = timezone.now() - timedelta(days=1), timezone.localdate()
        remark(self.report, text="三所学校是哪三所？", by=self.supervisor, now=yesterday)
        remark(self.report, text="一中、二中、五中。", by=self.reporter, now=yesterday)
        told = {
            person: "".join(line.text for line in digest_lines(read_snapshot(today), person, today - timedelta(days=1)))
            for person in (self.reporter, self.supervisor)
        }
        self.assertIn("三所学校是哪三所？", told[self.reporter])
        self.assertNotIn("一中、二中、五中。", told[self.reporter])
        self.assertIn("一中、二中、五中。", told[self.supervisor])
