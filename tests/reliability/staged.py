"""Work that is to be killed: `python -m tests.reliability.staged import 3 | load_release | migrate | backup`.

Prints a line when everything is loaded and the work itself begins, and at the end how many statements it took.
KILL_AT=n kills the process at its n-th statement: the same moment each time, where kill.py draws one at random.
"""

import lzma
import os
import signal
import sys
import tempfile
from pathlib import Path

import django

from tests.reliability.kill import BEGIN
from tests.reliability.sites import ROOT

RELEASE = ROOT / "tests" / "upgrades" / "0.1.0"
PLAN = ROOT / "seeds" / "hongkou-2022-annual-plan.txt"


def main():
    """Load everything and do it."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from django.db import connection

    statements = Statements(int(os.environ.get("KILL_AT", 0)))
    with connection.execute_wrapper(statements):
        work(*sys.argv[1:])
    print(statements.seen)


class Statements:
    """Counts, and dies at the one that was asked for."""

    def __init__(self, last):
        self.seen, self.last = 0, last

    def __call__(self, execute, sql, params, many, context):
        self.seen += 1
        if self.seen == self.last:
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(sql, params, many, context)


def work(name, *arguments):
    """Do one of the four."""
    from django.core.management import call_command

    if name == "import":
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "plan.txt")
            path.write_text(
                PLAN.read_text(encoding="utf-8").replace("2022", str(2030 + int(arguments[0]))), encoding="utf-8"
            )
            print(BEGIN, flush=True)
            call_command("import_document", str(path), organization="虹口区教育局")
    elif name == "load_release":
        print(BEGIN, flush=True)
        load_release()
    else:
        print(BEGIN, flush=True)
        call_command(name, **{"interactive": False, "verbosity": 0} if name == "migrate" else {})


def load_release():
    """Put the stored database of the first release in the place of this one."""
    from django.db import connection

    content = lzma.decompress((RELEASE / f"{connection.vendor}.xz").read_bytes())
    if connection.vendor == "sqlite":
        path = Path(connection.settings_dict["NAME"])
        for part in (path, Path(f"{path}-wal"), Path(f"{path}-shm")):
            part.unlink(missing_ok=True)
        path.write_bytes(content)
        return
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        cursor.execute(content.decode())


if __name__ == "__main__":
    main()
