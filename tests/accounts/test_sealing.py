"""Secrets at rest: the database alone tells nobody a code, keys are changed without anybody beginning anew."""

from io import StringIO

import pyotp
from django.core.exceptions import FieldError
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.test import TransactionTestCase, override_settings
from django.utils import timezone

from accounts import second_factor
from accounts.models import RecoveryCode, SecondFactor
from audit.sealing import seal, unseal
from tests.accounts.test_second_factor import PAGE, FactorCase
from tests.base import Cast

OLD, NEW = "old-key-of-thirty-two-characters", "new-key-of-thirty-two-characters"


def stored():
    """Return everything the tables hold, as text."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM accounts_secondfactor")
        rows = cursor.fetchall()
        cursor.execute("SELECT digest FROM accounts_recoverycode")
        return [text for (text,) in rows + cursor.fetchall()]


class SealedTest(FactorCase):
    """What stands in the database, and under which key."""

    def test_the_database_holds_neither_secret_nor_hash(self):
        self.switch_on()
        texts = stored()
        self.assertEqual(len(texts), 11)
        self.assertTrue(all(text.startswith("gAAAA") for text in texts))
        self.assertNotIn(self.secret, texts)
        self.assertEqual(SecondFactor.objects.get().secret, self.secret)

    def test_the_secret_offered_is_not_in_the_session_either(self):
        self.client.force_login(self.supervisor)
        secret = self.client.get(PAGE).context["secret"]
        self.assertNotIn(secret, str(dict(self.client.session)))
        self.assertEqual(self.client.get(PAGE).context["secret"], secret)

    def test_a_sealed_text_is_not_searched_for_in_vain(self):
        with self.assertRaises(FieldError):
            SecondFactor.objects.filter(secret="x").exists()

    def test_after_a_change_of_keys_codes_and_recovery_codes_go_on(self):
        with override_settings(SECRET_KEY="first" * 10, ENCRYPTION_KEY=OLD):
            codes = self.switch_on()
        now = timezone.now()
        with override_settings(
            SECRET_KEY="second" * 10,
            SECRET_KEY_FALLBACKS=["first" * 10],
            ENCRYPTION_KEY=NEW,
            ENCRYPTION_KEY_FALLBACKS=[OLD],
        ):
            self.assertTrue(second_factor.accepts(self.supervisor, self.code(now), now))
            self.assertTrue(second_factor.accepts(self.supervisor, codes[0], now))

    def test_after_resealing_the_former_key_is_not_needed(self):
        with override_settings(ENCRYPTION_KEY=OLD):
            self.switch_on()
        with override_settings(ENCRYPTION_KEY=NEW, ENCRYPTION_KEY_FALLBACKS=[OLD]):
            call_command("reseal_secrets", stdout=StringIO())
        now = timezone.now()
        with override_settings(ENCRYPTION_KEY=NEW):
            self.assertTrue(second_factor.accepts(self.supervisor, self.code(now), now))

    def test_where_the_key_is_lost_no_code_is_right_and_the_command_names_who(self):
        with override_settings(ENCRYPTION_KEY=OLD):
            codes = self.switch_on()
        now = timezone.now()
        with override_settings(ENCRYPTION_KEY=NEW), self.assertLogs("audit.sealing", "ERROR"):
            for code in (self.code(now), codes[0], "", "000000"):
                with self.subTest(code=code):
                    self.assertFalse(second_factor.accepts(self.supervisor, code, now))
            with self.assertRaisesMessage(CommandError, "supervisor"):
                call_command("reseal_secrets", stdout=StringIO())
        with override_settings(ENCRYPTION_KEY=OLD):
            self.assertTrue(second_factor.accepts(self.supervisor, self.code(now), now))

    def test_what_is_no_sealed_text_opens_to_nothing(self):
        with self.assertLogs("audit.sealing", "ERROR"):
            self.assertEqual([unseal("JBSWY3DPEHPK3PXP"), unseal("gAAAA")], ["", ""])
        self.assertEqual(unseal(seal("密钥")), "密钥")


class MigrationTest(Cast, TransactionTestCase):
    """There and back with what people have."""

    def test_there_and_back(self):
        self.cast()
        executor = MigrationExecutor(connection)
        executor.migrate([("accounts", "0001_sign_in")])
        self.addCleanup(call_command, "migrate", verbosity=0)
        old = executor.loader.project_state([("accounts", "0001_sign_in")]).apps.get_model
        secret, now = second_factor.new_secret(), timezone.now()
        factor = old("accounts", "SecondFactor").objects.create(
            user_id=self.supervisor.pk, secret=secret, confirmed_at=now
        )
        digest = second_factor._digest("abcdefghjk")
        old("accounts", "RecoveryCode").objects.create(factor=factor, digest=digest)
        MigrationExecutor(connection).migrate([("accounts", "0002_sealed_secrets")])
        self.assertNotIn(secret, stored())
        self.assertTrue(second_factor.accepts(self.supervisor, pyotp.TOTP(secret).at(now.timestamp()), now))
        self.assertTrue(second_factor.accepts(self.supervisor, "abcde-fghjk", now))
        self.assertEqual(RecoveryCode.objects.get().digest, digest)
        MigrationExecutor(connection).migrate([("accounts", "0001_sign_in")])
        self.assertEqual(stored(), [secret, digest])
