"""manage.py purge_audit: give up security events that need no longer be kept."""

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from audit.chain import problems, purge
from audit.kinds import EventKind
from audit.models import KEPT_DAYS
from audit.recording import record


class Command(BaseCommand):
    """Refuse anything younger than 183 days, and a chain that does not hold."""

    help = f"清理较早的安全审计记录。至少保存 {KEPT_DAYS} 天，更短的一律拒绝。"

    def add_arguments(self, parser):
        """How much is kept."""
        parser.add_argument("--days", type=int, required=True, help=f"保存多少天，不少于 {KEPT_DAYS}。")

    def handle(self, *args, **options):
        """Purge, and leave an event of it."""
        now = timezone.now()
        if problem := next(problems(now), None):
            raise CommandError(f"审计记录有问题，先不清理：{problem}")
        try:
            count = purge(options["days"], now)
        except ValueError as refused:
            raise CommandError(str(refused)) from refused
        record(EventKind.PURGE, target=f"保存 {options['days']} 天", detail=f"清理 {count} 条")
        self.stdout.write(f"清理了 {count} 条审计记录。")
