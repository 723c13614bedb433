"""Read the scans that wait, one page after the other; started by the page they are uploaded on, harmless by hand."""

from django.core.management.base import BaseCommand

from intake.scanning import read_waiting


class Command(BaseCommand):
    """`manage.py read_scans`."""

    help = "识别等待中的扫描件和照片；已有程序在识别时立即结束。"

    def handle(self, *args, **options):
        """Read and say how many."""
        self.stdout.write(f"识别 {read_waiting()} 份扫描件。")
