"""Backing up and restoring a database and its files, in an installation of the test's own."""

import shutil
import sqlite3
import stat
import unittest
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import dj_database_url
from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connection, connections
from django.db.migrations.recorder import MigrationRecorder
from django.test import override_settings, tag

from audit.models import SecurityEvent
from operations import archives
from operations.backup import Busy, alone, back_up
from operations.restore import Unfit, inspect, restore
from operations.unusable import DatabaseUnusable
from tests.operations.test_archives import reseal
from tests.reliability.sites import new_site
from tests.reliability.tables import contents

NOW = datetime(2024, 10, 28, 9, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
# Written by backing up and restoring themselves.
THEIR_OWN = ("audit_securityevent", "audit_chainhead", "django_session")


class BackupTestCase(unittest.TestCase):
    """A database under the alias `site`, and a data directory; Django's own test cases know no alias made later."""

    databases = {"default"}  # which the runner makes, and the site's is a copy of

    def setUp(self):
        """A person, a file, and what they are called."""
        site = self.enterContext(new_site(like=connection))
        self.enterContext(override_settings(VAR_DIR=site.folder, MEDIA_ROOT=site.folder / "media"))
        parsed = dj_database_url.parse(site.database)
        made = settings.DATABASES["default"] | {
            name: parsed[name] for name in ("NAME", "HOST", "PORT", "USER", "PASSWORD")
        }
        connections.databases["site"] = connections.configure_settings({"default": made})["default"]
        self.connection = connections["site"]
        self.addCleanup(self.forget)
        self.folder, self.var = site.folder / "backups", site.folder
        self.add_person("before")
        (site.folder / "media" / "附件").mkdir(parents=True)
        (site.folder / "media" / "附件" / "验收单.pdf").write_bytes(b"%PDF-")

    def forget(self):
        """Take the alias out again."""
        self.connection.close()
        del connections["site"], connections.databases["site"]

    def add_person(self, name):
        """Change the data."""
        User.objects.using("site").create(username=name)

    def people(self):
        """Return who is there."""
        return set(User.objects.using("site").values_list("username", flat=True))

    def back_up(self, **options):
        """Make a backup."""
        return back_up(self.connection, self.folder, now=NOW, tell=self.told.append, **options)

    def restore(self, path):
        """Restore one, as the command does."""
        inspect(self.connection, path)
        return restore(self.connection, path, tell=self.told.append)

    @property
    def told(self):
        """What the person at the terminal was told."""
        return self.__dict__.setdefault("_told", [])


class RoundTripTest(BackupTestCase):
    """What comes back is what was there."""

    def test_database_and_files_come_back_and_the_old_ones_are_kept(self):
        before = contents(self.connection, THEIR_OWN)
        path = self.back_up()
        self.add_person("after")
        (self.var / "media" / "附件" / "验收单.pdf").write_bytes(b"changed")
        (self.var / "media" / "later.txt").write_text("later")
        kept = self.restore(path)
        self.assertEqual(contents(self.connection, THEIR_OWN), before)
        self.assertEqual((self.var / "media" / "附件" / "验收单.pdf").read_bytes(), b"%PDF-")
        self.assertFalse((self.var / "media" / "later.txt").exists())
        self.assertEqual(len(kept), 2)
        self.assertEqual((Path(kept[1]) / "later.txt").read_text(), "later")
        self.assertIn("after", self.people_in(kept[0]))

    def people_in(self, kept):
        """Return who is in the database that was kept."""
        made = self.connection.settings_dict | {"NAME": kept}
        connections.databases["kept"] = made
        try:
            return set(User.objects.using("kept").values_list("username", flat=True))
        finally:
            connections["kept"].close()
            del connections["kept"], connections.databases["kept"]

    def rules(self):
        """Return the names of all triggers, indexes and checks."""
        queries = {
            "sqlite": "SELECT name FROM sqlite_master WHERE type <> 'table' UNION SELECT sql FROM sqlite_master",
            "postgresql": "SELECT tgname || tgenabled::text FROM pg_trigger WHERE NOT tgisinternal "
            "UNION SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' UNION SELECT conname FROM pg_constraint",
        }
        with self.connection.cursor() as cursor:
            cursor.execute(queries[self.connection.vendor])
            return {name for (name,) in cursor.fetchall()}

    def test_triggers_indexes_and_constraints_come_back_too(self):
        before = self.rules()
        self.assertTrue([rule for rule in before if rule and "_no_" in rule])
        self.restore(self.back_up())
        self.assertEqual(self.rules(), before)

    def test_a_restore_is_a_security_event(self):
        self.restore(self.back_up())
        events = SecurityEvent.objects.using("site").filter(kind="backup")
        self.assertEqual([event.detail for event in events], ["恢复"])  # the backup's own came after its snapshot

    def test_everybody_is_signed_out(self):
        Session.objects.using("site").create(
            session_key="k" * 32, session_data="x", expire_date=NOW + timedelta(days=9999)
        )
        path = self.back_up()
        self.restore(path)
        self.assertEqual(Session.objects.using("site").count(), 0)

    def test_an_older_backup_is_brought_up_to_date(self):
        recorder = MigrationRecorder(self.connection)
        with self.connection.cursor() as cursor:  # as if the index had not been invented yet
            recorder.migration_qs.filter(app="sessions").delete()
            cursor.execute("DROP TABLE django_session")
        path = self.back_up()
        self.restore(path)
        self.assertIn(("sessions", "0001_initial"), recorder.applied_migrations())
        self.assertEqual(Session.objects.using("site").count(), 0)

    def test_a_backup_without_files_restores_into_nothing(self):
        shutil.rmtree(self.var / "media")
        path = self.back_up()
        kept = self.restore(path)
        self.assertEqual((len(kept), list((self.var / "media").iterdir())), (1, []))

    @tag("sqlite")
    def test_the_file_alone_would_lack_what_is_still_in_the_wal(self):
        path = self.back_up()
        copy = self.var / "copy.sqlite3"
        shutil.copy(self.connection.settings_dict["NAME"], copy)
        query = "SELECT count(*) FROM auth_user WHERE username = 'before'"
        self.assertEqual(sqlite3.connect(copy).execute(query).fetchone(), (0,))
        archives.extract(path, self.var / "out")
        self.assertEqual(sqlite3.connect(self.var / "out" / "database.sqlite3").execute(query).fetchone(), (1,))

    @tag("sqlite")
    def test_a_database_that_is_broken_is_set_aside(self):
        path = self.back_up()
        self.connection.close()
        live = Path(self.connection.settings_dict["NAME"])
        live.write_bytes(b"no database at all" * 1000)
        (kept, _) = self.restore(path)
        self.assertIn("before", self.people())
        self.assertTrue(Path(kept).read_bytes().startswith(b"no database"))

    @tag("sqlite")
    def test_a_torn_database_is_not_backed_up_as_if_it_were_whole(self):
        self.connection.close()
        with open(self.connection.settings_dict["NAME"], "r+b") as file:
            file.seek(4096 * 3)
            file.write(b"\xff" * 4096 * 2)
        with self.assertRaises(Exception) as caught:
            self.back_up()
        self.assertRegex(str(caught.exception), "损坏|malformed")
        self.assertEqual(list(self.folder.glob("*.zip")), [])


class RefusalTest(BackupTestCase):
    """Before anything is touched."""

    def assert_refused(self, path, problem, why):
        before = contents(self.connection, THEIR_OWN)
        with self.assertRaises(problem) as caught:
            self.restore(path)
        self.assertIn(why, str(caught.exception))
        self.assertEqual(contents(self.connection, THEIR_OWN), before)
        self.assertEqual((self.var / "media" / "附件" / "验收单.pdf").read_bytes(), b"%PDF-")

    def test_damaged(self):
        path = self.back_up()
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 1
        path.write_bytes(content)
        self.add_person("after")
        self.assert_refused(path, archives.Damaged, "已损坏或不完整")

    def test_of_a_newer_version(self):
        path = self.back_up()
        newer = reseal(path, lambda told: {"version": "99.0.0"})
        self.assert_refused(newer, Unfit, "来自更新的版本 99.0.0")
        unknown = reseal(path, lambda told: {"migrations": [*told["migrations"], "tracking.0999_future"]})
        self.assert_refused(unknown, Unfit, "请先升级程序")

    def test_of_the_other_database(self):
        other = {"sqlite": "postgresql", "postgresql": "sqlite"}[self.connection.vendor]
        self.assert_refused(reseal(self.back_up(), lambda told: {"vendor": other}), Unfit, "不能恢复")

    @tag("postgres")
    def test_a_database_whose_name_cannot_be_changed(self):
        path, called = self.back_up(), self.connection.settings_dict["NAME"]
        for name, why in (("postgres", "PostgreSQL 自带的库"), ("台账" * 10, "超过 40 个字节")):
            with self.subTest(name=name):
                self.connection.settings_dict["NAME"] = name
                try:
                    with self.assertRaisesRegex(Unfit, why):
                        inspect(self.connection, path)
                finally:
                    self.connection.settings_dict["NAME"] = called

    def test_a_dump_that_was_broken_before_it_was_sealed(self):
        path = self.folder / "sealed.zip"
        self.folder.mkdir()
        dump = "database.sqlite3" if self.connection.vendor == "sqlite" else "database.dump"
        (self.var / dump).write_bytes(b"broken" * 1000)
        manifest = archives.Manifest("0.1.0", NOW.isoformat(), self.connection.vendor, [])
        archives.write(path, manifest, [(dump, self.var / dump)])
        self.assert_refused(path, Exception, "")


@tag("sqlite")
class PrivateFileTest(BackupTestCase):
    """A file of SQLite is read by its owner alone, and what is kept of it."""

    def test_migrating_makes_it_so(self):
        path = self.var / "new" / "db.sqlite3"
        connections.databases["new"] = self.connection.settings_dict | {"NAME": str(path)}
        try:
            call_command("migrate", "contenttypes", database="new", verbosity=0)
            connections["new"].close()
            self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o600)
            path.chmod(0o644)  # of a version before
            call_command("migrate", "contenttypes", database="new", verbosity=0)
            parts = [path, *path.parent.glob("db.sqlite3-*")]
            self.assertEqual({stat.S_IMODE(part.stat().st_mode) for part in parts}, {0o600})
        finally:
            connections["new"].close()
            del connections["new"], connections.databases["new"]

    def test_the_one_kept_beside_a_restored_one_too(self):
        (kept, _) = self.restore(self.back_up())
        self.assertEqual(stat.S_IMODE(Path(kept).stat().st_mode), 0o600)


class FolderTest(BackupTestCase):
    """Names, retention, and what a killed run left."""

    def test_names_sort_by_time_and_only_the_newest_are_kept(self):
        foreign = self.folder / "notes.txt"
        self.folder.mkdir()
        foreign.write_text("not ours")
        names = []
        for day in range(4):
            path = back_up(self.connection, self.folder, now=NOW + timedelta(days=day), tell=self.told.append, keep=3)
            names.append(path.name)
        self.assertEqual(sorted(path.name for path in self.folder.glob("*.zip")), names[1:])
        self.assertIn(f"删除旧备份 {names[0]}", self.told)
        self.assertTrue(foreign.exists())

    def test_two_in_one_second_have_two_names(self):
        self.assertEqual(
            [self.back_up().name, self.back_up().name], ["backup-20241028-093000.zip", "backup-20241028-093000-2.zip"]
        )

    def test_only_its_owner_reads_it_and_nothing_unfinished_stays(self):
        left = self.folder / ".unfinished-killed"
        left.mkdir(parents=True)
        (left / "archive").write_text("half")
        path = self.back_up()
        self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o600)
        self.assertEqual({file.name for file in self.folder.iterdir()}, {path.name, ".lock"})

    def test_one_at_a_time(self):
        self.folder.mkdir()
        with alone(self.folder), self.assertRaises(Busy):
            self.back_up()

    def test_a_backup_is_a_security_event(self):
        path = self.back_up()
        event = SecurityEvent.objects.using("site").get(kind="backup")
        self.assertEqual((event.target, event.success), (path.name, True))


@tag("postgres")
class ClientTest(BackupTestCase):
    """pg_dump may be missing or of another age."""

    def test_no_client(self):
        with override_settings(PG_BIN=str(self.var)), self.assertRaises(DatabaseUnusable) as caught:
            self.back_up()
        self.assertIn("没有找到 PostgreSQL 的客户端程序 pg_dump。请安装", str(caught.exception))

    def test_a_client_older_than_the_server(self):
        program = self.var / "pg_dump"
        program.write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 9.6.24'\n")
        program.chmod(0o755)
        with override_settings(PG_BIN=str(self.var)), self.assertRaises(DatabaseUnusable) as caught:
            self.back_up()
        self.assertIn("比服务器", str(caught.exception))

    def test_people_who_are_connected_do_not_bar_the_change(self):
        path = self.back_up()
        somebody = self.connection.copy()
        self.addCleanup(somebody.close)
        somebody.ensure_connection()
        self.restore(path)
        self.assertIn("before", self.people())
