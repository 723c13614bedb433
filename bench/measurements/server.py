"""`make run`'s server (gunicorn, 2 workers) under load: pages of a signed-in person, asked for by 8 clients at once."""

import http.client
import os
import subprocess
import sys
import threading
import time

from django.conf import settings
from django.urls import reverse

from bench.registry import Case, Reach, measurement
from bench.stage import HEADS, Stage
from bench.timing import percentile_ms
from scripts.environment import ROOT
from tests.postgres import free_port

CLIENTS, EACH = 8, 12
FLOOR = "a view that renders the base template with session and user, by the same server"


class Server:
    """gunicorn as `make run` starts it, on a port of its own, until `stop`."""

    def __init__(self):
        self.port = free_port()
        environment = os.environ | {"BIND": f"127.0.0.1:{self.port}", "WEB_CONCURRENCY": "2"}
        command = [sys.executable, "-m", "gunicorn", "--config", "config/gunicorn.py", "config.wsgi"]
        self.process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
        for _attempt in range(600):
            try:
                self.ask(http.client.HTTPConnection("127.0.0.1", self.port, timeout=60), "/accounts/login/", {})
                return
            except OSError:
                time.sleep(0.1)
        raise RuntimeError("the server did not start")

    @staticmethod
    def ask(connection, path, headers):
        """Ask for one page over a connection that stays open."""
        connection.request("GET", path, headers=headers)
        response = connection.getresponse()
        response.read()
        if response.status != 200:
            raise RuntimeError(f"{path} answered {response.status}")

    def load(self, path, headers) -> tuple[float, list[float]]:
        """Let 8 clients ask for the page; return the seconds a request took on average, and how long each waited."""
        waits: list[float] = []

        def client():
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
            for _number in range(EACH):
                begun = time.perf_counter()
                self.ask(connection, path, headers)
                waits.append(time.perf_counter() - begun)
            connection.close()

        threads = [threading.Thread(target=client) for _client in range(CLIENTS)]
        begun = time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return (time.perf_counter() - begun) / (CLIENTS * EACH), waits

    def stop(self):
        """End the server."""
        self.process.terminate()
        self.process.wait(timeout=30)


def served(stage: Stage, path: str) -> Case:
    """Measure seconds a request for a head of office, and tell rate and p95."""
    client = stage.client(stage.user(HEADS + 1))
    headers = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"}
    server, waits, averages = Server(), [], []

    def subject():
        average, waited = server.load(path, headers)
        waits.extend(waited)
        averages.append(average)
        return average

    def figures():
        server.stop()
        return {"requests/s": round(len(averages) / sum(averages), 1), "p95 ms": percentile_ms(waits, 95)}

    return Case(subject, lambda: server.load("/bench/empty/", headers)[0], figures, rounds=5)


REACH = Reach(times_floor=1.67)  # at least 60 % of the floor's rate


@measurement(title=f"通知 over HTTP, {CLIENTS} clients, ms a request", floor=FLOOR, reach=REACH)
def served_notices(stage):
    """A page with little on it."""
    return served(stage, reverse("tracking:notices"))


@measurement(title=f"我的填报 over HTTP, {CLIENTS} clients, ms a request", floor=FLOOR, reach=REACH)
def served_worklist(stage):
    """The page reporters begin with."""
    return served(stage, reverse("tracking:my_reports"))


@measurement(title=f"总览 over HTTP, {CLIENTS} clients, ms a request", floor=FLOOR, reach=REACH)
def served_overview(stage):
    """The page supervisors begin with."""
    return served(stage, reverse("tracking:overview"))
