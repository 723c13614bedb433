"""Each way out by a real receiver on loopback: what it is sent, what bars it, what counts as taken."""

import base64
import hmac
import json
from datetime import date
from pathlib import Path
from urllib.parse import parse_qs, unquote

import jsonschema_rs
from django.conf import settings
from django.test import SimpleTestCase, override_settings

from tests.base import NOW
from tests.receivers import Receiver, query_of
from tests.tracking.test_digests import smtp_server
from tracking.models import ChannelKind, MessageEvent
from tracking.notices.channels import KINDS, NotSent, Outgoing, Parcel, dingtalk, mail, webhook, wecom
from tracking.notices.channels.kind import ROBOT_BYTES, cut, robot_text
from tracking.notices.channels.outbound import address_problem, is_barred, post

TO_HERE = override_settings(OUTBOUND_HOSTS=["127.0.0.1"], OUTBOUND_LOCAL=True, OUTBOUND_SECONDS=5)
LINK = "https://tz.example.gov.cn/reports/7/"


def outgoing(**kw):
    """A message as it leaves."""
    values = {"key": "urged:1:1:5", "event": MessageEvent.URGED, "title": "推进第1项重点工作", "office": "德育科"}
    return Outgoing(**(values | {"on": date(2024, 11, 5), "link": LINK} | kw))


def parcel(*messages, **kw):
    """What leaves at once."""
    values = {"id": "3f0c", "organization": "虹口区教育局", "address": "", "secret": "", "now": NOW}
    return Parcel(**(values | kw), messages=messages or (outgoing(),))


class ReceivingCase(SimpleTestCase):
    """A receiver on loopback to which sending is allowed."""

    def setUp(self):
        """Start it."""
        self.receiver = Receiver()
        self.addCleanup(self.receiver.stop)
        self.enterContext(TO_HERE)


class RegistryTest(SimpleTestCase):
    """One row a way."""

    def test_every_way_has_its_row(self):
        self.assertEqual(set(KINDS), set(ChannelKind))
        self.assertEqual([kind for kind, row in KINDS.items() if kind != row.kind], [])


class RobotTextTest(SimpleTestCase):
    """Texts are cut at characters, within 2,048 bytes, and say so."""

    def test_a_short_text_is_whole(self):
        text = robot_text(parcel())
        self.assertEqual(text, f"【工作推进台账】\n【催办】推进第1项重点工作\n德育科，11月5日\n{LINK}")

    def test_a_long_text_is_cut_at_a_character_wherever_the_bound_falls(self):
        for shift in range(4):
            with self.subTest(shift=shift):
                text = robot_text(parcel(outgoing(text="a" * shift + "进展" * 600 + "😀" * 300)))
                self.assertLessEqual(len(text.encode()), ROBOT_BYTES)
                self.assertGreater(len(text.encode()), ROBOT_BYTES - 4)
                self.assertNotIn("\N{REPLACEMENT CHARACTER}", text)
                self.assertTrue(text.endswith("……更多内容请登录系统查看。"))

    def test_the_bound_itself_is_whole(self):
        self.assertEqual(cut("字" * 682 + "ab", 2048), "字" * 682 + "ab")
        self.assertNotEqual(cut("字" * 682 + "abc", 2048), "字" * 682 + "abc")

    def test_several_are_one_digest(self):
        self.assertIn("共 2 条：", robot_text(parcel(outgoing(), outgoing())))


class RobotTest(ReceivingCase):
    """企业微信 and 钉钉."""

    def test_wecom_gets_its_text_at_its_own_query(self):
        wecom.send(parcel(address=self.receiver.url("/cgi-bin/webhook/send?key=a%2Bb-1")))
        path, headers, body = self.receiver.accepted[0]
        self.assertEqual(path, "/cgi-bin/webhook/send?key=a%2Bb-1")
        self.assertEqual(headers["Host"], f"127.0.0.1:{self.receiver.port}")
        self.assertEqual(body["msgtype"], "text")
        self.assertIn("推进第1项重点工作", body["text"]["content"])

    def test_dingtalk_signs_once_and_keeps_the_query(self):
        with_plus = 0
        for second in range(40):
            now = NOW.replace(second=second)
            dingtalk.send(parcel(address=self.receiver.url("/robot/send?access_token=x%2By"), secret="SEC1", now=now))
            query = query_of(self.receiver.accepted[-1][0])
            found = parse_qs(query, strict_parsing=True)
            stamp = found["timestamp"][0]
            right = base64.b64encode(hmac.new(b"SEC1", f"{stamp}\nSEC1".encode(), "sha256").digest()).decode()
            with self.subTest(second=second):
                self.assertTrue(query.startswith("access_token=x%2By&timestamp="))
                self.assertEqual(found["sign"], [right])
                self.assertEqual(unquote(query.rpartition("sign=")[2]), right)
                self.assertEqual(int(stamp), int(now.timestamp()) * 1000)
            with_plus += "+" in right
        self.assertGreater(with_plus, 5)

    def test_dingtalk_without_a_secret_is_not_signed(self):
        dingtalk.send(parcel(address=self.receiver.url("/robot/send?access_token=x")))
        self.assertEqual(query_of(self.receiver.accepted[0][0]), "access_token=x")

    def test_what_is_no_yes_is_a_no_and_says_what_was_answered(self):
        answers = {
            (200, b'{"errcode": 93000, "errmsg": "invalid webhook url"}'): "93000 invalid webhook url",
            (200, b"<html>portal</html>"): "看不懂",
            (200, b"[]"): "看不懂",
            (200, b"null"): "看不懂",
            (200, b""): "看不懂",
            (200, b"\xff\xfe\x00"): "看不懂",
            (500, b"{}"): "答复 500",
            (404, b"{}"): "答复 404",
            (302, b"http://127.0.0.1:1/"): "没有跟随",
            (None, b""): "没有应答",
        }
        for answer, words in answers.items():
            self.receiver.answers.append(answer)
            with self.subTest(answer=answer), self.assertRaisesMessage(NotSent, words):
                wecom.send(parcel(address=self.receiver.url()))

    def test_a_receiver_that_says_nothing_is_given_up(self):
        self.receiver.answers.append((200, None))
        with override_settings(OUTBOUND_SECONDS=0.3), self.assertRaisesMessage(NotSent, "没有应答"):
            wecom.send(parcel(address=self.receiver.url()))

    def test_nobody_there(self):
        address = self.receiver.url()
        self.receiver.stop()
        with self.assertRaisesMessage(NotSent, "没有应答"):
            wecom.send(parcel(address=address))
        self.receiver = Receiver(self.receiver.port)
        wecom.send(parcel(address=address))
        self.assertEqual(len(self.receiver.accepted), 1)
        self.addCleanup(self.receiver.stop)


class WebhookTest(ReceivingCase):
    """JSON by its schema, signed over time and body."""

    def test_it_is_as_the_schema_says_and_the_signature_is_right(self):
        webhook.send(
            parcel(outgoing(), outgoing(on=None, link="", text="请尽快“报送”。"), address=self.receiver.url(),
                   secret="s" * 16, name="张三", account="zhangsan", phone="13800001234")
        )  # fmt: skip
        _, headers, body = self.receiver.accepted[0]
        schema = json.loads((Path(settings.BASE_DIR) / "docs" / "webhook.schema.json").read_text(encoding="utf-8"))
        self.assertEqual(list(jsonschema_rs.Draft202012Validator(schema, validate_formats=True).iter_errors(body)), [])
        events = schema["$defs"]["message"]["properties"]["event"]["enum"]
        self.assertEqual(events, MessageEvent.values)
        sent = json.dumps(body, ensure_ascii=False).encode()
        stamp = headers["X-Timestamp"]
        right = hmac.new(b"s" * 16, stamp.encode() + b"." + sent, "sha256").hexdigest()
        self.assertEqual(headers["X-Signature"], f"sha256={right}")
        self.assertEqual(headers["Idempotency-Key"], "3f0c")
        self.assertEqual(body["recipient"], {"name": "张三", "account": "zhangsan", "phone": "13800001234"})

    def test_any_2xx_is_a_yes(self):
        self.receiver.answers.append((204, b""))
        webhook.send(parcel(address=self.receiver.url(), secret="s" * 16))
        self.receiver.answers.append((202, b"garbage"))
        webhook.send(parcel(address=self.receiver.url(), secret="s" * 16))


class AddressTest(SimpleTestCase):
    """Where nothing is sent."""

    def test_only_listed_hosts(self):
        with override_settings(OUTBOUND_HOSTS=["qyapi.weixin.qq.com", "*.example.gov.cn", "10.1.2.3"]):
            fine = ("https://qyapi.weixin.qq.com/x?key=1", "http://SMS.example.gov.cn:8080/", "http://10.1.2.3/x")
            self.assertEqual([address_problem(url) for url in fine], ["", "", ""])
            bad = (
                "https://qyapi.weixin.qq.com.evil.cn/", "https://evil.cn/?qyapi.weixin.qq.com", "https://example.gov.cn/",
                "https://qyapi.weixin.qq.com@evil.cn/", "ftp://10.1.2.3/", "file:///etc/passwd", "http://", "", "10.1.2.3",
                "http://10.1.2.3:99999/", "http://[::1/", "http://10.1.2.3/a b", "http://10.1.2.3/密",
                "http://user:word@10.1.2.3/",
            )  # fmt: skip
            for url in bad:
                with self.subTest(url=url):
                    self.assertNotEqual(address_problem(url), "")

    def test_never_this_machine_or_its_link_but_the_intranet(self):
        barred = ("127.0.0.1", "127.8.8.8", "::1", "169.254.169.254", "fe80::1%eth0", "0.0.0.0", "::", "224.0.0.1",
                  "::ffff:127.0.0.1", "::ffff:169.254.1.1", "255.255.255.255")  # fmt: skip
        self.assertEqual([ip for ip in barred if not is_barred(ip)], [])
        fine = ("10.1.2.3", "172.16.0.9", "192.168.1.1", "fd00::5", "203.119.1.1", "::ffff:10.0.0.1")
        self.assertEqual([ip for ip in fine if is_barred(ip)], [])

    def test_a_name_of_this_machine_is_refused_before_anything_is_sent(self):
        receiver = Receiver()
        self.addCleanup(receiver.stop)
        with override_settings(OUTBOUND_HOSTS=["localhost", "127.0.0.1", "0x7f000001", "2130706433"]):
            for host in ("localhost", "127.0.0.1", "0x7f000001", "2130706433"):
                with self.subTest(host=host), self.assertRaisesMessage(NotSent, "不向它发送"):
                    post(f"http://{host}:{receiver.port}/", b"{}", {})
        self.assertEqual((receiver.accepted, receiver.refused), ([], 0))

    def test_a_redirect_is_not_followed(self):
        first, second = Receiver(), Receiver()
        self.addCleanup(first.stop)
        self.addCleanup(second.stop)
        with TO_HERE:
            for status in (301, 302, 307, 308):
                first.answers.append((status, second.url().encode()))
                with self.subTest(status=status), self.assertRaisesMessage(NotSent, "没有跟随"):
                    post(first.url(), b"{}", {})
        self.assertEqual(second.accepted, [])


class MailTest(SimpleTestCase):
    """One mail a parcel."""

    def setUp(self):
        """Start an SMTP server."""
        self.inbox = self.enterContext(smtp_server())

    def test_several_messages_are_one_mail_known_by_its_id(self):
        mail.send(parcel(outgoing(title="第一\n项"), outgoing(title="第二项"), mail="zhang@example.gov.cn"))
        (mailed,) = self.inbox.messages
        self.assertEqual(mailed["Subject"].strip(), "【工作推进台账】催办：第一 项 等 2 条")
        self.assertEqual(mailed["Message-ID"], "<message-3f0c@hongkou.example>")
        self.assertIn("第二项", mailed.get_content())

    def test_a_refused_address_is_told(self):
        self.inbox.refuse = ("gone@example.gov.cn",)
        with self.assertRaisesMessage(NotSent, "邮件没有发出"):
            mail.send(parcel(mail="gone@example.gov.cn"))

    @override_settings(EMAIL_HOST="")
    def test_without_a_server_it_says_so(self):
        with self.assertRaisesMessage(NotSent, "EMAIL_HOST"):
            mail.send(parcel(mail="zhang@example.gov.cn"))
