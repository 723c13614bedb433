"""`make bundle`: one archive with the committed code and every wheel, for a machine without internet.

Standard library only. The wheels are for this machine's kind of processor and the Python named by --python, and each
is checked against requirements.lock; those that read scans (requirements-ocr.lock) can be left out. Writes dist/taizhang-VERSION.tar.gz and its SHA-256 beside it.
"""

import argparse
import hashlib
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from scripts import environment
from scripts.environment import SetupError

ROOT = environment.ROOT


def main():
    """Make the archive and say where it is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--python", default="3.11", help="the Python of the server, such as 3.11 (Debian 12)")
    parser.add_argument("--output", default=ROOT / "dist", type=Path, help="the folder to write into")
    parser.add_argument(
        "--without-ocr", action="store_true", help="leave out what reads scans and photographs (140 MB)"
    )
    options = parser.parse_args()
    locks = ["requirements.lock", *([] if options.without_ocr else ["requirements-ocr.lock"])]
    try:
        environment.ensure("requirements.lock")
        name = f"taizhang-{version()}"
        options.output.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory() as folder:
            tree = Path(folder) / name
            unpack_code(tree)
            for lock in locks:
                download_wheels(tree / "wheels", options.python, lock)
            path = pack(tree, options.output / f"{name}.tar.gz")
    except SetupError as problem:
        sys.exit(f"\n{problem}")
    print(f"{path}\n{path}.sha256")


def version():
    """Return the version of the committed code and the commit it is of."""
    number = run(["git", "show", "HEAD:VERSION"]).strip()
    return f"{number}-{run(['git', 'rev-parse', '--short', 'HEAD']).strip()}"


def unpack_code(tree):
    """Put the committed files into `tree`."""
    tree.mkdir()
    archive = tree.with_suffix(".code")
    run(["git", "archive", "--format=tar", f"--output={archive}", "HEAD"])
    run(["tar", "--extract", "--file", archive, "--directory", tree])
    archive.unlink()


def download_wheels(folder, python, lock):
    """Fetch every package of a lock as a wheel, its hash checked."""
    command = [environment.PYTHON, "-m", "pip", "download", "--quiet", "--require-hashes", "--only-binary=:all:"]
    command += ["--python-version", python, "--requirement", lock, "--dest", folder]
    run(command)


def pack(tree, path):
    """Write the archive and its checksum; a half-written one never bears the final name."""
    part = path.with_name(f"{path.name}.part")
    with tarfile.open(part, "w:gz") as archive:
        archive.add(tree, arcname=tree.name)
    with part.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    path.with_name(f"{path.name}.sha256").write_text(f"{digest}  {path.name}\n")
    return part.replace(path)


def run(command):
    """Run a command at the root of the code and return what it printed; its own words are the error."""
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        words = " ".join(map(str, command[:4]))
        raise SetupError(f"“{words} …”没有成功。\n{(done.stdout + done.stderr).strip()}")
    return done.stdout


if __name__ == "__main__":
    main()
