"""`make lock`: write requirements.lock, requirements-dev.lock and requirements-ocr.lock; `make audit`: ask about known vulnerabilities.

A lock names all packages with the SHA-256 of every file PyPI has of them, for CPython 3.11 to 3.13 on Linux, x86_64
and aarch64. Versions already in a lock stay, so a new dependency moves nothing else; delete the lock to move all.
"""

import subprocess
import sys

from scripts import environment
from scripts.environment import SetupError

LOCKS = ("requirements", "requirements-dev", "requirements-ocr")  # each within the bounds of those before it
PYTHON_VERSION = "3.11"  # the oldest we run on; --universal covers the newer ones


def main():
    """Run one of the two commands in `.venv`."""
    try:
        environment.ensure("requirements-dev.lock")
    except SetupError as problem:
        sys.exit(f"\n{problem}")
    sys.exit(audit() if "--audit" in sys.argv else lock())


def lock():
    """Write all locks, so that they can be installed together; return the exit code."""
    for position, name in enumerate(LOCKS):
        command = [environment.VENV / "bin" / "uv", "pip", "compile", "--quiet", "--universal"]
        command += ["--python-version", PYTHON_VERSION, "--generate-hashes", "--custom-compile-command", "make lock"]
        command += [f"{name}.txt", "--output-file", f"{name}.lock"]
        for before in LOCKS[:position]:
            command += ["--constraint", f"{before}.lock"]
        failed = subprocess.run(command, cwd=environment.ROOT, check=False).returncode
        if failed:
            return failed
        print(f"{name}.lock")
    return 0


def audit():
    """Ask the advisory database about every locked package; one it could not ask about fails too (--strict)."""
    command = [environment.PYTHON, "-m", "pip_audit", "--strict", "--require-hashes", "--disable-pip"]
    for name in LOCKS[1:]:
        command += ["-r", f"{name}.lock"]
    return subprocess.run(command, cwd=environment.ROOT, check=False).returncode


if __name__ == "__main__":
    main()
