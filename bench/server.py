"""The web server of `make run`, started on a database of the bench's, and the processes that load it."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from scripts.demo import HOST, SERVER
from scripts.environment import ROOT
from tests.postgres import free_port

SECONDS_TO_START = 60
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Server:
    """A running one."""

    port: int
    pid: int

    def processes(self) -> list[int]:
        """Return the ids of its processes: the one that was started, and those it started."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children")
        return [self.pid, *map(int, children.read_text().split())] if children.exists() else [self.pid]


@contextmanager
def running(database_url: str):
    """Yield a `Server` that answers; it is stopped afterwards."""
    port = free_port()
    own = {
        "BIND": f"{HOST}:{port}",
        "DATABASE_URL": database_url,
        "DJANGO_SETTINGS_MODULE": "bench.settings",
        "LOG_FORMAT": "text",
    }
    process = subprocess.Popen([sys.executable, *SERVER], cwd=ROOT, env=os.environ | own, stdout=subprocess.DEVNULL)
    try:
        _wait(process, port)
        yield Server(port, process.pid)
    finally:
        process.send_signal(signal.SIGQUIT)  # at once: nobody is waiting for an answer any more
        process.wait()


def _wait(process, port):
    until = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < until and process.poll() is None:
        try:
            socket.create_connection((HOST, port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError(f"the web server did not start (exit code {process.poll()})")


def load(job: dict) -> dict:
    """Have `bench.clients` do a job; return its answer."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.clients"],
        cwd=ROOT,
        input=json.dumps(job),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr[-500:])
    return json.loads(done.stdout)


def cpu_seconds(processes) -> dict[int, float]:
    """Return process → seconds of CPU all its threads have had; those that are gone, or run elsewhere, are left out."""
    found = {}
    for pid in processes:
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        found[pid] = (int(fields[11]) + int(fields[12])) / TICKS
    return found
