"""A child for the tests of forking: does what its question says, and tells how it finds itself."""

import os
import pickle
import subprocess
import sys
import time
from pathlib import Path

seen: list[str] = []


def found():
    """How this process finds itself."""
    return {
        "seen": seen,
        "files": sorted(os.listdir("/proc/self/fd"), key=int)[:-1],  # the last one lists
        "threads": len(os.listdir(f"/proc/{os.getppid()}/task")),
        "environment": dict(os.environ),
        "server": os.getppid(),
        "pid": os.getpid(),
    }


def main():
    """Answer once."""
    verb, argument = pickle.loads(sys.stdin.buffer.read())
    seen.append(verb)
    if verb == "sleep":
        started = subprocess.Popen(["sleep", "600"])
        Path(argument).write_text(f"{os.getpid()} {started.pid}")
        time.sleep(600)
    if verb == "die":
        os.kill(os.getpid(), argument)
    if verb == "raise":
        raise RuntimeError(argument)
    if verb == "kill server" and not Path(argument).exists():
        Path(argument).touch()
        os.kill(os.getppid(), 9)
        time.sleep(600)
    sys.stdout.buffer.write(pickle.dumps(argument if verb == "echo" else found()))
