"""PostgreSQL restarted under load: `python -m tests.reliability.restarts --times 20`, on a server of its own.

Four people save over HTTP without a pause while the server is restarted, in turn politely and by killing it. No
acknowledged save is lost, and from five seconds after the server is back nobody sees an error.
"""

import argparse
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager

from tests import postgres
from tests.reliability.saver import Saver
from tests.reliability.sites import administer, new_site

PEOPLE = 4
GRACE = 5  # seconds after the server is back
LOOK = 4  # seconds for which nothing may go wrong then


@contextmanager
def restartable():
    """Yield the URL of a server that keeps what it acknowledged, and a function that restarts it in a given way."""
    binaries = postgres.system_binaries() or postgres.wheel_binaries()
    with postgres.temporary_directory() as directory, postgres.cluster(binaries, directory) as url:

        def control(*words):
            command = [binaries / "pg_ctl", "-D", directory / "data", "-w", *words]
            with open(directory / "pg_ctl.log", "a") as output:
                subprocess.run(
                    command, cwd=directory, stdout=output, stderr=output, check=True, **postgres.as_other_user()
                )

        # The suite's servers forget the last moments when killed; this one must not.
        administer(url, "ALTER ROLE postgres SET synchronous_commit = on")
        try:
            yield url, lambda how: control("restart", "-m", how, "-l", str(directory / "restarted.log"))
        finally:
            control("stop", "-m", "immediate")


def run(times, tell=print):
    """Restart `times` times; return what went wrong."""
    with ExitStack() as stack:
        url, restart = stack.enter_context(restartable())
        site = stack.enter_context(new_site(server=url))
        site.manage("migrate", "--verbosity=0")
        made = site.work("make", PEOPLE)
        server = stack.enter_context(site.serving())
        people = [Saver(site, server, made["session"], *pair) for pair in made["reports"]]
        for person in people:
            person.start()
        problems, kinds = [], {}
        for number in range(times):
            time.sleep(1)
            how = ("fast", "immediate")[number % 2]
            for person in people:
                person.errors.clear()
            begun = time.monotonic()
            restart(how)
            back = time.monotonic()
            time.sleep(GRACE + LOOK)
            errors = [error for person in people for error in person.errors]
            for _, what in errors:
                kinds[what] = kinds.get(what, 0) + 1
            late = [what for moment, what in errors if moment > back + GRACE]
            last = max([moment - back for moment, _ in errors], default=0)
            tell(
                f"{number + 1}. {how}: away {back - begun:.1f} s, {len(errors)} errors, the last {last:+.1f} s from its return"
            )
            problems += [f"restart {number + 1}: {late} after {GRACE} s"] if late else []
        for person in people:
            problems += person.stop()
        problems += [f"answers of status 500: {kinds[500]}"] if 500 in kinds else []
        tell(f"{sum(person.saves for person in people)} saves acknowledged; errors meanwhile: {kinds}")
        return problems


def main():
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=20)
    problems = run(parser.parse_args().times)
    print(*problems or ["no acknowledged save lost, no late error"], sep="\n")
    sys.exit(bool(problems))


if __name__ == "__main__":
    main()
