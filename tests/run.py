"""`make check`, `make test`: every check and every test, on SQLite and on PostgreSQL, with one closing line that counts.

    python -m tests.run format             format code and templates
    python -m tests.run check              the checks, and the tests that need neither database nor much time
    python -m tests.run                    all; on PostgreSQL what can differ (tests/databases.py, tests/sql_places.py)
    python -m tests.run --full             all, everything on both databases
    python -m tests.run tests.boards …     a part of the tests, on both databases

Standard library only: it installs what the rest needs. The closing line is `N passed, M failed`, each check
(packages, lint, migrations…) counted as one; the exit code is 0 only where something passed and nothing failed.
"""

import argparse
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
from tests import debian, postgres, sql_places

ROOT = environment.ROOT
RESULT = ROOT / "var" / "test-result"
PROCESSES = os.environ.get("TEST_PROCESSES", "2")
# Templates that djhtml keeps indented; the list only grows. Left out is what a page repeats for each row, where white
# space costs bytes, and what is shown as it is written (`pre-wrap`).
INDENT = ["--tabwidth", "2"]
INDENTED = [
    "templates/403.html",
    "templates/403_csrf.html",
    "templates/404.html",
    "templates/413.html",
    "templates/fault.html",
    "templates/accounts",
    "templates/partials",
    "templates/registration",
    "templates/simple_history",
]
CHECKS = (
    ("ruff", ["-m", "ruff", "check", "."]),
    ("format", ["-m", "ruff", "format", "--check", "."]),
    ("templates", ["-m", "djhtml", *INDENT, "--check", *INDENTED]),
    ("types", ["-m", "mypy"]),
    ("django check", ["manage.py", "check", "--fail-level", "WARNING"]),
    ("migrations are complete", ["manage.py", "makemigrations", "--check", "--dry-run"]),
)
STATIC_FILES = ["manage.py", "collectstatic", "--noinput", "--verbosity=0"]
# Tags of the tests that need a live server, and so a database in a file.
ALONE = ["browser", "concurrent"]
# Tag of what takes seconds: `make check` leaves it out.
SLOW = "slow"
# Nothing of the developer's own settings reaches the tests.
SURROUNDINGS = {
    name: value for name, value in os.environ.items() if not name.startswith("DJANGO_") and name != "DATABASE_URL"
} | {
    "DJANGO_SETTINGS_MODULE": "config.settings",
    "DJANGO_SECRET_KEY": "only-for-tests-" * 5,
    "PYTHONUNBUFFERED": "1",
}


class Report:
    """The steps so far: name, passed, failed, seconds by the clock and of computing (of processes that have ended)."""

    def __init__(self):
        self.rows = []

    def step(self, name, work):
        """Announce a step, do its work, which returns (passed, failed), and keep the counts and the time."""
        print(f"\n=== {name}", flush=True)
        begun, computed = time.monotonic(), computing()
        try:
            passed, failed = work()
        except environment.SetupError as problem:
            print(problem, flush=True)
            passed, failed = 0, 1
        seconds = time.monotonic() - begun
        print(f"--- {name}: {passed} passed, {failed} failed, {seconds:.1f} s", flush=True)
        self.rows.append((name, passed, failed, seconds, computing() - computed))
        return failed == 0

    def close(self):
        """Print the table and the closing line; return the exit code."""
        passed, failed = (sum(row[column] for row in self.rows) for column in (1, 2))
        print(f"\n{'seconds':>8} {'computing':>9} {'passed':>7} {'failed':>7}")
        for name, good, bad, seconds, computed in self.rows:
            print(f"{seconds:8.1f} {computed:9.1f} {good:7} {bad:7}  {name}")
        line = f"{passed} passed, {failed} failed"
        RESULT.write_text(f"{line}\n")
        print(f"\n{line}", flush=True)
        return 0 if passed and not failed else 1


def computing():
    """Return the seconds of computing of all processes we started and saw end."""
    used = os.times()
    return used.children_user + used.children_system


def main():
    """Run what is asked for; whatever stops us, close with the count."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--full", action="store_true", help="run everything on both databases")
    parser.add_argument(
        "labels", nargs="*", help="check, format, or the names of tests, test classes, modules or packages"
    )
    options = parser.parse_args()
    os.chdir(ROOT)
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.unlink(missing_ok=True)
    signal.signal(signal.SIGTERM, interrupt)
    report = Report()
    try:
        if options.labels == ["format"]:
            sys.exit(run_format())
        if options.labels == ["check"]:
            run_check(report)
        elif options.labels:
            run_part(report, options.labels)
        else:
            run_all(report, full=options.full)
    except KeyboardInterrupt:
        report.rows.append(("interrupted", 0, 1, 0.0, 0.0))
    sys.exit(report.close())


def interrupt(_number, _frame):
    """Treat a polite kill as Ctrl-C, so that the server is stopped and the count printed."""
    raise KeyboardInterrupt


def run_check(report):
    """The minute: the checks, and the quick tests that touch no database."""
    if report.step("packages from PyPI", install_python_packages):
        run_checks(report)
        report.step("quick tests without a database", lambda: suite(part="files", exclude=[*ALONE, SLOW]))


def run_format():
    """Format the code and the templates; return the exit code."""
    commands = (
        ["-m", "ruff", "check", "--select", "I", "--fix", "."],
        ["-m", "ruff", "format", "."],
        ["-m", "djhtml", *INDENT, *INDENTED],
    )
    environment.ensure("requirements-dev.lock")
    return max(call(command) for command in commands)


def run_checks(report):
    """Go through what looks at the code without running it."""
    for name, command in CHECKS:
        report.step(name, lambda command=command: check(command))


def run_part(report, labels):
    """Run some tests, on both databases."""
    if not prepare(report):
        return
    for database in databases(report):
        run_both_kinds(report, database, labels=labels, may_be_empty=True)


def run_all(report, full):
    """Run the checks and all tests: on PostgreSQL all (`full`), or what can differ there."""
    if not prepare(report):
        return
    run_checks(report)
    report.step("static files are complete", lambda: check(STATIC_FILES))
    report.step("tests without a database", lambda: suite(part="files", exclude=ALONE))
    with tempfile.TemporaryDirectory(prefix="test-places-") as folder:
        seen, answered = (str(Path(folder, name)) for name in ("SQLite", "PostgreSQL"))
        for database in databases(report):
            if database == "SQLite" or full:
                run_both_kinds(report, database, part="database", options=[f"--places={seen}"])
            else:
                run_both_kinds(report, database, part="both", options=[f"--places={answered}"])
                labels = sql_places.complement(sql_places.places(seen), sql_places.places(answered))
                report.step("SQL that only SQLite has answered", lambda labels=labels: complement(labels))


def complement(labels):
    """Run on PostgreSQL the tests that send SQL which those of both databases do not."""
    print(f"{len(labels)} tests or classes")
    return suite(labels=labels, part="database", exclude=[*ALONE, "sqlite"]) if labels else (0, 0)


def prepare(report):
    """Install what the tests need; only a missing environment ends the run early."""
    if not report.step("packages from PyPI", install_python_packages):
        return False
    report.step("packages from Debian", install_debian_packages)
    return True


def databases(report):
    """Yield SQLite, then PostgreSQL while its server runs."""
    yield "SQLite"
    with ExitStack() as stack:
        if report.step("a PostgreSQL to test on", lambda: start_postgres(stack)):
            yield "PostgreSQL"


def run_both_kinds(report, database, options=(), **which):
    """Run the tests of a database: those in memory side by side, browsers side by side, many at once by themselves.

    Each test of many at once keeps both processors busy and would starve another.
    """
    other = "sqlite" if database == "PostgreSQL" else "postgres"
    report.step(f"tests on {database}", lambda: suite(exclude=[*ALONE, other], options=options, **which))
    in_file = ["--database-file"]
    which = {name: value for name, value in which.items() if name != "part" or value == "both"}
    report.step(
        f"browser tests on {database}", lambda: suite(only=["browser"], exclude=[other], options=in_file, **which)
    )
    which = {name: value for name, value in which.items() if name != "part"}
    report.step(
        f"tests of many at once on {database}",
        lambda: suite(only=["concurrent"], exclude=[other], options=in_file, processes="1", **which),
    )


def install_python_packages():
    """Bring `.venv` to requirements-dev.lock and requirements-ocr.lock."""
    locks = ("requirements-dev.lock", "requirements-ocr.lock")
    fresh = [lock for lock in locks if environment.ensure(lock, announce=lambda line: print(line, flush=True))]
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
    own = {"DATABASE_URL": url, "TEST_TEMPLATES": str(int(postgres.source() != "url"))}
    for name in own:
        stack.callback(SURROUNDINGS.pop, name)
    SURROUNDINGS.update(own)
    print(description)
    return 1, 0


def suite(exclude, only=(), processes=PROCESSES, options=(), part=None, labels=(), may_be_empty=False):
    """Run tests on one database and return (passed, failed) as their runner counted."""
    with tempfile.TemporaryDirectory(prefix="test-summary-") as folder:
        summary = Path(folder) / "summary.json"
        command = [
            "manage.py",
            "test",
            "--testrunner=tests.runner.Runner",
            f"--summary={summary}",
            "--noinput",
            *labels,
        ]
        command += [f"--tag={tag}" for tag in only] + [f"--exclude-tag={tag}" for tag in exclude] + list(options)
        command += [f"--part={part}"] if part else []
        call([*command, f"--parallel={processes}"])
        if not summary.exists() and processes != "1":
            print("The parallel run broke without a result; one test after another instead.", flush=True)
            call([*command, "--parallel=1"])
        if not summary.exists():
            return 0, 1
        counts = json.loads(summary.read_text())
    # A run without a single test proves nothing.
    return counts["passed"], counts["failed"] or int(not counts["passed"] and not may_be_empty)


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
