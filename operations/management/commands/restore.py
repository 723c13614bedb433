"""manage.py restore: the database and the files of an archive in the place of ours."""

from pathlib import Path

import psycopg2
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection

from operations import archives, outages, sqlite
from operations.backup import Busy
from operations.restore import Unfit, inspect, restore
from operations.unusable import DatabaseUnusable

WORD = "恢复"


class Command(BaseCommand):
    """Checks everything before anything is touched; the old data are kept beside the new."""

    help = "用备份文件恢复数据库和上传的文件。先核对整个备份，再替换；原有数据改名保留。"

    def add_arguments(self, parser):
        """Which archive, and whether to ask."""
        parser.add_argument("archive", type=Path, metavar="备份文件")
        parser.add_argument("--check", action="store_true", help="只核对备份文件，不恢复")
        parser.add_argument("--yes", action="store_true", help="不再询问，直接恢复")

    def handle(self, *args, archive, **options):
        """Verify, ask, restore, say where the old data are."""
        try:
            manifest = inspect(connection, archive)
            size = sum(member["size"] for member in manifest.members.values())
            self.stdout.write(
                f"备份完好：{manifest.made_at}，版本 {manifest.version}，{len(manifest.members)} 个文件，{size / 1e6:.1f} MB"
            )
            if options["check"]:
                return
            if not options["yes"]:
                self.ask()
            kept = restore(connection, archive, tell=lambda text: self.stdout.write(f"  {text}"))
        except (archives.Damaged, Unfit, Busy) as problem:
            raise CommandError(str(problem)) from problem
        except (DatabaseUnusable, psycopg2.Error, OSError, DatabaseError, sqlite.sqlite3.Error) as problem:
            full = "磁盘空间不足，" if outages.outage(problem) == outages.FULL else ""
            raise CommandError(f"没有恢复，现有数据没有改动：{full}{problem}") from problem
        self.stdout.write(f"已恢复。所有人需要重新登录。原有数据保留在：{'、'.join(kept)}，确认无误后可以删除。")

    def ask(self):
        """Go on only for the word."""
        self.stdout.write("恢复会用备份替换现有的全部数据，备份之后的改动不会保留。")
        try:
            answer = input(f"请输入“{WORD}”两个字继续：")
        except EOFError:
            answer = ""
        if answer.strip() != WORD:
            raise CommandError("没有恢复，现有数据没有改动。（不想每次询问，请加 --yes）")
