"""manage.py deliver [--forever]: send what waits; once for cron, or as a service of its own."""

import logging
import signal
import threading

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, close_old_connections
from django.utils import timezone

from tracking.notices.delivering import deliver, forget_sent

PAUSE = 5  # seconds between two rounds

log = logging.getLogger(__name__)


class Command(BaseCommand):
    """Send the messages that wait, once or until told to stop."""

    help = "发出等待发送的消息；--forever 一直运行，每 5 秒看一次。可以同时运行几个，不会重复领取。"

    def add_arguments(self, parser):
        """Declare the arguments."""
        parser.add_argument("--forever", action="store_true", help="一直运行，直到被要求停止")

    def handle(self, *args, **options):
        """Run and tell; a database that is away for a while ends a single run, and not the service."""
        if not settings.OUTGOING_CHANNELS:
            raise CommandError("没有开启消息渠道（OUTGOING_CHANNELS=1）。")
        if options["forever"]:
            return self._serve()
        outcome = deliver(timezone.now)
        forget_sent(timezone.now())
        self.stdout.write(f"已发出 {outcome.sent} 条消息，{outcome.failed} 条没有发出，将再次尝试或列为未送达。")
        return None

    def _serve(self):
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        while not stop.is_set():
            close_old_connections()
            try:
                deliver(timezone.now)
            except DatabaseError:
                log.exception("数据库没有应答，稍后再试。")
            stop.wait(PAUSE)
