"""Every button does once what it does, however often it is pressed; the same said on a page made anew is said again."""

from django.contrib.messages import get_messages
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Click
from accounts.second_click import TOGETHER
from tests.base import NOW, CastTestCase
from tests.reliability.live import AtOnceTestCase
from tracking.models import Instruction, InstructionAnswer, Period, Remark, Urge
from tracking.reports.instructing import instruct

PAGE, NEXT_PAGE = "a" * 64, "b" * 64  # the token of a page, and of the same page made anew


class EveryButtonTest(CastTestCase):
    """What could store twice, or refuse the second click, one row each."""

    @classmethod
    def setUpTestData(cls):
        """Put a report under way."""
        super().setUpTestData()
        cls.plan, cls.period = cls.make_plan(), cls.make_period()
        cls.item = cls.make_item(cls.plan)
        cls.report = cls.make_report(cls.item, cls.period)

    def steps(self):
        """Yield (who, address, what is sent, what is counted, how many afterwards)."""
        asked = instruct(self.item, [self.moral], text="请说明进度。", by=self.leader, now=NOW).addressed.get()
        text = {"text": "请补充数据。"}
        yield (
            self.leader, reverse("tracking:item_instruct", args=[self.item.pk]),
            text | {"offices": self.moral.pk, "due_on": "", "confirmed": "yes"}, Instruction.objects.all(), 2,
        )  # fmt: skip
        yield (
            self.reporter, reverse("tracking:instruction_answer", args=[asked.pk]), text, InstructionAnswer.objects.all(), 1
        )  # fmt: skip
        yield self.supervisor, reverse("tracking:report_remark", args=[self.report.pk]), text, Remark.objects.all(), 1
        yield (
            self.supervisor, reverse("tracking:urge_reports", args=[self.period.pk]),
            {"reports": self.report.pk, "office": self.moral.pk, "note": "请尽快报送。"}, Urge.objects.all(), 1,
        )  # fmt: skip
        closed = Period.objects.filter(status=Period.Status.CLOSED)
        yield self.supervisor, reverse("tracking:period_close", args=[self.period.pk]), {}, closed, 1

    def test_four_clicks_do_what_one_does_and_say_what_one_says(self):
        for person, address, data, rows, expected in self.steps():
            with self.subTest(address):
                self.client.force_login(person)
                answers, told = [], []
                for n in range(4):
                    if n < 3:
                        self.client.cookies.pop("messages", None)  # the browser took nothing of the first answer
                    answers.append(self.client.post(address, data | {"csrfmiddlewaretoken": PAGE}))
                    told.append([str(one) for one in get_messages(answers[-1].wsgi_request)])
                self.assertEqual({(answer.status_code, answer.url) for answer in answers}, {(302, answers[0].url)})
                self.assertEqual(rows.count(), expected)
                self.assertEqual(len(told[0]), 1)
                self.assertEqual(told, [told[0]] * 4)

    def remark(self, page=PAGE, **more):
        """Ask the same about the report."""
        data = {"text": "数据何时核实？", "csrfmiddlewaretoken": page}
        return self.client.post(reverse("tracking:report_remark", args=[self.report.pk]), data, **more)

    def test_on_a_page_made_anew_or_after_a_while_the_same_is_said_again(self):
        self.client.force_login(self.supervisor)
        self.remark()
        self.remark(NEXT_PAGE)
        self.assertEqual(Remark.objects.count(), 2)
        Click.objects.update(at=timezone.now() - TOGETHER * 2)
        self.remark()
        self.assertEqual(Remark.objects.count(), 3)

    def test_what_was_not_taken_in_is_looked_at_each_time(self):
        self.client.force_login(self.supervisor)
        address = reverse("tracking:report_remark", args=[self.report.pk])
        for _ in range(2):
            self.client.post(address, {"text": "长" * 100_000, "csrfmiddlewaretoken": PAGE})
        refused = self.client.post(
            reverse("tracking:item_instruct", args=[self.item.pk]), {"csrfmiddlewaretoken": PAGE}
        )
        self.assertEqual(refused.status_code, 403)
        self.assertFalse(Click.objects.filter(location="").exists())

    def test_what_a_script_sends_by_itself_is_no_click(self):
        self.client.force_login(self.supervisor)
        with CaptureQueriesContext(connection) as queries:
            self.remark(headers={"X-Requested-With": "fetch"})
        self.assertNotIn("accounts_click", "".join(query["sql"] for query in queries))

    def test_two_people_who_say_the_same_are_two(self):
        for person in (self.supervisor, self.reporter):
            self.client.force_login(person)
            self.remark()
        self.assertEqual(Remark.objects.count(), 2)

    def test_what_is_long_past_is_cleared_up(self):
        Click.objects.bulk_create(
            Click(key=f"{n:064x}", at=timezone.now() - TOGETHER * 100, location="/") for n in range(3)
        )
        past = Click.objects.filter(at__lt=timezone.now() - TOGETHER)
        self.client.force_login(self.supervisor)
        for n in range(1000):  # one in fifty clears up
            self.client.post(reverse("tracking:notices"), {"csrfmiddlewaretoken": f"{n:064x}"})
            if not past.exists():
                break
        self.assertFalse(past.exists())


class AtOnceTest(AtOnceTestCase):
    """Eight clicks at the very same moment, each in a thread of the server."""

    def test_one_is_stored_and_all_are_led_to_the_same_page(self):
        clicks = [self.person(self.supervisor) for _ in range(8)]
        session = clicks[0].headers
        for each in clicks:
            each.headers = session
        address = reverse("tracking:report_remark", args=[self.report.pk])
        token = session["X-CSRFToken"]
        answers = self.at_once(
            clicks, lambda each: each.post(address, text="数据何时核实？", csrfmiddlewaretoken=token)[0]
        )
        self.assertEqual((answers, Remark.objects.count()), ([302] * 8, 1))
