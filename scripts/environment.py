"""Make `.venv` and install a lock file into it, once for each content of that file.

A lock file (`requirements.lock`, made by `make lock`) names every package, those that others need included, with its
version and the SHA-256 of its files; pip refuses what differs. Standard library only: this runs before anything is installed.
"""

import fcntl
import hashlib
import subprocess
import sys
from collections import deque
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
# What is installed along with a lock file: the second is made within the bounds of the first.
INCLUDED = {"requirements-dev.lock": ("requirements.lock",)}


class SetupError(Exception):
    """What to tell the person at the terminal, in Chinese and in English."""


def ensure(lock, announce=print):
    """Bring `.venv` to what the file named `lock` asks for; return whether pip had to be called."""
    with one_at_a_time():
        if is_installed(lock):
            return False
        make_venv()
        install(lock, announce)
        for name in (lock, *INCLUDED.get(lock, ())):
            stamp(name).write_text(fingerprint(name))
        return True


@contextmanager
def one_at_a_time():
    """Let `make run` and `make test`, started together, wait for each other's installation."""
    path = ROOT / "var" / "environment.lock"
    path.parent.mkdir(exist_ok=True)
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def is_installed(lock):
    """Say whether `.venv` works and carries this content of the lock file."""
    path = stamp(lock)
    return path.exists() and path.read_text() == fingerprint(lock) and is_usable()


def is_usable():
    """Say whether the interpreter of `.venv` still starts (its base may have been removed) and is new enough."""
    check = "import sys, pip; sys.exit(sys.version_info < (3, 11))"
    try:
        return subprocess.run([PYTHON, "-c", check], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def make_venv():
    """Create `.venv`, or create it anew where it is there and broken."""
    if is_usable():
        return
    result = subprocess.run(
        [sys.executable, "-m", "venv", "--clear", VENV], capture_output=True, text=True, check=False
    )
    if result.returncode:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        raise SetupError(
            f"无法创建虚拟环境 .venv。若缺少 venv 模块，请运行：sudo apt-get install python{version}-venv\n"
            f"Cannot create .venv. Where the venv module is missing, install python{version}-venv.\n"
            f"{(result.stdout + result.stderr).strip()}"
        )


def install(lock, announce):
    """Run pip, announcing each package as it comes; keep its last lines for the case that it fails."""
    command = [
        PYTHON,
        "-m",
        "pip",
        "install",
        "--no-input",
        "--disable-pip-version-check",
        "--require-hashes",
        "-r",
        lock,
    ]
    last = deque(maxlen=15)
    with subprocess.Popen(
        command, cwd=ROOT, text=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as pip:
        for line in pip.stdout:
            last.append(line)
            if line.startswith(("Collecting ", "Processing ")):
                announce(f"  + {Path(line.split()[1]).name}")
            elif line.startswith("Installing collected packages"):
                announce("  …")
    if pip.returncode:
        raise SetupError(
            f"安装 {lock} 失败，请检查网络或 PyPI 镜像设置（pip config），然后重新运行。\n"
            f"pip could not install {lock}; its last words:\n{''.join(last).strip()}"
        )


def fingerprint(lock):
    """Return a digest of the lock file."""
    return hashlib.sha256((ROOT / lock).read_bytes()).hexdigest()


def stamp(lock):
    """Return the file that remembers which content of the lock file is installed."""
    return VENV / f"{lock}.sha256"
