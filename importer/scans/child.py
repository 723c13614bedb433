"""The process in which one page of a scan is read: limits first, then the file and the page's number from standard input.

Asked by `importer.sandbox`. It takes one core and gives way to whoever else is at work. What it needs is loaded here and
not beforehand, as numpy starts threads.
"""

import os
import pickle
import sys
import traceback

from importer.files.limits import too_hungry
from importer.files.readers import UnreadableDocument
from importer.sandbox_child import limit

from .scanned import MEMORY, SECONDS, ScannedPage

ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")  # read by numpy when it is loaded


def pages_of(content: bytes, page: int) -> list[ScannedPage]:
    """The pages a page of a file shows: its text layer where it has one, else what is read from its picture."""
    import cv2

    from .pictures import is_picture, picture_of
    from .read_pdf_page import pages_of_pdf_page
    from .read_picture import pages_of_picture
    from .recognition import Models

    cv2.setNumThreads(1)
    if is_picture(content):
        return pages_of_picture(picture_of(content, page), Models())
    return pages_of_pdf_page(content, page, Models())


def answer(_name: str, content: bytes, page: int) -> tuple[str, object]:
    """Read one page."""
    try:
        return "read", pages_of(content, page)
    except UnreadableDocument as refused:
        return "refused", (refused.message, refused.hint)


def main() -> None:
    """Answer once."""
    os.environ.update(dict.fromkeys(ONE_THREAD, "1"))
    os.nice(10)
    limit(MEMORY, SECONDS)
    refused = too_hungry(MEMORY)
    hungry = pickle.dumps(("refused", (refused.message, refused.hint)))
    try:
        output = pickle.dumps(answer(*pickle.loads(sys.stdin.buffer.read())))
    except MemoryError:
        output = hungry
    except Exception:
        traceback.print_exc()
        output = pickle.dumps(("broken", None))
    sys.stdout.buffer.write(output)
