"""Security events: who altered one, took one away or put one in is named; nobody gets rid of a young one."""

from datetime import timedelta
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test import TestCase, override_settings
from django.utils import timezone

from audit import append_only
from audit.chain import problems, purge, seal
from audit.kinds import EventKind
from audit.models import ChainHead, SecurityEvent
from audit.recording import record


class ChainCase(TestCase):
    """Twelve sealed events."""

    def setUp(self):
        """Record and seal."""
        for number in range(12):
            record(EventKind.EXPORT, target=f"文件 {number}")
        seal()

    def tamper(self, statement):
        """Change the table as somebody would who owns it."""
        with transaction.atomic():
            append_only.unprotect_all()
            with connection.cursor() as cursor:
                cursor.execute(statement)

    def found(self, **kw):
        """Return what the check says."""
        return list(problems(timezone.now(), **kw))


class VerifyTest(ChainCase):
    """Each way of tampering is named."""

    def test_nothing_is_found_where_nothing_happened(self):
        self.assertEqual(self.found(), [])
        self.assertEqual(list(SecurityEvent.objects.order_by("pk").values_list("sequence", flat=True)), [*range(1, 13)])

    def test_every_column_of_a_row_is_watched(self):
        for column, value in {
            "kind": "'import'", "success": "NOT success", "user_key": "7", "username": "'someone'", "address": "'::1'",
            "target": "'x'", "detail": "'x'", "at": "'2020-01-01 00:00:00+00:00'", "previous": "''", "key_id": "''", "mac": "'f'",
        }.items():  # fmt: skip
            with self.subTest(column=column):
                point = transaction.savepoint()
                self.tamper(f"UPDATE audit_securityevent SET {column} = {value} WHERE sequence = 5")
                self.assertTrue(any("第 5 条" in sentence for sentence in self.found()), self.found())
                transaction.savepoint_rollback(point)

    def test_an_altered_row_is_named_alone(self):
        self.tamper("UPDATE audit_securityevent SET target = 'x' WHERE sequence IN (3, 12)")
        found = self.found()
        self.assertEqual(len(found), 2)
        self.assertRegex(found[0], r"^第 3 条（.*导出）被改动。$")

    def test_missing_rows_are_named_wherever_they_stood(self):
        for condition, sentence in {
            "sequence = 1": "第 1 条缺失。",
            "sequence IN (4, 5, 6)": "第 4 条至第 6 条缺失。",
            "sequence = 12": "第 12 条缺失。",
            "sequence > 0": "第 1 条至第 12 条缺失。",
        }.items():
            with self.subTest(condition=condition):
                point = transaction.savepoint()
                self.tamper(f"DELETE FROM audit_securityevent WHERE {condition}")
                self.assertEqual(self.found(), [sentence])
                transaction.savepoint_rollback(point)

    def test_rows_that_changed_places_are_named(self):
        self.tamper("UPDATE audit_securityevent SET sequence = 99 WHERE sequence = 2")
        self.tamper("UPDATE audit_securityevent SET sequence = 2 WHERE sequence = 3")
        self.tamper("UPDATE audit_securityevent SET sequence = 3 WHERE sequence = 99")
        self.assertEqual([sentence[:6] for sentence in self.found()], ["第 2 条（", "第 3 条（"])

    def test_a_head_set_back_is_named(self):
        self.tamper("DELETE FROM audit_securityevent WHERE sequence = 12")
        self.tamper(
            "UPDATE audit_chainhead SET last = 11, last_mac = (SELECT mac FROM audit_securityevent WHERE sequence = 11)"
        )
        self.assertIn("链头缺失或被改动", self.found()[0])
        self.tamper("DELETE FROM audit_chainhead")
        self.assertIn("链头缺失或被改动", self.found()[0])

    def test_a_row_put_in_without_the_key_is_named(self):
        SecurityEvent.objects.create(
            at=timezone.now(), kind=EventKind.SIGN_IN, success=True, sequence=13, mac="0" * 64, previous="", key_id="x"
        )
        self.assertTrue(any("第 13 条" in sentence for sentence in self.found()))

    def test_a_database_put_back_to_an_older_state_is_named_by_the_noted_head(self):
        noted, older = str(ChainHead.objects.get()), list(ChainHead.objects.values())
        record(EventKind.SIGN, target="反馈 1")
        seal()
        noted_later = str(ChainHead.objects.get())
        self.assertEqual(self.found(anchor=noted), [])
        self.tamper("DELETE FROM audit_securityevent WHERE sequence = 13")
        ChainHead.objects.update(**older[0])
        self.assertEqual(self.found(), [])  # in itself it is whole
        self.assertIn("先前记下的第 13 条", self.found(anchor=noted_later)[0])

    def test_a_row_left_unsealed_is_told(self):
        SecurityEvent.objects.create(at=timezone.now() - timedelta(minutes=2), kind=EventKind.SIGN_IN, success=True)
        self.assertEqual(self.found(), ["有 1 条记录超过一分钟没有进入审计链。"])
        seal()
        self.assertEqual(self.found(), [])

    def test_the_command_tells_and_fails(self):
        with TemporaryDirectory() as folder, override_settings(VAR_DIR=Path(folder)):
            out, errors = StringIO(), StringIO()
            call_command("verify_audit", stdout=out)
            self.assertIn("核对了 12 条", out.getvalue())
            self.tamper("DELETE FROM audit_securityevent WHERE sequence = 12")
            with self.assertRaises(SystemExit) as ended:
                call_command("verify_audit", stderr=errors)
            self.assertEqual(ended.exception.code, 1)
            self.assertIn("第 12 条缺失。", errors.getvalue())


class KeyTest(ChainCase):
    """Keys are changed without losing the old rows."""

    def test_a_new_key_checks_old_rows_as_long_as_the_former_is_listed(self):
        with override_settings(AUDIT_KEY="new"):
            record(EventKind.EXPORT)
            seal()
            self.assertEqual(self.found(), [])  # the former one is derived from SECRET_KEY
            self.assertEqual(SecurityEvent.objects.values("key_id").distinct().count(), 2)
        self.assertIn("第 13 条用的密钥", " ".join(self.found()))
        with override_settings(AUDIT_KEY_FALLBACKS=["new"]):
            self.assertEqual(self.found(), [])

    def test_without_the_secret_key_nobody_makes_a_row(self):
        with override_settings(SECRET_KEY="another-secret-key"):
            self.assertEqual(len([s for s in self.found() if "的密钥" in s]), 12)


class KeptTest(ChainCase):
    """The database refuses; 183 days whatever is asked."""

    def refused(self, act):
        """Run what the database must refuse."""
        with self.assertRaisesMessage(DatabaseError, append_only.REFUSAL), transaction.atomic():
            act()

    def aged(self, days):
        """Record three events of so many days ago, before all others: as if time had passed."""
        with transaction.atomic():
            append_only.unprotect_all()
            SecurityEvent.objects.all().delete()
            ChainHead.objects.update(first=1, last=0, last_mac="", before_first="", mac="", key_id="")
            for number in range(3):
                event = record(EventKind.EXPORT, target=f"旧 {number}")
                SecurityEvent.objects.filter(pk=event.pk).update(at=timezone.now() - timedelta(days=days))
            record(EventKind.EXPORT, target="新")
            seal()
            append_only.protect_all()

    def test_a_sealed_row_is_not_changed(self):
        self.refused(lambda: SecurityEvent.objects.update(target="x"))
        self.refused(lambda: SecurityEvent.objects.first().save())

    def test_a_young_row_is_not_removed_sealed_or_not(self):
        SecurityEvent.objects.create(at=timezone.now(), kind=EventKind.SIGN_IN, success=True)
        self.refused(lambda: SecurityEvent.objects.all().delete())
        self.refused(lambda: SecurityEvent.objects.filter(sequence=None).delete())
        self.aged(182)
        self.refused(lambda: SecurityEvent.objects.filter(sequence=1).delete())

    def test_less_than_183_days_is_refused(self):
        for days in (-1, 0, 30, 182):
            with self.subTest(days=days):
                with self.assertRaisesMessage(ValueError, "至少保存 183 天"):
                    purge(days, timezone.now())
                with self.assertRaisesMessage(CommandError, "至少保存 183 天"):
                    call_command("purge_audit", days=days)
        self.assertEqual(SecurityEvent.objects.count(), 12)

    def test_old_rows_go_and_the_rest_still_holds(self):
        self.aged(200)
        out = StringIO()
        call_command("purge_audit", days=183, stdout=out)
        self.assertIn("清理了 3 条", out.getvalue())
        seal()
        self.assertEqual(list(SecurityEvent.objects.order_by("pk").values_list("sequence", flat=True)), [4, 5])
        self.assertEqual(SecurityEvent.objects.first().kind, EventKind.PURGE)
        self.assertEqual(self.found(), [])

    def test_old_rows_removed_by_hand_are_missed(self):
        self.aged(200)
        SecurityEvent.objects.filter(sequence=1).delete()
        self.assertEqual(self.found(), ["第 1 条缺失。"])
        with self.assertRaisesMessage(CommandError, "第 1 条缺失"):
            call_command("purge_audit", days=183)


class TransactionTest(ChainCase):
    """An event stands and falls with what it tells of."""

    def test_what_is_rolled_back_leaves_none(self):
        class Undone(Exception):
            """Raised to roll back."""

        with self.assertRaises(Undone), transaction.atomic():
            record(EventKind.IMPORT)
            raise Undone
        self.assertEqual(SecurityEvent.objects.count(), 12)

    def test_what_is_committed_is_sealed_at_once(self):
        with self.captureOnCommitCallbacks(execute=True):
            record(EventKind.IMPORT)
        self.assertEqual(SecurityEvent.objects.first().sequence, 13)
