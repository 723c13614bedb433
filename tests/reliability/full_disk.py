"""The disk runs full: `python -m tests.reliability.full_disk [--postgresql]`, as root, for it mounts a small one.

The database lies on a file system of a few megabytes that somebody else fills. Saving answers with the Chinese page,
nothing is half stored, and as soon as there is room it goes on without a restart.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests import postgres
from tests.reliability.saver import Saver
from tests.reliability.sites import administer, new_site

MEGABYTES = 40
ROOM = 512 * 1024  # bytes left free: enough to begin, too little to go on


@contextmanager
def small_disk():
    """Yield a folder on a file system of its own."""
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        os.chmod(folder, 0o755)
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={MEGABYTES}m,mode=755", "tmpfs", folder], check=True)
        try:
            yield Path(folder)
        finally:
            subprocess.run(["umount", "--lazy", folder], check=True)


@contextmanager
def database_on(disk, is_postgresql):
    """Yield the URL of a database whose tables lie on `disk`."""
    if not is_postgresql:
        yield f"sqlite:///{disk}/db.sqlite3"
        return
    with postgres.server() as (url, _):
        place = disk / "tables"
        place.mkdir()
        if user := postgres.other_user():
            os.chown(place, user.pw_uid, user.pw_gid)
        administer(url, f"CREATE TABLESPACE small LOCATION '{place}'")
        administer(url, "CREATE DATABASE site_small TABLESPACE small")
        yield url.rpartition("/")[0] + "/site_small"
        administer(url, "DROP DATABASE site_small WITH (FORCE)")
        administer(url, "DROP TABLESPACE small")


def run(is_postgresql, tell=print):
    """Fill and free the disk; return what went wrong."""
    with ExitStack() as stack:
        disk = stack.enter_context(small_disk())
        site = stack.enter_context(new_site(stack.enter_context(database_on(disk, is_postgresql))))
        site.manage("migrate", "--verbosity=0")
        made = site.work("make", 1)
        server = stack.enter_context(site.serving())
        person = Saver(site, server, made["session"], *made["reports"][0])
        seen = person.save(0)
        fill(disk)
        while not person.errors and person.saves < 5000:
            seen = person.save(seen)
        tell(f"full after {person.saves} saves: answered {person.errors[-1][1:]}")
        problems = [] if person.errors[-1][1] == 503 and "磁盘空间不足" in person.page else [person.page[-500:]]
        problems += person.problems()
        if (alive := server.get("/healthz").status) != 200:
            problems.append(f"healthz answered {alive}")
        (disk / "ballast").unlink()
        before = person.saves
        for _ in range(5):
            seen = person.save(seen)
        tell(f"room again: {person.saves - before} of 5 saves, without a restart")
        problems += person.problems() + ([] if person.saves == before + 5 else [f"not recovered: {person.errors[-3:]}"])
        return problems


def fill(disk):
    """Leave little room."""
    with open(disk / "ballast", "wb") as file:
        os.posix_fallocate(file.fileno(), 0, shutil.disk_usage(disk).free - ROOM)


def main():
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--postgresql", action="store_true")
    problems = run(parser.parse_args().postgresql)
    print(*problems or ["no half record, a Chinese page, recovered without a restart"], sep="\n")
    sys.exit(bool(problems))


if __name__ == "__main__":
    main()
