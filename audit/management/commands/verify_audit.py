"""manage.py verify_audit: is every security event still there as it was written?"""

import sys

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone

from audit.chain import problems
from audit.models import ChainHead, SecurityEvent

ANCHOR_FILE = "audit-anchor"


class Command(BaseCommand):
    """Name every row that was altered or is missing; exit 1 where there is one."""

    help = "核对安全审计记录：逐条核对校验值和前后衔接，指出被改动或缺失的记录。"

    def add_arguments(self, parser):
        """The head noted the last time."""
        parser.add_argument(
            "--anchor",
            help=f"记下的“序号:校验值”；不给出时用上次核对存下的 {ANCHOR_FILE}。用来发现整个数据库被换回旧状态。",
        )

    def handle(self, *args, **options):
        """Check, tell, and note the head outside the database for the next time."""
        noted = settings.VAR_DIR / ANCHOR_FILE
        anchor = options["anchor"] or (noted.read_text(encoding="utf-8").strip() if noted.exists() else "")
        found = 0
        for sentence in problems(timezone.now(), anchor):
            found += 1
            self.stderr.write(sentence)
        if found:
            self.stderr.write(f"发现 {found} 处问题。")
            sys.exit(1)
        head = ChainHead.objects.get()
        noted.write_text(f"{head}\n", encoding="utf-8")
        self.stdout.write(f"核对了 {SecurityEvent.objects.count()} 条审计记录，没有发现问题。")
        self.stdout.write(f"请把下面一行也记在别的机器上，以后可用 --anchor 核对：\n{head}")
