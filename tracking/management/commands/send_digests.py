"""manage.py send_digests [--today YYYY-MM-DD]: for cron, once a day in the morning; again as often as wanted."""

from datetime import date

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from tracking.notices.digests import make_digests
from tracking.notices.mailing import is_configured, send_pending
from tracking.notices.outgoing_daily import tell_of_day


class Command(BaseCommand):
    """Make each person's notice of the day and mail it where an SMTP server is set."""

    help = "生成每人当天的一条通知，设置了邮件服务器时发出邮件。可以重复运行：不会重复通知，没发出的邮件下次再发。"

    def add_arguments(self, parser):
        """Declare the arguments."""
        parser.add_argument("--today", type=date.fromisoformat, metavar="日期", help="当作今天的日期，如 2024-10-28")

    def handle(self, *args, **options):
        """Run and tell; end with an error where a mail could not be sent."""
        now = timezone.now()
        today = options["today"] or timezone.localdate(now)
        with transaction.atomic():
            made, written = make_digests(today), tell_of_day(today=today, now=now)
        self.stdout.write(f"新生成 {made} 条通知。")
        if written:
            self.stdout.write(f"另有 {written} 条消息等待按消息渠道发出。")
        if not is_configured():
            self.stdout.write("没有设置邮件服务器（EMAIL_HOST），通知只在系统内显示。")
            return
        mailed = send_pending(today=today, now=now)
        self.stdout.write(f"发出 {mailed.sent} 封邮件。")
        if mailed.problems:
            raise CommandError("\n".join([*mailed.problems, "没有发出的邮件将在下次运行时重发。"]))
