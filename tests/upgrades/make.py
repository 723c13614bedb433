"""Store the database of a release: `python -m tests.upgrades.make VERSION [--commit COMMIT]`, once for each release.

The commit's own code fills an empty SQLite file and an empty PostgreSQL database (see fill.py); both are stored
compressed under tests/upgrades/VERSION/ and committed. They are never made again: they are what people have.
"""

import argparse
import lzma
import os
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing, contextmanager
from pathlib import Path

from tests import postgres
from tests.reliability.sites import administer

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
LIMIT = 1024 * 1024


def main():
    """Make both files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("version")
    parser.add_argument("--commit", default="HEAD")
    options = parser.parse_args()
    target = HERE / options.version
    target.mkdir()
    with checkout(options.commit) as tree:
        store(target / "sqlite.xz", sqlite_file(tree))
        store(target / "postgresql.xz", postgresql_dump(tree))


@contextmanager
def checkout(commit):
    """Yield a folder with the files of a commit."""
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder) / "tree"
        subprocess.run(["git", "worktree", "add", "--detach", "--quiet", tree, commit], cwd=ROOT, check=True)
        try:
            yield tree
        finally:
            subprocess.run(["git", "worktree", "remove", "--force", tree], cwd=ROOT, check=True)


def fill(tree, database):
    """Run fill.py inside the commit's files."""
    surroundings = os.environ | {"DATABASE_URL": database, "DJANGO_DEMO": "1", "DJANGO_VAR_DIR": str(tree / "var")}
    subprocess.run([sys.executable, HERE / "fill.py"], cwd=tree, env=surroundings, check=True)


def sqlite_file(tree):
    """Return a filled SQLite file as bytes."""
    path = tree / "filled.sqlite3"
    fill(tree, f"sqlite:///{path}")
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA journal_mode = DELETE")
        database.execute("VACUUM")
    return path.read_bytes()


def postgresql_dump(tree):
    """Return a filled PostgreSQL database as statements that any client runs: INSERT instead of COPY."""
    with postgres.server() as (url, _description):
        server = url.rpartition("/")[0]
        administer(url, "DROP DATABASE IF EXISTS release_fixture WITH (FORCE)")
        administer(url, "CREATE DATABASE release_fixture")
        fill(tree, f"{server}/release_fixture")
        command = ["pg_dump", "--no-owner", "--no-privileges", "--rows-per-insert=500", f"{server}/release_fixture"]
        dumped = subprocess.run(command, capture_output=True, check=True).stdout
        administer(url, "DROP DATABASE release_fixture WITH (FORCE)")
    # psql's own commands, and settings that a server of another age does not know
    unknown = (b"\\", b"SET transaction_timeout", b"SET default_table_access_method")
    return b"\n".join(line for line in dumped.split(b"\n") if not line.startswith(unknown))


def store(path, content):
    """Compress into `path`; a repository is no place for megabytes."""
    packed = lzma.compress(content, preset=9 | lzma.PRESET_EXTREME)
    if len(packed) > LIMIT:
        sys.exit(f"{path.name} would have {len(packed)} bytes; fill less.")
    path.write_bytes(packed)
    print(f"{path.relative_to(ROOT)}: {len(content)} bytes, {len(packed)} packed")


if __name__ == "__main__":
    main()
