"""manage.py backup: one archive of the database and the files."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection
from django.utils import timezone

from operations import outages, sqlite
from operations.backup import ENGINES, Busy, back_up
from operations.unusable import DatabaseUnusable


class Command(BaseCommand):
    """Writes into BACKUP_DIR; anybody may go on working meanwhile."""

    help = "备份数据库和上传的文件，生成一个带校验值的压缩文件；备份期间可以照常使用系统。"

    def add_arguments(self, parser):
        """Where to, and how many to keep."""
        parser.add_argument("--to", type=Path, default=settings.BACKUP_DIR, metavar="目录", help="存放备份的目录")
        parser.add_argument("--keep", type=int, metavar="份数", help="只保留最近几份备份，更早的删除；不写则全部保留")

    def handle(self, *args, **options):
        """Back up and say where the archive is."""
        if options["keep"] is not None and options["keep"] < 1:
            raise CommandError("--keep 至少是 1。")
        try:
            path = back_up(
                connection, options["to"], now=timezone.localtime(), keep=options["keep"],
                tell=lambda text: self.stdout.write(f"  {text}"),
            )  # fmt: skip
        except (Busy, DatabaseUnusable) as problem:
            raise CommandError(f"没有备份：{problem}") from problem
        except (OSError, DatabaseError, sqlite.sqlite3.Error) as problem:
            full = "磁盘空间不足，" if outages.outage(problem) == outages.FULL else ""
            raise CommandError(f"没有备份：{full}{problem}") from problem
        self.stdout.write(f"已备份：{path}（{path.stat().st_size / 1e6:.1f} MB）")
        if unfit := ENGINES[connection.vendor].swap_refusal(connection):
            self.stderr.write(f"注意，这份备份不能恢复到现在的数据库：{unfit}")
