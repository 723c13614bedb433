"""The pages of channels: who keeps them, what is never shown again, trying out, sending again, a person's own choice."""

from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit.models import SecurityEvent
from tests.base import NOW
from tests.tracking.test_delivering import DeliveringCase
from tracking.models import Channel, ChannelKind, Message, MessageChoice, MessageEvent, MessageState

PAGES = ("channel_list", "channel_new", "undelivered", "message_choice")


def page(name, *args):
    """The address of a page."""
    return reverse(f"tracking:{name}", args=args)


class RightsTest(DeliveringCase):
    """Who keeps channels."""

    def answers(self, path, method="get"):
        """What everybody is answered who may enter."""
        found = {}
        for name in ("reporter", "head", "leader", "supervisor", "admin", "outsider"):
            self.client.force_login(getattr(self, name))
            found[name] = getattr(self.client, method)(path).status_code
        return found

    def test_supervisors_and_administrators_keep_those_of_their_bureau(self):
        channel = self.channel()
        refused = dict.fromkeys(("reporter", "head", "leader"), 403)
        for name in ("channel_list", "channel_new", "undelivered"):
            with self.subTest(page=name):
                expected = refused | dict.fromkeys(("supervisor", "admin", "outsider"), 200)
                self.assertEqual(self.answers(page(name)), expected)
        own = refused | {"supervisor": 200, "admin": 200, "outsider": 404}
        self.assertEqual(self.answers(page("channel_page", channel.pk)), own)
        tried = refused | {"supervisor": 302, "admin": 302, "outsider": 404}
        self.assertEqual(self.answers(page("channel_try", channel.pk), "post"), tried)
        self.assertEqual(len(self.receiver.accepted), 2)

    def test_each_bureau_sees_its_own(self):
        self.write(self.channel(name="我局的群"), self.reporter, state=MessageState.DEAD, tried_at=NOW)
        self.client.force_login(self.outsider)
        for name in ("channel_list", "undelivered"):
            with self.subTest(page=name):
                self.assertNotContains(self.client.get(page(name)), "我局的群")
        self.client.post(page("undelivered"))
        self.assertEqual(self.states(), {"dead": 1})
        response = self.client.get(page("channel_new"), {"organization": self.bureau.pk, "kind": "wecom"})
        self.assertEqual(response.status_code, 404)

    def test_who_keeps_channels_finds_them_from_the_notices(self):
        for person, is_there in (
            (self.supervisor, True),
            (self.admin, True),
            (self.reporter, False),
            (self.leader, False),
        ):
            with self.subTest(person):
                self.client.force_login(person)
                shown = self.client.get(page("notices")).content.decode()
                self.assertEqual(f'href="{page("channel_list")}"' in shown, is_there)

    @override_settings(OUTGOING_CHANNELS=False)
    def test_off_nothing_of_it_is_there(self):
        self.client.force_login(self.supervisor)
        self.assertEqual({self.client.get(page(name)).status_code for name in PAGES}, {404})
        self.assertNotContains(self.client.get(page("notices")), "消息设置")


class KeepingTest(DeliveringCase):
    """What a supervisor does."""

    def setUp(self):
        """Sign in."""
        super().setUp()
        self.client.force_login(self.supervisor)

    def filled(self, **kw):
        """A form as the browser sends it."""
        values = {"name": "联络员群", "address": self.receiver.url("/send?key=SECRETKEY"), "events": ["urged", "daily"]}
        return values | kw

    def new(self, kind, **kw):
        """Make a channel on its page."""
        address = f"{page('channel_new')}?organization={self.bureau.pk}&kind={kind}"
        return self.client.post(address, self.filled(**kw), follow=True)

    def test_a_channel_is_made_tried_and_never_shows_its_key_again(self):
        response = self.new("wecom", is_active="on")
        channel = Channel.objects.get()
        self.assertEqual((channel.organization, channel.events), (self.bureau, ["urged", "daily"]))
        self.assertContains(response, "已保存")
        self.assertNotContains(response, "SECRETKEY")
        self.assertNotContains(self.client.get(page("channel_list")), "SECRETKEY")
        self.assertContains(self.client.post(page("channel_try", channel.pk), follow=True), "已接收一条测试消息")
        self.assertIn("测试消息", self.receiver.bodies()[0]["text"]["content"])
        event = SecurityEvent.objects.filter(kind="settings").get()
        self.assertIn("联络员群", event.target)
        self.assertNotIn("SECRETKEY", event.target + event.detail)

    def test_left_empty_the_address_stays(self):
        self.new("wecom")
        channel = Channel.objects.get()
        self.client.post(page("channel_page", channel.pk), self.filled(address="", name="新名称"))
        stored = Channel.objects.get()
        self.assertEqual((stored.name, stored.address), ("新名称", channel.address))

    def test_what_is_wrong_is_told_beside_its_box(self):
        cases = (
            ("wecom", {"address": "https://evil.example/x"}, "没有允许向 evil.example 发送"),
            ("wecom", {"address": ""}, "地址要以"),
            ("webhook", {"secret": "short"}, "密钥至少 16 个字符"),
            ("wecom", {"quiet_from": "20:00"}, "免打扰的开始和结束时间要一起填写"),
            ("mail", {"events": ["daily"]}, "daily"),
        )
        for kind, values, words in cases:
            with self.subTest(values=values):
                self.assertContains(self.new(kind, **values), words)
        self.assertEqual(Channel.objects.count(), 0)

    def test_a_receiver_that_refuses_is_told(self):
        channel = self.channel(ChannelKind.WECOM)
        self.receiver.answers.append((200, b'{"errcode": 93000, "errmsg": "invalid"}'))
        self.assertContains(self.client.post(page("channel_try", channel.pk), follow=True), "机器人没有接收：93000")

    def test_what_did_not_arrive_is_listed_and_sent_again(self):
        self.write(
            self.channel(),
            self.reporter,
            self.head,
            state=MessageState.DEAD,
            tried_at=NOW,
            tries=9,
            last_error="答复 500。",
        )
        self.assertContains(self.client.get(page("undelivered")), "答复 500。", count=2)
        one = Message.objects.first()
        self.client.post(page("undelivered"), {"message": one.pk})
        self.assertEqual(self.states(), {"dead": 1, "waiting": 1})
        self.client.post(page("undelivered"))
        self.assertEqual(self.states(), {"waiting": 2})

    def test_the_pages_ask_as_often_for_many(self):
        channel = self.channel()
        self.write(channel, self.reporter, count=2, state=MessageState.DEAD, tried_at=NOW)

        def counts():
            found = []
            for name in ("channel_list", "undelivered"):
                with CaptureQueriesContext(connection) as queries:
                    self.client.get(page(name))
                found.append(len(queries))
            return found

        few = counts()
        for number in range(38):
            self.channel(name=f"群{number}")
        self.write(channel, self.reporter, self.head, count=20, state=MessageState.DEAD, tried_at=NOW)
        self.assertEqual(counts(), few)


class ChoiceTest(DeliveringCase):
    """A person's own."""

    def test_what_is_not_ticked_is_not_sent(self):
        self.client.force_login(self.reporter)
        self.assertContains(self.client.get(page("notices")), page("message_choice"))
        self.assertContains(self.client.get(page("message_choice")), "checked", count=len(MessageEvent))
        self.client.post(page("message_choice"), {"wanted": ["urged", "returned"]})
        self.client.post(page("message_choice"), {"wanted": ["urged"]})
        own = MessageChoice.objects.get()
        self.assertEqual(own.user, self.reporter)
        self.assertEqual(set(MessageEvent.values) - set(own.muted), {"urged"})


class PhoneTest(DeliveringCase):
    """The telephone beside 催办."""

    def test_who_may_urge_sees_the_number_and_others_do_not(self):
        self.reporter.memberships.update(phone="13800001234")
        period = self.make_period()
        self.make_report(self.make_item(self.make_plan()), period)
        for person, shown in ((self.supervisor, 1), (self.leader, 0), (self.other_reporter, 0)):
            self.client.force_login(person)
            with self.subTest(person=person.username):
                self.assertContains(self.client.get(page("missing_reports", period.pk)), "13800001234", count=shown)
