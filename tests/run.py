"""`make test`: every check and every test, on SQLite and on PostgreSQL, with one closing line that counts.

Standard library only: it installs what the rest needs. The closing line is `N passed, M failed`, each check
(packages, lint, migrations…) counted as one; the exit code is 0 only where something passed and nothing failed.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, suppress
from pathlib import Path

from scripts import environment
from tests import debian, postgres

ROOT = environment.ROOT
RESULT = ROOT / "var" / "test-result"
PROCESSES = os.environ.get("TEST_PROCESSES", "2")
CHECKS = (
    ("ruff", ["-m", "ruff", "check", "."]),
    ("django check", ["manage.py", "check", "--fail-level", "WARNING"]),
    ("migrations are complete", ["manage.py", "makemigrations", "--check", "--dry-run"]),
    ("static files are complete", ["manage.py", "collectstatic", "--noinput", "--verbosity=0"]),
)
# Tags of the tests that need a live server, and so a database in a file.
ALONE = ["browser", "concurrent"]
# Nothing of the developer's own settings reaches the tests.
SURROUNDINGS = {
    name: value for name, value in os.environ.items() if not name.startswith("DJANGO_") and name != "DATABASE_URL"
} | {
    "DJANGO_SETTINGS_MODULE": "config.settings",
    "DJANGO_SECRET_KEY": "only-for-tests-" * 5,
    "PYTHONUNBUFFERED": "1",
}


class Report:
    """The steps so far: name, passed, failed, seconds."""

    def __init__(self):
        self.rows = []

    def step(self, name, work):
        """Announce a step, do its work, which returns (passed, failed), and keep the counts and the time."""
        print(f"\n=== {name}", flush=True)
        begun = time.monotonic()
        try:
            passed, failed = work()
        except environment.SetupError as problem:
            print(problem, flush=True)
            passed, failed = 0, 1
        seconds = time.monotonic() - begun
        print(f"--- {name}: {passed} passed, {failed} failed, {seconds:.1f} s", flush=True)
        self.rows.append((name, passed, failed, seconds))
        return failed == 0

    def close(self):
        """Print the table and the closing line; return the exit code."""
        passed, failed = (sum(row[column] for row in self.rows) for column in (1, 2))
        print(f"\n{'seconds':>8} {'passed':>7} {'failed':>7}")
        for name, good, bad, seconds in self.rows:
            print(f"{seconds:8.1f} {good:7} {bad:7}  {name}")
        line = f"{passed} passed, {failed} failed"
        RESULT.write_text(f"{line}\n")
        print(f"\n{line}", flush=True)
        return 0 if passed and not failed else 1


def main():
    """Run everything; whatever stops us, close with the count."""
    os.chdir(ROOT)
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.unlink(missing_ok=True)
    signal.signal(signal.SIGTERM, interrupt)
    report = Report()
    try:
        run(report)
    except KeyboardInterrupt:
        report.rows.append(("interrupted", 0, 1, 0.0))
    sys.exit(report.close())


def interrupt(_number, _frame):
    """Treat a polite kill as Ctrl-C, so that the server is stopped and the count printed."""
    raise KeyboardInterrupt


def run(report):
    """Go through the steps; only a missing environment ends the run early."""
    if not report.step("packages from PyPI", install_python_packages):
        return
    report.step("packages from Debian", install_debian_packages)
    for name, command in CHECKS:
        report.step(name, lambda command=command: check(command))
    report.step("tests on SQLite", lambda: suite(exclude=[*ALONE, "postgres"]))
    report.step("browser and concurrency tests on SQLite", lambda: lone_suite(exclude=["postgres"]))
    with ExitStack() as stack:
        if report.step("a PostgreSQL to test on", lambda: start_postgres(stack)):
            report.step("tests on PostgreSQL", lambda: suite(exclude=[*ALONE, "sqlite"]))
            report.step("browser and concurrency tests on PostgreSQL", lambda: lone_suite(exclude=["sqlite"]))


def install_python_packages():
    """Bring `.venv` to requirements-dev.lock."""
    fresh = environment.ensure("requirements-dev.lock", announce=lambda line: print(line, flush=True))
    print("installed" if fresh else "nothing to do")
    return 1, 0


def install_debian_packages():
    """Bring the machine to what the browser and office tests need."""
    print(f"installed: {', '.join(debian.ensure()) or 'nothing to do'}")
    return 1, 0


def check(command):
    """Run one check; it counts as one."""
    failed = int(call(command) != 0)
    return 1 - failed, failed


def start_postgres(stack):
    """Start the server that `stack` stops; from here on the suite runs on it."""
    url, description = stack.enter_context(postgres.server())
    stack.callback(SURROUNDINGS.pop, "DATABASE_URL")
    SURROUNDINGS["DATABASE_URL"] = url
    print(description)
    return 1, 0


def lone_suite(exclude):
    """Run the tests of ALONE one after another: each drives a browser or many threads and would starve the other."""
    return suite(only=ALONE, exclude=exclude, processes="1", options=["--database-file"])


def suite(exclude, only=(), processes=PROCESSES, options=()):
    """Run the suite on one database and return (passed, failed) as its runner counted."""
    with tempfile.TemporaryDirectory(prefix="test-summary-") as folder:
        summary = Path(folder) / "summary.json"
        command = ["manage.py", "test", "--testrunner=tests.runner.Runner", f"--summary={summary}", "--noinput"]
        command += [f"--tag={tag}" for tag in only] + [f"--exclude-tag={tag}" for tag in exclude] + list(options)
        call([*command, f"--parallel={processes}"])
        if not summary.exists() and processes != "1":
            print("The parallel run broke without a result; one test after another instead.", flush=True)
            call([*command, "--parallel=1"])
        if not summary.exists():
            return 0, 1
        counts = json.loads(summary.read_text())
    # A run without a single test proves nothing.
    return counts["passed"], counts["failed"] or int(not counts["passed"])


def call(command):
    """Run the virtual environment's Python in the surroundings of tests; return its exit code."""
    process = subprocess.Popen(
        [environment.PYTHON, *command],
        env=SURROUNDINGS,
        stdin=subprocess.DEVNULL,
        stderr=subprocess.STDOUT,
        start_new_session=True,  # a group of its own, so that no helper process outlives an interruption
    )
    try:
        return process.wait()
    except BaseException:
        end(process)
        raise


def end(process):
    """Stop a command and the processes it started: first as Ctrl-C would, so that it can tidy up, then at once."""
    for signal_, patience in ((signal.SIGINT, 10), (signal.SIGKILL, 10)):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal_)
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=patience)


if __name__ == "__main__":
    main()
