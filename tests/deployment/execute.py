"""Follow docs/deployment.md to the letter on a Debian 12 of its own: `python -m tests.deployment.execute`.

Not part of the suite: it needs root, debootstrap, systemd-container and some minutes. Debian is installed into a
temporary folder, the packages with network as the document says; then it boots under its own systemd without any
network, and every ```bash block runs as written, in order. The word behind ```bash says where: `online` on this
machine, `apt` before the network is cut, `upgrade` with a second release laid beside the first.
"""

import argparse
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
DOCUMENT = ROOT / "docs" / "deployment.md"
BLOCK = re.compile(r"^```bash ?(?P<where>\w*)\n(?P<commands>.*?)^```$", re.MULTILINE | re.DOTALL)
SUITE = "bookworm"
BASE = "ca-certificates,systemd,systemd-sysv,dbus"
SECONDS_TO_BOOT = 60


@dataclass(frozen=True)
class Block:
    """One block of commands: where it runs, what it says, on which line it begins."""

    where: str
    commands: str
    line: int


def blocks(text):
    """Return the blocks of a document, in order."""
    return [
        Block(match["where"], match["commands"], text.count("\n", 0, match.start()) + 2)
        for match in BLOCK.finditer(text)
    ]


def main():
    """Follow the document and say how long each block took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base", type=Path, help="a folder made by debootstrap, copied instead of making one")
    parser.add_argument("--mirror", help="where debootstrap fetches from; else where this machine's apt does")
    options = parser.parse_args()
    todo = blocks(DOCUMENT.read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory(prefix="deployment-") as folder:
        debian = Path(folder) / "debian"
        install_debian(debian, options)
        with prepared(debian):
            for block in (each for each in todo if each.where == "apt"):
                execute(block, ["chroot", debian])
        bundle(debian, [each for each in todo if each.where == "online"])
        with booted(debian) as leader:
            for block in (each for each in todo if each.where in ("", "upgrade")):
                if block.where == "upgrade":
                    lay_next_release(debian)
                execute(block, ["nsenter", f"--target={leader}", "--all", "--wdns=/root", "--"])
    print(f"all {len(todo)} blocks of {DOCUMENT.name} ran as written", flush=True)


def install_debian(target, options):
    """Install a Debian with systemd and nothing else."""
    if options.base:
        subprocess.run(["cp", "--archive", options.base, target], check=True)
        subprocess.run(["chroot", target, "apt-get", "update", "--quiet"], check=True, stdout=subprocess.DEVNULL)
        words = ["apt-get", "install", "--yes", "--quiet", *BASE.split(",")]
        subprocess.run(["chroot", target, *words], check=True, stdout=subprocess.DEVNULL)
        return
    command = ["debootstrap", "--variant=minbase", f"--include={BASE}", SUITE, target, options.mirror or own_mirror()]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def own_mirror():
    """Return the address this machine's apt has the suite's main archive from; end where it has none."""
    command = ["apt-get", "indextargets", "--format", "$(CODENAME) $(COMPONENT) $(REPO_URI)", "Created-By: Packages"]
    targets = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    addresses = [target.split()[2] for target in targets if target.startswith(f"{SUITE} main ")]
    if not addresses:
        sys.exit(f"apt of this machine knows no {SUITE}; say --mirror ADDRESS")
    return addresses[0]


@contextmanager
def prepared(debian):
    """Lend the tree this machine's names and /proc while packages are installed; services start at boot only."""
    policy = debian / "usr" / "sbin" / "policy-rc.d"
    policy.write_text("#!/bin/sh\nexit 101\n")
    policy.chmod(0o755)
    shutil.copy("/etc/resolv.conf", debian / "etc" / "resolv.conf")
    subprocess.run(["mount", "--bind", "/proc", debian / "proc"], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", debian / "proc"], check=True)
        policy.unlink()


def bundle(debian, online):
    """Make the offline archive as the document says and carry it over."""
    shutil.rmtree(ROOT / "dist", ignore_errors=True)
    for block in online:
        execute(block, [], cwd=ROOT)
    for path in (ROOT / "dist").iterdir():
        shutil.copy(path, debian / "root" / path.name)


def lay_next_release(debian):
    """Lay a second archive beside the first: the same code under another name."""
    archive = next((debian / "root").glob("taizhang-*.tar.gz"))
    following = archive.with_name(archive.name.replace(".tar.gz", "-next.tar.gz"))
    shutil.copy(archive, following)
    digest = subprocess.run(
        ["sha256sum", following.name], cwd=following.parent, capture_output=True, text=True, check=True
    )
    following.with_name(f"{following.name}.sha256").write_text(digest.stdout)


@contextmanager
def booted(debian):
    """Boot the tree under its own systemd, without network; yield the process id of its init."""
    command = ["systemd-nspawn", "--directory", debian, "--boot", "--private-network", "--register=no", "--keep-unit"]
    with (debian.parent / "console.log").open("wb") as log:
        container = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    try:
        leader = wait_for_init(container.pid)
        wait_for_services(leader)
        yield leader
    finally:
        # SIGTERM asks nspawn for an orderly power-off of what it booted.
        os.kill(container.pid, signal.SIGTERM)
        container.wait(timeout=SECONDS_TO_BOOT)


def wait_for_init(parent):
    """Return the first process that nspawn started."""
    deadline = time.monotonic() + SECONDS_TO_BOOT
    while time.monotonic() < deadline:
        children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
        if children:
            return children[0]
        time.sleep(0.1)
    raise SystemExit("systemd-nspawn started nothing; see the console log")


def wait_for_services(leader):
    """Wait until systemd has started what it starts at boot."""
    command = ["nsenter", f"--target={leader}", "--all", "--", "systemctl", "is-system-running", "--wait"]
    for _attempt in range(SECONDS_TO_BOOT):
        state = subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
        if state in ("running", "degraded"):
            return
        time.sleep(1)
    raise SystemExit(f"Debian did not boot: {state}")


def execute(block, prefix, cwd="/"):
    """Run one block with bash, stopping at its first failing command."""
    print(f"\n=== {DOCUMENT.name}:{block.line} {block.where}\n{block.commands.rstrip()}", flush=True)
    begun = time.monotonic()
    surroundings = {
        "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "LANG": "C.UTF-8",
        "HOME": "/root",
    }
    surroundings["DEBIAN_FRONTEND"] = "noninteractive"
    surroundings = os.environ | surroundings if not prefix else surroundings
    done = subprocess.run(
        [*prefix, "bash", "-euo", "pipefail", "-c", block.commands], cwd=cwd, env=surroundings, check=False
    )
    if done.returncode:
        sys.exit(f"{DOCUMENT.name}:{block.line}: this block failed with {done.returncode}")
    print(f"--- {time.monotonic() - begun:.1f} s", flush=True)


if __name__ == "__main__":
    main()
