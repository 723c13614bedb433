"""Children without the price of starting one: a process that stands by with everything loaded, and copies itself.

Each process of the application has a server of its own, started when the first file is asked about (`forking_server.py`
says what it does) by starting a program, so that no thread of ours is copied. It ends with us; killed, or gone because
nobody asked for long, it is started again. What we fork ourselves, such as a worker, gets another.
"""

import atexit
import os
import selectors
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from .forking_server import ENDED

ROOT = Path(__file__).resolve().parents[1]
SERVER = "importer.forking_server"
ENVIRONMENT = {"PATH": os.defpath, "LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"}
TRIES = 3  # of a question whose server was killed
PIECE = 1 << 18


@dataclass(frozen=True)
class Ended:
    """How a child ended: exit code (a signal's number below 0), what it said, what it complained of, seconds of computing."""

    code: int
    output: bytes
    errors: bytes
    seconds: float


class TooSlow(Exception):
    """The child did not end in its time, and was ended."""


class ServerGone(Exception):
    """The server went away before it told of the child's end."""


@dataclass
class _Server:
    process: subprocess.Popen[bytes]
    control: socket.socket

    def close(self) -> None:
        """End it: it sees that nobody asks any more."""
        self.control.close()
        self.process.wait()


class _Servers:
    """The one server of this process, if it has one by now."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.server: _Server | None = None

    def running(self) -> _Server:
        """Return the server, started if there is none."""
        with self.lock:
            if self.server is not None and self.server.process.poll() is not None:
                self.server.close()
                self.server = None
            if self.server is None:
                self.server = started()
            return self.server

    def forget(self) -> None:
        """In a process just forked: the server is the other one's, and its end must not wait for us."""
        if self.server is not None:
            self.server.control.close()
            self.server.process.returncode = 0  # not our child: nothing to wait for, nor to warn of
        self.lock, self.server = threading.Lock(), None

    def stop(self, server: _Server | None = None) -> None:
        """End the server, if there is one; `server` names one that went away, which another thread may have replaced.

        Its end is waited for: a process that is being killed takes no questions, and is not yet said to have ended.
        """
        with self.lock:
            if self.server is not None and server in (None, self.server):
                if server is not None:
                    server.process.kill()
                self.server.close()
                self.server = None


def started() -> _Server:
    """Start a server."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        process = subprocess.Popen(
            [sys.executable, "-E", "-s", "-m", SERVER], cwd=ROOT, env=ENVIRONMENT, start_new_session=True,
            stdin=theirs.fileno(), stdout=subprocess.DEVNULL,
        )  # fmt: skip
    return _Server(process, ours)


servers = _Servers()
os.register_at_fork(after_in_child=servers.forget)
atexit.register(servers.stop)


def run(child: str, question: bytes, timeout: float) -> Ended:
    """Have a child, the name of a module, answer a question; raise TooSlow after `timeout` seconds."""
    until = time.monotonic() + timeout
    for _ in range(TRIES):
        server = servers.running()
        try:
            return _asked(server, child, question, until)
        except ServerGone:
            servers.stop(server)
    return Ended(-signal.SIGKILL, b"", b"", 0.0)  # as a child that is killed each time


def _asked(server: _Server, child: str, question: bytes, until: float) -> Ended:
    """Ask once. The question is a file without a name: a child may read it when it likes, nobody waits to write."""
    with ExitStack() as stack:
        told, tells = (stack.enter_context(end) for end in socket.socketpair())
        output, answers = (stack.enter_context(end) for end in socket.socketpair())
        errors, complains = (stack.enter_context(end) for end in socket.socketpair())
        with os.fdopen(os.memfd_create("question"), "wb") as file:
            file.write(question)
            file.seek(0)
            files = [end.fileno() for end in (file, answers, complains, tells)]
            try:
                socket.send_fds(server.control, [child.encode()], files)
            except OSError as error:
                raise ServerGone from error
        for end in (tells, answers, complains):
            end.close()
        said = _read({told: bytearray(), output: bytearray(), errors: bytearray()}, until)
        if len(said[told]) != ENDED.size:
            raise ServerGone
        code, seconds = ENDED.unpack(said[told])
        return Ended(code, bytes(said[output]), bytes(said[errors]), seconds)


def _read(said: dict[socket.socket, bytearray], until: float) -> dict[socket.socket, bytearray]:
    """Read each socket to its end; raise TooSlow where that takes too long."""
    with selectors.DefaultSelector() as selector:
        for end in said:
            selector.register(end, selectors.EVENT_READ, end)
        while selector.get_map():
            if not (ready := selector.select(max(0, until - time.monotonic()))) and time.monotonic() >= until:
                raise TooSlow
            for key, _ in ready:
                end, piece = key.data, _received(key.data)
                said[end] += piece
                if not piece:
                    selector.unregister(end)
    return said


def _received(end: socket.socket) -> bytes:
    try:
        return end.recv(PIECE)
    except ConnectionResetError:  # the other end went away without reading
        return b""
