"""The process that stands by with the readers loaded, and makes a copy of itself for each file.

Started by `forking.py`; standard input is the socket to the one who asks. A request is the name of a child's module and
four files: question, answer, complaints, and a socket on which the child's end is told. Nothing of a question comes
into this process: the copy reads it, answers and ends, so that nothing of a file is left for the next one. It has one
thread, as a copy of a process with several may stand still for ever.

Who asks goes away: end of file on the socket, and all is ended. Who asks has waited long enough: they close a copy's
socket, and it is ended. Nobody asks for IDLE seconds: the process ends, and is started again when it is wanted.
"""

import ctypes
import gc
import importlib
import os
import selectors
import signal
import socket
import struct
import sys
import traceback
from contextlib import suppress
from typing import NoReturn

IDLE = 1800
ENDED = struct.Struct("id")  # exit code, or the signal's number below 0; seconds of computing
FILES = 4
ASKER = 0  # standard input
DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG
LONGEST = 200  # bytes of a module's name

libc = ctypes.CDLL(None)


class ForkingServer:
    """The copies at work: process id → the socket on which its end is told."""

    def __init__(self, asker: socket.socket):
        self.asker = asker
        self.copies: dict[int, socket.socket] = {}
        self.selector = selectors.DefaultSelector()
        self.selector.register(asker, selectors.EVENT_READ)
        self.woken, waker = socket.socketpair()
        self.selector.register(self.woken, selectors.EVENT_READ)
        for end in (self.woken, waker):
            end.setblocking(False)
        self.waker = waker
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(waker.fileno(), warn_on_full_buffer=False)

    def serve(self) -> None:
        """Answer until the asker is gone or nobody has asked for long."""
        while True:
            ready = self.selector.select(None if self.copies else IDLE)
            if not ready and not self.copies:
                return
            for key, _ in ready:
                if key.fileobj is self.asker:
                    if not self.start():
                        return
                elif key.fileobj is self.woken:
                    self.tell_ends()
                else:
                    self.end(key.data)

    def start(self) -> bool:
        """Make a copy for the next question; False where there is nobody to ask any more."""
        name, files, _flags, _address = socket.recv_fds(self.asker, LONGEST, FILES)
        if not name:
            return False
        module = name.decode()
        load(module)
        gc.freeze()  # a copy that counts references of its own shares less; one that looks for cycles shares nothing
        if not (pid := os.fork()):
            self.become(module, files)
        told = socket.socket(fileno=files.pop())
        for file in files:
            os.close(file)
        self.copies[pid] = told
        self.selector.register(told, selectors.EVENT_READ, pid)
        return True

    def become(self, module: str, files: list[int]) -> NoReturn:
        """Be the child: its three streams, and no other file; answer once and end."""
        code = 1
        try:
            os.setsid()
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            for standard, file in enumerate(files[:3]):
                os.dup2(file, standard)
            os.closerange(3, os.sysconf("SC_OPEN_MAX"))
            libc.prctl(DIE_WITH_PARENT, signal.SIGKILL)
            importlib.import_module(module).main()
            code = 0
        except BaseException:  # whatever it is, this process must not go on as a second server
            traceback.print_exc()
        finally:
            for stream in (sys.stdout, sys.stderr):
                with suppress(Exception):
                    stream.flush()
            os._exit(code)

    def tell_ends(self) -> None:
        """Tell of each copy that ended how it did and what it cost."""
        with suppress(BlockingIOError):
            while self.woken.recv(4096):
                pass
        while self.copies:
            pid, status, usage = os.wait4(-1, os.WNOHANG)
            if not pid:
                return
            told = self.copies.pop(pid)
            with suppress(KeyError):  # nobody waits any more
                self.selector.unregister(told)
            with suppress(ProcessLookupError):
                os.killpg(pid, signal.SIGKILL)  # whatever it started
            with suppress(OSError), told:
                told.send(ENDED.pack(os.waitstatus_to_exitcode(status), usage.ru_utime + usage.ru_stime))

    def end(self, pid: int) -> None:
        """End a copy nobody waits for."""
        if pid in self.copies:
            kill(pid)
            self.selector.unregister(self.copies[pid])


def kill(pid: int) -> None:
    """End a copy, which leads a group of its own once it got that far, and all it started."""
    os.kill(pid, signal.SIGKILL)
    with suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)


def load(module: str) -> None:
    """Load a child's module, and let it prepare itself, once; what can not be loaded the child complains of."""
    if module not in sys.modules:
        with suppress(Exception):
            getattr(importlib.import_module(module), "prepare", lambda: None)()


def main() -> None:
    """Serve, and leave nobody behind."""
    os.set_inheritable(ASKER, False)
    server = ForkingServer(socket.socket(fileno=ASKER))
    try:
        server.serve()
    finally:
        for pid in server.copies:
            kill(pid)


if __name__ == "__main__":
    main()
