"""`python -m bench` (`make bench`): make the databases, measure, write `var/bench/table.md` and `table.json`."""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from scripts.environment import ROOT, SetupError

from . import databases
from .partner import checked_out
from .shape import Shape, parse, short
from .timing import ROUNDS

VENDORS = ("sqlite", "postgresql")
PACKAGES = ("Django", "psycopg2-binary", "django-import-export", "openpyxl", "gunicorn")


def main():
    """Run for every database and size asked for."""
    options = arguments()
    databases.FOLDER.mkdir(parents=True, exist_ok=True)
    if not options.fill_only:
        work("manage.py", "collectstatic", "--noinput", "--verbosity=0")
    run = {"machine": machine(), "databases": {}}
    wanted = wanted_by(options)
    with ExitStack() as stack:
        if options.against:
            options.other = stack.enter_context(checked_out(options.against))
            run["machine"]["against"] = options.against
        for vendor in dict.fromkeys(vendor for vendor, _ in wanted):
            server_url, server = stack.enter_context(databases.server()) if vendor == "postgresql" else ("", "")
            run["databases"][vendor] = {}
            for size in (size for other, size in wanted if other == vendor):
                told = one(vendor, Shape(size), server_url, options)
                run["databases"][vendor][str(size)] = told | {"server": server}
    run["machine"]["load average at the end"] = load()
    write(run)


def arguments():
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--databases", default="sqlite,postgresql", type=lambda text: text.split(","))
    parser.add_argument("--sizes", default="10k,100k", type=lambda text: [parse(part) for part in text.split(",")])
    parser.add_argument("--only", default="", help="names of measurements, divided by commas")
    parser.add_argument("--rounds", default=ROUNDS, type=int)
    parser.add_argument("--against", default="", metavar="REV", help="another build, measured in turn with this one")
    parser.add_argument("--fill-only", action="store_true", help="make the databases and measure nothing")
    options = parser.parse_args()
    if wrong := set(options.databases) - set(VENDORS):
        parser.error(f"unknown databases: {', '.join(sorted(wrong))}")
    return options


def wanted_by(options) -> list[tuple[str, int]]:
    """The databases and sizes asked for at which anything is measured: others need not be made."""
    pairs = [(vendor, size) for vendor in options.databases for size in options.sizes]
    if not options.only or options.fill_only:
        return pairs
    entries = [entry for name, entry in registry().items() if name in options.only.split(",")]
    return [(vendor, size) for vendor, size in pairs if any(is_made_at(entry, vendor, size) for entry in entries)]


def is_made_at(entry, vendor, size) -> bool:
    """Whether a measurement is made in a database of that size."""
    return vendor in entry.databases and (not entry.sizes or Shape(size).asked in entry.sizes)


def registry():
    """All measurements."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"
    os.environ.setdefault("DJANGO_SECRET_KEY", "only-to-measure-" * 4)
    import django

    django.setup()
    from .registry import load_all

    return load_all()


def one(vendor, shape, server_url, options) -> dict:
    """Make one database where it is missing, and measure in it."""
    print(f"{vendor}, {short(shape.asked)} reports", flush=True)
    url = databases.url_of(vendor, shape, server_url)
    filled = databases.is_filled(vendor, shape)
    if not filled:
        databases.create_empty(vendor, shape, server_url)
    worker("migrate", url, shape, options)
    if not filled:
        worker("fill", url, shape, options)
        databases.note_filled(vendor, shape)
    if options.fill_only:
        return {"results": {}, "disk": {}, "database": vendor}
    with tempfile.TemporaryDirectory() as folder:
        results = Path(folder) / "results.json"
        against = ["--against", options.other] if options.against else []
        worker("measure", url, shape, options, "--only", options.only, "--results", results, *against)
        return json.loads(results.read_text())


def worker(what, url, shape, options, *more):
    """Run `bench.worker` against one database."""
    arguments = [what, "--reports", str(shape.asked), "--rounds", str(options.rounds), *more]
    work("-m", "bench.worker", *arguments, DATABASE_URL=url)


def work(*arguments, **environment):
    """Run Python with the settings of production."""
    own = {
        "DJANGO_SETTINGS_MODULE": "bench.settings",
        "DJANGO_SECRET_KEY": "only-to-measure-" * 4,
        "DJANGO_VAR_DIR": str(databases.FOLDER),
    }
    kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    subprocess.run([sys.executable, *map(str, arguments)], cwd=ROOT, env=kept | own | environment, check=True)


def machine() -> dict:
    """Say what is measured on."""
    cpu = next(
        (
            line.split(":")[1].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        "",
    )
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return {
        "date": datetime.now().astimezone().isoformat(timespec="minutes"),
        "commit": commit.stdout.strip(),
        "machine": f"{cpu or platform.machine()}, {len(os.sched_getaffinity(0))} cores, {platform.system()} {platform.release()}",
        "versions": ", ".join(
            [f"Python {platform.python_version()}", *(f"{name} {version(name)}" for name in PACKAGES)]
        ),
        "load average at the start": load(),
    }


def load() -> str:
    """Return the load average of 1, 5 and 15 minutes."""
    return " ".join(f"{value:.2f}" for value in os.getloadavg())


def write(run):
    """Write both files and print the table."""
    registry()
    from .table import markdown

    text = markdown(run)
    (databases.FOLDER / "table.md").write_text(text)
    (databases.FOLDER / "table.json").write_text(json.dumps(run, ensure_ascii=False, indent=1))
    print(f"\n{text}\nKept in {databases.FOLDER}/table.md and table.json")


if __name__ == "__main__":
    try:
        main()
    except (SetupError, subprocess.CalledProcessError) as problem:
        sys.exit(str(problem))
