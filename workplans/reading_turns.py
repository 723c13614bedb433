"""How many files this machine reads at the same moment: PARSERS turns, whoever asks, held by locks on files.

The kernel gives a lock back when its holder ends, however it ends. The locks lie in the data directory: all processes of
the machine share them.
"""

import fcntl
import os
import time
from contextlib import contextmanager, suppress

from django.conf import settings

PAUSE = 0.1  # seconds
SHORTLY = 2  # seconds a page waits for a turn where it has no queue to lead to


@contextmanager
def turn(wait: float = 0):
    """Yield whether a turn was free, or became free within `wait` seconds; it is held as long as the block runs."""
    until, held = time.monotonic() + wait, None
    while (held := _lock("turn", settings.PARSERS)) is None and time.monotonic() < until:
        time.sleep(PAUSE)
    try:
        yield held is not None
    finally:
        _give_back(held)


def reader_place() -> int | None:
    """Take a reader's place, to be handed to the process that will read; None where all are taken."""
    return _lock("reader", settings.PARSERS)


@contextmanager
def reader(held: int | None = None):
    """Yield whether this process may read what waits: there are as many readers as turns. `held` is a place it was given."""
    held = reader_place() if held is None else held
    try:
        yield held is not None
    finally:
        _give_back(held)


def _lock(name, places):
    """Return the descriptor of a lock taken, None where all are."""
    folder = settings.VAR_DIR / "turns"
    folder.mkdir(parents=True, exist_ok=True)
    for place in range(places):
        descriptor = os.open(folder / f"{name}-{place}", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(descriptor)
        else:
            return descriptor
    return None


def _give_back(descriptor):
    with suppress(OSError, TypeError):
        os.close(descriptor)
