"""What was written arrives once, or is listed: receivers that fail in every way, workers that die, minutes and nights."""

from collections import Counter
from datetime import datetime, time, timedelta
from io import StringIO
from random import Random

from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import Sum
from django.test import override_settings, tag

from tests.base import NOW, CastTestCase
from tests.receivers import TAKEN, Receiver
from tests.tracking.test_digests import smtp_server
from tracking.models import Channel, ChannelKind, Message, MessageEvent, MessageState
from tracking.notices import delivering
from tracking.notices.delivering import GAPS, LEASE, claim, deliver, resend, try_out

HOUR = timedelta(hours=1)


class Clock:
    """A clock that stands until it is moved; NOW is a Monday at half past nine."""

    def __init__(self, now=NOW):
        """Start."""
        self.now = now

    def __call__(self) -> datetime:
        """Read it."""
        return self.now


@override_settings(
    OUTGOING_CHANNELS=True, OUTBOUND_HOSTS=["127.0.0.1"], OUTBOUND_LOCAL=True, OUTBOUND_SECONDS=5,
)  # fmt: skip
class DeliveringCase(CastTestCase):
    """A receiver on loopback, and channels that lead to it."""

    def setUp(self):
        """Start it."""
        self.clock = Clock()
        self.start()

    def start(self, port=0):
        """Start the receiver, again where it was."""
        self.receiver = Receiver(port)
        self.addCleanup(self.receiver.stop)

    def channel(self, kind=ChannelKind.WEBHOOK, **kw):
        """Make a channel to the receiver."""
        values = {"organization": self.bureau, "kind": kind, "name": f"{kind}{Channel.objects.count()}"}
        values |= {"address": self.receiver.url("/hook?key=1"), "secret": "s" * 20, "events": MessageEvent.values}
        return Channel.objects.create(**(values | kw))

    def write(self, channel, *people, count=1, **kw):
        """Write `count` messages to each of `people` (None: the group), one after the other in time."""
        begun = Message.objects.count()
        values = {"channel": channel, "kind": MessageEvent.URGED, "office_name": "德育科", "created_at": NOW}
        values |= {"next_try_at": NOW} | kw
        rows = [
            Message(key=f"test:{begun + n}-{position}", title=f"第{n}项", recipient=person, **values)
            for n in range(count)
            for position, person in enumerate(people)
        ]
        return Message.objects.bulk_create(rows)

    def states(self):
        """How many messages are in each state."""
        return dict(Counter(Message.objects.values_list("state", flat=True)))

    def keys(self):
        """The messages taken, by key, and how often."""
        return Counter(message["key"] for body in self.receiver.bodies() for message in body["messages"])


class ArrivingTest(DeliveringCase):
    """What arrives."""

    def test_what_waits_together_leaves_together_one_person_one_parcel(self):
        self.write(self.channel(), self.reporter, self.head, count=3)
        outcome = deliver(self.clock)
        self.assertEqual((outcome.sent, outcome.failed, self.states()), (6, 0, {"sent": 6}))
        self.assertEqual(
            sorted((body["recipient"]["account"], len(body["messages"])) for body in self.receiver.bodies()),
            [("head", 3), ("reporter", 3)],
        )
        deliver(self.clock)
        self.assertEqual(len(self.receiver.accepted), 2)

    def test_the_phone_stands_in_the_parcel(self):
        self.reporter.memberships.update(phone="13800001234")
        self.write(self.channel(), self.reporter)
        deliver(self.clock)
        self.assertEqual(self.receiver.bodies()[0]["recipient"]["phone"], "13800001234")

    def test_a_text_leaves_only_where_the_bureau_allows_it_at_the_time_of_sending(self):
        allowed, barred = self.channel(texts_leave=True), self.channel(texts_leave=True)
        for channel in (allowed, barred):
            self.write(channel, self.reporter, text="请于本周内报送。")
        Channel.objects.filter(pk=barred.pk).update(texts_leave=False)
        deliver(self.clock)
        self.assertEqual([body["messages"][0]["text"] for body in self.receiver.bodies()], ["请于本周内报送。", ""])

    def test_who_left_is_told_nothing(self):
        self.write(self.channel(), self.reporter)
        get_user_model().objects.filter(pk=self.reporter.pk).update(is_active=False)
        deliver(self.clock)
        self.assertEqual((self.receiver.accepted, self.states()), ([], {"dead": 1}))

    def test_a_channel_switched_off_keeps_its_messages(self):
        channel = self.channel()
        self.write(channel, self.reporter)
        Channel.objects.update(is_active=False)
        deliver(self.clock)
        self.assertEqual((self.receiver.accepted, self.states()), ([], {"waiting": 1}))

    def test_a_mail_each_person(self):
        get_user_model().objects.filter(pk=self.reporter.pk).update(email="r@example.gov.cn")
        with smtp_server() as inbox:
            self.write(self.channel(ChannelKind.MAIL, address="", secret=""), self.reporter, count=2)
            deliver(self.clock)
        self.assertEqual([mail["To"] for mail in inbox.messages], ["r@example.gov.cn"])
        self.assertEqual(self.states(), {"sent": 2})

    def test_the_secret_is_sealed_in_the_database(self):
        channel = self.channel()
        with connection.cursor() as cursor:
            cursor.execute("SELECT address, secret FROM tracking_channel")
            stored = "".join(cursor.fetchone())
        self.assertNotIn("key=1", stored)
        self.assertNotIn("s" * 20, stored)
        self.assertEqual(Channel.objects.get().address, channel.address)


class FailingTest(DeliveringCase):
    """What does not arrive at once."""

    def test_a_receiver_out_of_order_gets_the_same_parcel_again_after_growing_gaps(self):
        self.write(self.channel(), self.reporter, count=2)
        self.receiver.answers += [(500, b""), (200, None), (None, b""), (302, b"http://127.0.0.1/")]
        expected = NOW
        with override_settings(OUTBOUND_SECONDS=0.3):
            for gap in GAPS[:4]:
                deliver(self.clock)
                expected += gap
                row = Message.objects.earliest("pk")
                self.assertEqual((row.state, row.next_try_at), ("waiting", expected))
                self.assertTrue(row.last_error)
                self.write(
                    row.channel, self.reporter, next_try_at=NOW + 90 * HOUR
                )  # it does not join a parcel under way
                self.clock.now = expected - timedelta(seconds=1)
                deliver(self.clock)
                self.clock.now = expected
        deliver(self.clock)
        self.assertEqual(self.states(), {"sent": 2, "waiting": 4})
        first, last = self.receiver.bodies()  # the first was taken, though its answer never came
        self.assertEqual(first, last)

    def test_one_that_never_arrives_is_listed_and_can_be_sent_again(self):
        self.write(self.channel(), self.reporter)
        self.receiver.answers += [(500, b"")] * (len(GAPS) + 1)
        while self.states() == {"waiting": 1}:
            deliver(self.clock)
            self.clock.now = max(self.clock.now, Message.objects.get().next_try_at)
        dead = Message.objects.get()
        self.assertEqual((dead.state, dead.tries, dead.last_error), ("dead", len(GAPS) + 1, "127.0.0.1 答复 500。"))
        self.assertEqual(resend(Message.objects.visible_to(self.outsider), now=self.clock.now + HOUR), 0)
        self.assertEqual(resend(Message.objects.visible_to(self.supervisor), now=self.clock.now + HOUR), 1)
        self.clock.now += HOUR
        deliver(self.clock)
        self.assertEqual((self.states(), self.receiver.bodies()[0]["id"]), ({"sent": 1}, str(dead.batch)))

    def test_a_receiver_that_is_away_comes_back(self):
        self.write(self.channel(), self.reporter)
        self.receiver.stop()
        deliver(self.clock)
        self.assertEqual(self.states(), {"waiting": 1})
        self.start(self.receiver.port)
        self.clock.now += GAPS[0]
        deliver(self.clock)
        self.assertEqual(self.states(), {"sent": 1})

    def test_one_bad_channel_does_not_hold_up_the_others(self):
        bad, good = self.channel(address="http://127.0.0.1:1/x"), self.channel()
        people = get_user_model().objects.bulk_create(get_user_model()(username=f"p{n}") for n in range(10))
        self.write(bad, *people)
        self.write(good, *people)
        outcome = deliver(self.clock)
        self.assertEqual((outcome.sent, outcome.failed), (10, delivering.FAILURES_IN_A_ROW))

    def test_a_worker_that_died_leaves_its_parcel_to_the_next(self):
        channel = self.channel()
        self.write(channel, self.reporter)
        claimed = claim(channel, self.clock())
        self.assertEqual([claim(channel, self.clock()), deliver(self.clock).sent], [[], 0])
        self.clock.now += LEASE
        deliver(self.clock)
        self.assertEqual([body["id"] for body in self.receiver.bodies()], [str(claimed[0].batch)])

    def test_a_worker_that_slept_over_its_lease_changes_nothing_any_more(self):
        channel = self.channel()
        self.write(channel, self.reporter)
        late = claim(channel, self.clock())
        self.clock.now += LEASE
        deliver(self.clock)
        delivering._failed(late, "太晚了", self.clock())
        self.assertEqual(Message.objects.get().state, MessageState.SENT)

    def test_a_fault_of_our_own_is_a_failed_try(self):
        self.write(self.channel(kind=ChannelKind.WEBHOOK), self.reporter)
        with override_settings(OUTBOUND_SECONDS="bad"), self.assertLogs("tracking.notices.delivering", "ERROR"):
            deliver(self.clock)
        self.assertIn("程序出错", Message.objects.get().last_error)


class BoundsTest(DeliveringCase):
    """How many, and when."""

    def test_a_robot_gets_twenty_a_minute_at_most(self):
        self.write(self.channel(ChannelKind.WECOM), None, count=20 * 45)
        minutes = []
        while self.states().get("waiting"):
            before = len(self.receiver.accepted)
            deliver(self.clock)
            minutes.append(len(self.receiver.accepted) - before)
            self.clock.now += timedelta(seconds=61)
        self.assertEqual(minutes, [20, 20, 5])

    def test_by_night_and_on_days_off_nothing_leaves_and_it_waits(self):
        channel = self.channel(quiet_from=time(20), quiet_to=time(8))
        day = NOW.replace(hour=0, minute=0)
        moments = {
            day.replace(hour=19, minute=59): True,
            day.replace(hour=20): False,
            day + timedelta(days=1, hours=7, minutes=59): False,
            day + timedelta(days=1, hours=8): True,
            NOW.replace(month=11, day=2): False,  # a Saturday
            NOW.replace(month=10, day=12): True,  # a Saturday on which offices work
            NOW.replace(month=10, day=3): False,  # National Day
        }
        for moment, leaves in moments.items():
            before = len(self.receiver.accepted)
            self.write(channel, self.reporter, next_try_at=moment)
            deliver(Clock(moment))
            with self.subTest(moment=moment):
                self.assertEqual(len(self.receiver.accepted) - before, leaves)

    def test_quiet_hours_of_one_day_and_days_off_that_count(self):
        channel = self.channel(quiet_from=time(12), quiet_to=time(14), workdays_only=False)
        calendar = delivering.current_calendar()
        saturday = NOW.replace(month=11, day=2)
        hours = [hour for hour in range(24) if channel.is_quiet(saturday.replace(hour=hour, minute=0), calendar)]
        self.assertEqual(hours, [12, 13])

    def test_trying_out_sends_one_line_and_stores_nothing(self):
        try_out(self.channel(ChannelKind.DINGTALK), by=self.supervisor, now=NOW)
        self.assertIn("测试消息", self.receiver.bodies()[0]["text"]["content"])
        self.assertEqual(Message.objects.count(), 0)


class CommandTest(DeliveringCase):
    """manage.py deliver."""

    def test_it_says_what_it_did_and_forgets_what_was_sent_long_ago(self):
        channel = self.channel(workdays_only=False)
        self.write(channel, self.reporter)
        (old,) = self.write(channel, self.head, state=MessageState.SENT, tried_at=NOW - timedelta(days=400))
        out = StringIO()
        call_command("deliver", stdout=out)
        self.assertEqual(out.getvalue(), "已发出 1 条消息，0 条没有发出，将再次尝试或列为未送达。\n")
        self.assertFalse(Message.objects.filter(pk=old.pk).exists())

    @override_settings(OUTGOING_CHANNELS=False)
    def test_where_it_is_off_it_says_so(self):
        with self.assertRaisesMessage(CommandError, "OUTGOING_CHANNELS"):
            call_command("deliver")


@tag("slow")
class ManyTest(DeliveringCase):
    """10,000 messages, of whose parcels one in a hundred fails: none lost, none doubled."""

    MESSAGES, EACH = 10_000, 5

    def test_none_is_lost_and_none_doubled(self):
        user = get_user_model()
        people = user.objects.bulk_create(user(username=f"p{n:04}") for n in range(self.MESSAGES // self.EACH))
        channel = self.channel()
        self.write(channel, *people, count=self.EACH)
        failures = [(500, b""), (503, b"<html>"), (None, b""), (302, b"http://127.0.0.1/"), (429, b"")]
        # None takes the parcel and loses the answer, so it comes twice, and is known by its id.
        draw = Random(18)
        self.receiver.answers = [
            failures[n // 100 % len(failures)] if n % 100 == 37 else (200, TAKEN) for n in range(3000)
        ]
        draw.shuffle(self.receiver.answers)
        rounds = 0
        while self.states().get("waiting"):
            deliver(self.clock)
            self.clock.now += timedelta(hours=2)
            rounds += 1
            self.assertLess(rounds, 20)
        taken = {body["id"]: body for body in self.receiver.bodies()}
        arrived = Counter(message["key"] for body in taken.values() for message in body["messages"])
        self.assertEqual(self.states(), {"sent": self.MESSAGES})
        self.assertEqual((len(arrived), set(arrived.values())), (self.MESSAGES, {1}))
        repeated = Counter(body["id"] for body in self.receiver.bodies())
        self.assertTrue(all(body == taken[body["id"]] for body in self.receiver.bodies()))
        tries = Message.objects.aggregate(Sum("tries"))["tries__sum"]
        self.assertGreaterEqual(self.receiver.refused, 10)
        self.assertGreater(sum(repeated.values()), len(repeated))
        self.assertEqual(tries, self.EACH * (self.receiver.refused + sum(repeated.values())))
