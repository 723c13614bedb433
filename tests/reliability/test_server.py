"""The web server of production in staged faults: no database at all, and SIGTERM in the middle of a request."""

import re
import signal
import threading

from django.test import SimpleTestCase, tag

from tests.reliability.sites import new_site

PASSWORD = "Not-For-Any-Log-1"
NOBODY_THERE = f"postgres://clerk:{PASSWORD}@127.0.0.1:1/taizhang"


@tag("concurrent")
class NoDatabaseTest(SimpleTestCase):
    """The database is away."""

    def test_each_page_answers_503_in_chinese_and_the_log_knows_why(self):
        with new_site(NOBODY_THERE) as site:
            site.manage("collectstatic", "--noinput", "--verbosity=0")  # for the page of 404
            with site.serving() as server:
                self.ask(server)

    def ask(self, server):
        """Ask for everything."""
        self.assertEqual(server.get("/healthz").text, "ok\n")
        ready = server.get("/readyz")
        self.assertEqual((ready.status, ready.text, ready.headers["Retry-After"]), (503, "unavailable\n", "30"))
        for path in ("/", "/reports/1/draft/", "/admin/", "/nowhere/"):
            with self.subTest(path=path):
                page = server.get(path, session="s" * 32)
                self.assertEqual(page.status, 503)
                self.assertEqual(page.headers["Retry-After"], "30")
                self.assertIn("系统暂时不可用", page.text)
        number = re.search(r"\d{4}-\d{4}-\d{4}", page.text)[0]
        told = [line["message"] for line in server.lines() if line.get("request") == number]
        self.assertIn("OperationalError", " ".join(told))
        self.assertIn("数据库没有应答", server.log.read_text())
        self.assertNotIn(PASSWORD, server.log.read_text())


@tag("concurrent")
class TerminationTest(SimpleTestCase):
    """SIGTERM: systemd stops or restarts the service."""

    def test_a_running_request_finishes_and_no_new_one_begins(self):
        with new_site() as site, site.serving("tests.reliability.slow") as server:
            site.manage("migrate", "--verbosity=0")
            answers = []
            request = threading.Thread(target=lambda: answers.append(server.get("/readyz")))
            request.start()
            server.wait_until(lambda: server.get("/healthz").status == 200)  # the slow one was there before
            server.process.send_signal(signal.SIGTERM)
            request.join()
            self.assertEqual([answer.status for answer in answers], [200])
            self.assertEqual(server.process.wait(timeout=30), 0)
            with self.assertRaises(OSError):
                server.get("/healthz")
