"""One process for one database of one size: fills it, or measures in it. Started by `python -m bench`.

Django is set up here, with DATABASE_URL from the environment.
"""

import argparse
import json
import os
import sys
from dataclasses import replace
from pathlib import Path

import django


def main():
    """Do what the command line says."""
    parser = argparse.ArgumentParser()
    parser.add_argument("work", choices=("migrate", "fill", "measure"))
    parser.add_argument("--reports", type=int, required=True)
    parser.add_argument("--only", default="")
    parser.add_argument("--rounds", type=int, required=True)
    parser.add_argument("--results", type=Path)
    parser.add_argument("--against", type=Path, help="the folder of another build")
    options = parser.parse_args()
    os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"
    django.setup()
    {"migrate": migrate, "fill": fill, "measure": measure}[options.work](options)


def say(line):
    """Print at once."""
    print(line, flush=True)


def migrate(options):
    """Bring the database to today's migrations: an older one gets the newer indexes."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


def fill(options):
    """Store the rows."""
    from .loading import fill as fill_database
    from .shape import Shape

    fill_database(Shape(options.reports), say)


def measure(options):
    """Measure and write the results as JSON; a measurement that fails is told and not left out."""
    from django.conf import settings
    from django.db import connection

    from .partner import partner
    from .registry import load_all
    from .shape import Shape
    from .stage import Stage
    from .timing import run

    stage = Stage(connection.vendor, Shape(options.reports), Path(settings.VAR_DIR))
    results, only = {}, [name for name in options.only.split(",") if name]
    for name, entry in load_all().items():
        if (only and name not in only) or stage.vendor not in entry.databases:
            continue
        if entry.sizes and options.reports not in entry.sizes:
            continue
        try:
            with stage.kept:
                before = None
                if options.against:
                    stage.disconnect()  # both may copy the database, which PostgreSQL does while nobody is in it
                    before = stage.kept.enter_context(partner(options.against, name, options.reports))
                case = replace(entry.prepare(stage), before=before)
                results[name] = run(case, options.rounds, stage.cpu_clock).as_dict()
        except Exception as problem:
            results[name] = {"error": f"{type(problem).__name__}: {problem}"}
        say(f"    {name}: {line(results[name])}")
    told = {"results": results, "disk": disk(connection), "database": version(connection)}
    options.results.write_text(json.dumps(told, ensure_ascii=False))


def line(result) -> str:
    """Return one result in a line."""
    if "error" in result:
        return result["error"]
    words = [f"{result['ms']:.1f} ms (CPU {result['cpu_ms']:.1f})"]
    words += [f"{result['times_floor']} × floor ({result['floor_ms']:.1f} ms)"] if "floor_ms" in result else []
    words += (
        [
            f"other build {result['before_ms']} ms (CPU {result['before_cpu_ms']}), {result['times_before']} ×, by CPU {result['cpu_times_before']} ×"
        ]
        if "before_ms" in result
        else []
    )
    words += [f"{result['times_faster']} × faster than stock"] if "stock_ms" in result else []
    return ", ".join(words + [f"{name} {value}" for name, value in result["figures"].items()])


def version(connection) -> str:
    """Return name and version of the database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT sqlite_version()" if connection.vendor == "sqlite" else "SHOW server_version")
        return f"{connection.display_name} {cursor.fetchone()[0].split()[0]}"


def disk(connection) -> dict[str, float]:
    """Return megabytes on disk: everything, and the tables and indexes of 20 MB and more."""
    if connection.vendor == "sqlite":
        return {"all": round(Path(connection.settings_dict["NAME"]).stat().st_size / 1e6, 1)}
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        sizes = {"all": round(cursor.fetchone()[0] / 1e6, 1)}
        cursor.execute(
            "SELECT relname, pg_table_size(oid) FROM pg_class WHERE relkind IN ('r', 'i') AND pg_table_size(oid) > 20000000 "
            "ORDER BY 2 DESC"
        )
        return sizes | {name: round(size / 1e6, 1) for name, size in cursor.fetchall()}


if __name__ == "__main__":
    sys.exit(main())
