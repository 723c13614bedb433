"""How heavy a file is, seen before it is read: what its archive unpacks to, how many cells hold something.

Unpacking and counting costs a hundredth of reading. What a workbook says of its size itself (`<dimension>`) is not asked:
WPS writes it wrong in both directions.
"""

import zipfile
import zlib
from dataclasses import dataclass
from io import BytesIO

from .limits import MAX_UNPACKED

PIECE = 1 << 20
XML = (".xml", ".rels")
FILLED = (b"<v>", b"<is>", b"<x:v>", b"<x:is>")  # one of them in each cell that holds something
BOOK, HIDDEN = "xl/workbook.xml", b"idden"  # state="hidden" or "veryHidden": such a sheet is not read, so nothing is counted
LIGHT_XML = 4 << 20  # unpacked: about a second to read
LIGHT_TEXT = 1 << 20
LIGHT_OTHER = 256 << 10  # what LibreOffice or PDFium has to open


@dataclass(frozen=True)
class Weight:
    """Bytes of XML unpacked, cells that hold something (at least), and bytes as sent."""

    xml: int
    cells: int
    sent: int
    is_archive: bool
    is_text: bool = False

    @property
    def is_light(self) -> bool:
        """Whether reading takes about a second."""
        if self.is_archive:
            return self.xml <= LIGHT_XML
        return self.sent <= (LIGHT_TEXT if self.is_text else LIGHT_OTHER)


def weigh(content: bytes) -> Weight:
    """Weigh a file. One that is no archive, or a broken one, weighs what was sent: reading says what is wrong with it."""
    try:
        xml, cells = _unpacked(content)
    except (zipfile.BadZipFile, zlib.error, OSError, NotImplementedError, RuntimeError, EOFError, ValueError):
        return Weight(0, 0, len(content), False, b"\0" not in content[:4096] and not content.startswith(b"%PDF"))
    return Weight(xml, cells, len(content), True)


def _unpacked(content):
    xml = cells = 0
    with zipfile.ZipFile(BytesIO(content)) as archive:
        has_hidden = HIDDEN in archive.read(BOOK) if BOOK in archive.namelist() else False
        for part in archive.infolist():
            if not part.filename.endswith(XML):
                continue
            is_sheet = "sheet" in part.filename and not has_hidden
            with archive.open(part) as stream:
                last = b""
                while xml <= MAX_UNPACKED and (piece := stream.read(PIECE)):
                    xml += len(piece)
                    if is_sheet:  # a mark may be cut in two between pieces: its beginning is counted with the next
                        cells += sum(_count(last, piece, mark) for mark in FILLED)
                        last = piece[-8:]
    return xml, cells


def _count(last, piece, mark):
    """Count `mark` in `piece` and where it began in the bytes before."""
    return piece.count(mark) + (last[1 - len(mark) :] + piece[: len(mark) - 1]).count(mark)
