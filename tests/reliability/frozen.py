"""PostgreSQL frozen under load: `python -m tests.reliability.frozen --times 3`, on a server of its own.

All its processes are stopped (SIGSTOP) for ten seconds, as a hung disk or a paused virtual machine stops them, while
people ask for pages at a steady pace. /healthz answers all the time (within three seconds, while nobody knows yet), a page answers 503 within six seconds, and five
seconds after the server goes on everybody is served again.
"""

import argparse
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import ExitStack, closing, suppress
from http.client import HTTPException
from pathlib import Path

import psycopg2

from tests.reliability.restarts import restartable
from tests.reliability.sites import new_site

FROZEN = 10  # seconds
PAGE, BACK, HEALTH = 6, 5, 3.0  # seconds
EVERY = 0.25


def processes_of(url):
    """Return the process ids of the server: its postmaster, asked of a backend, and all children."""
    postmaster = postmaster_of(url)
    listing = subprocess.run(["ps", "-eo", "pid,ppid"], capture_output=True, text=True, check=True).stdout
    parents = {int(pid): int(parent) for pid, parent in map(str.split, listing.splitlines()[1:])}
    return [postmaster, *(pid for pid, parent in parents.items() if parent == postmaster)]


def postmaster_of(url):
    """Return the parent of a backend that stays long enough to be seen."""
    with closing(psycopg2.connect(url)) as connection:
        stat = Path(f"/proc/{connection.info.backend_pid}/stat").read_text()
        return int(stat.rpartition(")")[2].split()[1])


class Asker(threading.Thread):
    """Asks for one address every EVERY seconds, whatever became of those before; `answers`: (asked at, seconds, status)."""

    def __init__(self, server, path, session=None):
        super().__init__(daemon=True)
        self.server, self.path, self.session = server, path, session
        self.asked, self.answers, self.stopping = [], [], threading.Event()

    def run(self):
        """Ask until told to stop."""
        while not self.stopping.wait(EVERY):
            threading.Thread(target=self.ask, daemon=True).start()

    def ask(self):
        """Ask once."""
        begun = time.monotonic()
        self.asked.append(begun)
        try:
            status = self.server.get(self.path, self.session).status
        except (OSError, HTTPException):
            status = 0
        self.answers.append((begun, time.monotonic() - begun, status))


def run(times, tell=print):
    """Freeze `times` times; return what went wrong."""
    problems = []
    with ExitStack() as stack:
        url, _restart = stack.enter_context(restartable())
        site = stack.enter_context(new_site(server=url))
        world = site.make_world()
        site.manage("collectstatic", "--noinput", "--verbosity=0")
        server = stack.enter_context(site.serving())
        for number in range(1, times + 1):
            health, pages = Asker(server, "/healthz"), Asker(server, "/plans/", world["sessions"]["supervisor"])
            health.start()
            pages.start()
            time.sleep(2)
            stopped = processes_of(url)
            begun = time.monotonic()
            send(signal.SIGSTOP, stopped)
            time.sleep(FROZEN)
            back = time.monotonic()
            send(signal.SIGCONT, stopped)
            time.sleep(BACK + 5)
            for asker in (health, pages):
                asker.stopping.set()
            time.sleep(8)
            problems += judged(number, begun, back, health.answers, pages, tell)
    return problems


def send(number, processes):
    """Send a signal to processes; one that ended meanwhile is none of them."""
    for pid in processes:
        with suppress(ProcessLookupError):
            os.kill(pid, number)


def judged(number, begun, back, health, pages, tell):
    """Say how it was; return what was not as it should be."""
    during = [(seconds, status) for at, seconds, status in pages.answers if begun <= at < back]
    slowest = max((seconds for seconds, _ in during), default=float("inf"))
    alive = [seconds for at, seconds, status in health if status == 200 and begun <= at < back]
    asked = sum(begun <= at < back for at, _, _ in health)
    bad = [at - back for at, _, status in pages.answers if at >= back and status != 200]
    recovery = max(bad, default=0)
    unanswered = sum(begun <= at < back for at in pages.asked) - len(during)
    tell(
        f"{number}. pages while frozen: {len(during)} answered, the slowest after {slowest:.1f} s, statuses "
        f"{sorted({status for _, status in during})}; /healthz {len(alive)} of {asked}, longest {max(alive, default=0):.2f} s; "
        f"last error {recovery:+.1f} s after its return; load {os.getloadavg()[0]:.1f}"
    )
    problems = []
    if slowest > PAGE or unanswered:
        problems.append(f"{number}: a page took {slowest:.1f} s, {unanswered} were not answered")
    if len(alive) < asked or max(alive, default=99) > HEALTH:
        problems.append(
            f"{number}: /healthz answered {len(alive)} of {asked}, the slowest after {max(alive, default=99):.2f} s"
        )
    if recovery > BACK:
        problems.append(f"{number}: an error {recovery:.1f} s after its return")
    return problems


def main():
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=3)
    problems = run(parser.parse_args().times)
    print(*problems or ["every page answered in time, /healthz always"], sep="\n")
    sys.exit(bool(problems))


if __name__ == "__main__":
    main()
