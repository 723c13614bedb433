"""Looking at evidence in the page: pictures as they came, pages of a PDF drawn on the server.

What a file is, is told by its content. Nothing else is ever shown in place: no SVG, no HTML, no PDF in the browser's own
viewer, which could run what is in it.
"""

import struct
from dataclasses import dataclass

from importer.files.readers import UnreadableDocument
from importer.sandbox import picture_under_limits
from workplans.reading_turns import SHORTLY, turn

from .attaching import file_kind

MOST_PIXELS = 60_000_000
PDF, JPEG, PNG = ".pdf", ".jpg", ".png"
TYPES = {JPEG: "image/jpeg", PNG: "image/png"}


@dataclass(frozen=True)
class Preview:
    """A picture to show: its type, its bytes, and how many pages the file has."""

    content_type: str
    content: bytes
    pages: int = 1


class NotShown(Exception):
    """The file cannot be shown in the page; the text says why (Chinese)."""


def preview(name: str, content: bytes, page: int) -> Preview:
    """Return page `page` (from 1) of a file as a picture. Raises NotShown."""
    kind = file_kind(content)
    form = kind.suffixes[0] if kind else ""
    if form in TYPES and page == 1:
        if pixels(content) > MOST_PIXELS:
            raise NotShown("图片太大，不能在页面里预览，请下载后查看。")
        return Preview(TYPES[form], content)
    if form != PDF:
        raise NotShown("这种文件不能在页面里预览，请下载后查看。" if page == 1 else "没有这一页。")
    with turn(SHORTLY) as is_free:
        if not is_free:
            raise NotShown("服务器正在读取别的文件，请稍后刷新页面再看，或者下载。")
        try:
            return Preview("image/png", *picture_under_limits(name, content, page - 1))
        except UnreadableDocument as unreadable:
            raise NotShown(f"{unreadable.message}请下载后查看。") from unreadable


def pixels(content: bytes) -> int:
    """Return how many pixels a JPEG or PNG says it has; more than may be shown where it does not say."""
    if content.startswith(b"\x89PNG"):
        width, height = struct.unpack(">II", content[16:24].ljust(8, b"\xff"))
        return width * height
    at = 2
    while at + 9 < len(content) and content[at] == 0xFF:
        marker, length = content[at + 1], int.from_bytes(content[at + 2 : at + 4], "big")
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return width * height
        at += 2 + length
    return MOST_PIXELS + 1
