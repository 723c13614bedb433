"""The Debian packages that the browser, office and deployment tests need: found, else installed, else a clear sentence.

Standard library only.
"""

import os
import shutil
import subprocess
from contextlib import contextmanager
from pathlib import Path

from scripts.environment import SetupError

# Each line: what is wanted, then what serves as well where it is there already.
PACKAGES = (
    ("chromium",),
    ("fonts-noto-cjk",),
    ("libreoffice-calc-nogui", "libreoffice-calc"),
    ("libreoffice-writer-nogui", "libreoffice-writer"),
    ("poppler-utils",),
    ("nginx-light", "nginx"),
    ("pgbouncer",),
    ("slapd",),
)

# Asked by Debian before a service is started; 101 says no.
POLICY = Path("/usr/sbin/policy-rc.d")


def ensure():
    """Install the packages that are missing; return their names. Raise SetupError where that fails."""
    missing = find_missing()
    if not missing:
        return []
    apt = [*as_root(missing), "apt-get", "-o", "DPkg::Lock::Timeout=600", "-o", "Acquire::Retries=3"]
    surroundings = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    with services_not_started():
        for command in (["update"], ["install", "--yes", "--no-install-recommends", *missing]):
            subprocess.run([*apt, "--quiet", *command], env=surroundings, stdin=subprocess.DEVNULL, check=False)
    if still := find_missing():
        raise SetupError(sentence(still))
    return missing


@contextmanager
def services_not_started():
    """Have packages that bring a server installed without starting it: the tests start their own (Debian's policy-rc.d)."""
    if os.geteuid() or POLICY.exists():
        yield
        return
    POLICY.write_text("#!/bin/sh\nexit 101\n")
    POLICY.chmod(0o755)
    try:
        yield
    finally:
        POLICY.unlink()


def find_missing():
    """Return the packages of which no variant is installed."""
    if not shutil.which("dpkg-query"):
        return [names[0] for names in PACKAGES]
    return [names[0] for names in PACKAGES if not any(map(is_installed, names))]


def is_installed(name):
    """Ask dpkg about one package."""
    query = ["dpkg-query", "--show", "--showformat=${db:Status-Status}", name]
    return subprocess.run(query, capture_output=True, text=True, check=False).stdout == "installed"


def as_root(missing):
    """Return the words to put before a command that must run as root: none, or sudo where it asks nothing."""
    if shutil.which("apt-get"):
        if os.geteuid() == 0:
            return []
        if (
            shutil.which("sudo")
            and not subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode
        ):
            return ["sudo", "-n", "--preserve-env=DEBIAN_FRONTEND"]
    raise SetupError(sentence(missing))


def sentence(missing):
    """Say what to do by hand."""
    return f"The tests need Debian packages that could not be installed. Run: sudo apt-get install {' '.join(missing)}"
