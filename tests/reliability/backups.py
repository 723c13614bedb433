"""Backups under load: `python -m tests.reliability.backups --times 20`, on SQLite or on the server of DATABASE_URL.

Four writers save reports without a pause; meanwhile `times` backups are made. Each is then restored into an
installation of its own, where every save must be whole and none missing that was acknowledged before the backup began.
"""

import argparse
import sys
import time
from contextlib import ExitStack

from tests.reliability.sites import new_site
from tests.reliability.work import is_whole

WRITERS = 4


class Writer:
    """A process that saves one report again and again."""

    def __init__(self, site, report):
        self.report = report
        self.output = (site.folder / f"writer-{report}.txt").open("w+")
        self.process = site.start("-m", "tests.reliability.work", "write", str(report), stdout=self.output)

    def acknowledged(self):
        """Return the last version that was told to be stored."""
        self.output.seek(0)
        lines = [line for line in self.output.read().splitlines(keepends=True) if line.endswith("\n")]
        if not all(line.strip().isdigit() for line in lines):
            raise RuntimeError(f"a writer broke:\n{''.join(lines)[-2000:]}")
        return int(lines[-1]) if lines else 0

    def stop(self):
        """End the process."""
        self.process.kill()
        self.process.wait()
        self.output.close()


def run(times, like=None, tell=print):
    """Make and restore `times` backups; return what is wrong with them, nothing where all is well."""
    with ExitStack() as stack:
        site = stack.enter_context(new_site(like=like))
        other = stack.enter_context(new_site(like=like))
        for made in () if like else (site, other):
            made.manage("migrate", "--verbosity=0")
        reports = [report for report, _ in site.work("make", WRITERS)["reports"]]
        writers = []
        for report in reports:
            writers.append(Writer(site, report))
            stack.callback(writers[-1].stop)
        while not all(writer.acknowledged() for writer in writers):
            time.sleep(0.1)
        promised = []
        for number in range(times):
            promised.append({writer.report: writer.acknowledged() for writer in writers})
            site.manage("backup")
            tell(f"backup {number + 1}: saves so far {sum(promised[-1].values())}")
        meanwhile = sum(writer.acknowledged() for writer in writers) - sum(promised[0].values())
        tell(f"{meanwhile} saves during {times} backups")
        archives = sorted((site.folder / "backups").glob("backup-*.zip"))
        problems = [] if len(archives) == times and meanwhile else [f"{len(archives)} archives, {meanwhile} saves"]
        for archive, told in zip(archives, promised, strict=True):
            problems += check(other, archive, told)
            tell(f"restored {archive.name}")
        return problems


def check(site, archive, promised):
    """Restore one archive; return what is wrong with it."""
    site.manage("restore", str(archive), "--yes")
    facts = site.work("facts")
    problems = [f"{archive.name}: report {key} is torn: {fact}" for key, fact in facts.items() if not is_whole(fact)]
    for report, version in promised.items():
        if facts[str(report)][0] < version:
            problems.append(f"{archive.name}: report {report} has {facts[str(report)][0]} of {version} saves")
    return problems


def main():
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=20)
    problems = run(parser.parse_args().times)
    print(*problems, sep="\n")
    print("every backup restored whole" if not problems else f"{len(problems)} problems")
    sys.exit(bool(problems))


if __name__ == "__main__":
    main()
