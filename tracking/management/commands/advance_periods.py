"""manage.py advance_periods [--today YYYY-MM-DD]: for cron, once a day after midnight."""

from datetime import date

from django.core.management.base import BaseCommand
from django.utils import timezone

from tracking.models import FillUpload
from tracking.periods.periods import advance


class Command(BaseCommand):
    """Open what is due to open, close what is over, give newer items their slots, end reopenings, forget uploads."""

    help = "按日期推进填报期：到开放日期的开启，过了最后一天的截止，重新开放到期的收回。可以重复运行。"

    def add_arguments(self, parser):
        """Declare the arguments."""
        parser.add_argument("--today", type=date.fromisoformat, metavar="日期", help="当作今天的日期，如 2024-10-28")

    def handle(self, *args, **options):
        """Run and tell."""
        now = timezone.now()
        FillUpload.objects.expired(now).delete()
        done = advance(today=options["today"] or timezone.localdate(now), now=now)
        for word, periods in (("开启", done.opened), ("截止", done.closed)):
            for period in periods:
                self.stdout.write(f"{word}：{period.organization} {period}")
        self.stdout.write(
            f"开启 {len(done.opened)} 个填报期，截止 {len(done.closed)} 个；"
            f"新建 {done.slots} 份进展报告，收回 {done.shut} 份重新开放。"
        )
