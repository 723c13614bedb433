"""The same measurement in another build, beside ours: `python -m bench --against REV`.

REV is checked out into a folder of its own, with this build's `bench/` in the place of its own, so that both are measured
the same way; a process there, `python -m bench.partner NAME REPORTS` on the same database, runs the subject once for each
line it is sent. Where REV cannot be measured (it has not the page, or does not know the database), that is told.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager, redirect_stdout
from pathlib import Path

from scripts.environment import ROOT

from .registry import Spent

GIT = ["git", "-C", str(ROOT)]


@contextmanager
def checked_out(revision: str):
    """Yield the folder of another build, static files collected; it is gone afterwards."""
    with tempfile.TemporaryDirectory() as parent:
        folder = Path(parent) / "build"
        subprocess.run([*GIT, "worktree", "add", "--quiet", "--detach", str(folder), revision], check=True)
        try:
            shutil.rmtree(folder / "bench")
            shutil.copytree(ROOT / "bench", folder / "bench", ignore=shutil.ignore_patterns("__pycache__"))
            collect = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity=0"]
            subprocess.run(collect, cwd=folder, env=environment(folder), check=True)
            yield folder
        finally:
            subprocess.run([*GIT, "worktree", "remove", "--force", str(folder)], check=True)


def environment(folder: Path) -> dict[str, str]:
    """Return what a process of that build is started with: its own static files, settings and key of the bench."""
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "bench.settings",
        "DJANGO_SECRET_KEY": "only-to-measure-" * 4,
        "DJANGO_VAR_DIR": str(folder / "var"),
    }


@contextmanager
def partner(folder: Path, name: str, reports: int):
    """Yield a callable that runs the subject of measurement `name` once in the other build and returns its `Spent`."""
    command = [sys.executable, "-m", "bench.partner", name, str(reports)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    process = subprocess.Popen(command, cwd=folder, env=environment(folder), **pipes)

    def told():
        if not (line := process.stdout.readline()):
            raise RuntimeError(f"the other build cannot measure {name}")
        return json.loads(line)

    def once() -> Spent:
        process.stdin.write("once\n")
        process.stdin.flush()
        return Spent(*told())

    try:
        told()
        yield once
    finally:
        process.stdin.close()
        process.wait()


def main(name, reports):
    """Prepare a measurement and say so, then run it once for each line, telling seconds by the clock and of CPU."""
    import django

    django.setup()
    from django.conf import settings
    from django.db import connection

    from .registry import load_all
    from .shape import Shape
    from .stage import Stage
    from .timing import once

    stage = Stage(connection.vendor, Shape(int(reports)), Path(settings.VAR_DIR))
    answers = sys.stdout
    with redirect_stdout(sys.stderr), stage.kept:
        case = load_all(of_this_build=False)[name].prepare(stage)
        stage.disconnect()
        print("[]", file=answers, flush=True)
        for _line in sys.stdin:
            samples, worked = once(case.subject, case.between, stage.cpu_clock)
            print(json.dumps([sum(samples) / len(samples), worked / len(samples)]), file=answers, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
