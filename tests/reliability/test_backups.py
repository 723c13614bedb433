"""Backups made while four people save without a pause (20 of them: `python -m tests.reliability.backups`)."""

from django.db import connection
from django.test import SimpleTestCase, tag

from tests.reliability import backups


@tag("concurrent")
class BackupUnderLoadTest(SimpleTestCase):
    """The whole way by commands, in processes of their own."""

    databases = {"default"}

    def test_each_restores_whole_and_lacks_no_acknowledged_save(self):
        self.assertEqual(backups.run(2, like=connection, tell=lambda text: None), [])
