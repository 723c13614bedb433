"""SIGKILL at random points: `python -m tests.reliability.kill --times 20 [--only save] [--seed 8]`.

On SQLite, or on the server of DATABASE_URL. Five things are begun `times` times each and killed at a moment drawn
between begin and end: importing a document, saving reports over HTTP, exporting a workbook over HTTP, migrating the
stored database of the first release, making a backup. Afterwards the data are those of before or of after, never
between, and the next run completes.
"""

import argparse
import io
import random
import sys
import threading
import time
from http.client import HTTPException

import openpyxl

from tests.reliability.saver import fact_of, post
from tests.reliability.sites import new_site
from tests.reliability.work import is_whole

BEGIN = "begin"


class HalfDone(Exception):
    """What was found."""


def expect(holds, what):
    """Raise HalfDone unless it holds."""
    if not holds:
        raise HalfDone(what)


# --- commands ------------------------------------------------------------------------------------------------


def begin(site, *command):
    """Start a command of `staged.py` and return it when its work itself begins."""
    process = site.start("-m", "tests.reliability.staged", *map(str, command))
    for line in process.stdout:
        if line.strip() == BEGIN:
            return process
    raise HalfDone(f"{command} did not begin")


def finish(site, *command):
    """Run a command to its end; return the seconds its work took."""
    process = begin(site, *command)
    begun = time.monotonic()
    said = process.stdout.read()
    expect(process.wait() == 0, f"{command} does not complete: {said[-1500:]}")
    return time.monotonic() - begun


def kill(site, seconds, *command):
    """Begin a command and kill it after so many seconds."""
    process = begin(site, *command)
    time.sleep(seconds)
    process.kill()
    process.wait()
    process.stdout.close()


def kill_import(site, dice, times):
    """A plan with its sections, items, offices and history is one transaction."""
    site.work("make", 1)
    finish(site, "import", 0)  # which makes the offices too
    start = site.counts()
    length = finish(site, "import", 1)
    second = site.counts()
    added = {table: second[table] - start[table] for table in second}
    expect(added["workplans_item"] > 10, f"the import added {added}")
    stored = 0
    for number in range(2, times + 2):
        before = site.counts()
        after = {table: before[table] + added[table] for table in before}
        kill(site, dice.uniform(0, length), "import", number)
        now = site.counts()
        expect(now in (before, after), f"import {number} is half done: {differing(before, now)} of {added}")
        stored += now == after
        finish(site, "import", number)
        expect(site.counts() == after, f"import {number} completes with {differing(before, site.counts())} of {added}")
    return f"{length:.2f} s long; {stored} times all of it was stored, {times - stored} times none"


def differing(before, now):
    """Return what differs, for the message."""
    return {table: now[table] - before[table] for table in now if now[table] != before[table]}


def kill_migration(site, dice, times):
    """Each migration is all or none, and none touches what the release stored."""
    finish(site, "load_release")
    before = site.work("release")
    length = finish(site, "migrate")
    after, stages = site.work("release"), set()
    expect(after["applied"] > before["applied"], "there is nothing to migrate")
    for _ in range(times):
        finish(site, "load_release")
        kill(site, dice.uniform(0, length), "migrate")
        now = site.work("release")
        stages.add(now["applied"])
        expect(now["rows"] == before["rows"], "the data of the release changed")
        finish(site, "migrate")
        expect(site.work("release") == after, "migrate does not complete")
    return f"{length:.2f} s long; left with {sorted(stages)} migrations of {after['applied']}"


def kill_backup(site, dice, times):
    """What has an archive's name is whole."""
    site.work("make", 4)
    length, folder, whole = finish(site, "backup"), site.folder / "backups", 0
    for _ in range(times):
        for path in folder.glob("backup-*.zip"):
            path.unlink()
        kill(site, dice.uniform(0, length), "backup")
        for path in folder.glob("backup-*.zip"):
            site.manage("restore", str(path), "--check")
            whole += 1
        finish(site, "backup")
        left = [path.name for path in folder.iterdir() if path.name.startswith(".unfinished")]
        expect(not left, f"the next backup leaves {left}")
    return f"{length:.2f} s long; {whole} archives, all whole"


# --- the web server ------------------------------------------------------------------------------------------


def killing(server, seconds, ask):
    """Ask, with the server killed so many seconds from now; return the answer or None."""
    timer = threading.Timer(seconds, server.kill)
    timer.start()
    try:
        return ask()
    except (OSError, HTTPException):
        return None
    finally:
        timer.join()


def kill_save(site, dice, times):
    """Each save that was acknowledged is stored, and each that is stored is whole."""
    made, total, unsaid = site.work("make", 1), 0, 0
    report, part = made["reports"][0]
    stored = 0
    for _ in range(times):
        promised = stored
        with site.serving() as server:
            save(server, made, report, part, stored)
            begun = time.monotonic()
            promised = save(server, made, report, part, stored + 1)
            length = time.monotonic() - begun
            for _ in range(dice.randrange(4)):
                promised = save(server, made, report, part, promised)
            total += promised - stored
            killing(server, dice.uniform(0, length), lambda seen=promised: save(server, made, report, part, seen))
        fact = fact_of(site, report)
        expect(is_whole(fact), f"a save is half done: {fact}")
        expect(fact[0] in (promised, promised + 1), f"{promised} saves acknowledged, {fact[0]} stored")
        unsaid += fact[0] - promised
        stored = fact[0]
    return f"{total} acknowledged saves all stored and whole; {unsaid} more were stored before their answer was sent"


def save(server, made, report, part, seen):
    """Save the report's next text over HTTP; return the version acknowledged."""
    answer = post(server, made["session"], report, part, seen)
    expect(
        answer.status == 200 and answer.json.get("version") == seen + 1,
        f"{answer.status}: {answer.headers} {answer.text[:300]}",
    )
    return seen + 1


def kill_export(site, dice, times):
    """A download that breaks off is no workbook and is seen to be none; the data are as before."""
    made = site.work("make", 60)
    before, whole, broken = site.counts(), 0, 0
    for _ in range(times):
        with site.serving() as server:
            begun = time.monotonic()
            check_workbook(export(server, made))
            length = time.monotonic() - begun
            answer = killing(server, dice.uniform(0, length), lambda: export(server, made))
        broken += answer is None
        whole += answer is not None and check_workbook(answer)
        now = site.counts()
        expect(now == before or set(differing(before, now)) <= {"audit_securityevent"}, differing(before, now))
    return f"{length:.2f} s long; {broken} broken off and seen as such, {whole} whole; data as before"


def export(server, made):
    """Download the progress sheet of the plan."""
    return server.get(f"/plans/{made['plan']}/progress.xlsx", session=made["session"])


def check_workbook(answer):
    """Open the workbook."""
    expect(answer.status == 200, f"export answered {answer.status}")
    return openpyxl.load_workbook(io.BytesIO(answer.body)).active.max_row > 60


KILLED = {
    "import": kill_import,
    "save": kill_save,
    "export": kill_export,
    "migration": kill_migration,
    "backup": kill_backup,
}


def run(name, times, dice, like=None):
    """Kill one of the five things `times` times; return what was seen. Raises HalfDone."""
    with new_site(like=like) as site:
        if not like and name != "migration":
            site.manage("migrate", "--verbosity=0")
        return KILLED[name](site, dice, times)


def main():
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("--only", choices=KILLED)
    parser.add_argument("--seed", type=int, default=8)
    options = parser.parse_args()
    failed = False
    for name in [options.only] if options.only else KILLED:
        try:
            print(f"{name}: {options.times} kills; {run(name, options.times, random.Random(options.seed))}", flush=True)
        except HalfDone as found:
            failed = True
            print(f"{name}: FAILED: {found}", flush=True)
    sys.exit(failed)


if __name__ == "__main__":
    main()
