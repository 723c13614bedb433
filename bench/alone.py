"""One piece of work in a process of its own, which tells the most memory it had: `python -m bench.alone MODULE FUNCTION …`."""

import importlib
import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import django

from scripts.environment import ROOT


def alone(work, *arguments) -> dict[str, float]:
    """Call `work`, a function of a module, with texts; return its seconds, its peak MB, and under `rows` what it returned."""
    command = [sys.executable, "-m", "bench.alone", work.__module__, work.__name__, *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, env=dict(os.environ), stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout)


def main(module, function, *arguments):
    """Do the work and print what it took."""
    django.setup()
    work = getattr(importlib.import_module(module), function)
    begun = time.perf_counter()
    rows = work(*arguments)
    took = time.perf_counter() - begun
    print(json.dumps({"rows": rows, "s": round(took, 1), "peak MB": peak_megabytes()}))


def peak_megabytes() -> float:
    """The most memory this process had: not ru_maxrss, which begins with that of the process it was started by."""
    [kilobytes] = re.findall(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    return round(int(kilobytes) / 1024, 1)


if __name__ == "__main__":
    main(*sys.argv[1:])
