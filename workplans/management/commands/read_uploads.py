"""Read the uploaded files that wait, one after the other; started by the page that takes one in, harmless by hand."""

from django.core.management.base import BaseCommand

from workplans.reading_queue import read_waiting


class Command(BaseCommand):
    """`manage.py read_uploads`."""

    help = "读取排队中的上传文件；已有足够的程序在读时立即结束。"

    def add_arguments(self, parser):
        """What the page that starts it hands on."""
        parser.add_argument("--place", type=int, help="网页服务交来的读取位置；手工运行时不写")

    def handle(self, *args, place=None, **options):
        """Read and say how many."""
        self.stdout.write(f"读取 {read_waiting(place=place)} 份文件。")
