"""Write the large tables that wait, one after the other; started by the page that asks for one, harmless by hand."""

from django.core.management.base import BaseCommand

from sheets.long.jobs import write_waiting


class Command(BaseCommand):
    """`manage.py write_exports`."""

    help = "写出等待中的分析表；已有程序在写时立即结束。"

    def handle(self, *args, **options):
        """Write and say how many."""
        self.stdout.write(f"写出 {write_waiting()} 份表格。")
