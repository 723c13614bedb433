"""One page of a PDF as a picture (PNG), for people to look at; PDFium draws, nothing in the file is carried out."""

import struct
import zlib
from collections.abc import Iterable

import pypdfium2 as pdfium

from .limits import damaged, encrypted
from .readers import UnreadableDocument

WIDTH, LONGEST = 1100, 3000  # pixels: of a page, of its longer side


def page_picture(content: bytes, page: int) -> tuple[bytes, int]:
    """Return page `page` (from 0) and how many pages there are; raise `UnreadableDocument` where it cannot be drawn."""
    try:
        document = pdfium.PdfDocument(content)
    except pdfium.PdfiumError as error:
        message = str(error).lower()
        raise encrypted() if "password" in message or "security" in message else damaged("PDF 文件") from error
    try:
        if not 0 <= page < len(document):
            raise UnreadableDocument(f"这份 PDF 没有第 {page + 1} 页。", "请从第 1 页看起。")
        return _drawn(document[page]), len(document)
    except pdfium.PdfiumError as error:
        raise damaged("PDF 文件") from error
    finally:
        document.close()


def _drawn(sheet: pdfium.PdfPage) -> bytes:
    width, height = sheet.get_size()
    scale = min(WIDTH / max(width, 1), LONGEST / max(width, height, 1))
    bitmap = sheet.render(scale=scale, fill_color=(255, 255, 255, 255), rev_byteorder=True)
    row, channels, data = bitmap.width * bitmap.n_channels, bitmap.n_channels, bytes(bitmap.buffer)
    rows = (data[y * bitmap.stride : y * bitmap.stride + row] for y in range(bitmap.height))
    return png(bitmap.width, bitmap.height, channels, rows)


def png(width: int, height: int, channels: int, rows: Iterable[bytes]) -> bytes:
    """Write a PNG of 8 bits a channel: 1 grey, 3 red green blue, 4 with alpha."""
    kind = {1: 0, 3: 2, 4: 6}[channels]
    header = struct.pack(">IIBBBBB", width, height, 8, kind, 0, 0, 0)
    body = zlib.compress(b"".join(b"\x00" + row for row in rows), 6)
    chunks = ((b"IHDR", header), (b"IDAT", body), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks
    )
