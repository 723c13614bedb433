"""Read the uploaded files that wait, one after the other; started by the page that takes one in, harmless by hand."""

from django.core.management.base import BaseCommand

from workplans.reading_queue import read_waiting, step_back


class Command(BaseCommand):
    """`manage.py read_uploads`."""

    help = "读取排队中的上传文件；已有足够的程序在读时立即结束。"

    def handle(self, *args, **options):
        """Read and say how many."""
        step_back()
        self.stdout.write(f"读取 {read_waiting()} 份文件。")
