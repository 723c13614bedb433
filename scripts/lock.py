"""`make lock`: write requirements.lock and requirements-dev.lock; `make audit`: ask about known vulnerabilities.

A lock names all packages with the SHA-256 of every file PyPI has of them, for CPython 3.11 to 3.13 on Linux, x86_64
and aarch64. Versions already in a lock stay, so a new dependency moves nothing else; delete the lock to move all.
"""

import subprocess
import sys

from scripts import environment
from scripts.environment import SetupError

LOCKS = ("requirements", "requirements-dev")
PYTHON_VERSION = "3.11"  # the oldest we run on; --universal covers the newer ones


def main():
    """Run one of the two commands in `.venv`."""
    try:
        environment.ensure("requirements-dev.lock")
    except SetupError as problem:
        sys.exit(f"\n{problem}")
    sys.exit(audit() if "--audit" in sys.argv else lock())


def lock():
    """Write both locks, the second within the bounds of the first; return the exit code."""
    for name in LOCKS:
        command = [environment.VENV / "bin" / "uv", "pip", "compile", "--quiet", "--universal"]
        command += ["--python-version", PYTHON_VERSION, "--generate-hashes", "--custom-compile-command", "make lock"]
        command += [f"{name}.txt", "--output-file", f"{name}.lock"]
        if name != LOCKS[0]:
            command += ["--constraint", f"{LOCKS[0]}.lock"]
        failed = subprocess.run(command, cwd=environment.ROOT, check=False).returncode
        if failed:
            return failed
        print(f"{name}.lock")
    return 0


def audit():
    """Ask the advisory database about every locked package; one it could not ask about fails too (--strict)."""
    command = [environment.PYTHON, "-m", "pip_audit", "--strict", "--require-hashes", "--disable-pip", "-r", f"{LOCKS[-1]}.lock"]
    return subprocess.run(command, cwd=environment.ROOT, check=False).returncode


if __name__ == "__main__":
    main()
