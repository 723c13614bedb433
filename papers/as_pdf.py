"""A paper as PDF: its Word file printed by LibreOffice, where that is installed."""

from functools import lru_cache
from threading import BoundedSemaphore

from importer.files import libreoffice
from importer.files.limits import SECONDS
from importer.files.readers import UnreadableDocument

from .templating.sandbox import NotPrintable

BESIDE = "请下载 Word 文件，在 WPS 或 Word 中另存为 PDF。"
KEPT = 16  # files a process remembers: a letter just signed is fetched by many
turn = BoundedSemaphore(1)  # LibreOffice takes a core and a gigabyte: one at a time in each process


def is_possible() -> bool:
    """Whether this server can print PDF."""
    return libreoffice.program() is not None


@lru_cache(maxsize=KEPT)
def pdf_of(content: bytes) -> bytes:
    """Return a Word file as PDF. Raises NotPrintable, a Chinese sentence, where that does not succeed."""
    if not is_possible():
        raise NotPrintable(f"这台服务器没有安装 LibreOffice，不能生成 PDF。{BESIDE}")
    if not turn.acquire(timeout=SECONDS):
        raise NotPrintable("正在生成别的 PDF，请过一会儿再下载。")
    try:
        return libreoffice.converted(content, "docx", "pdf")
    except UnreadableDocument as problem:
        raise NotPrintable(f"生成 PDF 没有成功。{BESIDE}") from problem
    finally:
        turn.release()
